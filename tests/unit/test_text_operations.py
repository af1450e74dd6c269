"""Texts and categories as counts, by vocabulary and by hash; scikit-learn is the oracle."""

import re
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction.text import CountVectorizer, HashingVectorizer, TfidfVectorizer
from sklearn.utils import murmurhash3_32

from scoring.contract import Contract, ContractError
from scoring.operations.hashing import murmur3
from tests.unit.operation_blocks import Block, apply, draft, fit, instance

pytestmark = pytest.mark.unit


def texts(*values: str | None) -> Block:
    return np.array([[value] for value in values], object)


COUNT = {"operation": "count_vector", "vocabulary": ["bad", "good", "not good"], "ngram_range": [1, 2]}


def test_terms_are_counted() -> None:
    made = apply(COUNT, texts("Not GOOD, not good; bad!", "fair", None, ""))
    assert made.tolist() == [[1, 2, 2], [0, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_terms_are_counted_once_in_binary() -> None:
    assert apply(COUNT | {"binary": True}, texts("good good bad")).tolist() == [[1, 1, 0]]


def test_tf_idf_weighs_and_scales_to_length_one() -> None:
    # counts 2 and 1, weights 1.5 and 4: 3 and 4 before the norm 5
    entry = {"operation": "tf_idf", "vocabulary": ["aa", "bb"], "idf": [1.5, 4]}
    assert apply(entry, texts("aa bb aa", None)).tolist() == [[0.6, 0.8], [0, 0]]
    assert apply(entry | {"norm": "none"}, texts("aa bb aa")).tolist() == [[3, 4]]
    assert apply(entry | {"norm": "l1"}, texts("aa bb aa")).tolist() == [[3 / 7, 4 / 7]]


def test_a_vocabulary_and_its_weights_are_learnt() -> None:
    # three texts; aa in two of them, bb in one: ln(4/3) + 1 and ln(4/2) + 1
    found = fit({"operation": "tf_idf"}, texts("bb aa", "aa", None))
    assert found["vocabulary"] == ["aa", "bb"]
    assert found["idf"] == pytest.approx([1.2876820724517808, 1.6931471805599454], rel=1e-15)


@pytest.mark.parametrize(
    ("text", "hashed"),
    # https://en.wikipedia.org/wiki/MurmurHash#Test_vectors
    [("", 0), ("test", 0xBA6BD213 - 2**32), ("Hello, world!", 0xC0363E43 - 2**32)],
)
def test_murmur3_gives_the_published_values(text: str, hashed: int) -> None:
    assert murmur3(text) == hashed


@given(st.text(max_size=40))
def test_murmur3_is_scikit_learns(text: str) -> None:
    assert murmur3(text) == murmurhash3_32(text, seed=0)


def test_hash_needs_no_vocabulary() -> None:
    # "a" hashes to 1009084850 (column 2 of 8), "b" to -1701806190 (column 6, minus), by murmurhash3_32
    entry = {"operation": "hash", "n_features": 8}
    assert np.flatnonzero(apply(entry, texts("a"))[0]).tolist() == [1009084850 % 8]
    assert apply(entry, texts("a", None))[1].tolist() == [0] * 8


WORD = st.sampled_from(["good", "Bad", "not", "é", "É", "日本語", "x", "a1_b", "naïve", "𝄞", "I", "İ"])
TEXT = st.lists(WORD | st.text(max_size=4), max_size=6).map(" ".join) | st.text(max_size=20)
DOCUMENTS = st.lists(TEXT, min_size=1, max_size=6)


@st.composite
def analyzers(draw: Any) -> dict[str, Any]:
    """Settings that scikit-learn and the contract call by the same names."""
    least = draw(st.integers(1, 3))
    made: dict[str, Any] = {
        "analyzer": draw(st.sampled_from(["word", "char", "char_wb"])),
        "lowercase": draw(st.booleans()),
        "ngram_range": [least, draw(st.integers(least, 4))],
        "binary": draw(st.booleans()),
    }
    if draw(st.booleans()):
        made["strip_accents"] = draw(st.sampled_from(["ascii", "unicode"]))
    if made["analyzer"] == "word":
        made["token_pattern"] = draw(st.sampled_from([r"(?u)\b\w\w+\b", r"\S+", r"(\w)\w*", r"[^,]+"]))
        if draw(st.booleans()):
            made["stop_words"] = ["not", "good"]
    return made


def for_sklearn(settings: dict[str, Any]) -> dict[str, Any]:
    made = {**settings, "ngram_range": tuple(settings["ngram_range"])}
    return made | ({"norm": None} if settings.get("norm") == "none" else {})


def trained(vectorizer: Any, documents: list[str]) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # stop words that the tokens can't be
        try:
            return vectorizer.fit(documents)
        except ValueError as error:
            assume("empty vocabulary" not in str(error) and "no terms remain" not in str(error).lower())
            assume("max_df corresponds" not in str(error))
            raise


LIMITS = st.one_of(
    st.just({}),
    st.builds(lambda n: {"min_df": n}, st.integers(1, 2) | st.floats(0, 0.6)),
    st.builds(lambda n: {"max_df": n}, st.integers(1, 3) | st.floats(0.3, 1)),
    st.builds(lambda n: {"max_features": n}, st.integers(1, 4)),
)


@given(DOCUMENTS, DOCUMENTS, analyzers(), LIMITS)
def test_count_vector_is_count_vectorizer(train: Any, new: Any, settings: Any, limits: Any) -> None:
    vectorizer = trained(CountVectorizer(**for_sklearn(settings), **limits), train)
    entry = {"operation": "count_vector", **settings, **limits}
    fitted = entry | fit(entry, texts(*train))
    assert fitted["vocabulary"] == vectorizer.get_feature_names_out().tolist()
    assert apply(fitted, texts(*new)).tolist() == vectorizer.transform(new).toarray().tolist()


@given(
    DOCUMENTS,
    DOCUMENTS,
    analyzers(),
    st.fixed_dictionaries(
        {
            "norm": st.sampled_from(["l1", "l2", "none"]),
            "use_idf": st.booleans(),
            "smooth_idf": st.booleans(),
            "sublinear_tf": st.booleans(),
        }
    ),
)
def test_tf_idf_is_tfidf_vectorizer(train: Any, new: Any, settings: Any, weights: Any) -> None:
    vectorizer = trained(TfidfVectorizer(**for_sklearn(settings | weights)), train)
    entry = {"operation": "tf_idf", **settings, **weights}
    fitted = entry | fit(entry, texts(*train))
    expected = vectorizer.transform(new).toarray()
    np.testing.assert_allclose(apply(fitted, texts(*new)), expected, rtol=1e-12, atol=0)


@given(
    DOCUMENTS,
    analyzers(),
    st.integers(1, 20),
    st.booleans(),
    st.sampled_from(["l1", "l2", "none"]),
)
def test_hash_words_is_hashing_vectorizer(
    new: Any, settings: Any, n_features: int, alternate: bool, norm: str
) -> None:
    chosen = settings | {"n_features": n_features, "alternate_sign": alternate, "norm": norm}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        expected = HashingVectorizer(**for_sklearn(chosen)).transform(new).toarray()
    made = apply({"operation": "hash_words", **chosen}, texts(*new))
    np.testing.assert_allclose(made, expected, rtol=1e-12, atol=0)


@given(
    st.lists(st.lists(WORD | st.text(max_size=5), min_size=2, max_size=2), min_size=1, max_size=5),
    st.integers(1, 30),
    st.booleans(),
    st.booleans(),
)
def test_hash_is_feature_hasher(rows: Any, n_features: int, alternate: bool, keyed: bool) -> None:
    hasher = FeatureHasher(n_features, input_type="dict" if keyed else "string", alternate_sign=alternate)
    samples = [dict(zip("ab", row, strict=True)) for row in rows] if keyed else rows
    entry = {"operation": "hash", "n_features": n_features, "alternate_sign": alternate}
    made = apply(entry | ({"keys": ["a", "b"]} if keyed else {}), np.array(rows, object))
    assert made.tolist() == hasher.transform(samples).toarray().tolist()


@given(DOCUMENTS)
def test_a_row_does_not_depend_on_its_company(documents: Any) -> None:
    block = texts(*documents)
    for entry in (
        {"operation": "tf_idf", "analyzer": "char", "vocabulary": list("abcdefgh o"), "idf": [1.1] * 10},
        {"operation": "hash_words", "n_features": 5},
    ):
        alone = np.vstack([apply(entry, block[row : row + 1]) for row in range(len(block))])
        assert apply(entry, block).tobytes() == alone.tobytes()


@pytest.mark.parametrize("entry", [COUNT, {"operation": "hash", "n_features": 3}])
def test_no_rows_give_no_rows(entry: Any) -> None:
    assert instance(entry).apply(np.empty((0, 1), object)).shape == (0, 3)


@pytest.mark.parametrize(
    ("entry", "pointer", "expected"),
    [
        ({"vocabulary": ["a", "a"]}, "/vocabulary", "a list of distinct texts"),
        ({"vocabulary": []}, "/vocabulary", "at least one term"),
        ({"vocabulary": ["a"], "ngram_range": [2, 1]}, "/ngram_range", "the first at most the second"),
        ({"vocabulary": ["a"], "ngram_range": [1, 2, 3]}, "/ngram_range", "two numbers"),
        ({"vocabulary": ["a"], "token_pattern": "("}, "/token_pattern", "a regular expression"),
        ({"vocabulary": ["a"], "token_pattern": "(a)(b)"}, "/token_pattern", "at most one group"),
        ({"vocabulary": ["a"], "analyzer": "char", "stop_words": ["b"]}, "/stop_words", "no such key unless"),
        ({"operation": "tf_idf", "vocabulary": ["a"], "idf": [1, 2]}, "/idf", "1 numbers, one a term"),
        ({"operation": "tf_idf", "vocabulary": ["a"], "idf": [1], "use_idf": False}, "/idf", "no such key"),
        ({"operation": "tf_idf", "vocabulary": ["a"]}, "", 'the fitted "idf"'),
        ({}, "", 'the fitted "vocabulary"'),
        ({"operation": "hash", "n_features": 0}, "/n_features", "from 1 to 65536"),
        ({"operation": "hash", "n_features": 4, "keys": ["a", "b"]}, "/keys", "one entry for each input"),
    ],
)
def test_parameters_that_do_not_agree_are_contract_errors(entry: Any, pointer: str, expected: str) -> None:
    with pytest.raises(ContractError) as caught:
        Contract.from_dict(draft({"operation": "count_vector", **entry}, 1, "string"))
    (problem,) = caught.value.problems
    assert problem.pointer == f"/features/0{pointer}"
    assert expected in problem.expected


def test_text_comes_in_one_column() -> None:
    with pytest.raises(ContractError, match=re.escape("/features/0/input: expected one column of text")):
        Contract.from_dict(draft(COUNT, 2, "string"))


def test_texts_without_terms_can_not_be_fitted_to() -> None:
    with pytest.raises(ContractError, match="the texts hold no terms"):
        fit({"operation": "count_vector"}, texts("a", None))
