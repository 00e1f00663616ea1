"""Figures: which are drawn, what they always say, and that their bytes do not move."""

import re

import numpy as np
import pytest

from barometre.publish import figures, figures_slopes
from barometre.publish.style import svg


@pytest.fixture
def drawn(material):
    return {name: svg(figure) for name, figure in figures.all_figures(material, "fr")}


def test_a_full_study_has_all_figures(drawn):
    assert set(drawn) >= {
        "index", "class_probabilities", "theme_profile", "class_shares", "index_on_age_status",
        "index_on_earliness_strategy", "missing_answers", "response_flow", "adoption", "brakes",
        "priorities", "sensitivity", "delay_strategy", "specifications_index", "theme_heat",
        "shares_triangle", "consensus", "silhouettes",
    }  # fmt: skip


def test_every_figure_says_simulated_n_source_and_licence(drawn):
    for name, text in drawn.items():
        assert ">SIMULÉ<" in text, name
        plain = re.sub(r"<[^>]+>", " ", text)
        assert "données simulées" in plain and "CC BY 4.0" in plain, name
        assert re.search(r"\d", plain), name
        assert "<title>" in text, name


def test_real_data_are_not_called_simulated(made, tmp_path):
    real = made.material(10, tmp_path, data="real")
    for name, figure in figures.all_figures(real, "en"):
        text = svg(figure)
        assert "SIMULATED" not in text and "real data" in text, name


def test_text_stays_text_and_bytes_do_not_move(material, drawn):
    again = {name: svg(figure) for name, figure in figures.all_figures(material, "fr")}
    assert again == drawn
    for name, text in drawn.items():
        assert "<text" in text and "<dc:date>" not in text and "/home/" not in text, name
        assert len(text.encode()) < 120_000, name


def test_a_class_stands_beside_a_name_only_with_its_probability(material):
    from barometre.publish.figures_index import index_by_name, ordered_units

    units = ordered_units(material)
    figure = index_by_name(material, units, "en")
    written = [text.get_text() for text in figure.axes[0].texts]
    classes = [text for text in written if text.startswith(("mature", "lagging", "in transition"))]
    assert len(classes) == units["index"].notna().sum()
    assert all(re.search(r"\d+%$", text) for text in classes)
    assert written.count("unknown") == units["index"].isna().sum()


@pytest.mark.parametrize("n", [198, 2650])
def test_many_units_are_not_named_one_by_one(made, tmp_path, n):
    many = made.material(n, tmp_path, unknown=3)
    for name, figure in figures.all_figures(many, "en"):
        text = svg(figure)
        assert len(text.encode()) < 120_000, name
        assert text.count("<text") < 120, name


def test_empty_tables_give_no_figure(made, tmp_path):
    bare = made.material(10, tmp_path)
    for name in ("brakes", "priorities", "delay_curve", "specification_curve", "sensitivity"):
        bare.tables[name] = bare.tables[name].iloc[:0]
    names = {name for name, _ in figures.all_figures(bare, "en")}
    assert not names & {
        "brakes",
        "priorities",
        "delay_strategy",
        "specifications_index",
        "sensitivity",
    }


def test_band_of_shared_dates_equals_the_plain_band_when_no_date_is_shared(material):
    import numpy as np

    from barometre.explain import ols

    model = material.study["analysis"]["models"][0]
    case = figures_slopes.model_cases(material, model)
    alone = type(case)(**{**case.__dict__, "groups": np.arange(len(case.x)).astype(str)})
    grid = np.linspace(case.x.min(), case.x.max(), 5)
    np.testing.assert_allclose(
        figures_slopes.shared_band(alone, grid), ols.band(case.x, case.y, grid), rtol=1e-8
    )


def test_labels_do_not_cover_each_other():
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from barometre.publish.placing import place

    axes = Figure(figsize=(6, 4)).add_axes((0.1, 0.1, 0.8, 0.8))
    axes.set(xlim=(0, 10), ylim=(0, 10))
    x, y = [5, 5, 5, 5.1, 9.9], [5, 5, 5, 5.05, 5]
    written = place(axes, x, y, ["a long name"] * 5)
    assert 1 <= len(written) <= 5
    axes.figure.draw_without_rendering()
    boxes = [Text.get_window_extent(text) for text in axes.texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])


def test_marks_are_named_under_the_pointer_without_a_script(material, drawn):
    """A <title> inside the group of the mark is what a browser shows."""
    case = figures_slopes.model_cases(material, material.study["analysis"]["models"][0])
    names = material.table("units").set_index("unit_id")["name"]
    text = drawn["index_on_age_status"]
    shown = re.findall(r'<g id="named-\d+"><title>(.*?)</title>', text)
    assert len(shown) == len(case.x)
    for unit in case.units:
        assert any(one.startswith(f"{names[unit]}\u00a0: ") for one in shown), unit
    assert "<script" not in text


