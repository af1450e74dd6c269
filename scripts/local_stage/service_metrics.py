"""What AWS's services tell CloudWatch of themselves, as far as alarms and dashboards of ours ask for it.

Sources: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html,
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html,
https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
Not published: use of instances, SageMaker's OverheadLatency and InvocationsPerInstance.
"""

import json
import time
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from scripts.local_stage.embedded_metrics import Metric

if TYPE_CHECKING:
    from scripts.local_stage.gateway.exchange import Exchange
    from scripts.local_stage.lambda_runtime.functions import Target
    from scripts.local_stage.sagemaker_runtime.replies import HttpReply

_UNITS = {
    "Latency": "Milliseconds",
    "IntegrationLatency": "Milliseconds",
    "Duration": "Milliseconds",
    "ModelLatency": "Microseconds",
    "ServerlessConcurrentExecutionsUtilization": "None",
}

Record = Callable[[Iterable[Metric]], None]
Dimensions = tuple[tuple[str, str], ...]


class ServiceMetrics:
    """Turns requests, invocations and model calls into metrics; every method returns at once."""

    def __init__(self, record: Record, clock: Callable[[], float] = time.time) -> None:
        self._record = record
        self._clock = clock

    def request(self, exchange: "Exchange") -> None:
        """AWS/ApiGateway, by API and stage. Milliseconds."""
        if exchange.stage is None:
            return
        values = {
            "Count": 1.0,
            "4XXError": float(400 <= exchange.status < 500),
            "5XXError": float(exchange.status >= 500),
            "Latency": 1e3 * (exchange.ended - exchange.started),
        }
        if exchange.integration_started is not None and exchange.integration_ended is not None:
            values["IntegrationLatency"] = 1e3 * (exchange.integration_ended - exchange.integration_started)
        self._tell(
            "AWS/ApiGateway",
            (("ApiName", exchange.stage.deployed.name), ("Stage", exchange.stage.name)),
            values,
        )

    def invocation(self, target: "Target", duration_ms: float, *, failed: bool) -> None:
        """AWS/Lambda, by function, by what was invoked of it, and by the version that ran."""
        values = {"Invocations": 1.0, "Errors": float(failed), "Throttles": 0.0, "Duration": duration_ms}
        name = ("FunctionName", target.version.name)
        for dimensions in _resources(target):
            self._tell("AWS/Lambda", (name, *dimensions), values)

    def throttle(self, target: "Target") -> None:
        """AWS/Lambda: an invocation that was refused."""
        self._tell("AWS/Lambda", (("FunctionName", target.version.name),), {"Throttles": 1.0})

    def concurrency(self, target: "Target", running: int) -> None:
        """AWS/Lambda: how many invocations of a function run at once, whenever one begins."""
        self._tell("AWS/Lambda", (("FunctionName", target.version.name),), {"ConcurrentExecutions": running})

    def serverless_call(self, endpoint: str, variant: str, share: float) -> None:
        """AWS/SageMaker: the share of its concurrency that a serverless variant uses, when a call begins."""
        self._tell(
            "AWS/SageMaker",
            (("EndpointName", endpoint), ("VariantName", variant)),
            {"ServerlessConcurrentExecutionsUtilization": share},
        )

    def model_call(self, endpoint: str, variant: str, reply: "HttpReply", seconds: float) -> None:
        """AWS/SageMaker, by endpoint and variant. Microseconds; the whole call counts as the model's."""
        status = _container_status(reply)
        self._tell(
            "AWS/SageMaker",
            (("EndpointName", endpoint), ("VariantName", variant)),
            {
                "Invocations": 1.0,
                "Invocation4XXErrors": float(400 <= status < 500),
                "Invocation5XXErrors": float(status >= 500),
                "InvocationModelErrors": float(reply.status == 424),
                "ModelLatency": 1e6 * seconds,
            },
        )

    def _tell(self, namespace: str, dimensions: Dimensions, values: dict[str, float]) -> None:
        now = int(self._clock() * 1000)
        self._record(
            Metric(namespace, name, _UNITS.get(name, "Count"), dimensions, (value,), now)
            for name, value in values.items()
        )


def _resources(target: "Target") -> tuple[Dimensions, ...]:
    """Dimensions beside FunctionName: none, what was asked for, and with it the version that ran."""
    qualifier = target.invoked_arn.partition(f":function:{target.version.name}:")[2]
    if not qualifier:
        return ((),)
    resource = ("Resource", f"{target.version.name}:{qualifier}")
    return (), (resource,), (("ExecutedVersion", target.version.version), resource)


def _container_status(reply: "HttpReply") -> int:
    """The container's own status, which a ModelError tells."""
    if reply.status != 424:
        return reply.status
    try:
        return int(json.loads(reply.body)["OriginalStatusCode"])
    except (ValueError, KeyError, TypeError):
        return 500
