"""Programs for Node.js that tests run: installed once into build/, as their lock files say."""

import fcntl
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from scripts import ROOT
from tests.checkout import LEFT_OUT


def install(tool: str) -> Path:
    """Return the directory of a tool; skips the test where there is no npm to install it with."""
    directory = ROOT / "build" / tool
    lock = ROOT / "tests" / "e2e" / tool / "package-lock.json"
    stamp = directory / f".installed-{cksum(lock)}"
    directory.mkdir(parents=True, exist_ok=True)
    with (directory / ".installing").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)  # npm ci empties what another worker's npm ci has just filled
        if not stamp.exists():
            _install(tool, directory, stamp)
    return directory


def _install(tool: str, directory: Path, stamp: Path) -> None:
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip(f"{tool} is a program for Node.js, and there is no node and npm on PATH")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
    ended = subprocess.run(
        ["sh", ROOT / "scripts/toolchain/install_node_tool.sh", tool, directory, stamp],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


def cksum(file: Path) -> str:
    """Return a file's checksum as make's rules have it in the stamp's name."""
    with file.open("rb") as content:
        said = subprocess.run(["cksum"], stdin=content, capture_output=True, text=True, check=True)
    return said.stdout.split()[0]
