"""Text → terms, exactly as scikit-learn's vectorizers split it.

https://scikit-learn.org/stable/modules/feature_extraction.html#text-feature-extraction
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from scoring.contract_problems import Problem, show
from scoring.declarations import Field, ListOf
from scoring.kinds import INVALID, Choice, Flag, Kind, Number, Schema, Text

from .registry import Block

TOKEN_PATTERN: Final = r"(?u)\b\w\w+\b"  # noqa: S105 - a word of text, and no secret
_SPACES: Final = re.compile(r"\s\s+")


class Pattern(Text):
    """A regular expression of Python's `re`, with one group at most."""

    def __init__(self) -> None:
        super().__init__("a regular expression of Python with at most one group")

    def accepts(self, value: Any) -> bool:
        try:
            return type(value) is str and re.compile(value).groups <= 1
        except re.error:
            return False


class Terms(Kind):
    """A list of distinct texts, checked as a whole, since a vocabulary may be long; read as a tuple."""

    expected = "a list of distinct texts"

    def check(self, value: Any, at: str, problems: list[Problem]) -> Any:
        if type(value) is list and set(map(type, value)) <= {str} and len(set(value)) == len(value):
            return tuple(value)
        problems.append(Problem(at, self.expected, show(value)))
        return INVALID

    def schema(self) -> Schema:
        return {"type": "array", "items": {"type": "string"}, "uniqueItems": True}


TEXT_PARAMETERS: Final = (
    Field(
        "analyzer",
        Choice("word", "char", "char_wb"),
        "What terms are made of: words, characters, or characters inside words.",
        default="word",
    ),
    Field("lowercase", Flag(), "Turn the text into lower case first.", default=True),
    Field(
        "strip_accents",
        Choice("unicode", "ascii"),
        "Take accents off: unicode keeps all letters, ascii drops those that aren't ASCII then.",
    ),
    Field("token_pattern", Pattern(), "What a word is, for analyzer word.", default=TOKEN_PATTERN),
    Field(
        "ngram_range",
        ListOf(Number(minimum=1, maximum=20, whole=True), at_least=2),
        "The least and the greatest number of words, or characters, in a term.",
        default=[1, 1],
    ),
    Field("stop_words", Terms(), "Words that are left out, for analyzer word.", default=[]),
)


def text_disagreements(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What doesn't go together among the parameters above."""
    least, most = (*parameters.get("ngram_range", (1, 1)), 0)[:2]
    if len(parameters.get("ngram_range", (1, 1))) != 2 or least > most:
        yield "ngram_range", "two numbers, the first at most the second"
    for name in ("token_pattern", "stop_words"):
        if name in parameters and parameters.get("analyzer", "word") != "word":
            yield name, 'no such key unless "analyzer" is "word"'


def one_text(width: int) -> Iterator[tuple[str, str]]:
    """A problem, for `misfits`, unless there is one column alone."""
    if width != 1:
        yield "input", "one column of text"


def make_analyzer(parameters: Mapping[str, Any]) -> Callable[[str], list[str]]:
    """The function from a text to its terms, in order and as often as they stand there."""
    lowercase, strip = parameters.get("lowercase", True), _STRIP[parameters.get("strip_accents", "")]
    ngrams = _ngrams(parameters)

    def analyze(text: str) -> list[str]:
        return ngrams(strip(text.lower() if lowercase else text))

    return analyze


def _ngrams(parameters: Mapping[str, Any]) -> Callable[[str], list[str]]:
    least, most = parameters.get("ngram_range", (1, 1))
    analyzer = parameters.get("analyzer", "word")
    if analyzer != "word":
        split = _characters if analyzer == "char" else _characters_in_words
        return lambda text: split(_SPACES.sub(" ", text), least, most)
    find = re.compile(parameters.get("token_pattern", TOKEN_PATTERN)).findall
    stop_words = frozenset(parameters.get("stop_words", ()))
    if (least, most) == (1, 1) and not stop_words:
        return find

    def words(text: str) -> list[str]:
        found = [word for word in find(text) if word not in stop_words]
        return [
            " ".join(found[start : start + length])
            for length in range(least, min(most, len(found)) + 1)
            for start in range(len(found) - length + 1)
        ]

    return words


def _characters(text: str, least: int, most: int) -> list[str]:
    return [
        text[start : start + length]
        for length in range(least, min(most, len(text)) + 1)
        for start in range(len(text) - length + 1)
    ]


def _characters_in_words(text: str, least: int, most: int) -> list[str]:
    """Each word with a space on both sides; one that is shorter than a term counts once, as a whole."""
    terms = []
    for word in text.split():
        padded = f" {word} "
        for length in range(least, most + 1):
            terms += [padded[start : start + length] for start in range(max(1, len(padded) - length + 1))]
            if length >= len(padded):
                break
    return terms


def _strip_unicode(text: str) -> str:
    if text.isascii():
        return text
    return "".join(each for each in unicodedata.normalize("NFKD", text) if not unicodedata.combining(each))


def _strip_ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


_STRIP: Final[dict[str, Callable[[str], str]]] = {
    "": lambda text: text,
    "unicode": _strip_unicode,
    "ascii": _strip_ascii,
}


def normalize_rows(rows: Block, norm: str) -> None:
    """Divide each row of (n_rows, k) float64, in place, by its norm; rows of zeros stay."""
    if norm == "none":
        return
    sizes = np.abs(rows).sum(axis=1) if norm == "l1" else np.sqrt((rows * rows).sum(axis=1))
    sizes[sizes == 0] = 1.0
    rows /= sizes[:, np.newaxis]
