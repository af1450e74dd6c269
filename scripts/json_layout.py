"""Change members of a JSON file that people write by hand, and leave the rest of its text as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

WIDTH = 110
_DECODER = json.JSONDecoder()

Span = tuple[int, int]


class LaidOut(str):
    """JSON text that stands as it is."""

    __slots__ = ()


def set_members(text: str, pointer: str, members: Mapping[str, Any]) -> str:
    """The text with these members in the object at `pointer`: replaced where they stand, else added last.

    What is added stands on the object's own line if it fits, else on lines of its own.
    """
    begin, end = locate(text, pointer)
    known = members_of(text, begin)
    for key in sorted(members.keys() & known.keys(), key=lambda key: -known[key][0]):
        start, stop = known[key]
        text = text[:start] + lay_out(members[key], _indent(text, start) + 2) + text[stop:]
    new = {key: value for key, value in members.items() if key not in known}
    if not new:
        return text
    begin, end = locate(text, pointer)
    last = max((stop for _, stop in members_of(text, begin).values()), default=begin + 1)
    inline = ", ".join(f"{json.dumps(key)}: {_compact(value)}" for key, value in new.items())
    line = text.rfind("\n", 0, begin) + 1
    if "\n" not in text[begin:end] and last - line + len(inline) + 3 <= WIDTH:
        return f"{text[:last]}{', ' if known else ''}{inline}{text[last:]}"
    first = _skip(text, begin + 1)
    own_lines = "\n" in text[begin:first]
    indent = _indent(text, first) if own_lines else _indent(text, begin) + 2
    separator = ",\n" + " " * indent
    added = separator.join(f"{json.dumps(key)}: {lay_out(value, indent + 2)}" for key, value in new.items())
    return f"{text[:last]}{separator if known else separator[1:]}{added}{text[last:]}"


def lay_out(value: Any, indent: int = 0) -> str:
    """JSON text: short values on one line, lists of numbers filling lines, others an item a line."""
    compact = _compact(value)
    if indent + len(compact) <= WIDTH or not isinstance(value, dict | list) or not value:
        return compact
    pad, close = "\n" + " " * indent, "\n" + " " * (indent - 2)
    if isinstance(value, dict):
        items = [f"{json.dumps(key)}: {lay_out(item, indent + 2)}" for key, item in value.items()]
        return f"{{{pad}{f',{pad}'.join(items)}{close}}}"
    if any(isinstance(item, dict | list) for item in value):
        return f"[{pad}{f',{pad}'.join(lay_out(item, indent + 2) for item in value)}{close}]"
    return f"[{pad}{pad.join(_filled(value, WIDTH - indent))}{close}]"


def locate(text: str, pointer: str) -> Span:
    """Where the value at a JSON pointer begins and ends; raises KeyError or IndexError if there is none."""
    begin = _skip(text, 0)
    end = _DECODER.raw_decode(text, begin)[1]
    for key in pointer.split("/")[1:]:
        if text[begin] == "{":
            begin, end = members_of(text, begin)[key.replace("~1", "/").replace("~0", "~")]
        else:
            begin, end = list(items_of(text, begin))[int(key)]
    return begin, end


def members_of(text: str, position: int) -> dict[str, Span]:
    """Where the value of each member of the object at `position` begins and ends."""
    found = {}
    position = _skip(text, position + 1)
    while text[position] != "}":
        name, position = _DECODER.raw_decode(text, position)
        start = _skip(text, _skip(text, position) + 1)
        _, end = _DECODER.raw_decode(text, start)
        found[name] = (start, end)
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return found


def items_of(text: str, position: int) -> Iterator[Span]:
    """Where each item of the array at `position` begins and ends."""
    position = _skip(text, position + 1)
    while text[position] != "]":
        _, end = _DECODER.raw_decode(text, position)
        yield position, end
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)


def _compact(value: Any) -> str:
    return value if isinstance(value, LaidOut) else json.dumps(value, ensure_ascii=False, allow_nan=False)


def _filled(values: list[Any], width: int) -> Iterator[str]:
    line = ""
    for place, value in enumerate(values):
        item = _compact(value) + ("," if place < len(values) - 1 else "")
        if line and len(line) + 1 + len(item) > width:
            yield line
            line = item
        else:
            line = f"{line} {item}" if line else item
    yield line


def _indent(text: str, position: int) -> int:
    """Spaces at the start of the line that `position` is in."""
    line = text.rfind("\n", 0, position) + 1
    return len(text[line:]) - len(text[line:].lstrip(" "))


def _skip(text: str, position: int) -> int:
    while text[position].isspace():
        position += 1
    return position
