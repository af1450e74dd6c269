import pytest

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
