"""The tools: Python, Terraform, its provider, what builds the zip."""

import platform as machine
import re
import shutil
import sys
from pathlib import Path

from scripts import ROOT
from scripts.doctor.patient import Patient
from scripts.packaging.bytecode import find_interpreter
from scripts.packaging.target import Target as ZipTarget
from scripts.packaging.target import parse_target
from scripts.smoke.result import CheckFailed, CheckSkipped, require
from scripts.stack.stale_build import lambda_target
from scripts.stack.target import find_source
from scripts.toolchain.cli_config import read_cli_config
from scripts.toolchain.errors import ToolchainError
from scripts.toolchain.locked_providers import read_lock_file
from scripts.toolchain.terraform_binary import find_terraform

_MIRRORS = re.compile(r'filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"')
_ELSEWHERE = re.compile(r"^\s*(?:direct|network_mirror|dev_overrides)\b", re.MULTILINE)


def python_is_supported(_: Patient) -> str:
    """The commands run on CPython 3.11 to 3.13, which the locks are made for."""
    version = sys.version_info[:2]
    require(
        (3, 11) <= version < (3, 14) and machine.python_implementation() == "CPython",
        expected="CPython 3.11, 3.12 or 3.13",
        found=f"{machine.python_implementation()} {machine.python_version()}",
        repair="rm -r .venv, then make demo PYTHON=/path/to/python3.13",
    )
    return f"{machine.python_implementation()} {machine.python_version()}"


def terraform_is_there(patient: Patient) -> str:
    """A binary that is new enough for the stacks."""
    try:
        found = find_terraform(patient.variables)
    except ToolchainError as error:
        raise _finding("Terraform 1.11 or later", error) from error
    return f"{'.'.join(map(str, found.version))} at {found.path}"


def provider_can_be_had(patient: Patient) -> str:
    """The locked provider comes from the user's configuration, a registry or a mirror."""
    try:
        platform = find_terraform(patient.variables).platform
    except ToolchainError as error:
        raise CheckSkipped("needs Terraform: see Terraform") from error
    try:
        patient.target.check()
        source = find_source(patient.target)
    except ToolchainError as error:
        raise _finding("the provider that the stack locks", error) from error
    _own_mirrors_hold_it(patient, platform)
    return f"from {source.description}"


def _own_mirrors_hold_it(patient: Patient, platform: str) -> None:
    """Where the user's configuration allows directories alone, the provider is there or nowhere."""
    config = read_cli_config(patient.variables, Path.home())
    directories = _MIRRORS.findall(config.text)
    if not config.decides_installation or not directories or _ELSEWHERE.search(config.text):
        return
    locked = read_lock_file(patient.target.root / ".terraform.lock.hcl")
    missing = [
        f"{provider.address} {provider.version}"
        for provider in locked
        if not any(provider.is_held_by(Path(place).expanduser(), platform) for place in directories)
    ]
    require(
        not missing,
        expected=", ".join(missing),
        found=f"your Terraform CLI configuration allows {', '.join(directories)} alone, and it isn't there",
        repair=f"where a network is, in {patient.target.root.relative_to(ROOT)}: terraform providers mirror "
        f"-platform={platform} DIRECTORY; copy it there, or leave that configuration out",
    )


def target_of(patient: Patient) -> ZipTarget:
    """Runtime and architecture of the zip that the stack deploys in its environment."""
    given = patient.variables if patient.on_aws else {"TF_VAR_lambda_target": "local"}
    return parse_target(lambda_target(given, patient.target.var_file))


def zip_gets_bytecode(patient: Patient) -> str:
    """A zip without bytecode starts slowly: its runtime's own Python must be on this machine."""
    target = target_of(patient)
    found = find_interpreter(target, None)
    require(
        found is not None,
        expected=f"a CPython {target.minor} to compile for {target.name}",
        found="none on this machine",
        repair=f"install Python {target.minor}; without it each cold start takes some 0.2 s longer",
    )
    assert found is not None
    return f"{target.name}: compiled by {found.version}"


def apply_steps_can_ask_aws(patient: Patient) -> str:
    """The checks inside `terraform apply` run python3, which needs boto3 or the aws command."""
    python = shutil.which("python3", path=patient.variables.get("PATH"))
    if python is None:
        raise CheckFailed(
            expected="python3 on PATH for Terraform's own runs",
            found="none",
            repair="install Python 3.9 or later; `make apply` brings its own",
        )
    if patient.run([python, "-c", "import boto3; print(boto3.__version__)"]):
        return "python3 with boto3"
    if shutil.which("aws", path=patient.variables.get("PATH")):
        return "python3 with the aws command"
    raise CheckSkipped(
        "make apply has boto3; a bare terraform apply needs it for python3, or the aws command"
    )


def _finding(expected: str, error: ToolchainError) -> CheckFailed:
    """Turn a message with its repair into a finding."""
    said, _, repair = str(error).partition("repair")
    return CheckFailed(
        expected=expected,
        found=" ".join(said.split()),
        repair=" ".join(repair.split()) or "see above",
    )
