"""The register of métropoles: what must hold in it, and what follows from it.

The register says who the units are and how old they are, so an error there would move every age
of every study. The checks are those that a reader of the law can repeat.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from barometre import tables
from barometre.errors import StudyError

if TYPE_CHECKING:
    import pandas as pd

# Métropoles in being on 1 January: laws of 2010 and 2014 (MAPTAM), decrees of 2016 and 2017, law
# of 2017 on Paris and its métropoles.
IN_BEING = {"2015-01-01": 12, "2016-01-01": 14, "2017-01-01": 15, "2018-01-01": 22}
# Grand Paris Seine & Oise, a communauté urbaine that its name makes look like the métropole.
NOT_A_METROPOLE = "200059889"


def read(path: str | Path) -> pd.DataFrame:
    """The register, checked.

    Raises
    ------
    StudyError : a column or cell breaks the contract, a SIREN fails its check digit, a status is
        older than the form before it, or the number of métropoles at a date is not the law's.
    """
    register = tables.read(path, "register")
    for row, siren in enumerate(register["siren"], start=2):
        if not luhn(siren):
            raise StudyError(
                f"{path}, row {row}, column 'siren': {siren} is not a SIREN (nine digits, the "
                "last a check digit); look it up again."
            )
        if siren == NOT_A_METROPOLE:
            raise StudyError(
                f"{path}, row {row}: Grand Paris Seine & Oise is a communauté urbaine; the "
                "Métropole du Grand Paris is 200054781."
            )
    late = register[register["predecessor_since"] >= register["metropole_since"]]
    for row, name in zip(late.index, late["name"], strict=True):
        raise StudyError(
            f"{path}, row {int(row) + 2}: {name} became a métropole before or when its form before "
            "that began; check both dates."
        )
    for day, number in IN_BEING.items():
        if (found := in_being(register, day)) != number:
            raise StudyError(
                f"{path}, column 'metropole_since': {found} métropoles on {day} where the law made "
                f"{number}; check the dates around it."
            )
    return register


def luhn(number: str) -> bool:
    """Whether nine digits end with their check digit (ISO/IEC 7812-1, as INSEE uses it)."""
    if len(number) != 9 or not number.isdigit():
        return False
    doubled = (2 * int(digit) for digit in number[-2::-2])
    return (sum(map(int, number[::-2])) + sum(n - 9 if n > 9 else n for n in doubled)) % 10 == 0


def in_being(register: pd.DataFrame, day: str) -> int:
    """Number of métropoles whose status had begun on `day` (ISO)."""
    return int((register["metropole_since"] <= day).sum())


def first_communaute_urbaine(register: pd.DataFrame) -> pd.DataFrame:
    """When each métropole first was a communauté urbaine: siren, name, first_cu_since.

    The register keeps one predecessor; it is the communauté urbaine where there was one (for
    Aix-Marseille-Provence, the oldest of the merged bodies). Blank where there never was one (six)
    and for Grand Paris, which has no single predecessor.
    """
    urban = register["predecessor_form"].fillna("").str.contains(r"^CU$|\bCU ", regex=True)
    since = register["predecessor_since"].where(urban)
    return register[["siren", "name"]].assign(first_cu_since=since)


def first_communaute_agglomeration(register: pd.DataFrame, history: pd.DataFrame) -> pd.DataFrame:
    """When each métropole first was a communauté d'agglomération: siren, name, first_ca_since.

    The form exists since the law of 12 July 1999, so the yearly lists miss none. A body listed on 1
    January of a year became one that day, or on the day that the register gives in the year
    before. Blank where the body of the main city never was one. Of the two bodies listed for
    Aix-Marseille-Provence the one of Marseille counts.

    Parameters
    ----------
    register : contract `register`
    history : metropole_siren, centre_city, list_year_1jan, nature (state on 1 January)
    """
    listed = history[(history["nature"] == "CA") & (history["centre_city"] != "Aix-en-Provence")]
    years = listed.groupby("metropole_siren")["list_year_1jan"].min().astype(int).to_dict()
    forms = register["predecessor_form"].fillna("").str.startswith("CA")
    known = register["predecessor_since"].where(forms.astype(bool)).fillna("")
    since = []
    for siren, day in zip(register["siren"], known, strict=True):
        listed_on = f"{years[siren]}-01-01" if siren in years else None
        before = listed_on and f"{years[siren] - 1}-01-01" < day <= listed_on
        since.append(day if before else listed_on)
    return register[["siren", "name"]].assign(first_ca_since=since)
