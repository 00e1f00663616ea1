"""The items of an export held against the codebook: none unknown, none personal kept."""

from __future__ import annotations

from collections.abc import Iterable

from barometre.codebook import Codebook
from barometre.errors import StudyError


def check_listed(found: Iterable[str], codebook: Codebook, where: str) -> None:
    """Every item of the export stands in the codebook.

    Raises
    ------
    StudyError : the first items that do not, and what to do.
    """
    unknown = [item for item in found if item not in codebook.items.index]
    if unknown:
        more = f" (and {len(unknown) - 1} more)" if len(unknown) > 1 else ""
        if "relevance" in codebook.items:  # a questionnaire's own, not a study's codebook.csv
            raise StudyError(
                f"{where}: the column '{unknown[0]}'{more} belongs to no question of the "
                "structure; is it that of this survey, as it was when the answers were given?"
            )
        raise StudyError(
            f"{where}: the column '{unknown[0]}'{more} is not in codebook.csv; add a row for it, "
            "with role `ignore` to leave it out knowingly or `personal` to have it removed."
        )


def check_present(found: Iterable[str], codebook: Codebook, where: str) -> None:
    """Every item of the codebook stands in the exports.

    Raises
    ------
    StudyError : the first row of the codebook whose item no export has.
    """
    present = set(found)
    for row, (item, role) in enumerate(codebook.items["role"].items(), start=2):
        if item not in present and role != "personal":
            raise StudyError(
                f"codebook.csv, row {row}: the item '{item}' is in none of the exports ({where}); "
                "correct its code or remove the row."
            )


def kept(found: Iterable[str], codebook: Codebook | None) -> list[str]:
    """The items that may leave the reader: all but those of role `personal`."""
    if codebook is None:
        return list(found)
    roles = codebook.items["role"]
    return [item for item in found if roles[item] != "personal"]
