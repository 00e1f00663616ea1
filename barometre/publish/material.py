"""What figures, pages and notebooks are made from: one study's settings, codebook and tables."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre import codebook, tables
from barometre.measure.combinations import RELATIVE
from barometre.publish.words import capital, fold, named, picked, place, say

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Material:
    """One study, read-only.

    Attributes
    ----------
    study : settings of study.yaml with defaults and `id`
    codebook : items and scales
    tables : contract name -> table; an absent name is a table the study does not have
    """

    study: Mapping[str, Any]
    codebook: codebook.Codebook
    tables: Mapping[str, pd.DataFrame]

    def table(self, name: str) -> pd.DataFrame:
        """A table, empty where the study has none."""
        if name in self.tables:
            return self.tables[name]
        import pandas as pd

        return pd.DataFrame(columns=[field["name"] for field in tables.contract(name)["columns"]])

    def in_language(self, language: str) -> Material:
        """The same study with the names of units and groups as the language writes them."""
        if language == "en":
            return self
        renamed = {
            name: frame.assign(
                **{
                    column: frame[column].map(lambda text: place(text, language), "ignore")
                    for column in ("name", "group")
                    if column in frame
                }
            )
            for name, frame in self.tables.items()
            if name in ("index", "units", "cut_neighbours")
        }
        return Material(self.study, self.codebook, {**self.tables, **renamed})

    @property
    def simulated(self) -> bool:
        """Whether nobody gave these answers."""
        return self.study["data"] == "simulated"

    def title(self, language: str) -> str:
        """Title of the study."""
        return picked(self.study["title"], language)

    def units(self, language: str) -> str:
        """The word for the units of analysis, in the plural."""
        return picked(self.study["unit"]["many"], language)

    def outcome(self, name: str, language: str) -> str:
        """Label of an outcome of the analysis plan."""
        outcomes = self.study["analysis"]["outcomes"]
        return picked(outcomes[name]["label"], language) if name in outcomes else name

    def predictor(self, name: str, language: str) -> str:
        """Label of a predictor of the analysis plan, or of a control."""
        predictors = self.study["analysis"]["predictors"]
        if name in predictors:
            return picked(predictors[name]["label"], language)
        if name.startswith("group "):
            return say("control_group", language, group=name.removeprefix("group "))
        return named("control", name, language)

    def panel(self, outcome: str, predictor: str, language: str) -> str:
        """Title of a panel: the predictor, and the outcome where primary models have several."""
        models = self.study["analysis"]["models"]
        outcomes = {model["outcome"] for model in models if model["role"] == "primary"}
        title = capital(self.predictor(predictor, language))
        if len(outcomes) < 2:
            return fold(title, 36)
        # What stands in brackets (the levels) is on the figure of the points.
        name = capital(self.outcome(outcome, language)).partition(" (")[0]
        return f"{fold(name, 42, 1)}\n{fold(title, 42, 1)}"

    def index_label(self, language: str) -> str:
        """What this study's index is called: an index of open data is not one of maturity."""
        for outcome in self.study["analysis"]["outcomes"].values():
            if not outcome.get("item") and outcome.get("transform", "none") == "none":
                return capital(picked(outcome["label"], language))
        return say("index_label", language)

    def ends(self, language: str) -> str:
        """What the scale of index and themes runs from and to."""
        how = self.study["measure"]["normalisation"]
        return say(f"ends.{how if how in RELATIVE else 'answers'}", language)

    def theme(self, theme: str, language: str) -> str:
        """Label of a theme."""
        themes = self.study["measure"].get("themes", {})
        return picked(themes[theme], language) if theme in themes else theme


def read(study: Mapping[str, Any], paths: Iterable[str | Path], raw: str | Path) -> Material:
    """Read the tables at `paths` (named as their contracts) and the codebook below `raw`."""
    found = {path.stem: tables.read(path, path.stem) for path in sorted(map(Path, paths))}
    themes = study["measure"].get("themes", {})
    return Material(study, codebook.load(Path(raw) / study["id"], themes), found)
