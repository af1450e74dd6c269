"""Who may call, and what may it do: docs/access.md, held against what is deployed.

Policies are read back from the account and judged by an independent simulator of IAM; then the stage is
asked.
"""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import pytest

from scripts.smoke.stage_client import Reply, StageClient
from scripts.smoke.subject import stage_url
from tests.deployed_stack import DeployedStack
from tests.e2e.simulate_policies import simulate

pytestmark = pytest.mark.e2e

ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
REGION = "eu-west-1"
NAME = "bike-rental-dev"
ENDPOINT = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint/{NAME}"
LOGS = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws/lambda/{NAME}"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{NAME}"
REQUEST = {"instances": [{"features": ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]}]}

ROLE_MAY = {
    ("sagemaker:InvokeEndpoint", ENDPOINT),
    ("logs:CreateLogStream", f"{LOGS}:log-stream:2026/01/02/[1]abc"),
    ("logs:PutLogEvents", f"{LOGS}:log-stream:2026/01/02/[1]abc"),
    ("xray:PutTraceSegments", "*"),
    ("xray:PutTelemetryRecords", "*"),
}
ROLE_MAY_NOT = [
    ("sagemaker:InvokeEndpoint", f"{ENDPOINT}-2"),
    ("sagemaker:InvokeEndpoint", ENDPOINT.removesuffix("-dev") + "-prod"),
    ("sagemaker:InvokeEndpoint", ENDPOINT.replace(REGION, "us-east-1")),
    ("sagemaker:InvokeEndpoint", ENDPOINT.replace(ACCOUNT, OTHER_ACCOUNT)),
    ("sagemaker:InvokeEndpointAsync", ENDPOINT),
    ("sagemaker:InvokeEndpointWithResponseStream", ENDPOINT),
    ("sagemaker:DescribeEndpoint", ENDPOINT),
    ("sagemaker:UpdateEndpoint", ENDPOINT),
    ("sagemaker:DeleteEndpoint", ENDPOINT),
    ("logs:CreateLogGroup", LOGS),
    ("logs:PutLogEvents", f"{LOGS}-2:log-stream:s"),
    ("logs:GetLogEvents", f"{LOGS}:log-stream:s"),
    ("logs:FilterLogEvents", LOGS),
    ("logs:DeleteLogGroup", LOGS),
    ("s3:GetObject", f"arn:aws:s3:::{NAME}-artifacts/model.tar.gz"),
    ("lambda:InvokeFunction", FUNCTION),
    ("lambda:UpdateFunctionCode", FUNCTION),
    ("apigateway:GET", f"arn:aws:apigateway:{REGION}::/apikeys"),
    ("iam:PassRole", f"arn:aws:iam::{ACCOUNT}:role/{NAME}-lambda"),
    ("sts:AssumeRole", f"arn:aws:iam::{ACCOUNT}:role/{NAME}-sagemaker"),
]


class Attempt(NamedTuple):
    """Someone who calls the function's alias."""

    source_arn: str
    source_account: str = ACCOUNT
    service: str = "apigateway.amazonaws.com"
    resource: str = f"{FUNCTION}:live"


def role_of(stack: DeployedStack) -> str:
    arn = stack.aws("lambda").get_function_configuration(FunctionName=NAME, Qualifier="live")["Role"]
    return str(arn).rpartition("/")[2]


