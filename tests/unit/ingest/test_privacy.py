"""What is personal stays in the raw files, and what a codebook missed is told."""

import pandas as pd
import pytest

from barometre.ingest import privacy


def answers(*texts: str) -> pd.DataFrame:
    return pd.DataFrame({"item": "c", "value": pd.array(texts, dtype="string")})


@pytest.mark.parametrize(
    "text", ["voir a.b@ville.example", "tél. 06 12 34 56 78", "+33 1 23 45 67 89", "0123456789"]
)
def test_addresses_and_numbers_are_seen(text):
    assert privacy.suspects(answers(text, "rien")) == {"c": 1}


@pytest.mark.parametrize(
    "text", ["200 046 977", "2015-01-01 00:00:00", "1 250 000", "3,5 M€", "@home", "12500000"]
)
def test_numbers_and_dates_are_not(text):
    assert privacy.suspects(answers(text)) == {}
    assert privacy.finding(answers(text)) == "none found"


def test_no_answer_at_all():
    assert privacy.suspects(answers()) == {}


def test_committed_tables_hold_nothing_personal_of_the_genuine_export(shared, root):
    """Every produced file of the demonstration study, against the identities in its export."""
    folders = [root / "results" / "metropoles-demo", root / "data/processed/metropoles-demo"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    if not files:
        pytest.skip("the demonstration study has not been built")
    entered = pd.read_csv(shared("limesurvey/truth_long.csv"), dtype=str, keep_default_na=False)
    meta = pd.read_csv(shared("limesurvey/truth_meta.csv"), dtype=str, keep_default_na=False)
    who = entered[(entered["question_code"] == "idrep") & entered["subquestion"].isin(["EMAIL"])]
    secrets = {*who["value"], *meta["token"], *meta["ipaddr"]} - {"", "127.0.0.1"}
    assert len(secrets) > 50
    leaks = []
    for path in files:
        content = path.read_bytes().decode("utf-8", "replace")
        leaks.extend((path.name, secret) for secret in secrets if secret in content)
    assert leaks == []
