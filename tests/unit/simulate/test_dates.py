from datetime import date

import numpy as np
import pytest

from barometre.simulate import dates, ey, syntec_2020
from tests.unit.simulate.made import RAW

END = date(2020, 6, 30)


@pytest.mark.parametrize("none", [0, 1, 4, 19])
def test_exactly_so_many_have_not_organised(none):
    origins = [date(2010 + number % 8, 1, 1) for number in range(20)]
    found = dates.events(origins, END, none, 1.3, np.random.default_rng(none))
    assert sum(day is None for day in found) == none
    assert all(o < day <= END for o, day in zip(origins, found, strict=True) if day)


def test_years_are_counted_to_the_end():
    years = dates.years_until([date(2019, 6, 30), None], END)
    assert years[0] == pytest.approx(366 / 365.25) and np.isnan(years[1])


def test_no_fictional_metropole_has_the_dates_of_a_real_one():
    _, _, telling = dates.register_dates(RAW / "register" / "metropoles.csv")
    assert (date(2015, 1, 1), date(1969, 1, 1)) in telling  # one alone has it
    assert (date(2015, 1, 1), date(1968, 1, 1)) not in telling  # three have it
    status, before, _ = syntec_2020.draw_dates(RAW, np.random.default_rng(5), units=2000)
    drawn = set(zip(status, before, strict=True))
    assert not drawn & telling and all(earlier < since for since, earlier in drawn)


def test_ages_are_those_of_the_register():
    known, earlier, _ = dates.register_dates(RAW / "register" / "metropoles.csv")
    assert len(known) == 22 and known.count(date(2015, 1, 1)) == 11 and len(set(known)) == 8
    status, before, _ = syntec_2020.draw_dates(RAW, np.random.default_rng(6), units=4000)
    assert set(status) == set(known) and set(before) <= set(earlier)
    assert status.count(date(2015, 1, 1)) / 4000 == pytest.approx(11 / 22, abs=0.03)


def test_cities_have_no_intercommunal_age_and_no_strategy_is_older_than_2008():
    rng, first = np.random.default_rng(7), ey.edition(RAW, "ey-2018")
    created, adopted = ey.draw_dates(RAW, rng, first, first.kinds, 16)
    assert [day is None for day in created] == [kind == "VILLE" for kind in first.kinds]
    assert sum(day is None for day in adopted) == 16
    assert min(day for day in adopted if day) > ey.FIRST_STRATEGIES
