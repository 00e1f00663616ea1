"""Reliability beside psych, lavaan and semTools: five scales of bfi, and Holzinger's three factors.

psych's lambda-4 tries only the first half of the splits of an odd number of items, so ours is
compared over these; over all of them it is higher on one scale (conscientiousness).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from barometre.measure import categorical, consistency, factor
from barometre.measure.polychoric import Polychoric, polychoric
from tests.reference.compared import expected, row, values

PSYCH, LAVAAN, SEMTOOLS = "psych 2.2.9", "lavaan 0.6.14", "semTools 0.5.6"


@dataclass(frozen=True)
class Scale:
    """One scale of the reference: all answers, the complete ones, and what is expected of them."""

    answers: pd.DataFrame
    complete: np.ndarray
    want: dict[str, Any]

    @property
    def covariance(self) -> np.ndarray:
        return np.cov(self.complete, rowvar=False)

    @property
    def correlation(self) -> np.ndarray:
        return np.corrcoef(self.complete, rowvar=False)


def scales(folder: Path) -> tuple[pd.DataFrame, list[Scale], dict[str, Any]]:
    """All answers with reversed items put right, the five scales, all that is expected."""
    want = expected(folder)
    data = pd.read_csv(folder / "input.csv")
    data[want["reversed_items"]] = 7 - data[want["reversed_items"]]
    found = [
        Scale(data[scale["items"]], data[scale["items"]].dropna().to_numpy(float), scale)
        for scale in want["scales"].values()
    ]
    return data, found, want


def bfi(folder: Path) -> list[dict[str, Any]]:
    """Every quantity of the reference's list."""
    data, found, want = scales(folder)
    return [
        *_classical(found),
        *_factors(found),
        *_ordinal(found),
        *_adequacy(data, want),
        *_holzinger(pd.read_csv(folder / "input_holzinger.csv"), want["holzinger_cfa"]),
    ]


def _classical(found: list[Scale]) -> list[dict[str, Any]]:
    def pairs(ours, name):
        return [(ours(one), one.want[name]) for one in found]

    alpha = consistency.alpha
    pairwise = pairs(lambda one: alpha(one.answers.cov().to_numpy()), "alpha_raw_pairwise")
    feldt = pairs(
        lambda one: consistency.feldt(alpha(one.covariance), *one.complete.shape),
        "alpha_feldt_ci95",
    )
    normal = pairs(
        lambda one: consistency.duhachek(one.covariance, len(one.complete)), "alpha_duhachek_ci95"
    )
    dropped = [
        (consistency.alpha_if_dropped(one.covariance),
         values(one.want["alpha_if_dropped_complete"]))
        for one in found
    ]  # fmt: skip
    rest = [
        (consistency.item_rest(one.covariance), values(one.want["r_drop_complete"]))
        for one in found
    ]
    second = pairs(lambda one: consistency.lambda2(one.correlation), "guttman_lambda2")
    fourth = pairs(
        lambda one: consistency.split_halves(one.correlation)[:5].max(),
        "guttman_lambda4_splithalf_max",
    )
    listwise = pairs(lambda one: alpha(one.covariance), "alpha_raw_complete")
    return [
        row("alpha of five scales, complete answers", PSYCH, listwise, 1e-12, "absolute"),
        row("alpha of five scales, pairwise", PSYCH, pairwise, 1e-12, "absolute"),
        row("Feldt's interval", PSYCH, feldt, 1e-12, "absolute"),
        row("interval of Duhachek and Iacobucci", PSYCH, normal, 1e-12, "absolute"),
        row("alpha if an item is dropped", PSYCH, dropped, 1e-12, "absolute"),
        row("item-rest correlations", PSYCH, rest, 1e-12, "absolute"),
        row("lambda-2", PSYCH, second, 1e-12, "absolute"),
        row("lambda-4 over the splits that psych tries", PSYCH, fourth, 1e-12, "absolute"),
    ]


