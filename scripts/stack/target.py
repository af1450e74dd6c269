"""Which stack, in which environment, where: names, paths, and the Terraform that runs it."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts import ROOT
from scripts.local_stage.control_plane import STATE_BUCKET
from scripts.local_stage.environment import with_stage
from scripts.local_stage.stage_record import DEFAULT_NAME, StageDirectory, StageRecord
from scripts.terraform import Event, Terraform
from scripts.toolchain.locked_providers import read_lock_file
from scripts.toolchain.provider_source import ProviderSource, choose_source, this_machine
from scripts.toolchain.terraform_binary import find_terraform


class StackError(Exception):
    """A stack can't be worked on; the text says what is missing and the command that repairs it."""


class TargetError(StackError):
    """There is no such stack or environment: wrong usage."""


@dataclass(frozen=True)
class Target:
    """One stack in one environment: on the local stage named `stage`, or in the user's account."""

    stack: str
    env: str = "dev"
    on: str = "local"
    stage: str = DEFAULT_NAME

    @property
    def root(self) -> Path:
        """The root module, into which nothing is written."""
        return ROOT / "infra" / "stacks" / self.stack

    @property
    def directory(self) -> Path:
        """Where Terraform keeps what it makes for this target: modules, providers, the plan."""
        place = self.on if self.stage == DEFAULT_NAME else f"{self.on}-{self.stage}"
        return ROOT / "build" / "terraform" / place / f"{self.stack}-{self.env}"

    @property
    def var_file(self) -> Path:
        """The environment's settings."""
        return self.root / "env" / f"{self.env}.tfvars"

    @property
    def plan_file(self) -> Path:
        """The plan that `plan` leaves and `apply` takes."""
        return self.directory / "stack.tfplan"

    def check(self) -> None:
        """Raise TargetError unless the stack and the environment exist."""
        if not self.root.is_dir():
            known = ", ".join(sorted(path.name for path in self.root.parent.glob("*") if path.is_dir()))
            raise TargetError(
                f"There is no stack {self.stack!r}; there are: {known}.\n"
                f"  repair   STACK=one of them; make new-model drafts a new one"
            )
        if not self.var_file.is_file():
            known = ", ".join(sorted(path.stem for path in self.var_file.parent.glob("*.tfvars")))
            missing = self.var_file.relative_to(ROOT)
            raise TargetError(
                f"Stack {self.stack} has no environment {self.env!r} ({missing}); there are: {known}.\n"
                f"  repair   ENV=one of them; a new one starts with another's settings: "
                f"cp {missing.with_name('dev.tfvars')} {missing}"
            )

    def environment(self, environment: Mapping[str, str] = os.environ) -> dict[str, str]:
        """Return the environment in which AWS clients and Terraform reach this target's AWS."""
        if self.on == "aws":
            return dict(environment)
        return with_stage(environment, self.running_stage())

    def running_stage(self) -> StageRecord:
        """Return the local stage; raise StackError if it does not run."""
        record = StageDirectory(self.stage).running()
        if record is None:
            name = "" if self.stage == DEFAULT_NAME else f" ARGS='--name {self.stage}'"
            raise StackError(f"The local stage {self.stage!r} does not run.\n  repair   make up{name}")
        return record

    def backend_config(self) -> list[str]:
        """Return `-backend-config` values: where this target's state lies."""
        key = f"key={self.stack}/{self.env}.tfstate"
        if self.on == "local":
            return [f"bucket={STATE_BUCKET}", key, f"region={self.running_stage().region}"]
        file = self.root / "env" / f"{self.env}.s3.tfbackend"
        if not file.is_file():
            raise StackError(
                f"{file.relative_to(ROOT)} is missing: it says which bucket keeps the state.\n"
                f'  repair   write into it: bucket = "your-state-bucket" and region = "eu-west-1"'
            )
        return [str(file)]


ORDER = ("dev", "staging", "prod")
"""Environments in the order in which a revision goes through them; others come before the last."""


def known_targets() -> list[Target]:
    """List every stack in every environment that it has settings for, in the order of a deployment."""
    files = (ROOT / "infra" / "stacks").glob("*/env/*.tfvars")
    found = [(file.stem, file.parent.parent.name) for file in files]
    return [Target(stack, env) for env, stack in sorted(found, key=lambda pair: (_rank(pair[0]), *pair))]


def _rank(env: str) -> float:
    return ORDER.index(env) if env in ORDER else len(ORDER) - 1.5


def open_terraform(
    target: Target, on_event: Callable[[Event], None] = lambda _: None
) -> tuple[Terraform, ProviderSource]:
    """Make the Terraform of a target, with the first source of providers that works; nothing is run yet.

    Raises TargetError, StackError, ToolchainError.
    """
    target.check()
    environment = target.environment()
    source = find_source(target)
    terraform = Terraform(
        target.root,
        data_dir=target.directory / "data",
        environment={**environment, **source.environment()},
        binary=find_terraform(environment).path,
        on_event=on_event,
    )
    return terraform, source


def find_source(target: Target) -> ProviderSource:
    """Choose where the stack's providers come from; needs no running stage."""
    around = this_machine()
    target.directory.mkdir(parents=True, exist_ok=True)
    return choose_source(
        read_lock_file(target.root / ".terraform.lock.hcl"),
        find_terraform().platform,
        root=target.root,
        config_file=ROOT / "build" / "terraform" / "mirror.tfrc",
        around=around,
    )


def initialise(terraform: Terraform, target: Target) -> None:
    """Run `terraform init` for a target."""
    terraform.init(target.backend_config())


def ready_terraform(target: Target) -> Terraform:
    """Make the Terraform of a target, initialised unless it is."""
    terraform, _ = open_terraform(target)
    if not (target.directory / "data" / "terraform.tfstate").is_file():
        initialise(terraform, target)
    return terraform


def find_outputs(target: Target) -> dict[str, Any]:
    """Return the outputs of a target; none when there is nothing applied."""
    return ready_terraform(target).outputs()


def read_outputs(target: Target) -> dict[str, Any]:
    """Return the outputs of an applied target; raise StackError when there is nothing applied."""
    outputs = find_outputs(target)
    if not outputs:
        raise StackError(
            f"Stack {target.stack} of {target.env} has no outputs: it is not applied.\n"
            f"  repair   make apply STACK={target.stack} ENV={target.env} ON={target.on}"
        )
    return outputs
