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
    is_set: bool = False
    """Only the number, sum, minimum and maximum of the values are kept."""


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


def sum_counts(metrics: Iterable[Metric]) -> Iterator[Metric]:
    """Fewer metrics that say the same: counts of one minute in one set, other values as they are."""
    counts: dict[tuple[Any, ...], list[float]] = defaultdict(list)
    for metric in metrics:
        if metric.unit == "Count":
            minute = metric.timestamp_ms // 60_000
            counts[metric.namespace, metric.name, metric.dimensions, minute].extend(metric.values)
        else:
            yield metric
    for (namespace, name, dimensions, minute), values in counts.items():
        yield Metric(namespace, name, "Count", dimensions, tuple(values), minute * 60_000, is_set=True)


def put_metrics(account: str, region: str, metrics: Iterable[Metric]) -> None:
    """Give metrics to moto's CloudWatch, as PutMetricData would."""
    namespaces: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for metric in metrics:
        namespaces[metric.namespace].append(
            {
                "MetricName": metric.name,
                "Unit": metric.unit,
                "Dimensions": [{"Name": name, "Value": value} for name, value in metric.dimensions],
                **_values(metric),
                "Timestamp": datetime.fromtimestamp(metric.timestamp_ms / 1000, UTC).replace(tzinfo=None),
            }
        )
    for namespace, data in namespaces.items():
        cloudwatch_backends[account][region].put_metric_data(namespace, data)


def _values(metric: Metric) -> dict[str, Any]:
    values = metric.values
    if not metric.is_set:
        return {"Values": list(values), "Counts": [1] * len(values)}
    summary = {"Sum": sum(values), "SampleCount": len(values), "Minimum": min(values), "Maximum": max(values)}
    return {"StatisticValues": summary}
