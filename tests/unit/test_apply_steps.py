"""The scripts that apply runs, against an AWS that answers what a test says and refuses everything else."""

import json
from collections.abc import Sequence
from typing import Any

import pytest

from aws_api import AwsError, NoWayError, connect
from check_ready import check
from note_running_instances import note
from shift_alias import shift
from step import Clock, StepFailedError
from verify_endpoint import verify

pytestmark = pytest.mark.unit

Call = tuple[str, dict[str, Any]]


class ScriptedAws:
    """Answers the calls of its script in order; any other call fails the test."""

    def __init__(self, *script: tuple[str, Any]) -> None:
        self._script = list(script)
        self.calls: list[Call] = []

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        assert self._script, f"unexpected call of {service} {operation}"
        expected, reply = self._script.pop(0)
        assert operation == expected
        self.calls.append((operation, parameters))
        if isinstance(reply, AwsError):
            raise reply
        answer: dict[str, Any] = reply
        return answer

    def ended(self) -> bool:
        return not self._script


class FakeClock(Clock):
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


def endpoint(status: str = "InService", configuration: str = "bikes-2", **more: Any) -> dict[str, Any]:
    return {"EndpointName": "bikes", "EndpointStatus": status, "EndpointConfigName": configuration, **more}


@pytest.fixture
def verifying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDPOINT_NAME", "bikes")
    monkeypatch.setenv("CONFIGURATION_NAME", "bikes-2")
    monkeypatch.setenv("VERIFY_TIMEOUT_SECONDS", "60")


@pytest.mark.usefixtures("verifying")
def test_an_endpoint_on_its_new_configuration_passes(capsys: pytest.CaptureFixture[str]) -> None:
    """One look suffices."""
    verify(ScriptedAws(("describe_endpoint", endpoint())), FakeClock())
    assert capsys.readouterr().out == "endpoint bikes is InService on bikes-2\n"


@pytest.mark.usefixtures("verifying")
@pytest.mark.parametrize("status", ["Creating", "Updating", "SystemUpdating", "RollingBack"])
def test_an_endpoint_on_its_way_is_waited_for(status: str) -> None:
    """Every status that passes by itself."""
    aws = ScriptedAws(("describe_endpoint", endpoint(status, "bikes-1")), ("describe_endpoint", endpoint()))
    verify(aws, FakeClock())
    assert aws.ended()


@pytest.mark.usefixtures("verifying")
def test_an_endpoint_that_was_rolled_back_fails_and_says_so() -> None:
    """In service, but on the old configuration: what the provider takes for success."""
    alarms = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}}
    found = endpoint(configuration="bikes-1", FailureReason="errors went off", LastDeploymentConfig=alarms)
    with pytest.raises(StepFailedError) as error:
        verify(ScriptedAws(("describe_endpoint", found)), FakeClock())
    for text in (
        "rolled back",
        "runs      bikes-1",
        "wanted    bikes-2",
        "errors went off",
        "alarms    errors",
        "repair",
    ):
        assert text in str(error.value)


@pytest.mark.usefixtures("verifying")
@pytest.mark.parametrize(
    ("status", "repair"),
    [
        ("Failed", "terraform apply -replace="),  # SageMaker takes nothing but its deletion
        ("OutOfService", "terraform apply again"),
        ("UpdateRollbackFailed", "terraform apply again"),
    ],
)
def test_an_endpoint_out_of_service_fails(status: str, repair: str) -> None:
    """Even on the right configuration."""
    with pytest.raises(StepFailedError, match=rf"not in service(.|\n)*{repair}"):
        verify(ScriptedAws(("describe_endpoint", endpoint(status))), FakeClock())


@pytest.mark.usefixtures("verifying")
@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (
            AwsError("ValidationException", 'Could not find endpoint "arn".'),
            r"no endpoint bikes any more(.|\n)*apply again: it makes the endpoint anew",
        ),
        (
            AwsError("AccessDeniedException", "u is not authorized"),
            r"can't be seen(.|\n)*u is not authorized(.|\n)*:DescribeEndpoint(.|\n)*Nothing was deleted",
        ),
    ],
)
def test_an_endpoint_that_cannot_be_looked_at_fails(refusal: AwsError, said: str) -> None:
    """Gone, or hidden: not proven, so not green, and the text says which."""
    with pytest.raises(StepFailedError, match=said):
        verify(ScriptedAws(("describe_endpoint", refusal)), FakeClock())


