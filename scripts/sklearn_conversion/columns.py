"""Columns on their way through a pipeline, as the contract would write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

Entry = str | dict[str, Any]
"""A feature as it stands in a contract: the name of an input, or an operation."""


@dataclass(frozen=True)
class Part:
    """One entry, and the columns it makes."""

    entry: Entry
    width: int
    family: str
    """number, string or datetime."""
    origin: str = ""
    """Where in the pipeline it was made, for names that must differ."""


@dataclass(frozen=True)
class Columns:
    """What stands between two steps of a pipeline: the columns of all parts, left to right."""

    parts: tuple[Part, ...]
    flat: bool = False
    """One column handed on as a one-dimensional list, as vectorizers of text take it."""

    @property
    def width(self) -> int:
        """How many columns there are."""
        return sum(part.width for part in self.parts)

    @property
    def families(self) -> tuple[str, ...]:
        """The family of each column."""
        return tuple(part.family for part in self.parts for _ in range(part.width))

    def take(self, indices: Sequence[int]) -> Columns:
        """Some columns, in the order given; those that an operation made among others are selected."""
        owners = [(index, place) for index, part in enumerate(self.parts) for place in range(part.width)]
        taken: list[Part] = []
        for index, run in groupby((owners[index] for index in indices), key=lambda each: each[0]):
            part, places = self.parts[index], [place for _, place in run]
            taken += [part] * len(places) if part.width == 1 else [_selected(part, places)]
        return Columns(tuple(taken))

    def apply(self, operation: str, width: int | None = None, family: str = "number", **keys: Any) -> Columns:
        """One operation on all columns, which makes `width`, or as many; keys of None are left out."""
        entry = {"operation": operation, "input": self.input()}
        entry |= {key: value for key, value in keys.items() if value is not None}
        return Columns((Part(entry, self.width if width is None else width, family),))

    def input(self) -> Any:
        """The value of the key `input` of an operation on all columns."""
        entries = [part.entry for part in self.parts]
        return entries[0] if len(entries) == 1 else entries

    def by_family(self) -> Iterator[tuple[Columns, slice]]:
        """Runs of neighbouring columns of one family, each with the places it has among all."""
        start = 0
        for _, run in groupby(self.parts, key=lambda part: part.family):
            columns = Columns(tuple(run))
            yield columns, slice(start, start + columns.width)
            start += columns.width

    def named(self, origin: str) -> Columns:
        """The same, with the name of the step that made them before that of the steps inside."""
        return replace(
            self,
            parts=tuple(
                replace(part, origin="__".join(filter(None, (origin, part.origin)))) for part in self.parts
            ),
        )


def side_by_side(blocks: Sequence[Columns]) -> Columns:
    """The columns of all blocks, left to right."""
    return Columns(tuple(part for block in blocks for part in block.parts))


def each_family(columns: Columns, convert: Callable[[Columns, slice], Columns]) -> Columns:
    """What `convert` makes of each run of one family: operations eat one at a time."""
    return side_by_side([convert(run, places) for run, places in columns.by_family()])


def inputs_of(entry: Entry) -> Iterator[str]:
    """Names of the inputs that stand in an entry, as often as they do."""
    if isinstance(entry, str):
        yield entry
        return
    written = entry["input"]
    for each in written if isinstance(written, list) else [written]:
        yield from inputs_of(each)


def _selected(part: Part, places: Sequence[int]) -> Part:
    if places == list(range(part.width)):
        return part
    entry: Mapping[str, Any] = {"operation": "select", "input": part.entry, "columns": list(places)}
    return replace(part, entry=dict(entry), width=len(places))
