"""The platform within which results are the same to the byte."""

from __future__ import annotations

import platform


def this_platform() -> dict[str, str]:
    """System, processor family and minor version of Python, e.g. Linux, x86_64, 3.11."""
    return {
        "system": platform.system(),
        "machine": platform.machine(),
        "python": ".".join(platform.python_version_tuple()[:2]),
    }
