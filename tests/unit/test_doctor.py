"""The doctor's checks on patients with one thing wrong, and the words for it."""

import hashlib
import io
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import (
    ClientError,
    EndpointConnectionError,
    NoCredentialsError,
    ProfileNotFound,
    SSOTokenLoadError,
    UnauthorizedSSOTokenError,
)
from rich.console import Console

from scripts import ROOT
from scripts.doctor import account_checks, checkout_checks, stack_checks, state_checks, toolchain_checks
from scripts.doctor.__main__ import CHECKS, examine, main
from scripts.doctor.patient import Patient
from scripts.smoke.result import CheckFailed, CheckSkipped
from scripts.stack.target import StackError, Target
from scripts.terraform import TerraformError

pytestmark = pytest.mark.unit

OUTPUTS = {
    "endpoint_name": "bikes",
    "endpoint_configuration_name": "bikes-2",
    "function_name": "bikes",
    "function_version": "7",
    "alias_name": "live",
    "alarm_names": {"api-5xx": "bikes-api-5xx"},
    "api_key_ids": {"website": "k1", "batch": "k2"},
    "rest_api_id": "abc",
    "stage_name": "live",
}


LOCK = (
    b'{"ID":"1d2c3b4a-0000-4000-8000-000000000000","Operation":"OperationTypeApply","Info":"",'
    b'"Who":"ada@laptop","Version":"1.11.4","Created":"2026-11-22T10:40:01.123456Z","Path":"states/x"}'
)
"""As Terraform's S3 backend writes it."""


class Client:
    """A service's client that knows the answers it was given and refuses any other call."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        if operation not in self._answers:
            raise AssertionError(f"unexpected call of {operation}")
        answer = self._answers[operation]
        if isinstance(answer, Exception):
            return lambda **_: (_ for _ in ()).throw(answer)
        return lambda **arguments: answer(**arguments) if callable(answer) else answer


class Pages:
    """A paginator of one page."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def paginate(self, **_: Any) -> list[Any]:
        return [self._page]


def patient(
    tmp_path: Path = ROOT, on: str = "aws", outputs: Mapping[str, Any] | None = OUTPUTS, **services: Client
) -> Patient:
    """Somebody with an account that answers as the services do."""

    def find_outputs(_: Target) -> Mapping[str, Any]:
        if outputs is None:
            raise StackError("Stack bike-rental has no outputs: it is not applied.\n  repair   make apply")
        return outputs

    services.setdefault("sts", Client(get_caller_identity={"Arn": "arn:aws:sts::1:me"}))

    def make_clients(_: Mapping[str, str], __: Config) -> Callable[[str], Any]:
        return lambda service: services[{"lambda": "lambda_"}.get(service, service.replace("-", "_"))]

    return Patient(
        Target("bike-rental", "dev", on),
        root=tmp_path,
        variables={"AWS_REGION": "eu-west-1", "PATH": "/usr/bin:/bin"},
        today=date(2026, 11, 22),
        make_clients=make_clients,
        find_outputs=find_outputs,
    )


def denied(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)


def test_no_room_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a gigabyte isn't enough for the virtual environments."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 2**29})())
    with pytest.raises(CheckFailed, match=r"0\.5 GB") as found:
        checkout_checks.disk_has_room(patient(tmp_path))
    assert "make clean" in found.value.repair


def test_a_stale_schema_names_its_command(tmp_path: Path) -> None:
    """A file that isn't as the code renders it comes with the command that renders it."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models/contract.schema.json").write_text("{}")
    with pytest.raises(CheckFailed) as found:
        checkout_checks.generated_files_are_current(patient(tmp_path))
    assert found.value.repair == "python -m scripts.schema"


def test_a_zip_of_another_contract_is_found(tmp_path: Path) -> None:
    """The manifest's digest is compared with the contract that lies there."""
    model = tmp_path / "models/bike-rental"
    model.mkdir(parents=True)
    (model / "contract.json").write_text("{}")
    build = tmp_path / "build/bike-rental"
    build.mkdir(parents=True)
    (build / "function-python3.13-arm64.json").write_text('{"contract_digest": "old"}')
    with pytest.raises(CheckFailed) as found:
        checkout_checks.artefacts_are_of_this_contract(patient(tmp_path))
    assert found.value.repair == "make package MODEL=bike-rental ON=aws"


def test_a_zip_of_other_code_is_found(tmp_path: Path) -> None:
    """Of the same contract, but lambda/ has changed since it was packaged."""
    model, build = tmp_path / "models/bike-rental", tmp_path / "build/bike-rental"
    model.mkdir(parents=True)
    build.mkdir(parents=True)
    (model / "contract.json").write_text("{}")
    (tmp_path / "lambda").mkdir()
    (tmp_path / "lambda/requirements.txt").write_text("numpy")
    manifest = {"contract_digest": hashlib.sha256(b"{}").hexdigest(), "sources_digest": "old"}
    (build / "function-python3.13-arm64.json").write_text(json.dumps(manifest))
    with pytest.raises(CheckFailed, match="other code than lambda/ holds") as found:
        checkout_checks.artefacts_are_of_this_contract(patient(tmp_path))
    assert found.value.repair == "make package MODEL=bike-rental ON=aws"


