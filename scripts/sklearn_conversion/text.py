"""Classes that count the terms of texts."""

from __future__ import annotations

from typing import Any

import numpy as np
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)

from scoring.operations.text import TOKEN_PATTERN

from .columns import Columns, Part
from .refusals import CannotExpressError
from .registry import BY_HAND, Conversion, converter
from .scaling import numbers, numeric, off, on

WIDEST = 65536
SETTINGS = "`analyzer`, `ngram_range`, `stop_words`, `token_pattern`, `lowercase`, `strip_accents`, `binary`"


def settings(vectorizer: Any, columns: Columns) -> dict[str, Any]:
    """How texts are split, as a contract has it; refuses what runs functions of one's own."""
    if columns.width != 1 or columns.families != ("string",):
        raise CannotExpressError(f"it takes one column of texts, not {columns.width} of {columns.families}")
    if not columns.flat:
        raise CannotExpressError(
            "it gets a table with one column, of which it would take the column names for texts",
            "name the column by itself in the ColumnTransformer: 'text', not ['text']",
        )
    for name in ("preprocessor", "tokenizer"):
        if getattr(vectorizer, name) is not None:
            raise CannotExpressError(f"its {name} is a function", "use token_pattern, and the other settings")
    if vectorizer.input != "content":
        raise CannotExpressError(f"its input is {vectorizer.input!r}", "give it the texts themselves")
    if not isinstance(vectorizer.analyzer, str):
        raise CannotExpressError("its analyzer is a function", "use word, char or char_wb")
    if callable(vectorizer.strip_accents):
        raise CannotExpressError("its strip_accents is a function", "use unicode or ascii")
    words = vectorizer.analyzer == "word"
    stop = sorted(vectorizer.get_stop_words() or ()) if words else []
    ngrams = [int(each) for each in vectorizer.ngram_range]
    return {
        "analyzer": None if words else vectorizer.analyzer,
        "lowercase": off(vectorizer.lowercase),
        "strip_accents": vectorizer.strip_accents,
        "token_pattern": vectorizer.token_pattern
        if words and vectorizer.token_pattern != TOKEN_PATTERN
        else None,
        "ngram_range": None if ngrams == [1, 1] else ngrams,
        "stop_words": stop or None,
        "binary": on(vectorizer.binary),
    }


def vocabulary(vectorizer: Any) -> list[str]:
    """The terms in the order of their columns."""
    return sorted(vectorizer.vocabulary_, key=lambda term: int(vectorizer.vocabulary_[term]))


def _weighting(transformer: Any) -> dict[str, Any]:
    norm = transformer.norm
    return {
        "use_idf": off(transformer.use_idf),
        "norm": None if norm == "l2" else norm or "none",
        "sublinear_tf": on(transformer.sublinear_tf),
        "smooth_idf": off(transformer.smooth_idf),
        "idf": numbers(transformer.idf_, "idf_") if transformer.use_idf else None,
    }


@converter(CountVectorizer, becomes=f"`count_vector`; {SETTINGS}; no functions of one's own")
def _count_vectorizer(vectorizer: Any, columns: Columns, conversion: Conversion) -> Columns:
    found = settings(vectorizer, columns)
    terms = vocabulary(vectorizer)
    return columns.apply("count_vector", len(terms), **found, vocabulary=terms)


@converter(TfidfVectorizer, becomes="`tf_idf`; as CountVectorizer, and `norm`, `use_idf`, `sublinear_tf`")
def _tfidf_vectorizer(vectorizer: Any, columns: Columns, conversion: Conversion) -> Columns:
    found = settings(vectorizer, columns)
    terms = vocabulary(vectorizer)
    return columns.apply("tf_idf", len(terms), **found, **_weighting(vectorizer), vocabulary=terms)


@converter(
    TfidfTransformer,
    becomes="`tf_idf` in place of the `count_vector` before it; on other columns `minmax` by the weights and "
    "`normalize`, without `sublinear_tf`",
)
def _tfidf_transformer(transformer: Any, columns: Columns, conversion: Conversion) -> Columns:
    entry = columns.parts[0].entry
    if len(columns.parts) == 1 and isinstance(entry, dict) and entry["operation"] == "count_vector":
        keys = {key: value for key, value in entry.items() if key not in ("operation", "input")}
        counted = Columns((Part(entry["input"], 1, "string"),))
        return counted.apply("tf_idf", columns.width, **keys, **_weighting(transformer))
    if transformer.sublinear_tf:
        raise CannotExpressError("sublinear_tf on other columns than a CountVectorizer's", BY_HAND)
    made = numeric(columns)
    if transformer.use_idf:
        zeros = [0.0] * made.width
        made = made.apply("minmax", scale=numbers(transformer.idf_, "idf_"), offset=zeros)
    return made.apply("normalize", norm=transformer.norm) if transformer.norm else made


@converter(
    HashingVectorizer,
    becomes=f"`hash_words`; as CountVectorizer, and `norm`, `alternate_sign`; `n_features` up to {WIDEST} "
    "(scikit-learn's default is 1048576)",
)
def _hashing_vectorizer(vectorizer: Any, columns: Columns, conversion: Conversion) -> Columns:
    found = settings(vectorizer, columns)
    count = _width(vectorizer.n_features)
    return columns.apply(
        "hash_words",
        count,
        n_features=count,
        alternate_sign=off(vectorizer.alternate_sign),
        norm=None if vectorizer.norm == "l2" else vectorizer.norm or "none",
        **found,
    )


@converter(
    FeatureHasher,
    becomes='`hash`, with `input_type="string"` on an array of texts (of a DataFrame, it would hash the '
    "column names)",
)
def _feature_hasher(hasher: Any, columns: Columns, conversion: Conversion) -> Columns:
    if hasher.input_type != "string":
        raise CannotExpressError(
            f"its input_type is {hasher.input_type!r}, which takes no columns",
            'use input_type="string" on an array of texts, or ContractOperation("hash", …)',
        )
    if set(columns.families) != {"string"} or np.dtype(hasher.dtype) != np.float64:
        raise CannotExpressError(
            "it takes texts, and makes float64", "check the inputs' types, and its dtype"
        )
    count = _width(hasher.n_features)
    return columns.apply("hash", count, n_features=count, alternate_sign=off(hasher.alternate_sign))


def _width(count: int) -> int:
    if count > WIDEST:
        raise CannotExpressError(
            f"its n_features is {count}; a contract makes at most {WIDEST}", "fit it with fewer n_features"
        )
    return int(count)
