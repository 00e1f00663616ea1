"""The two mistakes of LimeSurvey's .sav files, made again in small ones, and mended."""

import struct

import pandas as pd
import pyreadstat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barometre.ingest.savfile import LONG_LABELS, mended, records

# Codes of more than eight letters have their labels in the record of long texts.
FIRST, SECOND = "metropolis", "community"
LABELS = {FIRST: "Métropole à statut particulier", SECOND: "Communauté urbaine"}


@pytest.fixture
def whole(tmp_path) -> bytes:
    """A right file: a long text and a short one with labels, and a number."""
    frame = pd.DataFrame({"form": [FIRST, SECOND], "sex": ["F", "M"], "n": [1.5, 2.0]})
    pyreadstat.write_sav(
        frame,
        str(tmp_path / "whole.sav"),
        variable_value_labels={"form": LABELS, "sex": {"F": "Femme", "M": "Homme"}},
    )
    return (tmp_path / "whole.sav").read_bytes()


def counting_characters(raw: bytes) -> bytes:
    """The file with the lengths of long labels in characters."""
    for label in LABELS.values():
        body = label.encode("utf-8")
        right = struct.pack("<i", len(body)) + body
        assert right in raw
        raw = raw.replace(right, struct.pack("<i", len(label)) + body)
    return raw


def numbers_for_texts(raw: bytes) -> bytes:
    """The file with 0 and 1 as numbers in the place of the texts F and M."""
    for text, number in (("F", 0.0), ("M", 1.0)):
        right = text.encode().ljust(8) + b"\x05"
        assert raw.count(right) == 1
        raw = raw.replace(right, struct.pack("<d", number) + b"\x05")
    return raw


def test_a_right_file_is_left_alone(whole):
    assert mended(whole) is None
    assert LONG_LABELS in {kind for kind, _ in records(whole, "<")}


def test_lengths_that_count_characters_are_measured_again(whole):
    wrong = counting_characters(whole)
    assert wrong != whole
    right, told = mended(wrong)
    assert right == whole
    assert told == ["value labels of long texts measured again (lengths counted characters)"]


def test_labels_that_are_broken_otherwise_are_left_out(whole, tmp_path):
    label = LABELS[FIRST].encode("utf-8")
    wrong = whole.replace(struct.pack("<i", len(label)) + label, struct.pack("<i", 9) + label)
    right, told = mended(wrong)
    assert told == ["value labels of long texts left out (they are broken)"]
    (tmp_path / "mended.sav").write_bytes(right)
    frame, meta = pyreadstat.read_sav(str(tmp_path / "mended.sav"))
    assert list(frame["form"]) == [FIRST, SECOND]
    assert meta.variable_value_labels == {"sex": {"F": "Femme", "M": "Homme"}}


def test_numbers_in_the_place_of_texts_are_left_out(whole, tmp_path):
    right, told = mended(numbers_for_texts(whole))
    assert told == ["value labels of 1 text variables left out (written as numbers)"]
    (tmp_path / "mended.sav").write_bytes(right)
    frame, meta = pyreadstat.read_sav(str(tmp_path / "mended.sav"))
    assert frame.to_dict("list") == {"form": [FIRST, SECOND], "sex": ["F", "M"], "n": [1.5, 2.0]}
    assert meta.variable_value_labels == {"form": LABELS}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 400))
def test_any_bytes_are_followed_or_left_alone(data, at):
    head = b"$FL2" + b" " * 60 + b"\x02\0\0\0" + b"\0" * 108
    for raw in (data, head + data, head[:at] + data):
        found = mended(raw)
        assert found is None or found[1]
