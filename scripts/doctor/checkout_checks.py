"""The checkout: is it whole, current, and built from what lies in it."""

import hashlib
import json
import shutil
from pathlib import Path

from scoring import Contract, ContractError
from scripts import ROOT
from scripts.contract_docs import DOCS_FILE
from scripts.contract_docs import render as render_docs
from scripts.doctor.patient import Patient
from scripts.doctor.toolchain_checks import target_of
from scripts.generated_file import is_current
from scripts.schema import SCHEMA_FILE
from scripts.schema import render as render_schema
from scripts.smoke.result import CheckFailed, CheckSkipped, require
from scripts.stack.stale_build import check_document, check_zip
from scripts.stack.target import StackError

NEEDED_GB = 2.0


def disk_has_room(patient: Patient) -> str:
    """The virtual environments, zips and stages take under two gigabytes."""
    free = shutil.disk_usage(patient.root).free / 1024**3
    require(
        free >= NEEDED_GB,
        expected=f"{NEEDED_GB:.0f} GB free",
        found=f"{free:.1f} GB",
        repair="make clean, or free some space where this checkout lies",
    )
    return f"{free:.0f} GB free"


def checkout_is_clean(patient: Patient) -> str:
    """Uncommitted changes are no fault, but what is deployed from them can't be found again."""
    commit = patient.run(["git", "rev-parse", "--short", "HEAD"])
    if commit is None:
        raise CheckSkipped("no git repository, or no git")
    changed = (
        patient.run(["git", "status", "--porcelain", "--", "infra", "lambda", "models", "scripts"]) or ""
    ).splitlines()
    if changed:
        return f"{commit}, and {len(changed)} files changed since"
    return f"{commit}, clean"


def generated_files_are_current(patient: Patient) -> str:
    """The schema and the contract's reference are rendered from the code."""
    for path, text, command in (
        (SCHEMA_FILE, render_schema(), "schema"),
        (DOCS_FILE, render_docs(), "contract_docs"),
    ):
        file = patient.root / path.relative_to(ROOT)
        require(
            is_current(file, text),
            expected=f"{file.name} as the code renders it",
            found="another text" if file.is_file() else "no file",
            repair=f"python -m scripts.{command}",
        )
    return "schema and reference are current"


def contract_loads(patient: Patient) -> str:
    """The stack's contract has no error."""
    file = _contract_file(patient)
    try:
        contract = Contract.load(file)
    except ContractError as error:
        raise CheckFailed(
            expected="a contract that loads",
            found=f"{len(error.problems)} problems, the first at {error.problems[0].pointer}",
            repair=f"python -m scripts.check_contract {patient.target.stack}",
        ) from error
    return f"{contract.name} {contract.version}"


def artefacts_are_of_this_contract(patient: Patient) -> str:
    """Zip and document carry the digest of the contract that they were built from."""
    file = _contract_file(patient)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    build = patient.root / "build" / patient.target.stack
    found = [
        (path.name, json.loads(path.read_text()).get("contract_digest"), "package")
        for path in [build / f"function-{target_of(patient).name}.json"]
        if path.is_file()
    ]
    document = build / "openapi.json"
    if document.is_file():
        written = json.loads(document.read_text()).get("x-model-endpoint-api", {})
        found.append((document.name, written.get("contract_digest"), "openapi"))
    if not found:
        raise CheckSkipped(f"nothing is built yet: make package openapi MODEL={patient.target.stack}")
    for name, built_from, target in found:
        require(
            built_from == digest,
            expected=f"{name} built from this contract",
            found="built from another",
            repair=f"make {target} MODEL={patient.target.stack} ON={patient.target.on}",
        )
    _built_from_this_code(patient, build, file)
    return ", ".join(name for name, _, _ in found)


def _built_from_this_code(patient: Patient, build: Path, contract: Path) -> None:
    """As a plan asks it: the zip's sources, the document as it is rendered by now."""
    model, on = patient.target.stack, patient.target.on
    try:
        zipped = build / f"function-{target_of(patient).name}.json"
        check_zip(zipped, patient.root, f"make package MODEL={model} ON={on}")
        check_document(build / "openapi.json", contract, f"make openapi MODEL={model}")
    except StackError as error:
        said, _, repair = str(error).partition("\n  repair   ")
        raise CheckFailed(expected="artefacts of this checkout", found=said, repair=repair) from error


def _contract_file(patient: Patient) -> Path:
    file = patient.root / "models" / patient.target.stack / "contract.json"
    if not file.is_file():
        raise CheckSkipped(f"stack {patient.target.stack} has no models/{patient.target.stack}/contract.json")
    return file
