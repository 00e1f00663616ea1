"""Notebooks: run once per study, written once per language as .ipynb and small .html.

All notebooks of a study share one kernel, emptied between them, so that libraries are loaded
once; what is written holds no timing, no path and no state of the machine.
"""

from __future__ import annotations

import copy
import os
import re
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbclient import NotebookClient
from nbformat import NotebookNode

from barometre.publish.page_frame import render, safe, version
from barometre.publish.words import picked, say, typeset

EMPTY = "%reset -f"
PARAMETER = re.compile(r'^STUDY = ".*"', flags=re.M)
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
CELL_TIMEOUT = 300


def run_all(
    sources: Sequence[str | Path],
    study: Mapping[str, Any],
    languages: Sequence[str],
    folder: str | Path,
) -> None:
    """Execute the notebooks on a study and write them in `folder`, once per language.

    Parameters
    ----------
    sources : jupytext py:percent files; a cell with `lang="fr"` is for French readers only
    study : settings of the study

    Raises
    ------
    nbclient.exceptions.CellExecutionError : a cell failed; the message shows it.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    read = [with_parameter(jupytext.read(path), study["id"]) for path in sources]
    for source, executed in zip(sources, executed_together(read, folder), strict=True):
        stem = Path(source).stem
        for language in languages:
            notebook = for_language(executed, language)
            path = folder / f"{stem}.{language}.ipynb"
            path.write_text(written(notebook), encoding="utf-8", newline="\n")
            write_html(notebook, path, study, language, languages)


def with_parameter(notebook: NotebookNode, study: str) -> NotebookNode:
    """The notebook with the study's id in its parameters cell.

    Raises
    ------
    ValueError : it has no cell tagged `parameters` that sets STUDY.
    """
    for cell in notebook.cells:
        if "parameters" in cell.metadata.get("tags", []) and PARAMETER.search(cell.source):
            cell.source = PARAMETER.sub(f'STUDY = "{study}"', cell.source)
            return notebook
    raise ValueError("a notebook needs a cell tagged `parameters` with a line STUDY = ...")


def executed_together(notebooks: Sequence[NotebookNode], folder: Path) -> list[NotebookNode]:
    """Run notebooks one after the other in one kernel, emptied before each."""
    together = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
    for notebook in notebooks:
        together.cells.append(nbformat.v4.new_code_cell(EMPTY))
        together.cells.extend(copy.deepcopy(notebook.cells))
    with tempfile.TemporaryDirectory() as quiet:
        # Nobody's own Jupyter or IPython settings take part.
        os.environ.update(
            IPYTHONDIR=quiet, JUPYTER_RUNTIME_DIR=quiet, JUPYTER_PREFER_ENV_PATH="1",
            JUPYTER_PLATFORM_DIRS="1", NO_COLOR="1",
        )  # fmt: skip
        client = NotebookClient(
            together,
            kernel_name="python3",
            timeout=CELL_TIMEOUT,
            record_timing=False,
            resources={"metadata": {"path": str(folder)}},
        )
        noise = Path(quiet) / "kernel.log"
        try:
            with noise.open("w", encoding="utf-8") as stderr:
                client.execute(stderr=stderr)
        finally:
            # What the kernel says of itself belongs in the job's log, not on the screen.
            print(noise.read_text(encoding="utf-8"))
    executed, start = [], 1
    for notebook in notebooks:
        cells = together.cells[start : start + len(notebook.cells)]
        executed.append(nbformat.v4.new_notebook(cells=cells))
        start += len(notebook.cells) + 1
    return executed


def for_language(notebook: NotebookNode, language: str) -> NotebookNode:
    """The cells of one language, numbered from one, without traces of the run."""
    kept = [cell for cell in notebook.cells if cell.metadata.get("lang", language) == language]
    cells, count = [], 0
    for place, cell in enumerate(kept, start=1):
        clean = NotebookNode(
            id=f"cell-{place:02d}",
            cell_type=cell.cell_type,
            metadata={key: cell.metadata[key] for key in ("lang", "tags") if key in cell.metadata},
            source=typeset(cell.source, language) if cell.cell_type == "markdown" else cell.source,
        )
        if cell.cell_type == "code":
            count += 1
            clean.execution_count = count
            clean.outputs = [
                _clean(output, count) for output in cell.outputs if output.get("name") != "stderr"
            ]
        cells.append(clean)
    return NotebookNode(
        cells=cells,
        metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}},
        nbformat=4,
        nbformat_minor=5,
    )


def _clean(output: NotebookNode, count: int) -> NotebookNode:
    """An output numbered by its place; plain text only where there is nothing better."""
    output = copy.deepcopy(output)
    if "execution_count" in output:
        output.execution_count = count
    if "data" in output and "text/html" in output.data:
        output.data = {"text/html": output.data["text/html"]}
    return output


def written(notebook: NotebookNode) -> str:
    """The .ipynb text; lists of lines, sorted keys, as Jupyter itself writes it."""
    nbformat.validate(notebook)
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def write_html(
    notebook: NotebookNode,
    path: Path,
    study: Mapping[str, Any],
    language: str,
    languages: Sequence[str],
) -> None:
    """The notebook as a page in the style of all pages."""
    from nbconvert import HTMLExporter

    body, _ = HTMLExporter(template_name="basic").from_notebook_node(notebook)
    stem = path.name.removesuffix(f".{language}.ipynb")
    room = stem.partition("_")[2]
    links = [
        {"href": f"{stem}.{other}.html", "text": say("other_language", language), "language": other}
        for other in languages
        if other != language
    ]
    links.append({"href": f"../report/{language}.html", "text": say("page_link", language)})
    data = study["data"]
    title = picked(study["title"], language)
    render(
        "notebook.html",
        path.with_suffix(".html"),
        language=language,
        title=f"{title}, {say('notebook_head', language, room=say(f'room.{room}', language))}",
        nature=say(f"nature_{data}", language),
        data=data,
        badge=say("simulated_badge" if data == "simulated" else "real_badge", language),
        links=links,
        home="../../index.html",
        footer=say("page_footer", language, version=version(), licence=study["licence"]),
        intro=say("notebook_intro", language, title=title),
        source=path.name,
        body=safe("\n".join(line.rstrip() for line in body.splitlines())),
    )
