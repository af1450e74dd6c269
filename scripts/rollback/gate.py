"""The gate in front of a stage: closed, it refuses every request with 429, which clients may repeat."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from scripts.rollback.record import Api, Parameter, Record

UNLIMITED = (-1.0, -1)


class Gate:
    """Closes a stage by its throttle, and gives it back the limits that Terraform set."""

    def __init__(self, aws: Callable[[str], Any], parameter: Parameter, record: Record, api: Api) -> None:
        self._apigateway = aws("apigateway")
        self._parameter = parameter
        self._record = record
        self._stage = {"restApiId": api.rest_api_id, "stageName": api.stage_name}

    @property
    def is_closed(self) -> bool:
        """Whether we closed it, now or in a run that ended half-way."""
        return bool(self._record.closed)

    def close(self) -> None:
        """Let the stage take nothing; its limits are in the record first, whatever happens to us."""
        if not self._record.closed:
            found = self._apigateway.get_stage(**self._stage).get("methodSettings") or {}
            limits = {key: _limits(settings) for key, settings in found.items()}
            self._write(replace(self._record, closed={"*/*": UNLIMITED, **limits}))
        self._patch_limits(dict.fromkeys(self._record.closed, (0.0, 0)))

    def open(self) -> None:
        """Give the stage its limits back."""
        self._patch_limits(self._record.closed)
        self._write(replace(self._record, closed={}))

    def _patch_limits(self, limits: Mapping[str, tuple[float, int]]) -> None:
        patches = [
            {"op": "replace", "path": f"/{_pointer(key)}/throttling/{name}", "value": f"{value:g}"}
            for key, both in limits.items()
            for name, value in zip(("rateLimit", "burstLimit"), both, strict=True)
        ]
        self._apigateway.update_stage(**self._stage, patchOperations=patches)

    def _write(self, record: Record) -> None:
        self._parameter.write(record)
        self._record = record


def _limits(settings: Mapping[str, Any]) -> tuple[float, int]:
    rate, burst = settings.get("throttlingRateLimit"), settings.get("throttlingBurstLimit")
    return (UNLIMITED[0] if rate is None else rate, UNLIMITED[1] if burst is None else burst)


def _pointer(key: str) -> str:
    """`predict/POST`, as GetStage names a method's settings → `~1predict/POST`, as UpdateStage does."""
    path, _, method = key.rpartition("/")
    return key if path == "*" or path.startswith("~1") else f"~1{path.strip('/').replace('/', '~1')}/{method}"
