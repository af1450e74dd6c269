"""Which resource a recorded request is about, and what AWS would know of it: from the parameters sent."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.e2e.policy_cases import ACCOUNT, arn

ENVIRONMENT = "boot"
"""The environment whose applies are recorded: the tag that everything has which they made."""

OURS = {"aws:ResourceTag/environment": ENVIRONMENT}
BOUNDARY = f"arn:aws:iam::{ACCOUNT}:policy/model-endpoint-api/model-endpoint-api-boundary-{ENVIRONMENT}"
Given = Mapping[str, Any]
About = tuple[str, dict[str, str]]


def _sagemaker(action: str, given: Given) -> About:
    if "ResourceArn" in given:
        return given["ResourceArn"], {}
    if action in ("ListEndpointConfigs", "ListModels"):
        return "*", {}
    kinds = {"EndpointConfig": "endpoint-config", "Endpoint": "endpoint", "Model": "model"}
    kind = next(kind for kind in kinds if kind in action)
    return arn("sagemaker", f"{kinds[kind]}/{given[f'{kind}Name']}"), {}


def _iam(action: str, given: Given) -> About:
    role = f"arn:aws:iam::{ACCOUNT}:role/{given['RoleName']}"
    boundary = given.get("PermissionsBoundary")
    if action != "CreateRole":  # of a role that is there, AWS says the one that it has
        boundary = boundary or BOUNDARY
    return role, {"iam:PermissionsBoundary": boundary} if boundary else {}


def _logs(action: str, given: Given) -> About:
    if "Quer" in action or action == "DescribeLogGroups":
        return "*", {}
    if "resourceArn" in given:
        return given["resourceArn"], OURS
    tags = given.get("tags", {})
    context = {f"aws:RequestTag/{name}": value for name, value in tags.items()}
    return arn("logs", f"log-group:{given['logGroupName']}"), context or OURS


def _cloudwatch(action: str, given: Given) -> About:
    if "Dashboard" in action:
        name = given.get("DashboardName") or given["DashboardNames.member.1"]
        return f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{name}", {}
    if "ResourceARN" in given:
        return given["ResourceARN"], {}
    if action == "PutCompositeAlarm" or "CompositeAlarm" in [
        value for name, value in given.items() if name.startswith("AlarmTypes")
    ]:  # which AWS lets do only who may do it to all
        tags = [name.removesuffix("Key") for name in given if re.fullmatch(r"Tags\.member\.\d+\.Key", name)]
        return "*", {f"aws:RequestTag/{given[f'{tag}Key']}": given[f"{tag}Value"] for tag in tags}
    return arn("cloudwatch", f"alarm:{given.get('AlarmName') or given['AlarmNames.member.1']}"), {}


def _sns(action: str, given: Given) -> About:
    if action in ("Unsubscribe", "GetSubscriptionAttributes"):
        return "*", {}
    name = given.get("TopicArn") or given.get("ResourceArn")
    return name or arn("sns", given["Name"]), {}


def _ssm(action: str, given: Given) -> About:
    if action == "DescribeParameters":
        return "*", {}
    return arn("ssm", f"parameter{given.get('Name') or given['ResourceId']}"), {}


def _scaling(action: str, given: Given) -> About:
    if action.startswith("Describe"):
        return "*", {}
    known = given.get("ServiceNamespace")
    context = {"application-autoscaling:service-namespace": known} if known else {}
    return given.get("ResourceARN") or arn("application-autoscaling", "scalable-target/1ec52b"), context


def _kms(action: str, given: Given) -> About:
    if action == "CreateKey":
        return "*", {f"aws:RequestTag/{tag['TagKey']}": tag["TagValue"] for tag in given["Tags"]}
    return arn("kms", f"key/{given['KeyId'].split('/')[-1]}"), OURS


def _secrets(action: str, given: Given) -> About:
    return arn("secretsmanager", f"secret:{given['SecretId']}-a1B2c3"), {}  # AWS ends a secret's ARN so


RESOURCES: dict[str, Callable[[str, Given], About]] = {
    "application-autoscaling": _scaling,
    "cloudwatch": _cloudwatch,
    "iam": _iam,
    "kms": _kms,
    "logs": _logs,
    "sagemaker": _sagemaker,
    "secretsmanager": _secrets,
    "sns": _sns,
    "ssm": _ssm,
}
"""Service → what a request is about, and the context of the request."""
