"""Lead an alias of a function to a new version step by step, and back again when an alarm goes off.

Environment: FUNCTION_NAME, ALIAS_NAME, TARGET_VERSION, SHARES (percent for each step: "10", "25 50 75"),
STEP_SECONDS (wait at each step), ALARM_NAMES (JSON list; may be empty).
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from aws_api import Aws, AwsError
from step import POLL_SECONDS, Clock, StepFailedError, run, say


class Alias:
    """One alias of a function."""

    def __init__(self, aws: Aws, function: str, name: str) -> None:
        self._aws = aws
        self._key = {"FunctionName": function, "Name": name}
        self.title = f"alias {name} of {function}"

    def version(self) -> str | None:
        """Return the version that the alias names; None if there is no alias."""
        try:
            found = self._aws.call("lambda", "get_alias", **self._key)
        except AwsError as error:
            if error.code == "ResourceNotFoundException":
                return None
            raise
        return str(found["FunctionVersion"])

    def lead(self, version: str, other: str | None = None, percent: float = 0.0) -> None:
        """Let the alias name `version`, and send `percent` of the calls to `other`."""
        weights: dict[str, Any] = {} if other is None else {other: percent / 100}
        self._aws.call(
            "lambda",
            "update_alias",
            FunctionVersion=version,
            RoutingConfig={"AdditionalVersionWeights": weights},
            **self._key,
        )


def shift(aws: Aws, clock: Clock) -> None:
    """Shift, or put the alias back where it was and raise."""
    alias = Alias(aws, os.environ["FUNCTION_NAME"], os.environ["ALIAS_NAME"])
    target = os.environ["TARGET_VERSION"]
    shares = [float(share) for share in os.environ["SHARES"].split()]
    seconds = float(os.environ["STEP_SECONDS"])
    alarms: list[str] = json.loads(os.environ["ALARM_NAMES"])
    current = alias.version()
    if current is None or current == target:
        say(f"{alias.title} has nothing to shift from")
        return
    check_alarms(aws, alarms)
    try:
        for share in shares:
            alias.lead(current, target, share)
            say(f"{alias.title}: {share:g} % to version {target}, for {seconds:g} s")
            watch(aws, clock, alarms, seconds)
        alias.lead(target)
    except BaseException:  # an interrupted apply as well: never leave half a shift behind
        alias.lead(current)
        say(f"{alias.title}: all to version {current} again")
        raise
    say(f"{alias.title}: all to version {target}")


def watch(aws: Aws, clock: Clock, alarms: Sequence[str], seconds: float) -> None:
    """Wait; raises StepFailedError as soon as an alarm is in state ALARM."""
    end = clock.now() + seconds
    while True:
        check_alarms(aws, alarms)
        left = end - clock.now()
        if left <= 0:
            return
        clock.sleep(min(POLL_SECONDS, left))


def check_alarms(aws: Aws, alarms: Sequence[str]) -> None:
    """Raise StepFailedError if an alarm is in state ALARM, or isn't there."""
    if not alarms:
        return
    kinds = ["MetricAlarm", "CompositeAlarm"]
    reply = aws.call("cloudwatch", "describe_alarms", AlarmNames=list(alarms), AlarmTypes=kinds)
    found = {alarm["AlarmName"]: alarm for kind in kinds for alarm in reply.get(f"{kind}s", [])}
    missing = sorted(set(alarms) - set(found))
    if missing:
        raise StepFailedError(
            f"there is no alarm {', '.join(missing)}.\n"
            "  repair   make it, or leave it out of shift.alarm_names"
        )
    for name in sorted(found):
        if found[name]["StateValue"] == "ALARM":
            reason = found[name].get("StateReason") or "no reason given"
            raise StepFailedError(
                f"alarm {name} is in state ALARM: {reason}\n"
                "  repair   mend the function, or go back to its earlier code, then terraform apply again"
            )


if __name__ == "__main__":
    run(shift)
