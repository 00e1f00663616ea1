"""Free texts that a study publishes; the reading step has scrubbed them (`ingest.scrub`)."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from barometre.codebook import Codebook
from barometre.ingest.wording import key

COLUMNS = ["item", "number", "label_fr", "label_en", "verbatim"]


def verbatim_table(
    responses: pd.DataFrame, codebook: Codebook, items: Sequence[str]
) -> pd.DataFrame:
    """Rows of the contract `verbatims`: the texts of each item in the order of the alphabet.

    Parameters
    ----------
    responses : table of the contract
    items : `privacy.verbatims` of study.yaml
    """
    rows = []
    for item in items:
        given = responses.loc[responses["item"] == item, "value"].dropna()
        texts = sorted((str(text) for text in given), key=lambda text: (key(text), text))
        labels = codebook.label(item, "fr"), codebook.label(item, "en")
        rows += [(item, number, *labels, text) for number, text in enumerate(texts, start=1)]
    return pd.DataFrame(rows, columns=COLUMNS)
