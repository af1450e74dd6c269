"""The doctor on a deployed stack: endpoint, alias, runtime, alarms and keys."""

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from scripts import ROOT
from scripts.doctor import stack_checks
from scripts.doctor.patient import Patient
from scripts.smoke.result import CheckFailed, CheckSkipped
from tests.unit.doctor_patients import OUTPUTS, Client, Pages, denied, patient

pytestmark = pytest.mark.unit


def test_roll_back_is_seen_from_outside() -> None:
    """The endpoint runs another configuration than Terraform's."""
    sagemaker = Client(describe_endpoint={"EndpointStatus": "InService", "EndpointConfigName": "bikes-1"})
    with pytest.raises(CheckFailed) as found:
        stack_checks.endpoint_serves(patient(sagemaker=sagemaker))
    assert (found.value.expected, found.value.found) == ("configuration bikes-2", "bikes-1")


@pytest.mark.parametrize(
    ("alias", "found"),
    [
        (
            {"FunctionVersion": "6", "RoutingConfig": {"AdditionalVersionWeights": {"7": 0.1}}},
            "6 and {'7': 0.1}",
        ),
        ({"FunctionVersion": "6"}, "6"),
    ],
)
def test_an_alias_that_is_not_where_it_should_be(alias: Any, found: str) -> None:
    """Half way through a shift, or moved by hand."""
    with pytest.raises(CheckFailed) as failed:
        stack_checks.alias_is_whole(patient(lambda_=Client(get_alias=alias)))
    assert failed.value.found == found


def test_runtimes_last_days() -> None:
    """180 days before the end it is time to move on."""
    early = patient(lambda_=Client(get_function_configuration={"Runtime": "python3.11"}))
    assert stack_checks.runtime_is_supported(early) == "python3.11, until 2027-06-30"
    late = replace(early, today=date(2027, 1, 2))
    with pytest.raises(CheckFailed, match="ends on 2027-06-30"):
        stack_checks.runtime_is_supported(late)


def test_the_dates_are_those_of_module_lambda() -> None:
    """Terraform's table and the doctor's don't differ."""
    text = (ROOT / "infra/modules/lambda/runtime.tf").read_text()
    written = dict(re.findall(r'"?(python3\.\d+)"?\s*=\s*"(\d{4}-\d\d-\d\d)', text))
    assert {name: day.isoformat() for name, day in stack_checks.RUNTIME_ENDS.items()} == written


def test_alarms_that_are_on_and_those_that_are_gone() -> None:
    """The name of the alarm, and where its section is."""
    on = Client(describe_alarms={"MetricAlarms": [{"AlarmName": "bikes-api-5xx", "StateValue": "ALARM"}]})
    with pytest.raises(CheckFailed) as found:
        stack_checks.no_alarm_is_on(patient(cloudwatch=on))
    assert found.value.found == "bikes-api-5xx"
    assert found.value.repair.startswith("docs/runbook.md #api-5xx; ")
    with pytest.raises(CheckFailed, match="gone"):
        stack_checks.no_alarm_is_on(patient(cloudwatch=Client(describe_alarms={"MetricAlarms": []})))


TOPIC = "arn:aws:sns:eu-west-1:123456789012:oncall"


class Topic(Client):
    """SNS with one topic: an ARN for each subscription, or what it says for one; or an error."""

    def get_paginator(self, _: str) -> Any:
        if "refused" in self._answers:
            return Client(paginate=self._answers["refused"])
        known = enumerate(self._answers["subscriptions"])
        listed = [{"Endpoint": f"{at}@example.com", "SubscriptionArn": arn} for at, arn in known]
        return Pages({"Subscriptions": listed})


def told(*subscriptions: str, **answers: Any) -> Patient:
    """An alarm that tells a topic."""
    alarm = {"AlarmName": "bikes-api-5xx", "StateValue": "OK", "AlarmActions": [TOPIC]}
    sns = Topic(subscriptions=subscriptions, **answers)
    return patient(cloudwatch=Client(describe_alarms={"MetricAlarms": [alarm]}), sns=sns)


def test_somebody_hears_the_alarms() -> None:
    """An address that has not confirmed is told nothing, by nobody."""
    assert stack_checks.somebody_is_told(told(f"{TOPIC}:1", f"{TOPIC}:2")) == "2 subscribed to oncall"
    with pytest.raises(CheckFailed, match=r"not yet: 1@example\.com of oncall"):
        stack_checks.somebody_is_told(told(f"{TOPIC}:1", "PendingConfirmation"))
    with pytest.raises(CheckFailed, match="nobody to oncall"):
        stack_checks.somebody_is_told(told())
    with pytest.raises(CheckSkipped, match="AuthorizationError"):
        stack_checks.somebody_is_told(told(refused=denied("AuthorizationError", "ListSubscriptionsByTopic")))


def test_alarms_that_tell_nobody_are_said() -> None:
    """It may be meant so: on a development stack."""
    quiet = Client(describe_alarms={"MetricAlarms": [{"AlarmName": "bikes-api-5xx", "StateValue": "OK"}]})
    with pytest.raises(CheckSkipped, match="no alarm tells anybody"):
        stack_checks.somebody_is_told(patient(cloudwatch=quiet))


def test_alarms_name_their_sections_of_the_runbook() -> None:
    """Kinds once, whatever the variant; the one page only by itself."""
    names = ["b-endpoint-5xx-A", "b-endpoint-5xx-B", "b-api-latency-p50", "b-slo-latency-fast-1h", "b-down"]
    on = [{"AlarmName": name, "StateValue": "ALARM"} for name in names]

    def repair(alarms: list[dict[str, str]]) -> str:
        cloudwatch = Client(describe_alarms={"MetricAlarms": alarms})
        known = {**OUTPUTS, "alarm_names": {it["AlarmName"]: it["AlarmName"] for it in alarms}}
        with pytest.raises(CheckFailed) as found:
            stack_checks.no_alarm_is_on(patient(outputs=known, cloudwatch=cloudwatch))
        return found.value.repair.partition(";")[0]

    assert repair(on) == "docs/runbook.md #api-latency-p50 #endpoint-5xx #slo-latency"
    assert repair(on[-1:]) == "docs/runbook.md #down"


def test_keys_that_are_all_off() -> None:
    """One that works is enough."""
    one = Client(get_api_key=lambda **arguments: {"enabled": arguments["apiKey"] == "k2"})
    assert stack_checks.keys_work(patient(apigateway=one)) == "1 of 2 enabled"
    with pytest.raises(CheckFailed, match="all 2 are off"):
        stack_checks.keys_work(patient(apigateway=Client(get_api_key={"enabled": False})))


def test_a_stack_that_is_not_applied_is_skipped() -> None:
    """Nothing is wrong with a checkout from which nothing was deployed."""
    with pytest.raises(CheckSkipped, match="not applied"):
        stack_checks.it_is_deployed(patient(outputs=None))
