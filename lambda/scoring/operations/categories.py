"""What the operations on categories share: how categories are declared, looked up and learnt."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.contract_problems import Problem, show
from scoring.declarations import Field, ListOf
from scoring.kinds import INVALID, Kind, Number, Schema

from .registry import Block, Operation, RefusalError

UNKNOWN: Final = -2
"""The code of a value that a table doesn't hold."""


class Categories(Kind):
    """The categories of one column: distinct texts, or distinct numbers; null is the absent value."""

    expected = "a list of distinct texts, or of distinct numbers or booleans, and at most one null"

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        if type(value) is list:
            present = [each for each in value if each is not None]
            one_kind = {type(each) for each in present} <= {str} or all(map(_is_number, present))
            if one_kind and len(value) - len(present) <= 1 and len(set(present)) == len(present):
                return tuple(value)
        problems.append(Problem(at, self.expected, show(value)))
        return INVALID

    def schema(self) -> Schema:
        scalar = {"type": ["string", "number", "boolean", "null"]}
        return {"type": "array", "items": scalar, "uniqueItems": True}


def _is_number(value: Any) -> bool:
    return type(value) is bool or Number().accepts(value)


CATEGORIES: Final = Field(
    "categories",
    ListOf(Categories()),
    "One list for each input column: its categories in the order of their codes; null is the absent value.",
    required=True,
    fitted=True,
)
INFREQUENT: Final = Field(
    "infrequent",
    ListOf(Categories()),
    "One list for each input column: the rare categories, which share one code after all others.",
    fitted=True,
)
MIN_FREQUENCY: Final = Field(
    "min_frequency",
    Number(minimum=0),
    "For fitting: categories that are rarer are infrequent; an integer counts rows, "
    "a number with a decimal point is a share of them.",
)
MAX_CATEGORIES: Final = Field(
    "max_categories",
    Number(minimum=1, whole=True),
    "For fitting: at most so many codes a column, the infrequent one among them.",
)
GROUPING: Final = ("min_frequency", "max_categories")


class CodeTable:
    """The codes of one column's categories."""

    def __init__(self, codes: Mapping[Any, int], unknown: int = UNKNOWN) -> None:
        """`codes`: category → code, None for the absent value; all else gets the code `unknown`."""
        self.known = tuple(codes)
        self._absent = codes.get(None, unknown)
        self._unknown = unknown
        present = {key: code for key, code in codes.items() if key is not None}
        self._texts = _Texts(codes, unknown)
        order = sorted(present) if not any(isinstance(key, str) for key in present) else []
        self._numbers = np.array(order, np.float64)
        self._codes = np.array([present[key] for key in order], np.intp)

    def look_up(self, column: Block) -> Block:
        """(n_rows,) intp, from texts (object, None = absent) or numbers (float64, NaN = absent)."""
        if column.dtype == object:
            return np.fromiter(map(self._texts.__getitem__, column.tolist()), np.intp, len(column))
        if not self._numbers.size:
            return np.where(np.isnan(column), self._absent, self._unknown)
        places = np.minimum(np.searchsorted(self._numbers, column), self._numbers.size - 1)
        codes = np.where(self._numbers[places] == column, self._codes[places], self._unknown)
        return codes if self._absent == self._unknown else np.where(np.isnan(column), self._absent, codes)


class _Texts(dict[Any, int]):
    """A dictionary in which every other key has the code of the unknown."""

    def __init__(self, codes: Mapping[Any, int], unknown: int) -> None:
        super().__init__(codes)
        self.unknown = unknown

    def __missing__(self, key: Hashable) -> int:
        return self.unknown


def look_up(tables: Sequence[CodeTable], block: Block) -> Iterator[tuple[int, Block]]:
    """(column, codes) of every column; raises RefusalError for values with the code UNKNOWN."""
    for column, table in enumerate(tables):
        codes = table.look_up(block[:, column])
        wrong = np.flatnonzero(codes == UNKNOWN)
        if wrong.size:
            values = [plain(value) for value in block[wrong, column].tolist()]
            raise RefusalError(
                column, wrong.tolist(), [f"has the unknown category {show(each)}" for each in values]
            )
        yield column, codes


def plain(value: Any) -> Any:
    """A cell as JSON has it: null for NaN, an integer for a whole number."""
    if isinstance(value, float):
        if value != value:  # noqa: PLR0124 - NaN is the only float unequal to itself
            return None
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    return value


def count_categories(column: Block) -> dict[Any, int]:
    """Each category of the column and how many rows have it: sorted, the absent value last."""
    counts = Counter(map(plain, column.tolist()))
    absent = counts.pop(None, 0)
    return {key: counts[key] for key in sorted(counts)} | ({None: absent} if absent else {})


def learn_categories(
    block: Block, parameters: Mapping[str, Any], may_be_rare: Callable[[Any], bool] = lambda category: True
) -> dict[str, list[list[Any]]]:
    """`categories`, and `infrequent` if the settings ask for grouping, as scikit-learn finds them.

    `may_be_rare` says whether a category is counted when rare ones are looked for.
    """
    found: dict[str, list[list[Any]]] = {"categories": [], "infrequent": []}
    for column in block.T:
        counts = count_categories(column)
        judged = {key: count for key, count in counts.items() if may_be_rare(key)}
        rare = _find_rare(judged, len(column), parameters)
        found["categories"].append([key for key in counts if key not in rare])
        found["infrequent"].append([key for key in counts if key in rare])
    if not any(name in parameters for name in GROUPING):
        del found["infrequent"]
    return found


def _find_rare(counts: Mapping[Any, int], n_rows: int, parameters: Mapping[str, Any]) -> set[Any]:
    """As scikit-learn's `_identify_infrequent`: of equally frequent ones, the first in order are rare."""
    least = parameters.get("min_frequency", 0)
    least = least * n_rows if isinstance(least, float) else least
    rare = {key for key, count in counts.items() if count < least}
    most = parameters.get("max_categories")
    if most is not None and most < len(counts) - len(rare) + 1:
        by_count = sorted(counts, key=lambda key: counts[key])
        rare.update(by_count[: len(by_count) - (most - 1)])
    return rare


def overlaps(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is wrong between `categories` and `infrequent`, for `disagreements`."""
    pairs = zip(parameters.get("categories", ()), parameters.get("infrequent", ()), strict=False)
    if any(set(categories) & set(infrequent) for categories, infrequent in pairs):
        yield "infrequent", "categories that don't stand in categories too"


def strangers(parameters: Mapping[str, Any], family: str, *names: str) -> Iterator[tuple[str, str]]:
    """Parameters whose categories aren't of the family of the columns, for `unsuited`."""
    for name in names:
        values = [value for each in parameters.get(name, ()) for value in each if value is not None]
        if any(isinstance(value, str) != (family == "string") for value in values):
            kind = "texts, since the columns are strings" if family == "string" else "numbers or booleans"
            yield name, kind


class ByCategory(Operation):
    """What looks categories up, in a table for each input column, and refuses unknown ones if told to."""

    takes = ("string", "number")
    per_column: ClassVar[Sequence[str]] = ("categories", "infrequent")
    _unknown: str
    _tables: list[CodeTable]

    @classmethod
    def needs(cls, parameters: Mapping[str, Any]) -> Sequence[str]:
        grouped = any(name in parameters for name in GROUPING)
        return ["categories", "infrequent"] if grouped else ["categories"]

    def accepted(self, column: int) -> Sequence[Any] | None:
        return self._tables[column].known if self._unknown == "error" else None
