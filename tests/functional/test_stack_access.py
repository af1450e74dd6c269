import shlex
from collections.abc import Mapping
from typing import Any

import pytest
from moto import mock_aws

from scripts.smoke.subject import clients_of
from scripts.stack.access import shell_variables
from scripts.stack.target import StackError

pytestmark = pytest.mark.functional

ENVIRONMENT = {
    "AWS_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_ENDPOINT_URL_EXECUTE_API": "http://127.0.0.1:4567",
}
OUTPUTS = {"rest_api_id": "abc", "stage_name": "beta", "api_url": "https://abc.example/beta"}


def exported(
    outputs: Mapping[str, Any], environment: Mapping[str, str], client: str | None
) -> dict[str, str]:
    """The variables as a shell would read them."""
    lines = shlex.split(shell_variables(outputs, environment, client))
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
    assert exported(OUTPUTS, {"AWS_REGION": "eu-west-1"}, None) == {"URL": "https://abc.example/beta"}
