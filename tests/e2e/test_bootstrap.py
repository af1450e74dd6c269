"""An account is bootstrapped, a stack lives in its state bucket under its roles, and all goes again.

The roles are held to what a relay saw: every request that an apply, a plan and a destroy of bike-rental made
must be allowed to the role that makes it in a pipeline, and what lies near it must not.
"""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scripts.smoke.subject import clients_of
from scripts.toolchain.terraform_binary import find_terraform
from tests.checkout import Checkout
from tests.deployed_stack import DeployedStack
from tests.e2e.bootstrap_cases import (
    DENIED_TO_APPLY,
    DENIED_TO_BOUNDARY,
    DENIED_TO_PLAN,
    ENVIRONMENT_TOKEN,
    OTHER_TOKENS,
    PLAN_TOKENS,
    STRANGE_TOKENS,
    Judge,
)
from tests.e2e.called_resources import BOUNDARY
from tests.e2e.policy_cases import Call, arn
from tests.e2e.recorded_calls import recorded
from tests.inventory import inventory
from tests.running_provider import running_provider

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("changes")]

SETTINGS = """
github       = { repository = "example-org/example", plan_branches = ["main", "release/*"] }
stacks       = ["bike-rental", "breast-cancer"]
environments = { boot = { github_environment = "rehearsal" }, live = { stacks = ["breast-cancer"] } }
state_bucket = { lifecycle_rules = false }
"""
STACK = """
environment = "boot"
endpoint = {
  instances = {
    type          = "ml.m5.large"
    initial_count = 1
    autoscaling   = { min = 1, max = 3, invocations_per_instance_per_minute = 3000 }
  }
}
model         = { bucket = { force_destroy = true, lifecycle_rules = false } }
function      = { reserved_concurrency = 5 }
api           = { clients = { website = { rate_limit = 100, burst_limit = 200 } }, allow_open_routes = true }
observability = { notify = { emails = ["ops@example.com"] } }
"""
BOOTSTRAP = ("-m", "scripts.bootstrap", "--account", "boot")
INITIALISED = "build/terraform/local/bootstrap-boot/data"
TARGET = ("--stack", "bike-rental", "--env", "boot", "--on", "aws")


@dataclass
class Account:
    """What bootstrap made, and how to reach it."""

    stage: Checkout
    outputs: dict[str, Any]
    environment: dict[str, str]
    aws: Callable[[str], Any]
    settings: Path
    provider: dict[str, str]
    """Leads to one process of the provider for many commands."""
    protected: bool = True

    def lift_protection(self) -> str:
        """Let the bucket be destroyed, once; returns what was said of it."""
        if not self.protected:
            return ""
        self.settings.write_text(f"{SETTINGS}\ndeletion_protection = false\n")
        self.protected = False
        return self.stage.python(*BOOTSTRAP, environment=self.provider).stderr


@pytest.fixture(scope="module")
def account(stage: Checkout) -> Iterator[Account]:
    """Bootstrapped before the tests here; taken down after them, and then nothing is left of it."""
    settings = stage.root / "infra/bootstrap/accounts/boot.tfvars"
    stack = stage.root / "infra/stacks/bike-rental/env/boot.tfvars"
    settings.write_text(SETTINGS)
    stack.write_text(STACK)
    environment = stage.stage_environment()
    aws = clients_of(environment)
    before = inventory(aws)
    outputs = json.loads(stage.python(*BOOTSTRAP, "--write").stdout)
    with running_provider(stage.root / INITIALISED, environment) as provider:
        made = Account(stage, outputs, environment, aws, settings, provider)
        yield made
        made.lift_protection()
        stage.python(*BOOTSTRAP, "--destroy", environment=provider)
    after = inventory(aws)
    for path in (settings, stack, stack.with_name("boot.s3.tfbackend")):
        path.unlink()
    assert (after - before, before - after) == (set(), set())


@dataclass
class Journey:
    """What a stack's life in the account asked of AWS, and what was said on the way."""

    apply: list[Call]
    plan: list[Call]
    night: list[Call]
    proof: list[Call]
    rollback: list[Call]
    destroy: list[Call]
    interrupted: int
    locked: str
    roles: dict[str, Any]


