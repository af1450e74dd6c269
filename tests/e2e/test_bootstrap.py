"""An account is bootstrapped, a stack lives in its state bucket under its roles, and all goes again.

The roles are held to what a relay saw: every request that bike-rental's life made of AWS must be allowed to
the role that makes it in a pipeline, and what lies near it must not.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.checkout import Checkout
from tests.e2e.bootstrap_cases import (
    DENIED_TO_APPLY,
    DENIED_TO_BOUNDARY,
    DENIED_TO_PLAN,
    ENVIRONMENT_TOKEN,
    FOR_OTHERS,
    FOR_US,
    OTHER_TOKENS,
    PLAN_TOKENS,
    STRANGE_TOKENS,
    Judge,
)
from tests.e2e.bootstrapped_account import BOOTSTRAP, TARGET, Account, bootstrapped
from tests.e2e.called_resources import BOUNDARY
from tests.e2e.interruptions import kill_with_children, lock_id
from tests.e2e.pipeline_journey import Journey, changes_something, record_journey
from tests.e2e.policy_cases import Call, arn
from tests.e2e.slow_root import SlowRoot

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("changes")]


@pytest.fixture(scope="module")
def account(stage: Checkout) -> Iterator[Account]:
    """Bootstrapped before the tests here, taken down after them."""
    with bootstrapped(stage) as made:
        yield made


@pytest.fixture(scope="module")
def journey(account: Account) -> Journey:
    """bike-rental in it, from its first apply to its end."""
    return record_journey(account)


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
    """The roles of `live` against what was asked for `boot`: scaling targets, as AWS chooses their ids.

    And it sees that there are alarms: who may not see all, sees no composite one.
    """
    judge = Judge.of_role(account.aws("iam"), account.outputs["apply_role_arns"]["live"])
    asked = [call for call in (*journey.apply, *journey.destroy) if call.resource != "*"]
    allowed = {str(call) for call in asked} - set(judge.denied(asked))
    assert {text.split()[0] for text in allowed} == {
        *(f"application-autoscaling:{verb}ScalingPolicy" for verb in ("Put", "Delete")),
        *(f"application-autoscaling:{verb}ScalableTarget" for verb in ("Register", "Deregister")),
        "application-autoscaling:TagResource",
        "application-autoscaling:ListTagsForResource",
        "cloudwatch:DescribeAlarms",
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


def test_topic_and_key_let_our_alarms_in_and_nobody_elses(journey: Journey) -> None:
    """CloudWatch may publish for this stack's alarms, encrypt for this account's, and no more."""
    topic, policy = journey.policies["topic"]
    judge = Judge.of_service(policy, "cloudwatch.amazonaws.com")
    others = [Call("sns:Publish", topic, context) for context in FOR_OTHERS]
    more = [Call(f"sns:{action}", topic, FOR_US) for action in ("Subscribe", "DeleteTopic", "AddPermission")]
    assert judge.may(Call("sns:Publish", topic, FOR_US)) == [True]
    assert judge.denied([*others, *more]) == [str(call) for call in (*others, *more)]
    assert Judge.of_service(policy, "events.amazonaws.com").may(Call("sns:Publish", topic, FOR_US)) == [False]

    key, policy = journey.policies["key"]
    judge = Judge.of_service(policy, "cloudwatch.amazonaws.com")
    assert judge.may(Call("kms:GenerateDataKey", key, FOR_US), Call("kms:Decrypt", key, FOR_US)) == [
        True,
        True,
    ]
    others = [Call("kms:Decrypt", key, context) for context in FOR_OTHERS[:2]]
    more = [
        Call(f"kms:{action}", key, FOR_US)
        for action in ("Encrypt", "CreateGrant", "PutKeyPolicy", "ScheduleKeyDeletion")
    ]
    assert judge.denied([*others, *more]) == [str(call) for call in (*others, *more)]
    assert Judge.of_service(policy, "sns.amazonaws.com").may(Call("kms:Decrypt", key, FOR_US)) == [False]


def test_the_artifacts_bucket_is_reached_by_tls_alone(journey: Journey) -> None:
    """Whoever may everything may nothing over plain HTTP."""
    bucket, policy = journey.policies["bucket"]
    asked = [
        Call(f"s3:{action}Object", f"arn:aws:s3:::{bucket}/models/x", {"aws:SecureTransport": tls})
        for tls in ("true", "false")
        for action in ("Get", "Put")
    ]
    assert Judge.of_bucket(policy).may(*asked) == [True, True, False, False]


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


def test_of_two_applies_one_waits_or_is_refused_and_a_killed_ones_lock_is_released(
    account: Account, tmp_path: Path
) -> None:
    """Refused at once without -lock-timeout, waiting with it; killed by SIGKILL, unlocked and resumed."""
    root = SlowRoot(account, tmp_path)
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
