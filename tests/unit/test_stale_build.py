"""A plan is refused when build/ is older than the code it comes from."""

import json
import shutil
from pathlib import Path

import pytest

from scoring import Contract
from scripts import ROOT
from scripts.openapi_document import render_document, serialize
from scripts.packaging.build import digest_sources
from scripts.stack.stale_build import check_document, check_zip, lambda_target
from scripts.stack.target import StackError

pytestmark = pytest.mark.unit

CONTRACT = ROOT / "models/bike-rental/contract.json"


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """A checkout of two files, and the manifest of a zip that was built from them."""
    (tmp_path / "lambda/scoring").mkdir(parents=True)
    (tmp_path / "lambda/scoring/handler.py").write_text("ANSWER = 42\n")
    (tmp_path / "lambda/requirements.txt").write_text("numpy==2\n")
    file = tmp_path / "build/m/function-t.json"
    file.parent.mkdir(parents=True)
    digest = digest_sources(tmp_path / "lambda", tmp_path / "lambda/requirements.txt")
    file.write_text(json.dumps({"sources_digest": digest}))
    return file


def test_a_zip_of_these_sources_is_current(manifest: Path, tmp_path: Path) -> None:
    """Whatever the files' times."""
    (tmp_path / "lambda/scoring/handler.py").touch()
    check_zip(manifest, tmp_path, "make package")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("lambda/scoring/handler.py", "ANSWER = 43\n"),
        ("lambda/scoring/new.py", ""),
        ("lambda/requirements.txt", "numpy==3\n"),
    ],
)
def test_a_zip_of_other_sources_is_refused(manifest: Path, tmp_path: Path, file: str, text: str) -> None:
    """The message names the zip and the command."""
    (tmp_path / file).write_text(text)
    with pytest.raises(
        StackError, match=r"build/m/function-t\.zip was built from other code[^\n]*\n  repair   make package"
    ):
        check_zip(manifest, tmp_path, "make package")


def test_what_does_not_say_where_it_comes_from_passes(manifest: Path, tmp_path: Path) -> None:
    """A manifest of an earlier release, none, or one that is broken: Terraform judges them."""
    for text in ("{}", "[]", "{"):
        manifest.write_text(text)
        check_zip(manifest, tmp_path, "make package")
    manifest.unlink()
    check_zip(manifest, tmp_path, "make package")


def test_a_document_that_is_rendered_otherwise_by_now_is_refused(tmp_path: Path) -> None:
    """The contract is the same, the renderer isn't."""
    document = tmp_path / "openapi.json"
    text = serialize(render_document(Contract.load(CONTRACT)))
    document.write_text(text)
    check_document(document, CONTRACT, "make openapi")

    document.write_text(text.replace('"404"', '"410"'))
    with pytest.raises(
        StackError, match=r"openapi\.json in build/ is not what[^\n]*\n  repair   make openapi"
    ):
        check_document(document, CONTRACT, "make openapi")


def test_a_document_of_another_contract_is_left_to_terraform(tmp_path: Path) -> None:
    """It has a message of its own for that."""
    document, contract = tmp_path / "openapi.json", tmp_path / "contract.json"
    document.write_text(serialize(render_document(Contract.load(CONTRACT))).replace('"404"', '"410"'))
    shutil.copy(CONTRACT, contract)
    contract.write_text(contract.read_text() + "\n")
    check_document(document, contract, "make openapi")


def test_the_settings_say_for_which_runtime_before_the_environment_does(tmp_path: Path) -> None:
    """As Terraform ranks them."""
    settings = tmp_path / "dev.tfvars"
    assert lambda_target({}, settings) == "python3.13-arm64"
    assert lambda_target({"TF_VAR_lambda_target": "python3.12-x86_64"}, settings) == "python3.12-x86_64"
    settings.write_text('environment = "dev"\nlambda_target = "python3.14-arm64"\n')
    assert lambda_target({"TF_VAR_lambda_target": "python3.12-x86_64"}, settings) == "python3.14-arm64"
