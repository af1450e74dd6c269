"""A stage beside the one that has the stacks, for tests that run while those do."""

import shlex
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from scripts import ROOT
from scripts.local_stage import lifecycle
from scripts.local_stage.environment import with_stage
from scripts.local_stage.stage_record import StageDirectory
from scripts.smoke.subject import clients_of
from tests.checkout import Checkout

ECHO = shlex.join([sys.executable, str(ROOT / "tests" / "functional" / "echo_container.py")])


class OwnStage(NamedTuple):
    """How Terraform and boto3 reach it; what Terraform makes has the tag that the inventory looks for."""

    environment: dict[str, str]
    aws: Callable[[str], Any]


@contextmanager
def own_stage(checkout: Checkout, name: str) -> Iterator[OwnStage]:
    """Start a stage that serves images called `echo` by tests/functional/echo_container.py; stop it."""
    directory = StageDirectory(name, checkout.stage.path.parent)
    checkout.python(*("-m", "scripts.local_stage", "up", "--name", name, "--image-command", f"/echo:={ECHO}"))
    try:
        record = directory.running()
        assert record is not None
        environment = with_stage(checkout.environment, record)
        environment["TF_AWS_DEFAULT_TAGS_project"] = "model-endpoint-api"
        yield OwnStage(environment, clients_of(environment))
    finally:
        lifecycle.down(directory)
