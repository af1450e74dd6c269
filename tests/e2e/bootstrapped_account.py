"""An account as `make bootstrap` leaves it, on the tests' stage, and what takes it down again."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.smoke.subject import clients_of
from tests.checkout import Checkout
from tests.inventory import inventory
from tests.running_provider import running_provider

SETTINGS = """
github       = { repository = "example-org/example", plan_branches = ["main", "release/*"] }
stacks       = ["bike-rental", "breast-cancer"]
environments = { boot = { github_environment = "rehearsal" }, live = { stacks = ["breast-cancer"] } }
state_bucket = { lifecycle_rules = false }
"""
STACK = """
environment = "boot"
endpoint = {
  instances = {
    type          = "ml.m5.large"
    initial_count = 1
    autoscaling   = { min = 1, max = 3, invocations_per_instance_per_minute = 3000 }
  }
}
model         = { bucket = { force_destroy = true, lifecycle_rules = false } }
function      = { reserved_concurrency = 5 }
api           = { clients = { website = { rate_limit = 100, burst_limit = 200 } }, allow_open_routes = true }
observability = { notify = { emails = ["ops@example.com"] } }
"""
BOOTSTRAP = ("-m", "scripts.bootstrap", "--account", "boot")
INITIALISED = "build/terraform/local/bootstrap-boot/data"
TARGET = ("--stack", "bike-rental", "--env", "boot", "--on", "aws")


@dataclass
class Account:
    """What bootstrap made, and how to reach it."""

    stage: Checkout
    outputs: dict[str, Any]
    environment: dict[str, str]
    aws: Callable[[str], Any]
    settings: Path
    provider: dict[str, str]
    """Leads to one process of the provider for many commands."""
    protected: bool = True

    def lift_protection(self) -> str:
        """Let the bucket be destroyed, once; returns what was said of it."""
        if not self.protected:
            return ""
        self.settings.write_text(f"{SETTINGS}\ndeletion_protection = false\n")
        self.protected = False
        return self.stage.python(*BOOTSTRAP, environment=self.provider).stderr


@contextmanager
def bootstrapped(stage: Checkout) -> Iterator[Account]:
    """Bootstrap, and take it down at the end of the block; then nothing is left of it."""
    settings = stage.root / "infra/bootstrap/accounts/boot.tfvars"
    stack = stage.root / "infra/stacks/bike-rental/env/boot.tfvars"
    settings.write_text(SETTINGS)
    stack.write_text(STACK)
    environment = stage.stage_environment()
    aws = clients_of(environment)
    before = inventory(aws)
    outputs = json.loads(stage.python(*BOOTSTRAP, "--write").stdout)
    with running_provider(stage.root / INITIALISED, environment) as provider:
        made = Account(stage, outputs, environment, aws, settings, provider)
        yield made
        made.lift_protection()
        stage.python(*BOOTSTRAP, "--destroy", environment=provider)
    after = inventory(aws)
    for path in (settings, stack, stack.with_name("boot.s3.tfbackend")):
        path.unlink()
    assert (after - before, before - after) == (set(), set())
