"""How an update leads traffic from the old fleet to the new one: the DeploymentConfig of UpdateEndpoint.

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails.html
Rolling updates replace batches of instances. A stage runs one process a container, so a batch is a share of
the traffic here, as in a linear update.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rollout:
    """The steps of one update; the default is SageMaker's: all at once, watched by nothing."""

    shares: tuple[float, ...] = ()
    """Share of the traffic that the new fleet gets, step by step, before it gets all of it."""
    wait_seconds: float = 0.0
    """After each step."""
    termination_wait_seconds: float = 0.0
    """How long the old fleet stays after the last step."""
    alarms: tuple[str, ...] = ()
    """CloudWatch alarms that roll back while the update lasts."""


def read_rollout(configuration: Mapping[str, Any] | None, instances: int) -> Rollout:
    """Read a DeploymentConfig for a variant of so many instances."""
    if not configuration:
        return Rollout()
    alarms = configuration.get("AutoRollbackConfiguration", {}).get("Alarms", [])
    names = tuple(str(alarm["AlarmName"]) for alarm in alarms)
    if "RollingUpdatePolicy" in configuration:
        policy = configuration["RollingUpdatePolicy"]
        shares = _steps(_share(policy["MaximumBatchSize"], instances))
        return Rollout(shares, float(policy["WaitIntervalInSeconds"]), 0.0, names)
    policy = configuration.get("BlueGreenUpdatePolicy", {})
    routing = policy.get("TrafficRoutingConfiguration", {})
    shares = ()
    if routing.get("Type") == "CANARY":
        shares = (_share(routing["CanarySize"], instances),)
    elif routing.get("Type") == "LINEAR":
        shares = _steps(_share(routing["LinearStepSize"], instances))
    return Rollout(
        shares,
        float(routing.get("WaitIntervalInSeconds", 0)),
        float(policy.get("TerminationWaitInSeconds", 0)),
        names,
    )


def _share(size: Mapping[str, Any], instances: int) -> float:
    whole = 100 if size["Type"] == "CAPACITY_PERCENT" else max(instances, 1)
    return min(float(size["Value"]) / whole, 1.0)


def _steps(share: float) -> tuple[float, ...]:
    """Every multiple of a share below all of it."""
    steps: list[float] = []
    while (reached := round(share * (len(steps) + 1), 6)) < 1:
        steps.append(reached)
    return tuple(steps)
