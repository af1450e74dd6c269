"""Texts that people write where there is no value: asked about among numbers and dates, noted among words."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from scripts.fitting.training_data import DataError

MARKS: Final = frozenset(["na", "n/a", "#n/a", "n.a.", "nan", "null", "nil", "none", "?", "-", "--", "."])
WORDS: Final = frozenset(["missing", "unknown"])
"""Among words these are a category like others."""
WRITTEN: Final = frozenset(
    write(mark) for mark in MARKS | WORDS for write in (str.lower, str.upper, str.title, str.capitalize)
) | {"NaN", "#n/a"}
SHOWN: Final = 6


def ask_about_marks(
    file: str, columns: Mapping[str, Sequence[Any]], kinds: Sequence[Callable[[str], bool]]
) -> None:
    """Raise DataError where marks stand in columns whose other cells are all of one of the kinds.

    However many they are: a column that is mostly `NA` would become text without a word.
    """
    found: dict[str, list[str]] = {}
    first = ""
    for name, cells in columns.items():
        different = set(cells) - {None}
        marks, others = different & WRITTEN, different - WRITTEN
        if marks and others and any(all(map(kind, others)) for kind in kinds):
            rows = {mark: list(cells).index(mark) for mark in marks}
            for mark, row in sorted(rows.items(), key=lambda each: each[1]):
                first = first or f"{mark!r} in row {row + 1} of {name}"
                found.setdefault(mark, []).append(name)
    if not found:
        return
    names = list(dict.fromkeys(name for each in found.values() for name in each))
    listed = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    raise DataError(
        f"{file} has {', '.join(map(repr, found))} among numbers or dates ({listed}), first {first}",
        " ".join(f"--missing={shlex.quote(mark)}" for mark in found) + " if it stands for no value",
    )


def note_about_marks(present: Sequence[Any]) -> str | None:
    """A sentence about marks in a column of words, which are taken as they stand."""
    counts = {mark: present.count(mark) for mark in set(present) & WRITTEN if mark.lower() not in WORDS}
    if not counts:
        return None
    mark, rows = max(counts.items(), key=lambda each: (each[1], each[0]))
    return (
        f"{mark!r} in {rows} row{'' if rows == 1 else 's'} is taken as a text like others; "
        f"--missing={shlex.quote(mark)} if it stands for no value"
    )
