"""One checkout, one local stage and one deployment of each stack for all tests here, made when first used.

Tests that change what is deployed put it back.
"""

from collections.abc import Iterator

import pytest

from scripts import ROOT
from scripts.local_stage import lifecycle
from tests.checkout import Checkout
from tests.deployed_stack import DeployedStack
from tests.own_stage import OwnStage, own_stage


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Checkout:
    """A copy of the repository, whose commands build and deploy without touching this one's build/."""
    made = Checkout.make(tmp_path_factory.mktemp("checkout") / "repository")
    wheels = made.root / "build" / "wheels"
    (ROOT / "build" / "wheels").mkdir(parents=True, exist_ok=True)
    wheels.parent.mkdir()
    wheels.symlink_to(ROOT / "build" / "wheels")  # pinned by hash, so they may be shared
    made.lend_virtual_environment()
    return made


@pytest.fixture(scope="session")
def stage(checkout: Checkout) -> Iterator[Checkout]:
    """The checkout with its local stage running."""
    checkout.python("-m", "scripts.local_stage", "up")
    yield checkout
    lifecycle.down(checkout.stage)


@pytest.fixture(scope="session")
def examples_stage(checkout: Checkout) -> Iterator[OwnStage]:
    """An empty stage for the xdist group "examples": what is applied on it is destroyed by the same test."""
    with own_stage(checkout, "examples") as started:
        yield started


@pytest.fixture(scope="session")
def bike_rental(stage: Checkout) -> DeployedStack:
    """The stack `bike-rental` as `make train package openapi apply` deploys it."""
    return deploy(stage, "bike-rental")


@pytest.fixture(scope="session")
def breast_cancer(stage: Checkout) -> DeployedStack:
    """The stack `breast-cancer`: another model, another format of replies, on the same stage."""
    return deploy(stage, "breast-cancer")


@pytest.fixture(scope="session")
def flight_delay(stage: Checkout) -> DeployedStack:
    """The stack `flight-delay`: a scikit-learn pipeline in the function, gradient boosting behind it."""
    return deploy(stage, "flight-delay")


def deploy(stage: Checkout, stack: str, env: str = "dev") -> DeployedStack:
    """Build what a stack deploys, apply it, and see what a second plan makes of it."""
    deployed = DeployedStack(stage, stack, env)
    deployed.build()
    deployed.apply()
    deployed.replanned = deployed.plan()
    return deployed
