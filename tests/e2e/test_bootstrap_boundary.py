"""The boundary's statements that come with an extra, by simulation: `vpc` and `customer_keys`.

A role may what its policy and the boundary both allow. So a stack's own roles, which ask for keys and
networks everywhere, are judged within the boundary of each environment, and so is a role that may everything.
"""

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import pytest

from tests.e2e.bootstrap_cases import EVERYTHING, Judge
from tests.e2e.bounded_cases import NEAR, NEEDED, PLAIN, needed
from tests.e2e.extra_calls import in_environment
from tests.e2e.policy_cases import Call
from tests.own_stage import OwnStage
from tests.terraform_workspace import TerraformWorkspace

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("examples")]

HAS: dict[str, set[str]] = {
    "plain": set(),
    "vpc": {"vpc"},
    "keys": {"customer_keys"},
    "both": {"customer_keys", "vpc"},
    "others": set(),
}
"""Environment of tests/e2e/bounded_roles → which of the two extras it has; `others` has those that remain."""


class Planned(NamedTuple):
    """Policies, as planned."""

    boundaries: dict[str, dict[str, Any]]
    """By environment."""
    roles: dict[tuple[str, str], dict[str, Any]]
    """By environment and lambda or sagemaker."""


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory, examples_stage: OwnStage) -> Planned:
    """Never applied."""
    workspace = TerraformWorkspace(tmp_path_factory.mktemp("bounded"))
    workspace.copy("tests/e2e/bounded_roles")
    terraform = workspace.terraform("tests/e2e/bounded_roles", examples_stage.environment)
    terraform.plan(terraform.root / "roles.tfplan")
    plan = json.loads(terraform.cmd("show", "-json", "roles.tfplan")[1])
    found = Planned({}, {})
    for module in plan["planned_values"]["root_module"]["child_modules"]:
        environment = module["address"].partition('["')[2].removesuffix('"]')
        for one in module["resources"]:
            if one["address"].startswith("module.bootstrap.aws_iam_policy.boundary["):
                found.boundaries[one["index"]] = json.loads(one["values"]["policy"])
            elif one["type"] == "aws_iam_role_policy":
                found.roles[environment, one["name"]] = json.loads(one["values"]["policy"])
    assert found.boundaries.keys() == HAS.keys()
    assert found.roles.keys() == {(environment, kind) for environment in HAS for kind in PLAIN}
    return found


def allowed(judge: Judge, environment: str, asked: Sequence[Call]) -> list[Call]:
    """The calls that are allowed, of those asked, where `boot` stands for the environment."""
    may = judge.may(*(in_environment(call, environment) for call in asked))
    return [call for call, result in zip(asked, may, strict=True) if result]


@pytest.mark.parametrize("environment", HAS)
@pytest.mark.parametrize("kind", PLAIN)
def test_a_stack_s_role_may_what_an_extra_is_for_where_the_environment_has_it(
    planned: Planned, kind: str, environment: str
) -> None:
    """Its own policy asks for both extras everywhere: what is denied, the boundary denies."""
    asked = [*PLAIN[kind], *NEEDED["customer_keys"][kind], *NEEDED["vpc"][kind]]
    policy = planned.roles[environment, kind]
    within = Judge([policy], boundary=planned.boundaries[environment])
    expected = [call for call in asked if call not in needed({"customer_keys", "vpc"} - HAS[environment])]
    assert allowed(Judge([policy]), environment, asked) == asked
    assert allowed(within, environment, asked) == expected


@pytest.mark.parametrize("environment", HAS)
def test_a_role_that_may_everything_may_within_the_boundary_what_the_extras_are_for(
    planned: Planned, environment: str
) -> None:
    """What the roles need, no less; without the extra none of it, whatever others there are."""
    judge = Judge([EVERYTHING], boundary=planned.boundaries[environment])
    asked = needed({"customer_keys", "vpc"})
    assert tuple(allowed(judge, environment, asked)) == tuple(
        call for call in asked if call in needed(HAS[environment])
    )


@pytest.mark.parametrize("environment", HAS)
def test_a_role_that_may_everything_may_nothing_near_it_within_the_boundary(
    planned: Planned, environment: str
) -> None:
    """Other actions, resources, services and functions, and a function's own code: the boundary ends them."""
    judge = Judge([EVERYTHING], boundary=planned.boundaries[environment])
    for near in NEAR.values():
        assert len(near) > 20
        assert allowed(Judge([EVERYTHING]), environment, near) == [*near]
        assert allowed(judge, environment, near) == []