def test_a_broken_contract_is_found(tmp_path: Path) -> None:
    """How many problems it has, where the first is, and what tells the others."""
    model = tmp_path / "models/bike-rental"
    model.mkdir(parents=True)
    (model / "contract.json").write_text("{}")
    with pytest.raises(CheckFailed) as found:
        checkout_checks.contract_loads(patient(tmp_path))
    assert found.value.repair == "python -m scripts.check_contract bike-rental"


def test_missing_terraform_comes_with_its_repair() -> None:
    """The toolchain's own words, split into what was found and what to do."""
    lonely = replace(patient(), variables={"PATH": "/nowhere"})
    with pytest.raises(CheckFailed, match="Terraform is missing") as found:
        toolchain_checks.terraform_is_there(lonely)
    assert found.value.repair.startswith("install Terraform 1.11")


def test_a_mirror_without_the_provider_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terraform asks nobody else then; with the registry beside it, it does."""
    config = tmp_path / "cli.tfrc"
    mirror = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{tmp_path}"\n  }}\n'
    config.write_text(mirror + "}\n")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(config))
    shell = patient()
    shell.variables = {**os.environ, "TF_CLI_CONFIG_FILE": str(config)}
    with pytest.raises(CheckFailed, match=f"allows {tmp_path} alone") as found:
        toolchain_checks.provider_can_be_had(shell)
    assert "hashicorp/aws" in found.value.expected
    assert "terraform providers mirror" in found.value.repair
    config.write_text(mirror + "  direct {}\n}\n")
    assert toolchain_checks.provider_can_be_had(shell) == "from your Terraform CLI configuration"


def test_without_terraform_its_provider_is_not_asked_for() -> None:
    """One cause, one finding."""
    with pytest.raises(CheckSkipped, match="needs Terraform"):
        toolchain_checks.provider_can_be_had(replace(patient(), variables={"PATH": "/nowhere"}))


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


def test_credentials_are_one_finding() -> None:
    """What needs them is skipped and says so, instead of failing for a cause of its own."""
    nobody = patient(sts=Client(get_caller_identity=denied("ExpiredToken", "GetCallerIdentity")))
    results = examine(nobody, ["account", "stack"], Console(file=io.StringIO()))
    assert [result.name for result in results if result.status == "failed"] == ["credentials"]
    skipped = {result.name: result.found for result in results if result.status == "skipped"}
    needing = {"quotas", "API Gateway's log role", "deployed", "endpoint", "alias", "alarms", "keys"}
    assert {skipped[name] for name in needing} == {"needs credentials that work: see credentials"}


def test_a_region_is_one_finding() -> None:
    """The same for a region that is not set."""
    somewhere = patient()
    somewhere.variables = {"PATH": "/usr/bin:/bin"}
    results = examine(somewhere, ["account", "stack"], Console(file=io.StringIO()))
    assert [result.name for result in results if result.status == "failed"] == ["region"]


def test_outputs_that_cannot_be_read_are_one_finding() -> None:
    """Terraform's words once, with what repairs it."""
    locked = patient()
    denial = "Error: No valid credential sources found"
    locked.find_outputs = lambda _: (_ for _ in ()).throw(TerraformError("init", 1, denial))
    results = examine(locked, ["stack"], Console(file=io.StringIO()))
    (failed,) = (result for result in results if result.status == "failed")
    assert failed.name == "deployed"
    assert failed.repair.startswith("log in (aws sso login")


def state(tmp_path: Path, **answers: Any) -> Patient:
    """A patient whose stack keeps its state in S3."""

    class Kept(Target):
        def backend_config(self) -> list[str]:
            return ["bucket=states", "key=bike-rental/dev.tfstate", "region=eu-west-1"]

    usual = {
        "head_bucket": {},
        "list_objects_v2": {"KeyCount": 0},
        "get_bucket_versioning": {"Status": "Enabled"},
    }
    found = patient(tmp_path, s3=Client(**{**usual, **answers}))
    found.target = Kept("bike-rental", "dev", "aws")
    return found


def test_state_in_order(tmp_path: Path) -> None:
    """Bucket, versions, no lock."""
    assert state_checks.state_can_be_kept(state(tmp_path)) == "s3://states/bike-rental/dev.tfstate, no lock"


