"""The pipelines' roles with each of their extras, held to what bike-rental really asked of AWS with it.

recorded_extras.json keeps what a relay saw, by extra; what a relay can't see is in extra_calls.py. With an
extra every call is allowed, with all the others and without it none; what lies near stays denied.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.checkout import Checkout
from tests.e2e.bootstrap_cases import KEY_POLICY, Judge
from tests.e2e.extra_calls import (
    ENVIRONMENTS,
    KEY,
    NAMES,
    RECORDED,
    everything_asked,
    in_environment,
    via,
)
from tests.e2e.extra_journey import Life, record_life
from tests.e2e.near_extras import NEAR
from tests.e2e.pipeline_journey import changes_something
from tests.e2e.policy_cases import ACCOUNT, REGION, Call, calls
from tests.e2e.simulate_policies import simulate
from tests.own_stage import OwnStage
from tests.terraform_workspace import TerraformWorkspace

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("examples")]


class Roles:
    """The roles of each environment, by the plan of tests/e2e/bootstrap_extras/main.tf."""

    def __init__(self, resources: list[dict[str, Any]]) -> None:
        found = {kind: [one for one in resources if one["type"] == kind] for kind in ATTACHED}
        policies = {one["index"]: json.loads(one["values"]["policy"]) for one in found["aws_iam_policy"]}
        self._policies: dict[str, list[dict[str, Any]]] = {}
        for one in found["aws_iam_role_policy_attachment"]:
            kind, _, policy = one["index"].partition("-")
            self._policies.setdefault(f"{kind}-{policy.split('-')[0]}", []).append(policies[policy])

    def of(self, role: str) -> list[dict[str, Any]]:
        """The policies of a role, such as plan-waf."""
        return self._policies[role]

    def allowed(self, kind: str, asked: dict[str, list[Call]]) -> dict[str, list[str]]:
        """Environment → which of its calls its role may."""
        of_environment = [(key, in_environment(call, key)) for key, calls in asked.items() for call in calls]
        results = simulate([self._simulation(f"{kind}-{key}", call) for key, call in of_environment])
        allowed: dict[str, list[str]] = {key: [] for key in asked}
        for (key, call), result in zip(of_environment, results, strict=True):
            if result == "Allowed":
                allowed[key].append(str(call))
        return allowed

    def _simulation(self, role: str, call: Call) -> dict[str, Any]:
        """A call; to set a web ACL is judged as a change of the stage by the statements that say SetWebACL.

        AWS lists two ARNs of stages in one, which the simulator can't read where no others are listed.
        """
        if call.action != SET_WEB_ACL:
            return Judge(self._policies[role]).simulation(call)
        about = [
            {**statement, "Action": "apigateway:PATCH"}
            for policy in self._policies[role]
            for statement in policy["Statement"]
            if SET_WEB_ACL in statement["Action"]
        ]
        judge = Judge([{"Version": "2012-10-17", "Statement": about}] if about else [])
        return judge.simulation(Call("apigateway:PATCH", call.resource, call.context))


SET_WEB_ACL = "apigateway:SetWebACL"
ATTACHED = ("aws_iam_policy", "aws_iam_role_policy_attachment")


@pytest.fixture(scope="module")
def roles(tmp_path_factory: pytest.TempPathFactory, examples_stage: OwnStage) -> Iterator[Roles]:
    """Planned, never applied."""
    workspace = TerraformWorkspace(tmp_path_factory.mktemp("extras"))
    workspace.copy("tests/e2e/bootstrap_extras")
    terraform = workspace.terraform("tests/e2e/bootstrap_extras", examples_stage.environment)
    (terraform.root / "extras.auto.tfvars.json").write_text(json.dumps({"environments": ENVIRONMENTS}))
    terraform.plan(terraform.root / "extras.tfplan")
    plan = json.loads(terraform.cmd("show", "-json", "extras.tfplan")[1])
    (module,) = plan["planned_values"]["root_module"]["child_modules"]
    yield Roles(module["resources"])


def test_with_an_extra_the_apply_role_may_all_that_it_asks(roles: Roles) -> None:
    """With the extras that only together ask for it, and no other."""
    asked = {environment: everything_asked(key) for key, environment in NAMES.items()}
    assert min(map(len, asked.values())) > 0
    assert roles.allowed("apply", asked) == texts(asked)


def test_no_other_extra_lets_it(roles: Roles) -> None:
    """Each of them alone: what another asks, or two together, is denied."""
    asked = {
        name: [
            call
            for key in NAMES
            if not {*key.split("+")} <= {*own.split("+")}
            for call in everything_asked(key)
        ]
        for own, name in NAMES.items()
    }
    assert all(len(calls) > 15 for calls in asked.values())
    assert roles.allowed("apply", asked) == {name: [] for name in asked}


def test_the_plan_role_may_what_a_plan_asks_and_changes_nothing(roles: Roles) -> None:
    """Of what an apply asks, not one request that changes anything."""
    planned = {environment: everything_asked(key, "plan") for key, environment in NAMES.items()}
    changing = {
        environment: [call for call in everything_asked(key) if changes_something(call)]
        for key, environment in NAMES.items()
    }
    changing["keys"] = [call for call in changing["keys"] if call.action != "kms:Decrypt"]
    assert sum(map(len, changing.values())) > 30
    both = {environment: [*planned[environment], *changing[environment]] for environment in planned}
    assert roles.allowed("plan", both) == texts(planned)


def test_what_lies_near_an_extra_stays_denied(roles: Roles) -> None:
    """To roles that have them all: others' web ACLs, domains, records, keys and code signing."""
    for kind in ("apply", "plan"):
        assert roles.allowed(kind, {"all": list(NEAR)}) == {"all": []}
    assert len(NEAR) > 70