def test_a_figure_with_names_is_an_object_and_its_title_stays_its_own(tmp_path, material):
    from barometre.publish import drawn as read

    for name, figure in figures.all_figures(material, "en"):
        path = tmp_path / f"{name}.en.svg"
        path.write_text(svg(figure), encoding="utf-8")
        html = read.shown(path, f"../figures/{path.name}")
        assert html.startswith("<object") == read.is_named(path), name
        assert f'<img src="../figures/{path.name}" alt="' in html
        assert read.figure_title(path) == figure.get_label()


def test_the_diagram_has_a_box_for_each_name_and_no_box_over_another(material):
    from barometre.explain.diagram import diagram
    from barometre.publish.figures_diagram import placed

    plan = material.study["analysis"]
    found = diagram(plan)
    boxes = placed(found)
    assert set(boxes) == {found.confounder, *found.ages, *found.speeds, *found.outcomes}
    assert {end for pair in (*found.asked, *found.assumed) for end in pair} <= set(boxes)
    laid = list(boxes.values())
    for place, (x, y, wide, high) in enumerate(laid):
        for other in laid[:place]:
            assert abs(x - other[0]) >= wide + other[2] or abs(y - other[1]) >= high + other[3]


def test_names_are_kept_off_the_line():
    import numpy as np
    from matplotlib.figure import Figure
    from matplotlib.text import Text

    from barometre.publish.placing import place

    axes = Figure(figsize=(6, 4)).add_axes((0.1, 0.1, 0.8, 0.8))
    axes.set(xlim=(0, 10), ylim=(0, 10))
    line = np.array([[0, 5], [10, 5]])
    place(axes, [2, 5], [5.05, 5.05], ["a long name", "another name"], line=line)
    axes.figure.draw_without_rendering()
    level = axes.transData.transform((0, 5))[1]
    boxes = [Text.get_window_extent(text) for text in axes.texts]
    assert boxes and not any(box.y0 <= level <= box.y1 for box in boxes)


def words_of(figure):
    return re.sub(r"<[^>]+>", " ", svg(figure))


def test_a_region_of_the_shares_exists_only_for_cuts_fixed_beforehand(made, tmp_path):
    from barometre.classify.fixed_cuts import shares_at_cuts
    from barometre.publish.figures_triangle import triangle

    bare = made.material(30, tmp_path)
    forced = triangle(bare, "en")
    assert not forced.axes[0].collections and "No confidence region" in words_of(forced)
    values = np.linspace(5, 95, 30)
    cut = shares_at_cuts(values, [30, 70], bare.study["classify"]["shares"])
    bare.tables["fixed_cuts"] = cut
    fixed = triangle(bare, "en")
    assert len(fixed.axes[0].collections) == 2 and "95% confidence region" in words_of(fixed)
    bare.tables["fixed_cuts"] = cut.iloc[:0]
    bare.tables["carried_cuts"] = cut.assign(edition="another", carried_from="first")
    assert not triangle(bare, "en").axes[0].collections
    bare.tables["carried_cuts"]["edition"] = bare.study["id"]
    assert "carried forward" in words_of(triangle(bare, "en"))


def test_classes_from_all_themes_are_drawn_with_their_chances_where_they_are_verdict(
    made, tmp_path
):
    few = made.material(10, tmp_path)
    assert "theme_probabilities" not in dict(figures.all_figures(few, "en"))
    few.tables["class_verdict"] = few.table("class_verdict").assign(is_verdict=[False, True])
    own = few.table("class_methods").assign(
        method="sized_themes", **{"class": "mature"}, p_mature=0.6, p_transition=0.4, p_lagging=0.0
    )
    few.tables["class_methods"] = own
    drawn = dict(figures.all_figures(few, "en"))["theme_probabilities"]
    text = words_of(drawn)
    assert "Verdict" in text and "60%" in text and "below 80%" in text


def test_the_matrix_has_the_cut_below_its_diagonal_and_the_themes_above(material):
    from barometre.publish.figures_resampled import consensus
    from barometre.publish.shading import shaded

    (axes,) = consensus(material, "en").axes
    cells = np.asarray(axes.images[0].get_array())
    below, above = cells[np.tril_indices(len(cells), -1)], cells[np.triu_indices(len(cells), 1)]
    assert np.allclose(above, shaded(np.array(0.5)))
    same, other = shaded(np.array(0.9)), shaded(np.array(0.1))
    assert {tuple(cell) for cell in below.round(6)} == {tuple(same.round(6)), tuple(other.round(6))}
