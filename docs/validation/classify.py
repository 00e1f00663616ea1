"""Split audit, class probabilities and theme-space optimum on planted studies.

About half an hour on one core at 10,000 replicates: `python docs/validation/page.py classify`.

1. `natural_test`: how often the test of natural sizes rejects at nominal 5 % where the shares are
   20/50/30 and the groups are weakly separated.
2. `class_probability`: the frequency with which the cut on true scores gives a class, less the
   probability stated for it, by tenth. Truth and items as in `tests/unit/measure/made.py`.
3. `theme_optimum`: the within sum of squares of the sized classes beside 100 starts of
   k-means-constrained (equal sizes, all that it can hold) and of alternating assignment (sizes
   30/50/20, tied to the order of the class means).
"""

import numpy as np

from barometre.classify import audit, exchange
from barometre.classify.methods import STARTS as FREE_STARTS
from barometre.classify.ordered import class_sizes, cut, cut_chances
from barometre.measure import posterior, scoring
from tests.unit.measure import made

SHARES = {"lagging": 0.3, "transition": 0.5, "mature": 0.2}
UNITS = (10, 39, 101)
REPLICATES = 10_000
SAMPLES = 199
BATCH = 500
APART = (0.5, 1.0)
DRAWS = 500
THEMES = 5
ITEMS = (2, 3, 4, 5, 6)
RELIABILITY = (0.5, 0.7, 0.9)
INPUTS = 200
STARTS = 3 * FREE_STARTS  # as methods.sized_themes
ORACLE_STARTS = 100


def probability_gaps(rng, n, items, reliability):
    """Sum of (right - stated) and number of cells, per tenth of the stated probability."""
    sizes = [items] * THEMES
    levels, _, truth = made.planted(rng, n, sizes, reliability)
    terms = made.settings(THEMES)
    plan = scoring.structure(made.codebook(sizes), terms, made.responses(levels))
    scores = scoring.item_scores(levels, plan)
    known = np.ones(n, dtype=bool)
    drawn = posterior.posterior_draws(scores[None], scores, known, plan, np.arange(n), DRAWS, rng)
    rule = class_sizes(n, SHARES)
    stated = cut_chances(drawn.index, rule)
    right = cut(truth, rule)[:, None] == np.arange(3)
    tenth = np.minimum((stated * 10).astype(int), 9).ravel()
    return np.stack(
        [
            np.bincount(tenth, (right - stated).ravel(), minlength=10),
            np.bincount(tenth, minlength=10),
        ]
    )


def probability_rows(replicates):
    """Gaps by tenth, for each n and pooled; items a theme go round 2 to 6."""
    found = {}
    for n in UNITS:
        for reliability in RELIABILITY:
            rng = np.random.default_rng([n, int(10 * reliability), 7])
            for at in range(replicates):
                gaps = probability_gaps(rng, n, ITEMS[at % len(ITEMS)], reliability)
                found.setdefault(n, []).append(gaps)
    found["all"] = [gaps for n in UNITS for gaps in found[n]]
    for n, runs in found.items():
        gaps, cells = np.array(runs).transpose(1, 0, 2)
        for tenth in range(10):
            total = cells[:, tenth].sum()
            value = gaps[:, tenth].sum() / total
            error = np.sqrt(((gaps[:, tenth] - value * cells[:, tenth]) ** 2).sum()) / total
            cell = f"n={n} stated {tenth / 10:.1f}-{tenth / 10 + 0.1:.1f}"
            bound = "-0.03 to 0.03" if n == "all" else ""
            yield ("class_probability", cell, len(runs), "frequency_minus_stated",
                      value, error, bound)  # fmt: skip


def rejections(rng, n, apart, replicates):
    """How many of `replicates` tests on planted indices reject at 5 %."""
    shares = np.array(list(SHARES.values()))
    group = rng.choice(3, size=(replicates, n), p=shares)
    values = apart * group + rng.standard_normal((replicates, n))
    p_values = audit.natural_tests(values, shares, SAMPLES, rng)[0]
    return int((p_values <= 0.05).sum())


def natural_rows(replicates):
    """Size of the natural test, per n and distance of the groups in standard deviations."""
    for n in UNITS:
        for apart in APART:
            rng = np.random.default_rng([n, int(10 * apart), 11])
            parts = np.diff(np.append(np.arange(0, replicates, BATCH), replicates))
            rejected = sum(rejections(rng, n, apart, int(part)) for part in parts)
            value = rejected / replicates
            error = np.sqrt(value * (1 - value) / replicates)
            cell = f"n={n} groups {apart:g} SD apart"
            yield ("natural_test", cell, replicates, "rejected", value, error, "<= 0.06")


def planted_points(number):
    """Points, their order and n of one random input: 10 to 200 units, 1 to 12 dimensions."""
    rng = np.random.default_rng([number, 13])
    n = 3 * round(10 ** rng.uniform(1, np.log10(200)) / 3)
    n, dimensions = min(max(n, 12), 198), 1 + number % 12
    points = rng.normal(size=(n, dimensions)) + rng.uniform(0, 2) * rng.normal(size=(n, 1))
    return points, points.mean(1), rng


def beside_constrained(number):
    """Within sums of squares of ours and of k-means-constrained, three equal classes."""
    from k_means_constrained import KMeansConstrained

    points, order_by, rng = planted_points(number)
    size = len(points) // 3
    ours = exchange.sized_partition(points, order_by, (size,) * 3, STARTS, rng)[1]
    peer = KMeansConstrained(3, size_min=size, size_max=size, n_init=ORACLE_STARTS,
                             random_state=number, n_jobs=1).fit(points)  # fmt: skip
    return ours, exchange.within_squares(points, peer.labels_)


def beside_assignment(number):
    """Within sums of squares of ours and of alternating assignment, sizes 30/50/20 in order."""
    points, order_by, rng = planted_points(number)
    sizes = tuple(class_sizes(len(points), SHARES).values())
    ours = exchange.sized_partition(points, order_by, sizes, STARTS, rng)[1]
    lowest = np.inf
    for _ in range(ORACLE_STARTS):
        centres = points[rng.choice(len(points), 3, replace=False)]
        labels = exchange._assign_sizes(points, order_by, sizes, centres)
        if exchange._in_order(order_by, labels, 3):
            lowest = min(lowest, exchange.within_squares(points, labels))
    return ours, lowest


def optimum_rows(inputs):
    """How often ours is the larger, and by how much at most."""
    for peer, beside in (("k-means-constrained equal sizes", beside_constrained),
                         ("assignment 30/50/20 in order", beside_assignment)):  # fmt: skip
        pairs = np.array([beside(number) for number in range(inputs)])
        worse = (pairs[:, 0] > pairs[:, 1] * (1 + 1e-9)).mean()
        better = (pairs[:, 0] < pairs[:, 1] * (1 - 1e-9)).mean()
        yield ("theme_optimum", peer, inputs, "worse", worse, 0.0, "<= 0")
        yield ("theme_optimum", peer, inputs, "better", better, 0.0)


def rows(replicates):
    """All rows of the room."""
    yield from natural_rows(replicates)
    yield from probability_rows(max(replicates // 10, 1))
    yield from optimum_rows(min(INPUTS, replicates))
