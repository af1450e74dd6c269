"""What follows from one cause is red and names the check that told it; that one alone says what to do."""

import json
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from scripts.smoke.report import to_json, write_junit
from scripts.smoke.stage_client import StageClient
from scripts.smoke.subject import Budget
from tests.functional.smoke_world import CONTRACT

pytestmark = pytest.mark.functional

AT_ONCE = Budget(latency_ms=2000, requests=2, warm_up_seconds=0.0)
UNANSWERED = {"stage answers", "golden rows", "CORS", "latency"}
"""What needs a prediction."""
UNREACHED = UNANSWERED | {"contract live", "bad input explained", "broken JSON explained"}
"""What needs the function."""


def judge(results: dict[str, Any]) -> tuple[set[str], dict[str, str]]:
    """Return what failed for itself, and what failed as a consequence: check → the check that it names."""
    red = {name: result for name, result in results.items() if result.status == "failed"}
    after = {
        name: result.repair.partition("✗ ")[2].partition(" first:")[0]
        for name, result in red.items()
        if result.found.startswith("not judged: ")
    }
    return set(red) - set(after), after


@pytest.mark.parametrize(
    ("status", "code", "repair"),
    [
        (503, "model_unavailable", "make query QUERY=model-failures"),
        (503, "model_throttled", "docs/runbook.md#endpoint-load"),
        (502, "model_rejected_payload", "make rollback"),
        (502, "model_failed", "make logs ARGS='--no-follow --since 1h --group endpoint'"),
        (504, "model_timeout", "docs/runbook.md#endpoint-latency"),
    ],
)
def test_a_model_that_does_not_answer_is_one_cause(world, smoke_stage, status, code, repair):
    """Named where it is met first; neither CORS nor the contract is blamed."""
    smoke_stage.behaviour.model_error = (status, code)
    results = world.run(budget=AT_ONCE)
    own, after = judge(results)
    assert own == {"stage answers"}
    assert after == dict.fromkeys(UNANSWERED - own, "stage answers")
    assert results["stage answers"].found == f"{status} {code}: {code}, request 7-7 (1 attempt)"
    assert repair in results["stage answers"].repair
    for name in after:
        assert results[name].found == f"not judged: {status} {code}"
        assert "make" not in results[name].repair


@pytest.mark.parametrize(
    ("status", "code", "repair"),
    [
        (502, "integration_failure", "make query QUERY=crashes"),
        (504, "integration_timeout", "docs/runbook.md#endpoint-latency"),
        (500, "internal_error", "the API may not call the function"),
        (500, "", "the API may not call the function"),
        (502, "", "make query QUERY=crashes"),
        (503, "", "docs/runbook.md#function-throttles"),
        (504, "", "docs/runbook.md#endpoint-latency"),
    ],
)
def test_a_function_that_does_not_answer_is_one_cause(world, smoke_stage, status, code, repair):
    """By the gateway's own answers, be they problem documents or not; nobody is told to package again."""
    smoke_stage.behaviour.gateway_error = (status, code)
    results = world.run(budget=AT_ONCE)
    own, after = judge(results)
    assert own == {"stage answers"}
    assert after == dict.fromkeys(UNREACHED - own, "stage answers")
    assert repair in results["stage answers"].repair


def test_an_error_of_the_function_itself_is_looked_up_by_its_request(world, smoke_stage):
    """Its code is that of a gateway which is set up wrongly, and its headers are the function's."""
    smoke_stage.behaviour.model_error = (500, "internal_error")
    results = world.run(budget=AT_ONCE)
    assert judge(results)[0] == {"stage answers"}
    assert "make query QUERY=one-request ARGS='--request 7-7'" in results["stage answers"].repair


def test_an_endpoint_that_failed_is_the_cause_of_what_the_function_answers(world, smoke_stage):
    """SageMaker says why; the function only knows that it is unavailable."""
    describe = world.sagemaker.describe_endpoint
    world.sagemaker.describe_endpoint = lambda **arguments: {
        **describe(**arguments),
        "EndpointStatus": "Failed",
        "FailureReason": "no ping",
    }
    smoke_stage.behaviour.model_error = (503, "model_unavailable")
    own, after = judge(world.run(budget=AT_ONCE))
    assert own == {"endpoint in service"}
    assert after == dict.fromkeys(UNANSWERED, "endpoint in service")


def test_an_endpoint_that_was_deleted_is_one_cause(world, smoke_stage):
    """Three checks ask AWS for it; make apply makes it again."""
    world.sagemaker.delete_endpoint(EndpointName="toy-dev")
    smoke_stage.behaviour.model_error = (503, "model_unavailable")
    results = world.run(budget=AT_ONCE)
    own, after = judge(results)
    assert own == {"endpoint in service"}
    gone = UNANSWERED | {"endpoint configuration", "model and artifact"}
    assert after == dict.fromkeys(gone, "endpoint in service")
    assert results["endpoint in service"].found.startswith("Could not find endpoint")
    assert results["endpoint in service"].repair == "somebody deleted it: make apply makes it again"


