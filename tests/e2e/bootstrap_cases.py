"""What lies near the rights of the pipelines' roles, and a judge of policies as AWS keeps them."""

import json
from collections.abc import Sequence
from typing import Any

from tests.e2e.called_resources import BOUNDARY
from tests.e2e.policy_cases import ACCOUNT, OTHER_ACCOUNT, REGION, Call, arn, calls, s3
from tests.e2e.simulate_policies import simulate

BUCKET = f"model-endpoint-api-state-{ACCOUNT}-{REGION}"
OTHER_BOUNDARY = BOUNDARY.replace("-boot", "-live")
API = f"arn:aws:apigateway:{REGION}::"
LIVE = {"aws__ResourceTag/environment": "live"}


def role(name: str) -> str:
    """ARN of a role."""
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


OURS, THEIRS = role("bike-rental-boot-lambda"), role("breast-cancer-live-lambda")
PIPELINE = role("model-endpoint-api/model-endpoint-api-apply-boot")
ADMINISTRATORS = "arn:aws:iam::aws:policy/AdministratorAccess"

ESCALATION = (
    *calls(
        OURS, "iam:CreateRole", "iam:PutRolePolicy", "iam:PutRolePermissionsBoundary"
    ),  # without a boundary
    *calls(OURS, "iam:CreateRole", "iam:PutRolePermissionsBoundary", iam__PermissionsBoundary=ADMINISTRATORS),
    *calls(OURS, "iam:CreateRole", "iam:PutRolePolicy", iam__PermissionsBoundary=OTHER_BOUNDARY),
    *calls(OURS, "iam:DeleteRolePermissionsBoundary", "iam:AttachRolePolicy"),
    *calls(OURS, "iam:PassRole"),
    *calls(f"arn:aws:iam::{ACCOUNT}:instance-profile/bike-rental-boot-lambda", "iam:CreateInstanceProfile"),
    *calls(OURS, "iam:PassRole", iam__PassedToService="ec2.amazonaws.com"),
    *calls(OURS, "iam:PassRole", iam__PassedToService="sagemaker.amazonaws.com"),
    *calls(role("bike-rental-boot-sagemaker"), "iam:PassRole", iam__PassedToService="lambda.amazonaws.com"),
    *calls(PIPELINE, "iam:PassRole", iam__PassedToService="lambda.amazonaws.com"),
    *calls(PIPELINE, "iam:PutRolePolicy", "iam:CreateRole", iam__PermissionsBoundary=BOUNDARY),
    *calls(PIPELINE, "iam:UpdateAssumeRolePolicy", "iam:AttachRolePolicy", "sts:AssumeRole"),
    *calls(BOUNDARY, "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:DeletePolicy"),
    *calls(
        f"arn:aws:iam::{ACCOUNT}:user/mallory", "iam:CreateUser", "iam:CreateAccessKey", "iam:PutUserPolicy"
    ),
    *calls(
        f"arn:aws:iam::{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com",
        "iam:CreateOpenIDConnectProvider",
        "iam:UpdateOpenIDConnectProviderThumbprint",
    ),
    *calls(
        role("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"),
        "iam:CreateServiceLinkedRole",
        iam__AWSServiceName="ecs.amazonaws.com",
    ),
)
OTHERS = (
    *calls(THEIRS, "iam:CreateRole", "iam:PutRolePolicy", iam__PermissionsBoundary=BOUNDARY),
    *calls(THEIRS, "iam:DeleteRole", "iam:UpdateAssumeRolePolicy"),
    *calls(THEIRS, "iam:PassRole", iam__PassedToService="lambda.amazonaws.com"),
    *calls(
        arn("lambda", "function:breast-cancer-live"), "lambda:UpdateFunctionCode", "lambda:DeleteFunction"
    ),
    *calls(arn("lambda", "function:bike-rental-boot2"), "lambda:CreateFunction", "lambda:UpdateFunctionCode"),
    *calls(arn("lambda", "function:bike-rental-boot", region="us-east-1"), "lambda:CreateFunction"),
    *calls(
        arn("sagemaker", "endpoint/breast-cancer-live"),
        "sagemaker:UpdateEndpoint",
        "sagemaker:DeleteEndpoint",
    ),
    *calls(arn("sagemaker", "endpoint/bike-rental-bootleg"), "sagemaker:CreateEndpoint"),
    *calls(arn("sagemaker", "notebook-instance/bike-rental-boot"), "sagemaker:CreateNotebookInstance"),
    *calls(arn("logs", "log-group:/aws/lambda/breast-cancer-live"), "logs:DeleteLogGroup"),
    *calls(arn("logs", "log-group:API-Gateway-Execution-Logs_x/live"), "logs:DeleteLogGroup", **LIVE),
    *calls(arn("cloudwatch", "alarm:breast-cancer-live-errors"), "cloudwatch:DeleteAlarms"),
    *calls("*", "cloudwatch:PutCompositeAlarm"),
    *calls("*", "cloudwatch:PutCompositeAlarm", **{"aws__RequestTag/environment": "live"}),
    *calls(arn("execute-api", "abcdef/live/POST/predict"), "execute-api:Invoke"),  # an extra, as below
    *calls(arn("sns", "breast-cancer-live-alarms"), "sns:DeleteTopic", "sns:Subscribe"),
    *calls(arn("ssm", "parameter/model-endpoint-api/breast-cancer-live/proven"), "ssm:PutParameter"),
    *calls(arn("ssm", "parameter/secrets/database"), "ssm:GetParameter", "ssm:PutParameter"),
    *calls(arn("kms", "key/11111111-2222-3333-4444-555555555555"), "kms:ScheduleKeyDeletion", **LIVE),
    *calls(arn("kms", "key/11111111-2222-3333-4444-555555555555"), "kms:PutKeyPolicy", "kms:Decrypt"),
    *calls(f"{API}/restapis/abc", "apigateway:PATCH", "apigateway:DELETE", "apigateway:PUT", **LIVE),
    *calls(f"{API}/apikeys/abc", "apigateway:GET", "apigateway:DELETE", **LIVE),
    *calls(f"{API}/restapis", "apigateway:POST"),
    *calls(f"{API}/restapis", "apigateway:POST", **{"aws__RequestTag/environment": "live"}),
    *calls(f"{API}/account", "apigateway:PATCH"),
    *calls(
        f"{API}/tags/arn:aws:apigateway:{REGION}::/restapis/abc",
        "apigateway:PUT",
        **{**LIVE, "aws__RequestTag/environment": "boot"},
    ),
    *calls(
        f"{API}/tags/arn:aws:apigateway:{REGION}::/restapis/abc",
        "apigateway:PUT",
        **{"aws__ResourceTag/environment": "boot", "aws__RequestTag/environment": "live"},
    ),
    *calls(s3(f"{BUCKET}/breast-cancer/live.tfstate"), "s3:GetObject", "s3:PutObject"),
    *calls(s3(f"{BUCKET}/bootstrap/boot.tfstate"), "s3:GetObject", "s3:PutObject"),
    *calls(s3(f"{BUCKET}/bike-rental/boot.tfstate"), "s3:DeleteObject", "s3:DeleteObjectVersion"),
    *calls(
        s3(BUCKET),
        "s3:DeleteBucket",
        "s3:PutBucketPolicy",
        "s3:PutBucketVersioning",
        "s3:PutLifecycleConfiguration",
    ),
    *calls(s3("breast-cancer-live-artifacts-1"), "s3:DeleteBucket", "s3:PutBucketPolicy"),
    *calls(s3("company-records/2026.csv"), "s3:GetObject", "s3:PutObject"),
    *calls(arn("ec2", "instance/i-0123456789abcdef0"), "ec2:RunInstances", "ec2:TerminateInstances"),
    *calls(arn("secretsmanager", "secret:database-abcdef"), "secretsmanager:GetSecretValue"),
    *calls(
        arn("secretsmanager", "secret:bike-rental-boot-smoke-test-abcdef"), "secretsmanager:GetSecretValue"
    ),  # an extra that boot has not
    *calls(
        arn("wafv2", "regional/webacl/bike-rental-boot-live/1"), "wafv2:CreateWebACL"
    ),  # an extra that boot has not
)
DENIED_TO_APPLY = (*ESCALATION, *OTHERS)

