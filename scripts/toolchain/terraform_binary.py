"""The terraform binary: which one, and is it new enough."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.toolchain.errors import TerraformMissingError

MINIMUM = (1, 11, 0)
"""The S3 backend's `use_lockfile` left its trial with 1.11."""

REPAIR = (
    "  repair   install Terraform 1.11 or later (https://developer.hashicorp.com/terraform/install) so that\n"
    "           `terraform version` works in this shell, or name yours: TERRAFORM=/path/to/terraform"
)


@dataclass(frozen=True)
class TerraformBinary:
    """A binary that answered: its path, version and platform (`linux_amd64`)."""

    path: Path
    version: tuple[int, ...]
    platform: str


def find_terraform(environment: Mapping[str, str] = os.environ) -> TerraformBinary:
    """Find the binary that `TERRAFORM` names, else the one on PATH; unfit raises TerraformMissingError."""
    wanted = environment.get("TERRAFORM") or "terraform"
    found = shutil.which(wanted, path=environment.get("PATH"))
    if found is None:
        raise TerraformMissingError(f"Terraform is missing: {wanted!r} is no executable on PATH.\n{REPAIR}")
    binary = ask_version(Path(found), environment)
    if binary.version < MINIMUM:
        raise TerraformMissingError(
            f"Terraform is too old: {found} is {_dotted(binary.version)}, not {_dotted(MINIMUM)}.\n{REPAIR}"
        )
    return binary


def ask_version(path: Path, environment: Mapping[str, str]) -> TerraformBinary:
    """Ask a binary for its version and platform; a pre-release counts as the release."""
    try:
        answer = subprocess.run(
            [path, "version", "-json"],
            env={**environment, "CHECKPOINT_DISABLE": "1"},
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        about = json.loads(answer.stdout)
        version = tuple(int(part) for part in about["terraform_version"].split("-")[0].split("."))
        return TerraformBinary(path, version, about["platform"])
    except (OSError, subprocess.SubprocessError, ValueError, KeyError) as error:
        raise TerraformMissingError(
            f"{path} does not answer `terraform version -json`: {error}\n{REPAIR}"
        ) from error


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)
