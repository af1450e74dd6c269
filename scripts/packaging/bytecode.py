"""`.pyc` files for the zip, compiled by a CPython of the runtime's own minor version.

Without them Lambda compiles numpy at every cold start (/var/task is read-only): its import takes 2.1 to 2.6
times as long, some 0.2 s.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.packaging.contents import Files
from scripts.packaging.errors import PackagingError
from scripts.packaging.target import Target

COMPILER = Path(__file__).with_name("compile_sources.py")
PROBE = "import sys; print(sys.implementation.name, '%d.%d.%d %s' % sys.version_info[:4])"
CLEAN = {"PYTHONHASHSEED": "0", "PATH": os.defpath}


@dataclass(frozen=True)
class Interpreter:
    """A CPython on this machine; `version` is full, such as "3.13.0"."""

    path: Path
    version: str


def find_interpreter(target: Target, chosen: str | None) -> Interpreter | None:
    """Find a released CPython of the target's minor: `chosen`, this one, on PATH, where tools put them.

    Raises PackagingError if `chosen` is given and isn't one.
    """
    if chosen is not None:
        found = _probe(Path(chosen), target)
        if found is None:
            raise PackagingError(
                f"{chosen} is not a CPython {target.minor}", "name one with --python, or leave it out"
            )
        return found
    for path in _candidates(target.minor):
        found = _probe(path, target)
        if found is not None:
            return found
    return None


def _candidates(minor: str) -> Iterator[Path]:
    if sys.version_info[:2] == tuple(map(int, minor.split("."))):
        yield Path(sys.executable)
    if (on_path := shutil.which(f"python{minor}")) is not None:
        yield Path(on_path)
    home = Path.home()
    pyenv = Path(os.environ.get("PYENV_ROOT", home / ".pyenv"))
    for folder, pattern in (
        (pyenv / "versions", f"{minor}.*/bin/python"),
        (home / ".local/share/uv/python", f"cpython-{minor}.*/bin/python{minor}"),
        (home / ".asdf/installs/python", f"{minor}.*/bin/python"),
        (home / ".local/share/mise/installs/python", f"{minor}.*/bin/python"),
        (Path("/opt/hostedtoolcache/Python"), f"{minor}.*/*/bin/python"),
        (Path("/opt/python"), f"*/bin/python{minor}"),
        (Path("/usr/local/bin"), f"python{minor}"),
        (Path("/usr/bin"), f"python{minor}"),
        (Path("/opt/homebrew/bin"), f"python{minor}"),
    ):
        yield from sorted(folder.glob(pattern), key=_by_version, reverse=True)


def _by_version(path: Path) -> list[int]:
    return [int(part) for part in "".join(c if c.isdigit() else " " for c in str(path)).split()]


def _probe(path: Path, target: Target) -> Interpreter | None:
    """Ask the candidate itself: a pyenv shim, for one, stands on PATH and refuses to run."""
    try:
        done = subprocess.run(
            [path, "-I", "-S", "-c", PROBE],
            capture_output=True,
            text=True,
            timeout=20,
            env=CLEAN,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    name, version, level = [*done.stdout.split(), "", "", ""][:3]
    released = done.returncode == 0 and name == "cpython" and level == "final"
    return Interpreter(path, version) if released and version.startswith(target.minor + ".") else None


def compile_files(files: Files, interpreter: Interpreter) -> Files:
    """Compile every `.py` of `files`; returns the `__pycache__/….pyc` files."""
    sources = {name: data.decode("utf-8") for name, data in files.items() if name.endswith(".py")}
    command = [str(interpreter.path), "-I", "-S", str(COMPILER)]
    done = subprocess.run(
        command, input=json.dumps(sources).encode(), capture_output=True, env=CLEAN, timeout=300, check=False
    )
    if done.returncode != 0:
        raise PackagingError(
            f"CPython {interpreter.version} can't compile {done.stderr.decode().strip()}",
            "mend that file",
        )
    compiled: dict[str, str] = json.loads(done.stdout)
    return {name: bytes.fromhex(data) for name, data in compiled.items()}
