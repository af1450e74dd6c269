"""Lines of the data plane reach CloudWatch Logs; embedded metrics reach CloudWatch."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from scripts.local_stage.log_writer import LogWriter

pytestmark = pytest.mark.functional

REGION = "eu-west-1"


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Iterator[LogWriter]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        writer = LogWriter("123456789012", REGION)
        yield writer
        writer.close()


def now() -> int:
    return int(time.time() * 1000)


def test_lines_arrive_in_order_of_time(writer: LogWriter) -> None:
    """Each stream is made when it is first written to."""
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="g")
    at = now()
    writer.write("g", "a", "second", at + 1)
    writer.write("g", "b", "other", at)
    writer.write("g", "a", "first", at)
    writer.flush()
    events = logs.get_log_events(logGroupName="g", logStreamName="a", startFromHead=True)["events"]
    assert [(event["message"], event["timestamp"]) for event in events] == [("first", at), ("second", at + 1)]
    assert len(logs.get_log_events(logGroupName="g", logStreamName="b")["events"]) == 1


def test_a_group_that_is_missing_loses_its_lines(writer: LogWriter, caplog: pytest.LogCaptureFixture) -> None:
    """The stage's log says so once; when the group is made, lines arrive."""
    for _ in range(2):
        writer.write("later", "s", "lost", now())
        writer.flush()
    assert caplog.messages == ["log group later doesn't exist: its lines are lost"]
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="later")
    writer.write("later", "s", "kept", now())
    writer.flush()
    events = logs.get_log_events(logGroupName="later", logStreamName="s")["events"]
    assert [event["message"] for event in events] == ["kept"]


def embedded(values: Any) -> str:
    return json.dumps(
        {
            "_aws": {
                "Timestamp": now(),
                "CloudWatchMetrics": [
                    {
                        "Namespace": "ModelEndpointApi",
                        "Dimensions": [["Model"]],
                        "Metrics": [{"Name": "Latency", "Unit": "Milliseconds"}],
                    }
                ],
            },
            "Model": "bikes",
            "Latency": values,
        }
    )


def test_embedded_metrics_become_metrics(writer: LogWriter) -> None:
    """Single values and lists count; broken lines don't matter."""
    for message in (embedded(10), embedded([20, 60]), '{"_aws": {}}', '"_aws" is no JSON'):
        writer.write("g", "s", message, now())
    writer.flush()
    cloudwatch = boto3.client("cloudwatch")
    (point,) = cloudwatch.get_metric_statistics(
        Namespace="ModelEndpointApi",
        MetricName="Latency",
        Dimensions=[{"Name": "Model", "Value": "bikes"}],
        StartTime=datetime.now(UTC) - timedelta(minutes=5),
        EndTime=datetime.now(UTC) + timedelta(minutes=5),
        Period=3600,
        Statistics=["Sum", "SampleCount", "Maximum"],
    )["Datapoints"]
    assert (point["SampleCount"], point["Sum"], point["Maximum"]) == (3, 90, 60)


LINES = [
    {"status": "429", "latency_ms": 3, "key": "k1"},
    {"status": "200", "latency_ms": 250, "key": "k2"},
    {"status": "429", "latency_ms": 40.5, "key": "k1"},
    {"status": "403", "latency_ms": "slow", "nested": {"code": "THROTTLED"}},
]


@pytest.mark.parametrize(
    ("pattern", "matched"),
    [
        ('{ $.status = "429" }', 2),
        ('{ $.status != "429" }', 2),
        ("{ $.latency_ms > 39 }", 2),
        ('{ $.status = "429" && $.latency_ms <= 3 || $.key = "k2" }', 2),
        ('{ $.nested.code = "THROT*" }', 1),
        ("", 5),
        ("THROTTLED", 1),
        ("?slow ?250 -k2", 1),
        ('"no JSON"', 1),
        ("{ ($.status = 429) }", 0),  # brackets aren't known here
    ],
)
def test_a_metric_filter_counts_lines(pattern: str, matched: int, writer: LogWriter) -> None:
    """What it doesn't match counts with the default; what isn't JSON has no members."""
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="g")
    counted = {
        "metricName": "Found",
        "metricNamespace": "N",
        "metricValue": "1",
        "defaultValue": 0,
        "unit": "Count",
    }
    for _ in range(2):  # the second time it is the same one
        logs.put_metric_filter(
            logGroupName="g", filterName="f", filterPattern=pattern, metricTransformations=[counted]
        )
    for line in (*map(json.dumps, LINES), "no JSON"):
        writer.write("g", "s", line, now())
    writer.write("other", "s", json.dumps(LINES[0]), now())
    writer.flush()
    found = boto3.client("cloudwatch").get_metric_statistics(
        Namespace="N",
        MetricName="Found",
        StartTime=datetime.now(UTC) - timedelta(minutes=5),
        EndTime=datetime.now(UTC) + timedelta(minutes=5),
        Period=3600,
        Statistics=["Sum", "SampleCount"],
    )["Datapoints"]
    points = 0 if "(" in pattern else 5
    assert [(point["Sum"], point["SampleCount"]) for point in found] == [(matched, points)] * (points > 0)
