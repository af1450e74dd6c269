"""A root whose apply takes as long as a test wants, with its state in a bootstrapped account's bucket."""

import subprocess
import time
from pathlib import Path

from scripts.toolchain.terraform_binary import find_terraform
from tests.e2e.bootstrapped_account import Account

SLOW_ROOT = """
terraform {
  backend "s3" {
    use_lockfile = true
    encrypt      = true
  }
}
variable "directory" {
  type = string
}
resource "terraform_data" "first" {}
resource "terraform_data" "slow" {
  depends_on = [terraform_data.first]
  provisioner "local-exec" {
    working_dir = var.directory
    command     = "touch started; for i in $(seq 600); do test -e go && exit 0; sleep 0.1; done; exit 1"
  }
}
"""


class SlowRoot:
    """A root whose apply waits for a file, with its state in the account's bucket."""

    def __init__(self, account: Account, directory: Path) -> None:
        self.directory = directory
        (directory / "main.tf").write_text(SLOW_ROOT)
        self.environment = {**account.environment, "TF_DATA_DIR": str(directory / "data")}
        self.binary = str(find_terraform().path)
        backend = account.outputs["backends"]["bike-rental/boot"].replace("bike-rental/boot", "slow/boot")
        (directory / "backend.hcl").write_text(backend)
        self.run("init", "-input=false", "-backend-config=backend.hcl")

    def start(self, command: str, *arguments: str) -> subprocess.Popen[str]:
        """Start Terraform."""
        line = [self.binary, f"-chdir={self.directory}", command, *arguments]
        return subprocess.Popen(
            line, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def run(self, command: str, *arguments: str, expect: int = 0) -> str:
        """Run Terraform to its end."""
        process = self.start(command, *arguments)
        out, _ = process.communicate(timeout=90)
        assert process.returncode == expect, out
        return out

    def apply(self, *arguments: str, expect: int = 0) -> str:
        """Apply without asking."""
        return self.run("apply", *self.options(*arguments), expect=expect)

    def options(self, *arguments: str) -> tuple[str, ...]:
        """What every apply is given."""
        return ("-auto-approve", "-input=false", "-no-color", f"-var=directory={self.directory}", *arguments)

    def wait_until_started(self, process: subprocess.Popen[str]) -> None:
        """Wait until the slow resource is being made."""
        deadline = time.monotonic() + 60
        while not (self.directory / "started").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
