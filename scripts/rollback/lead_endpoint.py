"""Lead an endpoint to a configuration, wait, and see that it got there."""

import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from scripts.rollback.live import ON_THE_WAY, RollbackError

Clients = Callable[[str], Any]
Tell = Callable[[str], None]


class Clock:
    """The time; tests bring their own."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def lead_endpoint(
    aws: Clients, name: str, configuration: str, *, tell: Tell, timeout: float, clock: Clock
) -> None:
    """Update the endpoint and wait; an update under way is waited for first.

    Raises RollbackError unless the endpoint ends in service on the configuration.
    """
    sagemaker = aws("sagemaker")
    deadline = clock.now() + timeout
    described = _come_to_rest(sagemaker, name, deadline, tell, clock)
    if described["EndpointConfigName"] != configuration:
        how = _rollout(aws, described, tell)
        _update(sagemaker, {"EndpointName": name, "EndpointConfigName": configuration, **how}, described)
        described = _come_to_rest(sagemaker, name, deadline, tell, clock)
    status, found = described["EndpointStatus"], described["EndpointConfigName"]
    if (status, found) != ("InService", configuration):
        raise RollbackError(
            f"Endpoint {name} did not come up on {configuration}: it is {status} on {found}.\n"
            f"  reason   {described.get('FailureReason') or 'SageMaker gives none'}\n"
            f"  logs     /aws/sagemaker/Endpoints/{name}"
        )


def _update(sagemaker: Any, request: Mapping[str, Any], described: Mapping[str, Any]) -> None:
    """Begin the update, with as many instances as run now where the variants are the same.

    The counts of the proven configuration are those of its day, and autoscaling may have made more of them.
    """
    configuration = sagemaker.describe_endpoint_config(EndpointConfigName=request["EndpointConfigName"])
    wanted, running = configuration["ProductionVariants"], described.get("ProductionVariants") or []
    names = [{variant["VariantName"] for variant in variants} for variants in (wanted, running)]
    if names[0] == names[1] and all("InstanceType" in variant for variant in wanted):
        counts = {
            "RetainAllVariantProperties": True,
            "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DesiredWeight"}],
        }
        try:
            sagemaker.update_endpoint(**request, **counts)
            return
        except ClientError as error:
            if not error.response["Error"]["Code"].startswith("Validation"):
                raise
    sagemaker.update_endpoint(**request)


def _come_to_rest(sagemaker: Any, name: str, deadline: float, tell: Tell, clock: Clock) -> dict[str, Any]:
    started = clock.now()
    while True:
        described: dict[str, Any] = sagemaker.describe_endpoint(EndpointName=name)
        status, waited = described["EndpointStatus"], clock.now() - started
        if status not in ON_THE_WAY:
            return described
        if clock.now() >= deadline:
            raise RollbackError(f"Endpoint {name} is still {status} after {waited:.0f} s.")
        tell(f"endpoint {status} for {waited:.0f} s{_stage_of(described)}")
        clock.sleep(min(10.0, max(0.5, waited / 10)))


def _rollout(aws: Clients, described: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """As the team rolls out, unless an alarm that watches it is red already, which would stop it."""
    last = described.get("LastDeploymentConfig")
    if not last:
        return {}
    alarms = (last.get("AutoRollbackConfiguration") or {}).get("Alarms") or []
    names = [alarm["AlarmName"] for alarm in alarms]
    kinds = ["MetricAlarm", "CompositeAlarm"]
    found = aws("cloudwatch").describe_alarms(AlarmNames=names, AlarmTypes=kinds) if names else {}
    red = [a["AlarmName"] for kind in kinds for a in found.get(f"{kind}s", []) if a["StateValue"] == "ALARM"]
    if red:
        tell(f"{', '.join(red)} is red: all traffic at once, and no alarm may stop it")
        return {}
    return {"RetainDeploymentConfig": True}


def _stage_of(described: Mapping[str, Any]) -> str:
    """What SageMaker says that the new fleet does: Creating, ActivatingTraffic, Baking …"""
    pending = described.get("PendingDeploymentSummary") or {}
    statuses = [
        status["Status"]
        for variant in pending.get("ProductionVariants") or []
        for status in variant.get("VariantStatus") or []
    ]
    return f" ({', '.join(statuses)})" if statuses else ""
