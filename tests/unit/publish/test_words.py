"""Words and numbers in print."""

import string

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from barometre.publish import words


def test_french_numbers_have_comma_thin_space_and_true_minus():
    assert words.number(-1234.5, "fr", 1) == "\u22121\u202f234,5"
    assert words.number(-1234.5, "en", 1) == "\u22121,234.5"
    assert words.percent(0.205, "fr", 1) == "20,5\u00a0%"
    assert words.interval(0.1, 2, "fr", 1) == "[0,1\u00a0; 2,0]"
    assert words.interval(0.1, 2, "en", 1) == "[0.1, 2.0]"


def test_a_rounded_zero_has_no_sign():
    assert words.number(-0.001, "en", 1) == "0.0"


@pytest.mark.parametrize("value", [None, float("nan")])
def test_unknown_is_said_and_never_zero(value):
    assert words.number(value, "fr") == "inconnu"
    assert words.percent(value, "en") == "unknown"
    assert "0" not in words.interval(value, 1, "fr")


def test_p_is_never_zero():
    assert words.p_value(0.0, "en").replace("\u00a0", " ") == "p < 0.001"
    assert words.p_value(0.0341, "fr").replace("\u00a0", " ") == "p = 0,034"


@given(st.floats(-1e6, 1e6), st.integers(0, 4))
def test_print_and_read_back(value, digits):
    for language, mark in (("fr", ","), ("en", ".")):
        text = words.number(value, language, digits).replace("\u2212", "-").replace("\u202f", "")
        read = float(text.replace(mark, "\0").replace(",", "").replace("\0", "."))
        assert abs(read - value) <= 0.5001 * 10**-digits


@given(st.floats(-50, 50), st.floats(0.001, 100))
def test_interval_digits_show_the_width(low, width):
    digits = words.digits_for(low, low + width)
    assert round(width, digits) > 0


def test_every_sentence_stands_in_both_languages_with_the_same_numbers():
    catalogue = yaml.safe_load((words.Path(words.__file__).with_name("words.yaml")).read_text())
    for key, both in catalogue.items():
        assert set(both) == {"fr", "en"}, key
        fields = [{name for _, name, _, _ in string.Formatter().parse(text) if name}
                  for text in both.values()]  # fmt: skip
        assert fields[0] == fields[1], key


def test_french_spaces_cannot_break():
    assert words.typeset("Qui ? Oui : « tout » 20 %", "fr") == (
        "Qui\u202f? Oui\u00a0: «\u00a0tout\u00a0» 20\u00a0%"
    )
    assert words.typeset("Who ? ", "en") == "Who ? "


def test_a_probability_from_draws_is_never_certain():
    assert words.probability(1.0, "en").replace("\u00a0", " ") == "> 99%"
    assert words.probability(0.0, "fr").replace("\u00a0", " ") == "< 1 %"
    assert words.probability(0.571, "en") == "57%"


def test_every_country_and_economy_has_its_french_name(root):
    """Names that are the same in both languages stand in no list; a name of no study neither."""
    import csv

    import yaml

    names = set()
    for path, columns in (
        ("odm-2023/countries.csv", ("country", "country_group")),
        ("gtmi-2022/economies.csv", ("economy",)),
    ):
        with open(root / "data" / "raw" / path, encoding="utf-8", newline="") as source:
            names |= {row[column] for row in csv.DictReader(source) for column in columns}
    path = root / "barometre" / "publish" / "places_fr.yaml"
    french = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert set(french) <= names
    assert not [name for name, told in french.items() if name == told]
    alike = {"France", "Mali", "Togo", "Portugal", "Ukraine", "Luxembourg", "Philippines"}
    assert alike <= names - set(french)
    assert words.place("Germany", "fr") == "Allemagne" and words.place("Germany", "en") == "Germany"
    assert words.place("Métropole A", "fr") == "Métropole A"
