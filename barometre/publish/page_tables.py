"""The page of a table: its rows in print, what they are, and what each column means."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from barometre import tables as contracts
from barometre.publish.dictionary import told
from barometre.publish.material import Material
from barometre.publish.page_frame import frame, language_links, render, safe
from barometre.publish.tabulate import ROWS_SHOWN, html_table
from barometre.publish.words import number, say

# Tables that name a class without its probability.
CLASS_WITHOUT_P = ("class_methods", "answer_flips", "consensus", "silhouettes")


def table_title(name: str, language: str) -> str:
    """Title of a table in its contract."""
    return told(contracts.contract(name), "title", language)


def table_link(name: str, language: str) -> dict[str, str]:
    """Link from the study's page to the page of a table."""
    return {"href": f"tables/{name}.{language}.html", "text": table_title(name, language)}


def in_language(rows: pd.DataFrame, language: str) -> list[str]:
    """Columns without those that say in another language what one of them says in this one."""
    there = set(rows.columns)
    other = "en" if language == "fr" else "fr"
    return [
        column
        for column in rows.columns
        if not column.endswith(f"_{other}") and f"{column}_{language}" not in there
    ]


def table_page(
    material: Material, name: str, language: str, languages: Sequence[str], folder: Path
) -> None:
    """Write `tables/<name>.<language>.html` in `folder`."""
    rows = material.table(name)
    terms = contracts.contract(name)
    study = material.study
    back = {"href": f"../{language}.html", "text": say("page_link", language)}
    cut = ""
    if len(rows) > ROWS_SHOWN:
        cut = say("table.cut", language, shown=number(ROWS_SHOWN, language),
                  rows=number(len(rows), language))  # fmt: skip
    described = [
        {"name": field["name"], "description": told(field, "description", language)}
        for field in terms["columns"]
    ]
    extra = terms.get("extra_columns")
    if extra:
        meaning = told(extra, "description", language)
        declared = {field["name"] for field in terms["columns"]}
        described += [
            {"name": column, "description": meaning} for column in rows if column not in declared
        ]
    render(
        "table.html",
        folder / "tables" / f"{name}.{language}.html",
        **frame(material, language, [*language_links(language, languages, f"{name}."), back]),
        title=f"{table_title(name, language)}, {material.title(language)}",
        heading=table_title(name, language),
        home="../../../index.html",
        description=told(terms, "description", language),
        nature_sentence=say(f"table.line_{study['data']}", language),
        licence_sentence=say("table.licence", language, licence=study["licence"]),
        csv=f"../../tables/{name}.csv",
        csv_text=say("table.csv", language),
        warning=say("table.class_warning", language) if name in CLASS_WITHOUT_P else "",
        empty=say("table.empty", language) if rows.empty else "",
        table=safe(
            html_table(rows, language, in_language(rows, language), names={c: c for c in rows})
        ),
        cut=cut,
        columns_heading=say("table.columns", language),
        columns=described,
    )
