"""What talks add to a questionnaire: gains against maturity, coded verbatims, projects in depth."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations, permutations
from math import factorial
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from barometre import tables
from barometre.codebook import Codebook
from barometre.describe import krippendorff
from barometre.draws import generator
from barometre.errors import StudyError

ENUMERATED = 9  # units up to which all orders are tried
DRAWS = 99_999
CODED = ["verbatim", "unit_id", "coder_1", "coder_2"]
DEPTH = ["project", "label_fr", "label_en", "item", "overcome", "lever_fr", "lever_en"]
OVERCOME = ("yes", "partly", "no")
GAINS = ["item", "label_fr", "label_en", "n", "mean_level", "tau", "p_value", "test"]
THEMES = ["theme", "label_fr", "label_en", "n_verbatims", "coder_1", "coder_2", "both", "units",
          "alpha", "low", "high"]  # fmt: skip
PAIRS = ["theme_1", "theme_2", "n_both", "n_either", "jaccard"]


def gains(
    responses: pd.DataFrame,
    index: pd.DataFrame,
    codebook: Codebook,
    items: list[str],
    seed: int,
    study: str,
) -> pd.DataFrame:
    """Each observed gain, and their mean, against maturity: Kendall's tau-b and its exact p.

    Parameters
    ----------
    responses, index : tables of the contracts
    items : codes of the gains; higher is more

    Returns
    -------
    Rows of the contract `gains`, the mean of all items last (item `all`).

    Raises
    ------
    StudyError : the codebook has no such item.

    Notes
    -----
    Kendall (1948), *Rank Correlation Methods*, chapter 3. The p-value permutes the gains over the
    units: all orders up to nine units, else drawn ones with (b + 1) / (B + 1) (Phipson & Smyth
    2010, *SAGMB* 9, article 39).
    """
    unknown = [item for item in items if item not in codebook.items.index]
    if unknown:
        raise StudyError(
            f"study.yaml, key 'interviews.gains': there is no item '{unknown[0]}' in the codebook."
        )
    wide = responses[responses["item"].isin(items)].pivot(
        index="unit_id", columns="item", values="level"
    )
    wide = wide[items].astype(float)
    maturity = index.set_index("unit_id")["index"].reindex(wide.index).to_numpy(float)
    words = codebook.items.loc[items, ["label_fr", "label_en"]]
    columns = {item: wide[item].to_numpy() for item in items}
    columns["all"] = wide.mean(axis=1, skipna=False).to_numpy()
    rows = []
    for item, values in columns.items():
        known = np.isfinite(values) & np.isfinite(maturity)
        rng = generator(seed, study, f"gains {item}")
        tau, p_value, test = association(maturity[known], values[known], rng)
        label = words.loc[item] if item in words.index else _ALL
        rows.append(
            {
                "item": item, **dict(label), "n": int(known.sum()),
                "mean_level": float(values[known].mean()) if known.any() else np.nan,
                "tau": tau, "p_value": p_value, "test": test,
            }
        )  # fmt: skip
    return pd.DataFrame(rows, columns=GAINS)


_ALL = {"label_fr": "Ensemble des gains (moyenne)", "label_en": "All gains (mean)"}


def association(x: np.ndarray, y: np.ndarray, rng: np.random.Generator) -> tuple[float, float, str]:
    """Kendall's tau-b, its two-sided permutation p and what was permuted."""
    n = len(x)
    if n < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return float("nan"), float("nan"), f"{n} units"
    observed = float(stats.kendalltau(x, y).statistic)
    if n <= ENUMERATED:
        orders = np.array(list(permutations(range(n))))
    else:
        orders = rng.permuted(np.tile(np.arange(n), (DRAWS, 1)), axis=1)
    sign = np.sign(x[:, None] - x[None, :])
    upper = np.triu_indices(n, 1)
    weights = sign[upper]
    statistic = np.zeros(len(orders))
    for pair, weight in zip(zip(*upper, strict=True), weights, strict=True):
        statistic += weight * np.sign(y[orders[:, pair[0]]] - y[orders[:, pair[1]]])
    own = (weights * np.sign(y[upper[0]] - y[upper[1]])).sum()
    hits = int((np.abs(statistic) >= abs(own) - 1e-9).sum())
    if n <= ENUMERATED:
        return observed, hits / factorial(n), f"{n} units, {factorial(n)} enumerated"
    return observed, (hits + 1) / (DRAWS + 1), f"{n} units, {DRAWS} drawn"


