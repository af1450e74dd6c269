"""The doctor as a whole: each cause is one finding, and ends with what mends it."""

import io

import pytest
from rich.console import Console

from scripts.doctor import stack_checks
from scripts.doctor.__main__ import CHECKS, examine, main
from scripts.terraform import TerraformError
from tests.unit.doctor_patients import Client, denied, patient

pytestmark = pytest.mark.unit


def test_credentials_are_one_finding() -> None:
    """What needs them is skipped and says so, instead of failing for a cause of its own."""
    nobody = patient(sts=Client(get_caller_identity=denied("ExpiredToken", "GetCallerIdentity")))
    results = examine(nobody, ["account", "stack"], Console(file=io.StringIO()))
    assert [result.name for result in results if result.status == "failed"] == ["credentials"]
    skipped = {result.name: result.found for result in results if result.status == "skipped"}
    needing = {"quotas", "API Gateway's log role", "deployed", "endpoint", "alias", "alarms", "keys"}
    assert {skipped[name] for name in needing} == {"needs credentials that work: see credentials"}


def test_a_region_is_one_finding() -> None:
    """The same for a region that is not set."""
    somewhere = patient()
    somewhere.variables = {"PATH": "/usr/bin:/bin"}
    results = examine(somewhere, ["account", "stack"], Console(file=io.StringIO()))
    assert [result.name for result in results if result.status == "failed"] == ["region"]


def test_outputs_that_cannot_be_read_are_one_finding() -> None:
    """Terraform's words once, with what repairs it."""
    locked = patient()
    denial = "Error: No valid credential sources found"
    locked.find_outputs = lambda _: (_ for _ in ()).throw(TerraformError("init", 1, denial))
    results = examine(locked, ["stack"], Console(file=io.StringIO()))
    (failed,) = (result for result in results if result.status == "failed")
    assert failed.name == "deployed"
    assert failed.repair.startswith("log in (aws sso login")


def test_every_part_ends_with_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each finding stands with its next step, and the count of them at the end."""
    said = io.StringIO()
    sagemaker = Client(
        describe_endpoint={"EndpointStatus": "Failed", "FailureReason": "no ping", "EndpointConfigName": "x"}
    )
    monkeypatch.setitem(CHECKS, "stack", (("endpoint", stack_checks.endpoint_serves),))
    results = examine(patient(sagemaker=sagemaker), ["stack"], Console(file=said, width=120))
    assert [result.status for result in results] == ["failed"]
    assert "Failed no ping" in said.getvalue()
    assert "1 of 1 findings to mend." in said.getvalue()


def test_unknown_stack_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and the stacks that there are."""
    assert main(["--stack", "no-such"]) == 2
    assert "bike-rental" in capsys.readouterr().err
