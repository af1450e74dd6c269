"""The command line of `python -m scripts.stack`, and the options that every command on a stack has."""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from scripts.smoke.caller_options import add_caller_arguments
from scripts.stack.target import Target

Run = Callable[[Target, argparse.Namespace], int]

KEPT = Path()
"""Stands for the plan that was kept for the target, where no file is named."""

COMMANDS = {
    "init": "initialise only",
    "plan": "show what apply would change, and keep it for apply --saved-plan",
    "apply": "make it so",
    "drift": "say how what is deployed differs from the commit; 0: not at all, 2: it does",
    "destroy": "remove everything in the state",
    "output": "print the outputs as JSON",
    "access": "print the stage's URL and a client's key, a secret, as shell variables",
    "targets": "list the stacks and their environments as JSON, for a pipeline's matrix",
}
EXAMPLES = {
    "init": "python -m scripts.stack init --stack bike-rental --env dev",
    "plan": "make plan STACK=bike-rental ENV=prod ON=aws",
    "apply": "make apply STACK=bike-rental ENV=prod ON=aws ARGS=--saved-plan",
    "drift": "make drift STACK=bike-rental ENV=prod ON=aws",
    "destroy": "make destroy STACK=bike-rental ENV=dev",
    "output": "make -s output STACK=bike-rental",
    "access": 'eval "$(make -s access STACK=bike-rental)"',
    "targets": "make -s targets ARGS='--only-env dev'",
}


def add_target_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --stack, --env, --on and --stage, as every command on a stack has them."""
    parser.add_argument("--stack", default="bike-rental", help="a directory of infra/stacks (%(default)s)")
    parser.add_argument("--env", default="dev", help="env/ENV.tfvars of the stack (%(default)s)")
    parser.add_argument("--on", choices=("local", "aws"), default="local", help="where (%(default)s)")
    parser.add_argument("--stage", default="default", help="name of the local stage (%(default)s)")


def make_parser(description: str | None, commands: Mapping[str, Run]) -> argparse.ArgumentParser:
    """Make the parser; `run` of what it parses is the command's function, `command` its name."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.stack",
        description=description,
        formatter_class=argparse.RawTextHelpFormatter,
        epilog=f"For example: {EXAMPLES['plan']}",
    )
    adding = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, text in COMMANDS.items():
        command = adding.add_parser(
            name, help=text, description=text, epilog=f"For example: {EXAMPLES[name]}"
        )
        add_target_arguments(command)
        command.set_defaults(run=commands[name], command=name)
        if name in _OPTIONS:
            _OPTIONS[name](command)
    return parser


def _add_plan_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--detailed-exitcode", action="store_true", help="2 when there are changes")
    out = "pack plan and artefacts into FILE, encrypted under PLAN_KEY, for an apply elsewhere"
    command.add_argument("--out", type=Path, metavar="FILE", help=out)
    only = "with --out: write no FILE when there is nothing to apply"
    command.add_argument("--only-changes", action="store_true", help=only)


def _add_apply_options(command: argparse.ArgumentParser) -> None:
    _add_yes(command)
    saved = "apply what `plan` left, or what it packed into FILE, and nothing else"
    command.add_argument("--saved-plan", type=Path, nargs="?", const=KEPT, metavar="FILE", help=saved)


def _add_yes(command: argparse.ArgumentParser) -> None:
    command.add_argument("--yes", action="store_true", help="do not ask")


def _add_drift_options(command: argparse.ArgumentParser) -> None:
    command.add_argument("--markdown", action="store_true", help="for an issue")


def _add_targets_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--only-stack", metavar="STACKS", help="those of these stacks (default: $ONLY_STACK)"
    )
    command.add_argument(
        "--only-env", metavar="ENVS", help="those of these environments (default: $ONLY_ENV)"
    )
    planned = "those that have a parcel there, STACK-ENV.parcel"
    command.add_argument("--planned", type=Path, metavar="DIRECTORY", help=planned)
    output = "append it to FILE as `targets`, for a job's outputs"
    command.add_argument("--github-output", type=Path, metavar="FILE", help=output)


_OPTIONS: dict[str, Callable[[argparse.ArgumentParser], None]] = {
    "plan": _add_plan_options,
    "apply": _add_apply_options,
    "destroy": _add_yes,
    "drift": _add_drift_options,
    "access": add_caller_arguments,
    "targets": _add_targets_options,
}