def judge_role(stack: DeployedStack, pairs: list[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """What the function's role may do, by all of its policies."""
    iam, role = stack.aws("iam"), role_of(stack)
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    names = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policies = [
        {"name": name, "policy": iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]}
        for name in names
    ]
    simulations = [
        {
            "request": {
                "principal": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/{NAME}",
                "action": action,
                "resource": {
                    "resource": resource,
                    "accountId": OTHER_ACCOUNT if OTHER_ACCOUNT in resource else ACCOUNT,
                },
                "contextVariables": {},
            },
            "identityPolicies": policies,
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
        }
        for action, resource in pairs
    ]
    return dict(zip(pairs, simulate(simulations), strict=True))


def judge_alias(stack: DeployedStack, attempts: list[Attempt]) -> list[str]:
    """Who may invoke the alias, by the resource policy of the alias."""
    policy = json.loads(stack.aws("lambda").get_policy(FunctionName=NAME, Qualifier="live")["Policy"])
    simulations = [
        {
            "request": {
                "principal": attempt.service,
                "action": "lambda:InvokeFunction",
                "resource": {"resource": attempt.resource, "accountId": ACCOUNT},
                "contextVariables": {
                    "aws:SourceArn": attempt.source_arn,
                    "aws:SourceAccount": attempt.source_account,
                },
            },
            "identityPolicies": [],
            "resourcePolicy": policy,
            "serviceControlPolicies": [],
            "resourceControlPolicies": [],
        }
        for attempt in attempts
    ]
    return simulate(simulations)


def test_the_functions_role_may_call_its_endpoint_write_its_logs_and_nothing_near_it(
    bike_rental: DeployedStack,
) -> None:
    """Two actions on the log group, one on the endpoint, traces; twenty near misses are denied."""
    judged = judge_role(bike_rental, [*ROLE_MAY, *ROLE_MAY_NOT])
    assert {pair for pair, result in judged.items() if result == "Allowed"} == ROLE_MAY


def test_the_role_is_lambdas_in_this_account_alone(bike_rental: DeployedStack) -> None:
    """The trust policy names one service and one account."""
    role = bike_rental.aws("iam").get_role(RoleName=role_of(bike_rental))["Role"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "lambda.amazonaws.com"}
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_the_alias_may_be_called_by_the_routes_of_this_stage_alone(bike_rental: DeployedStack) -> None:
    """This API, stage, method and path, from this account, by API Gateway; whatever else is denied."""
    api = f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{bike_rental.outputs['rest_api_id']}"
    routes = [
        Attempt(f"{api}/beta/POST/"),
        Attempt(f"{api}/beta/POST/predict"),
        Attempt(f"{api}/beta/PUT/test"),
    ]
    elsewhere = [
        Attempt(f"arn:aws:execute-api:{REGION}:{ACCOUNT}:0therap1id/beta/POST/predict"),
        Attempt(f"{api}/prod/POST/predict"),
        Attempt(f"{api}/beta/GET/predict"),
        Attempt(f"{api}/beta/POST/predictions"),
        Attempt(f"{api}/beta/POST/predict/more"),
        Attempt(f"{api}/test-invoke-stage/POST/predict"),
        Attempt(f"{api}/beta/POST/predict", source_account=OTHER_ACCOUNT),
        Attempt(f"{api}/beta/POST/predict".replace(REGION, "us-east-1")),
        Attempt(f"{api}/beta/POST/predict", service="events.amazonaws.com"),
        Attempt(f"{api}/beta/POST/predict", resource=f"{FUNCTION}:other"),
        Attempt(f"{api}/beta/POST/predict", resource=FUNCTION),
    ]
    results = judge_alias(bike_rental, [*routes, *elsewhere])
    assert results[: len(routes)] == ["Allowed"] * len(routes)
    assert not [pair for pair in zip(elsewhere, results[len(routes) :], strict=True) if pair[1] == "Allowed"]


def test_no_statement_is_about_the_function_itself_or_a_version(bike_rental: DeployedStack) -> None:
    """Each lets the alias be called, so what is published but not live can't be (moto lists them all)."""
    policy = json.loads(bike_rental.aws("lambda").get_policy(FunctionName=NAME)["Policy"])
    assert len(policy["Statement"]) == len(bike_rental.outputs["routes"])
    assert {statement["Resource"] for statement in policy["Statement"]} == {f"{FUNCTION}:live"}


def invocations(stack: DeployedStack) -> int:
    """How often the function has answered, a call made here included, whose line is waited for."""
    request = stack.post(REQUEST).headers["x-request-id"]
    pages = stack.aws("logs").get_paginator("filter_log_events")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = pages.paginate(logGroupName=f"/aws/lambda/{NAME}")
        lines = [event["message"] for page in found for event in page["events"] if "_aws" in event["message"]]
        if any(request in line for line in lines):
            return len(lines)
        time.sleep(0.05)
    raise AssertionError(f"the line of request {request} did not come")


def integration(gateway: Any, api: str, resource: str) -> None:
    """Point POST on a resource at the function's alias, as whoever knows its ARN can."""
    gateway.put_method(restApiId=api, resourceId=resource, httpMethod="POST", authorizationType="NONE")
    gateway.put_integration(
        restApiId=api,
        resourceId=resource,
        httpMethod="POST",
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION}:live/invocations",
    )


def post(stack: DeployedStack, api: str, stage: str, path: str) -> Reply:
    outputs = {"rest_api_id": api, "stage_name": stage}
    client = StageClient(stage_url(outputs, stack.checkout.stage_environment()))
    return client.send("POST", path, REQUEST)


