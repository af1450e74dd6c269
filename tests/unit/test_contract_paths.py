"""A contract refuses the paths that API Gateway would refuse, or that no client would reach."""

import re
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.contract_paths import PATH, PathTree, path_variables
from scoring.contract_problems import Problem

pytestmark = pytest.mark.unit

TAKEN = set(string.ascii_letters + string.digits + "._-:")
"""Named by API Gateway's documentation and by its refusal alike."""


def problems(*paths: str) -> list[tuple[str, str]]:
    """What is said of routes with these paths, whose form is right."""
    assert all(PATH.accepts(path) for path in paths)
    found: list[Problem] = []
    tree = PathTree()
    for index, path in enumerate(paths):
        tree.add(path, f"/routes/{index}", found)
    return [(problem.pointer, problem.expected) for problem in found]


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=4))
def test_a_segment_has_the_characters_that_the_gateway_takes_and_no_others(segment: str) -> None:
    """Beside them there are slashes, which end it, and braces around all of it, which make it a variable."""
    if not {"/", "{", "}"} & set(segment):
        assert PATH.accepts(f"/{segment}") is (set(segment) <= TAKEN)


@pytest.mark.parametrize("character", "@$!*'~,;=()+&%?# \\|<>\"^`[]é")
def test_other_characters_of_urls_are_refused(character: str) -> None:
    """API Gateway refuses them, or is not known to take them; so does a contract."""
    assert not PATH.accepts(f"/pre{character}dict")


@pytest.mark.parametrize(
    "path",
    ["/", "/predict", "/v1.0/models:predict", "/a_b/c-d", "/pumps/{id}", "/{a}/b/{c.d}", "/files/{path+}"],
)
def test_paths_of_every_kind(path: str) -> None:
    """Texts, variables, and one that takes what follows."""
    assert PATH.accepts(path)
    assert problems(path) == []


@pytest.mark.parametrize("path", ["", "predict", "/predict/", "/predict\n", "//", "/a//b"])
def test_slashes_stand_before_segments_and_nowhere_else(path: str) -> None:
    """None is empty, the last one neither."""
    assert not PATH.accepts(path)


@pytest.mark.parametrize(
    "path",
    [
        "/{id",
        "/id}",
        "/pump{id}",
        "/{id}.csv",
        "/{}",
        "/{a}{b}",
        "/{a:b}",
        "/{path+}/more",
        "/path+",
        "/{pa+th}",
        "/{path++}",
    ],
)
def test_variables_of_no_kind(path: str) -> None:
    """A variable is a whole segment, a greedy one the last."""
    assert not PATH.accepts(path)


@given(st.text("ab{}+./:-$", max_size=12))
def test_editors_refuse_what_the_loader_refuses(path: str) -> None:
    """The JSON Schema has the loader's pattern."""
    assert bool(re.search(PATH.schema()["pattern"], path)) is PATH.accepts(path)


def test_the_gateway_s_own_paths() -> None:
    """Its health check answers there, instead of the API, at the root of a domain of one's own."""
    expected = "a path other than /ping and /sping, which API Gateway keeps for its own health check"
    assert problems("/ping", "/sping") == [("/routes/0/path", expected), ("/routes/1/path", expected)]
    assert problems("/v2/ping", "/pinged", "/ping/x") == []


@pytest.mark.parametrize("path", ["/.", "/..", "/a/../b", "/a/./b"])
def test_dots_that_clients_resolve(path: str) -> None:
    """`curl …/a/../b` asks for /b."""
    assert [expected for _, expected in problems(path)] == [
        "a path without the segments . and .., which clients take out of a URL before they send it"
    ]


@pytest.mark.parametrize("path", ["/{id}/of/{id}", "/{id}/{id+}"])
def test_a_variable_has_one_value(path: str) -> None:
    """The event holds variables by name."""
    assert [expected for _, expected in problems(path)] == [
        "a path whose variables have a name of their own each"
    ]


@pytest.mark.parametrize(
    ("first", "second", "place"),
    [
        ("/pumps/{id}", "/pumps/{name}", "/pumps/{id}"),
        ("/pumps/{id}/state", "/pumps/{name}", "/pumps/{id}"),
        ("/pumps/{id}", "/pumps/{rest+}", "/pumps/{id}"),
        ("/{id}", "/{id+}", "/{id}"),
        ("/{a}/{b}", "/{a}/{c}/d", "/{a}/{b}"),
    ],
)
def test_a_place_has_one_variable(first: str, second: str, place: str) -> None:
    """Two names for one segment are two resources that answer the same calls."""
    assert problems(first, second) == [
        ("/routes/1/path", f"{place} as in /routes/0, since API Gateway takes one variable at a place")
    ]


def test_one_variable_on_several_paths() -> None:
    """The same name at the same place, or another one elsewhere."""
    assert problems("/{a}", "/{a}", "/{a}/x", "/{a}/{b}", "/p/{b}", "/p/{b}/q", "/p/q/{c+}") == []


@pytest.mark.parametrize(
    ("path", "names"), [("/a", []), ("/{a.b}/c/{d-e}", ["a.b", "d-e"]), ("/{a}/{rest+}", ["a", "rest"])]
)
def test_names_of_variables(path: str, names: list[Any]) -> None:
    """Without braces, and without the plus of a greedy one."""
    assert path_variables(path) == names
