"""The deploy workflow's own steps, in order, on the local stage: a good change, then a bad one."""

import base64
import hashlib
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.fernet import Fernet

from scripts.packaging.target import parse_target
from tests.checkout import Checkout, CommandFailedError
from tests.deployed_stack import DeployedStack

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("changes")]

CONTRACT = "models/bike-rental/contract.json"
DEV = "infra/stacks/bike-rental/env/dev.tfvars"
VERSION = '"version": "1.0.0"'
ROUTE = '{"path": "/predict", "method": "POST"}'
ANOTHER = ', {"path": "/score", "method": "POST"}'
LAST_STEP = '{"operation": "expm1"}'


class Workflow:
    """deploy.yml, its jobs run one after the other by a shell, as a runner would."""

    def __init__(self, checkout: Checkout, summary: Path) -> None:
        text = (checkout.root / ".github/workflows/deploy.yml").read_text()
        self.jobs: dict[str, Any] = yaml.safe_load(text)["jobs"]
        self.checkout = checkout
        self.summary = summary
        self.output = summary.with_name("output")
        self.zip_digest = ""
        self.environment = {
            "GITHUB_STEP_SUMMARY": str(summary),
            "GITHUB_OUTPUT": str(self.output),
            "PLAN_KEY": Fernet.generate_key().decode(),
            "STACK": "bike-rental",
            "ENVIRONMENT": "dev",
            "WHERE": "local",
            "COGNITO_TOKEN_COMMAND": "",  # what GitHub makes of a variable that isn't set
            "AUTHORIZER_TOKEN_COMMAND": "",
        }

    def run_job(self, name: str) -> list[tuple[str, str]]:
        """Run a job's `run:` steps; return what became of each: success, failure, skipped."""
        outcomes: dict[str, str] = {}
        for step in self.jobs[name]["steps"]:
            if "run" in step:
                wanted = is_wanted(step.get("if"), outcomes)
                outcomes[step["name"]] = self._run(name, step) if wanted else "skipped"
        return list(outcomes.items())

    def _run(self, name: str, step: Mapping[str, Any]) -> str:
        """GitHub's shell, when none is named: https://docs.github.com/actions/reference/workflow-syntax."""
        script = self.checkout.root / "build" / "step.sh"
        script.write_text(step["run"])
        environment = {**self.environment, "GITHUB_ACTIONS": "true"}
        asked = {**self.jobs[name].get("env", {}), **step.get("env", {})}
        environment = {k: v for k, v in asked.items() if "${{" not in v} | environment
        assert set(asked) <= set(environment), f"the test says nothing of {set(asked) - set(environment)}"
        try:
            self.checkout.run("bash", "-e", str(script), environment=environment, timeout=120)
        except CommandFailedError as error:
            print(error)
            return "failure"
        return "success"

    def run_step(self, job: str, name: str) -> str:
        """Run one step once more; return what became of it."""
        (step,) = (step for step in self.jobs[job]["steps"] if step.get("name") == name)
        return self._run(job, step)

    def deploy(self, *, brings: bool = True) -> list[tuple[str, str]]:
        """Plan on one machine and apply on another; return what became of the second job's steps.

        `brings` is whether it comes to the apply, for which the parcel brings what was built.
        """
        planned = self.run_job("plan")
        assert {outcome for _, outcome in planned} == {"success"}, planned
        self.zip_digest = self._digest_of_zip()
        self.lose_what_does_not_travel()
        assert self.run_job("changed") == [("what is to be applied", "success")]
        assert self.output.read_text() == 'targets=[{"stack": "bike-rental", "env": "dev"}]\n'
        self.output.unlink()
        ended = self.run_job("apply")
        if brings:
            assert self._digest_of_zip() == self.zip_digest, "the parcel brings the bytes that were planned"
        return ended

    def _digest_of_zip(self) -> str:
        """SHA-256 of the function's zip that lies in build/, as Lambda writes it."""
        name = f"function-{parse_target('local').name}.zip"
        content = (self.checkout.root / "build/bike-rental" / name).read_bytes()
        return base64.b64encode(hashlib.sha256(content).digest()).decode()

    def lose_what_does_not_travel(self) -> None:
        """Between the jobs, only the parcel travels: the second one's runner is a new machine."""
        build = self.checkout.root / "build"
        shutil.rmtree(build / "bike-rental")
        shutil.rmtree(build / "terraform" / "local" / "bike-rental-dev")


def is_wanted(condition: str | None, outcomes: Mapping[str, str]) -> bool:
    """Whether a step runs: without a condition, while nothing failed."""
    something_failed = "failure" in outcomes.values()
    if condition is None:
        return not something_failed
    assert condition == "failure() && (steps.apply.outcome == 'success' || steps.apply.outcome == 'failure')"
    return something_failed and outcomes["apply what was planned"] in ("success", "failure")


