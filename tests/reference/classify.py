"""What the classify room computes beside the stored references: one row per quantity.

`test_classify.py` asserts each difference against its tolerance, and the table of agreement in the
docs prints the same rows. PAM, Dunn's index and latent classes with a covariate are not computed
here, so those references have no row. mclust's EII is the model behind `class_numbers` (one
variance for all).
"""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import linkage

from barometre.classify import how_many, latent, methods, silhouettes, space
from barometre.classify.exchange import free_partition
from barometre.classify.multinomial import (
    clopper_pearson,
    exact_test,
    likelihood_ratio,
    outcomes,
    pearson,
    printable,
)
from barometre.classify.natural import optimal_sizes
from barometre.classify.stability import cluster_jaccard, free_jaccard, jaccard_matrix
from tests.reference.compared import expected, row
from tests.reference.ward import hclust_ward

ORDERINGS = {
    "probability": "p_exact_prob_order",
    "chi2": "p_exact_chi2",
    "likelihood_ratio": "p_exact_LR",
    "freeman_tukey": "p_exact_freeman_tukey",
}
KS = (2, 3, 4, 5)
STARTS = 50
RESAMPLES = 2000
R, FPC, MCLUST, POLCA = "R 4.2.2", "fpc", "mclust", "poLCA 1.6.0.2"
POLCA_STARTS = 12
# Data set -> file, and its items with their levels in R's order (None: numbers from 1).
POLCA_DATA: dict[str, tuple[str, dict[str, tuple | None]]] = {
    "carcinoma": ("input.csv", dict.fromkeys("ABCDEFG")),
    "values": ("input_values.csv", dict.fromkeys("ABCD")),
    "gss82": (
        "input_gss82.csv",
        {
            "PURPOSE": ("Good", "Depends", "Waste of time"),
            "ACCURACY": ("Mostly true", "Not true"),
            "UNDERSTA": ("Good", "Fair/Poor"),
            "COOPERAT": ("Interested", "Cooperative", "Impatient"),
        },
    ),
    "election": (
        "input_election.csv",
        dict.fromkeys(
            f"{trait}{who}"
            for who in "GB"
            for trait in ("MORAL", "CARES", "KNOW", "LEAD", "DISHON", "INTEL")
        ),
    ),
}
# One degree of freedom left: many solutions share the highest likelihood.
FLAT = ("values_3",)


def rows(shared: Path) -> list[dict[str, object]]:
    """Agreement of every quantity with its reference, in the order of the docs' table.

    Parameters
    ----------
    shared : the folder that holds `reference/`

    Returns
    -------
    dicts as in `tests.reference.compared.row`, with `reference`; absent references are left out.
    """
    return [
        {"reference": name, **found}
        for name, compare in COMPARISONS.items()
        if (shared / "reference" / name).exists()
        for found in compare(shared / "reference" / name)
    ]


def clustering_points(folder: Path) -> dict[str, np.ndarray]:
    """The two data sets of `clustering_fixed`."""
    raw = pd.read_csv(folder / "input_usarrests.csv").iloc[:, 1:]
    return {
        "iris_raw": pd.read_csv(folder / "input.csv").iloc[:, :4].to_numpy(float),
        "usarrests_scaled": ((raw - raw.mean()) / raw.std()).to_numpy(float),
    }


