"""What differs between releases of SageMaker's XGBoost image, read from its tag.

Measured on the containers' serving code (algorithm mode): up to 1.2-1 a CSV reply is one line, `a,b`, and
Accept isn't looked at; from 1.2-2 on it is a line per row and Accept decides.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

FIRST_WITH_ACCEPT = (1, 2, 2)


@dataclass(frozen=True, slots=True)
class Release:
    """How one release of the image answers."""

    one_line: bool
    """CSV replies are one comma-separated line without a newline."""
    heeds_accept: bool
    """Accept chooses between CSV, JSON and JSON lines; else it is always CSV."""


def read_release(tag: str) -> Release:
    """Read a tag such as `3.0-5`, `1.2-2`, `0.90-2-cpu-py3`, or `1` and `latest`, both of which are 0.72."""
    match = re.match(r"(\d+)\.(\d+)-(\d+)", tag)
    old = match is None or tuple(map(int, match.groups())) < FIRST_WITH_ACCEPT
    return Release(one_line=old, heeds_accept=not old)