@pytest.fixture
def workflow(bike_rental: DeployedStack, tmp_path: Path) -> Iterator[Workflow]:
    """The workflow on the session's stack, which is put back with what was built for it."""
    built = bike_rental.checkout.root / "build" / "bike-rental"
    shutil.copytree(built, tmp_path / "built")
    yield Workflow(bike_rental.checkout, tmp_path / "summary.md")
    shutil.rmtree(built, ignore_errors=True)
    shutil.copytree(tmp_path / "built", built)
    bike_rental.apply()
    bike_rental.checkout.python("-m", "scripts.rollback", "--forget", "--yes", *bike_rental.target)


def live(stack: DeployedStack) -> tuple[str | None, Any]:
    """The contract's version and the answer that clients get now."""
    reply = stack.post(stack.golden_request())
    return reply.headers.get("x-contract-version"), reply.json()


def code_of_live(stack: DeployedStack) -> str:
    """The digest of the code that the alias leads to."""
    name = stack.outputs["function_name"]
    found = stack.aws("lambda").get_function_configuration(FunctionName=name, Qualifier="live")
    return str(found["CodeSha256"])


def test_a_good_change_is_deployed_and_a_bad_one_is_rolled_back(
    bike_rental: DeployedStack, workflow: Workflow
) -> None:
    """Red is red, and what was proven last serves again."""
    _, answer = live(bike_rental)
    edited = bike_rental.checkout.edited
    with edited(CONTRACT, VERSION, '"version": "1.0.1"'), edited(CONTRACT, ROUTE, ROUTE + ANOTHER):
        assert workflow.deploy() == [
            ("tokens for the smoke test", "success"),
            ("apply what was planned", "success"),
            ("smoke test", "success"),
            ("roll back", "skipped"),
        ]
        assert live(bike_rental) == ("1.0.1", answer)
        assert code_of_live(bike_rental) == workflow.zip_digest, "what was planned is what runs"
        summary = workflow.summary.read_text()
        assert "- The function gets a new version, and its alias moves there." in summary
        assert "- A new API deployment: the stage serves another document." in summary
        assert "### API of bike-rental dev as it is served\n\n**0 breaking**, 1 not breaking." in summary
        assert "| not breaking | `POST /score` | `route added` |" in summary

        with edited(CONTRACT, LAST_STEP, '{"operation": "scale", "factor": 2}'):
            ended = workflow.deploy()
        assert ended == [
            ("tokens for the smoke test", "success"),
            ("apply what was planned", "success"),
            ("smoke test", "failure"),
            ("roll back", "success"),
        ]
        assert live(bike_rental) == ("1.0.1", answer), "the proven revision serves"
        assert "| `golden rows` |" in workflow.summary.read_text(), "the job's page says what was wrong"


def test_a_plan_whose_routes_want_a_token_that_nobody_has_is_not_applied(
    bike_rental: DeployedStack, workflow: Workflow
) -> None:
    """The first route of kind cognito: nothing asks for a token yet, and the plan will."""
    pool = "arn:aws:cognito-idp:eu-west-1:123456789012:userpool/eu-west-1_Example01"
    asks = (
        f'{{ cognito = {{ user_pool_arns = ["{pool}"] }}, route_auth = {{ "POST /predict" = "cognito" }},'
        ' stage_name = "beta"'
    )
    before = live(bike_rental)
    with bike_rental.checkout.edited(DEV, '{\n  stage_name = "beta"', asks):
        assert workflow.deploy(brings=False) == [
            ("tokens for the smoke test", "failure"),
            ("apply what was planned", "skipped"),
            ("smoke test", "skipped"),
            ("roll back", "skipped"),
        ]
        assert live(bike_rental) == before
        workflow.environment["COGNITO_TOKEN_COMMAND"] = "echo a-token"
        assert workflow.run_step("apply", "tokens for the smoke test") == "success"


def test_what_is_changed_by_hand_is_drift_until_it_is_changed_back(bike_rental: DeployedStack) -> None:
    """Exit code 2 and the address; then 0."""
    logs, group = bike_rental.aws("logs"), bike_rental.outputs["log_group_names"]["function"]
    ask = ("-m", "scripts.stack", "drift", *bike_rental.target)
    logs.put_retention_policy(logGroupName=group, retentionInDays=1)
    try:
        said = bike_rental.checkout.python(*ask, expect=2).stdout
    finally:
        logs.put_retention_policy(logGroupName=group, retentionInDays=7)
    assert "module.lambda.aws_cloudwatch_log_group.this  `retention_in_days`" in said
    assert "is as its commit says" in bike_rental.checkout.python(*ask).stdout
