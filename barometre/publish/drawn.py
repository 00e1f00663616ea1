"""What can be read from a figure that is already drawn."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path


def figure_title(path: Path) -> str:
    """What a drawn figure shows: the title in its SVG."""
    found = re.search(r"<title>(.*?)</title>", path.read_text(encoding="utf-8"), flags=re.S)
    return unescape(found.group(1).strip()) if found else path.stem
