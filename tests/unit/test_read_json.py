import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring import errors
from scoring.read_json import read_json

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("text", ['"\\ud800"', '["\\uDFFF"]', '{"\\udc00": 1}', '{"a": ["x\\ud83d"]}'])
def test_half_a_pair_is_refused_even_in_a_valid_place(text: str) -> None:
    """A string input would take it, and no payload could carry it."""
    with pytest.raises(errors.InvalidEncoding):
        read_json(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"instances": [], "instances": [[1]]}',
        '{"instances": [{"features": [], "features": [1]}]}',
        '{"instances": [{"features": [1], "\\u0066eatures": [1]}]}',
    ],
)
def test_a_duplicate_is_refused_even_if_the_last_one_is_valid(text: str) -> None:
    """Which of the two was meant can't be known, however the key is spelt."""
    with pytest.raises(errors.DuplicateKey, match=r"The key '(instances|features)' stands twice"):
        read_json(text)


class Pairs(list[Any]):
    """An object as written: members in order, of which several may have one key."""


def write(value: Any, colon: str) -> str:
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{json.dumps(key)}{colon}{write(item, colon)}" for key, item in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write(item, colon) for item in value) + "]"
    return json.dumps(value)


def has_duplicate(value: Any) -> bool:
    if isinstance(value, Pairs):
        keys = [key for key, _ in value]
        return len(set(keys)) < len(keys) or any(has_duplicate(item) for _, item in value)
    return isinstance(value, list) and any(map(has_duplicate, value))


words = st.sampled_from(["a", "b", ":", " :", '":', "é", ""])
written = st.recursive(
    words | st.integers(0, 9),
    lambda inner: st.lists(inner, max_size=4) | st.lists(st.tuples(words, inner), max_size=4).map(Pairs),
    max_leaves=12,
)


@given(written, st.sampled_from([":", ": ", " :", "\t:\n"]))
@example([Pairs([("a", 1), ("a", 2)])], " :")
@example([Pairs([("a", ":")]), Pairs([("a", 1), ("a", 2)])], ":")
def test_duplicates_are_found_wherever_they_stand(document: Any, colon: str) -> None:
    """However deep, whatever blanks stand around the colon, and whatever the strings hold."""
    text = write(document, colon)
    if has_duplicate(document):
        with pytest.raises(errors.DuplicateKey):
            read_json(text)
    else:
        assert read_json(text) == json.loads(text)
