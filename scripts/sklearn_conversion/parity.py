"""What the contract makes of rows, held against what scikit-learn makes of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scoring import Contract
from scoring.columns import Columns
from scoring.errors import InvalidInstances

from .convert import Converted
from .magnitudes import magnitudes
from .refusals import ConversionError
from .sklearn_tables import run, to_sklearn

Matrix = np.ndarray[Any, Any]

LIMIT = 1e-12
"""The greatest relative difference that is rounding."""


@dataclass(frozen=True)
class Difference:
    """How far one column of the matrix is from scikit-learn's, over all rows compared."""

    column: str
    absolute: float
    relative: float
    """To the expected value; where terms cancel, to the sum of their sizes (see `magnitudes.py`)."""

    @property
    def exceeds(self) -> bool:
        """Whether it is more than rounding."""
        return not self.relative <= LIMIT


@dataclass(frozen=True)
class Parity:
    """The comparison over one set of rows."""

    rows: str
    """Which: data, examples or edges."""
    compared: int
    differences: tuple[Difference, ...]
    refused_by_contract: int = 0
    refused_by_sklearn: int = 0
    reasons: tuple[str, ...] = ()
    """What scikit-learn said of rows that the contract answers."""

    @property
    def holds(self) -> bool:
        """Whether every column is the same, up to rounding."""
        return not any(each.exceeds for each in self.differences)


def compare(label: str, contract: Contract, converted: Converted, columns: Columns) -> Parity:
    """Hold the two against each other over these rows, as `read_columns` returns them."""
    booleans = frozenset(each.name for each in contract.inputs if each.type == "boolean")

    def theirs(rows: Columns) -> Matrix:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # those of unknown categories and the like are expected here
            return run(converted, to_sklearn(converted, rows, booleans))

    count = len(next(iter(columns.values())))
    ours = _rowwise(contract.build_matrix, columns, (InvalidInstances,))
    expected = _rowwise(theirs, columns, (Exception,))
    both = [place for place in range(count) if place in ours.rows and place in expected.rows]
    alone = [place for place in range(count) if place in ours.rows and place not in expected.rows]
    width = len(contract.feature_names)
    made = np.array([ours.rows[place] for place in both]).reshape(len(both), width)
    wanted = np.array([expected.rows[place] for place in both])
    if wanted.size and wanted.shape[1] != width:
        raise ConversionError(
            f"scikit-learn makes {wanted.shape[1]} columns of these rows, and the contract {width}",
            "report it: a converter is wrong",
        )
    kept = {name: column[both] for name, column in columns.items()}
    scale = magnitudes(contract, kept, wanted) if both else wanted.reshape(0, width)
    differences = _differences(contract.feature_names, made, wanted.reshape(len(both), width), scale)
    reasons = tuple(dict.fromkeys(expected.reasons[place] for place in alone))[:5]
    return Parity(label, len(both), differences, count - len(ours.rows), len(alone), reasons)


def _differences(names: Sequence[str], made: Matrix, wanted: Matrix, scale: Matrix) -> tuple[Difference, ...]:
    with np.errstate(all="ignore"):
        same = (made == wanted) | (np.isnan(made) & np.isnan(wanted))
        absolute = np.where(same, 0.0, np.abs(made - wanted))
        relative = np.where(same, 0.0, absolute / scale)
    absolute, relative = (np.where(np.isnan(each), np.inf, each) for each in (absolute, relative))
    return tuple(
        Difference(
            name,
            float(absolute[:, place].max(initial=0.0)),
            float(relative[:, place].max(initial=0.0)),
        )
        for place, name in enumerate(names)
    )


@dataclass(frozen=True)
class Answers:
    """Rows that were answered, and what was said of the others."""

    rows: dict[int, Matrix]
    reasons: dict[int, str]


def _rowwise(
    function: Callable[[Columns], Matrix], columns: Columns, refusals: tuple[type[Exception], ...]
) -> Answers:
    """The function over all rows at once, or over halves of them where it raises."""
    answers = Answers({}, {})
    places = np.arange(len(next(iter(columns.values()))))
    for part, made in _halves(function, columns, places, refusals):
        if isinstance(made, Exception):
            answers.reasons[int(part[0])] = f"{type(made).__name__}: {str(made).splitlines()[0][:200]}"
        else:
            answers.rows.update(zip(part.tolist(), made, strict=True))
    return answers


def _halves(
    function: Callable[[Columns], Matrix],
    columns: Columns,
    places: Matrix,
    refusals: tuple[type[Exception], ...],
) -> Iterator[tuple[Matrix, Matrix | Exception]]:
    if not len(places):
        return
    try:
        made = function({name: column[places] for name, column in columns.items()})
    except refusals as refusal:
        if len(places) == 1:
            yield places, refusal
            return
        middle = len(places) // 2
        yield from _halves(function, columns, places[:middle], refusals)
        yield from _halves(function, columns, places[middle:], refusals)
        return
    yield places, made
