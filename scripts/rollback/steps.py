"""What a roll-back does, in its order: close the stage if it must, endpoint, permissions, alias, stage, open.

Function and model belong together by the contract, and two switches are never thrown at once. Where the
contract stays what it is, any function goes with any model and the order only keeps the gap short. Where it
changes, the stage refuses everything (429, which clients retry) until both are back.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from scripts.rollback.gate import Gate
from scripts.rollback.lead_endpoint import Clock, lead_endpoint
from scripts.rollback.live import ON_THE_WAY, Aim, Live, RollbackError, read_live
from scripts.rollback.permissions import grant_calls
from scripts.rollback.record import Revision

Clients = Callable[[str], Any]


@dataclass(frozen=True)
class Step:
    """One change: what, from, to, and how."""

    what: str
    now: str
    then: str
    act: Callable[[], None]


@dataclass(frozen=True)
class Plan:
    """The steps of a roll-back."""

    steps: tuple[Step, ...]
    closes: bool
    """Whether the stage refuses requests until function and model belong together again."""


@dataclass
class Rollback:
    """Leads what runs to an aim."""

    aws: Clients
    gate: Gate
    revision: Revision
    aim: Aim
    live: Live
    tell: Callable[[str], None] = lambda _: None
    """Takes what is waited for."""
    timeout: float = 1800.0
    clock: Clock = field(default_factory=Clock)

    def plan(self, *, close: bool) -> Plan:
        """Say what differs from the aim; `close` the stage where function and model both change."""
        steps = list(self._steps())
        changed = {step.what for step in steps}
        closes = close and {"endpoint", "alias"} <= changed
        opens = closes or self.gate.is_closed
        if closes:
            steps.insert(
                0, Step("stage", "open", "closed until model and function are back", self.gate.close)
            )
        if opens:
            steps.append(Step("stage", "closed", "open", self.gate.open))
        return Plan(tuple(steps), closes)

    def _steps(self) -> Iterator[Step]:
        live, aim, function = self.live, self.aim, self.revision.function
        if live.configuration != aim.configuration or live.status in ON_THE_WAY:
            now = f"{live.configuration} ({live.status})"
            yield Step("endpoint", now, str(aim.configuration), self.move_endpoint)
        if live.missing_calls:
            calls = ", ".join(live.missing_calls)
            yield Step("permissions", "none", f"the gateway may call {calls}", self.permit)
        if live.version != function.version or live.weights:
            now = f"version {live.version}" + (f" and {dict(live.weights)}" if live.weights else "")
            yield Step("alias", now, f"version {function.version}", self.move_alias)
        if live.deployment != aim.deployment or live.canary:
            now = f"deployment {live.deployment}" + (f", canary {live.canary}" if live.canary else "")
            yield Step("API stage", now, f"deployment {aim.deployment}", self.move_stage)

    def move_endpoint(self) -> None:
        """Update the endpoint and wait. Raises RollbackError unless it ends in service on the aim."""
        assert self.revision.endpoint is not None and self.aim.configuration is not None
        lead_endpoint(
            self.aws,
            self.revision.endpoint.name,
            self.aim.configuration,
            tell=self.tell,
            timeout=self.timeout,
            clock=self.clock,
        )

    def permit(self) -> None:
        """Let the gateway call what the proven deployment has and a later apply took back."""
        function, api = self.revision.function, self.revision.api
        calls = self.live.missing_calls
        grant_calls(self.aws("lambda"), function.name, function.alias, api.rest_api_id, calls)

    def move_alias(self) -> None:
        """Send all calls to the proven version."""
        function = self.revision.function
        self.aws("lambda").update_alias(
            FunctionName=function.name,
            Name=function.alias,
            FunctionVersion=function.version,
            RoutingConfig={"AdditionalVersionWeights": {}},
        )

    def move_stage(self) -> None:
        """Serve the proven deployment, to all."""
        api = self.revision.api
        patches = [{"op": "replace", "path": "/deploymentId", "value": self.aim.deployment}]
        if self.live.canary:
            patches.insert(0, {"op": "remove", "path": "/canarySettings"})
        self.aws("apigateway").update_stage(
            restApiId=api.rest_api_id, stageName=api.stage_name, patchOperations=patches
        )

    def perform(self, plan: Plan) -> Iterator[Step]:
        """Do the steps and yield each one done. Raises RollbackError, ClientError, BotoCoreError.

        A stage that was closed opens again when the endpoint has stayed where it was; after half the way it
        stays closed, and a second run goes on.
        """
        done: list[str] = []
        for step in plan.steps:
            try:
                step.act()
            except (RollbackError, ClientError, BotoCoreError):
                if plan.closes and done and "alias" not in done and self._endpoint_stayed():
                    self.gate.open()
                raise
            done.append(step.what)
            yield step

    def _endpoint_stayed(self) -> bool:
        try:
            now = read_live(self.aws, self.revision)
        except (RollbackError, ClientError, BotoCoreError):
            return False
        return (now.configuration, now.status) == (self.live.configuration, "InService")
