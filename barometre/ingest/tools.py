"""The survey tools whose exports are read as forms, in the order in which they are tried.

Each is a module with `is_mine` (does it know the first rows?), `form` (items and respondents, from
which `barometre new` drafts a codebook) and `read` (the three tables of `Export`).
"""

from __future__ import annotations

from barometre.ingest import (
    alchemer,
    eusurvey,
    google_forms,
    jisc,
    microsoft_forms,
    qualtrics,
    sphinx,
)

TOOLS = {
    "qualtrics": qualtrics,
    "eusurvey": eusurvey,
    "jisc": jisc,
    "microsoft_forms": microsoft_forms,
    "alchemer": alchemer,
    "google_forms": google_forms,
    "sphinx": sphinx,
}
