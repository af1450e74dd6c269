"""The doctor on the state's bucket, its lock and the boundary of the roles."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scripts.doctor import state_checks
from scripts.doctor.patient import Patient
from scripts.smoke.result import CheckFailed, CheckSkipped
from scripts.stack.target import Target
from tests.unit.doctor_patients import Client, denied, patient

pytestmark = pytest.mark.unit

LOCK = (
    b'{"ID":"1d2c3b4a-0000-4000-8000-000000000000","Operation":"OperationTypeApply","Info":"",'
    b'"Who":"ada@laptop","Version":"1.11.4","Created":"2026-11-22T10:40:01.123456Z","Path":"states/x"}'
)
"""As Terraform's S3 backend writes it."""


def state(tmp_path: Path, **answers: Any) -> Patient:
    """A patient whose stack keeps its state in S3."""

    class Kept(Target):
        def backend_config(self) -> list[str]:
            return ["bucket=states", "key=bike-rental/dev.tfstate", "region=eu-west-1"]

    usual = {
        "head_bucket": {},
        "list_objects_v2": {"KeyCount": 0},
        "get_bucket_versioning": {"Status": "Enabled"},
    }
    found = patient(tmp_path, s3=Client(**{**usual, **answers}))
    found.target = Kept("bike-rental", "dev", "aws")
    return found


def test_state_in_order(tmp_path: Path) -> None:
    """Bucket, versions, no lock."""
    assert state_checks.state_can_be_kept(state(tmp_path)) == "s3://states/bike-rental/dev.tfstate, no lock"


@pytest.mark.parametrize(
    ("answers", "found", "repair"),
    [
        ({"head_bucket": denied("404", "HeadBucket")}, "404 for HeadBucket", "make bootstrap"),
        (
            {"list_objects_v2": {"KeyCount": 1}, "get_object": lambda **_: {"Body": io.BytesIO(LOCK)}},
            "s3://states/bike-rental/dev.tfstate.tflock: OperationTypeApply of ada@laptop "
            "since 2026-11-22T10:40:01",
            "make unlock STACK=bike-rental ENV=dev ON=aws ID=1d2c3b4a-0000-4000-8000-000000000000",
        ),
        ({"get_bucket_versioning": {}}, "off", "make bootstrap"),
    ],
)
def test_state_with_something_wrong(tmp_path: Path, answers: Any, found: str, repair: str) -> None:
    """No bucket, a lock that somebody left, no versions."""
    with pytest.raises(CheckFailed) as failed:
        state_checks.state_can_be_kept(state(tmp_path, **answers))
    assert failed.value.found == found
    assert repair in failed.value.repair


BOUNDARY = "arn:aws:iam::123456789012:policy/model-endpoint-api/model-endpoint-api-boundary-dev"


THERE = {"Policy": {"Arn": BOUNDARY}}


@pytest.fixture
def bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Patient]:
    """Makes a patient whose backend file and settings say this."""
    env = tmp_path / "infra/stacks/bike-rental/env"
    env.mkdir(parents=True)
    for module in ("boundary", "target"):
        monkeypatch.setattr(f"scripts.stack.{module}.ROOT", tmp_path)

    def make(backend: str, settings: str, on: str = "aws", **answers: Any) -> Patient:
        (env / "dev.s3.tfbackend").write_text(backend)
        (env / "dev.tfvars").write_text(f'environment = "dev"\n{settings}\n')
        return patient(on=on, iam=Client(**answers))

    return make


BOOTSTRAPPED = (
    f'# Boundary of the stack\'s roles, which env/dev.tfvars must name: {BOUNDARY}\nbucket = "states"\n'
)


NAMED = f'permissions_boundary_arn = "{BOUNDARY}"'


def test_a_boundary_that_the_settings_name_is_looked_for(bounded: Callable[..., Patient]) -> None:
    """In the account, by its ARN; with and without bootstrap's word for it."""
    for backend in (BOOTSTRAPPED, 'bucket = "states"\n'):
        assert state_checks.roles_are_bounded(bounded(backend, NAMED, get_policy=THERE)) == BOUNDARY


@pytest.mark.parametrize(
    ("settings", "answers", "found", "repair"),
    [
        ("", {}, "env/dev.tfvars names no boundary", f"write into it: {NAMED}"),
        ("# " + NAMED, {}, "env/dev.tfvars names no boundary", f"write into it: {NAMED}"),
        (NAMED.replace("-dev", "-prod"), {}, "names another boundary, arn:", f"write into it: {NAMED}"),
        (NAMED, {"get_policy": denied("NoSuchEntity", "GetPolicy")}, "NoSuchEntity", "make bootstrap"),
    ],
)
def test_roles_without_their_boundary_are_found_before_a_deployment(
    bounded: Callable[..., Patient], settings: str, answers: Any, found: str, repair: str
) -> None:
    """Forgotten, commented out, another environment's, another account's."""
    with pytest.raises(CheckFailed) as failed:
        state_checks.roles_are_bounded(bounded(BOOTSTRAPPED, settings, **answers))
    assert found in failed.value.found
    assert repair in failed.value.repair


@pytest.mark.parametrize(
    ("on", "backend", "settings", "answers"),
    [
        ("aws", "", "", {}),
        ("local", BOOTSTRAPPED, "", {}),
        ("aws", BOOTSTRAPPED, NAMED, {"get_policy": denied("AccessDenied", "GetPolicy")}),
    ],
)
def test_boundaries_are_skipped_where_there_is_nothing_to_say(
    bounded: Callable[..., Patient], on: str, backend: str, settings: str, answers: Any
) -> None:
    """An account without bootstrap, the local stage, an identity that may not look."""
    with pytest.raises(CheckSkipped):
        state_checks.roles_are_bounded(bounded(backend, settings, on, **answers))