DENIED_TO_PLAN = (
    *DENIED_TO_APPLY,
    *calls(OURS, "iam:CreateRole", "iam:PutRolePolicy", iam__PermissionsBoundary=BOUNDARY),
    *calls(OURS, "iam:DeleteRole", "iam:UpdateAssumeRolePolicy", "sts:AssumeRole"),
    *calls(OURS, "iam:PassRole", iam__PassedToService="lambda.amazonaws.com"),
    *calls(s3(f"{BUCKET}/bike-rental/boot.tfstate"), "s3:PutObject", "s3:DeleteObject"),
    *calls(s3("bike-rental-boot-artifacts-1/models/x"), "s3:PutObject", "s3:DeleteObject"),
    *calls(s3("bike-rental-boot-artifacts-1/captured/2026.jsonl"), "s3:GetObject"),  # clients' data
    *calls(arn("lambda", "function:bike-rental-boot"), "lambda:InvokeFunction", "lambda:UpdateAlias"),
    *calls(arn("lambda", "function:bike-rental-boot:live"), "lambda:InvokeFunction"),
    *calls(arn("sagemaker", "endpoint/bike-rental-boot"), "sagemaker:InvokeEndpoint"),
    *calls(
        arn("logs", "log-group:/aws/lambda/bike-rental-boot:log-stream:1"),
        "logs:GetLogEvents",
        "logs:FilterLogEvents",
        "logs:DeleteLogStream",
    ),
    *calls(arn("sns", "bike-rental-boot-alarms"), "sns:Publish", "sns:Subscribe"),
    *calls(arn("ssm", "parameter/model-endpoint-api/bike-rental-boot/proven"), "ssm:PutParameter"),
    *calls(f"{API}/restapis/abc", "apigateway:PATCH", **{"aws__ResourceTag/environment": "boot"}),
    *calls(f"{API}/apikeys/abc", "apigateway:PATCH", **{"aws__ResourceTag/environment": "boot"}),
)
"""What no pull request may, though an apply may some of it."""

