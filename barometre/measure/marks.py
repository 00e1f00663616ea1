"""Points that a publisher gave to each answer, learnt from its own marks and held against ours.

1. every marked cell is read: unit, question, answer, mark;
2. points of an answer are learnt as the mark its cells have (`findings.learn_points`), and
   tested on marks that took no part: those of each unit from all others (`leave_one_out`);
3. our points, sub-totals and total stand beside the official ones (`compare`). Sums of ours are
   plain sums of the points of the answers; a question left blank earns nothing in them, as with
   the publisher.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from barometre.codebook import Codebook
from barometre.errors import StudyError
from barometre.ingest import workbooks
from barometre.ingest.values import number
from barometre.measure.agreement import spearman
from barometre.measure.findings import irregular, learn_points, odd_cells, odd_sums, themes_of

if TYPE_CHECKING:
    import pandas as pd


def marked_cells(paths: Sequence[str], options: Mapping[str, Any]) -> pd.DataFrame:
    """Every cell with a numeric mark: unit_id, item, answer (small letters, spaces kept), mark."""
    import pandas as pd

    rows = [
        (workbooks.unit_of(path, options), line.item, line.answer.lower(), number(line.mark))
        for path in paths
        for line in workbooks.lines(path, options)
    ]
    return pd.DataFrame(rows, columns=["unit_id", "item", "answer", "mark"]).dropna()


def stated_sums(
    paths: Sequence[str], options: Mapping[str, Any], totals: Mapping[str, str]
) -> pd.DataFrame:
    """The publisher's own sums: unit_id, item (theme or `total`), official.

    A sum stands in the mark column of a row without a number whose question cell, or the cell
    left of the mark, begins as `totals` says.

    Raises
    ------
    StudyError : a workbook has no such row, or no number in it.
    """
    import pandas as pd

    rows = []
    for path in paths:
        unit = workbooks.unit_of(path, options)
        sheet = workbooks.rows_of(path, options)
        for name, begins in totals.items():
            named = [
                row
                for row in sheet
                if any(text.startswith(begins) for text in (row.question, *row.after))
            ]
            value = number(named[0].mark) if named else float("nan")
            if np.isnan(value):
                raise StudyError(
                    f"{path}: no row that begins with '{begins}' has a number in column "
                    f"{options['columns']['mark']} (measure.official.totals.{name} in study.yaml)."
                )
            rows.append((unit, name, value))
    return pd.DataFrame(rows, columns=["unit_id", "item", "official"])


def leave_one_out(cells: pd.DataFrame) -> pd.Series:
    """Whether each cell's mark is what the points learnt from all other units say.

    Returns
    -------
    1.0 or 0.0 per cell, NaN where no other unit gave that answer.
    """
    import pandas as pd

    parts = []
    for unit, own in cells.groupby("unit_id"):
        points = learn_points(cells[cells["unit_id"] != unit])
        known = pd.Series(
            [points.get(pair, np.nan) for pair in zip(own["item"], own["answer"], strict=True)],
            index=own.index,
        )
        parts.append((known == own["mark"]).astype(float).where(known.notna()))
    return pd.concat(parts).reindex(cells.index)


def compare(
    responses: pd.DataFrame,
    index: pd.DataFrame,
    codebook: Codebook,
    paths: Sequence[str],
    settings: Mapping[str, Any],
    options: Mapping[str, Any],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `official_scores` and `official_agreement` from marked workbooks."""
    import pandas as pd

    cells = marked_cells(paths, options)
    cells = cells[cells["item"].isin(codebook.items.index)].reset_index(drop=True)
    sums = stated_sums(paths, options, settings["totals"])
    ours = _points(responses, codebook, set(cells["item"]))
    items = ours.merge(
        cells.rename(columns={"mark": "official"}).drop(columns="answer"),
        on=["unit_id", "item"],
        how="left",
    )
    totals = _our_sums(ours, codebook, list(settings["totals"]))
    scores = pd.concat([items, totals.merge(sums, on=["unit_id", "item"], how="left")])
    scores = scores.reset_index(drop=True)
    # Items that only some units have a mark for have no points; what is blank there is no zero.
    both = scores["score"].notna() & scores["official"].notna()
    scores["agrees"] = (scores["score"] == scores["official"]).astype("boolean").where(both)
    found = {**odd_cells(cells), **odd_sums(sums, cells, codebook)}
    keys = list(zip(scores["unit_id"], scores["item"], strict=True))
    for column, which in (("finding", 0), ("finding_fr", 1)):
        scores[column] = pd.array(
            [found[key][which] if key in found else None for key in keys], dtype="string"
        )
    return scores, _agreement(scores, cells, index, list(settings["totals"]))


