"""bike-rental's life with every extra of infra/bootstrap, with every request that was made of AWS."""

import re
from dataclasses import dataclass

from tests.checkout import Checkout
from tests.deployed_stack import DeployedStack
from tests.e2e.bootstrap_cases import BUCKET
from tests.e2e.bootstrapped_account import TARGET
from tests.e2e.extra_stack import PLAIN, WITH, WITHOUT, changed, surroundings
from tests.e2e.pipeline_journey import take
from tests.e2e.policy_cases import REGION, Call
from tests.e2e.recorded_calls import recorded
from tests.own_stage import OwnStage

BACKEND = f"""
bucket = "terraform-state-local"
key    = "bike-rental/boot.tfstate"
region = "{REGION}"
"""
IDS = {
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": "11111111-2222",
    r"/restapis/\w+": "/restapis/abc",
    r"Execution-Logs_\w+": "Execution-Logs_abc",
    r"hostedzone/\w+": "hostedzone/Z0123456789ABCDEFGHIJ",
    r":change/\w+": ":change/C0123456789",
    r"csc-\w+": "csc-0123456789abcdef0",
    "terraform-state-local": BUCKET,
}
"""What AWS chooses, and the stage (its bucket of states) → what stands in recorded_extras.json."""


@dataclass
class Life:
    """What applies (and a destroy) asked of AWS, and what a plan between them did."""

    apply: list[Call]
    plan: list[Call]


def record_life(checkout: Checkout, stage: OwnStage) -> Life:
    """Made with all extras, planned; each extra changed, then all taken out; destroyed."""
    DeployedStack(checkout, "bike-rental", "boot").build()
    settings = checkout.root / "infra/stacks/bike-rental/env/boot.tfvars"
    backend = settings.with_suffix(".s3.tfbackend")
    backend.write_text(BACKEND)
    applied: list[Call] = []
    with surroundings(stage.aws) as there, recorded(stage.environment["AWS_ENDPOINT_URL"]) as (url, calls):

        def stack(command: str, *more: str) -> list[Call]:
            line = ("-m", "scripts.stack", command, *TARGET, *more)
            checkout.python(*line, environment={**stage.environment, "AWS_ENDPOINT_URL": url}, timeout=600)
            return take(calls)

        def apply(text: str) -> list[Call]:
            for name, value in there.items():
                text = text.replace(name, value)
            settings.write_text(text)
            return stack("apply", "--yes")

        applied += apply(PLAIN + WITH)
        planned = stack("plan", "--detailed-exitcode")
        for text in (changed(WITH), WITHOUT):
            applied += apply(PLAIN + text)
        applied += stack("destroy", "--yes")
    for path in (settings, backend):
        path.unlink()
    return Life(without_ids(applied), without_ids(planned))


def without_ids(calls: list[Call]) -> list[Call]:
    """The calls, each once, under the ids that are kept."""
    found = {}
    for call in calls:
        resource = call.resource
        for pattern, known in IDS.items():
            resource = re.sub(pattern, known, resource)
        one = Call(call.action, resource, dict(sorted(call.context.items())))
        found[str(one)] = one
    return list(found.values())
