"""Small studies written by hand."""

import pandas as pd
import pytest

from barometre.codebook import Codebook

TEXT = ["theme", "scale", "minimum", "maximum", "shown_if"]


@pytest.fixture(scope="session")
def make_codebook():
    """From (item, kind, role, adopted_from, scale) and scale rows to a codebook."""

    def make(rows, scales=()):
        items = pd.DataFrame(
            rows, columns=["item", "kind", "role", "adopted_from", "scale"]
        ).set_index("item")
        for column in TEXT:
            if column not in items:
                items[column] = ""
        items["weight"] = 1.0
        items["label_fr"] = "fr " + items.index
        items["label_en"] = "en " + items.index
        columns = ["scale", "answer", "level", "state", "label_fr", "label_en"]
        return Codebook(items, pd.DataFrame(list(scales), columns=columns))

    return make


@pytest.fixture(scope="session")
def make_responses():
    """From item -> list of levels (one for each unit, None for no level) to responses."""

    def make(answers):
        rows = [
            (f"u{unit:02d}", item, None if level is None else str(level), level,
             "empty" if level is None else "answered")
            for item, levels in answers.items()
            for unit, level in enumerate(levels)
        ]  # fmt: skip
        frame = pd.DataFrame(rows, columns=["unit_id", "item", "value", "level", "state"])
        return frame.astype({"level": float})

    return make


@pytest.fixture(scope="session")
def make_classes():
    """From a list of classes to the table of classes."""

    def make(names):
        return pd.DataFrame(
            {"unit_id": [f"u{unit:02d}" for unit in range(len(names))], "class": names}
        )

    return make