def clustering_fixed(folder: Path) -> list[dict[str, object]]:
    """k-means, silhouette, Ward, equal-variance mixtures, exact k-means on one dimension."""
    wanted = expected(folder)
    pairs: dict[str, list] = {"kmeans": [], "labels": [], "silhouette": [], "ward": [], "bic": []}
    pairs |= {"heights": [], "short": [], "widths": [], "ch": []}
    for name, points in clustering_points(folder).items():
        by_k = wanted["results"][name]
        mixtures = by_k["mclust_BIC"]
        table = np.array(mixtures["data"], float).reshape(len(mixtures["rows"]), -1)
        equal = table[:, mixtures["cols"].index("EII")]
        for k in KS:
            reference = by_k[f"k{k}"]
            labels, within = free_partition(points, k, STARTS, np.random.default_rng(1))
            means = [points[labels == label].mean() for label in range(k)]
            labels = np.argsort(np.argsort(means))[labels]
            pairs["kmeans"].append((within, reference["kmeans_tot_withinss"]))
            pairs["labels"].append((labels + 1, reference["kmeans_labels_ordered_by_mean_center"]))
            widths = silhouettes.silhouettes(points, labels)
            pairs["silhouette"].append((silhouettes.silhouette(points, labels),
                                        reference["avg_silhouette"]))  # fmt: skip
            pairs["widths"].append(([widths[labels == label].mean() for label in range(k)],
                                    reference["silhouette_by_cluster"]))  # fmt: skip
            total = ((points - points.mean(0)) ** 2).sum()
            ratio = (total - within) / (k - 1) / (within / (len(points) - k))
            pairs["ch"].append((ratio, reference["calinski_harabasz"]))
            pairs["ward"].append((ward_labels(points, k), reference["ward_labels"]))
            fitted = -how_many.bic(points, labels, k, floor=0.0)
            if k <= 3:
                pairs["bic"].append((fitted, equal[k - 1]))
            pairs["short"].append((max(equal[k - 1] - fitted, 0.0), 0.0))
        pairs["heights"].append((linkage(points, "ward")[:, 2], by_k["ward_heights"]))
    exact = wanted["exact_1d_kmeans"]
    found = [optimal_sizes(np.array(exact["x_sorted"]), k) for k in KS]
    sums = [
        (cost, exact["solutions"][f"k{k}"]["ss"]) for k, (_, cost) in zip(KS, found, strict=True)
    ]
    sizes = [
        (size, exact["solutions"][f"k{k}"]["sizes"]) for k, (size, _) in zip(KS, found, strict=True)
    ]
    where = "(k = 2 to 5, two data sets)"
    return [
        row(f"k-means: least within sum of squares {where}", R, pairs["kmeans"], 1e-9, "absolute"),
        row(f"k-means: labels in order of mean centre {where}", R, pairs["labels"], 0, "exact"),
        row(f"mean silhouette {where}", FPC, pairs["silhouette"], 1e-9, "absolute"),
        row(f"silhouette by class {where}", FPC, pairs["widths"], 1e-9, "absolute"),
        row(f"Calinski-Harabasz of the sums of squares {where}", FPC, pairs["ch"], 1e-9),
        row(f"Ward: labels {where}", R, pairs["ward"], 0, "exact"),
        row("Ward: heights of the whole tree (two data sets)", R, pairs["heights"], 1e-9,
            "absolute"),
        row("equal-variance normal groups (EII): BIC (k = 2 and 3, two data sets)", MCLUST,
            pairs["bic"], 1e-5),
        row(f"the same: BIC by which ours is the worse optimum {where}", MCLUST, pairs["short"],
            1e-5, "absolute"),
        row("exact k-means on one dimension: sums of squares (k = 2 to 5)", R, sums, 1e-9,
            "absolute"),
        row("exact k-means on one dimension: sizes (k = 2 to 5)", R, sizes, 0, "exact"),
    ]  # fmt: skip


def ward_labels(points: np.ndarray, k: int) -> np.ndarray:
    """Ward labels of the production view, numbered from 1 by first appearance, as cutree does."""
    units = space.Space(points.mean(1), points, 0, (1, 1, 1))
    labels = methods.ward_themes(units, np.random.default_rng(1), k)
    _, first = np.unique(labels, return_index=True)
    return np.argsort(np.argsort(first))[labels] + 1


def split_multinomial(folder: Path) -> list[dict[str, object]]:
    """Exact tests, intervals and printable counts."""
    wanted = expected(folder)
    cases = wanted["cases"]
    found = []
    for ordering, key in ORDERINGS.items():
        pairs = [(exact_test(case["obs"], case["p0"], ordering), case[key]) for case in cases]
        found.append(row(f"exact p-value by {ordering.replace('_', ' ')}", R, pairs, 1e-12,
                         "absolute"))  # fmt: skip
    for label, measure, key in (("Pearson", pearson, "chi2"), ("deviance", likelihood_ratio, "G2")):
        pairs = [(measure(np.array(case["obs"]), case["n"] * np.array(case["p0"])), case[key])
                 for case in cases]  # fmt: skip
        found.append(row(f"{label} distance", R, pairs, 1e-12, "absolute"))
    for key, level in (("marginal", 0.95), ("bonferroni", 1 - 0.05 / 3)):
        pairs = [
            ([clopper_pearson(count, case["n"], level) for count in case["obs"]],
             case[f"clopper_pearson_{key}"])
            for case in cases
        ]  # fmt: skip
        found.append(row(f"Clopper-Pearson intervals, {key}", R, pairs, 1e-12, "absolute"))
    counted = [(len(outcomes(case["n"])), case["n_outcomes"]) for case in cases]
    found.append(row("number of outcomes", R, counted, 0, "exact"))
    whole = wanted["n_count_vectors_consistent_with_rounded_20_50_30"]
    fives = wanted["n_count_vectors_within_2p5_points"]
    pairs = []
    for n in range(5, 101):
        way, splits = printable(n, [0.2, 0.5, 0.3])
        pairs.append(((len(splits) if way == "unit" else 0), whole[str(n)]))
        if way in ("nearest five", "no"):
            pairs.append((len(splits), fives[str(n)]))
    found.append(row("splits that print 20/50/30, n = 5 to 100", R, pairs, 0, "exact"))
    return found


