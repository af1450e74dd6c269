"""A deployed stack, from outside: is what runs in order, before anybody sends a request."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from botocore.exceptions import ClientError

from scripts.doctor.patient import Patient
from scripts.smoke.result import CheckFailed, CheckSkipped, require
from scripts.stack.repairs import repair_of
from scripts.terraform import TerraformError

# Deprecation of Lambda's runtimes: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
RUNTIME_ENDS = {
    "python3.11": date(2027, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.13": date(2029, 6, 30),
    "python3.14": date(2029, 6, 30),
}
WARN_DAYS = 180


def it_is_deployed(patient: Patient) -> str:
    """There are outputs to go by."""
    if isinstance(patient.known_outputs, TerraformError):
        error = patient.known_outputs
        raise CheckFailed(
            expected="outputs of the stack",
            found=" ".join(str(error).split()),
            repair=" ".join(repair_of(error, patient.target).split()),
        ) from error
    outputs = patient.outputs
    return f"{outputs['rest_api_id']}/{outputs['stage_name']}"


def endpoint_serves(patient: Patient) -> str:
    """InService, on the configuration that Terraform knows of, and not in the middle of something."""
    outputs = patient.outputs
    name = outputs["endpoint_name"]
    endpoint = patient.aws("sagemaker").describe_endpoint(EndpointName=name)
    status, reason = endpoint["EndpointStatus"], endpoint.get("FailureReason", "")
    require(
        status == "InService",
        expected=f"{name} InService",
        found=f"{status} {reason}".strip(),
        repair="wait if it is Updating; a Failed one can only be replaced: make apply makes it again",
    )
    wanted = outputs.get("endpoint_configuration_name")
    require(
        wanted in (None, endpoint["EndpointConfigName"]),
        expected=f"configuration {wanted}",
        found=endpoint["EndpointConfigName"],
        repair="a roll-back took place: make drift says what differs, make apply rolls out again",
    )
    return f"{name} on {endpoint['EndpointConfigName']}"


def alias_is_whole(patient: Patient) -> str:
    """No half of the traffic is left on another version by a shift that was interrupted."""
    outputs = patient.outputs
    alias = patient.aws("lambda").get_alias(FunctionName=outputs["function_name"], Name=outputs["alias_name"])
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    require(
        not weights,
        expected="all traffic on one version",
        found=f"{alias['FunctionVersion']} and {weights}",
        repair="a shift is under way or was cut off: make apply goes on, make rollback goes back",
    )
    wanted = str(outputs["function_version"])
    require(
        alias["FunctionVersion"] == wanted,
        expected=f"version {wanted}",
        found=alias["FunctionVersion"],
        repair="somebody moved the alias: make drift says what differs, make apply sets it right",
    )
    return f"{outputs['alias_name']} → {wanted}"


def runtime_is_supported(patient: Patient) -> str:
    """Lambda still patches the runtime, and will for a while."""
    patient.only_on_aws("runtimes that end")
    name = patient.outputs["function_name"]
    function = patient.aws("lambda").get_function_configuration(FunctionName=name)
    runtime = function["Runtime"]
    ends = RUNTIME_ENDS.get(runtime)
    if ends is None:
        raise CheckSkipped(f"{runtime}: no date of its end is known here")
    left = (ends - patient.today).days
    require(
        left > WARN_DAYS,
        expected=f"{runtime} to last more than {WARN_DAYS} days",
        found=f"it ends on {ends.isoformat()}",
        repair='lambda_target = "python3.13-arm64" or newer in the tfvars, make package, make apply',
    )
    return f"{runtime}, until {ends.isoformat()}"


def no_alarm_is_on(patient: Patient) -> str:
    """The stack's own alarms, all of them."""
    names, found = _alarms(patient)
    missing = set(names) - {alarm["AlarmName"] for alarm in found}
    require(
        not missing,
        expected="every alarm of the stack",
        found=f"{', '.join(sorted(missing))} gone",
        repair="make apply",
    )
    on = sorted(alarm["AlarmName"] for alarm in found if alarm["StateValue"] == "ALARM")
    require(
        not on,
        expected="no alarm",
        found=", ".join(on),
        repair=f"{_sections(patient, on)}; make metrics and make query show what happens",
    )
    return f"{len(found)} alarms, none on"


