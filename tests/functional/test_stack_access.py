import shlex
from collections.abc import Mapping
from typing import Any

import pytest
from moto import mock_aws

from scripts.smoke.reach import SubjectError, clients_of, outputs_of_model, stage_url
from scripts.smoke.routes import deployed_auth
from scripts.stack.access import shell_variables
from scripts.stack.target import StackError

pytestmark = pytest.mark.functional

ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_ENDPOINT_URL_EXECUTE_API": "http://127.0.0.1:4567",
}
URL = "https://abc.execute-api.eu-west-1.amazonaws.com/beta"
OUTPUTS = {"rest_api_id": "abc", "stage_name": "beta", "api_url": URL}


def exported(
    outputs: Mapping[str, Any], environment: Mapping[str, str], client: str | None
) -> dict[str, str]:
    """The variables as a shell would read them."""
    text, missing = shell_variables(outputs, environment, client)
    assert missing == []
    lines = shlex.split(text)
    assert lines[::2] == ["export"] * (len(lines) // 2)
    return dict(assignment.split("=", 1) for assignment in lines[1::2])


@mock_aws
def test_url_and_key_of_a_client() -> None:
    """The first client by name, or the one that is asked for; the value comes from AWS, not the state."""
    make = clients_of(ENVIRONMENT)("apigateway").create_api_key
    values = {"b": "v" * 20 + "1", "a": "odd 'value' of twenty"}
    ids = {name: make(name=name, value=value, enabled=True)["id"] for name, value in values.items()}
    outputs = {**OUTPUTS, "api_key_ids": ids}
    url = "http://127.0.0.1:4567/abc/beta"
    assert exported(outputs, ENVIRONMENT, None) == {"URL": url, "KEY": values["a"]}
    assert exported(outputs, ENVIRONMENT, "b") == {"URL": url, "KEY": values["b"]}
    with pytest.raises(StackError, match="no client 'c'; there are: a, b"):
        shell_variables(outputs, ENVIRONMENT, "c")


def test_a_stack_without_clients_has_a_url_alone() -> None:
    """On AWS the URL is the stage's own."""
    assert exported(OUTPUTS, {"AWS_REGION": "eu-west-1"}, None) == {"URL": URL}


def test_an_iam_route_gives_what_curl_signs_with() -> None:
    """Not as AWS_…: that would change the account of the shell."""
    outputs = {**OUTPUTS, "routes": [{"method": "POST", "path": "/predict", "auth": "iam"}]}
    assert exported(outputs, ENVIRONMENT, None) == {
        "URL": "http://127.0.0.1:4567/abc/beta",
        "IAM_SCOPE": "aws:amz:eu-west-1:execute-api",
        "IAM_USER": "testing:testing",
    }
    session = {**ENVIRONMENT, "AWS_SESSION_TOKEN": "of a role"}
    assert exported(outputs, session, None)["IAM_TOKEN"] == "of a role"


def test_a_token_is_passed_on_or_its_place_is_named() -> None:
    """The way to one is told; what is there works without it."""
    outputs = {
        **OUTPUTS,
        "authorizer_headers": ["X-Partner"],
        "routes": [
            {"method": "POST", "path": "/predict", "auth": "cognito"},
            {"method": "POST", "path": "/test", "auth": "lambda_authorizer"},
        ],
    }
    text, missing = shell_variables(outputs, ENVIRONMENT, None, {"lambda_authorizer": "t"})
    assert text.splitlines()[1:] == ["export AUTHORIZER_TOKEN=t", "export AUTHORIZER_HEADER=X-Partner"]
    (told,) = missing
    assert 'export COGNITO_TOKEN="$(aws cognito-idp initiate-auth' in told


def test_a_custom_domain_is_asked_where_the_execute_api_address_is_closed() -> None:
    """On the stage by the name in Host, with its base path and without the stage's name."""
    outputs = {**OUTPUTS, "api_url": "https://models.example.com/bikes"}
    assert stage_url(outputs, {}) == "https://models.example.com/bikes"
    assert stage_url(outputs, ENVIRONMENT) == "http://127.0.0.1:4567/bikes"


def test_one_of_several_models_has_the_apis_outputs_and_its_own() -> None:
    """Null ones are the API's; its paths begin with its key, which the contract's don't."""
    routes = [
        {"method": "POST", "path": "/bikes", "auth": "none"},
        {"method": "POST", "path": "/bikes/predict", "auth": "iam"},
        {"method": "POST", "path": "/cells/predict", "auth": "cognito"},
    ]
    outputs = {**OUTPUTS, "routes": routes, "models": {"bikes": {"function_name": "f", "api_url": None}}}
    bikes = outputs_of_model(outputs, "bikes")
    assert (bikes["function_name"], stage_url(bikes, {})) == ("f", f"{URL}/bikes")
    assert deployed_auth(bikes) == {("POST", "/"): "none", ("POST", "/predict"): "iam"}
    with pytest.raises(
        SubjectError, match=r"several models behind one API: bikes\.\n  repair   ARGS='--model KEY'"
    ):
        outputs_of_model(outputs, None)
    with pytest.raises(SubjectError, match="no 'cars'; there are: bikes"):
        outputs_of_model(outputs, "cars")