def _factors(found: list[Scale]) -> list[dict[str, Any]]:
    minres, omegas, likelihood, fits, least = [], [], [], [], []
    for one in found:
        n, k = one.complete.shape
        covariance = np.cov(one.complete, rowvar=False, ddof=0)
        model = factor.confirmed(covariance, np.zeros(k, int), n)
        likelihood.append((model.loadings, one.want["cfa_ml_loadings"]))
        likelihood.append((model.unique, one.want["cfa_ml_theta"]))
        fits.append(_fit(covariance, model, n, one.want["cfa_ml_chisq"]))
        omegas.append((factor.omega(one.covariance), one.want["omega_total_cfa_ml"]))
        loadings = factor.least_squares_loadings(one.correlation)
        minres.append((loadings, one.want["minres_loadings"]))
        least.append((_omega_of_correlations(one.correlation),
                      one.want["omega_total_minres_1f"]))  # fmt: skip
    return [
        row("omega of one factor, maximum likelihood", LAVAAN, omegas, 1e-5, "absolute"),
        row("loadings and uniquenesses", LAVAAN, likelihood, 1e-5, "absolute"),
        row("chi-square, CFI, RMSEA, SRMR", LAVAAN, fits, 1e-5, "absolute"),
        row("omega of one factor, minimal residuals", PSYCH, least, 1e-5, "absolute"),
        row("loadings by minimal residuals", PSYCH, minres, 1e-5, "absolute"),
    ]


def _omega_of_correlations(correlation: np.ndarray) -> float:
    """Omega of standardised items with one factor by minimal residuals."""
    loadings = factor.least_squares_loadings(correlation)
    common = float(loadings.sum() ** 2)
    return common / (common + float((1 - loadings**2).sum()))


def _fit(covariance, model, n, want) -> tuple[list[float], list[float]]:
    assert model.df == want["df"]
    measures = factor.fit_measures(covariance, model, n)
    return [model.chisq, *measures.values()], [want["chisq"], *(want[name] for name in measures)]


def _ordinal(found: list[Scale]) -> list[dict[str, Any]]:
    known: list[tuple[Scale, Polychoric]] = [(one, polychoric(one.complete)) for one in found]
    thresholds = [
        (np.array(two.thresholds), one.want["polychoric_tau"]["data"]) for one, two in known
    ]
    correlations = [(two.correlation, one.want["polychoric"]["data"]) for one, two in known]
    alphas = [(categorical.ordinal_alpha(two), one.want["ordinal_alpha"]) for one, two in known]
    omegas = [
        (_omega_of_correlations(two.correlation), one.want["ordinal_omega_1f"])
        for one, two in known
    ]
    loadings = [
        (factor.least_squares_loadings(two.correlation, 1 / two.variance),
         one.want["wlsmv_std_loadings"])
        for one, two in known
    ]  # fmt: skip
    green_yang = [
        (categorical.categorical_omega(two), one.want["omega_categorical_green_yang"])
        for one, two in known
    ]
    return [
        row("thresholds", PSYCH, thresholds, 1e-10, "absolute"),
        row("polychoric correlations", PSYCH, correlations, 1e-4, "absolute"),
        row("ordinal alpha", PSYCH, alphas, 1e-4, "absolute"),
        row("ordinal omega", PSYCH, omegas, 1e-4, "absolute"),
        row("loadings, diagonally weighted least squares", LAVAAN, loadings, 1e-4, "absolute"),
        row("categorical omega (Green and Yang)", SEMTOOLS, green_yang, 1e-4, "absolute"),
    ]


def _adequacy(data: pd.DataFrame, want: dict[str, Any]) -> list[dict[str, Any]]:
    complete = data[list(want["KMO_items"])].dropna()
    assert len(complete) == want["n_complete25"]
    correlation = complete.corr().to_numpy()
    kmo = [(consistency.kmo(correlation), want["KMO_overall"])]
    test = [(consistency.bartlett(correlation, len(complete)), values(want["bartlett"]))]
    return [
        row("KMO of 25 items", PSYCH, kmo, 1e-12, "absolute"),
        row("Bartlett's test of 25 items", PSYCH, test, 1e-12),
    ]


def _holzinger(data: pd.DataFrame, want: dict[str, Any]) -> list[dict[str, Any]]:
    """Three correlated factors, put on lavaan's scale: the first loading of a factor is 1."""
    items = data[[f"x{place}" for place in range(1, 10)]].to_numpy()
    covariance, n = np.cov(items, rowvar=False, ddof=0), len(items)
    model = factor.confirmed(covariance, np.repeat([0, 1, 2], 3), n)
    lead = model.loadings[::3]
    loadings = (model.loadings / np.repeat(lead, 3)).reshape(3, 3)[:, 1:]
    spread = (model.factors * np.outer(lead, lead))[np.triu_indices(3, 1)]
    ours = np.concatenate([loadings.ravel(), model.unique, lead**2, spread])
    fit = _fit(covariance, model, n, want["fit"])
    return [
        row("Holzinger, three factors: estimates", LAVAAN, [(ours, values(want["est"]))], 1e-5,
            "absolute"),
        row("Holzinger: chi-square, CFI, RMSEA, SRMR", LAVAAN, [fit], 1e-5, "absolute"),
    ]  # fmt: skip