def clusterboot_jaccard(folder: Path) -> list[dict[str, object]]:
    """Every resample of clusterboot with Ward; its Monte Carlo means with k-means."""
    wanted = expected(folder)
    points = {
        "usarrests": pd.read_csv(folder / "input.csv").iloc[:, 1:].to_numpy(float),
        "iris": pd.read_csv(folder / "input_iris.csv").iloc[:, :4].to_numpy(float),
    }
    pairs, means, errors = [], [], []
    for name, data in points.items():
        stored = wanted["deterministic"][f"{name}_ward"]
        drawn = pd.read_csv(folder / f"boot_index_{name}_ward.csv").to_numpy() - 1
        found = cluster_jaccard(data, hclust_ward, drawn, 3, "greedy")
        pairs.append((found, np.array(stored["jaccard_matrix_clusterboot"]).T))
        means.append((found.mean(0), stored["bootmean_clusterboot"]))
        errors.append(kmeans_errors(data, wanted["kmeans_monte_carlo"][name]))
    fixed = wanted["label_pairs"]
    one, two = np.array(fixed["a"]) - 1, np.array(fixed["b"]) - 1
    single = [(jaccard_matrix(one, two, 3)[0, 0], fixed["jaccard_cluster_a1_b1"])]
    zero = [(np.concatenate(errors), np.zeros(6))]
    return [
        row("Jaccard of each class in 200 saved resamples, Ward (two data sets)", FPC, pairs,
            1e-12, "absolute"),
        row("mean Jaccard of each class, Ward (two data sets)", FPC, means, 1e-12, "absolute"),
        row("Jaccard of two fixed labellings", FPC, single, 1e-12, "absolute"),
        row(f"mean Jaccard of each class, k-means, {RESAMPLES} own resamples (two data sets)", FPC,
            zero, 4, "Monte Carlo errors"),
    ]  # fmt: skip


def kmeans_errors(points: np.ndarray, stored: dict) -> np.ndarray:
    """Gaps of our mean Jaccards to fpc's, in standard errors of the difference."""
    rng = np.random.default_rng(1)
    drawn = rng.integers(0, len(points), (RESAMPLES, len(points)))
    whole = free_partition(points, 3, STARTS, np.random.default_rng(1))[0]
    found = free_jaccard(points, whole, drawn, 3, 20, rng)
    sizes = np.bincount(whole)
    order, theirs = np.argsort(sizes), np.argsort(stored["sizes"])
    assert sizes[order].tolist() == np.array(stored["sizes"])[theirs].tolist()
    error = found.std(0, ddof=1)[order] / np.sqrt(RESAMPLES)
    # A class found whole in every resample has no error, and then no gap either.
    combined = np.maximum(np.hypot(error, np.array(stored["mc_se"])[theirs]), 1e-12)
    return (found.mean(0)[order] - np.array(stored["bootmean"])[theirs]) / combined


@cache
def polca_lca(folder: Path) -> list[dict[str, object]]:
    """Latent classes: likelihood, BIC, shares, item probabilities and posteriors."""
    pairs: dict[str, list] = {"likelihood": [], "bic": [], "shares": [], "items": [], "chances": []}
    for name, (file, levels) in POLCA_DATA.items():
        table = pd.read_csv(folder / file)[list(levels)]
        for case, stored in expected(folder)["fits"].items():
            if not case.startswith(name) or case.endswith("party"):
                continue
            codes = polca_codes(table, levels)
            if case.endswith("listwise"):
                codes = codes[~np.isnan(codes).any(1)]
            found = latent.fit(codes, len(stored["probs_sorted_classes"][next(iter(levels))]),
                               np.random.default_rng(1), POLCA_STARTS, 1e-13)  # fmt: skip
            pairs["likelihood"].append((found.log_likelihood, stored["llik"]))
            pairs["bic"].append((found.bic(), stored["bic"]))
            if case in FLAT:
                continue
            order = np.argsort(-found.shares)
            pairs["shares"].append((found.shares[order], stored["P_sorted_desc"]))
            for item, wanted in enumerate(stored["probs_sorted_classes"].values()):
                ours = found.probabilities[order, item, : len(wanted[0])]
                pairs["items"].append((ours, wanted))
            pairs["chances"].append((found.chances[:10, order], stored["posterior_first10"]))
    return [
        row("latent classes: log-likelihood (nine fits, four data sets)", POLCA,
            pairs["likelihood"], 1e-6, "absolute"),
        row("latent classes: BIC (nine fits)", POLCA, pairs["bic"], 1e-5, "absolute"),
        row("latent classes: shares (eight fits)", POLCA, pairs["shares"], 1e-4, "absolute"),
        row("latent classes: item probabilities (eight fits)", POLCA, pairs["items"], 1e-4,
            "absolute"),
        row("latent classes: posteriors of ten units (eight fits)", POLCA, pairs["chances"], 1e-4,
            "absolute"),
    ]  # fmt: skip


def polca_codes(table: pd.DataFrame, levels: dict[str, tuple | None]) -> np.ndarray:
    """Codes from 0 in the order of R's factor levels, NaN where there is no answer."""
    codes = [
        table[item].map({level: place for place, level in enumerate(named)}).astype(float)
        if named
        else table[item].astype(float) - 1
        for item, named in levels.items()
    ]
    return np.column_stack(codes)


COMPARISONS = {
    "polca_lca": polca_lca,
    "clustering_fixed": clustering_fixed,
    "split_multinomial": split_multinomial,
    "clusterboot_jaccard": clusterboot_jaccard,
}
