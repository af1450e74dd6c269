"""The doctor on checkout and toolchain: one thing wrong each, and the command that mends it."""

import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from scripts.doctor import checkout_checks, toolchain_checks
from scripts.smoke.result import CheckFailed, CheckSkipped
from tests.unit.doctor_patients import patient

pytestmark = pytest.mark.unit


def test_no_room_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a gigabyte isn't enough for the virtual environments."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 2**29})())
    with pytest.raises(CheckFailed, match=r"0\.5 GB") as found:
        checkout_checks.disk_has_room(patient(tmp_path))
    assert "make clean" in found.value.repair


def test_a_stale_schema_names_its_command(tmp_path: Path) -> None:
    """A file that isn't as the code renders it comes with the command that renders it."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models/contract.schema.json").write_text("{}")
    with pytest.raises(CheckFailed) as found:
        checkout_checks.generated_files_are_current(patient(tmp_path))
    assert found.value.repair == "python -m scripts.schema"


def test_a_zip_of_another_contract_is_found(tmp_path: Path) -> None:
    """The manifest's digest is compared with the contract that lies there."""
    model = tmp_path / "models/bike-rental"
    model.mkdir(parents=True)
    (model / "contract.json").write_text("{}")
    build = tmp_path / "build/bike-rental"
    build.mkdir(parents=True)
    (build / "function-python3.13-arm64.json").write_text('{"contract_digest": "old"}')
    with pytest.raises(CheckFailed) as found:
        checkout_checks.artefacts_are_of_this_contract(patient(tmp_path))
    assert found.value.repair == "make package MODEL=bike-rental ON=aws"


def test_a_zip_of_other_code_is_found(tmp_path: Path) -> None:
    """Of the same contract, but lambda/ has changed since it was packaged."""
    model, build = tmp_path / "models/bike-rental", tmp_path / "build/bike-rental"
    model.mkdir(parents=True)
    build.mkdir(parents=True)
    (model / "contract.json").write_text("{}")
    (tmp_path / "lambda").mkdir()
    (tmp_path / "lambda/requirements.txt").write_text("numpy")
    manifest = {"contract_digest": hashlib.sha256(b"{}").hexdigest(), "sources_digest": "old"}
    (build / "function-python3.13-arm64.json").write_text(json.dumps(manifest))
    with pytest.raises(CheckFailed, match="other code than lambda/ holds") as found:
        checkout_checks.artefacts_are_of_this_contract(patient(tmp_path))
    assert found.value.repair == "make package MODEL=bike-rental ON=aws"


def test_a_broken_contract_is_found(tmp_path: Path) -> None:
    """How many problems it has, where the first is, and what tells the others."""
    model = tmp_path / "models/bike-rental"
    model.mkdir(parents=True)
    (model / "contract.json").write_text("{}")
    with pytest.raises(CheckFailed) as found:
        checkout_checks.contract_loads(patient(tmp_path))
    assert found.value.repair == "python -m scripts.check_contract bike-rental"


def test_missing_terraform_comes_with_its_repair() -> None:
    """The toolchain's own words, split into what was found and what to do."""
    lonely = replace(patient(), variables={"PATH": "/nowhere"})
    with pytest.raises(CheckFailed, match="Terraform is missing") as found:
        toolchain_checks.terraform_is_there(lonely)
    assert found.value.repair.startswith("install Terraform 1.11")


def test_a_mirror_without_the_provider_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Terraform asks nobody else then; with the registry beside it, it does."""
    config = tmp_path / "cli.tfrc"
    mirror = f'provider_installation {{\n  filesystem_mirror {{\n    path = "{tmp_path}"\n  }}\n'
    config.write_text(mirror + "}\n")
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(config))
    shell = patient()
    shell.variables = {**os.environ, "TF_CLI_CONFIG_FILE": str(config)}
    with pytest.raises(CheckFailed, match=f"allows {tmp_path} alone") as found:
        toolchain_checks.provider_can_be_had(shell)
    assert "hashicorp/aws" in found.value.expected
    assert "terraform providers mirror" in found.value.repair
    config.write_text(mirror + "  direct {}\n}\n")
    assert toolchain_checks.provider_can_be_had(shell) == "from your Terraform CLI configuration"


def test_without_terraform_its_provider_is_not_asked_for() -> None:
    """One cause, one finding."""
    with pytest.raises(CheckSkipped, match="needs Terraform"):
        toolchain_checks.provider_can_be_had(replace(patient(), variables={"PATH": "/nowhere"}))
