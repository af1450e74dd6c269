"""A category as a number."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Choice, Number

from .categories import (
    CATEGORIES,
    INFREQUENT,
    MAX_CATEGORIES,
    MIN_FREQUENCY,
    UNKNOWN,
    ByCategory,
    CodeTable,
    learn_categories,
    look_up,
    overlaps,
    strangers,
)
from .registry import Block, feature

ABSENT: Final = -3
ELSE: Final = -1


@feature
class Ordinal(ByCategory):
    """Number each input's categories, from 0 in the order they stand in.

    Infrequent categories share the number after the last.
    The absent value gets `missing_value` if null is a category, and is an unknown category if it isn't.
    An unknown category is refused with a 422 (`error`) or gets `unknown_value` (`value`).
    Categories are learnt as scikit-learn does: sorted, the absent value last.
    """

    name = "ordinal"
    formula = "the place of x among its input's categories, from 0"
    sklearn = (
        'OrdinalEncoder; its handle_unknown "use_encoded_value" is `value` here, its encoded_missing_value '
        "is `missing_value`, and `categories` holds the frequent ones alone"
    )
    parameters: ClassVar[Sequence[Field]] = (
        CATEGORIES,
        INFREQUENT,
        Field("unknown", Choice("error", "value"), "What an unknown category does.", default="error"),
        Field("unknown_value", Number(), "The number of unknown categories; NaN if left out."),
        Field("missing_value", Number(), "The number of the absent value; NaN if left out."),
        MIN_FREQUENCY,
        MAX_CATEGORIES,
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "ordinal",
        "input": "size",
        "categories": [["S", "M", "L"]],
        "unknown": "value",
        "unknown_value": -1,
    }

    def __init__(
        self,
        categories: Sequence[Sequence[Any]],
        infrequent: Sequence[Sequence[Any]] = (),
        unknown: str = "error",
        unknown_value: float = np.nan,
        missing_value: float = np.nan,
        **fitting: Any,
    ) -> None:
        self._unknown, self._unknown_value, self._missing_value = unknown, unknown_value, missing_value
        self._tables = []
        for column, frequent in enumerate(categories):
            present = [each for each in frequent if each is not None]
            codes: dict[Any, int] = {each: code for code, each in enumerate(present)}
            codes |= {None: ABSENT} if None in frequent else {}
            codes |= dict.fromkeys(infrequent[column] if infrequent else (), len(present))
            self._tables.append(CodeTable(codes, UNKNOWN if unknown == "error" else ELSE))

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from overlaps(parameters)
        if any(None in each for each in parameters.get("infrequent", ())):
            yield "infrequent", "no null, which has a number of its own: missing_value"
        if "unknown_value" in parameters and parameters.get("unknown") != "value":
            yield "unknown_value", 'no such key unless "unknown" is "value"'

    @classmethod
    def unsuited(cls, parameters: Mapping[str, Any], family: str) -> Iterator[tuple[str, str]]:
        yield from strangers(parameters, family, "categories", "infrequent")

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        return learn_categories(block, parameters, lambda category: category is not None)

    def apply(self, block: Block) -> Block:
        made = np.empty(block.shape)
        for column, codes in look_up(self._tables, block):
            made[:, column] = codes
            made[codes == ABSENT, column] = self._missing_value
            made[codes == ELSE, column] = self._unknown_value
        return made
