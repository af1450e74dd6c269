"""The interpreter of a function and the runtime that Lambda puts beside the function's code.

On Lambda the runtime client and boto3 are the service's, numpy is not. So here: a directory with links
to the runtime's packages only, and an interpreter that doesn't see the virtual environment's.
"""

import contextlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from scripts.local_stage.environment import local_target
from scripts.local_stage.lambda_runtime import runtime_packages

_LIMIT_SECONDS = 30


class NoInterpreterError(Exception):
    """The function's runtime can't run here; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    """How to run a function's runtime."""

    executable: str
    runtime_directory: Path
    """Holds the runtime client and boto3; goes on PYTHONPATH."""


class Interpreters:
    """The interpreters of one stage, found when first asked for."""

    def __init__(self, directory: Path) -> None:
        """Runtime directories are made in `directory`."""
        self._directory = directory
        self._found: dict[tuple[str, str], Interpreter] = {}

    def find(self, runtime: str, architecture: str) -> Interpreter:
        """The interpreter for e.g. `python3.13` on `x86_64`. Blocks; up to seconds at the first call.

        Raises NoInterpreterError.
        """
        key = (runtime, architecture)
        if key not in self._found:
            self._found[key] = self._prepare(runtime, architecture)
        return self._found[key]

    def _prepare(self, runtime: str, architecture: str) -> Interpreter:
        here = local_target()
        repair = f"package for this machine ({here}): python -m scripts.package MODEL --target local"
        if not here.endswith(f"-{architecture}"):
            raise NoInterpreterError(
                f"the function wants {architecture}, the local stage runs {here}; {repair}"
            )
        if f"{runtime}-{architecture}" == here:
            executable = getattr(sys, "_base_executable", sys.executable)
            packages = runtime_packages.find_runtime_packages()
            _compile(executable, packages)
            return self._link(runtime, executable, packages)
        found = shutil.which(runtime)
        if found is None:
            raise NoInterpreterError(f"the function wants {runtime}, which is not on PATH; {repair}")
        return self._link(runtime, found, _ask_for_packages(found, runtime, repair))

    def _link(self, runtime: str, executable: str, packages: dict[str, str]) -> Interpreter:
        directory = self._directory / runtime
        directory.mkdir(parents=True, exist_ok=True)
        for name, path in packages.items():
            link = directory / name
            if not link.is_symlink():
                link.symlink_to(path)
        return Interpreter(executable, directory)


def _compile(executable: str, packages: dict[str, str]) -> None:
    """Give this environment's packages bytecode, as Lambda's have: importing boto3 takes a third of the time.

    It lies beside the sources, where a sandbox looks. Where nothing may be written, things stay as they are.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPYCACHEPREFIX"}
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            [executable, "-S", "-m", "compileall", "-qq", *packages.values()],
            env=environment,
            capture_output=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )


def _ask_for_packages(executable: str, runtime: str, repair: str) -> dict[str, str]:
    try:
        answer = subprocess.run(
            [executable, runtime_packages.__file__],
            capture_output=True,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NoInterpreterError(f"{executable} doesn't run: {error}; {repair}") from error
    if answer.returncode != 0:
        reason = (answer.stderr.strip().splitlines() or ["it doesn't run"])[-1]
        raise NoInterpreterError(
            f"the function wants {runtime}; {executable}: {reason}. "
            f"Either {repair}, or {executable} -m pip install {' '.join(runtime_packages.RUNTIME)}"
        )
    packages: dict[str, str] = json.loads(answer.stdout)
    return packages
