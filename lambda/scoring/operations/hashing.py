"""Categories and texts in a fixed number of columns, without a vocabulary."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Field, ListOf
from scoring.kinds import Choice, Flag, Number, Text

from .registry import Block, Operation, feature
from .text import TEXT_PARAMETERS, make_analyzer, normalize_rows, one_text, text_disagreements

N_FEATURES: Final = Field(
    "n_features", Number(minimum=1, maximum=65536, whole=True), "How many columns.", required=True
)
ALTERNATE_SIGN: Final = Field(
    "alternate_sign",
    Flag(),
    "Add -1 for half of the values, so that those that share a column cancel out on average.",
    default=True,
)
_WORD: Final = 0xFFFFFFFF


@lru_cache(maxsize=65536)
def murmur3(text: str) -> int:
    """MurmurHash3 x86 32-bit of the text's UTF-8 bytes with seed 0, signed.

    https://github.com/aappleby/smhasher/blob/master/src/MurmurHash3.cpp
    """
    data = text.encode("utf-8", "surrogatepass")
    whole = len(data) & ~3
    hashed = 0
    for start in range(0, whole, 4):
        hashed ^= _scramble(int.from_bytes(data[start : start + 4], "little"))
        hashed = (hashed << 13 | hashed >> 19) & _WORD
        hashed = (hashed * 5 + 0xE6546B64) & _WORD
    if whole < len(data):
        hashed ^= _scramble(int.from_bytes(data[whole:], "little"))
    hashed ^= len(data)
    hashed = ((hashed ^ hashed >> 16) * 0x85EBCA6B) & _WORD
    hashed = ((hashed ^ hashed >> 13) * 0xC2B2AE35) & _WORD
    hashed ^= hashed >> 16
    return hashed - 2**32 if hashed & 0x80000000 else hashed


def _scramble(block: int) -> int:
    block = (block * 0xCC9E2D51) & _WORD
    block = (block << 15 | block >> 17) & _WORD
    return (block * 0x1B873593) & _WORD


class Hashed(Operation):
    """What both operations below share: terms of a row → its columns."""

    def __init__(self, n_features: int, alternate_sign: bool = True) -> None:
        self._width, self._alternate = n_features, alternate_sign

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{'_'.join(names)}_hash{place}" for place in range(self._width))

    def _add(self, rows: Sequence[Sequence[str]]) -> tuple[Block, Block]:
        """(n_rows, n_features) of the sums of signs, and the flat places that any term went to."""
        made = np.zeros((len(rows), self._width))
        signed = np.fromiter(map(murmur3, chain.from_iterable(rows)), np.int64)
        starts = np.repeat(np.arange(len(rows)) * self._width, list(map(len, rows)))
        places = starts + np.abs(signed) % self._width
        np.add.at(made.ravel(), places, np.where(signed < 0, -1.0, 1.0) if self._alternate else 1.0)
        return made, places


@feature
class Hash(Hashed):
    """Add each category to the column that its hash picks; several inputs share the columns.

    For categories too many to list: none is unknown, and some share a column.
    An absent value adds nothing.
    """

    name = "hash"
    formula = (
        "h = MurmurHash3 of x, signed 32 bit; column |h| mod n_features gets 1, "
        "or -1 if h < 0 and alternate_sign"
    )
    sklearn = 'FeatureHasher: input_type "string" without `keys`, "dict" with them'
    takes = ("string",)
    parameters: ClassVar[Sequence[Field]] = (
        N_FEATURES,
        ALTERNATE_SIGN,
        Field(
            "keys",
            ListOf(Text()),
            'A name for each input column: "name=value" is hashed then, so that equal values of several '
            "inputs differ.",
        ),
    )
    per_column = ("keys",)
    example: ClassVar[dict[str, Any]] = {
        "operation": "hash",
        "input": ["city", "street"],
        "n_features": 8,
        "keys": ["city", "street"],
    }

    def __init__(self, n_features: int, alternate_sign: bool = True, keys: Sequence[str] = ()) -> None:
        super().__init__(n_features, alternate_sign)
        self._prefixes = [f"{key}=" for key in keys]

    def apply(self, block: Block) -> Block:
        prefixes = self._prefixes or [""] * block.shape[1]
        rows = [
            [prefix + value for prefix, value in zip(prefixes, row, strict=True) if value is not None]
            for row in block.tolist()
        ]
        return self._add(rows)[0]


@feature
class HashWords(Hashed):
    """Count the terms of a text, each in the column that its hash picks.

    As `tf_idf` without a vocabulary and weights. An absent text has no terms: zeros, where scikit-learn
    raises an error.
    """

    name = "hash_words"
    formula = "the sum over the terms of x as in `hash`, divided by the row's norm"
    sklearn = 'HashingVectorizer; its norm None is "none" here'
    takes = ("string",)
    parameters: ClassVar[Sequence[Field]] = (
        N_FEATURES,
        ALTERNATE_SIGN,
        Field("binary", Flag(), "1 wherever a term falls, however many do.", default=False),
        Field("norm", Choice("l2", "l1", "none"), "What is one in each row: its norm.", default="l2"),
        *TEXT_PARAMETERS,
    )
    example: ClassVar[dict[str, Any]] = {"operation": "hash_words", "input": "review", "n_features": 8}

    def __init__(
        self,
        n_features: int,
        alternate_sign: bool = True,
        binary: bool = False,
        norm: str = "l2",
        **text: Any,
    ) -> None:
        super().__init__(n_features, alternate_sign)
        self._binary, self._norm = binary, norm
        self._analyze = make_analyzer(text)

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from text_disagreements(parameters)

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        yield from one_text(width)

    def apply(self, block: Block) -> Block:
        texts = block[:, 0].tolist()
        made, places = self._add([() if text is None else self._analyze(text) for text in texts])
        if self._binary:
            made.ravel()[places] = 1.0
        normalize_rows(made, self._norm)
        return made
