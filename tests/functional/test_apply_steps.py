"""The steps' seam to AWS: boto3 against moto, and the command line's calls, replies and errors."""

import stat
import sys
from pathlib import Path

import pytest
from moto import mock_aws

from aws_api import AwsError, Boto3, CommandLine, NoWayError, connect

pytestmark = pytest.mark.functional

AWS = '''#!{python}
"""An `aws` that knows two calls of SSM and STS."""
import json, os, sys

service, operation, *options = sys.argv[1:]
given = json.loads(options[options.index("--cli-input-json") + 1])
assert options[options.index("--output") + 1] == "json"
if (service, operation) == ("ssm", "put-parameter"):
    print(json.dumps({{"Version": 1, "Tier": given["Name"]}}))
elif (service, operation) == ("sts", "get-caller-identity"):
    print(json.dumps({{"Account": os.environ.get("AWS_SESSION_TOKEN", "123456789012")}}))
elif (service, operation) == ("sts", "assume-role"):
    keys = {{"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": given["RoleArn"]}}
    print(json.dumps({{"Credentials": keys}}))
elif (service, operation) == ("lambda", "update-alias"):
    pass
else:
    name = "".join(word.title() for word in operation.split("-"))
    text = f"An error occurred (ValidationException) when calling the {{name}} operation: Could not find: x"
    sys.exit("\\n" + text)
'''


@pytest.fixture
def aws_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_SESSION_TOKEN", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, aws_environment: None) -> CommandLine:
    program = tmp_path / "aws"
    program.write_text(AWS.format(python=sys.executable))
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("aws_api.boto3", None)
    found = connect({})
    assert isinstance(found, CommandLine)
    return found


@pytest.mark.usefixtures("aws_environment")
@mock_aws
def test_boto3_calls_and_refusals() -> None:
    """A call, its reply, and an error by its code."""
    aws = connect({"EXPECTED_ACCOUNT": "123456789012"})
    assert isinstance(aws, Boto3)
    aws.call("ssm", "put_parameter", Name="/p", Value="3", Type="String")
    assert aws.call("ssm", "get_parameter", Name="/p")["Parameter"]["Value"] == "3"
    with pytest.raises(AwsError, match="Could not find") as error:
        aws.call("sagemaker", "describe_endpoint", EndpointName="nobody")
    assert error.value.code == "ValidationException"


@pytest.mark.usefixtures("aws_environment")
@mock_aws
def test_credentials_of_another_account_are_refused() -> None:
    """The steps don't see the provider block, so this is found before anything is done."""
    with pytest.raises(NoWayError, match=r"account 123456789012.*to 111122223333(.|\n)*AWS_PROFILE"):
        connect({"EXPECTED_ACCOUNT": "111122223333"})


@pytest.mark.usefixtures("aws_environment")
@mock_aws
def test_boto3_works_under_an_assumed_role() -> None:
    """The role's own account is the one that counts."""
    role = "arn:aws:iam::111122223333:role/deploy"
    connect({"EXPECTED_ACCOUNT": "111122223333", "ASSUME_ROLE_ARN": role})


def test_the_command_line_calls_and_refuses_alike(command: CommandLine) -> None:
    """The same operations, parameters, replies and codes as with boto3."""
    assert command.call("ssm", "put_parameter", Name="/p", Value="3")["Tier"] == "/p"
    assert command.call("lambda", "update_alias", FunctionName="f") == {}
    with pytest.raises(AwsError, match="Could not find: x") as error:
        command.call("sagemaker", "describe_endpoint", EndpointName="nobody")
    assert error.value.code == "ValidationException"


def test_the_command_line_works_under_an_assumed_role(command: CommandLine) -> None:
    """The role's keys are what later calls sign with."""
    command.assume("role")
    assert command.call("sts", "get_caller_identity")["Account"] == "role"
