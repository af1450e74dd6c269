"""What each role must be able to do and what near it it must not, by the feature that the role was made for.

tests/e2e/policies/main.tf makes the roles.
"""

from dataclasses import dataclass, field

ACCOUNT, OTHER_ACCOUNT, REGION = "123456789012", "210987654321", "eu-west-1"


@dataclass(frozen=True)
class Call:
    """One request: an action on a resource, with what AWS says about the request."""

    action: str
    resource: str
    context: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        said = ", ".join(f"{name}={value}" for name, value in self.context.items())
        return f"{self.action} {self.resource}{f' ({said})' if said else ''}"


@dataclass(frozen=True)
class Case:
    """What a role may and may not do."""

    allowed: tuple[Call, ...]
    denied: tuple[Call, ...]


def arn(service: str, rest: str, *, region: str = REGION, account: str = ACCOUNT) -> str:
    """Compose an ARN."""
    return f"arn:aws:{service}:{region}:{account}:{rest}"


def s3(place: str) -> str:
    """ARN of a bucket or object."""
    return f"arn:aws:s3:::{place}"


def calls(resource: str, *actions: str, **context: str) -> tuple[Call, ...]:
    """Several actions on one resource; `__` in a key of the context stands for a colon."""
    said = {name.replace("__", ":"): value for name, value in context.items()}
    return tuple(Call(action, resource, said) for action in actions)


ENDPOINT = arn("sagemaker", "endpoint/bikes")
KEY = arn("kms", "key/11111111-2222-3333-4444-555555555555")
OTHER_KEY = arn("kms", "key/99999999-2222-3333-4444-555555555555")
SUBNET, GROUP = arn("ec2", "subnet/subnet-0a1"), arn("ec2", "security-group/sg-0b2")
OTHER_SUBNET, OTHER_GROUP = arn("ec2", "subnet/subnet-0a2"), arn("ec2", "security-group/sg-0b3")
INTERFACE = arn("ec2", "network-interface/eni-0c3")
MODEL = s3("bikes-artifacts/models/bikes/1/model.tar.gz")
REPOSITORY = arn("ecr", "repository/sagemaker-xgboost", account="141502667606")
PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
SCALER, SCALER_REPOSITORY = s3("bikes-scaler/1/model.tar.gz"), arn("ecr", "repository/bikes/scaler")
ALARM = arn("cloudwatch", "alarm:bikes-rollback-errors")
CHANGE_INTERFACES = ("ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface")


def logs(group: str) -> str:
    """ARN of a stream of a log group."""
    return arn("logs", f"log-group:{group}:log-stream:2026")


