"""Commands that call routes which ask for a token: what they say without a good one; they show none."""

import base64
import hashlib
import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from scripts import ROOT, smoke_test
from scripts.doctor.token_checks import tokens_can_be_had
from scripts.rollback.command import Command
from scripts.rollback.live import find_aim
from scripts.smoke.identity import Caller
from scripts.smoke.report import to_json, write_junit
from scripts.smoke.subject import Budget
from scripts.smoke.table import run_check
from scripts.smoke.tokens import find_tokens, tokens_for
from scripts.smoke_test import main
from scripts.stack.arguments import KEPT
from scripts.stack.target import Target
from tests.functional.rollback_world import deployed_stack
from tests.functional.smoke_world import CONTRACT
from tests.unit.doctor_patients import OUTPUTS, patient

pytestmark = pytest.mark.functional

CLAIMS = base64.urlsafe_b64encode(b'{"exp": 1000000000, "email": "ann@example.com"}').decode().rstrip("=")
OLD = f"eyJhbGciOiJSUzI1NiJ9.{CLAIMS}.c2ln"
"""A token of a pool that ended at 2001-09-09 01:46 UTC."""
TOKEN_ROUTE = [{"path": "/predict", "method": "POST", "auth": "cognito"}]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    """`make smoke-test ARGS=--check-tokens` of a contract whose route has a kind of auth."""
    for name in ("COGNITO_TOKEN", "AUTHORIZER_TOKEN"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(f"{name}_COMMAND", raising=False)

    def run(auth: str, *arguments: str, **variables: str) -> tuple[int, str, str]:
        file = tmp_path / "contract.json"
        file.write_text(json.dumps({**CONTRACT, "routes": [{**TOKEN_ROUTE[0], "auth": auth}]}))
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        # Nothing answers there: nothing is called.
        where = arguments or ("--url", "http://127.0.0.1:1")
        code = main(["--check-tokens", *where, "--contract", str(file)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_tokens_are_checked_before_anything_is_applied(check: Any) -> None:
    """Got, and not shown."""
    assert check("api_key") == (0, "No route asks for a token\n", "")
    code, out, err = check("lambda_authorizer", AUTHORIZER_TOKEN_COMMAND="echo partner-7")
    assert (code, out, err) == (0, "A token is at hand for lambda_authorizer\n", "")


def test_a_token_that_no_route_asks_for_is_not_got(check: Any) -> None:
    """One command may be set for all stacks."""
    assert check("api_key", COGNITO_TOKEN_COMMAND="exit 1")[0] == 0


def test_a_missing_token_is_told_with_both_ways_to_one(check: Any) -> None:
    """By hand, and in a pipeline."""
    code, _, err = check("cognito")
    assert code == 1
    assert "export COGNITO_TOKEN=" in err
    assert "a pipeline sets COGNITO_TOKEN_COMMAND (docs/access.md)" in err


def test_a_token_that_has_ended_is_told(check: Any) -> None:
    """Without a word of it."""
    code, _, err = check("cognito", COGNITO_TOKEN=OLD)
    assert code == 1
    assert "the token of COGNITO_TOKEN ended at 2001-09-09 01:46 UTC" in err
    assert "eyJ" not in err
    assert "ann@" not in err


@pytest.mark.parametrize(
    ("applied", "planned", "code", "said"),
    [
        ("api_key", None, 0, "No route asks for a token (routes: applied)\n"),
        ("api_key", "api_key", 0, "No route asks for a token (routes: applied and planned)\n"),
        ("api_key", "cognito", 1, "A route of kind cognito wants a token"),
        (None, "lambda_authorizer", 1, "A route of kind lambda_authorizer wants a token"),
        ("cognito", "api_key", 1, "A route of kind cognito wants a token"),
        (None, "api_key", 0, "No route asks for a token (routes: planned)\n"),
        (None, None, 1, "A route of kind cognito wants a token"),
    ],
)
def test_the_routes_that_an_apply_will_make_are_asked_for_beside_those_that_are_there(
    check: Any, planned_world: Any, applied: str | None, planned: str | None, code: int, said: str
) -> None:
    """A roll-back wants the applied ones' tokens; the contract's kind counts where neither is known."""
    planned_world(applied, planned)
    ended, out, err = check("cognito", "--saved-plan")
    assert (ended, said in out + err) == (code, True), out + err


@pytest.fixture
def planned_world(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A stack whose route has a kind of auth, and will have one once its plan is applied."""

    def outputs(auth: str | None) -> dict[str, Any] | None:
        return {"routes": [{**TOKEN_ROUTE[0], "auth": auth}]} if auth else None

    def plan(applied: str | None, planned: str | None) -> None:
        monkeypatch.setattr(smoke_test, "find_outputs", lambda _: outputs(applied) or {})
        monkeypatch.setattr(smoke_test, "tokens_for", lambda _, given: find_tokens(given, {}))

        def find_planned(_: Target, named: Path | None) -> dict[str, Any] | None:
            assert named == KEPT
            return outputs(planned)

        monkeypatch.setattr(smoke_test, "find_planned_outputs", find_planned)

    return plan


@pytest.mark.parametrize("arguments", [(), ("--check-tokens", "--url", "http://127.0.0.1:1")])
def test_a_plan_is_named_for_the_check_of_tokens_alone(arguments: tuple[str, ...]) -> None:
    """The smoke test asks what is applied, and a URL has no plan."""
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--saved-plan"])
    assert ended.value.code == 2


def test_the_command_that_prints_a_token_does_not_see_the_plans_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """It may be any program; the job's step has the key for the plan alone."""
    monkeypatch.setenv("PLAN_KEY", "of-the-plan")
    monkeypatch.setenv("AUTHORIZER_TOKEN_COMMAND", 'echo "$STACK-$ENVIRONMENT-${PLAN_KEY:-nothing}"')
    monkeypatch.delenv("AUTHORIZER_TOKEN", raising=False)
    tokens = tokens_for(Target("bike-rental", "prod", "aws"))
    assert tokens["lambda_authorizer"] == "bike-rental-prod-nothing"


def test_every_check_of_a_smoke_test_names_the_token_and_no_report_holds_it(
    world: Any, smoke_stage: Any, tmp_path: Path
) -> None:
    """JSON, JUnit and the table are made of these results; nothing was sent."""
    contract = {**CONTRACT, "routes": TOKEN_ROUTE}
    caller = Caller(tokens=find_tokens([], {"COGNITO_TOKEN": OLD}))
    results = world.run(contract=contract, caller=caller)
    for name in ("stage answers", "golden rows", "latency"):
        assert results[name].found.startswith("the token of COGNITO_TOKEN ended at 2001-09-09 01:46 UTC")
        assert results[name].repair.startswith("log in again")
    write_junit(list(results.values()), "toy", tmp_path / "junit.xml")
    reports = to_json(list(results.values()), "toy") + (tmp_path / "junit.xml").read_text()
    assert "ended at 2001" in reports
    assert "eyJ" not in reports


def test_golden_rows_of_a_refused_caller_do_not_blame_the_model(world: Any, smoke_stage: Any) -> None:
    """Another key than the stage's: the refusal, and where to look."""
    impatient = Budget(latency_ms=2000, requests=2, warm_up_seconds=0.0)
    found = world.run(caller=Caller("x" * 40), budget=impatient)["golden rows"]
    assert found.expected == "POST /predict to answer the caller, of kind api_key"
    assert found.found.startswith("403 ")
    assert "model" not in found.repair


def test_a_roll_back_proves_itself_with_the_callers_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its routes ask for them as much as those of the smoke test; the record holds none."""
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.delenv("COGNITO_TOKEN", raising=False)
    monkeypatch.setenv("COGNITO_TOKEN_COMMAND", 'echo "token-of-$STACK-$ENVIRONMENT"')
    contract = (ROOT / "models/bike-rental/contract.json").read_bytes()
    with deployed_stack() as stack:
        stack.outputs |= {
            "contract_digest": hashlib.sha256(contract).hexdigest(),
            "api_key_ids": {},
            "routes": TOKEN_ROUTE,
        }
        stack.record(commit=None)
        record = stack.recorded()
        command = Command(
            Target("bike-rental", "dev", "aws"),
            stack.aws,
            {"AWS_REGION": "eu-west-1"},
            stack.parameter,
            record,
            Console(file=io.StringIO()),
            1.0,
        )
        subject = command._find_subject(record.newest, find_aim(stack.aws, record.newest))
    assert subject is not None
    (route,) = subject.predict_routes
    headers = subject.caller.identify(route["auth"]).headers
    assert headers == {"Authorization": "token-of-bike-rental-dev"}


@pytest.mark.parametrize(
    ("variables", "status", "found"),
    [
        ({}, "skipped", "without COGNITO_TOKEN nor COGNITO_TOKEN_COMMAND"),
        ({"COGNITO_TOKEN_COMMAND": "exit 7"}, "failed", "COGNITO_TOKEN_COMMAND ended with 7"),
        ({"COGNITO_TOKEN_COMMAND": "echo token-of-$STACK"}, "passed", "at hand for cognito"),
    ],
)
def test_the_doctor_tries_what_a_pipeline_is_given(
    variables: dict[str, str], status: str, found: str
) -> None:
    """A token that isn't set is no illness: a person may never call."""
    somebody = patient(outputs={**OUTPUTS, "routes": TOKEN_ROUTE})
    somebody.variables = {**somebody.variables, **variables}
    result = run_check("tokens", tokens_can_be_had, somebody)
    assert result.status == status
    assert result.found.startswith(found)
