"""A copy of the repository with a build/ of its own, so that tests may run, edit and break everything in it.

It holds what a clone would: what git tracks, and what it would track if it were added.
Stages, Terraform's state and zips lie in its build/, far from those of the person who runs the tests.
"""

import contextlib
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from scripts import ROOT
from scripts.local_stage.environment import with_stage
from scripts.local_stage.stage_record import DEFAULT_NAME, StageDirectory, StageRecord
from scripts.terraform import Terraform
from scripts.toolchain.terraform_binary import find_terraform

LEFT_OUT = ("AWS_", "TF_VAR_", "PYTHON", "MAKE", "MFLAGS", "PYTEST_", "VIRTUAL_ENV")
"""Variables of the person, of make and of pytest that a fresh terminal would not have."""


class CommandFailedError(AssertionError):
    """A command ended otherwise than expected; the text has all that it said."""


class Checkout:
    """A copy of the repository, worked on by its own commands."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.stage = StageDirectory(DEFAULT_NAME, root / "build" / "local")
        self.environment = {
            name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)
        } | {
            "PYTHONPATH": f"{root / 'lambda'}:{root}",
            "PYTHONPYCACHEPREFIX": str(root / "build/cache/pycache"),
        }

    @classmethod
    def make(cls, root: Path) -> "Checkout":
        """Copy the repository to `root`."""
        for path in repository_files():
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, target, follow_symlinks=False)
        return cls(root)

    def lend_virtual_environment(self) -> None:
        """Let make find .venv installed: its interpreter is the one that runs the tests."""
        python = self.root / ".venv" / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
        python.chmod(0o755)
        planned = self.run("make", "-n", "demo").stdout
        stamps = re.findall(r"install\.sh \.venv demo (\S+)", planned)
        assert len(stamps) == 1, planned
        stamp = self.root / stamps[0]
        stamp.parent.mkdir()
        stamp.touch()

    def run(
        self,
        *command: str,
        expect: int = 0,
        timeout: float = 400.0,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a command here; raises CommandFailedError unless it ends with the exit code `expect`."""
        process = subprocess.Popen(
            command,
            cwd=self.root,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            out, err = process.communicate(timeout=timeout)
        finally:
            if process.poll() is None:  # and what it started with it
                os.killpg(process.pid, signal.SIGKILL)
                process.communicate()
        if process.returncode != expect:
            said = f"exit code {process.returncode}, not {expect}\n{out}{err}"
            raise CommandFailedError(f"{' '.join(command)}: {said}")
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    def python(self, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run the interpreter that runs the tests on a script or module of this copy."""
        return self.run(sys.executable, *arguments, **options)

    def record(self) -> StageRecord:
        """The running stage."""
        record = self.stage.running()
        assert record is not None, f"no stage runs in {self.root}"
        return record

    def stage_environment(self) -> dict[str, str]:
        """The environment whose AWS clients talk to the stage."""
        return with_stage(self.environment, self.record())

    def terraform(self, stack: str, env: str = "dev") -> Terraform:
        """Terraform on a stack that `scripts.stack` has initialised here, for what it does not offer."""
        return Terraform(
            self.root / "infra" / "stacks" / stack,
            data_dir=self.root / "build" / "terraform" / "local" / f"{stack}-{env}" / "data",
            environment=self.stage_environment(),
            binary=find_terraform().path,
        )

    @contextlib.contextmanager
    def edited(self, path: str, before: str, after: str) -> Iterator[None]:
        """Replace a text in a file, which must hold it, for the time of the block."""
        file = self.root / path
        original = file.read_text(encoding="utf-8")
        assert before in original, f"{path} does not hold {before!r}"
        file.write_text(original.replace(before, after), encoding="utf-8")
        try:
            yield
        finally:
            file.write_text(original, encoding="utf-8")


def repository_files() -> list[Path]:
    """List the files that a clone of the working tree would hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for path in map(Path, listed.stdout.split("\0")) if path.name and (ROOT / path).is_file()]