DENIED_TO_BOUNDARY = (
    *calls(OURS, "iam:PassRole", "iam:CreateRole", "iam:PutRolePolicy", "sts:AssumeRole"),
    *calls(PIPELINE, "sts:AssumeRole"),
    *calls(arn("sagemaker", "endpoint/breast-cancer-live"), "sagemaker:InvokeEndpoint"),
    *calls(
        arn("sagemaker", "endpoint/bike-rental-boot"), "sagemaker:UpdateEndpoint", "sagemaker:DeleteEndpoint"
    ),
    *calls(s3(f"{BUCKET}/bike-rental/boot.tfstate"), "s3:GetObject", "s3:PutObject"),
    *calls(s3("breast-cancer-live-artifacts-1/models/x"), "s3:GetObject"),
    *calls(s3("bike-rental-boot-artifacts-1/models/x"), "s3:DeleteObject"),
    *calls(arn("lambda", "function:bike-rental-boot"), "lambda:UpdateFunctionCode", "lambda:InvokeFunction"),
    *calls(arn("ssm", "parameter/model-endpoint-api/bike-rental-boot/proven"), "ssm:GetParameter"),
    *calls(arn("secretsmanager", "secret:database-abcdef"), "secretsmanager:GetSecretValue"),
    *calls(arn("ec2", "subnet/subnet-0a1"), "ec2:CreateNetworkInterface"),
    *calls(arn("kms", "key/11111111-2222-3333-4444-555555555555"), "kms:Decrypt"),
)