NOBODY = (
    *calls(arn("iam", "role/bikes-sagemaker", region=""), "iam:PassRole", "iam:PutRolePolicy"),
    *calls(arn("lambda", "function:bikes"), "lambda:InvokeFunction", "lambda:UpdateFunctionCode"),
    *calls(ENDPOINT, "sagemaker:UpdateEndpoint", "sagemaker:DeleteEndpoint", "sagemaker:InvokeEndpointAsync"),
    *calls(KEY, "kms:ScheduleKeyDeletion", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:Encrypt"),
    *calls(arn("secretsmanager", "secret:bikes-abcdef"), "secretsmanager:GetSecretValue"),
    *calls(s3("bikes-artifacts"), "s3:DeleteBucket", "s3:PutBucketPolicy", "s3:ListBucketVersions"),
    *calls(MODEL, "s3:PutObject", "s3:DeleteObject", "s3:GetObjectVersion"),
    *calls(INTERFACE, "ec2:AttachNetworkInterface"),
)
"""What no role of these may do, whatever it was made for."""

FUNCTION_LOGS = logs("/aws/lambda/bikes")
FUNCTION = Case(
    allowed=(
        *calls(ENDPOINT, "sagemaker:InvokeEndpoint"),
        *calls(FUNCTION_LOGS, "logs:CreateLogStream", "logs:PutLogEvents"),
    ),
    denied=(
        *NOBODY,
        *calls(f"{ENDPOINT}-2", "sagemaker:InvokeEndpoint"),
        *calls(ENDPOINT.replace(REGION, "us-east-1"), "sagemaker:InvokeEndpoint"),
        *calls(ENDPOINT.replace(ACCOUNT, OTHER_ACCOUNT), "sagemaker:InvokeEndpoint"),
        *calls(ENDPOINT, "sagemaker:InvokeEndpointWithResponseStream", "sagemaker:DescribeEndpoint"),
        *calls(logs("/aws/lambda/bikes-2"), "logs:CreateLogStream", "logs:PutLogEvents"),
        *calls(FUNCTION_LOGS, "logs:GetLogEvents", "logs:DeleteLogStream"),
        *calls(arn("logs", "log-group:/aws/lambda/bikes"), "logs:CreateLogGroup", "logs:DeleteLogGroup"),
        *calls(MODEL, "s3:GetObject"),
        *calls(KEY, "kms:GenerateDataKey"),
        *calls(OTHER_KEY, "kms:Decrypt"),
        *calls(OTHER_SUBNET, "ec2:CreateNetworkInterface"),
        *calls(OTHER_GROUP, "ec2:CreateNetworkInterface"),
        *calls("*", "ecr:GetAuthorizationToken"),
    ),
)
TRACING = calls("*", "xray:PutTelemetryRecords", "xray:PutTraceSegments")
FUNCTION_KEY = calls(KEY, "kms:Decrypt")
FUNCTION_VPC = (
    *calls(SUBNET, "ec2:CreateNetworkInterface"),
    *calls(GROUP, "ec2:CreateNetworkInterface"),
    *calls(INTERFACE, *CHANGE_INTERFACES, "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"),
    *calls("*", "ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"),
)
FUNCTION_CODE = tuple(
    Call(call.action, call.resource, {"lambda:SourceFunctionArn": arn("lambda", "function:bikes")})
    for call in FUNCTION_VPC
)
"""The same, by the function's own code: Lambda says so in the request."""

CONTAINER_LOGS = logs("/aws/sagemaker/Endpoints/bikes")
METRICS = "cloudwatch:PutMetricData"
SAGEMAKER = Case(
    allowed=(
        *calls(MODEL, "s3:GetObject"),
        *calls(REPOSITORY, *PULL),
        *calls("*", "ecr:GetAuthorizationToken"),
        *calls(CONTAINER_LOGS, "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"),
        *calls("*", METRICS, cloudwatch__namespace="/aws/sagemaker/Endpoints"),
    ),
    denied=(
        *NOBODY,
        *calls(s3("bikes-artifacts/models/cars/1/model.tar.gz"), "s3:GetObject"),
        *calls(s3("bikes-artifacts/model.tar.gz"), "s3:GetObject"),
        *calls(s3("bikes-artifacts-2/models/bikes/1/model.tar.gz"), "s3:GetObject"),
        *calls(REPOSITORY.replace("xgboost", "pytorch"), *PULL),
        *calls(REPOSITORY, "ecr:PutImage", "ecr:DeleteRepository"),
        *calls(CONTAINER_LOGS.replace("bikes", "cars"), "logs:CreateLogStream", "logs:PutLogEvents"),
        *calls(CONTAINER_LOGS, "logs:GetLogEvents", "logs:DeleteLogStream"),
        *calls(arn("logs", "log-group:/aws/sagemaker/Endpoints/bikes"), "logs:CreateLogGroup"),
        *calls("*", METRICS, cloudwatch__namespace="AWS/Billing"),
        *calls(ALARM, "cloudwatch:SetAlarmState", "cloudwatch:DeleteAlarms"),
        *calls(ALARM.replace("bikes", "cars"), "cloudwatch:DescribeAlarms"),
        *calls(ENDPOINT, "sagemaker:InvokeEndpoint"),
        *calls(s3("bikes-captured/elsewhere/1.jsonl"), "s3:PutObject"),
        *calls(s3("bikes-captured-2/capture/1.jsonl"), "s3:PutObject"),
        *calls(s3("bikes-captured/capture/1.jsonl"), "s3:GetObject", "s3:DeleteObject"),
        *calls(KEY, "kms:Decrypt", "kms:GenerateDataKey"),  # not through S3
        *calls(KEY, "kms:Decrypt", kms__ViaService="s3.us-east-1.amazonaws.com"),
        *calls(OTHER_KEY, "kms:Decrypt", kms__ViaService=f"s3.{REGION}.amazonaws.com"),
        *calls(OTHER_SUBNET, "ec2:CreateNetworkInterface"),
        *calls(OTHER_GROUP, "ec2:CreateNetworkInterface"),
        *calls(INTERFACE, "ec2:DeleteNetworkInterface", ec2__Subnet=OTHER_SUBNET),
        *calls(s3("bikes-artifacts"), "s3:ListBucket", s3__prefix="models/"),
        *calls(s3("bikes-artifacts"), "s3:ListBucket", s3__prefix="models/cars/"),
        *calls(s3("bikes-artifacts"), "s3:ListBucket"),
        *calls(s3("bikes-async/answers/1"), "s3:GetObject", "s3:DeleteObject"),
        *calls(s3("bikes-async/requests/1"), "s3:PutObject", "s3:DeleteObject"),
        *calls(arn("sns", "bikes-answered"), "sns:Subscribe", "sns:DeleteTopic"),
        *calls(arn("sns", "bikes-alarms"), "sns:Publish"),
        *calls(arn("sns", "bikes-answered", account=OTHER_ACCOUNT), "sns:Publish"),
    ),
)
CAPTURE = calls(s3("bikes-captured/capture/bikes/AllTraffic/1.jsonl"), "s3:PutObject")
BUCKET_KEY = calls(KEY, "kms:Decrypt", "kms:GenerateDataKey", kms__ViaService=f"s3.{REGION}.amazonaws.com")
ENDPOINT_VPC = (
    *calls(SUBNET, "ec2:CreateNetworkInterface"),
    *calls(GROUP, "ec2:CreateNetworkInterface"),
    *calls(INTERFACE, "ec2:CreateNetworkInterface"),
    *calls(
        INTERFACE,
        "ec2:CreateNetworkInterfacePermission",
        "ec2:DeleteNetworkInterface",
        "ec2:DeleteNetworkInterfacePermission",
        ec2__Subnet=SUBNET,
    ),
    *calls(
        "*",
        "ec2:DescribeDhcpOptions",
        "ec2:DescribeNetworkInterfaces",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcs",
    ),
)
TOPIC_KEY = calls(KEY, "kms:Decrypt", "kms:GenerateDataKey", kms__ViaService=f"sns.{REGION}.amazonaws.com")
MULTI_MODEL = calls(s3("bikes-artifacts"), "s3:ListBucket", s3__prefix="models/bikes/")
ASYNC = (
    *calls(s3("bikes-async/requests/1"), "s3:GetObject"),
    *calls(s3("bikes-async/answers/1"), "s3:PutObject", "s3:AbortMultipartUpload"),
    *calls(arn("sns", "bikes-answered"), "sns:Publish"),
)
ROLLBACK = calls(ALARM, "cloudwatch:DescribeAlarms")

EXTRA: dict[str, dict[str, tuple[Call, ...]]] = {
    "function": {
        "plain": TRACING,
        "untraced": (),
        "encrypted": (*TRACING, *FUNCTION_KEY),
        "vpc": (*TRACING, *FUNCTION_VPC),
    },
    "endpoint": {
        "plain": (),
        "capture": CAPTURE,
        "encrypted": BUCKET_KEY,
        "vpc": ENDPOINT_VPC,
        "multi-model": MULTI_MODEL,
        "async": ASYNC,
        "rollback": ROLLBACK,
        "encrypted-async": (*ASYNC, *BUCKET_KEY, *TOPIC_KEY),
        "containers": (*calls(SCALER, "s3:GetObject"), *calls(SCALER_REPOSITORY, *PULL)),
        "marketplace": (),
        "variant": (*ROLLBACK, *CAPTURE, *ENDPOINT_VPC),
    },
}
"""Kind of role → feature → what it may do beyond the plain ones. What another feature may do, it may not."""


LESS = {
    "marketplace": (*calls(MODEL, "s3:GetObject"), *calls(REPOSITORY, *PULL)),
    "variant": calls(s3("bikes-artifacts/models/bikes/2/model.tar.gz"), "s3:GetObject"),
}
"""Feature → what it may not do: artifact and image that are AWS's, the artifact of another variant."""


def case(kind: str, feature: str) -> Case:
    """Everything of one role: another feature's rights are denied as well."""
    plain = {"function": FUNCTION, "endpoint": SAGEMAKER}[kind]
    less = LESS.get(feature, ())
    extra = EXTRA[kind][feature]
    others = [call for rights in EXTRA[kind].values() for call in rights if call not in extra]
    code = FUNCTION_CODE if kind == "function" else ()
    allowed = [call for call in plain.allowed if call not in less]
    return Case((*allowed, *extra), (*plain.denied, *others, *code, *less))
