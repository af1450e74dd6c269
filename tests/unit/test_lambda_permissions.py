"""The resource policy of a function, statement by statement."""

from typing import Any

import pytest

from scripts.local_stage.lambda_runtime import InvocationSource, LambdaApiError
from scripts.local_stage.lambda_runtime.permissions import check_permission

pytestmark = pytest.mark.unit

ARN = "arn:aws:lambda:eu-west-1:123456789012:function:f:live"
API = "arn:aws:execute-api:eu-west-1:123456789012:abc"
SOURCE = InvocationSource("apigateway.amazonaws.com", f"{API}/beta/POST/predict", "123456789012")
STATEMENT: dict[str, Any] = {
    "Sid": "s",
    "Effect": "Allow",
    "Action": "lambda:InvokeFunction",
    "Resource": ARN,
    "Principal": {"Service": "apigateway.amazonaws.com"},
}


def is_allowed(**changes: Any) -> bool:
    try:
        check_permission([{**STATEMENT, **changes}], ARN, SOURCE)
    except LambdaApiError as error:
        assert error.status == 403
        return False
    return True


def source_arn(pattern: str) -> dict[str, Any]:
    return {"Condition": {"ArnLike": {"AWS:SourceArn": pattern}}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        (source_arn(f"{API}/*/POST/predict"), True),
        (source_arn(f"{API}/beta/*"), True),
        (source_arn(f"{API}/beta/POST/predic?"), True),
        (source_arn(f"{API}/prod/*"), False),
        (source_arn(f"{API}/beta/POST/pred"), False),
        ({"Condition": {"StringEquals": {"AWS:SourceAccount": "123456789012"}}}, True),
        ({"Condition": {"StringEquals": {"AWS:SourceAccount": "210987654321"}}}, False),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, False),
        ({"Condition": {"NumericLessThan": {"AWS:SourceAccount": "9"}}}, False),
        ({"Principal": "*"}, True),
        ({"Principal": {"Service": "s3.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "123456789012"}}, False),
        ({"Action": "lambda:*"}, True),
        ({"Action": "lambda:GetFunction"}, False),
        ({"Resource": ARN.removesuffix(":live")}, False),
        ({"Effect": "Deny"}, False),
    ],
)
def test_a_statement_allows_only_what_it_says(changes: dict[str, Any], expected: bool) -> None:
    """Effect, action, resource, principal and every condition must hold."""
    assert is_allowed(**changes) is expected


def test_no_statement_allows_nothing() -> None:
    """A function without a policy can't be called by a service; the message names both."""
    with pytest.raises(LambdaApiError, match=r"apigateway.amazonaws.com is not authorized .*function:f:live"):
        check_permission([], ARN, SOURCE)
