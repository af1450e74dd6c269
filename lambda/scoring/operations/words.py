"""Texts as counts of the terms of a fixed vocabulary."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Choice, Flag, Number
from scoring.number_lists import Numbers

from .registry import Block, FitError, Operation, feature
from .text import TEXT_PARAMETERS, Terms, make_analyzer, normalize_rows, one_text, text_disagreements

VOCABULARY: Final = (
    Field("vocabulary", Terms(), "The terms, in the order of their columns.", required=True, fitted=True),
    Field("binary", Flag(), "Count a term once, however often it occurs.", default=False),
    *TEXT_PARAMETERS,
    Field(
        "min_df",
        Number(minimum=0),
        "For fitting: leave out terms that occur in fewer texts; an integer counts them, a number with a "
        "decimal point is a share of them.",
        default=1,
    ),
    Field(
        "max_df",
        Number(minimum=0),
        "For fitting: leave out terms that occur in more texts; read as min_df is.",
        default=1.0,
    ),
    Field("max_features", Number(minimum=1, whole=True), "For fitting: keep only the most frequent terms."),
)


@feature
class CountVector(Operation):
    """Count the terms of a text, a column for each term of the vocabulary.

    Texts are split as scikit-learn splits them, with Python's `re`; terms outside the vocabulary count
    nowhere. An absent text has no terms: zeros, where scikit-learn raises an error.
    """

    name = "count_vector"
    formula = "how often the column's term occurs in x"
    sklearn = "CountVectorizer"
    takes = ("string",)
    parameters: ClassVar[Sequence[Field]] = VOCABULARY
    example: ClassVar[dict[str, Any]] = {
        "operation": "count_vector",
        "input": "review",
        "vocabulary": ["bad", "good", "not good"],
        "ngram_range": [1, 2],
    }

    def __init__(self, vocabulary: Sequence[str], binary: bool = False, **text: Any) -> None:
        self._vocabulary = tuple(vocabulary)
        self._places = {term: place for place, term in enumerate(vocabulary)}
        self._binary = binary
        self._analyze = make_analyzer(text)

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from text_disagreements(parameters)
        if parameters.get("vocabulary") == ():
            yield "vocabulary", "at least one term"

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        yield from one_text(width)

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        return {"vocabulary": list(_learn_vocabulary(block, parameters))}

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{names[0]}_{term}" for term in self._vocabulary)

    def apply(self, block: Block) -> Block:
        width = len(self._vocabulary)
        made = np.zeros((len(block), width))
        find, analyze = self._places.get, self._analyze
        places = [
            start + place
            for start, text in zip(range(0, made.size, width), block[:, 0].tolist(), strict=True)
            if text is not None
            for term in analyze(text)
            if (place := find(term)) is not None
        ]
        cells = np.array(places, np.intp)
        if self._binary:
            made.ravel()[cells] = 1.0
        else:
            np.add.at(made.ravel(), cells, 1.0)
        return made


@feature
class TfIdf(CountVector):
    """Count the terms of a text, weigh down those that occur in many texts, and scale each row to length one.

    Otherwise as `count_vector`.
    """

    name = "tf_idf"
    formula = (
        "t idf, divided by the row's norm; t is the term's count in x (with sublinear_tf: 1 + ln count) and "
        "idf = ln((1 + n) / (1 + df)) + 1 for a term that occurs in df of n texts "
        "(without smooth_idf: ln(n / df) + 1)"
    )
    sklearn = 'TfidfVectorizer, or CountVectorizer and TfidfTransformer; its norm None is "none" here'
    parameters: ClassVar[Sequence[Field]] = (
        VOCABULARY[0],
        Field("idf", Numbers(), "The weight of each term.", required=True, fitted=True),
        Field("use_idf", Flag(), "Weigh the terms; false: all weigh the same.", default=True),
        Field("norm", Choice("l2", "l1", "none"), "What is one in each row: its norm.", default="l2"),
        Field("sublinear_tf", Flag(), "Take 1 + ln count in place of a count.", default=False),
        Field("smooth_idf", Flag(), "For fitting: as if one more text held every term.", default=True),
        *VOCABULARY[1:],
    )
    example: ClassVar[dict[str, Any]] = {
        "operation": "tf_idf",
        "input": "review",
        "vocabulary": ["bad", "good"],
        "idf": [1.4, 1.1],
    }

    def __init__(
        self,
        vocabulary: Sequence[str],
        idf: Sequence[float] = (),
        norm: str = "l2",
        sublinear_tf: bool = False,
        binary: bool = False,
        **text: Any,
    ) -> None:
        super().__init__(vocabulary, binary, **text)
        self._idf = np.array(idf, np.float64) if idf else None
        self._norm, self._sublinear = norm, sublinear_tf

    @classmethod
    def needs(cls, parameters: Mapping[str, Any]) -> Sequence[str]:
        return ["vocabulary", "idf"] if parameters.get("use_idf", True) else ["vocabulary"]

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        yield from super().disagreements(parameters)
        idf, vocabulary = parameters.get("idf"), parameters.get("vocabulary")
        if idf is not None and not parameters.get("use_idf", True):
            yield "idf", 'no such key when "use_idf" is false'
        elif idf is not None and vocabulary is not None and len(idf) != len(vocabulary):
            yield "idf", f"{len(vocabulary)} numbers, one a term"

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        learnt = _learn_vocabulary(block, parameters)
        if not parameters.get("use_idf", True):
            return {"vocabulary": list(learnt)}
        extra = int(parameters.get("smooth_idf", True))
        n_texts = np.array(list(learnt.values()), np.float64)
        idf = np.log((len(block) + extra) / (n_texts + extra)) + 1.0
        return {"vocabulary": list(learnt), "idf": idf.tolist()}

    def apply(self, block: Block) -> Block:
        made = super().apply(block)
        if self._sublinear:
            found = made > 0
            made[found] = np.log(made[found]) + 1.0
        if self._idf is not None:
            made *= self._idf
        normalize_rows(made, self._norm)
        return made


def _learn_vocabulary(block: Block, parameters: Mapping[str, Any]) -> dict[str, int]:
    """The terms that occur in enough texts, and in not too many, sorted; each with the number of its texts.

    As CountVectorizer does it.
    """
    analyze = make_analyzer(parameters)
    texts = [Counter(analyze(text)) for text in block[:, 0].tolist() if text is not None]
    n_texts = Counter(term for counts in texts for term in counts)
    vocabulary = sorted(n_texts)
    low, high = parameters.get("min_df", 1), parameters.get("max_df", 1.0)
    low, high = (limit * len(block) if isinstance(limit, float) else limit for limit in (low, high))
    vocabulary = [term for term in vocabulary if low <= n_texts[term] <= high]
    most = parameters.get("max_features", len(vocabulary))
    if most < len(vocabulary):
        totals = Counter[str]()
        for counts in texts:
            totals.update(dict.fromkeys(counts, 1) if parameters.get("binary") else counts)
        # scikit-learn's own call, so that terms that are equally frequent are kept or not as there
        kept = (-np.array([totals[term] for term in vocabulary])).argsort()[:most]
        vocabulary = [vocabulary[place] for place in sorted(kept.tolist())]
    if not vocabulary:
        raise FitError("the texts hold no terms, or min_df and max_df leave none")
    return {term: n_texts[term] for term in vocabulary}
