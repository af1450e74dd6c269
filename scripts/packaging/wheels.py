"""The hash-pinned wheels of a target: found in build/wheels, else fetched by pip, always verified."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

from scripts.packaging.errors import PackagingError
from scripts.packaging.target import Target

FETCH_TIMEOUT_SECONDS = 600


@dataclass(frozen=True)
class Pin:
    """One requirement of the zip: `name==version`, and the sha256 of every wheel that may stand for it."""

    requirement: str
    sha256: frozenset[str]


def read_pins(text: str, target: Target) -> list[Pin]:
    """Read the lines of a `--require-hashes` file whose marker fits the target.

    pip judges markers by the Python that runs pip, which is not the target's: hence our own reading.
    """
    environment = {
        "python_version": target.minor,
        "python_full_version": f"{target.minor}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "platform_system": "Linux",
        "sys_platform": "linux",
        "os_name": "posix",
        "platform_machine": target.architecture,
    }
    pins = []
    for written in re.sub(r"\\\n", " ", text).splitlines():
        line = written.split("#", 1)[0].strip()
        if not line:
            continue
        requirement, _, marker = line.split("--hash", 1)[0].partition(";")
        hashes = frozenset(re.findall(r"--hash=sha256:([0-9a-f]{64})", line))
        if not hashes:
            raise PackagingError(f"{requirement.strip()} has no --hash", "pin it in lambda/requirements.txt")
        if not marker.strip() or Marker(marker).evaluate(environment):
            pins.append(Pin(requirement.strip(), hashes))
    if not pins:
        raise PackagingError(
            f"lambda/requirements.txt pins nothing for Python {target.minor}",
            f'add a line with the marker python_version == "{target.minor}"',
        )
    return pins


def fetch_wheels(pins: list[Pin], target: Target, folder: Path, tell: Callable[[str], None]) -> list[Path]:
    """Return a verified wheel for each pin, from `folder` if it is there, else by `pip download`."""
    folder.mkdir(parents=True, exist_ok=True)
    wheels = []
    for pin in pins:
        wheel = _find(pin, target, folder)
        if wheel is None:
            tell(f"fetching {pin.requirement} for {target.name} into {folder}")
            _download(pin, target, folder)
            wheel = _find(pin, target, folder)
        if wheel is None:
            raise PackagingError(
                f"pip brought no wheel of {pin.requirement} for {target.name} with a pinned hash",
                "compare the hashes in lambda/requirements.txt with the wheels in " + str(folder),
            )
        wheels.append(wheel)
    return wheels


def _find(pin: Pin, target: Target, folder: Path) -> Path | None:
    name, _, version = pin.requirement.partition("==")
    pattern = f"{name.replace('-', '_')}-{version}-*.whl"
    for path in sorted(folder.glob(pattern)):
        fits = target.abi in path.name and any(tag in path.name for tag in target.platforms)
        if (fits or path.name.endswith("-none-any.whl")) and _sha256(path) in pin.sha256:
            return path
    return None


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _download(pin: Pin, target: Target, folder: Path) -> None:
    """Let pip fetch where nobody else looks, then move: pip deletes a wheel that a neighbour still writes."""
    with tempfile.TemporaryDirectory(prefix=".fetch-", dir=folder) as scratch:
        wanted = Path(scratch, "requirements.txt")
        hashes = " ".join(f"--hash=sha256:{digest}" for digest in sorted(pin.sha256))
        wanted.write_text(f"{pin.requirement} {hashes}\n")
        command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary=:all:", "--require-hashes", "--implementation", "cp"]
        command += ["--python-version", target.minor, "--abi", target.abi]
        command += [part for tag in target.platforms for part in ("--platform", tag)]
        command += ["--dest", scratch, "--requirement", str(wanted)]
        try:
            done = subprocess.run(
                command,
                stdout=sys.stderr if sys.stderr.isatty() else subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                timeout=FETCH_TIMEOUT_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _not_fetched(pin, target, folder, f"no answer in {FETCH_TIMEOUT_SECONDS} s") from None
        if done.returncode != 0:
            last = [line for line in done.stderr.splitlines() if line.strip()][-3:]
            raise _not_fetched(pin, target, folder, " / ".join(last))
        for wheel in Path(scratch).glob("*.whl"):
            wheel.replace(folder / wheel.name)


def _not_fetched(pin: Pin, target: Target, folder: Path, reason: str) -> PackagingError:
    return PackagingError(
        f"pip could not fetch {pin.requirement} for {target.name}: {reason}",
        f"with a network (or a mirror in pip's configuration) run it again; on an air-gapped machine put "
        f"the wheel for {target.abi} on {target.platforms[-1]} into {folder}",
    )
