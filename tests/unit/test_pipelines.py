"""Pipelines run what a person runs, with no more rights than they need, for every stack and environment."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from scripts.stack.target import known_targets

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = {
    file.stem: yaml.safe_load(file.read_text()) for file in (ROOT / ".github/workflows").glob("*.yml")
}
JOBS = [(name, job, body) for name, flow in WORKFLOWS.items() for job, body in flow["jobs"].items()]
OURS = [entry for entry in JOBS if entry[0] != "ci"]
ATLANTIS = yaml.safe_load((ROOT / "atlantis.yaml").read_text())
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
TARGETS = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(), re.MULTILINE))
STATE = "state-${{ matrix.stack }}-${{ matrix.env }}"

each_job = pytest.mark.parametrize(("flow", "job", "body"), OURS, ids=lambda value: str(value)[:12])


def lines_of(body: dict[str, Any]) -> list[str]:
    return [line for step in body["steps"] for line in step.get("run", "").strip().splitlines()]


def uses(body: dict[str, Any], action: str) -> bool:
    return any(step.get("uses", "").startswith(action) for step in body["steps"])


@each_job
def test_a_step_calls_make_and_nothing_else(flow, job, body):
    assert [
        line for line in lines_of(body) if not re.fullmatch(r"make [^;&|`$]*(\$\w+|[^;&|`$])*", line)
    ] == []


@pytest.mark.parametrize(("flow", "job", "body"), JOBS, ids=lambda value: str(value)[:12])
def test_no_expression_is_pasted_into_a_shell(flow, job, body):
    """What a person or a branch name says reaches a step as an environment variable."""
    assert [line for line in lines_of(body) if "${{" in line] == []


def test_what_a_person_types_is_expanded_by_no_shell_and_no_make():
    """`make ARGS=…` would expand $(…) of it, and the recipe's shell the rest; the command reads it itself."""
    for flow in ("plan", "deploy", "nightly"):
        bodies = WORKFLOWS[flow]["jobs"].values()
        steps = [step for body in bodies for step in body["steps"] if step.get("id") == "targets"]
        (step,) = steps
        assert step["run"] == 'make -s targets ARGS="--github-output $GITHUB_OUTPUT"'
        assert set(step["env"]) == {"ONLY_STACK", "ONLY_ENV"}


def test_every_target_that_is_called_exists():
    texts = [line for _, _, body in JOBS for line in lines_of(body)]
    texts += [
        step["run"]
        for stage in ATLANTIS["workflows"]["make"].values()
        for step in stage["steps"]
        if "run" in step
    ]
    texts += [hook["entry"] for repo in HOOKS["repos"] for hook in repo["hooks"]]
    called = {
        word
        for text in texts
        for call in re.findall(r"\bmake ((?:-s |-C \S+ )*[a-z -]+)", text)
        for word in re.sub(r"-s |-C \S+ ", "", call).split()
    }
    assert called >= {
        "plan",
        "apply",
        "smoke-test",
        "rollback",
        "drift",
        "cost",
        "api-diff",
        "plan-summary",
        "check",
    }
    assert called - TARGETS == set()


@pytest.mark.parametrize("flow", sorted(WORKFLOWS))
def test_a_workflow_reads_and_nothing_more_unless_a_job_says_so(flow):
    assert WORKFLOWS[flow]["permissions"] == {"contents": "read"}


@each_job
def test_an_identity_is_asked_for_where_it_is_used_and_nowhere_else(flow, job, body):
    asks = body.get("permissions", {}).get("id-token") == "write"
    assert asks == uses(body, "aws-actions/configure-aws-credentials")


@each_job
def test_who_may_write_to_github_runs_what_is_merged(flow, job, body):
    """One command of the base's, never a pull request's code; and no role."""
    writes = {name for name, right in body.get("permissions", {}).items() if right == "write"} - {"id-token"}
    if not writes:
        return
    (checkout,) = [
        step["with"] for step in body["steps"] if step.get("uses", "").startswith("actions/checkout")
    ]
    merged = "${{ github.event.pull_request.base.sha }}" if flow == "plan" else None
    assert checkout.get("ref") == merged
    assert all(line.startswith("make -s tell-github ") for line in lines_of(body))
    assert not uses(body, "aws-actions/configure-aws-credentials")


@each_job
def test_code_of_the_repository_is_given_no_token(flow, job, body):
    for step in body["steps"]:
        if step.get("uses", "").startswith("actions/checkout"):
            assert step["with"]["persist-credentials"] is False


