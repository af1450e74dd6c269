"""A body of JSON lines → instances: each line one instance, in any of the shapes that `instances` takes.

Pointers start with the line, counted from 0: `/3/features/0`.
https://jsonlines.org
"""

from typing import Any

from .errors import TooManyInstances, UnreadableRequest
from .read_json import read_json


def read_json_lines(text: str, most: int) -> list[Any]:
    """The lines' values; raises TooManyInstances, or the 400 that says which line can't be read and why."""
    lines = text.replace("\r\n", "\n").removesuffix("\n").split("\n")
    if len(lines) > most:
        raise TooManyInstances(f"One request may have {most} instances and came with {len(lines)}.")
    return [_read_line(number, line) for number, line in enumerate(lines, 1)]


def _read_line(number: int, line: str) -> Any:
    try:
        return read_json(line)
    except UnreadableRequest as error:
        error.detail = f"Line {number} of the body: {error.detail}"
        raise