FOR_US = {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": arn("cloudwatch", "alarm:bike-rental-boot-api-5xx")}
FOR_OTHERS: tuple[dict[str, str], ...] = (
    {},
    {**FOR_US, "aws:SourceAccount": OTHER_ACCOUNT},
    {**FOR_US, "aws:SourceArn": arn("cloudwatch", "alarm:breast-cancer-live-api-5xx")},
    {**FOR_US, "aws:SourceArn": arn("cloudwatch", "alarm:bike-rental-boot-api-5xx", account=OTHER_ACCOUNT)},
    {**FOR_US, "aws:SourceArn": arn("cloudwatch", "alarm:bike-rental-boot-api-5xx", region="us-east-1")},
)
"""What AWS says of an alarm that publishes: ours, and others' (the confused deputy)."""

REPOSITORY = "repo:example-org/example"
ENVIRONMENT_TOKEN = f"{REPOSITORY}:environment:rehearsal"
PLAN_TOKENS = (
    f"{REPOSITORY}:pull_request",
    f"{REPOSITORY}:ref:refs/heads/main",
    f"{REPOSITORY}:ref:refs/heads/release/1.2",
)
OTHER_TOKENS = (
    f"{REPOSITORY}:environment:live",
    f"{REPOSITORY}:environment:boot",
    f"{REPOSITORY}:environment:",
)
STRANGE_TOKENS = (
    *(f"{REPOSITORY}:ref:refs/{ref}" for ref in ("tags/v1", "tags/main", "heads", "pull/7/merge")),
    *(
        f"{REPOSITORY}:ref:refs/heads/{branch}"
        for branch in ("main2", "Main", "a/main", "main/a", "release", "releases/1", "a/release/1")
    ),
    f"{REPOSITORY}:pull_request_target",
    f"{REPOSITORY}:pull_request:environment:rehearsal",
    "repo:someone/example:pull_request",  # a fork's own
    "repo:someone/example:ref:refs/heads/main",
    "repo:example-org/example:x:pull_request",
    "repo:example-org/example2:pull_request",
    "repo:example-org/example2:environment:rehearsal",
    "repo:other-org/example:pull_request",
    "repo:other-org/example:environment:rehearsal",
    f"{REPOSITORY}:environment:rehearsal2",
    f"{REPOSITORY}:environment:Rehearsal",
    f"{REPOSITORY}:environment:rehearsal:ref:refs/heads/main",
)

HOST, KNOWN_HOST = "token.actions.githubusercontent.com", "accounts.google.com"
KEY_POLICY: dict[str, Any] = {
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
"""Of every key here: the account's own policies decide about it."""
EVERYTHING: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}


class Judge:
    """Asks the simulator about policies that an account keeps."""

    def __init__(
        self,
        policies: list[dict[str, Any]],
        resource_policy: dict[str, Any] | None = None,
        boundary: dict[str, Any] | None = None,
    ) -> None:
        self._policies = [{"name": str(number), "policy": policy} for number, policy in enumerate(policies)]
        self._resource_policy = resource_policy
        bounds = {"permissionBoundaryPolicies": [{"name": "boundary", "policy": boundary}]}
        self._bounds = bounds if boundary else {}
        self._principal = f"arn:aws:sts::{ACCOUNT}:assumed-role/pipeline/session"

    @classmethod
    def of_policies(cls, iam: Any, arns: Sequence[str]) -> "Judge":
        """Managed policies."""
        documents = []
        for one in arns:
            version = iam.get_policy(PolicyArn=one)["Policy"]["DefaultVersionId"]
            documents.append(
                iam.get_policy_version(PolicyArn=one, VersionId=version)["PolicyVersion"]["Document"]
            )
        return cls(documents)

    @classmethod
    def of_role(cls, iam: Any, role_arn: str) -> "Judge":
        """Every policy of a role."""
        name = role_arn.rsplit("/", 1)[1]
        assert iam.list_role_policies(RoleName=name)["PolicyNames"] == []
        attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        return cls.of_policies(iam, [policy["PolicyArn"] for policy in attached])

    @classmethod
    def of_bucket(cls, policy: dict[str, Any]) -> "Judge":
        """A bucket's policy, for someone whose own policies allow everything."""
        return cls([EVERYTHING], policy)

    @classmethod
    def of_service(cls, policy: dict[str, Any], service: str) -> "Judge":
        """The policy of a topic or a key, for a service of AWS's, which has no policies of its own."""
        judge = cls([], policy)
        judge._principal = service
        return judge

    @classmethod
    def of_trust(cls, iam: Any, role_arn: str) -> "Judge":
        """Who may take a role; the simulator knows the claims of Google's tokens and not of GitHub's."""
        found = iam.get_role(RoleName=role_arn.rsplit("/", 1)[1])["Role"]["AssumeRolePolicyDocument"]
        assert KNOWN_HOST not in json.dumps(found)
        return cls([], json.loads(json.dumps(found).replace(HOST, KNOWN_HOST)))

    def may(self, *asked: Call) -> list[bool]:
        """Whether each call is allowed."""
        return [result == "Allowed" for result in simulate([self.simulation(call) for call in asked])]

    def denied(self, asked: Sequence[Call]) -> list[str]:
        """The calls that are not allowed."""
        return [str(call) for call, allowed in zip(asked, self.may(*asked), strict=True) if not allowed]

    def trusted(self, subjects: Sequence[str], audience: str = "sts.amazonaws.com") -> list[str]:
        """The subjects of tokens with which a workflow may take the role."""
        self._principal = f"arn:aws:iam::{ACCOUNT}:oidc-provider/{KNOWN_HOST}"
        asked = [
            Call(
                "sts:AssumeRoleWithWebIdentity",
                PIPELINE,
                {f"{KNOWN_HOST}:aud": audience, f"{KNOWN_HOST}:sub": subject},
            )
            for subject in subjects
        ]
        return [subject for subject, may in zip(subjects, self.may(*asked), strict=True) if may]

    def simulation(self, call: Call) -> dict[str, Any]:
        """What the simulator is asked about a call."""
        account = OTHER_ACCOUNT if OTHER_ACCOUNT in call.resource else ACCOUNT
        policy = self._resource_policy or (KEY_POLICY if ":kms:" in call.resource else None)
        resource_policy = {"resourcePolicy": policy} if policy else {}
        return {
            "request": {
                "principal": self._principal,
                "action": call.action,
                "resource": {"resource": call.resource, "accountId": account},
                "contextVariables": call.context,
            },
            "identityPolicies": self._policies,
            **self._bounds,
            **resource_policy,
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
        }