def test_applies_of_a_state_are_one_at_a_time_and_nothing_else_is_in_their_group():
    """GitHub drops a waiting job for a newer one of its group: a plan must not push an apply out."""
    groups = {(flow, job): body["concurrency"] for flow, job, body in JOBS if "concurrency" in body}
    assert groups == {("deploy", "apply"): {"group": STATE, "cancel-in-progress": False}}
    assert "concurrency" not in WORKFLOWS["deploy"]
    assert "concurrency" not in WORKFLOWS["nightly"]


def test_a_run_that_may_be_cancelled_takes_no_lock():
    """A runner kills what it cancels, and a killed Terraform leaves its lock."""
    assert WORKFLOWS["plan"]["concurrency"]["cancel-in-progress"] is True
    assert WORKFLOWS["plan"]["jobs"]["plan"]["env"]["TF_CLI_ARGS_plan"] == "-lock=false"


def test_an_apply_has_time_to_end_and_to_be_rolled_back():
    """A job out of time is cancelled, and `if: failure()` is false then; a session is an hour by default."""
    body = WORKFLOWS["deploy"]["jobs"]["apply"]
    named = {step["name"]: step for step in body["steps"] if "name" in step}
    assert sum(step["timeout-minutes"] for step in named.values()) <= body["timeout-minutes"] - 10
    assert named["roll back"]["timeout-minutes"] > 30, "what make rollback waits for an endpoint"
    (role,) = [step["with"] for step in body["steps"] if "role-to-assume" in step.get("with", {})]
    assert role["role-duration-seconds"] >= 60 * body["timeout-minutes"]
    hours = re.search(
        r"apply = optional\(number, (\d+)\)", (ROOT / "infra/bootstrap/variables.tf").read_text()
    )
    assert hours and role["role-duration-seconds"] <= 3600 * int(hours[1])


def test_the_key_of_plans_is_given_to_the_steps_that_pack_and_open_them():
    holders = {
        (flow, job, step["name"]): step["run"]
        for flow, job, body in JOBS
        for step in body["steps"]
        if "secrets." in str(step)
    }
    assert set(holders) == {
        ("deploy", "plan", "plan"),
        ("deploy", "apply", "tokens for the smoke test"),
        ("deploy", "apply", "apply what was planned"),
    }
    assert all(re.search(r"--(out|saved-plan) \S+\.parcel", run) for run in holders.values())
    assert not [flow for flow, _, body in JOBS if "secrets." in str({**body, "steps": []})]


def test_a_job_that_runs_the_smoke_test_can_get_its_tokens():
    """By a command that a variable holds: nothing secret is in the job, and it may log in as its role."""
    testing = {(flow, job): body for flow, job, body in OURS if "make smoke-test" in str(body["steps"])}
    assert set(testing) == {("deploy", "apply"), ("nightly", "look")}
    for body in testing.values():
        for name in ("COGNITO_TOKEN_COMMAND", "AUTHORIZER_TOKEN_COMMAND"):
            own = f"vars[format('{name}_{{0}}', matrix.env)]"
            assert body["env"][name] == f"${{{{ {own} || vars.{name} }}}}"
        assert {"STACK", "ENVIRONMENT"} <= set(body["env"])


def test_a_token_that_cannot_be_had_stops_a_deployment_before_it_changes_anything():
    """After the role is taken, before the apply: else a good revision would be rolled back."""
    steps = WORKFLOWS["deploy"]["jobs"]["apply"]["steps"]
    named = [step.get("name") or step.get("uses", "").partition("@")[0] for step in steps]
    check = named.index("tokens for the smoke test")
    assert "--check-tokens" in steps[check]["run"]
    role, apply = (
        named.index(name) for name in ("aws-actions/configure-aws-credentials", "apply what was planned")
    )
    assert role < check < apply
    plan = re.search(r"--saved-plan \S+\.parcel", steps[apply]["run"])
    assert plan is not None
    assert plan[0] in steps[check]["run"], "the routes that the apply will make are asked for"
    assert steps[check]["env"] == steps[apply]["env"] == {"PLAN_KEY": "${{ secrets.PLAN_KEY }}"}


