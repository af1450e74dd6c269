"""`make rollback`: what differs, the question, the steps, the proof."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from scripts.rollback.gate import Gate
from scripts.rollback.live import Aim, RollbackError, find_aim, read_live
from scripts.rollback.prove import live_contract, subject_of_revision
from scripts.rollback.record import Parameter, Record, Revision
from scripts.rollback.steps import Plan, Rollback
from scripts.smoke.subject import Budget, Subject
from scripts.smoke.tokens import tokens_for
from scripts.smoke_test import show_checks
from scripts.stack.confirmation import confirmed
from scripts.stack.target import Target

Clients = Callable[[str], Any]


@dataclass
class Command:
    """One run of the command on a target."""

    target: Target
    aws: Clients
    environment: Mapping[str, str]
    parameter: Parameter
    record: Record
    console: Console
    timeout: float

    def run(self, *, previous: bool, keep_serving: bool, yes: bool) -> int:
        """Roll back and prove it; return the exit code. Raises RollbackError, ClientError."""
        revision = self._choose(previous)
        aim = find_aim(self.aws, revision)
        live = read_live(self.aws, revision)
        subject = self._find_subject(revision, aim)
        rollback = Rollback(
            aws=self.aws,
            gate=Gate(self.aws, self.parameter, self.record, revision.api),
            revision=revision,
            aim=aim,
            live=live,
            tell=lambda text: self.console.print(f"  … {text}", style="dim", markup=False),
            timeout=self.timeout,
        )
        same_code = live.code_sha256 == revision.function.code_sha256
        another_contract = not same_code and (
            subject is None or live_contract(subject) != revision.contract_digest
        )
        plan = rollback.plan(close=another_contract and not keep_serving)
        self._show(plan, revision)
        question = f"Roll {self.target.stack} of {self.target.env} back in your AWS account?"
        if plan.steps and self.target.on == "aws" and not yes and not confirmed(question):
            return 2
        self._perform(rollback, plan)
        return self._prove(subject, revision, bool(plan.steps))

    def _choose(self, previous: bool) -> Revision:
        if not previous:
            return self.record.newest
        if self.record.previous is None:
            raise RollbackError("Only one revision is proven so far, and there is none before it.")
        return self.record.previous

    def _find_subject(self, revision: Revision, aim: Aim) -> Subject | None:
        """The proof's subject, found before anything is changed; a roll-back doesn't wait for it."""
        try:
            return subject_of_revision(
                revision,
                aim,
                self.aws,
                self.environment,
                stack=self.target.stack,
                budget=Budget(),
                tokens=tokens_for(self.target),
            )
        except RollbackError as error:
            self.console.print(str(error), markup=False)
            return None

    def _show(self, plan: Plan, revision: Revision) -> None:
        self.console.print(f"Back to {revision.title}", markup=False)
        if not plan.steps:
            self.console.print("Nothing to do: this is what runs.")
            return
        table = Table(box=None, pad_edge=False)
        for title in ("what", "now", "then"):
            table.add_column(title, overflow="fold")
        for step in plan.steps:
            table.add_row(step.what, step.now, step.then)
        self.console.print(table)
        if plan.closes:
            self.console.print(
                "The contract changes with the model, so every request is answered 429 until both are back, "
                "as long as the endpoint's update takes; --keep-serving takes wrong answers instead."
            )

    def _perform(self, rollback: Rollback, plan: Plan) -> None:
        done = 0
        try:
            for step in rollback.perform(plan):
                done += 1
                self.console.print(f"  ✓ {step.what}: {step.then}", markup=False)
        finally:
            if done < len(plan.steps):
                left = ", ".join(step.what for step in plan.steps[done:])
                gate = (
                    "; the stage is CLOSED until the roll-back is through" if rollback.gate.is_closed else ""
                )
                self.console.print(f"  ✗ not done: {left}{gate}", markup=False)

    def _prove(self, subject: Subject | None, revision: Revision, changed: bool) -> int:
        if subject is None:
            self.console.print("Rolled back, but not proven: see above.")
            return 1
        results = show_checks(subject, f"{revision.title}, in {self.target.env}", self.console)
        if any(result.status == "failed" for result in results):
            self.console.print("Rolled back, and yet it is not right: see what failed.")
            return 1
        if changed:
            where = f"STACK={self.target.stack} ENV={self.target.env} ON={self.target.on}"
            self.console.print(
                f"Rolled back and proven. make plan {where} shows what differs; revert the bad commit "
                "and apply the good one, which makes this Terraform's again."
            )
        return 0


def show_revisions(record: Record) -> None:
    """Print the recorded revisions, newest first."""
    for revision, option in zip(
        record.revisions, ("make rollback", "make rollback ARGS=--previous"), strict=False
    ):
        endpoint = revision.endpoint.configuration if revision.endpoint else "someone else's"
        print(
            f"{revision.title}   ({option})\n"
            f"  contract {revision.contract_digest[:12]}…   function version {revision.function.version}   "
            f"endpoint {endpoint}   deployment {revision.api.deployment_id}"
        )
    if record.closed:
        print("A roll-back has closed the stage and is not through: run it again.")