def test_a_login_under_a_customer_key_is_read_where_that_key_s_policy_says_so(roles: Roles) -> None:
    """Through Secrets Manager alone; by the account's policies nobody may, whatever the extras (NEAR)."""
    named = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:role/pipeline"},
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {"StringEquals": {"kms:ViaService": f"secretsmanager.{REGION}.amazonaws.com"}},
    }
    of_key = {**KEY_POLICY, "Statement": [*KEY_POLICY["Statement"], named]}
    through = calls(KEY, "kms:Decrypt", **via("secretsmanager"))
    others = (*calls(KEY, "kms:Decrypt"), *calls(KEY, "kms:Encrypt", **via("secretsmanager")))
    for kind in ("plan", "apply"):
        judge = Judge(roles.of(f"{kind}-tokens"), of_key)
        assert judge.may(*through, *others) == [True, False, False]
        assert Judge(roles.of(f"{kind}-tokens")).may(*through) == [False]


@pytest.fixture(scope="module")
def life(checkout: Checkout, examples_stage: OwnStage) -> Life:
    """bike-rental's, with all extras."""
    return record_life(checkout, examples_stage)


def test_what_is_kept_is_what_is_asked(roles: Roles, life: Life) -> None:
    """Of what the stack asked, a role without extras may all but what recorded_extras.json keeps."""
    for kind, asked in (("apply", life.apply), ("plan", life.plan)):
        allowed = roles.allowed("apply", {"plain": asked})["plain"]
        beyond = {str(in_environment(call, "plain")) for call in asked} - set(allowed)
        kept = (Call(*call) for extra in RECORDED.values() for call in extra[kind])
        assert beyond == {str(in_environment(call, "plain")) for call in kept}


def test_with_all_extras_the_roles_may_all_that_the_stack_asked(roles: Roles, life: Life) -> None:
    """Each request that the relay saw, not only those about extras."""
    for kind, asked in (("apply", life.apply), ("plan", life.plan)):
        assert roles.allowed(kind, {"all": asked}) == texts({"all": asked})


def texts(asked: dict[str, list[Call]]) -> dict[str, list[str]]:
    """The calls as the roles' answers name them."""
    return {key: [str(in_environment(call, key)) for call in calls] for key, calls in asked.items()}
