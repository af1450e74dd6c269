"""A stack that is deployed on the stage of a checkout, and how tests look at it from outside."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

import requests

from scripts.smoke.result import Result
from scripts.smoke.stage_client import Reply, StageClient
from scripts.smoke.subject import Budget, Subject, clients_of, fetch_key_value, stage_url, subject_of_stack
from scripts.smoke.table import run_checks
from scripts.terraform import Event
from tests.checkout import Checkout


class DeployedStack:
    """One stack in one environment, applied by `scripts.stack`."""

    def __init__(self, checkout: Checkout, stack: str, env: str = "dev") -> None:
        self.checkout = checkout
        self.stack = stack
        self.env = env
        self.target = ("--stack", stack, "--env", env)
        self.outputs: dict[str, Any] = {}
        self.replanned: dict[str, str] | None = None
        """What a plan right after the first apply would change."""

    def build(self) -> None:
        """Train the model, build the zip for the stage, render the API's document."""
        python = self.checkout.python
        python(f"models/{self.stack}/train.py")
        python("-m", "scripts.package", self.stack, "--target", "local")
        python("-m", "scripts.openapi", self.stack)

    def apply(self) -> None:
        """Apply, and read the outputs."""
        ended = self.checkout.python("-m", "scripts.stack", "apply", *self.target)
        self.outputs = json.loads(ended.stdout)

    def plan(self, **options: Any) -> dict[str, str]:
        """What Terraform would do: address → create, update, replace or delete; {} if nothing."""
        changes: dict[str, str] = {}

        def note(event: Event) -> None:
            if event.get("type") == "planned_change":
                address = event["change"]["resource"]["addr"].removeprefix("module.model_api.")
                changes[address] = event["change"]["action"]

        terraform = self.checkout.terraform(self.stack, self.env)
        terraform.on_event = note
        var_file = str(terraform.root / "env" / f"{self.env}.tfvars")
        changed = terraform.plan(self.checkout.root / "build" / "test.tfplan", var_file=var_file, **options)
        assert changed or not changes, "-detailed-exitcode and the events disagree"
        return changes

    @cached_property
    def aws(self) -> Callable[[str], Any]:
        """Service → boto3 client of the stage's account."""
        clients: dict[str, Any] = {}
        make = clients_of(self.checkout.stage_environment())
        return lambda service: clients.setdefault(service, make(service))

    @property
    def contract(self) -> Any:
        """The contract as it lies in the checkout."""
        return json.loads((self.checkout.root / "models" / self.stack / "contract.json").read_text())

    @cached_property
    def client(self) -> StageClient:
        """A client of the stage URL."""
        return StageClient(stage_url(self.outputs, self.checkout.stage_environment()))

    @cached_property
    def key(self) -> str:
        """The key of the first client by name."""
        ids = self.outputs["api_key_ids"]
        return fetch_key_value(self.aws, ids[min(ids)])

    def post(self, body: Any, path: str = "/predict", **options: Any) -> Reply:
        """Send a request with the key."""
        return self.client.send("POST", path, body, **{"key": self.key, **options})

    def golden_request(self, index: int = 0) -> Any:
        """The request of one of the contract's examples."""
        return self.contract["examples"][index]["request"]

    def smoke_test(self, outputs: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Result]:
        """Run every check of the smoke test; check → result. `changes` are fields of Subject."""
        subject = self.subject(outputs)
        return {result.name: result for result in run_checks(replace(subject, **changes))}

    def subject(self, outputs: Mapping[str, Any] | None = None) -> Subject:
        """What the smoke test would test."""
        return subject_of_stack(
            {**self.outputs, **(outputs or {})},
            self.checkout.stage_environment(),
            contract_file=self.checkout.root / "models" / self.stack / "contract.json",
            budget=Budget(latency_ms=2000.0, requests=3, warm_up_seconds=30.0),
            build=self.checkout.root / "build",
        )

    @contextmanager
    def faults(self, *faults: Mapping[str, Any]) -> Iterator[None]:
        """Let the stage's SageMaker fail as described in scripts/local_stage/faults.py."""
        url = f"{self.checkout.record().control_plane}/_stage/faults"
        with requests.Session() as session:
            session.trust_env = False
            session.put(url, json={"faults": list(faults)}, timeout=60).raise_for_status()
            try:
                yield
            finally:
                session.delete(url, timeout=60).raise_for_status()


def failed(results: Mapping[str, Result]) -> set[str]:
    """The checks that went red."""
    return {name for name, result in results.items() if result.status == "failed"}


def messages(events: Sequence[Mapping[str, Any]]) -> list[str]:
    """The texts of log events."""
    return [event["message"] for event in events]
