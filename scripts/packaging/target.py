"""What a zip is built for: a Lambda runtime and an architecture."""

from __future__ import annotations

import platform
import re
import sys
from dataclasses import dataclass

from scripts.packaging.errors import PackagingError

DEFAULT = "python3.13-arm64"
MINORS = ("3.11", "3.12", "3.13", "3.14")
WHEEL_ARCHITECTURE = {"arm64": "aarch64", "x86_64": "x86_64"}
LOCAL_ARCHITECTURE = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64", "AMD64": "x86_64"}
GLIBC = {"3.11": (2, 26)}
"""Lambda's python3.11 runs on Amazon Linux 2 (glibc 2.26), later ones on Amazon Linux 2023 (2.34)."""
GLIBC_AL2023 = (2, 34)
MANYLINUX = ((2, 28), (2, 27), (2, 17))


@dataclass(frozen=True)
class Target:
    """A Lambda runtime (`minor`, "3.13") on an architecture in Lambda's words ("arm64", "x86_64")."""

    minor: str
    architecture: str

    @property
    def name(self) -> str:
        """Name as it stands in file names and in Terraform's `lambda_target`."""
        return f"{self.runtime}-{self.architecture}"

    @property
    def runtime(self) -> str:
        """Lambda's identifier of the runtime."""
        return f"python{self.minor}"

    @property
    def abi(self) -> str:
        """CPython's ABI tag, as wheels spell it."""
        return "cp" + self.minor.replace(".", "")

    @property
    def platforms(self) -> tuple[str, ...]:
        """Wheel platform tags that the runtime's glibc can load, newest first."""
        glibc = GLIBC.get(self.minor, GLIBC_AL2023)
        machine = WHEEL_ARCHITECTURE[self.architecture]
        loadable = [f"manylinux_{a}_{b}_{machine}" for a, b in MANYLINUX if (a, b) <= glibc]
        return (*loadable, f"manylinux2014_{machine}")


def parse_target(text: str) -> Target:
    """Read `python3.13-arm64`, or `local` for the interpreter and machine at hand.

    Raises PackagingError for anything else, and for a machine that can't run Lambda's Linux wheels.
    """
    if text == "local":
        return local_target()
    match = re.fullmatch(r"python(3\.\d+)-(arm64|x86_64)", text)
    if match is None or match[1] not in MINORS:
        raise PackagingError(
            f"unknown target {text!r}",
            f"use one of python{{{','.join(MINORS)}}}-{{arm64,x86_64}}, such as {DEFAULT}, or local",
        )
    return Target(match[1], match[2])


def local_target() -> Target:
    """Return the target that the interpreter running this can load."""
    minor = f"{sys.version_info[0]}.{sys.version_info[1]}"
    architecture = LOCAL_ARCHITECTURE.get(platform.machine())
    if sys.platform != "linux" or architecture is None:
        raise PackagingError(
            f"the local stage runs Lambda's own Linux wheels; this is {sys.platform} on {platform.machine()}",
            "run it on Linux (x86_64 or arm64), a Linux virtual machine or WSL",
        )
    if minor not in MINORS:
        raise PackagingError(
            f"Lambda has no runtime for Python {minor}",
            f"make the virtual environment with one of Python {', '.join(MINORS)}",
        )
    return Target(minor, architecture)
