"""Each role may do what its feature needs and nothing near it: judged by an independent simulator of IAM.

The policies are those of a plan of module iam, a role a feature: tests/e2e/policies/main.tf.
"""

import json
from typing import Any

import pytest

from tests.e2e.policy_cases import ACCOUNT, EXTRA, OTHER_ACCOUNT, REGION, Call, arn, case
from tests.e2e.simulate_policies import simulate
from tests.own_stage import OwnStage
from tests.terraform_workspace import TerraformWorkspace

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("examples")]

ROLES = [(kind, feature) for kind, features in EXTRA.items() for feature in features]
KEY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
    ],
}
"""AWS's default: the account's own policies decide about a key."""


@pytest.fixture(scope="module")
def planned(
    tmp_path_factory: pytest.TempPathFactory, examples_stage: OwnStage
) -> dict[tuple[str, str], dict[str, Any]]:
    """Kind and feature → the resources of its role by type, as planned."""
    workspace = TerraformWorkspace(tmp_path_factory.mktemp("policies"))
    workspace.copy("tests/e2e/policies")
    terraform = workspace.terraform("tests/e2e/policies", examples_stage.environment)
    terraform.plan(terraform.root / "roles.tfplan")
    plan = json.loads(terraform.cmd("show", "-json", "roles.tfplan")[1])
    return roles_in(plan["planned_values"]["root_module"]["child_modules"])


def roles_in(modules: list[dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    """A module is named after kind and feature; the variant's role is in a module of its own."""
    roles = {}
    for module in modules:
        kind, _, feature = module["address"].removeprefix("module.").removesuffix('"]').partition('["')
        inner = [inner for inner in module.get("child_modules", []) if inner["address"].endswith(".iam")]
        resources = (inner or [module])[0]["resources"]
        roles[kind, feature] = {resource["type"]: resource["values"] for resource in resources}
    roles["endpoint", "variant"] = roles.pop(("variant", ""))
    return roles


def judge(role: dict[str, Any], calls: tuple[Call, ...]) -> list[str]:
    """Allowed, ImplicitlyDenied or ExplicitlyDenied, one a call."""
    name, policy = role["aws_iam_role"]["name"], json.loads(role["aws_iam_role_policy"]["policy"])
    return simulate(
        [
            {
                "request": {
                    "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/session",
                    "action": call.action,
                    "resource": {
                        "resource": call.resource,
                        "accountId": OTHER_ACCOUNT if OTHER_ACCOUNT in call.resource else ACCOUNT,
                    },
                    "contextVariables": call.context,
                },
                "identityPolicies": [{"name": "role", "policy": policy}],
                **({"resourcePolicy": KEY_POLICY} if ":kms:" in call.resource else {}),
                "serviceControlPolicies": [],
                "resourceControlPolicies": [],
            }
            for call in calls
        ]
    )


def judge_trust(role: dict[str, Any], *requests: tuple[str, str, str]) -> list[str]:
    """Whether a service that acts for a resource of an account may take the role, one a request."""
    name, policy = role["aws_iam_role"]["name"], json.loads(role["aws_iam_role"]["assume_role_policy"])
    return simulate(
        [
            {
                "request": {
                    "principal": service,
                    "action": "sts:AssumeRole",
                    "resource": {"resource": f"arn:aws:iam::{ACCOUNT}:role/{name}", "accountId": ACCOUNT},
                    "contextVariables": {"aws:SourceAccount": source_account, "aws:SourceArn": source},
                },
                "identityPolicies": [],
                "resourcePolicy": policy,
                "serviceControlPolicies": [],
                "resourceControlPolicies": [],
            }
            for service, source_account, source in requests
        ]
    )


@pytest.mark.parametrize(("kind", "feature"), ROLES)
def test_a_role_may_do_what_its_feature_needs_and_nothing_near_it(
    planned: dict[tuple[str, str], dict[str, Any]], kind: str, feature: str
) -> None:
    """Each allowed call is allowed; all near misses, and what other features may do, are denied."""
    expected = case(kind, feature)
    assert len(expected.denied) >= 10
    judged = zip(
        (*expected.allowed, *expected.denied),
        judge(planned[kind, feature], (*expected.allowed, *expected.denied)),
        strict=True,
    )
    assert {str(call) for call, result in judged if result == "Allowed"} == set(map(str, expected.allowed))


@pytest.mark.parametrize(
    ("kind", "feature", "service", "source"),
    [
        ("function", "plain", "lambda.amazonaws.com", arn("lambda", "function:bikes")),
        ("endpoint", "plain", "sagemaker.amazonaws.com", arn("sagemaker", "endpoint/bikes")),
        ("endpoint", "variant", "sagemaker.amazonaws.com", arn("sagemaker", "endpoint/bikes")),
        ("account_logging", "", "apigateway.amazonaws.com", arn("apigateway", "/account", account="")),
    ],
)
def test_a_role_is_taken_by_its_service_for_this_account_alone(
    planned: dict[tuple[str, str], dict[str, Any]], kind: str, feature: str, service: str, source: str
) -> None:
    """Another account's resource must not make the service take it (the confused deputy)."""
    strangers = ("ec2.amazonaws.com", "events.amazonaws.com", f"arn:aws:iam::{ACCOUNT}:user/someone")
    elsewhere = [(service, ACCOUNT, source.replace(REGION, "us-east-1"))] if kind == "endpoint" else []
    own, *others = judge_trust(
        planned[kind, feature],
        (service, ACCOUNT, source),
        (service, OTHER_ACCOUNT, source.replace(ACCOUNT, OTHER_ACCOUNT)),
        *((stranger, ACCOUNT, source) for stranger in strangers),
        *elsewhere,
    )
    assert own == "Allowed"
    assert "Allowed" not in others
    assert len(others) >= 4


def test_the_account_s_logging_role_has_aws_s_policy_alone(
    planned: dict[tuple[str, str], dict[str, Any]],
) -> None:
    """The one that API Gateway asks for: https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-logging.html."""
    role = planned["account_logging", ""]
    expected = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    assert role["aws_iam_role_policy_attachment"]["policy_arn"] == expected
    assert "aws_iam_role_policy" not in role
