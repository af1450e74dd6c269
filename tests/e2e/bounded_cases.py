"""What a stack's roles need of the boundary, by extra, and what lies near it; for the environment `boot`."""

from tests.e2e.called_resources import ENVIRONMENT
from tests.e2e.extra_calls import via
from tests.e2e.policy_cases import (
    ACCOUNT,
    BUCKET_KEY,
    ENDPOINT_VPC,
    FUNCTION_CODE,
    FUNCTION_VPC,
    GROUP,
    INTERFACE,
    KEY,
    OTHER_ACCOUNT,
    REGION,
    SUBNET,
    TOPIC_KEY,
    Call,
    arn,
    calls,
    logs,
    s3,
)

NAME = f"bike-rental-{ENVIRONMENT}"
FUNCTION = arn("lambda", f"function:{NAME}")


def of_function(function: str) -> dict[str, str]:
    """What Lambda tells KMS, and nothing else, when it decrypts a function's variables under its role.

    https://docs.aws.amazon.com/lambda/latest/dg/security-encryption-at-rest.html; as CloudTrail shows it at
    a cold start, the caller is the role, and no service that it came through is named.
    """
    return {"kms__EncryptionContext__aws__lambda__FunctionArn": function}


PLAIN = {
    "lambda": (
        *calls(arn("sagemaker", f"endpoint/{NAME}"), "sagemaker:InvokeEndpoint"),
        *calls(logs(f"/aws/lambda/{NAME}"), "logs:CreateLogStream", "logs:PutLogEvents"),
    ),
    "sagemaker": (
        *calls(s3(f"{NAME}-artifacts-1/models/bikes/1/model.tar.gz"), "s3:GetObject"),
        *calls(s3(f"{NAME}-artifacts-1/answers/1"), "s3:PutObject"),
        *calls(logs(f"/aws/sagemaker/Endpoints/{NAME}"), "logs:CreateLogStream", "logs:PutLogEvents"),
        *calls(arn("sns", f"{NAME}-answered"), "sns:Publish"),
    ),
}
"""Role → some of what the boundary lets it do in every environment."""

NEEDED = {
    "vpc": {"lambda": FUNCTION_VPC, "sagemaker": ENDPOINT_VPC},
    "customer_keys": {
        "lambda": (
            *calls(KEY, "kms:Decrypt", **of_function(FUNCTION)),
            *calls(KEY, "kms:Decrypt", **of_function(f"{FUNCTION}:7")),
            *calls(KEY, "kms:Decrypt", **of_function(f"{FUNCTION}-challenger")),
            *calls(KEY, "kms:Decrypt", **via("lambda")),
        ),
        "sagemaker": (*BUCKET_KEY, *TOPIC_KEY),
    },
}
"""Extra → role → what the role may with it, and doesn't without."""

_DECRYPT = ("kms:Decrypt", "kms:GenerateDataKey")
_MANAGE = (
    *("kms:CreateGrant", "kms:Encrypt", "kms:ReEncryptFrom", "kms:ReEncryptTo", "kms:DescribeKey"),
    *("kms:GenerateDataKeyWithoutPlaintext", "kms:PutKeyPolicy", "kms:DisableKey", "kms:ScheduleKeyDeletion"),
)
_OTHER_REGION = KEY.replace(REGION, "us-east-1")

NEAR = {
    "vpc": (
        *calls(
            INTERFACE,
            *("ec2:AttachNetworkInterface", "ec2:DetachNetworkInterface", "ec2:CreateTags"),
            *("ec2:ModifyNetworkInterfaceAttribute", "ec2:AssignIpv6Addresses"),
        ),
        *calls(SUBNET, "ec2:DeleteSubnet", "ec2:ModifySubnetAttribute", "ec2:RunInstances"),
        *calls(GROUP, "ec2:AuthorizeSecurityGroupIngress", "ec2:DeleteSecurityGroup", "ec2:RunInstances"),
        *calls(arn("ec2", "vpc/vpc-0c3"), "ec2:CreateSubnet", "ec2:CreateSecurityGroup", "ec2:DeleteVpc"),
        *calls(arn("ec2", "instance/i-0123456789abcdef0"), "ec2:RunInstances", "ec2:AttachNetworkInterface"),
        *(
            call
            for place in (SUBNET, GROUP, INTERFACE)
            for call in calls(place.replace(REGION, "us-east-1"), "ec2:CreateNetworkInterface")
        ),
        *calls(INTERFACE.replace(REGION, "us-east-1"), "ec2:DeleteNetworkInterface"),
        *calls("*", "ec2:DescribeInstances", "ec2:DescribeRouteTables", "ec2:DescribeVpcEndpoints"),
        *(call for call in FUNCTION_CODE if "Describe" not in call.action),
        *calls(INTERFACE, "ec2:CreateNetworkInterfacePermission", lambda__SourceFunctionArn=FUNCTION),
    ),
    "customer_keys": (
        *calls(KEY, *_DECRYPT),
        *calls(KEY, *_MANAGE, **via("s3")),
        *calls(KEY, "kms:Encrypt", "kms:GenerateDataKey", **of_function(FUNCTION)),
        *(
            call
            for service in (
                *map(via, ("secretsmanager", "ssm", "ec2", "sagemaker", "logs", "dynamodb")),
                *(via(service, "us-east-1") for service in ("lambda", "s3", "sns")),
            )
            for call in calls(KEY, *_DECRYPT, **service)
        ),
        *calls(_OTHER_REGION, *_DECRYPT, **via("s3", "us-east-1")),
        *calls(_OTHER_REGION, *_DECRYPT, **via("s3")),
        *calls(KEY.replace(ACCOUNT, OTHER_ACCOUNT), *_DECRYPT, **via("s3")),
        *(
            call
            for function in (
                *("bike-rental-live", "bike-rental", f"{NAME}leg", f"x-{NAME}"),
                *("breast-cancer-live", "company"),
            )
            for call in calls(KEY, "kms:Decrypt", **of_function(arn("lambda", f"function:{function}")))
        ),
        *calls(KEY, "kms:Decrypt", **of_function(FUNCTION.replace(ACCOUNT, OTHER_ACCOUNT))),
        *calls(KEY.replace(ACCOUNT, OTHER_ACCOUNT), "kms:Decrypt", **of_function(FUNCTION)),
    ),
}
"""Extra → what no role may, though it may everything within the boundary, with the extra or without."""


def needed(extras: set[str]) -> tuple[Call, ...]:
    """What both roles need of these extras."""
    return tuple(call for extra in sorted(extras) for found in NEEDED[extra].values() for call in found)
