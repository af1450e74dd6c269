"""What is known of a request afterwards: log lines and metrics, and nothing that a client sent."""

import json
import re
import time
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from tests.deployed_stack import DeployedStack

pytestmark = pytest.mark.e2e

T = TypeVar("T")

CANARY = "canary7391"
NUMBER = 12.739173917391


def wait_for(find: Callable[[], T], what: str, seconds: float = 60.0) -> T:
    """Ask until there is an answer: logs arrive a moment after the response."""
    deadline = time.monotonic() + seconds
    while not (found := find()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.05)
    return found


def log_lines(stack: DeployedStack, group: str, text: str = "") -> list[str]:
    """All messages of one of the stack's log groups that hold a text."""
    logs = stack.aws("logs")
    pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
    return [event["message"] for page in pages for event in page["events"] if text in event["message"]]


def request_of(temperature: Any) -> dict[str, Any]:
    row = ["2012-12-19 17:00:00", 4, 0, 1, 1, temperature, 20.455, 50, 26.0027]
    return {"instances": [{"features": row}]}


def test_the_access_log_has_a_line_for_a_request(bike_rental: DeployedStack) -> None:
    """Who, what, how long and how it ended."""
    group = bike_rental.outputs["log_group_names"]["api"]
    request_id = bike_rental.post(request_of(NUMBER)).headers["x-request-id"]
    line = json.loads(wait_for(lambda: log_lines(bike_rental, group, request_id), "the access log's line")[0])
    assert line["request_id"] == request_id
    assert (line["method"], line["resource"], line["status"]) == ("POST", "/predict", "200")
    assert line["api_key_id"] == bike_rental.outputs["api_key_ids"]["demo"]
    assert line["source_ip"] == "127.0.0.1"
    assert int(line["latency_ms"]) >= int(line["integration_ms"]) > 0
    assert re.fullmatch(r"\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000", line["time"])


def test_the_access_log_names_a_refusal(bike_rental: DeployedStack) -> None:
    """A request that never reached the function is there too, with the reason."""
    group = bike_rental.outputs["log_group_names"]["api"]
    problem = bike_rental.post(request_of(1), key=None).problem
    assert problem is not None
    line = json.loads(wait_for(lambda: log_lines(bike_rental, group, problem["request_id"]), "its line")[0])
    assert (line["status"], line["refusal"]) == ("403", "INVALID_API_KEY")


def test_the_functions_line_is_log_and_metrics_in_one(bike_rental: DeployedStack) -> None:
    """One line a request between Lambda's START, END and REPORT, in CloudWatch's embedded metric format."""
    group = bike_rental.outputs["log_group_names"]["function"]
    request_id = bike_rental.post(request_of(NUMBER)).headers["x-request-id"]
    line = json.loads(wait_for(lambda: log_lines(bike_rental, group, request_id), "the function's line")[0])
    assert (line["route"], line["status"], line["level"]) == ("POST /predict", 200, "INFO")
    assert (line["Requests"], line["Errors"], line["Rows"], line["ModelCalls"]) == (1, 0, 1, 1)
    assert line["Latency"] >= line["ModelLatency"] > 0
    directive = line["_aws"]["CloudWatchMetrics"][0]
    assert directive["Namespace"] == "ModelEndpointApi"
    assert directive["Dimensions"] == [["FunctionName"]]
    assert {metric["Name"] for metric in directive["Metrics"]} <= line.keys()
    lambda_id = line["lambda_request_id"]
    assert (
        len(wait_for(lambda: log_lines(bike_rental, group, f"REPORT RequestId: {lambda_id}"), "REPORT")) == 1
    )
    assert len(log_lines(bike_rental, group, f"START RequestId: {lambda_id} Version: ")) == 1


def test_an_error_is_counted_by_its_code(bike_rental: DeployedStack) -> None:
    """The metric `Errors` exists by function, and by function and code."""
    bike_rental.post({"instances": []})
    name = bike_rental.outputs["function_name"]

    def dimensions() -> list[dict[str, str]]:
        answer = bike_rental.aws("cloudwatch").list_metrics(Namespace="ModelEndpointApi", MetricName="Errors")
        return [{it["Name"]: it["Value"] for it in metric["Dimensions"]} for metric in answer["Metrics"]]

    wanted = {"FunctionName": name, "Code": "invalid_request"}
    wait_for(lambda: wanted in dimensions() and {"FunctionName": name} in dimensions(), f"Errors by {wanted}")


@pytest.mark.slow
def test_saved_queries_find_it_in_the_stacks_logs(bike_rental: DeployedStack) -> None:
    """The command runs the stack's own query; one request is followed through function and API."""
    groups = {bike_rental.outputs["log_group_names"][name] for name in ("function", "api")}
    request_id = bike_rental.post({"instances": []}).headers["x-request-id"]
    wait_for(lambda: all(log_lines(bike_rental, group, request_id) for group in groups), "a line in each")

    def query(*arguments: str) -> Any:
        command = ("-m", "scripts.query", *arguments, *bike_rental.target, "--json")
        return json.loads(bike_rental.checkout.python(*command).stdout)

    by_code = {row["Code"]: row for row in query("errors-by-code")}
    assert by_code["invalid_request"]["last_request"] == request_id
    followed = query("one-request", "--request", request_id)
    assert {row["@log"].partition(":")[2] for row in followed} == groups


def test_nothing_that_a_client_sent_is_in_any_log(bike_rental: DeployedStack) -> None:
    """Values, unknown fields, broken bodies, paths, queries, user agents, keys: no log group holds them."""
    post, agent = bike_rental.post, {"user-agent": CANARY}
    replies = [
        post(request_of(NUMBER), headers=agent),
        post(request_of(CANARY)),
        post({"instances": [{CANARY: 1}]}),
        post({CANARY: NUMBER}),
        post(f'{{"{CANARY}": '.encode()),
        post(f'{{"instances": [{CANARY}]}}'.encode(), headers={"content-type": "application/xml"}),
        post(request_of(NUMBER), f"/predict?{CANARY}={NUMBER}"),
        post(request_of(NUMBER), f"/{CANARY}"),
        post(request_of(NUMBER), key=f"{CANARY}-{CANARY}-{CANARY}"),
    ]
    assert [reply.status for reply in replies] == [200, 422, 422, 422, 400, 415, 200, 404, 403]
    with bike_rental.faults({"kind": "model_error", "status": 500, "message": CANARY, "times": 1}):
        assert post(request_of(NUMBER)).status == 502

    ids = [(reply.problem or {}).get("request_id") or reply.headers["x-request-id"] for reply in replies]
    access = bike_rental.outputs["log_group_names"]["api"]
    wait_for(lambda: all(log_lines(bike_rental, access, id) for id in ids), "an access line for each request")
    last = post({"instances": []}).headers["x-request-id"]
    function = bike_rental.outputs["log_group_names"]["function"]
    wait_for(lambda: log_lines(bike_rental, function, last), "the function's last line")

    groups = [it["logGroupName"] for it in bike_rental.aws("logs").describe_log_groups()["logGroups"]]
    assert set(bike_rental.outputs["log_group_names"].values()) <= set(groups)
    lines = {group: log_lines(bike_rental, group) for group in groups}
    assert sum(map(len, lines.values())) > len(replies)
    for secret in (CANARY, str(NUMBER), bike_rental.key):
        found = {group: [it for it in texts if secret in it] for group, texts in lines.items()}
        assert not any(found.values()), f"{secret} stands in {found}"
