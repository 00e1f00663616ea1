"""An index of ours beside a publisher's index and its ordered groups.

1. the publisher's table is joined on the unit's id as it stands;
2. both orders are compared (Spearman), and the means of the two scales;
3. our index is cut where the publisher cuts its own; the groups are compared by the share of
   equal ones and by Cohen's kappa with quadratic weights, since groups are ordered;
4. our three classes are compared with the groups by the adjusted Rand index (Hubert & Arabie
   1985). It has no interval: a bootstrap repeats units, and a repeated unit agrees with itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from barometre.errors import StudyError
from barometre.ingest import sheets
from barometre.ingest.values import number
from barometre.measure.agreement import bootstrap_kappa, spearman, weighted_kappa
from barometre.proportions import wilson

if TYPE_CHECKING:
    import pandas as pd


def official_table(path: str, settings: Mapping[str, Any]) -> pd.DataFrame:
    """The publisher's rows: `score` and `group`, indexed by unit.

    Raises
    ------
    StudyError : a column is missing, no row is left, a unit stands twice, or a group is unknown.
    """
    import pandas as pd

    rows = sheets.open_sheet(path, {}).rows
    table = pd.DataFrame([[cell or "" for cell in row] for row in rows[1:]], columns=rows[0])
    columns = settings["columns"]
    for name in (*columns.values(), *settings.get("where", {})):
        if name not in table.columns:
            raise StudyError(
                f"{path}: there is no column '{name}' (measure.official in study.yaml); the "
                f"columns are {', '.join(map(str, table.columns))}."
            )
    for name, value in settings.get("where", {}).items():
        table = table[table[name] == str(value)]
    ids = table[columns["unit"]]
    if table.empty or ids.duplicated().any():
        what = "no row is left" if table.empty else f"'{ids[ids.duplicated()].iloc[0]}' comes twice"
        raise StudyError(f"{path}: {what}; mend measure.official.where in study.yaml.")
    known = {*settings["cuts"], settings["worst"]}
    for row, group in table[columns["group"]].items():
        if group not in known:
            raise StudyError(
                f"{path}, row {int(str(row)) + 2}, column '{columns['group']}': '{group}' is not "
                f"one of the groups {', '.join(sorted(known))} (measure.official.cuts)."
            )
    return pd.DataFrame(
        {"score": table[columns["score"]].map(number), "group": table[columns["group"]]}
    ).set_index(ids.rename("unit_id"))


def compare(
    index: pd.DataFrame,
    classes: pd.DataFrame,
    path: str,
    settings: Mapping[str, Any],
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Tables `official_scores` (item `total`, ours as index / 100) and `official_agreement`."""
    import pandas as pd

    theirs = official_table(path, settings)
    ours = index.set_index("unit_id")["index"] / 100
    scores = pd.DataFrame({"unit_id": ours.index, "item": "total", "score": ours.to_numpy()})
    scores["official"] = theirs["score"].reindex(ours.index).to_numpy()
    # The two indices are made of other items: they are compared by order, never held equal.
    scores["agrees"] = pd.array([pd.NA] * len(scores), dtype="boolean")
    lost = scores["official"].isna()
    scores["finding"] = pd.array(
        ["not in the publisher's table under this code" if gone else None for gone in lost],
        dtype="string",
    )
    scores["finding_fr"] = pd.array(
        ["absent de la table de l'éditeur sous ce code" if gone else None for gone in lost],
        dtype="string",
    )
    return scores, agreement(ours, theirs, classes, settings, rng)


def agreement(
    ours: pd.Series,
    theirs: pd.DataFrame,
    classes: pd.DataFrame,
    settings: Mapping[str, Any],
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The statistics of the module's docstring."""
    import pandas as pd
    from scipy import stats
    from sklearn.metrics import adjusted_rand_score

    both = ours.dropna().index.intersection(theirs.dropna().index)
    ours, theirs = ours[both], theirs.loc[both]
    n = len(both)
    names = [*settings["cuts"], settings["worst"]]
    own = (ours.to_numpy()[:, None] < np.array(list(settings["cuts"].values()))).sum(1)
    other = theirs["group"].map({name: code for code, name in enumerate(names)}).to_numpy()
    cuts = ", ".join(f"{name} >= {cut:g}" for name, cut in settings["cuts"].items())
    gap = ours - theirs["score"]
    half = float(stats.t.ppf(0.975, n - 1) * gap.std(ddof=1) / np.sqrt(n))
    low, high = bootstrap_kappa(own, other, len(names), rng)
    three = classes.set_index("unit_id")["class"].reindex(both)
    rows = [
        ("spearman_index_official", *spearman(ours, theirs["score"])),
        (
            "mean_difference",
            float(gap.mean()),
            float(gap.mean()) - half,
            float(gap.mean()) + half,
            n,
            "our index / 100 less the official one",
            "notre indice / 100 moins l'officiel",
        ),
        (
            "same_group",
            *map(float, wilson(int((own == other).sum()), n)),
            n,
            f"our index cut as the official one ({cuts})",
            f"notre indice coupé comme l'officiel ({cuts})",
        ),
        (
            "weighted_kappa_groups",
            float(weighted_kappa(own, other, len(names))),
            low,
            high,
            n,
            "the same groups; quadratic weights, percentile bootstrap of 2,000 draws",
            "les mêmes groupes ; poids quadratiques, bootstrap de 2 000 tirages (percentiles)",
        ),
        (
            "adjusted_rand_classes",
            float(adjusted_rand_score(theirs["group"], three)),
            None,
            None,
            n,
            "our three classes and the official groups",
            "nos trois classes et les groupes officiels",
        ),
    ]
    columns = ["statistic", "estimate", "low", "high", "n", "note", "note_fr"]
    return pd.DataFrame(rows, columns=columns)
