"""Notebooks: run as a study's rule runs them; nothing of the machine or the moment is written."""

import json
import re
from pathlib import Path

import pytest

from barometre.publish import house, notebooks

ROOT = Path(__file__).parents[3]
SOURCES = [ROOT / path for path in house.notebooks({"measure": {"official": {}}})]


@pytest.fixture(scope="module")
def executed(made, tmp_path_factory):
    """The same study executed in two checkouts, one with a space in its path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(ROOT))
        return [_executed(made, tmp_path_factory, name) for name in ("one", "another one")]


def _executed(made, tmp_path_factory, name: str) -> Path:
    project = tmp_path_factory.mktemp("checkouts") / name
    study = made.project(project, 10, 1)
    folder = project / "results" / "made-study" / "notebooks"
    notebooks.run_all(SOURCES, study.study, ["fr", "en"], folder)
    return folder


def test_there_are_five_and_each_has_both_languages(executed):
    assert len(SOURCES) == 5
    names = {path.name for path in executed[0].iterdir()}
    assert names == {
        f"{source.stem}.{language}.{kind}"
        for source in SOURCES for language in ("fr", "en") for kind in ("ipynb", "html")
    }  # fmt: skip


def test_two_checkouts_give_the_same_bytes(executed):
    for path in executed[0].iterdir():
        assert path.read_bytes() == (executed[1] / path.name).read_bytes(), path.name


def test_nothing_of_the_machine_is_written_and_all_is_small(executed):
    total = 0
    for path in executed[0].iterdir():
        text = path.read_text(encoding="utf-8")
        total += len(text.encode())
        assert "checkouts" not in text and str(ROOT) not in text, path.name
        assert "image/png" not in text and "base64" not in text, path.name
    assert total < 1_500_000


def test_notebooks_are_valid_numbered_and_of_one_language(executed):
    import nbformat

    for path in executed[0].glob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        nbformat.validate(notebook)
        assert [cell["id"] for cell in notebook["cells"]] == [
            f"cell-{place:02d}" for place in range(1, len(notebook["cells"]) + 1)
        ]
        language = path.name.split(".")[1]
        assert {cell["metadata"].get("lang", language) for cell in notebook["cells"]} == {language}
        counts = [c["execution_count"] for c in notebook["cells"] if c["cell_type"] == "code"]
        assert counts == list(range(1, len(counts) + 1))


def test_figures_are_shown_by_relative_link(executed):
    text = (executed[0] / "2_measure.fr.html").read_text(encoding="utf-8")
    links = re.findall(r'<img [^>]*src="([^"]+)"', text)
    assert links and all((executed[0] / link).is_file() for link in links)


def test_each_source_says_the_same_in_both_languages():
    import jupytext

    for source in SOURCES:
        cells = jupytext.read(source).cells
        french = [cell.cell_type for cell in cells if cell.metadata.get("lang") == "fr"]
        english = [cell.cell_type for cell in cells if cell.metadata.get("lang") == "en"]
        assert french == english, source.name


def test_a_notebook_without_parameter_is_refused():
    import nbformat

    with pytest.raises(ValueError, match="STUDY"):
        notebooks.with_parameter(nbformat.v4.new_notebook(), "any")
