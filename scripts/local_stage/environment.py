"""The environment that points AWS clients and Terraform at a stage."""

import json
import platform
import sys
from collections.abc import Mapping

from scripts.local_stage.stage_record import StageRecord

_MACHINES = {"x86_64": "x86_64", "amd64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}

_FOREIGN = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ROLE_ARN")


def local_target() -> str:
    """Runtime and architecture of the interpreter at hand, e.g. `python3.11-x86_64`."""
    machine = platform.machine().lower()
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return f"{version}-{_MACHINES.get(machine, machine)}"


def stage_environment(stage: StageRecord) -> dict[str, str]:
    """Variables to set; `AWS_ENDPOINT_URL` is an IP address, so S3 goes path-style by itself."""
    return {
        "AWS_ENDPOINT_URL": stage.control_plane,
        "AWS_ENDPOINT_URL_EXECUTE_API": stage.gateway,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": stage.region,
        "AWS_DEFAULT_REGION": stage.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "2",
        "CHECKPOINT_DISABLE": "1",
        "TF_VAR_lambda_target": local_target(),
        "TF_VAR_runtime_deprecations": json.dumps(_without_end(local_target())),
    }


def _without_end(target: str) -> dict[str, str]:
    """Plans fail after the day on which Lambda drops a runtime; this machine's Python is not Lambda's."""
    return {target.rpartition("-")[0]: "9999-12-31"}


def foreign_variables(environment: Mapping[str, str]) -> list[str]:
    """Variables of the user that would lead a client away from the stage; remove them."""
    return sorted(name for name in environment if name in _FOREIGN or name.startswith("AWS_ENDPOINT_URL_"))


def with_stage(environment: Mapping[str, str], stage: StageRecord) -> dict[str, str]:
    """A copy of `environment` whose AWS clients talk to the stage and to nothing else."""
    foreign = set(foreign_variables(environment))
    kept = {name: value for name, value in environment.items() if name not in foreign}
    return kept | stage_environment(stage)
