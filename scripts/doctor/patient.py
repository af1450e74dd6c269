"""What the doctor looks at, each part found once and only when a check asks for it."""

import os
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from scripts import ROOT
from scripts.smoke.result import CheckSkipped
from scripts.smoke.subject import clients_of
from scripts.stack.target import StackError, Target, read_outputs
from scripts.terraform import TerraformError
from scripts.toolchain.errors import ToolchainError

QUICK = Config(connect_timeout=3, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 2})
"""A doctor who waits for minutes is no help."""


def run_command(line: Sequence[str]) -> str | None:
    """What a command prints, None if it isn't there or fails."""
    try:
        done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


@dataclass
class Patient:
    """A checkout, and a stack of it in an environment; the fields with defaults are seams for tests."""

    target: Target
    root: Path = ROOT
    variables: Mapping[str, str] = field(default_factory=lambda: dict(os.environ))
    run: Callable[[Sequence[str]], str | None] = run_command
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    make_clients: Callable[[Mapping[str, str], Config], Callable[[str], Any]] = clients_of
    find_outputs: Callable[[Target], Mapping[str, Any]] = read_outputs

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """The environment in which AWS clients reach the target; on a stage that is down there is none."""
        try:
            return self.target.environment(self.variables)
        except StackError as error:
            said, _, repair = str(error).partition("repair")
            raise CheckSkipped(f"{said.strip()} ({repair.strip()})") from error

    @property
    def region(self) -> str | None:
        """The region that Terraform and boto3 read from the environment."""
        return self.environment.get("AWS_REGION") or self.environment.get("AWS_DEFAULT_REGION")

    def identify(self) -> str:
        """Ask AWS who we are. Raises what boto3 raises."""
        return str(self._clients("sts").get_caller_identity()["Arn"])

    @property
    def aws(self) -> Callable[[str], Any]:
        """Service → boto3 client that gives up soon; one cause of trouble is told once, by its own check."""
        self._require_account()
        return self._clients

    @property
    def outputs(self) -> Mapping[str, Any]:
        """The applied stack's outputs; without them there is nothing to check of it."""
        found = self.known_outputs
        if isinstance(found, StackError):
            raise CheckSkipped(str(found).splitlines()[0]) from found
        if isinstance(found, ToolchainError):
            raise CheckSkipped("needs Terraform and its provider: see the toolchain") from found
        if isinstance(found, TerraformError):
            raise CheckSkipped("the outputs can't be read: see deployed") from found
        return found

    @cached_property
    def known_outputs(self) -> Mapping[str, Any] | StackError | TerraformError | ToolchainError:
        """The outputs, or why there are none: asked once."""
        self._require_account()
        try:
            return self.find_outputs(self.target)
        except (StackError, TerraformError, ToolchainError) as error:
            return error

    def _require_account(self) -> None:
        self.environment  # noqa: B018 - without a stage or an account nothing can be applied
        if self.on_aws and not self._credentials_work:
            raise CheckSkipped("needs credentials that work: see credentials")
        if self.on_aws and self.region is None and not self.environment.get("AWS_PROFILE"):
            raise CheckSkipped("needs a region: see region")

    @cached_property
    def _credentials_work(self) -> bool:
        try:
            self.identify()
        except (BotoCoreError, ClientError):
            return False
        return True

    @cached_property
    def _clients(self) -> Callable[[str], Any]:
        return self.make_clients(self.environment, QUICK)

    @property
    def on_aws(self) -> bool:
        """Whether it is an account; what only an account has is skipped on the stage."""
        return self.target.on == "aws"

    def only_on_aws(self, what: str) -> None:
        """Skip a check of something that the local stage doesn't have."""
        if not self.on_aws:
            raise CheckSkipped(f"the local stage has no {what}; ON=aws checks it")
