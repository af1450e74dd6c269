"""The doctor beside a healthy stack, and beside one with three things wrong."""

import json
from typing import Any

import pytest

from scripts.local_stage.control_plane import STATE_BUCKET
from tests.deployed_stack import DeployedStack

pytestmark = [pytest.mark.e2e, pytest.mark.healthy]


LOCK = {
    "ID": "1d2c3b4a",
    "Operation": "OperationTypeApply",
    "Who": "ada@laptop",
    "Created": "2026-11-22T10:40:01.5Z",
}


def examine(deployed: DeployedStack, expect: int) -> dict[str, Any]:
    """Run the command; name of the check → its result."""
    ended = deployed.checkout.python("-m", "scripts.doctor", *deployed.target, "--json", expect=expect)
    document = json.loads(ended.stdout)
    assert document["passed"] == (expect == 0)
    return {result["name"]: result for result in document["checks"]}


def test_nothing_is_wrong_with_a_deployed_stack(bike_rental: DeployedStack) -> None:
    """Everything that the stage has passes; what only an account has is skipped."""
    found = examine(bike_rental, expect=0)
    skipped = {name for name, result in found.items() if result["status"] == "skipped"}
    of_an_account = {"endpoints", "quotas", "runtime", "API Gateway's log role", "boundary of roles"}
    assert skipped <= {"commit", "who is told", *of_an_account}


def test_what_is_wrong_is_named_with_its_repair(bike_rental: DeployedStack) -> None:
    """A lock that a dead run left, and an alarm."""
    cloudwatch, s3 = bike_rental.aws("cloudwatch"), bike_rental.aws("s3")
    lock = {"Bucket": STATE_BUCKET, "Key": f"{bike_rental.stack}/{bike_rental.env}.tfstate.tflock"}
    alarm = bike_rental.outputs["alarm_names"]["function-errors"]
    s3.put_object(**lock, Body=json.dumps(LOCK).encode())
    cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="ALARM", StateReason="test")
    try:
        found = examine(bike_rental, expect=1)
    finally:
        s3.delete_object(**lock)
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue="OK", StateReason="test")
    failed = {name: result for name, result in found.items() if result["status"] == "failed"}
    assert set(failed) == {"state", "alarms"}
    assert "make unlock STACK=bike-rental ENV=dev ON=local ID=1d2c3b4a" in failed["state"]["repair"]
    down = bike_rental.outputs["composite_alarm_names"]["down"]
    assert set(failed["alarms"]["found"].split(", ")) == {alarm, down}
    assert failed["alarms"]["repair"].startswith("docs/runbook.md #function-errors;")
