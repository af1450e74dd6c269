from typing import Any

import pytest

from scoring import Contract, ContractError
from tests import bike_rental

pytestmark = pytest.mark.unit

COURSE = {
    "path": "/",
    "method": "POST",
    "auth": "none",
    "integration": "direct",
    "response": "values",
    "bad_request_status": 400,
}


def load(route: dict[str, Any], outputs: int = 1) -> Contract:
    data = bike_rental.contract()
    data["outputs"] = [{**data["outputs"][0], "name": name} for name in ("count", "low", "high")[:outputs]]
    data["routes"] = [route]
    return Contract.from_dict(data)


def problems(route: dict[str, Any], outputs: int = 1) -> list[tuple[str, str]]:
    with pytest.raises(ContractError) as raised:
        load(route, outputs)
    return [(problem.pointer, problem.expected) for problem in raised.value.problems]


def test_the_course_s_route() -> None:
    """Every choice of the course's API is a word in the contract."""
    route = load(COURSE).routes[0]
    assert (route.auth, route.integration, route.response) == ("none", "direct", "values")
    assert route.bad_request_status == 400


def test_one_of_several_outputs() -> None:
    """A bare answer names the output it is."""
    route = {"path": "/low", "response": "value", "output": "low"}
    assert load(route, 3).routes[0].output == "low"


def test_a_bare_answer_of_several_outputs_has_to_choose() -> None:
    """Without a choice there is no telling which value is meant."""
    found = problems({"path": "/low", "response": "values"}, 3)
    assert found == [
        ("/routes/0/response", '"predictions", or the key "output" too, since there are 3 outputs')
    ]


def test_an_output_that_is_none() -> None:
    """A misspelt output is told with what it may have meant."""
    found = problems({"path": "/low", "response": "values", "output": "lo"}, 3)
    assert found == [
        ("/routes/0/output", 'the name of an output: "count", "low" or "high" (did you mean "low"?)')
    ]


def test_predictions_leave_no_choice() -> None:
    """They hold every output."""
    found = problems({"path": "/", "output": "count"})
    assert found == [("/routes/0/output", 'no such key, since "predictions" answers every output')]


@pytest.mark.parametrize("status", [200, 302, 500, 400.5, "400"])
def test_a_status_for_refusals_is_one_of_refusals(status: Any) -> None:
    """4xx: the request has to change."""
    assert problems({"path": "/", "bad_request_status": status})[0][0] == "/routes/0/bad_request_status"


@pytest.mark.parametrize("path", ["/a@b", "/predict/", "/ping", "/{id}/{id}", "/{rest+}/more"])
def test_a_path_that_the_gateway_refuses_is_refused_with_its_pointer(path: str) -> None:
    """Before anything is built, not when it is applied."""
    assert [pointer for pointer, _ in problems({"path": path})] == ["/routes/0/path"]


def test_kserve_below_a_path_of_the_gateway_s_own() -> None:
    """Its routes stand at the path itself, too."""
    found = problems({"path": "/ping", "protocol": "kserve_v2"})
    assert found[0][0] == "/routes/0/path" and "health check" in found[0][1]
