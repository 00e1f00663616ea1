"""What the measure room computes beside COINr, psych and mice, on the same data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometre.measure.consistency import alpha
from barometre.measure.intervals import rubin
from barometre.measure.weights import first_component
from tests.reference import hierarchy
from tests.reference.compared import expected, row
from tests.reference.psych_bfi import bfi

COINR = "COINr 1.1.14"
PILLARS = ("Physical", "ConEcFin", "Political", "Instit", "P2P", "Environ", "Social", "SusEcFin")
# Name in the reference -> normalisation, its ends, mean.
ALTERNATIVES = {
    "amean": ("minmax", (0, 100), "arithmetic"),
    "gmean_mm1_100": ("minmax", (1, 100), "geometric"),
    "hmean_mm1_100": ("minmax", (1, 100), "harmonic"),
    "zscore_10_2_amean": ("zscore", (10, 2), "arithmetic"),
    "rank_amean": ("rank", (0, 0), "arithmetic"),
    "prank_amean": ("percentile_rank", (0, 0), "arithmetic"),
    "borda_amean": ("borda", (0, 0), "arithmetic"),
    "dist2max_amean": ("distance_to_best", (0, 0), "arithmetic"),
}
RUNS = {"n_minmax": ("minmax", (1, 100)), "n_zscore": ("zscore", (10, 2))}
MEANS = {"a_amean": "arithmetic", "a_gmean": "geometric"}


class Asem:
    """The ASEM index: its hierarchy, the stages in COINr and in ours."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.want = expected(folder)
        self.meta = pd.read_csv(folder / "input_meta.csv").set_index("iCode")
        self.levels = self.meta["Level"].dropna()
        data = pd.read_csv(folder / "input.csv").set_index("uCode")
        self.theirs = {
            name: self._read(f"dset_{name}.csv")
            for name in ("Raw", "Denominated", "Imputed", "Screened", "Treated", "Normalised",
                         "Aggregated")
        }  # fmt: skip
        self.indicators = list(self.theirs["Raw"].columns)
        self.raw = data.loc[self.theirs["Raw"].index, self.indicators].astype(float)
        self.group = data.loc[self.raw.index, "EurAsia_group"]
        self.named = self.meta.loc[self.indicators, "Denominator"]
        self.columns = data.loc[self.raw.index, sorted(set(self.named.dropna()))]
        self.directions = self.meta.loc[self.indicators, "Direction"]

    def _read(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / name).set_index("uCode")

    def stages(self) -> dict[str, pd.DataFrame]:
        """Every stage from the one before, of ours."""
        found = {"Raw": self.raw}
        found["Denominated"] = hierarchy.denominated(self.raw, self.named, self.columns)
        found["Imputed"] = hierarchy.imputed_by_group(found["Denominated"], self.group)
        # All units have enough data, so screening removes none.
        found["Screened"] = found["Imputed"]
        found["Treated"] = hierarchy.treated(found["Screened"])
        found["Normalised"] = hierarchy.normalised(found["Treated"], self.directions)
        found["Aggregated"] = self.aggregate(found["Normalised"])
        return found

    def aggregate(self, values: pd.DataFrame, how: str = "arithmetic") -> pd.DataFrame:
        return hierarchy.aggregated(
            values, self.meta["Parent"], self.levels, self.meta["Weight"], how
        )

    def design(self) -> tuple[dict, list, pd.DataFrame, pd.DataFrame]:
        """What `index_under_choices` needs for the complete design of the reference."""
        runs = self._read_plain("sa_design.csv")
        sets = self._read_plain("sa_weight_sets.csv").drop(columns="set")
        variants = {}
        for most in sorted(set(runs["winmax"])):
            calm = hierarchy.treated(self.theirs["Screened"], int(most))
            for name, (how, ends) in RUNS.items():
                table = hierarchy.normalised(calm, self.directions, how, ends)
                variants[int(most), name] = table.to_numpy()
        rows = [
            (int(one.winmax), one.norm, int(one.weight_set) - 1, MEANS[one.agg])
            for one in runs.itertuples()
        ]
        return variants, rows, sets, runs

    def shares(self, sets: pd.DataFrame) -> np.ndarray:
        """Weight sets (sets, indicators), as products through the hierarchy."""
        found = hierarchy.effective_weights(sets, self.meta["Parent"], self.levels)
        return found[self.indicators].to_numpy()

    def _read_plain(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / name)


