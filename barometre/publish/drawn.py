"""What can be read from a figure that is already drawn."""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path


def figure_title(path: Path) -> str:
    """What a drawn figure shows: the title in its SVG."""
    found = re.search(r"<title>(.*?)</title>", path.read_text(encoding="utf-8"), flags=re.S)
    return unescape(found.group(1).strip()) if found else path.stem


def is_named(path: Path) -> bool:
    """Whether a drawn figure has marks that a browser names under the pointer."""
    return 'id="named-0"' in path.read_text(encoding="utf-8")


def shown(path: Path, link: str, style: str = "") -> str:
    """HTML that shows a drawn figure; as an object where it has marks with names.

    A browser shows the names inside an object and not inside an image; the image is what a reader
    without objects gets.
    """
    title, where = escape(figure_title(path)), escape(link)
    more = f' style="{style}"' if style else ""
    image = f'<img src="{where}" alt="{title}" loading="lazy"{more}>'
    if not is_named(path):
        return image
    return (
        f'<object type="image/svg+xml" data="{where}" aria-label="{title}"{more}>{image}</object>'
    )
