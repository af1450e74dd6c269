"""A changed JSON file keeps the layout that a person gave it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scripts.json_layout import lay_out, locate, set_members

pytestmark = pytest.mark.unit

WRITTEN = """{
  "name": "m",   "odd" : [1,2 ,  3],
  "features": [
    "a", {"operation": "minmax", "input": "b"},
    {
      "operation": "standardize",
      "input": ["é", {"operation": "impute", "input": "d~/"}]
    }
  ]
}
"""


def test_short_members_join_the_line_of_their_object() -> None:
    changed = set_members(WRITTEN, "/features/1", {"scale": [0.1], "offset": [-1.0]})
    assert changed == WRITTEN.replace('"input": "b"}', '"input": "b", "scale": [0.1], "offset": [-1.0]}')


def test_members_of_an_object_of_many_lines_get_lines_of_their_own() -> None:
    changed = set_members(WRITTEN, "/features/2", {"mean": [1, 2]})
    assert changed == WRITTEN.replace('"input": "d~/"}]\n', '"input": "d~/"}],\n      "mean": [1, 2]\n')


def test_long_lists_fill_lines() -> None:
    changed = set_members(WRITTEN, "/features/1", {"mean": [index / 7 for index in range(30)]})
    added = changed.split('"input": "b",\n')[1].split("},\n    {")[0].split("\n")
    assert added[0] == '      "mean": ['
    assert added[-1] == "      ]"
    assert all(line.startswith("        0.") or line[8].isdigit() for line in added[1:-1])
    assert max(map(len, added)) <= 110
    assert len(added) < 10


def test_a_member_that_stands_there_is_replaced_in_its_place() -> None:
    changed = set_members(WRITTEN, "", {"odd": {"x": 1}})
    assert changed == WRITTEN.replace("[1,2 ,  3]", '{"x": 1}')
    assert set_members(changed, "", {"odd": {"x": 1}}) == changed


def test_an_empty_object_takes_members() -> None:
    assert set_members("{}", "", {"a": 1}) == '{"a": 1}'


def test_places_are_found_by_json_pointer() -> None:
    begin, end = locate(WRITTEN, "/features/2/input/1/input")
    assert WRITTEN[begin:end] == '"d~/"'
    text = '{"a/b": {"c~d": [true]}}'
    assert text.__getitem__(slice(*locate(text, "/a~1b/c~0d/0"))) == "true"
    with pytest.raises(KeyError):
        locate(WRITTEN, "/nothing")


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=20) | st.dictionaries(st.text(max_size=5), inner, max_size=5),
)


@given(VALUES, st.integers(0, 20))
def test_whatever_is_laid_out_reads_as_it_was(value: Any, indent: int) -> None:
    assert json.loads(lay_out(value, indent)) == value


@given(st.dictionaries(st.sampled_from(["name", "odd", "x", "é"]), VALUES, min_size=1))
def test_all_else_stays(members: dict[str, Any]) -> None:
    whole = json.loads(WRITTEN)
    assert json.loads(set_members(WRITTEN, "", members)) == whole | members
    whole["features"][1] |= members
    assert json.loads(set_members(WRITTEN, "/features/1", members)) == whole
