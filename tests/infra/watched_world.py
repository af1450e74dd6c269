"""What happens to an API, minute by minute, told to CloudWatch as the stage does; what alarms make of it."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from moto.cloudwatch.models import CloudWatchBackend

from scripts.local_stage import alarm_states
from scripts.local_stage.embedded_metrics import Metric, put_metrics, sum_counts
from scripts.local_stage.log_writer import LogWriter
from scripts.local_stage.sagemaker_runtime.replies import HttpReply
from scripts.local_stage.service_metrics import ServiceMetrics

NOW = datetime(2026, 3, 4, 10, 30, 20, tzinfo=UTC)
ACCESS_LOG = "/aws/apigateway/bikes/v1/access"
INSTANCES = "/aws/sagemaker/Endpoints"
LIVE = SimpleNamespace(
    version=SimpleNamespace(name="bikes", version="7"), invoked_arn="arn:x:function:bikes:live"
)
OK, BROKEN = HttpReply(200, {}, b""), HttpReply(424, {}, b'{"OriginalStatusCode": 500}')


class WatchedWorld:
    """One region's CloudWatch, with its alarms, and no data at first."""

    def __init__(self, backend: CloudWatchBackend) -> None:
        self._backend = backend
        self._account, self._region = backend.account_id, backend.region_name
        self._moment = NOW
        self._told: list[Metric] = []
        self._lines: list[tuple[int, dict[str, Any]]] = []
        self._services = ServiceMetrics(self._told.extend, self._seconds)
        backend.metric_data.clear()

    def minutes(self, count: int, until: int = 0, later: timedelta = timedelta()) -> Iterable[int]:
        """Go through so many minutes, oldest first; `until` so many minutes before now."""
        for ago in reversed(range(until, until + count)):
            self._moment = NOW + later - timedelta(minutes=ago)
            yield ago

    def request(self, status: int = 200, ms: float = 50.0, behind_ms: float = 45.0) -> None:
        """The gateway answered; `behind_ms` of it were the integration's."""
        stage = SimpleNamespace(name="v1", deployed=SimpleNamespace(name="bikes"))
        behind = {"integration_started": 0.0, "integration_ended": behind_ms / 1000}
        exchange = SimpleNamespace(stage=stage, status=status, started=0.0, ended=ms / 1000, **behind)
        self._services.request(exchange)  # type: ignore[arg-type]
        self._lines.append((self._milliseconds(), {"status": str(status)}))

    def invocation(self, ms: float = 40.0, *, failed: bool = False) -> None:
        """The function ran."""
        self._services.invocation(LIVE, ms, failed=failed)  # type: ignore[arg-type]

    def throttle(self) -> None:
        """Lambda refused."""
        self._services.throttle(LIVE)  # type: ignore[arg-type]

    def model_call(self, ms: float = 30.0, *, broken: bool = False, variant: str = "champion") -> None:
        """The function called the model."""
        self._services.model_call("bikes", variant, BROKEN if broken else OK, ms / 1000)

    def healthy(self, requests: int = 20) -> None:
        """A minute's good requests."""
        for _ in range(requests):
            self.request()
            self.invocation()
            self.model_call()

    def measure(self, namespace: str, name: str, value: float, **dimensions: str) -> None:
        """A value that no service of the stage publishes."""
        named = tuple(dimensions.items())
        self._told.append(Metric(namespace, name, "None", named, (value,), self._milliseconds()))

    def variant(self, name: str, value: float, variant: str = "champion", namespace: str = INSTANCES) -> None:
        """A value of a variant of the endpoint on instances."""
        self.measure(namespace, name, value, EndpointName="bikes", VariantName=variant)

    def alarms_on(self, later: timedelta = timedelta()) -> set[str]:
        """Tell CloudWatch what happened, and return the names of the alarms that are on."""
        put_metrics(self._account, self._region, sum_counts(self._told))
        log = LogWriter(self._account, self._region)
        for moment, line in self._lines:
            log.write(ACCESS_LOG, "stream", json.dumps(line), moment)
        log.close()
        self._told.clear()
        self._lines.clear()
        alarm_states.refresh(self._backend, NOW + later)
        return {name for name, alarm in self._backend.alarms.items() if alarm.state_value == "ALARM"}

    def _milliseconds(self) -> int:
        return int(self._seconds() * 1000)

    def _seconds(self) -> float:
        return self._moment.timestamp()
