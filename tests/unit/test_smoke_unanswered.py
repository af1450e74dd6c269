"""The smoke test knows what to do about every error that can stand in a prediction's place."""

import re
from collections.abc import Iterator

import pytest

from scoring.errors import ModelError
from scripts import ROOT
from scripts.smoke.stage_client import Reply
from scripts.smoke.unanswered import (
    GATEWAY_REPAIRS,
    MODEL_REPAIRS,
    NOT_READY,
    UNAVAILABLE,
    cause_of,
    repair_of_error,
)

pytestmark = pytest.mark.unit

REPAIRS = sorted({*MODEL_REPAIRS.values(), *GATEWAY_REPAIRS.values()})


def errors_of_the_model(root: type[ModelError] = ModelError) -> Iterator[type[ModelError]]:
    """The tree of them."""
    yield root
    for child in root.__subclasses__():
        yield from errors_of_the_model(child)


def test_every_error_of_the_model_has_its_repair() -> None:
    """By the codes that the function answers."""
    assert set(MODEL_REPAIRS) == {error.code for error in errors_of_the_model()}
    causes = {f"{error.status} {error.code}" for error in errors_of_the_model()}
    assert {UNAVAILABLE, NOT_READY} <= causes


def test_every_error_of_the_gateway_has_its_repair() -> None:
    """By the codes of docs/errors.md, which a test of the module holds to its responses."""
    table = (ROOT / "docs/errors.md").read_text(encoding="utf-8").partition("## From the gateway")[2]
    rows = re.findall(r"^\| `(\w+)` \| (429|5\w\w) \|", table, re.MULTILINE)
    assert set(GATEWAY_REPAIRS) == {code for code, _ in rows}


@pytest.mark.parametrize("repair", REPAIRS)
def test_a_repair_leads_to_what_is_there(repair: str) -> None:
    """Sections of the runbook, queries and make targets."""
    runbook = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
    queries = {path.stem for path in (ROOT / "infra/modules/observability/queries").glob("*.cwli")}
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    sections = set(re.findall(r"^### (.+)$", runbook, re.MULTILINE))
    assert set(re.findall(r"runbook\.md#([a-z0-9-]+)", repair)) <= sections
    assert set(re.findall(r"QUERY=([a-z-]+)", repair)) <= queries
    assert set(re.findall(r"make ([a-z-]+)", repair)) <= targets


@pytest.mark.parametrize(
    ("status", "as_code"),
    [(429, "throttled"), (500, "internal_error"), (502, "integration_failure"), (503, "gateway_failure")],
)
def test_an_error_that_is_no_problem_document_is_read_by_its_status(status: int, as_code: str) -> None:
    """A gateway without responses of its own, or whatever stands before it."""
    reply = Reply(status, {"content-type": "application/json"}, b'{"message": "no"}', 0.1)
    assert repair_of_error(reply) == GATEWAY_REPAIRS[as_code]
    assert cause_of(reply) == str(status)
