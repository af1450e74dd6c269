"""The contract's golden examples: what the trained model answers to them, compared or written into the file.

A contract is written by hand, so its layout is kept: only an example's `response` is replaced or inserted.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.json_layout import items_of, locate, members_of
from scripts.whole_file import write_whole

Answer = Callable[[dict[str, Any]], dict[str, Any]]
"""request body → response body, by the trained model"""


@dataclass(frozen=True, slots=True)
class Difference:
    """An example whose committed response is not what the model answers."""

    example: str
    committed: Any
    answered: Any


def settle_examples(contract: Path, answer: Answer, command: str, *, update: bool) -> None:
    """Write the responses that are missing, or all of them; name those that the model answers otherwise.

    `command` is the training's, for the repair.
    """
    if changed := update_examples(contract, answer, only_missing=not update):
        print(f"{changed} example responses written to models/{contract.parent.name}/contract.json")
    for difference in compare_examples(contract, answer):
        print(f"example {difference.example!r} no longer matches: {difference.answered}, committed is")
        print(f"  {difference.committed}\n  repair: {command} --update-examples, and look at the difference")


def compare_examples(contract: Path, answer: Answer) -> list[Difference]:
    """Return the examples whose response is missing or out of tolerance."""
    differences = []
    for example in json.loads(contract.read_text())["examples"]:
        answered, committed = answer(example["request"]), example.get("response")
        if not _is_close(committed, answered, example.get("tolerance", {})):
            differences.append(Difference(example["name"], committed, answered))
    return differences


def update_examples(contract: Path, answer: Answer, *, only_missing: bool = False) -> int:
    """Write what the model answers into every example, or those without answer; returns how many changed."""
    text = contract.read_text()
    start, _ = locate(text, "/examples")
    items = list(items_of(text, start))
    changed = 0
    for begin, finish in reversed(items):
        example = json.loads(text[begin:finish])
        if only_missing and "response" in example:
            continue
        answered = answer(example["request"])
        if example.get("response") != answered:
            text = _with_response(text, begin, json.dumps(answered, ensure_ascii=False))
            changed += 1
    json.loads(text)
    if changed:
        write_whole(contract, text)
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
    members = members_of(text, begin)
    if "response" in members:
        start, end = members["response"]
        return text[:start] + response + text[end:]
    start, end = members["request"]
    line = text.rfind("\n", 0, start) + 1
    indent = text[line : len(text) - len(text[line:].lstrip())]
    separator = f",\n{indent}" if text[line:start].lstrip().startswith('"request"') else ", "
    return f'{text[:end]}{separator}"response": {response}{text[end:]}'
