"""Clusterings against R (`reference/clustering_fixed`): kmeans, hclust, fpc, exact 1-D k-means."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score

from barometre.classify.exchange import free_partition, within_squares
from barometre.classify.how_many import silhouette
from barometre.classify.natural import natural_cut, optimal_sizes


@pytest.fixture
def expected(shared):
    return json.loads(shared("reference/clustering_fixed/expected.json").read_text())


@pytest.fixture(params=["iris_raw", "usarrests_scaled"])
def case(request, expected, shared):
    if request.param == "iris_raw":
        points = pd.read_csv(shared("reference/clustering_fixed/input.csv")).iloc[:, :4]
        return points.to_numpy(float), expected["results"]["iris_raw"]
    raw = pd.read_csv(shared("reference/clustering_fixed/input_usarrests.csv")).iloc[:, 1:]
    return ((raw - raw.mean()) / raw.std()).to_numpy(float), expected["results"][request.param]


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_kmeans_optimum_and_silhouette(case, k):
    points, by_k = case
    wanted = by_k[f"k{k}"]
    labels, within = free_partition(points, k, 50, np.random.default_rng(1))
    centres = np.array([points[labels == label].mean() for label in range(k)])
    labels = np.argsort(np.argsort(centres))[labels]
    assert within == pytest.approx(wanted["kmeans_tot_withinss"], abs=1e-9)
    assert within_squares(points, labels) == pytest.approx(within, abs=1e-9)
    assert np.bincount(labels).tolist() == wanted["kmeans_sizes"]
    assert (labels + 1).tolist() == wanted["kmeans_labels_ordered_by_mean_center"]
    assert silhouette(points, labels) == pytest.approx(wanted["avg_silhouette"], abs=1e-9)


@pytest.mark.parametrize("k", [2, 3, 4, 5])
def test_ward_labels(case, k):
    points, by_k = case
    wanted = by_k[f"k{k}"]
    tree = linkage(points, "ward")
    labels = fcluster(tree, k, "maxclust")
    assert adjusted_rand_score(labels, wanted["ward_labels"]) == pytest.approx(1, abs=1e-12)
    ours = free_partition(points, k, 50, np.random.default_rng(1))[0]
    assert adjusted_rand_score(ours, labels) == pytest.approx(wanted["ari_kmeans_ward"], abs=1e-9)
    assert tree[:, 2] == pytest.approx(np.array(by_k["ward_heights"]), abs=1e-9)


def test_exact_kmeans_on_one_dimension(expected):
    exact = expected["exact_1d_kmeans"]
    values = np.array(exact["x_sorted"])
    for k in range(2, 6):
        wanted = exact["solutions"][f"k{k}"]
        sizes, cost = optimal_sizes(values, k)
        assert cost == pytest.approx(wanted["ss"], abs=1e-9)
        assert sizes.tolist() == wanted["sizes"]
        assert np.bincount(natural_cut(values[::-1], k)).tolist() == wanted["sizes"]