@pytest.fixture(scope="module")
def journey(account: Account) -> Journey:
    """bike-rental: an apply that is interrupted and resumed, a plan that is killed, a plan, a destroy."""
    stage = account.stage
    DeployedStack(stage, "bike-rental", "boot").build()
    with contextlib.ExitStack() as running:
        url, calls = running.enter_context(recorded(stage.record().control_plane))
        alone = {**account.environment, "AWS_ENDPOINT_URL": url}  # with a provider that may be interrupted
        root = stage.root / "infra/stacks/bike-rental"
        provider = running.enter_context(running_provider(stage.root / INITIALISED, alone, root))
        environment = {**alone, **provider}

        def stack(command: str, *more: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
            line = ("-m", "scripts.stack", command, *TARGET, *more)
            return stage.python(*line, environment=environment, expect=expect)

        with started(stage, alone, "apply", "--yes") as process:
            wait_for(lambda: any(call.action == "lambda:CreateFunction" for call in calls), process)
            process.send_signal(signal.SIGINT)
            interrupted = process.wait(120)
        stack("apply", "--yes")
        roles = {
            name: account.aws("iam").get_role(RoleName=f"bike-rental-boot-{name}")["Role"]
            for name in ("lambda", "sagemaker")
        }
        applied = take(calls)
        with started(stage, environment, "plan") as process:
            wait_for(lambda: any(call.resource.endswith(".tflock") for call in calls), process)
            kill_with_children(process.pid)
        locked = stack("plan", expect=1).stderr
        lock = lock_id(locked)
        unlock = ("-m", "scripts.unlock", lock, *TARGET, "--yes")
        stage.python(*unlock, environment=environment)
        take(calls)
        stack("plan", "--detailed-exitcode")
        planned = take(calls)

        smoke_test = ("-m", "scripts.smoke_test", *TARGET)
        stack("drift")  # nightly.yml's steps
        stage.python(*smoke_test, "--no-record", environment=environment)
        night = take(calls)
        stage.python(*smoke_test, environment=environment)  # deploy.yml's
        proof = take(calls)
        with changed_by_hand(account.aws, json.loads(stack("output").stdout)):
            take(calls)
            stage.python("-m", "scripts.rollback", *TARGET, "--yes", environment=environment)
        rollback = take(calls)
        stack("destroy", "--yes")
        return Journey(applied, planned, night, proof, rollback, take(calls), interrupted, locked, roles)


@contextlib.contextmanager
def changed_by_hand(aws: Callable[[str], Any], outputs: Mapping[str, Any]) -> Iterator[None]:
    """Endpoint, alias, stage and a permission are not what was proven; a roll-back has all to do."""
    functions, sagemaker, gateway = aws("lambda"), aws("sagemaker"), aws("apigateway")
    key = {"FunctionName": outputs["function_name"]}
    functions.update_function_configuration(**key, Description="by hand")
    version = functions.publish_version(**key)["Version"]
    functions.update_alias(**key, Name=outputs["alias_name"], FunctionVersion=version)
    policy = json.loads(functions.get_policy(**key, Qualifier=outputs["alias_name"])["Policy"])
    statement = policy["Statement"][0]["Sid"]
    functions.remove_permission(**key, Qualifier=outputs["alias_name"], StatementId=statement)

    api, stage = outputs["rest_api_id"], outputs["stage_name"]
    patch = {
        "op": "replace",
        "path": "/deploymentId",
        "value": gateway.create_deployment(restApiId=api)["id"],
    }
    gateway.update_stage(restApiId=api, stageName=stage, patchOperations=[patch])

    now = sagemaker.describe_endpoint_config(EndpointConfigName=outputs["endpoint_configuration_name"])
    other = f"{outputs['endpoint_name']}-by-hand"
    sagemaker.create_endpoint_config(EndpointConfigName=other, ProductionVariants=now["ProductionVariants"])
    sagemaker.update_endpoint(EndpointName=outputs["endpoint_name"], EndpointConfigName=other)
    yield
    sagemaker.delete_endpoint_config(EndpointConfigName=other)


def changes_something(call: Call) -> bool:
    """Whether it is more than looking; a lock is taken to look as well."""
    return not re.search(r":(Describe|Get|List|GET)", call.action) and not call.resource.endswith(".tflock")


def lock_id(said: str) -> str:
    """The ID of the lock that a refused run names."""
    (found,) = re.findall(r"^\W*ID:\s+(\S+)", said, re.MULTILINE)
    return str(found)


def take(calls: list[Call]) -> list[Call]:
    """The calls so far, each once; the list begins anew."""
    taken = list({str(call): call for call in calls}.values())
    calls.clear()
    return taken


class started:  # noqa: N801 - read as `with started(…)`
    """A command of scripts.stack that runs while the block does."""

    def __init__(self, stage: Checkout, environment: dict[str, str], *command: str) -> None:
        name, *more = command
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.stack", name, *TARGET, *more],
            cwd=stage.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self._process

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            kill_with_children(self._process.pid)
        self._process.wait(10)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until something is so; fail when the process ends or a minute passes before."""
    deadline = time.monotonic() + 60
    while not condition():
        assert process.poll() is None, f"ended with {process.returncode} before"
        assert time.monotonic() < deadline
        time.sleep(0.02)


def kill_with_children(pid: int) -> None:
    """Kill a process and all below it, whatever session they are in."""
    below = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            below.append(int(stat.parent.name))
    os.kill(pid, signal.SIGKILL)
    for child in below:
        kill_with_children(child)


def test_the_state_of_the_account_lies_in_the_bucket_that_it_made(account: Account) -> None:
    """Under no lock; none is left on this machine, nor anything in infra/."""
    listed = account.aws("s3").list_objects_v2(Bucket=account.outputs["state_bucket"])["Contents"]
    assert "bootstrap/boot.tfstate" in [item["Key"] for item in listed]
    assert list((account.stage.root / "build/terraform").rglob("local.tfstate*")) == []
    assert list((account.stage.root / "infra").rglob("*override*")) == []


def test_the_bucket_is_versioned_encrypted_closed_and_tls_only(account: Account) -> None:
    """As S3 describes it."""
    s3, bucket = account.aws("s3"), {"Bucket": account.outputs["state_bucket"]}
    assert s3.get_bucket_versioning(**bucket)["Status"] == "Enabled"
    (rule,) = s3.get_bucket_encryption(**bucket)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rule["ApplyServerSideEncryptionByDefault"] == {
        "SSEAlgorithm": "aws:kms",
        "KMSMasterKeyID": account.outputs["state_key_arn"],
    }
    assert set(s3.get_public_access_block(**bucket)["PublicAccessBlockConfiguration"].values()) == {True}
    judge = Judge.of_bucket(json.loads(s3.get_bucket_policy(**bucket)["Policy"]))
    state = f"arn:aws:s3:::{bucket['Bucket']}/bike-rental/boot.tfstate"
    kms = {"s3:x-amz-server-side-encryption": "aws:kms"}
    key = "s3:x-amz-server-side-encryption-aws-kms-key-id"
    own, other = account.outputs["state_key_arn"], arn("kms", "key/99999999-2222-3333-4444-555555555555")
    assert (
        judge.may(
            Call("s3:GetObject", state, {"aws:SecureTransport": "true"}),
            Call("s3:PutObject", state, {"aws:SecureTransport": "true", **kms}),
            Call("s3:PutObject", state, {"aws:SecureTransport": "true", **kms, key: own}),
            Call("s3:PutObject", state, {"aws:SecureTransport": "true"}),  # the bucket's default
            Call("s3:DeleteObject", f"{state}.tflock", {"aws:SecureTransport": "true"}),
        )
        == [True] * 5
    )
    assert (
        judge.may(
            Call("s3:PutObject", state, {"aws:SecureTransport": "true", **kms, key: other}),
            Call("s3:PutObject", state, {"aws:SecureTransport": "false", **kms, key: own}),
            Call("s3:GetObject", state, {"aws:SecureTransport": "false"}),
            Call(
                "s3:PutObject",
                state,
                {"aws:SecureTransport": "true", "s3:x-amz-server-side-encryption": "AES256"},
            ),
            Call("s3:DeleteObjectVersion", state, {"aws:SecureTransport": "true"}),
            Call("s3:DeleteBucket", state.split("/", 1)[0], {"aws:SecureTransport": "true"}),
        )
        == [False] * 6
    )


def test_the_apply_role_may_all_that_applying_and_destroying_asked(
    account: Account, journey: Journey
) -> None:
    """Every request that the relay saw."""
    judge = Judge.of_role(account.aws("iam"), account.outputs["apply_role_arns"]["boot"])
    assert judge.denied([*journey.apply, *journey.destroy]) == []
    assert len(journey.apply) > 100
    assert {call.action for call in journey.destroy} >= {"lambda:DeleteFunction", "apigateway:DELETE"}


def test_the_plan_role_may_all_that_planning_asked_and_changes_nothing(
    account: Account, journey: Journey
) -> None:
    """Of what an apply asked, a plan may what a plan asked, and not one request that changes anything."""
    judge = Judge.of_role(account.aws("iam"), account.outputs["plan_role_arns"]["boot"])
    assert judge.denied(journey.plan) == []
    assert len(journey.plan) > 50
    asked = (*journey.apply, *journey.proof, *journey.rollback, *journey.destroy)
    changing = [call for call in asked if changes_something(call)]
    assert len(changing) > 70
    assert judge.denied(changing) == [str(call) for call in changing]


def test_the_plan_role_may_nothing_near_it(account: Account) -> None:
    """What an apply may not, what it may; the clients' data, logs and predictions."""
    judge = Judge.of_role(account.aws("iam"), account.outputs["plan_role_arns"]["boot"])
    assert judge.denied(DENIED_TO_PLAN) == [str(call) for call in DENIED_TO_PLAN]


def test_the_night_looks_under_the_plan_role_and_changes_nothing(account: Account, journey: Journey) -> None:
    """Drift and the smoke test without a record, as nightly.yml runs them."""
    judge = Judge.of_role(account.aws("iam"), account.outputs["plan_role_arns"]["boot"])
    assert judge.denied(journey.night) == []
    assert [str(call) for call in journey.night if changes_something(call)] == []
    assert {call.action for call in journey.night} >= {
        *("sagemaker:DescribeEndpoint", "lambda:GetAlias", "apigateway:GET", "s3:GetObject"),
    }


def test_the_apply_role_proves_and_rolls_back(account: Account, journey: Journey) -> None:
    """The smoke test that records what it proved and keeps copies, and a roll-back of every part."""
    judge = Judge.of_role(account.aws("iam"), account.outputs["apply_role_arns"]["boot"])
    assert judge.denied([*journey.proof, *journey.rollback]) == []
    assert {call.action for call in journey.proof} >= {
        *("ssm:PutParameter", "s3:PutObjectTagging", "sagemaker:CreateModel", "iam:PassRole"),
        *("sagemaker:CreateEndpointConfig", "sagemaker:ListModels", "apigateway:POST"),
    }
    assert {call.action for call in journey.rollback if changes_something(call)} == {
        *("sagemaker:UpdateEndpoint", "lambda:AddPermission", "lambda:UpdateAlias", "apigateway:PATCH"),
    }


def test_roles_are_made_with_the_boundary_alone(account: Account, journey: Journey) -> None:
    """What the apply asked of IAM is denied without its boundary, and with another environment's."""
    made = [call for call in journey.apply if call.action in ("iam:CreateRole", "iam:PutRolePolicy")]
    assert [call.action for call in made].count("iam:CreateRole") == len(journey.roles) == 2
    judge = Judge.of_role(account.aws("iam"), account.outputs["apply_role_arns"]["boot"])
    assert judge.denied(made) == []
    other = account.outputs["permissions_boundary_arns"]["live"]
    wrong = [
        Call(call.action, call.resource, context)
        for call in made
        for context in ({}, {"iam:PermissionsBoundary": other})
    ]
    assert judge.denied(wrong) == [str(call) for call in wrong]


def test_settings_without_the_boundary_are_refused_before_anything_is_made(account: Account) -> None:
    """Bootstrap wrote it; taken out, plan and doctor name the line that is missing."""
    settings = account.stage.root / "infra/stacks/bike-rental/env/boot.tfvars"
    text = settings.read_text()
    boundary = account.outputs["permissions_boundary_arns"]["boot"]
    line = f'permissions_boundary_arn = "{boundary}"'
    assert boundary == BOUNDARY and f"\n{line}\n" in text
    with account.stage.edited(str(settings.relative_to(account.stage.root)), line, ""):
        planned = ("-m", "scripts.stack", "plan", *TARGET)
        said = account.stage.python(*planned, environment=account.environment, expect=1).stderr
        assert f"write into it: {line}" in said
        asked = ("-m", "scripts.doctor", *TARGET, "--only", "account", "--json")
        report = account.stage.python(*asked, environment=account.environment, expect=1).stdout
        (found,) = (row for row in json.loads(report)["checks"] if row["name"] == "boundary of roles")
        assert (found["status"], line in found["repair"]) == ("failed", True)


def test_another_environments_roles_may_nothing_of_it(account: Account, journey: Journey) -> None:
    """The roles of `live` against what was asked for `boot`: scaling targets, as AWS chooses their ids."""
    judge = Judge.of_role(account.aws("iam"), account.outputs["apply_role_arns"]["live"])
    asked = [call for call in (*journey.apply, *journey.destroy) if call.resource != "*"]
    allowed = {str(call) for call in asked} - set(judge.denied(asked))
    assert {text.split()[0] for text in allowed} == {
        *(f"application-autoscaling:{verb}ScalingPolicy" for verb in ("Put", "Delete")),
        *(f"application-autoscaling:{verb}ScalableTarget" for verb in ("Register", "Deregister")),
        "application-autoscaling:TagResource",
        "application-autoscaling:ListTagsForResource",
        "logs:ListTagsForResource",
        "s3:ListBucket",
    }
    assert not [text for text in allowed if "ListTags" in text and "bike-rental" in text]


def test_the_apply_role_may_nothing_near_it(account: Account) -> None:
    """Other buckets and names, roles without the boundary or for other services, users, its own rights."""
    judge = Judge.of_role(account.aws("iam"), account.outputs["apply_role_arns"]["boot"])
    assert judge.denied(DENIED_TO_APPLY) == [str(call) for call in DENIED_TO_APPLY]


def test_roles_of_the_stack_carry_the_boundary_which_ends_their_rights(
    account: Account, journey: Journey
) -> None:
    """A role with every right may do within the boundary what the stack's roles do, and nothing else."""
    boundary = account.outputs["permissions_boundary_arns"]["boot"]
    for role in journey.roles.values():
        assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    judge = Judge.of_policies(account.aws("iam"), [boundary])
    assert judge.may(
        Call("sagemaker:InvokeEndpoint", "arn:aws:sagemaker:eu-west-1:123456789012:endpoint/bike-rental-boot")
    ) == [True]
    assert judge.denied(DENIED_TO_BOUNDARY) == [str(call) for call in DENIED_TO_BOUNDARY]


def test_pull_requests_plan_and_only_the_protected_environment_applies(account: Account) -> None:
    """By the subject and audience of GitHub's token."""
    iam = account.aws("iam")
    plan = Judge.of_trust(iam, account.outputs["plan_role_arns"]["boot"])
    apply = Judge.of_trust(iam, account.outputs["apply_role_arns"]["boot"])
    tokens = (ENVIRONMENT_TOKEN, *PLAN_TOKENS, *OTHER_TOKENS, *STRANGE_TOKENS)
    assert apply.trusted(tokens) == [ENVIRONMENT_TOKEN]
    assert plan.trusted(tokens) == [*PLAN_TOKENS]
    for judge, token in ((apply, ENVIRONMENT_TOKEN), (plan, PLAN_TOKENS[0])):
        assert judge.trusted([token], audience="https://github.com/example-org") == []


def test_an_interrupted_apply_goes_on_and_a_killed_plan_names_the_repair(journey: Journey) -> None:
    """SIGINT: the state is saved and the lock released. SIGKILL: the next run says how to release it."""
    assert journey.interrupted == 130
    assert "Error acquiring the state lock" in journey.locked
    assert "make unlock STACK=bike-rental ENV=boot ON=aws ID=" in journey.locked


SLOW_ROOT = """
terraform {
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}
variable "directory" {
  type = string
}
resource "terraform_data" "first" {}
resource "terraform_data" "slow" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" {
    working_dir = var.directory
    command     = "touch started; for i in $(seq 600); do test -e go && exit 0; sleep 0.1; done; exit 1"
  }
}
"""


class Root:
    """A root whose apply waits for a file, with its state in the account's bucket."""

    def __init__(self, account: Account, directory: Path) -> None:
        self.directory = directory
        (directory / "main.tf").write_text(SLOW_ROOT)
        self.environment = {**account.environment, "TF_DATA_DIR": str(directory / "data")}
        self.binary = str(find_terraform().path)
        backend = account.outputs["backends"]["bike-rental/boot"].replace("bike-rental/boot", "slow/boot")
        (directory / "backend.hcl").write_text(backend)
        self.run("init", "-input=false", "-backend-config=backend.hcl")

    def start(self, command: str, *arguments: str) -> subprocess.Popen[str]:
        """Start Terraform."""
        line = [self.binary, f"-chdir={self.directory}", command, *arguments]
        return subprocess.Popen(
            line, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, command: str, *arguments: str, expect: int = 0) -> str:
        """Run Terraform to its end."""
        process = self.start(command, *arguments)
        out, _ = process.communicate(timeout=90)
        assert process.returncode == expect, out
        return out

    def apply(self, *arguments: str, expect: int = 0) -> str:
        """Apply without asking."""
        return self.run("apply", *self.options(*arguments), expect=expect)

    def options(self, *arguments: str) -> tuple[str, ...]:
        """What every apply is given."""
        return ("-auto-approve", "-input=false", "-no-color", f"-var=directory={self.directory}", *arguments)

    def wait_until_started(self, process: subprocess.Popen[str]) -> None:
        """Wait until the slow resource is being made."""
        deadline = time.monotonic() + 60
        while not (self.directory / "started").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_of_two_applies_one_waits_or_is_refused_and_a_killed_ones_lock_is_released(
    account: Account, tmp_path: Path
) -> None:
    """Refused at once without -lock-timeout, waiting with it; killed by SIGKILL, unlocked and resumed."""
    root = Root(account, tmp_path)
    killed = root.start("apply", *root.options())
    root.wait_until_started(killed)
    refused = root.apply(expect=1)
    assert "Error acquiring the state lock" in refused
    assert re.search(r"Operation:\s+OperationTypeApply", refused)
    kill_with_children(killed.pid)
    killed.communicate()
    lock = lock_id(root.apply(expect=1))
    root.run("force-unlock", "-force", lock)
    (tmp_path / "started").unlink()

    resumed = root.start("apply", *root.options())
    root.wait_until_started(resumed)
    waiting = root.start("apply", *root.options("-lock-timeout=60s"))
    assert waiting.poll() is None
    (tmp_path / "go").touch()
    assert "Apply complete!" in resumed.communicate(timeout=60)[0]
    assert "No changes." in waiting.communicate(timeout=60)[0]
    assert re.findall(r"^terraform_data\.\w+", root.run("state", "list"), re.MULTILINE) == [
        "terraform_data.first",
        "terraform_data.slow",
    ]
    root.run("destroy", *root.options())
    bucket = account.outputs["state_bucket"]
    keys = [item["Key"] for item in account.aws("s3").list_objects_v2(Bucket=bucket)["Contents"]]
    assert [key for key in keys if key.endswith(".tflock")] == []


def test_a_destroy_is_refused_until_the_protection_is_lifted_and_nothing_else(account: Account) -> None:
    """Run again with another setting, bootstrap changes what that says."""
    refused = account.stage.python(*BOOTSTRAP, "--destroy", environment=account.provider, expect=2).stderr
    assert "set deletion_protection = false in infra/bootstrap/accounts/boot.tfvars" in refused
    said = account.lift_protection()
    assert set(re.findall(r"^  (\w+ +\S+)  \d+ s$", said, re.MULTILINE)) == {
        "updated   aws_s3_bucket.state",
        "updated   aws_s3_bucket_policy.state",
        "updated   terraform_data.protection",
    }