@contextmanager
def another_api(gateway: Any) -> Iterator[str]:
    api = gateway.create_rest_api(name="somebody-elses")["id"]
    try:
        root = gateway.get_resources(restApiId=api)["items"][0]["id"]
        resource = gateway.create_resource(restApiId=api, parentId=root, pathPart="predict")["id"]
        integration(gateway, api, resource)
        gateway.create_deployment(restApiId=api, stageName="beta")
        yield api
    finally:
        gateway.delete_rest_api(restApiId=api)


@contextmanager
def another_stage(gateway: Any, outputs: Mapping[str, Any]) -> Iterator[str]:
    api = outputs["rest_api_id"]
    gateway.create_stage(restApiId=api, stageName="elsewhere", deploymentId=outputs["deployment_id"])
    try:
        yield "elsewhere"
    finally:
        gateway.delete_stage(restApiId=api, stageName="elsewhere")


@contextmanager
def another_path(gateway: Any, outputs: Mapping[str, Any]) -> Iterator[str]:
    """A route that the contract does not have, on the stage that it does."""
    api, before = outputs["rest_api_id"], outputs["deployment_id"]

    def serve(deployment: str) -> None:
        operation = {"op": "replace", "path": "/deploymentId", "value": deployment}
        gateway.update_stage(restApiId=api, stageName="beta", patchOperations=[operation])

    root = next(it["id"] for it in gateway.get_resources(restApiId=api)["items"] if it["path"] == "/")
    resource = gateway.create_resource(restApiId=api, parentId=root, pathPart="elsewhere")["id"]
    integration(gateway, api, resource)
    deployment = gateway.create_deployment(restApiId=api)["id"]
    try:
        serve(deployment)
        yield "/elsewhere"
    finally:
        serve(before)
        gateway.delete_deployment(restApiId=api, deploymentId=deployment)
        gateway.delete_resource(restApiId=api, resourceId=resource)


def test_another_api_that_calls_the_function_is_refused(bike_rental: DeployedStack) -> None:
    """Lambda refuses the gateway (its answer to the client is a 500), and the function does not run."""
    before = invocations(bike_rental)
    with another_api(bike_rental.aws("apigateway")) as api:
        assert post(bike_rental, api, "beta", "/predict").status == 500
    assert invocations(bike_rental) == before + 1


def test_another_stage_of_this_api_is_refused(bike_rental: DeployedStack) -> None:
    """The open route of the same deployment, served by another stage: the statement names the stage."""
    before = invocations(bike_rental)
    with another_stage(bike_rental.aws("apigateway"), bike_rental.outputs) as stage:
        assert post(bike_rental, bike_rental.outputs["rest_api_id"], stage, "/").status == 500
    assert invocations(bike_rental) == before + 1


def test_another_path_of_this_stage_is_refused(bike_rental: DeployedStack) -> None:
    """A route added by hand is not let in; the stage's own routes work before, meanwhile and after."""
    api = bike_rental.outputs["rest_api_id"]
    with another_path(bike_rental.aws("apigateway"), bike_rental.outputs) as path:
        assert post(bike_rental, api, "beta", path).status == 500
        assert post(bike_rental, api, "beta", "/").status == 200
    assert post(bike_rental, api, "beta", path).status == 404
    assert bike_rental.post(REQUEST).status == 200


@pytest.mark.parametrize(
    ("key", "code"), [(None, "invalid_api_key"), ("k" * 40, "invalid_api_key")], ids=["none", "wrong"]
)
def test_a_caller_without_a_valid_key_is_refused(
    bike_rental: DeployedStack, key: str | None, code: str
) -> None:
    """On every route that asks for a key, before the function runs."""
    before = invocations(bike_rental)
    for path in ("/predict", "/test"):
        reply = bike_rental.post(REQUEST, path, key=key)
        assert (reply.status, (reply.problem or {})["code"]) == (403, code)
    assert invocations(bike_rental) == before + 1


@pytest.mark.parametrize(
    "path",
    [f"/2015-03-31/functions/{NAME}/invocations", f"/endpoints/{NAME}/invocations"],
    ids=["function", "endpoint"],
)
def test_an_unsigned_call_of_function_or_endpoint_is_refused(bike_rental: DeployedStack, path: str) -> None:
    """AWS's own APIs take signed requests only; the gateway's URL is the one door for everyone else."""
    before = invocations(bike_rental)
    request = urllib.request.Request(
        bike_rental.checkout.record().control_plane + path, json.dumps(REQUEST).encode(), method="POST"
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with pytest.raises(urllib.error.HTTPError) as refused:
        opener.open(request, timeout=10)
    assert refused.value.code == 403
    assert refused.value.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    refused.value.close()
    assert invocations(bike_rental) == before + 1