def test_the_role_that_applies_is_taken_in_the_environment_and_only_there():
    """Its trust is bound to the environment; that of the roles that plan, to branch and pull request."""
    for flow, job, body in OURS:
        roles = {
            step["with"]["role-to-assume"]
            for step in body["steps"]
            if "role-to-assume" in step.get("with", {})
        }
        if (flow, job) == ("deploy", "apply"):
            assert body["environment"] == "${{ vars[format('ENVIRONMENT_{0}', matrix.env)] || matrix.env }}"
            assert roles == {"${{ vars.APPLY_ROLE_ARN }}"}
        else:
            assert "environment" not in body
            assert roles <= {"${{ vars[format('PLAN_ROLE_ARN_{0}', matrix.env)] }}"}


def test_a_pull_request_of_a_fork_gets_no_role():
    same = "github.event.pull_request.head.repo.full_name == github.repository"
    for job in ("plan", "comment"):
        assert same in WORKFLOWS["plan"]["jobs"][job]["if"]


def test_a_plan_that_travels_is_kept_for_days_not_for_months():
    steps = WORKFLOWS["deploy"]["jobs"]["plan"]["steps"]
    (upload,) = [step["with"] for step in steps if step.get("uses", "").startswith("actions/upload")]
    assert (upload["path"], upload["retention-days"]) == ("build/parcels", 3)


def test_what_changes_nothing_asks_nobody_for_approval():
    """Such a plan leaves no parcel; jobs are made of the parcels, and a matrix of none would be an error."""
    jobs = WORKFLOWS["deploy"]["jobs"]
    assert "--only-changes" in "".join(lines_of(jobs["plan"]))
    assert "--planned build/parcels" in "".join(lines_of(jobs["changed"]))
    matrix = jobs["apply"]["strategy"]["matrix"]["include"]
    assert matrix == "${{ fromJSON(needs.changed.outputs.targets) }}"
    assert jobs["apply"]["if"] == "needs.changed.outputs.targets != '[]'"


def test_each_action_has_one_version_everywhere():
    used = {step["uses"] for _, _, body in JOBS for step in body["steps"] if "uses" in step}
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@v\d+|[\w.-]+/[\w.-]+@[0-9a-f]{40}", action) for action in used)
    assert len({action.split("@")[0] for action in used}) == len(used)


def test_atlantis_knows_every_stack_in_every_environment():
    projects = {project["name"]: project["dir"] for project in ATLANTIS["projects"]}
    wanted = {f"{made.stack}-{made.env}": f"infra/stacks/{made.stack}" for made in known_targets()}
    assert projects == wanted


@pytest.mark.parametrize(
    ("red", "ran"),
    [
        ("", ["apply", "smoke-test"]),
        ("smoke-test", ["apply", "smoke-test", "rollback"]),
        ("apply", ["apply", "rollback"]),
    ],
)
def test_atlantis_rolls_back_what_fails_and_stays_red(tmp_path, red, ran):
    """Its step is run by a shell, with a make that says what it was asked for."""
    script = f'#!/bin/sh\necho "$3" >> {tmp_path}/ran\n[ "$3" != "{red}" ]\n'
    (tmp_path / "make").write_text(script)
    (tmp_path / "make").chmod(0o755)
    steps = [step["run"] for step in ATLANTIS["workflows"]["make"]["apply"]["steps"] if "run" in step]
    before, step = steps
    assert "--check-tokens" in before, "what fails before the apply is no reason to go back"
    assert "--saved-plan $PLANFILE" in before, "the routes that the apply will make are asked for"
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "STACK": "s", "ENVIRONMENT": "e", "PLANFILE": "p"}
    ended = subprocess.run(["sh", "-c", step], env=environment, check=False, timeout=60)
    assert (tmp_path / "ran").read_text().split() == ran
    assert (ended.returncode == 0) is (red == "")


@pytest.mark.parametrize(
    ("schema", "document"),
    [
        ("atlantis", {**ATLANTIS, "version": 2}),
        ("atlantis", {**ATLANTIS, "projects": [{"name": "x", "dir": ".", "workflows": "make"}]}),
        ("atlantis", {**ATLANTIS, "workflows": {"make": {"plan": {"steps": [{"shell": "make"}]}}}}),
        ("pre-commit-config", {"repos": [{"repo": "local", "hooks": [{"id": "x"}]}]}),
        ("pre-commit-config", {**HOOKS, "hook": []}),
    ],
)
def test_our_schemas_refuse_what_is_wrong(schema, document):
    rules = Draft7Validator(json.loads((ROOT / f".ci/schemas/{schema}.schema.json").read_text()))
    assert not rules.is_valid(document)
