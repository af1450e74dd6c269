"""Metrics that services publish of themselves, as CloudWatch of the local stage then has them."""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from moto.cloudwatch.models import cloudwatch_backends

from scripts.local_stage.log_writer import LogWriter
from scripts.local_stage.sagemaker_runtime.replies import HttpReply
from scripts.local_stage.service_metrics import ServiceMetrics

pytestmark = pytest.mark.functional

ACCOUNT, REGION = "123456789012", "eu-west-3"
NOW = datetime(2026, 3, 4, 10, 30, 20, tzinfo=UTC)


def statistics(
    name: str, *wanted: str, namespace: str = "AWS/SageMaker", **dimensions: str
) -> dict[str, Any]:
    named = dimensions or {"EndpointName": "e", "VariantName": "v"}
    stats = cloudwatch_backends[ACCOUNT][REGION].get_metric_statistics(
        namespace,
        name,
        NOW.replace(minute=0, tzinfo=None),
        NOW.replace(minute=59, tzinfo=None),
        3600,
        list(wanted),
        [{"Name": key, "Value": value} for key, value in named.items()],
    )
    (one,) = stats
    return {stat: one.get_statistics_for_type(stat) for stat in wanted}


def test_model_calls_are_counted() -> None:
    """A ModelError counts by the container's own status; latencies are microseconds, value by value."""
    log = LogWriter(ACCOUNT, REGION)
    metrics = ServiceMetrics(log.record, clock=NOW.timestamp)
    for status, body in (
        (200, b""),
        (424, b'{"OriginalStatusCode": 500}'),
        (424, b'{"OriginalStatusCode": 400}'),
    ):
        metrics.model_call("e", "v", HttpReply(status, {}, body), seconds=0.25)
    log.close()
    assert statistics("Invocations", "Sum", "SampleCount") == {"Sum": 3, "SampleCount": 3}
    assert statistics("Invocation4XXErrors", "Sum") == {"Sum": 1}
    assert statistics("Invocation5XXErrors", "Sum", "Maximum", "Minimum") == {
        "Sum": 1,
        "Maximum": 1,
        "Minimum": 0,
    }
    assert statistics("InvocationModelErrors", "Sum") == {"Sum": 2}
    assert statistics("ModelLatency", "Average", "SampleCount") == {"Average": 250_000, "SampleCount": 3}


def test_concurrency_is_told_when_something_begins() -> None:
    """Of a function in invocations, of a serverless variant as a share of its own."""
    log = LogWriter(ACCOUNT, REGION)
    metrics = ServiceMetrics(log.record, clock=NOW.timestamp)
    target = SimpleNamespace(version=SimpleNamespace(name="f"))
    for running in (1, 3, 2):
        metrics.concurrency(target, running)  # type: ignore[arg-type]
        metrics.serverless_call("e", "v", running / 4)
    log.close()
    concurrent = statistics("ConcurrentExecutions", "Maximum", namespace="AWS/Lambda", FunctionName="f")
    assert concurrent == {"Maximum": 3}
    assert statistics("ServerlessConcurrentExecutionsUtilization", "Maximum", "Average") == {
        "Maximum": 0.75,
        "Average": 0.5,
    }
