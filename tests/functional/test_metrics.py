"""Metrics are read from CloudWatch as the function wrote them, and logs as they stand in their groups."""

import io
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from rich.console import Console

from scripts import ROOT
from scripts.metrics import find_namespace, print_tables, to_document
from scripts.watch.log_tail import LogTail
from scripts.watch.metric_data import Window, read_metrics

pytestmark = pytest.mark.functional

NOW = datetime.now(UTC).replace(microsecond=0)
CREDENTIALS = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": "eu-west-1"}


@pytest.fixture(scope="module")
def aws() -> Iterator[Any]:
    """Clients of a control plane of its own: service → client."""
    command = [sys.executable, "-m", "tests.control_plane_process"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        url = process.stdout.readline().strip()
        yield lambda service: boto3.client(service, endpoint_url=url, **CREDENTIALS)
        process.stdin.close()
        process.wait(30)


def put(
    aws: Any, name: str, values: list[float], code: str | None = None, ago: int = 60, **other: str
) -> None:
    dimensions = [{"Name": "FunctionName", "Value": other.get("function", "f")}]
    if code:
        dimensions.append({"Name": "Code", "Value": code})
    datum = {"MetricName": name, "Dimensions": dimensions, "Values": values}
    aws("cloudwatch").put_metric_data(
        Namespace=other.get("namespace", "N"),
        MetricData=[{**datum, "Timestamp": NOW - timedelta(seconds=ago)}],
    )


@pytest.fixture(scope="module")
def document(aws: Any) -> dict[str, Any]:
    """What --json prints of a function that was asked in two periods, beside others."""
    put(aws, "Requests", [1.0] * 200)
    put(aws, "Errors", [0.0] * 197 + [1.0] * 3)
    put(aws, "Latency", [float(n) for n in range(1, 201)])
    put(aws, "ModelLatency", [5.0, 7.0])
    put(aws, "Rows", [10.0, 20.0])
    put(aws, "Requests", [1.0], ago=1800)
    put(aws, "Errors", [1.0], ago=1800)
    put(aws, "Latency", [500.0], ago=1800)
    put(aws, "Errors", [1.0, 1.0], "model_failed")
    put(aws, "Errors", [1.0], "invalid_json")
    put(aws, "Errors", [1.0], "invalid_json", ago=1800)
    put(aws, "Errors", [1.0], "long_ago", ago=86400)
    put(aws, "Errors", [1.0], "another_functions", function="g")
    put(aws, "Requests", [1.0], function="g")
    put(aws, "Requests", [1.0], namespace="M", function="h")  # moto mixes namespaces of equal dimensions
    window = Window.back_from(NOW, 3600)
    return to_document(read_metrics(aws("cloudwatch"), "N", "f", window), "f")


def test_the_total_is_of_this_function_in_this_time(document: dict[str, Any]) -> None:
    """Counts add up; the average is by request; the maximum is of all."""
    total = document["total"]
    assert (total["requests"], total["rows"], total["errors"]) == (201, 30, 4)
    assert total["latency_ms"] == {
        "average": pytest.approx(20600 / 201, abs=1e-3),
        "p99": None,
        "maximum": 500,
    }
    assert total["model_latency_ms"] == {"average": 6.0, "p99": None, "maximum": 7.0}


def test_a_period_has_its_own_percentile(document: dict[str, Any]) -> None:
    """198 of 1 to 200 by the nearest rank."""
    early, late = document["periods"]
    assert (early["requests"], early["latency_ms"]["p99"]) == (1, 500.0)
    assert (late["requests"], late["latency_ms"]["p99"]) == (200, 198.0)
    assert late["latency_ms"]["average"] == 100.5


def test_errors_are_counted_by_code(document: dict[str, Any]) -> None:
    """Those of the window, over all periods."""
    assert document["errors_by_code"] == {"invalid_json": 2, "model_failed": 2}


def test_a_function_that_was_never_asked_has_no_rows(aws: Any) -> None:
    """Said in words, not as an empty table."""
    text = io.StringIO()
    metrics = read_metrics(aws("cloudwatch"), "N", "nobody", Window.back_from(NOW, 600))
    print_tables(metrics, "nobody", Console(file=text, width=120))
    assert "No request was counted in this time." in text.getvalue()


def test_the_tables_show_the_same_numbers(aws: Any, document: dict[str, Any]) -> None:
    """A row a period, the sum, the codes."""
    text = io.StringIO()
    metrics = read_metrics(aws("cloudwatch"), "N", "f", Window.back_from(NOW, 3600))
    print_tables(metrics, "f", Console(file=text, width=120))
    lines = [line.split() for line in text.getvalue().splitlines()]
    assert ["total", "201", "30", "4", "102.5", "500.0", "6.0", "7.0"] in lines
    assert ["model_failed", "2"] in lines


def test_the_namespace_is_what_the_function_is_set_to() -> None:
    """The module's variable may have another than ours."""

    functions = boto3.client("lambda", **CREDENTIALS)
    wanted = {"FunctionName": "f", "Qualifier": "live"}
    for variables, namespace in (({"METRICS_NAMESPACE": "Team"}, "Team"), ({}, "ModelEndpointApi")):
        with Stubber(functions) as stub:
            answer = {"Environment": {"Variables": variables}}
            stub.add_response("get_function_configuration", answer, wanted)
            assert find_namespace({"lambda": functions}.__getitem__, "f", "live") == namespace


def test_logs_are_read_by_pages_and_a_group_that_is_not_there_yet_is_empty(aws: Any) -> None:
    """SageMaker makes the endpoint's group with its first line."""
    logs = aws("logs")
    logs.create_log_group(logGroupName="g")
    logs.create_log_stream(logGroupName="g", logStreamName="s")
    now = int(time.time() * 1000)
    tail = LogTail(logs, {"function": "g", "endpoint": "not-yet"}, now - 1000)
    old = {"timestamp": now - 2000, "message": "old"}
    logs.put_log_events(
        logGroupName="g", logStreamName="s", logEvents=[old, {"timestamp": now, "message": "one"}]
    )
    assert [event.message for event in tail.read()] == ["one"]
    logs.put_log_events(
        logGroupName="g",
        logStreamName="s",
        logEvents=[{"timestamp": now, "message": json.dumps({"n": n})} for n in range(3)],
    )
    assert [json.loads(event.message)["n"] for event in tail.read()] == [0, 1, 2]
