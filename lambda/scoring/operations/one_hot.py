"""A category as columns of zeros and a one."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.contract_problems import some_of
from scoring.declarations import Either, Field, ListOf
from scoring.kinds import Choice, Kind

from .categories import (
    CATEGORIES,
    INFREQUENT,
    MAX_CATEGORIES,
    MIN_FREQUENCY,
    UNKNOWN,
    ByCategory,
    Categories,
    CodeTable,
    learn_categories,
    look_up,
    overlaps,
    strangers,
)
from .registry import Block, feature

NOWHERE: Final = -1
"""The place of a category that has no column."""
DROP: Final[Kind] = Either(text=Choice("first", "if_binary"), list=ListOf(Categories()))


@feature
class OneHot(ByCategory):
    """Make a column for each category of each input: 1 where the input has it, else 0.

    Infrequent categories share the last column of their input.
    An unknown category, or an absent value where null is no category, is refused with a 422 (`error`), gives
    zeros in every column (`ignore`), or counts as infrequent where that input has such (`infrequent`).
    Categories are learnt as scikit-learn does: sorted, the absent value last.
    """

    name = "one_hot"
    formula = "1 if x is the column's category, else 0"
    sklearn = (
        'OneHotEncoder; its handle_unknown "infrequent_if_exist" and "warn" are `infrequent` here, and '
        "`categories` holds the frequent ones alone"
    )
    parameters: ClassVar[Sequence[Field]] = (
        CATEGORIES,
        INFREQUENT,
        Field(
            "unknown",
            Choice("error", "ignore", "infrequent"),
            "What an unknown category does.",
            default="error",
        ),
        Field(
            "drop",
            DROP,
            "Leave a column out of each input: the first, the first where there are two, or for each input "
            "a list of one category, or of none.",
        ),
        MIN_FREQUENCY,
        MAX_CATEGORIES,
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "one_hot",
        "input": "colour",
        "categories": [["blue", "green", "red"]],
        "unknown": "ignore",
    }

    def __init__(
        self,
        categories: Sequence[Sequence[Any]],
        infrequent: Sequence[Sequence[Any]] = (),
        unknown: str = "error",
        drop: str | Sequence[Sequence[Any]] = (),
        **fitting: Any,
    ) -> None:
        self._unknown = unknown
        self._labels: list[list[str]] = []
        self._tables = []
        width = 0
        for column, frequent in enumerate(categories):
            rare = infrequent[column] if infrequent else ()
            dropped = _dropped(drop, column, frequent, rare)
            labels = [*map(_label, frequent), *(["infrequent"] if rare else [])]
            kept = [place for place in range(len(labels)) if place != dropped]
            places = {old: width + new for new, old in enumerate(kept)}
            codes = {each: places.get(code, NOWHERE) for code, each in enumerate(frequent)}
            shared = places.get(len(frequent), NOWHERE)
            codes |= dict.fromkeys(rare, shared)
            others = {"error": UNKNOWN, "ignore": NOWHERE, "infrequent": shared if rare else NOWHERE}
            self._tables.append(CodeTable(codes, others[unknown]))
            self._labels.append([labels[place] for place in kept])
            width += len(kept)
        self._width = width

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from overlaps(parameters)
        drop, categories = parameters.get("drop"), parameters.get("categories", ())
        if isinstance(drop, tuple):
            if any(len(each) > 1 for each in drop):
                yield "drop", "at most one category for each input"
            for each, known in zip(drop, categories, strict=False):
                if each and each[0] not in known:
                    yield "drop", f"one of its input's categories, {some_of(known)}"

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        yield from super().misfits(parameters, width)
        if isinstance(parameters.get("drop"), tuple) and len(parameters["drop"]) != width:
            yield "drop", f"one entry for each input column, of which there are {width}"

    @classmethod
    def unsuited(cls, parameters: Mapping[str, Any], family: str) -> Iterator[tuple[str, str]]:
        lists = ("categories", "infrequent", *(["drop"] if isinstance(parameters.get("drop"), tuple) else []))
        yield from strangers(parameters, family, *lists)

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        return learn_categories(block, parameters)

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        pairs = zip(names, self._labels, strict=True)
        return tuple(f"{name}_{label}" for name, labels in pairs for label in labels)

    def apply(self, block: Block) -> Block:
        made = np.zeros((len(block), self._width))
        for _, places in look_up(self._tables, block):
            rows = np.flatnonzero(places >= 0)
            made[rows, places[rows]] = 1.0
        return made


def _dropped(drop: Any, column: int, frequent: Sequence[Any], rare: Sequence[Any]) -> int | None:
    """The place, among an input's own columns, of the one that is left out."""
    if drop == "first":
        return 0
    if drop == "if_binary":
        return 0 if len(frequent) + bool(rare) == 2 else None
    return list(frequent).index(drop[column][0]) if drop and drop[column] else None


def _label(category: Any) -> str:
    """The end of a column's name."""
    if category is None:
        return "missing"
    return str(category).lower() if isinstance(category, bool) else str(category)