def read_coded(path: str, frame: Mapping[str, Any]) -> pd.DataFrame:
    """Coded verbatims: verbatim, unit_id, coder_1, coder_2 (themes joined by `|`).

    Raises
    ------
    StudyError : a column is missing, a verbatim stands twice, or a theme is not in the frame.
    """
    table = tables.read_source(path, CODED)
    for row, record in enumerate(table.to_dict("records"), start=2):
        for coder in ("coder_1", "coder_2"):
            wrong = [one for one in _themes(record[coder]) if one not in frame]
            if wrong:
                raise StudyError(
                    f"{path}, row {row}, column '{coder}': the theme '{wrong[0]}' is not in the "
                    f"frame (interviews.frame in study.yaml): {', '.join(frame)}."
                )
    twice = table.index[table["verbatim"].duplicated()]
    if len(twice):
        raise StudyError(
            f"{path}, row {twice[0] + 2}: the verbatim '{table.at[twice[0], 'verbatim']}' stands "
            "twice."
        )
    return table


def _themes(cell: str) -> list[str]:
    return [one.strip() for one in cell.split("|") if one.strip()]


def verbatim_tables(
    coded: pd.DataFrame, frame: Mapping[str, Any], seed: int, study: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Themes of the verbatims with the coders' agreement, and themes that go together.

    A verbatim may bear several themes, so agreement is told theme by theme: each is there or not
    for each coder. Pairs count where both coders see both themes.

    Returns
    -------
    Rows of the contracts `verbatim_themes` and `verbatim_pairs`.
    """
    seen = {
        coder: np.array([[theme in _themes(cell) for theme in frame] for cell in coded[coder]])
        for coder in ("coder_1", "coder_2")
    }
    both = seen["coder_1"] & seen["coder_2"]
    rows = []
    for place, (theme, words) in enumerate(frame.items()):
        codes = np.array([seen[coder][:, place] for coder in seen], dtype=float)
        low, high = krippendorff.bootstrap(codes, generator(seed, study, f"alpha {theme}"))
        rows.append(
            {
                "theme": theme,
                "label_fr": words["fr"],
                "label_en": words["en"],
                "n_verbatims": len(coded),
                "coder_1": int(codes[0].sum()),
                "coder_2": int(codes[1].sum()),
                "both": int(both[:, place].sum()),
                "units": coded.loc[both[:, place], "unit_id"].nunique(),
                "alpha": krippendorff.alpha(codes),
                "low": low,
                "high": high,
            }
        )
    names = list(frame)
    pairs = []
    for first, second in combinations(range(len(names)), 2):
        together = int((both[:, first] & both[:, second]).sum())
        either = int((both[:, first] | both[:, second]).sum())
        if together:
            values = [names[first], names[second], together, either, together / either]
            pairs.append(dict(zip(PAIRS, values, strict=True)))
    return pd.DataFrame(rows, columns=THEMES), pd.DataFrame(pairs, columns=PAIRS)


def read_projects(path: str, codebook: Codebook) -> pd.DataFrame:
    """Projects in depth, a row per brake: whether steering overcame it, and by what lever.

    Raises
    ------
    StudyError : a column is missing, a brake is no item of role `brake`, or `overcome` is none of
        yes, partly, no.
    """
    table = tables.read_source(path, DEPTH)
    known = codebook.items.index[codebook.items["role"] == "brake"]
    for row, record in enumerate(table.to_dict("records"), start=2):
        if record["item"] not in known:
            raise StudyError(
                f"{path}, row {row}, column 'item': '{record['item']}' is no item of role 'brake' "
                "in the codebook."
            )
        if record["overcome"] not in OVERCOME:
            raise StudyError(
                f"{path}, row {row}, column 'overcome': '{record['overcome']}' is none of "
                f"{', '.join(OVERCOME)}."
            )
    words = codebook.items.loc[table["item"], ["label_fr", "label_en"]]
    return table.assign(
        brake_fr=words["label_fr"].to_numpy(), brake_en=words["label_en"].to_numpy()
    )
