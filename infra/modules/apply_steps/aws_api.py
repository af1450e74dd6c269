"""Ask AWS: through boto3 if it can be imported, else through the `aws` command line. The scripts' only seam.

Credentials are those of the environment that Terraform runs in: a provisioner can't see the provider block.
EXPECTED_ACCOUNT holds the account that the provider works in: another one is refused.
ASSUME_ROLE_ARN names a role to assume first, as the provider does. AWS_REGION is set by the module.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any, Protocol

try:
    import boto3
    from botocore.exceptions import BotoCoreError, ClientError
except ImportError:  # then the command line
    boto3 = None

SESSION_NAME = "terraform-apply-step"


class AwsError(Exception):
    """AWS refused a call; `code` is its error code, e.g. ValidationException."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


def is_missing(error: AwsError) -> bool:
    """Whether SageMaker refused because there is no such thing: it has no code of its own for that."""
    return error.code.startswith("Validation") and "not find" in error.message


class NoWayError(Exception):
    """AWS can't be asked from here; the text says what to install or set."""


class Aws(Protocol):
    """What a step asks AWS with."""

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """Call an operation by boto3's name (`describe_endpoint`); raises AwsError."""


class Boto3:
    """AWS through boto3."""

    def __init__(self) -> None:
        self._session = boto3.Session()
        self._clients: dict[str, Any] = {}

    def assume(self, role: str) -> None:
        """Work under a role from now on."""
        keys = self.call("sts", "assume_role", RoleArn=role, RoleSessionName=SESSION_NAME)["Credentials"]
        self._session = boto3.Session(
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys["SessionToken"],
        )
        self._clients.clear()

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """See Aws."""
        try:
            if service not in self._clients:
                region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
                self._clients[service] = self._session.client(service, region_name=region)
            reply: dict[str, Any] = getattr(self._clients[service], operation)(**parameters)
        except ClientError as error:
            raise AwsError(error.response["Error"]["Code"], error.response["Error"]["Message"]) from None
        except BotoCoreError as error:
            raise AwsError(type(error).__name__, str(error)) from None
        return reply


class CommandLine:
    """AWS through the `aws` command."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._environment = dict(os.environ, AWS_PAGER="")
        if "AWS_REGION" in os.environ:  # version 1 reads only the other
            self._environment["AWS_DEFAULT_REGION"] = os.environ["AWS_REGION"]

    def assume(self, role: str) -> None:
        """Work under a role from now on."""
        keys = self.call("sts", "assume_role", RoleArn=role, RoleSessionName=SESSION_NAME)["Credentials"]
        self._environment.pop("AWS_PROFILE", None)
        self._environment.update(
            AWS_ACCESS_KEY_ID=keys["AccessKeyId"],
            AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"],
            AWS_SESSION_TOKEN=keys["SessionToken"],
        )

    def call(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """See Aws."""
        command = [self._program, service, operation.replace("_", "-"), "--output", "json"]
        command += ["--cli-input-json", json.dumps(parameters)]
        ended = subprocess.run(  # noqa: S603 - the program is aws, and no shell reads the rest
            command,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode != 0:
            said = ended.stderr.strip()
            found = re.search(
                r"An error occurred \((\w+)\) when calling the \w+ operation[^:]*: (.*)", said, re.DOTALL
            )
            raise (
                AwsError(found[1], found[2])
                if found
                else AwsError("CommandFailed", said or "aws said nothing")
            )
        reply: dict[str, Any] = json.loads(ended.stdout) if ended.stdout.strip() else {}
        return reply


def connect(environment: Mapping[str, str] = os.environ) -> Aws:
    """Find a way to AWS, assume the role if one is named, see that the account is the expected one."""
    aws: Boto3 | CommandLine = _find_way()
    if environment.get("ASSUME_ROLE_ARN"):
        aws.assume(environment["ASSUME_ROLE_ARN"])
    expected = environment.get("EXPECTED_ACCOUNT")
    if expected:
        account = aws.call("sts", "get_caller_identity")["Account"]
        if account != expected:
            raise NoWayError(
                f"this step's credentials belong to account {account}, "
                f"those of Terraform's provider to {expected}.\n"
                "  repair   export AWS_PROFILE=…, or give the module apply_steps.environment or "
                "apply_steps.assume_role_arn: a provisioner does not see the provider block"
            )
    return aws


def _find_way() -> Boto3 | CommandLine:
    if boto3 is not None:
        return Boto3()
    program = shutil.which("aws")
    if program is None:
        raise NoWayError(
            "this step asks AWS, and neither can this Python import boto3 nor is the AWS CLI in PATH.\n"
            "  repair   python3 -m pip install boto3   (or install the AWS CLI; "
            "or name another Python in the module's apply_steps.python)"
        )
    return CommandLine(program)