@pytest.mark.usefixtures("verifying")
def test_an_endpoint_that_never_comes_to_rest_fails() -> None:
    """After the timeout: 60 s, a look every 5 s, thirteen looks."""
    looks = [("describe_endpoint", endpoint("Updating"))] * 13
    aws = ScriptedAws(*looks)
    with pytest.raises(StepFailedError, match=r"still not at rest after 60 s(.|\n)*--endpoint-name bikes"):
        verify(aws, FakeClock())
    assert aws.ended()


@pytest.fixture
def readying(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDPOINT_NAME", "bikes")
    monkeypatch.setenv("READY_TIMEOUT_SECONDS", "60")


@pytest.mark.usefixtures("readying")
@pytest.mark.parametrize(
    ("looks", "said"),
    [
        ([endpoint()], "ready for a new configuration: InService"),
        ([AwsError("ValidationException", "Could not find endpoint.")], "not there yet"),
        (
            [endpoint("Failed")],
            "ready for a new configuration: Failed",
        ),  # it may be replaced by this very apply
        ([endpoint("Updating"), endpoint("RollingBack"), endpoint()], "is Updating already: waiting"),
    ],
)
def test_an_endpoint_at_rest_is_ready(
    looks: list[Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Or there is none yet; an update that is under way is waited for."""
    aws = ScriptedAws(*(("describe_endpoint", look) for look in looks))
    check(aws, FakeClock())
    assert aws.ended()
    assert said in capsys.readouterr().out


@pytest.mark.usefixtures("readying")
def test_an_endpoint_that_stays_busy_is_not_ready() -> None:
    """After the timeout: 60 s, a look every 5 s, thirteen looks; nothing was changed."""
    aws = ScriptedAws(*[("describe_endpoint", endpoint("Updating"))] * 13)
    with pytest.raises(StepFailedError, match=r"Updating for 60 s(.|\n)*Nothing was changed(.|\n)*repair"):
        check(aws, FakeClock())
    assert aws.ended()


@pytest.mark.usefixtures("readying")
def test_who_may_not_look_is_not_ready() -> None:
    """Found before the update, as verify would find it after."""
    refusal = AwsError("AccessDeniedException", "not authorized")
    with pytest.raises(AwsError, match="not authorized"):
        check(ScriptedAws(("describe_endpoint", refusal)), FakeClock())


@pytest.fixture
def noting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "ENDPOINT_NAME": "bikes",
        "VARIANT_NAME": "v",
        "PARAMETER_NAME": "/p",
        "MINIMUM": "2",
        "MAXIMUM": "5",
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.usefixtures("noting")
@pytest.mark.parametrize(("running", "noted"), [(3, "3"), (1, "2"), (9, "5")])
def test_the_running_count_is_noted_within_its_bounds(running: int, noted: str) -> None:
    """What the next configuration starts with."""
    variants = [
        {"VariantName": "other", "DesiredInstanceCount": 7},
        {"VariantName": "v", "DesiredInstanceCount": running},
    ]
    aws = ScriptedAws(("describe_endpoint", endpoint(ProductionVariants=variants)), ("put_parameter", {}))
    note(aws, FakeClock())
    assert aws.calls[1] == ("put_parameter", {"Name": "/p", "Value": noted, "Overwrite": True})


@pytest.mark.usefixtures("noting")
def test_a_queue_at_rest_starts_with_one_instance(monkeypatch: pytest.MonkeyPatch) -> None:
    """An asynchronous endpoint may have scaled to nothing, and no configuration starts with none."""
    monkeypatch.setenv("MINIMUM", "0")
    resting = {"VariantName": "v", "DesiredInstanceCount": 0, "CurrentInstanceCount": 0}
    aws = ScriptedAws(("describe_endpoint", endpoint(ProductionVariants=[resting])), ("put_parameter", {}))
    note(aws, FakeClock())
    assert aws.calls[1][1]["Value"] == "1"


@pytest.mark.usefixtures("noting")
@pytest.mark.parametrize(
    "reply",
    [
        AwsError("ValidationException", 'Could not find endpoint "arn".'),
        endpoint(ProductionVariants=[{"VariantName": "other", "DesiredInstanceCount": 7}]),
        endpoint("Creating"),
    ],
)
def test_nothing_is_noted_when_the_variant_does_not_run(reply: Any) -> None:
    """The parameter keeps the initial count."""
    note(ScriptedAws(("describe_endpoint", reply)), FakeClock())


@pytest.mark.usefixtures("noting")
def test_another_refusal_than_not_found_is_an_error() -> None:
    """Else a missing permission would make the count fall."""
    refusal = AwsError("AccessDeniedException", "not authorized")
    with pytest.raises(AwsError, match="not authorized"):
        note(ScriptedAws(("describe_endpoint", refusal)), FakeClock())


@pytest.fixture
def shifting(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "FUNCTION_NAME": "f",
        "ALIAS_NAME": "live",
        "TARGET_VERSION": "2",
        "SHARES": "25 50",
        "STEP_SECONDS": "6",
        "ALARM_NAMES": json.dumps(["errors"]),
    }.items():
        monkeypatch.setenv(name, value)


AT_ONE = ("get_alias", {"FunctionVersion": "1"})
MOVED: tuple[str, Any] = ("update_alias", {})


def alarm(state: str) -> tuple[str, Any]:
    found = {"AlarmName": "errors", "StateValue": state, "StateReason": "too many"}
    return "describe_alarms", {"MetricAlarms": [found], "CompositeAlarms": []}


OK = alarm("OK")


def moves(calls: Sequence[Call]) -> list[tuple[str, dict[str, float]]]:
    """Version and weights of every UpdateAlias."""
    return [
        (parameters["FunctionVersion"], parameters["RoutingConfig"]["AdditionalVersionWeights"])
        for operation, parameters in calls
        if operation == "update_alias"
    ]


@pytest.mark.usefixtures("shifting")
def test_an_alias_moves_step_by_step() -> None:
    """Two steps of 6 s, watched every 5 s, then all in one call that takes the weights away."""
    aws, clock = ScriptedAws(AT_ONE, OK, MOVED, OK, OK, OK, MOVED, OK, OK, OK, MOVED), FakeClock()
    shift(aws, clock)
    assert moves(aws.calls) == [("1", {"2": 0.25}), ("1", {"2": 0.5}), ("2", {})]
    assert clock.time == 12
    assert aws.ended()


@pytest.mark.usefixtures("shifting")
def test_an_alarm_brings_the_alias_back() -> None:
    """The old version gets everything again, and the step fails."""
    aws = ScriptedAws(AT_ONE, OK, MOVED, OK, alarm("ALARM"), MOVED)
    with pytest.raises(StepFailedError, match="alarm errors is in state ALARM: too many"):
        shift(aws, FakeClock())
    assert moves(aws.calls) == [("1", {"2": 0.25}), ("1", {})]


@pytest.mark.usefixtures("shifting")
def test_an_error_of_aws_brings_the_alias_back_too() -> None:
    """Whatever goes wrong, no half shift is left behind."""
    aws = ScriptedAws(AT_ONE, OK, MOVED, ("describe_alarms", AwsError("Throttling", "slow down")), MOVED)
    with pytest.raises(AwsError, match="slow down"):
        shift(aws, FakeClock())
    assert moves(aws.calls)[-1] == ("1", {})


@pytest.mark.usefixtures("shifting")
@pytest.mark.parametrize(
    "reply", [{"FunctionVersion": "2"}, AwsError("ResourceNotFoundException", "Function not found: f:live")]
)
def test_there_may_be_nothing_to_shift(reply: Any) -> None:
    """No alias yet, or one that is there."""
    shift(ScriptedAws(("get_alias", reply)), FakeClock())


@pytest.mark.usefixtures("shifting")
@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (alarm("ALARM"), "in state ALARM"),
        (("describe_alarms", {"MetricAlarms": []}), "there is no alarm errors"),
    ],
)
def test_a_shift_does_not_begin_blind_or_in_alarm(reply: tuple[str, Any], text: str) -> None:
    """Nothing is moved."""
    aws = ScriptedAws(AT_ONE, reply)
    with pytest.raises(StepFailedError, match=text):
        shift(aws, FakeClock())
    assert moves(aws.calls) == []


def test_without_boto3_and_aws_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command that repairs it."""
    monkeypatch.setattr("aws_api.boto3", None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NoWayError, match="pip install boto3"):
        connect({})
