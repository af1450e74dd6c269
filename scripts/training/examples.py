"""The contract's golden examples: what the trained model answers to them, compared or written into the file.

A contract is written by hand, so its layout is kept: only an example's `response` is replaced or inserted.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Answer = Callable[[dict[str, Any]], dict[str, Any]]
"""request body → response body, by the trained model"""

_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Difference:
    """An example whose committed response is not what the model answers."""

    example: str
    committed: Any
    answered: Any


def compare_examples(contract: Path, answer: Answer) -> list[Difference]:
    """Return the examples whose response is missing or out of tolerance."""
    differences = []
    for example in json.loads(contract.read_text())["examples"]:
        answered, committed = answer(example["request"]), example.get("response")
        if not _is_close(committed, answered, example.get("tolerance", {})):
            differences.append(Difference(example["name"], committed, answered))
    return differences


def update_examples(contract: Path, answer: Answer) -> int:
    """Write what the model answers into every example; returns how many changed."""
    text = contract.read_text()
    start, _ = _members(text, text.index("{"))["examples"]
    items = list(_items(text, start))
    changed = 0
    for begin, finish in reversed(items):
        example = json.loads(text[begin:finish])
        answered = answer(example["request"])
        if example.get("response") != answered:
            text = _with_response(text, begin, json.dumps(answered, ensure_ascii=False))
            changed += 1
    json.loads(text)
    contract.write_text(text)
    return changed


def _is_close(committed: Any, answered: Any, tolerance: dict[str, float]) -> bool:
    if isinstance(answered, dict):
        same = isinstance(committed, dict) and committed.keys() == answered.keys()
        return same and all(_is_close(committed[key], answered[key], tolerance) for key in answered)
    if isinstance(answered, list):
        same = isinstance(committed, list) and len(committed) == len(answered)
        return same and all(_is_close(a, b, tolerance) for a, b in zip(committed, answered, strict=True))
    if isinstance(answered, float) and isinstance(committed, int | float):
        relative, absolute = tolerance.get("relative", 0.0), tolerance.get("absolute", 0.0)
        return math.isclose(committed, answered, rel_tol=relative, abs_tol=absolute)
    return bool(committed == answered)


def _with_response(text: str, begin: int, response: str) -> str:
    """Replace the member `response` of the object at `begin`, or insert it after `request` in its style."""
    members = _members(text, begin)
    if "response" in members:
        start, end = members["response"]
        return text[:start] + response + text[end:]
    start, end = members["request"]
    line = text.rfind("\n", 0, start) + 1
    indent = text[line : len(text) - len(text[line:].lstrip())]
    separator = f",\n{indent}" if text[line:start].lstrip().startswith('"request"') else ", "
    return f'{text[:end]}{separator}"response": {response}{text[end:]}'


def _members(text: str, position: int) -> dict[str, tuple[int, int]]:
    """Return where the value of each member of the object at `position` begins and ends."""
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


def _items(text: str, position: int) -> Iterator[tuple[int, int]]:
    """Yield where each item of the array at `position` begins and ends."""
    position = _skip(text, position + 1)
    while text[position] != "]":
        _, end = _DECODER.raw_decode(text, position)
        yield position, end
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)


def _skip(text: str, position: int) -> int:
    while text[position].isspace():
        position += 1
    return position