def asem(folder: Path) -> list[dict[str, Any]]:
    """Every stage, the alternatives, the complete sensitivity design."""
    case = Asem(folder)
    stages = case.stages()
    rows = []
    for name, table in stages.items():
        ours, theirs = table[list(case.theirs[name].columns)], case.theirs[name]
        assert (ours.isna() == theirs.isna()).to_numpy().all(), name
        pairs = [(ours.fillna(0), theirs.fillna(0))]
        rows.append(row(f"stage {name} (51 units)", COINR, pairs, 1e-10, "absolute"))
    treated = [
        (hierarchy.treated(case.theirs["Screened"], most), case._read(f"treated_winmax{most}.csv"))
        for most in range(1, 6)
    ]
    rows.append(row("outliers, at most 1 to 5 points", COINR, treated, 1e-10, "absolute"))
    pairs = []
    for name, (how, ends, mean) in ALTERNATIVES.items():
        table = hierarchy.normalised(case.theirs["Treated"], case.directions, how, ends)
        index = case.aggregate(table, mean)["Index"]
        pairs.append((index, pd.Series(case.want["alternatives"][name]).reindex(index.index)))
    rows.append(row("eight alternative indices", COINR, pairs, 1e-10, "absolute"))
    nominal = case.meta.loc[case.levels.index, "Weight"].to_frame().T.reset_index(drop=True)
    weights = hierarchy.effective_weights(nominal.astype(float), case.meta["Parent"], case.levels)
    weights = weights.iloc[0]
    theirs = pd.Series(case.want["effective_weights"]["EffWeight"],
                       case.want["effective_weights"]["iCode"])  # fmt: skip
    rows.append(
        row("shares in the index", COINR, [(weights.reindex(theirs.index), theirs)], 1e-12,
            "absolute")
    )  # fmt: skip
    rows += _multivariate(case)
    return rows + _sensitivity(case)


def _multivariate(case: Asem) -> list[dict[str, Any]]:
    want = case.want["cronbach"]
    normalised, whole = case.theirs["Normalised"], case.theirs["Aggregated"]
    pairs = []
    for pillar in PILLARS:
        members = [code for code in case.indicators if case.meta.at[code, "Parent"] == pillar]
        pairs.append(
            (
                alpha(normalised[members].cov().to_numpy()),
                want["norm_indicators_by_pillar"][pillar],
            )
        )
    for part in ("Conn", "Sust"):
        members = [code for code in PILLARS if case.meta.at[code, "Parent"] == part]
        pairs.append(
            (alpha(whole[members].cov().to_numpy()), want["pillars_within_subindex"][part])
        )
    components = []
    for part in ("Conn", "Sust"):
        found = case.want["pca_pillars"][part]
        loadings = first_component(whole[found["iCodes"]].to_numpy())
        assert loadings is not None
        components.append((np.abs(loadings), found["pc1_weights_sign_free"]))
    return [
        row("alpha of the pillars", COINR, pairs, 1e-10, "absolute"),
        row("loadings of the first component", COINR, components, 1e-10, "absolute"),
    ]


def _sensitivity(case: Asem) -> list[dict[str, Any]]:
    variants, design, sets, runs = case.design()
    index = hierarchy.index_under_choices(variants, design, case.shares(sets))
    columns = [f"r_{number}" for number in runs["rep"]]
    scores, ranks = case._read("sa_scores.csv"), case._read("sa_ranks.csv")
    ours = pd.DataFrame(-index.T.round(12)).rank(method="min").to_numpy()
    shift = np.abs(ours - ranks["Nominal"].to_numpy()[:, None]).mean(axis=0)
    size = f"{len(design)} runs x {index.shape[1]} units"
    return [
        row(f"scores, {size}", COINR, [(index.T, scores[columns])], 1e-10, "absolute"),
        row(f"ranks, {size}", COINR, [(ours, ranks[columns])], 0.0, "absolute"),
        row(f"mean shift of ranks, {len(design)} runs", COINR,
            [(shift, case.want["sa_y_mean_abs_rank_shift"])], 1e-12, "absolute"),
    ]  # fmt: skip


def mice(folder: Path) -> list[dict[str, Any]]:
    """Rubin's rules on twenty completed data sets."""
    want = expected(folder)["pooled"]
    data = pd.read_csv(folder / "input_imputed_long.csv")
    estimates, variances = [], []
    for _, completed in data.groupby(".imp"):
        x = np.column_stack([np.ones(len(completed)), completed["age"], completed["bmi"]])
        y = completed["chl"].to_numpy(float)
        inverse = np.linalg.inv(x.T @ x)
        beta = inverse @ x.T @ y
        estimates.append(beta)
        variances.append(((y - x @ beta) ** 2).sum() / (len(y) - 3) * np.diag(inverse))
    pooled = rubin(np.array(estimates), np.array(variances), 22)
    pairs = [
        (getattr(pooled, ours), want[theirs])
        for ours, theirs in (("estimate", "estimate"), ("within", "ubar"), ("between", "b"),
                             ("total", "t"), ("df", "df"))
    ]  # fmt: skip
    return [row("Rubin's rules, Barnard-Rubin degrees of freedom", "mice", pairs, 1e-10)]


CASES = {"coinr_asem": asem, "psych_bfi": bfi, "mice_rubin": mice}


def rows(shared: Path) -> list[dict[str, Any]]:
    """One dict per quantity: reference, quantity, against, largest_difference, tolerance."""
    return [
        {"reference": name, **found}
        for name, case in CASES.items()
        for found in case(shared / "reference" / name)
    ]
