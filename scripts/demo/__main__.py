"""Train, package, deploy and call the bike-rental model on this machine: no account, no Docker.

Run it again at any time: what is up to date is kept, and an interrupted run is taken up where it stopped.
"""

import argparse
import json
import shlex
import sys
import time
from collections.abc import Sequence

import requests
from rich.console import Console

from scripts import ROOT
from scripts.demo.held_out import PredictionError, predict_held_out, render_hours
from scripts.demo.steps import Command, StepError, Steps
from scripts.local_stage import lifecycle
from scripts.local_stage.stage_record import DEFAULT_NAME, StageDirectory
from scripts.smoke.subject import Budget, Subject, subject_of_stack
from scripts.smoke_test import show_checks
from scripts.stack.progress import Progress
from scripts.stack.repairs import repair_of
from scripts.stack.target import StackError, Target, find_source, initialise, open_terraform
from scripts.terraform import TerraformError
from scripts.toolchain.errors import ToolchainError

MODEL = "bike-rental"
BUILD = ROOT / "build" / MODEL


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the demo; exit code 0 done, 1 a step failed, 130 interrupted."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.demo",
        description=__doc__,
        epilog="For example: make demo ARGS='--stage second'",
    )
    parser.add_argument("--stage", default=DEFAULT_NAME, help="name of the local stage (%(default)s)")
    target = Target(MODEL, stage=parser.parse_args(arguments).stage)
    console = Console(stderr=True)
    started = time.perf_counter()
    try:
        passed = run_demo(target, console)
    except KeyboardInterrupt:
        console.print("\nInterrupted. `make demo` goes on from here, `make down` removes what there is.")
        return 130
    except TerraformError as error:
        print(f"{error}\n  repair   {repair_of(error, target)}", file=sys.stderr)
        return 1
    except (
        StackError,
        StepError,
        ToolchainError,
        PredictionError,
        lifecycle.StageError,
        requests.RequestException,
    ) as error:
        print(error, file=sys.stderr)
        return 1
    console.print(f"\nDone in {time.perf_counter() - started:.0f} s.", highlight=False)
    return 0 if passed else 1


def run_demo(target: Target, console: Console) -> bool:
    """Run every step; say whether the smoke test passed."""
    target.check()
    with Steps(console) as steps:
        with steps.step("find Terraform and its provider") as step:
            step.detail = f"provider from {find_source(target).description}"
        build_and_start(steps, target)
        outputs = deploy(steps, target)
    subject = subject_of_stack(
        outputs,
        target.environment(),
        contract_file=ROOT / "models" / MODEL / "contract.json",
        budget=Budget(warm_up_seconds=60.0),
    )
    console.print()
    results = show_checks(subject, f"{MODEL} on the local stage", console)
    show_held_out(subject, console)
    show_next_steps(subject)
    return all(result.status != "failed" for result in results)


def build_and_start(steps: Steps, target: Target) -> None:
    """Train, package and render while the stage starts."""

    def start_stage() -> None:
        with steps.step("start the local stage") as step:
            record = lifecycle.up(StageDirectory(target.stage), progress=step.say)
            step.detail = f"control plane {record.control_plane}, gateway {record.gateway}"

    def command(title: str, *arguments: str, alone: str, tell: str) -> None:
        steps.run(Command(title, arguments, alone, lambda output: _line_with(tell, output)))

    steps.run_together(
        [
            start_stage,
            lambda: command(
                "train the model", f"models/{MODEL}/train.py", alone="make train", tell="XGBoost "
            ),
            lambda: command(
                "build the function's zip",
                *("-m", "scripts.package", MODEL, "--target", "local"),
                alone="make package",
                tell="zipped",
            ),
            lambda: command(
                "render the OpenAPI document",
                *("-m", "scripts.openapi", MODEL),
                alone="make openapi",
                tell="openapi.json",
            ),
        ]
    )


def deploy(steps: Steps, target: Target) -> dict[str, object]:
    """Initialise and apply the stack as it is; return its outputs."""
    progress = Progress(steps.console, lines=False)
    with steps.step("terraform init") as step:
        terraform, _ = open_terraform(target, progress)
        initialise(terraform, target)
        step.detail = f"infra/stacks/{target.stack}, unchanged; state in the stage's S3"
    with steps.step("terraform apply") as step:

        def show(event: object) -> None:
            progress(event)  # type: ignore[arg-type]
            step.say(progress.summary())

        terraform.on_event = show
        if terraform.plan(target.plan_file, var_file=str(target.var_file)):
            terraform.apply(target.plan_file)
            step.detail = f"{progress.done} resources created, changed or destroyed"
        else:
            step.detail = "nothing to change"
        return terraform.outputs()


def show_held_out(subject: Subject, console: Console) -> None:
    """Ask about every held-out hour at once and show some of one day."""
    route = subject.main_route
    held_out = predict_held_out(subject.client, route["path"], subject.api_key, BUILD / "holdout.csv")
    console.print(
        f"\n{len(held_out.rows)} hours of days that training never saw, asked of the stage in one request: "
        f"{held_out.seconds:.2f} s, RMSLE {held_out.rmsle:.3f}. Some of them:",
        highlight=False,
        soft_wrap=True,
    )
    console.print(render_hours(held_out))


def show_next_steps(subject: Subject) -> None:
    """Print what to do next; the curl line works when pasted."""
    route, example = subject.main_route, subject.examples[0]
    curl = [
        "curl -s",
        f"{subject.client.url}{route['path']}",
        f"-H 'x-api-key: {subject.api_key}'",
        "-H 'content-type: application/json'",
        f"-d {shlex.quote(json.dumps(example['request']))}",
    ]
    print(f"\nStage URL  {subject.client.url}\nAPI key    {subject.api_key}\n\nCall it:\n  {' '.join(curl)}")
    print("Test it again:    make smoke-test\nStop, remove it:  make down", flush=True)


def _line_with(word: str, output: str) -> str:
    """Return the line of an output that says what matters, with its spaces squeezed and no path of ours."""
    lines = [" ".join(line.replace(f"{ROOT}/", "").split()) for line in output.splitlines()]
    return next((line for line in lines if word in line), "")


if __name__ == "__main__":
    sys.exit(main())
