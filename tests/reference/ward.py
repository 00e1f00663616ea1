"""Ward's clustering with the tie rule of R's hclust, which scipy breaks otherwise."""

import numpy as np
from scipy.spatial.distance import pdist, squareform


def in_order_of_appearance(labels):
    """Labels numbered from 0 by first appearance, as cutree does."""
    _, first = np.unique(labels, return_index=True)
    return np.argsort(np.argsort(first))[np.unique(labels, return_inverse=True)[1]]


def hclust_ward(points, k=3):
    """Ward with the tie rule of R's hclust: nearest pair of lowest position first.

    scipy breaks ties otherwise, which changes 1 of the 200 resamples of iris.
    """
    n = len(points)
    distance = squareform(pdist(points)) ** 2
    np.fill_diagonal(distance, np.inf)
    size, alive, label = np.ones(n), np.ones(n, dtype=bool), np.arange(n)
    for _ in range(n - k):
        upper = np.where(np.triu(np.outer(alive, alive), 1), distance, np.inf)
        one, two = divmod(int(upper.argmin()), n)
        alive[two] = False
        rest = alive.copy()
        rest[one] = False
        near = (size[one] + size[rest]) * distance[one, rest]
        near += (size[two] + size[rest]) * distance[two, rest] - size[rest] * distance[one, two]
        distance[one, rest] = near / (size[one] + size[two] + size[rest])
        distance[rest, one] = distance[one, rest]
        size[one] += size[two]
        label[label == two] = one
    return in_order_of_appearance(label)
