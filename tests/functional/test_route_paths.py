"""The paths that a contract may have, and those that the gateway takes."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring import Contract, ContractError
from tests import bike_rental
from tests.functional.gateway_stage import Stage, document, operation, running_stage

pytestmark = pytest.mark.functional

PART = (
    "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at the "
    "beginning and the end."
)
PARTS = ["a", "b:c", "v1.0", "x-y_z", "{id}", "{id}", "{name}", "{a.b}", "{rest+}", "{id+}", "..", "ping"]
ODD = ["", "a,b", "$a", "a@b", "x+", "{a", "a}", "p{q}", "{a}{b}", "~u", "ä", "a b", "{}", "{a:b}", "*"]


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        yield running


def imported(stage: Stage, paths: list[str]) -> str:
    """What the gateway says of an API with these paths, nothing when it takes them."""
    body = document({path: {"post": operation()} for path in paths})
    try:
        api = stage.control.import_rest_api(body=json.dumps(body))
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    stage.control.delete_rest_api(restApiId=api["id"])
    return ""


def in_contract(paths: list[str]) -> bool:
    """Whether a contract with routes at these paths loads."""
    data: dict[str, Any] = bike_rental.contract()
    data["routes"] = [{"path": path} for path in paths]
    try:
        Contract.from_dict(data)
    except ContractError as error:
        assert all(problem.pointer.startswith("/routes/") for problem in error.problems)
        return False
    return True


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.one_of(st.sampled_from(PARTS), st.sampled_from(PARTS + ODD)), min_size=1, max_size=3).map(
            lambda parts: "/" + "/".join(parts)
        ),
        min_size=1,
        max_size=4,
        unique=True,
    )
)
def test_what_a_contract_may_have_the_gateway_takes(stage: Stage, paths: list[str]) -> None:
    """No path of a contract that loads is found wrong when it is deployed."""
    if in_contract(paths):
        assert imported(stage, paths) == ""


@pytest.mark.parametrize(
    "part", ["a,b", "$a", "a@b", "~u", "x+", "a b", "{a", "a}", "p{q}", "{}", "{a++}", "é"]
)
def test_a_part_that_the_gateway_refuses(stage: Stage, part: str) -> None:
    """In AWS's words, and with the path it stands in."""
    message = f"Errors found during import:\n\tUnable to create resource at path '/x/{part}': {PART}"
    assert imported(stage, [f"/x/{part}"]) == message
    assert not in_contract([f"/x/{part}"])


def test_all_wrong_paths_are_named_at_once(stage: Stage) -> None:
    """A variable beside another, a child of one that takes all that follows, a wrong character."""
    paths = ["/p/{id}", "/p/{name}/state", "/f/{rest+}", "/f/{rest+}/more", "/q!"]
    assert imported(stage, paths).split("\n\t") == [
        "Errors found during import:",
        "Unable to create resource at path '/f/{rest+}/more': "
        "Cannot create a child of a resource with a greedy path variable: {rest+}",
        "Unable to create resource at path '/p/{name}/state': "
        "A sibling ({id}) of this resource already has a variable path part -- only one is allowed",
        f"Unable to create resource at path '/q!': {PART}",
    ]