def _sections(patient: Patient, alarms: list[str]) -> str:
    """Where the runbook speaks of these alarms; of the one page only if nothing else is on."""
    runbook = patient.root / "docs" / "runbook.md"
    headings = re.findall(r"^### (\S+)$", runbook.read_text(encoding="utf-8"), re.MULTILINE)
    found = [max((it for it in headings if f"-{it}" in alarm), key=len, default="alarms") for alarm in alarms]
    kinds = sorted(set(found) - {"down"}) or ["down"]
    return " ".join(["docs/runbook.md", *(f"#{kind}" for kind in kinds)])


def _alarms(patient: Patient) -> tuple[list[str], list[Mapping[str, Any]]]:
    """The names of the stack's alarms, composite ones too, and those that there are."""
    kinds = ("alarm_names", "composite_alarm_names")
    names = [name for kind in kinds for name in (patient.outputs.get(kind) or {}).values()]
    if not names:
        raise CheckSkipped("the stack has no alarms")
    cloudwatch = patient.aws("cloudwatch")
    found: list[Mapping[str, Any]] = []
    for start in range(0, len(names), 100):
        some = cloudwatch.describe_alarms(
            AlarmNames=names[start : start + 100], AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
        found += [*some.get("MetricAlarms", []), *some.get("CompositeAlarms", [])]
    return names, found


def somebody_is_told(patient: Patient) -> str:
    """Whoever alarms tell has confirmed: until then AWS sends nothing, and says nothing about it."""
    _, alarms = _alarms(patient)
    topics = sorted({arn for alarm in alarms for arn in alarm.get("AlarmActions", []) if ":sns:" in arn})
    if not topics:
        raise CheckSkipped("no alarm tells anybody: observability.notify, or page and ticket, in the tfvars")
    subscriptions = {topic: list(_subscriptions(patient, topic)) for topic in topics}
    waiting = [
        f"{one['Endpoint']} of {_name(topic)}"
        for topic, known in subscriptions.items()
        for one in known
        if one["SubscriptionArn"] == "PendingConfirmation"
    ]
    require(
        not waiting,
        expected="every address confirmed",
        found=f"not yet: {', '.join(sorted(waiting))}",
        repair="each opens the link in the mail that AWS sent; where it is lost: SNS → the topic → "
        "Request confirmation",
    )
    silent = [_name(topic) for topic, known in subscriptions.items() if not known]
    require(
        not silent,
        expected="somebody subscribed to each topic",
        found=f"nobody to {', '.join(silent)}",
        repair="subscribe whoever is on call: observability.notify.emails, or to the topic itself",
    )
    return f"{sum(map(len, subscriptions.values()))} subscribed to {', '.join(map(_name, topics))}"


def _subscriptions(patient: Patient, topic: str) -> Iterable[Mapping[str, Any]]:
    pages = patient.aws("sns").get_paginator("list_subscriptions_by_topic")
    try:
        for page in pages.paginate(TopicArn=topic):
            yield from page["Subscriptions"]
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise CheckSkipped(f"{_name(topic)}: {code} for its subscriptions") from error


def _name(arn: str) -> str:
    return arn.rpartition(":")[2]


def keys_work(patient: Patient) -> str:
    """Each client's key is there and switched on."""
    clients = patient.outputs.get("api_key_ids") or {}
    if not clients:
        raise CheckSkipped("the stack has no clients with keys")
    gateway = patient.aws("apigateway")
    off = [client for client, key in clients.items() if not gateway.get_api_key(apiKey=key)["enabled"]]
    require(
        len(off) < len(clients),
        expected="a key that is enabled",
        found=f"all {len(clients)} are off",
        repair="enabled = true for a client in the tfvars, then make apply",
    )
    return f"{len(clients) - len(off)} of {len(clients)} enabled"