def _points(responses: pd.DataFrame, codebook: Codebook, marked: set[str]) -> pd.DataFrame:
    """Our points: unit_id, item, score; a scored question left blank earns nothing."""
    rows = responses[responses["item"].isin(marked)]
    scored = rows["item"].isin(codebook.scored().index)
    score = rows["level"].where(rows["level"].notna() | ~scored, 0.0)
    return rows[["unit_id", "item"]].assign(score=score.astype(float))


def _our_sums(ours: pd.DataFrame, codebook: Codebook, names: list[str]) -> pd.DataFrame:
    import pandas as pd

    theme = ours["item"].map(themes_of(codebook))
    parts = [
        (ours if name == "total" else ours[theme == name])
        .groupby("unit_id")["score"]
        .sum()
        .reset_index()
        .assign(item=name)
        for name in names
    ]
    return pd.concat(parts)[["unit_id", "item", "score"]]


def _agreement(
    scores: pd.DataFrame, cells: pd.DataFrame, index: pd.DataFrame, sums: list[str]
) -> pd.DataFrame:
    import pandas as pd

    both = scores[scores["agrees"].notna()]
    parts = [name for name in sums if name != "total"]
    kinds = {
        "item_scores_equal": both[~both["item"].isin(sums)]["agrees"],
        "subtotals_equal": both[both["item"].isin(parts)]["agrees"],
        "totals_equal": both[both["item"] == "total"]["agrees"],
    }
    rows: list[tuple] = [
        (
            name,
            float(equal.mean()),
            None,
            None,
            len(equal),
            f"{int(equal.sum())} of {len(equal)} equal; a count, so without an interval",
            f"{int(equal.sum())} sur {len(equal)} égaux ; un décompte, donc sans intervalle",
        )
        for name, equal in kinds.items()
    ]
    words = cells.assign(answer=cells["answer"].str.strip())
    pairs = len(learn_points(words))
    odd = len(irregular(cells))
    rows.append(
        (
            "marks_constant",
            1 - odd / len(cells),
            None,
            None,
            len(cells),
            f"{len(cells) - odd} of {len(cells)} marked cells have the mark of their pair; {pairs} "
            "pairs of question and answer, case and outer spaces ignored",
            f"{len(cells) - odd} cellules notées sur {len(cells)} ont la note de leur paire ; "
            f"{pairs} paires de question et réponse, sans égard à la casse ni aux espaces",
        )
    )
    right = leave_one_out(cells)
    for name, values, note, note_fr in (
        (
            "points_leave_one_out",
            right.fillna(0.0),
            "points learnt from all other units predict the mark; an answer that no other unit "
            "gave counts as not predicted",
            "les points appris sur toutes les autres unités prédisent la note ; une réponse que "
            "nulle autre n'a donnée compte comme non prédite",
        ),
        (
            "points_leave_one_out_known",
            right.dropna(),
            "the same over the answers that another unit gave too",
            "de même, sur les réponses qu'une autre unité a aussi données",
        ),
    ):
        rows.append((name, float(values.mean()), None, None, len(values), note, note_fr))
    totals = scores[scores["item"] == "total"].set_index("unit_id")["official"]
    ours = index.set_index("unit_id")["index"].reindex(totals.index)
    rows.append(("spearman_index_total", *spearman(ours, totals)))
    columns = ["statistic", "estimate", "low", "high", "n", "note", "note_fr"]
    return pd.DataFrame(rows, columns=columns)
