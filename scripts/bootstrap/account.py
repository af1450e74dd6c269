"""Which account, where: names, paths, and the working copy of infra/bootstrap that Terraform runs in.

The bucket that is to keep the state is made by the root itself, so it begins with its state on this machine.
An override file beside the copied sources says so; nothing is written into infra/.
"""

from dataclasses import dataclass
from pathlib import Path

from scripts import ROOT
from scripts.stack.target import Target, TargetError

SOURCE = ROOT / "infra" / "bootstrap"

EXAMPLE_REPOSITORY = "example-org/model-endpoint-api"
"""What accounts/main.tfvars names until somebody writes their own."""

_LOCAL_BACKEND = 'terraform {\n  backend "local" {\n    path = "%s"\n  }\n}\n'


@dataclass(frozen=True)
class Account(Target):
    """The account whose settings are accounts/<env>.tfvars; `env` is its name among ours."""

    stack: str = "bootstrap"
    env: str = "main"

    @property
    def root(self) -> Path:
        """The working copy; modules lie at the same relative path."""
        return self.directory / "infra" / "bootstrap"

    @property
    def var_file(self) -> Path:
        """The account's settings."""
        return SOURCE / "accounts" / f"{self.env}.tfvars"

    @property
    def local_state(self) -> Path:
        """Where the state lies until the bucket has it."""
        return self.directory / "local.tfstate"

    @property
    def state_key(self) -> str:
        """Where it lies in the bucket."""
        return f"bootstrap/{self.env}.tfstate"

    def check(self) -> None:
        """Raise TargetError unless the account has settings."""
        if not self.var_file.is_file():
            known = ", ".join(sorted(path.stem for path in self.var_file.parent.glob("*.tfvars"))) or "none"
            missing = self.var_file.relative_to(ROOT)
            raise TargetError(f"Account {self.env!r} has no settings ({missing}); there are: {known}.")

    def check_repository(self) -> None:
        """Raise TargetError if roles of a real account would trust the example's repository."""
        named = f'"{EXAMPLE_REPOSITORY}"' in self.var_file.read_text(encoding="utf-8")
        if self.on == "aws" and named:
            raise TargetError(
                f"{self.var_file.relative_to(ROOT)} names the example's repository, {EXAMPLE_REPOSITORY}: "
                "whoever has that name on GitHub could take the roles.\n"
                "  repair   write your own into github.repository there, look through the rest, "
                f"then make bootstrap ACCOUNT={self.env} ON={self.on}"
            )

    def has_local_state(self) -> bool:
        """Whether an apply has left a state here, finished or not."""
        return self.local_state.is_file() and self.local_state.stat().st_size > 0

    def remembered_bucket(self) -> str:
        """The bucket that an earlier run here moved the state into; empty if none did."""
        return self._bucket_file.read_text(encoding="utf-8") if self._bucket_file.is_file() else ""

    def remember_bucket(self, name: str) -> None:
        """Spare the next run here the search for the bucket, and leave no state on this machine."""
        self._bucket_file.write_text(name, encoding="utf-8")
        self.forget_local_state()

    def forget_local_state(self) -> None:
        """Remove the state on this machine, with its backups."""
        for path in self.directory.glob(f"{self.local_state.name}*"):
            path.unlink()

    @property
    def _bucket_file(self) -> Path:
        return self.directory / "bucket.txt"

    def lay_out(self, *, local: bool) -> None:
        """Link the sources into the working copy, with the state on this machine or in the bucket."""
        self.root.mkdir(parents=True, exist_ok=True)
        for path in self.root.iterdir():
            path.unlink()
        for path in [*SOURCE.glob("*.tf"), SOURCE / ".terraform.lock.hcl"]:
            (self.root / path.name).symlink_to(path)
        modules = self.root.parent / "modules"
        modules.unlink(missing_ok=True)
        modules.symlink_to(ROOT / "infra" / "modules")
        if local:
            text = _LOCAL_BACKEND % self.local_state.as_posix()
            (self.root / "backend_override.tf").write_text(text, encoding="utf-8")
