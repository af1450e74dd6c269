"""The doctor on stage, credentials and quotas."""

from pathlib import Path

import pytest
from botocore.exceptions import (
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)

from scripts.doctor import account_checks
from scripts.doctor.patient import Patient
from scripts.smoke.result import CheckFailed, CheckSkipped
from tests.unit.doctor_patients import Client, Pages, denied, patient

pytestmark = pytest.mark.unit


def test_a_stage_that_died_is_found(tmp_path: Path) -> None:
    """Killed, it leaves its record; one that was ended or never started leaves none."""
    record = tmp_path / "build/local/default/stage.json"
    record.parent.mkdir(parents=True)
    record.write_text("{}")
    with pytest.raises(CheckFailed, match="its process is gone") as found:
        account_checks.stage_is_up(patient(tmp_path, on="local"))
    assert found.value.repair == "make up, then make apply STACK=bike-rental ENV=dev"


def test_a_left_over_endpoint_variable_is_found() -> None:
    """A shell that once asked the local stage must not deploy to it under ON=aws."""
    shell = patient()
    shell.variables = {**shell.variables, "AWS_ENDPOINT_URL": "http://127.0.0.1:4566"}
    with pytest.raises(CheckFailed) as found:
        account_checks.endpoints_are_awss(shell)
    assert found.value.repair == "unset AWS_ENDPOINT_URL"


@pytest.mark.parametrize(
    ("error", "repair"),
    [
        (NoCredentialsError(), "aws sso login, or set AWS_PROFILE"),
        (denied("ExpiredToken", "GetCallerIdentity"), "aws sso login, or get new keys"),
        (denied("InvalidClientTokenId", "GetCallerIdentity"), "these keys are unknown or off"),
        (denied("SignatureDoesNotMatch", "GetCallerIdentity"), "the secret key is wrong"),
        (SSOTokenLoadError(error_msg="gone"), "aws sso login"),
        (UnauthorizedSSOTokenError(), "aws sso login"),
        (ProfileNotFound(profile="nope"), "aws configure list-profiles"),
        (EndpointConnectionError(endpoint_url="https://sts"), "is there a network?"),
    ],
)
def test_credentials_that_do_not_work_are_told_apart(error: Exception, repair: str) -> None:
    """None at all, run out, wrong, or no way to ask."""
    with pytest.raises(CheckFailed) as found:
        account_checks.credentials_work(patient(sts=Client(get_caller_identity=error)))
    assert found.value.repair.startswith(repair)


def test_a_profile_is_named_in_its_login() -> None:
    """So that the line can be pasted."""
    somebody = patient(sts=Client(get_caller_identity=UnauthorizedSSOTokenError()))
    somebody.variables = {**somebody.variables, "AWS_PROFILE": "prod"}
    with pytest.raises(CheckFailed) as found:
        account_checks.credentials_work(somebody)
    assert found.value.repair == "aws sso login --profile prod"


class Paginating(Client):
    """A client whose paginator is asked by position."""

    def get_paginator(self, _: str) -> Pages:
        return Pages(
            {"Quotas": [{"QuotaName": "ml.m5.large for endpoint usage", "Value": self._answers["quota"]}]}
        )


def instances(quota: float) -> Patient:
    """An endpoint that may scale to six, in an account with a quota."""
    return patient(
        sagemaker=Client(
            describe_endpoint={"EndpointConfigName": "bikes-2"},
            describe_endpoint_config={
                "ProductionVariants": [
                    {"VariantName": "A", "InstanceType": "ml.m5.large", "InitialInstanceCount": 2}
                ]
            },
        ),
        application_autoscaling=Client(
            describe_scalable_targets={
                "ScalableTargets": [{"ResourceId": "endpoint/bikes/variant/A", "MaxCapacity": 6}]
            }
        ),
        service_quotas=Paginating(quota=quota, get_service_quota={"Quota": {"Value": 150.0}}),
        lambda_=Client(get_function_concurrency={"ReservedConcurrentExecutions": 50}),
    )


def test_quota_is_held_against_what_scaling_allows() -> None:
    """Two run, six may: four allowed are too few."""
    assert account_checks.quotas_allow_it(instances(6)) == "concurrency: 50 of 150; ml.m5.large: 6 of 6"
    with pytest.raises(CheckFailed) as found:
        account_checks.quotas_allow_it(instances(4))
    assert (found.value.expected, found.value.found) == ("6 of ml.m5.large", "a quota of 4")


def test_a_new_accounts_concurrency_is_said_before_anything_is_deployed() -> None:
    """Ten at once is what a new account has."""
    few = Client(get_service_quota={"Quota": {"Value": 10.0}})
    with pytest.raises(CheckFailed) as found:
        account_checks.quotas_allow_it(patient(outputs=None, service_quotas=few))
    assert (found.value.expected, found.value.found) == ("100 at once", "a quota of 10")
    enough = Client(get_service_quota={"Quota": {"Value": 1000.0}})
    assert account_checks.quotas_allow_it(patient(outputs=None, service_quotas=enough)) == "concurrency: 1000"


def test_stage_has_no_quotas() -> None:
    """What only an account has is skipped with the reason."""
    with pytest.raises(CheckSkipped, match="ON=aws"):
        account_checks.quotas_allow_it(patient(on="local"))