@pytest.mark.parametrize("status", ["Updating", "Failed"])
def test_an_endpoint_does_not_explain_what_it_can_not_cause(world, smoke_stage, status):
    """One that is updated answers as before; one that failed refuses no payload."""
    describe = world.sagemaker.describe_endpoint
    world.sagemaker.describe_endpoint = lambda **arguments: {
        **describe(**arguments),
        "EndpointStatus": status,
    }
    error = (503, "model_unavailable") if status == "Updating" else (502, "model_rejected_payload")
    smoke_stage.behaviour.model_error = error
    ticks = iter(range(1000))
    own, after = judge(world.run(budget=AT_ONCE, clock=lambda: next(ticks)))
    assert own == {"endpoint in service", "stage answers"}
    assert set(after.values()) == {"stage answers"}


def test_what_fails_for_another_reason_keeps_its_own_repair(world, smoke_stage):
    """A model that is down hides neither a wrong digest nor a route that is open."""
    smoke_stage.behaviour.model_error = (503, "model_unavailable")
    smoke_stage.behaviour.digest = "1" * 64
    smoke_stage.behaviour.needs_key = False
    results = world.run(budget=AT_ONCE)
    own, _ = judge(results)
    refused = {"missing identity refused", "wrong identity refused"}
    assert own == {"stage answers", "contract live", *refused}
    for name in refused:
        assert results[name].repair.startswith("the route is open")


def test_a_later_route_that_fails_alone_is_the_first_cause(world, smoke_stage):
    """The route that was asked first answers, so nothing but golden rows can tell it."""
    answers = iter([{"y": 10.0}])
    client = world.settings["client"]

    class SecondFails(StageClient):
        def send(self, method: str, path: str, *arguments: Any, **options: Any) -> Any:
            if next(answers, None) is None:
                smoke_stage.behaviour.model_error = (503, "model_throttled")
            return client.send(method, path, *arguments, **options)

    results = world.run(budget=AT_ONCE, client=SecondFails(client.url))
    own, after = judge(results)
    assert results["stage answers"].status == "passed"
    assert own == {"golden rows"}
    assert after == dict.fromkeys(UNANSWERED - {"stage answers", "golden rows"}, "golden rows")
    assert "docs/runbook.md#endpoint-load" in results["golden rows"].repair


def test_a_direct_route_that_answers_an_error_inside_is_not_answered(world, smoke_stage, monkeypatch):
    """A non-proxy integration says 200 around whatever the function answers."""
    problem = json.dumps({"status": 503, "code": "model_unavailable", "title": "T"})
    around = {"statusCode": 503, "headers": {}, "isBase64Encoded": False, "body": problem}
    monkeypatch.setattr(
        type(world.settings["client"]), "send", direct(type(world.settings["client"]).send, around)
    )
    contract = {**CONTRACT, "routes": [{"path": "/predict", "method": "POST", "integration": "direct"}]}
    results = world.run(contract=contract, budget=AT_ONCE)
    own, after = judge(results)
    assert {"stage answers"} <= own
    assert {after[name] for name in ("golden rows", "latency")} == {"stage answers"}


def direct(send: Any, document: dict[str, Any]) -> Any:
    """Answer golden requests with a document, and pass all others on."""

    def sends(self: Any, method: str, path: str, body: Any = None, **options: Any) -> Any:
        reply = send(self, method, path, body, **options)
        if reply.status != 200 or body != CONTRACT["examples"][0]["request"]:  # type: ignore[index]
            return reply
        return type(reply)(200, reply.headers, json.dumps(document).encode(), reply.seconds)

    return sends


def test_a_stage_that_is_not_there_is_one_cause(world):
    """No check after the first says more of it."""
    results = world.run(client=StageClient("http://127.0.0.1:1/beta"), budget=AT_ONCE)
    own, after = judge(results)
    assert own == {"stage answers"}
    assert set(after.values()) == {"stage answers"}
    assert results["unknown path"].found == "not judged: ConnectionError"


def test_reports_count_what_follows_as_failed(world, smoke_stage, tmp_path):
    """Red for a pipeline as before, in the same fields."""
    smoke_stage.behaviour.model_error = (503, "model_unavailable")
    results = list(world.run(budget=AT_ONCE).values())
    document = json.loads(to_json(results, "toy"))
    assert document["passed"] is False
    assert {one["name"] for one in document["checks"] if one["status"] == "failed"} == UNANSWERED
    assert set(document["checks"][0]) == {"name", "status", "seconds", "found", "expected", "repair"}
    write_junit(results, "toy", tmp_path / "smoke.xml")
    suite = ET.parse(tmp_path / "smoke.xml").getroot()
    assert (suite.get("failures"), suite.get("skipped")) == ("4", "0")
    failure = suite.find("testcase[@name='CORS']/failure")
    assert failure is not None
    assert failure.text is not None and failure.text.startswith("next: mend ✗ stage answers first")
