"""Bootstrap Jaccard against fpc::clusterboot on its own resamples, with Ward's clustering."""

import json

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.hierarchy import fcluster, linkage
from sklearn.metrics import adjusted_rand_score

from barometre.classify.stability import cluster_jaccard, jaccard_matrix
from tests.reference.ward import hclust_ward, in_order_of_appearance

FOLDER = "reference/clusterboot_jaccard"


@pytest.fixture
def expected(shared):
    return json.loads(shared(f"{FOLDER}/expected.json").read_text())


def scipy_ward(points, k=3):
    return in_order_of_appearance(fcluster(linkage(points, "ward"), k, "maxclust"))


@pytest.mark.parametrize(
    ("name", "file", "columns", "ward"),
    [
        ("usarrests_ward", "input.csv", slice(1, None), scipy_ward),
        ("usarrests_ward", "input.csv", slice(1, None), hclust_ward),
        ("iris_ward", "input_iris.csv", slice(0, 4), hclust_ward),
    ],
)
def test_every_resample_of_clusterboot(shared, expected, name, file, columns, ward):
    wanted = expected["deterministic"][name]
    points = pd.read_csv(shared(f"{FOLDER}/{file}")).iloc[:, columns].to_numpy(float)
    drawn = pd.read_csv(shared(f"{FOLDER}/boot_index_{name}.csv")).to_numpy() - 1
    assert (ward(points) + 1).tolist() == wanted["labels"]
    found = cluster_jaccard(points, ward, drawn, 3, "greedy")
    assert found == pytest.approx(np.array(wanted["jaccard_matrix_clusterboot"]).T, abs=1e-12)
    assert found.mean(0) == pytest.approx(wanted["bootmean_clusterboot"], abs=1e-12)


def test_fixed_labellings(expected):
    pairs = expected["label_pairs"]
    one, two = np.array(pairs["a"]) - 1, np.array(pairs["b"]) - 1
    assert jaccard_matrix(one, two, 3)[0, 0] == pytest.approx(pairs["jaccard_cluster_a1_b1"])
    assert adjusted_rand_score(one, two) == pytest.approx(pairs["ari"], abs=1e-12)
