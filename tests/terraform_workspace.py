"""A copy of the Terraform code, so that tests may run `terraform init` and the repository stays as it is."""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from scripts import ROOT
from scripts.terraform import Terraform
from scripts.toolchain.locked_providers import read_lock_file
from scripts.toolchain.provider_source import choose_source, this_machine
from scripts.toolchain.terraform_binary import find_terraform

LOCK_FILE = ROOT / "infra" / "stacks" / "bike-rental" / ".terraform.lock.hcl"

_LEFT_OUT = shutil.ignore_patterns(".terraform", "*.tfstate*", "__pycache__")


class TerraformWorkspace:
    """Copies of `infra/` and of test roots at the same relative paths, and the driver to run them."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.binary = find_terraform()
        shutil.copytree(ROOT / "infra", directory / "infra", ignore=_LEFT_OUT)

    def copy(self, path: str) -> Path:
        """Copy a directory of the repository."""
        return Path(shutil.copytree(ROOT / path, self.directory / path, ignore=_LEFT_OUT))

    def terraform(self, path: str, environment: Mapping[str, str] = os.environ) -> Terraform:
        """Initialise a root module with the locked provider, from wherever this machine has it."""
        root = self.directory / path
        data_dir = self.directory / "data" / path
        source = choose_source(
            read_lock_file(LOCK_FILE),
            self.binary.platform,
            root=root,
            config_file=self.directory / "cli.tfrc",
            around=this_machine(),
        )
        shutil.copy(LOCK_FILE, root)
        terraform = Terraform(
            root,
            data_dir=data_dir,
            environment={**environment, **source.environment(), "CHECKPOINT_DISABLE": "1"},
            binary=self.binary.path,
        )
        terraform.init()
        return terraform
