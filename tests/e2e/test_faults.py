"""Every fault of the model has its answer at the stage URL, and none outlives its cause."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.deployed_stack import DeployedStack

pytestmark = pytest.mark.e2e

SERVICE_ATTEMPTS = 2
"""What `invoke.py` pins: a fault that meets this many calls meets every attempt of one request."""


def ask(stack: DeployedStack) -> Any:
    """Ask for three rows, so that one may be missing."""
    return stack.post(stack.golden_request(1))


def check_answers(
    stack: DeployedStack, status: int, code: str, retryable: bool, retry_after: str | None
) -> None:
    reply = ask(stack)
    assert reply.status == status, str(reply)
    problem = reply.problem
    assert problem is not None, str(reply)
    assert (problem["status"], problem["code"], problem["retryable"]) == (status, code, retryable)
    assert reply.headers.get("retry-after") == retry_after
    assert problem["errors"] == []
    assert "123456789012" not in reply.body.decode(), "the account is nobody's business"
    assert stack.outputs["endpoint_name"] not in reply.body.decode()
    assert "secret words" not in reply.body.decode()


@pytest.mark.parametrize(
    ("fault", "status", "code", "retryable", "retry_after"),
    [
        ({"kind": "throttled"}, 503, "model_throttled", True, "2"),
        ({"kind": "not_ready"}, 503, "model_not_ready", True, "30"),
        ({"kind": "missing"}, 503, "model_unavailable", False, None),
        ({"kind": "internal"}, 503, "model_unreachable", True, "2"),
        ({"kind": "unavailable"}, 503, "model_unreachable", True, "2"),
        ({"kind": "dependency"}, 503, "model_unreachable", True, "2"),
        ({"kind": "reset"}, 503, "model_unreachable", True, "2"),
        ({"kind": "model_error", "status": 400}, 502, "model_rejected_payload", False, None),
        ({"kind": "model_error", "status": 500}, 502, "model_failed", True, None),
        ({"kind": "malformed"}, 502, "malformed_reply", True, None),
        ({"kind": "malformed", "message": "1\nnan\n2\n"}, 502, "prediction_not_finite", False, None),
        ({"kind": "truncated"}, 502, "truncated_reply", True, None),
        ({"kind": "short"}, 502, "wrong_prediction_count", False, None),
    ],
    ids=lambda value: "-".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_a_fault_has_its_answer_and_is_over_when_it_is_over(
    bike_rental: DeployedStack,
    fault: dict[str, Any],
    status: int,
    code: str,
    retryable: bool,
    retry_after: str | None,
) -> None:
    with bike_rental.faults({"message": "secret words", **fault}):
        check_answers(bike_rental, status, code, retryable, retry_after)
    assert ask(bike_rental).status == 200


@pytest.mark.parametrize("kind", ["throttled", "unavailable", "internal", "reset"])
def test_a_fault_of_one_call_is_not_seen_by_the_client(bike_rental: DeployedStack, kind: str) -> None:
    """The second attempt succeeds."""
    with bike_rental.faults({"kind": kind, "times": SERVICE_ATTEMPTS - 1}):
        assert ask(bike_rental).status == 200


def test_a_model_that_is_silent_is_given_up(bike_rental: DeployedStack) -> None:
    """After the read timeout of each attempt, not after the gateway's 29 seconds."""
    with impatient(bike_rental, seconds=1):
        assert ask(bike_rental).status == 200
        with bike_rental.faults({"kind": "slow", "seconds": 5}):
            started = time.monotonic()
            check_answers(bike_rental, 504, "model_timeout", True, None)
            assert 1.9 < time.monotonic() - started < 4.5
        assert ask(bike_rental).status == 200


@contextmanager
def impatient(stack: DeployedStack, seconds: int) -> Iterator[None]:
    """Publish the function with another MODEL_TIMEOUT_SECONDS, so that a test need not wait for twice 12."""
    functions, name = stack.aws("lambda"), stack.outputs["function_name"]
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]

    def configure(environment: dict[str, str]) -> None:
        functions.update_function_configuration(FunctionName=name, Environment={"Variables": environment})

    def point_alias(version: str) -> None:
        alias = stack.outputs["alias_name"]
        functions.update_alias(FunctionName=name, Name=alias, FunctionVersion=version)

    configure({**variables, "MODEL_TIMEOUT_SECONDS": str(seconds)})
    version = functions.publish_version(FunctionName=name)["Version"]
    configure(variables)
    try:
        point_alias(version)
        yield
    finally:
        point_alias(stack.outputs["function_version"])
        functions.delete_function(FunctionName=name, Qualifier=version)  # else Terraform would go on to it


def test_an_endpoint_that_is_gone_comes_up_or_fails(bike_rental: DeployedStack) -> None:
    """Deleted, Failed, Creating: 503, and SageMaker's runtime says of all three that there is no endpoint."""
    sagemaker, name = bike_rental.aws("sagemaker"), bike_rental.outputs["endpoint_name"]
    endpoint = sagemaker.describe_endpoint(EndpointName=name)
    tags = sagemaker.list_tags(ResourceArn=endpoint["EndpointArn"])["Tags"]

    def create() -> None:
        configuration = bike_rental.outputs["endpoint_configuration_name"]
        sagemaker.create_endpoint(EndpointName=name, EndpointConfigName=configuration, Tags=tags)

    sagemaker.delete_endpoint(EndpointName=name)
    try:
        check_answers(bike_rental, 503, "model_unavailable", False, None)
        with bike_rental.faults({"kind": "failed_rollout", "message": "secret words", "times": 1}):
            create()
            sagemaker_waits(bike_rental, "Failed")
        check_answers(bike_rental, 503, "model_unavailable", False, None)
        sagemaker.delete_endpoint(EndpointName=name)
        with bike_rental.faults({"kind": "slow_rollout", "seconds": 1.5, "times": 1}):
            create()
            check_answers(bike_rental, 503, "model_unavailable", False, None)
            sagemaker_waits(bike_rental, "InService")
        assert ask(bike_rental).status == 200
    except BaseException:
        sagemaker.delete_endpoint(EndpointName=name)
        create()
        raise


def sagemaker_waits(stack: DeployedStack, status: str) -> None:
    """Wait until the endpoint has come to this status."""
    deadline = time.monotonic() + 60
    while True:
        found = stack.aws("sagemaker").describe_endpoint(EndpointName=stack.outputs["endpoint_name"])
        if found["EndpointStatus"] == status:
            return
        assert time.monotonic() < deadline, f"{found['EndpointStatus']} {found.get('FailureReason')}"
        time.sleep(0.05)
