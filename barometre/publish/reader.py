"""A study as a reader opens it in a notebook: its tables, its figures, text with its numbers.

study = open_study("metropoles-opendata")
study.table("index").head()
study.figure("index", "fr")
study.text("fr", "Indice connu pour {n_known} unités sur {n_units}.")
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from barometre import study as studies
from barometre import tables
from barometre.errors import StudyError
from barometre.publish import numbers as numbers_file
from barometre.publish import words
from barometre.publish.drawn import shown
from barometre.publish.prose import Cited

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Html:
    """Something a notebook shows as HTML."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


@dataclass(frozen=True)
class OpenStudy:
    """The results of one study, read-only.

    Attributes
    ----------
    folder : results/<study>
    settings : its study.yaml
    numbers : its numbers.json
    """

    folder: Path
    settings: Mapping[str, Any]
    numbers: Mapping[str, Any]

    def table(self, name: str, language: str = "") -> pd.DataFrame:
        """A results table, with the types of its contract; with `language`, its words only.

        Raises
        ------
        StudyError : this study has no such table.
        """
        from barometre.publish.page_tables import in_language

        path = self.folder / "tables" / f"{name}.csv"
        if not path.is_file():
            there = ", ".join(sorted(found.stem for found in path.parent.glob("*.csv")))
            raise StudyError(f"{name}: this study has no such table; it has {there}.")
        rows = tables.read(path, name)
        return rows[in_language(rows, language)] if language else rows

    def columns(self, name: str) -> pd.DataFrame:
        """What each column of a table means."""
        import pandas as pd

        return pd.DataFrame(tables.contract(name)["columns"])[["name", "description"]]

    def figure(self, name: str, language: str) -> Html:
        """A drawn figure, shown from its file; a sentence where the study has none."""
        path = self.folder / "figures" / f"{name}.{language}.svg"
        if not path.is_file():
            return Html(f"<p><em>{words.say('no_figure', language, name=name)}</em></p>")
        link = Path(os.path.relpath(path)).as_posix()
        return Html(shown(path, link, "max-width:100%"))

    def figures(self, prefix: str, language: str) -> Html:
        """All drawn figures whose name begins with `prefix`."""
        found = sorted((self.folder / "figures").glob(f"{prefix}*.{language}.svg"))
        names = [path.name.removesuffix(f".{language}.svg") for path in found]
        return Html("\n".join(self.figure(name, language).html for name in names or [prefix]))

    def text(self, language: str, sentence: str) -> Html:
        """A sentence with numbers of the study in it: {n_units}, {index_mean:1}, {p:percent}.

        Raises
        ------
        KeyError : numbers.json has no such number.
        """
        cited = {name: Cited(value, language) for name, value in self.numbers.items()}
        filled = words.typeset(sentence.format(**cited), language)
        return Html(f"<p>{escape(filled, quote=False)}</p>")

    def note(self, language: str) -> Html:
        """What the data are, and what to beware of."""
        data = self.settings["data"]
        cautions = "".join(
            f"<li>{escape(words.picked(caution, language), quote=False)}</li>"
            for caution in self.settings.get("cautions", [])
        )
        badge = words.say("simulated_badge" if data == "simulated" else "real_badge", language)
        note = escape(words.picked(self.settings["data_note"], language), quote=False)
        title = escape(words.picked(self.settings["title"], language), quote=False)
        return Html(
            f'<div class="note {data}"><p><strong>{title}</strong> '
            f'<span class="badge {data}">{badge}</span></p>'
            f"<p>{note}</p><ul>{cautions}</ul></div>"
        )

    def verdicts(self, language: str) -> Html:
        """The verdict on each primary model and what a referee asks after it, as on the page."""
        from barometre.publish.referee import told

        boxes = []
        for box in told(self.table, self.settings, language):
            asked = "".join(
                f"<dt>{escape(question)}</dt><dd>{escape(answer, quote=False)}</dd>"
                for question, answer in box.answers
            )
            said = f"<p>{escape(box.verdict, quote=False)}</p>" if box.verdict else ""
            boxes.append(f'<div class="verdict">{said}<dl>{asked}</dl></div>')
        return Html("".join(boxes))

    def show(self, plot: Any) -> Html:
        """A Matplotlib figure (or axes) of your own, as small SVG that is always the same."""
        from barometre.publish.style import svg

        figure = getattr(plot, "figure", plot)
        text = svg(figure)
        return Html(text[text.index("<svg") :])


def open_study(name: str) -> OpenStudy:
    """Open `results/<name>` of the project above the current folder.

    Raises
    ------
    StudyError : no project above, or the study is not built.
    """
    import pandas as pd

    root = _project()
    folder = root / "results" / name
    if not (folder / "numbers.json").is_file():
        raise StudyError(
            f"{name}: this study is not built; run `snakemake --cores 4` in the project first."
        )
    pd.set_option("display.max_columns", 14, "display.max_rows", 30, "display.max_colwidth", 400)
    pd.set_option("display.float_format", _short)
    return OpenStudy(
        folder,
        studies.load(root / "data" / "raw" / name),
        numbers_file.load(folder / "numbers.json"),
    )


def _short(value: float) -> str:
    """Two decimals, and one digit of what they would print as zero."""
    return f"{value:.2f}" if value == 0 or abs(value) >= 0.005 else f"{value:.1g}"


def _project() -> Path:
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / "config.yaml").is_file() and (folder / "barometre").is_dir():
            return folder
    raise StudyError(f"{here}: open the notebook inside a checkout of Baromètre.")
