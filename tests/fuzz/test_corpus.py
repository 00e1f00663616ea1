"""Found cases stay read or refused, and a few hundred mutations beside them."""

import random
import warnings

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.harness import NAMED, SUFFIXES, outcome
from tests.fuzz.mutate import mutated
from tests.fuzz.seeds import CORPUS, seeds

CASES = sorted(path.name for path in CORPUS.glob("*.*"))
SEEDS = seeds()


@pytest.mark.parametrize("name", CASES)
def test_found_cases_stay_mended(name):
    path = CORPUS / name
    reader = path.stem.rpartition("-")[2]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome(path.read_bytes(), path.suffix, None if reader == "None" else reader)


def test_the_seeds_of_known_forms_are_read():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert outcome(SEEDS[0][0], ".csv", None) == "read"
        assert outcome(SEEDS[1][0], ".csv", None) == "read"
        assert outcome(SEEDS[2][0], ".csv", "table") == "read"
        assert outcome(SEEDS[3][0], ".csv", "long_table") == "read"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(range(len(SEEDS))), st.integers(0, 2**32), st.sampled_from(NAMED))
def test_mutations_are_read_or_refused(seed, number, reader):
    data, suffix = SEEDS[seed]
    outcome(mutated(data, random.Random(number)), suffix, reader)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(SUFFIXES), st.sampled_from(NAMED))
def test_any_bytes_are_read_or_refused(data, suffix, reader):
    outcome(data, suffix, reader)
