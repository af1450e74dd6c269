"""CloudWatch's embedded metric format: log lines that carry metrics.

Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric with the values that one line gives it."""

    namespace: str
    name: str
    unit: str
    dimensions: tuple[tuple[str, str], ...]
    values: tuple[float, ...]
    timestamp_ms: int


def find_metrics(messages: Iterable[str]) -> Iterator[Metric]:
    """All metrics in some log lines; a line that isn't in the format has none."""
    for message in messages:
        if '"_aws"' not in message:
            continue
        try:
            document = json.loads(message)
            yield from _read(document)
        except (ValueError, KeyError, TypeError, AttributeError):
            continue


def _read(document: dict[str, Any]) -> Iterator[Metric]:
    metadata = document["_aws"]
    for directive in metadata["CloudWatchMetrics"]:
        for names in directive["Dimensions"]:
            dimensions = tuple((name, str(document[name])) for name in names)
            for metric in directive["Metrics"]:
                value = document[metric["Name"]]
                yield Metric(
                    namespace=directive["Namespace"],
                    name=metric["Name"],
                    unit=metric.get("Unit", "None"),
                    dimensions=dimensions,
                    values=tuple(float(v) for v in (value if isinstance(value, list) else [value])),
                    timestamp_ms=int(metadata["Timestamp"]),
                )


def put_metrics(account: str, region: str, metrics: Iterable[Metric]) -> None:
    """Give metrics to moto's CloudWatch, as PutMetricData would."""
    namespaces: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for metric in metrics:
        namespaces[metric.namespace].append(
            {
                "MetricName": metric.name,
                "Unit": metric.unit,
                "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
                "Values": list(metric.values),
                "Counts": [1] * len(metric.values),
                "Timestamp": datetime.fromtimestamp(metric.timestamp_ms / 1000, UTC).replace(tzinfo=None),
            }
        )
    for namespace, data in namespaces.items():
        cloudwatch_backends[account][region].put_metric_data(namespace, data)
