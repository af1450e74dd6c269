"""Operations for missing values."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Either, Field, ListOf
from scoring.kinds import Choice, Flag, Number, Text

from .registry import Block, FitError, Operation, feature
from .training import present_values


def is_missing(block: Block) -> Block:
    """(n_rows, k) bool: NaN in numbers, NaT in datetimes, None in texts."""
    if block.dtype == object:
        return np.array([text is None for text in block.flat], bool).reshape(block.shape)
    return np.isnat(block) if block.dtype.kind == "M" else np.isnan(block)


def _most_frequent_number(column: Block) -> float:
    values, counts = np.unique(column, return_counts=True)
    return float(values[counts.argmax()])


AVERAGES: Final[dict[str, Callable[[Block], float]]] = {
    "mean": lambda column: float(np.mean(column)),
    "median": lambda column: float(np.median(column)),
    "most_frequent": _most_frequent_number,
}


@feature
class Impute(Operation):
    """Put a value where one is missing: NaN in numbers, or an absent text.

    The value is found in training data, by `strategy`, or is `value`. Of several most frequent values it is
    the least. With `indicator`, a column more follows for each number column that had missing values in the
    training data: 1 where the value was missing, else 0.
    """

    name = "impute"
    formula = "x, or where it is missing the column's value"
    sklearn = "SimpleImputer"
    takes = ("number", "string")
    makes = ""
    parameters: ClassVar[Sequence[Field]] = (
        Field(
            "strategy",
            Choice(*AVERAGES, "constant"),
            "What to put: texts have no mean or median.",
            default="mean",
        ),
        Field("value", Either(number=Number(), text=Text()), "What to put with the strategy constant."),
        Field(
            "indicator", Flag(), "Whether to add columns that tell where values were missing.", default=False
        ),
        Field(
            "values",
            ListOf(Either(number=Number(), text=Text()), at_least=1),
            "What to put in each column.",
            required=True,
            fitted=True,
        ),
        Field(
            "indicated",
            ListOf(Number(minimum=0, whole=True), distinct=True),
            "The columns, from 0, that had missing values.",
            required=True,
            fitted=True,
        ),
    )
    per_column = ("values",)
    example: ClassVar[dict[str, Any]] = {
        "operation": "impute",
        "input": ["age", "income"],
        "strategy": "median",
        "indicator": True,
        "values": [37, 21500],
        "indicated": [1],
    }

    def __init__(
        self,
        *,
        strategy: str = "mean",
        value: float | str | None = None,
        values: Sequence[float | str] = (),
        indicator: bool = False,
        indicated: Sequence[int] = (),
    ) -> None:
        filled = [value] if strategy == "constant" else list(values)
        self.values = np.array(filled, object if isinstance(filled[0], str) else np.float64)
        self.indicated = list(indicated) if indicator else []

    @classmethod
    def needs(cls, parameters: Mapping[str, Any]) -> Sequence[str]:
        constant = parameters.get("strategy") == "constant"
        return [*([] if constant else ["values"]), *(["indicated"] if parameters.get("indicator") else [])]

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        constant = parameters.get("strategy") == "constant"
        if constant != ("value" in parameters):
            key = "value" if "value" in parameters else "strategy"
            yield key, 'the strategy "constant" and the key "value" together, or neither'
        if len({isinstance(value, str) for value in parameters.get("values", ())}) > 1:
            yield "values", "numbers alone, or texts alone"

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        yield from super().misfits(parameters, width)
        if any(index >= width for index in parameters.get("indicated", ())):
            yield "indicated", f"indices below {width}, the number of input columns"

    @classmethod
    def unsuited(cls, parameters: Mapping[str, Any], family: str) -> Iterator[tuple[str, str]]:
        given = {"values": parameters.get("values", ()), "value": (parameters.get("value"),)}
        for key, values in given.items():
            if key in parameters and isinstance(values[0], str) != (family == "string"):
                yield key, f"{family}s, as its input's"
        if family == "string" and parameters.get("strategy", "mean") in ("mean", "median"):
            yield "strategy", "most_frequent or constant, since texts have no mean or median"
        if family == "string" and parameters.get("indicator"):
            yield "indicator", 'false for texts (the operation "missing" tells where texts are missing)'

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        strategy = parameters.get("strategy", "mean")
        found: dict[str, Any] = {}
        if block.dtype == object:
            if strategy == "most_frequent":
                found["values"] = [_most_frequent_text(column) for column in block.T]
        elif strategy != "constant":
            found["values"] = [AVERAGES[strategy](column) for column in present_values(block)]
        if parameters.get("indicator"):
            found["indicated"] = np.flatnonzero(is_missing(block).any(axis=0)).tolist()
        return found

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return (*names, *(f"{names[index]}_missing" for index in self.indicated))

    def apply(self, block: Block) -> Block:
        missing = is_missing(block)
        made = np.where(missing, self.values, block)
        return np.hstack([made, missing[:, self.indicated]]) if self.indicated else made


def _most_frequent_text(column: Block) -> str:
    counts = Counter(text for text in column.tolist() if text is not None)
    if not counts:
        raise FitError("a column of its input has no value at all")
    return str(min(counts, key=lambda text: (-counts[text], text)))


@feature
class Missing(Operation):
    """Tell where values are missing.

    Of numbers, texts and datetimes alike.
    """

    name = "missing"
    formula = "1 where x is missing, else 0"
    sklearn = 'MissingIndicator(features="all")'
    takes = ("number", "string", "datetime")
    example: ClassVar[dict[str, Any]] = {"operation": "missing", "input": "income"}

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{name}_missing" for name in names)

    def apply(self, block: Block) -> Block:
        return is_missing(block).astype(np.float64)