@pytest.mark.parametrize(
    ("answers", "found", "repair"),
    [
        ({"head_bucket": denied("404", "HeadBucket")}, "404 for HeadBucket", "make bootstrap"),
        (
            {"list_objects_v2": {"KeyCount": 1}, "get_object": lambda **_: {"Body": io.BytesIO(LOCK)}},
            "s3://states/bike-rental/dev.tfstate.tflock: OperationTypeApply of ada@laptop "
            "since 2026-11-22T10:40:01",
            "make unlock STACK=bike-rental ENV=dev ON=aws ID=1d2c3b4a-0000-4000-8000-000000000000",
        ),
        ({"get_bucket_versioning": {}}, "off", "make bootstrap"),
    ],
)
def test_state_with_something_wrong(tmp_path: Path, answers: Any, found: str, repair: str) -> None:
    """No bucket, a lock that somebody left, no versions."""
    with pytest.raises(CheckFailed) as failed:
        state_checks.state_can_be_kept(state(tmp_path, **answers))
    assert failed.value.found == found
    assert repair in failed.value.repair


BOUNDARY = "arn:aws:iam::123456789012:policy/model-endpoint-api/model-endpoint-api-boundary-dev"
THERE = {"Policy": {"Arn": BOUNDARY}}


@pytest.fixture
def bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Patient]:
    """Makes a patient whose backend file and settings say this."""
    env = tmp_path / "infra/stacks/bike-rental/env"
    env.mkdir(parents=True)
    for module in ("boundary", "target"):
        monkeypatch.setattr(f"scripts.stack.{module}.ROOT", tmp_path)

    def make(backend: str, settings: str, on: str = "aws", **answers: Any) -> Patient:
        (env / "dev.s3.tfbackend").write_text(backend)
        (env / "dev.tfvars").write_text(f'environment = "dev"\n{settings}\n')
        return patient(on=on, iam=Client(**answers))

    return make


BOOTSTRAPPED = (
    f'# Boundary of the stack\'s roles, which env/dev.tfvars must name: {BOUNDARY}\nbucket = "states"\n'
)
NAMED = f'permissions_boundary_arn = "{BOUNDARY}"'


def test_a_boundary_that_the_settings_name_is_looked_for(bounded: Callable[..., Patient]) -> None:
    """In the account, by its ARN; with and without bootstrap's word for it."""
    for backend in (BOOTSTRAPPED, 'bucket = "states"\n'):
        assert state_checks.roles_are_bounded(bounded(backend, NAMED, get_policy=THERE)) == BOUNDARY


@pytest.mark.parametrize(
    ("settings", "answers", "found", "repair"),
    [
        ("", {}, "env/dev.tfvars names no boundary", f"write into it: {NAMED}"),
        ("# " + NAMED, {}, "env/dev.tfvars names no boundary", f"write into it: {NAMED}"),
        (NAMED.replace("-dev", "-prod"), {}, "names another boundary, arn:", f"write into it: {NAMED}"),
        (NAMED, {"get_policy": denied("NoSuchEntity", "GetPolicy")}, "NoSuchEntity", "make bootstrap"),
    ],
)
def test_roles_without_their_boundary_are_found_before_a_deployment(
    bounded: Callable[..., Patient], settings: str, answers: Any, found: str, repair: str
) -> None:
    """Forgotten, commented out, another environment's, another account's."""
    with pytest.raises(CheckFailed) as failed:
        state_checks.roles_are_bounded(bounded(BOOTSTRAPPED, settings, **answers))
    assert found in failed.value.found
    assert repair in failed.value.repair


@pytest.mark.parametrize(
    ("on", "backend", "settings", "answers"),
    [
        ("aws", "", "", {}),
        ("local", BOOTSTRAPPED, "", {}),
        ("aws", BOOTSTRAPPED, NAMED, {"get_policy": denied("AccessDenied", "GetPolicy")}),
    ],
)
def test_boundaries_are_skipped_where_there_is_nothing_to_say(
    bounded: Callable[..., Patient], on: str, backend: str, settings: str, answers: Any
) -> None:
    """An account without bootstrap, the local stage, an identity that may not look."""
    with pytest.raises(CheckSkipped):
        state_checks.roles_are_bounded(bounded(backend, settings, on, **answers))


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


def test_every_part_ends_with_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each finding stands with its next step, and the count of them at the end."""
    said = io.StringIO()
    sagemaker = Client(
        describe_endpoint={"EndpointStatus": "Failed", "FailureReason": "no ping", "EndpointConfigName": "x"}
    )
    monkeypatch.setitem(CHECKS, "stack", (("endpoint", stack_checks.endpoint_serves),))
    results = examine(patient(sagemaker=sagemaker), ["stack"], Console(file=said, width=120))
    assert [result.status for result in results] == ["failed"]
    assert "Failed no ping" in said.getvalue()
    assert "1 of 1 findings to mend." in said.getvalue()


def test_unknown_stack_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and the stacks that there are."""
    assert main(["--stack", "no-such"]) == 2
    assert "bike-rental" in capsys.readouterr().err
