"""Lead a stack back to the last revision that a smoke test proved: alias, endpoint, API deployment.

Needs no Terraform: `make smoke-test` recorded the revision and kept what it takes. Afterwards `make plan`
shows exactly what differs from what was applied; applying the good commit makes it Terraform's again.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

from scripts.rollback.command import Command, show_revisions
from scripts.rollback.live import RollbackError
from scripts.rollback.record import Parameter, RecordError, dump_record, record_name
from scripts.rollback.tidy import forget
from scripts.smoke.subject import SubjectError, clients_of
from scripts.stack.arguments import add_target_arguments
from scripts.stack.confirmation import confirmed
from scripts.stack.target import StackError, Target, TargetError


def main(arguments: Sequence[str] | None = None) -> int:
    """Roll back; exit code 0 rolled back and proven, 1 failed, 2 wrong usage or refused, 130 interrupted."""
    options = _parser().parse_args(arguments)
    target = Target(options.stack, options.env, options.on, options.stage)
    console = Console(stderr=True, highlight=False)
    try:
        target.check()
        return _run(target, options, console)
    except TargetError as error:
        print(error, file=sys.stderr)
        return 2
    except (StackError, RecordError, SubjectError) as error:
        print(error, file=sys.stderr)
    except RollbackError as error:
        print(f"{error}\n  go on    {_again(target, options)}", file=sys.stderr)
    except ClientError as error:
        print(
            f"AWS refused {error.operation_name}: {error.response['Error']['Message']}\n"
            f"  repair   docs/rollback.md lists the permissions; then go on: {_again(target, options)}",
            file=sys.stderr,
        )
    except BotoCoreError as error:
        print(f"AWS can't be asked: {error}\n  go on    {_again(target, options)}", file=sys.stderr)
    except KeyboardInterrupt:
        print(f"Interrupted half-way.\n  go on    {_again(target, options)}", file=sys.stderr)
        return 130
    return 1


def _run(target: Target, options: argparse.Namespace, console: Console) -> int:
    environment = target.environment()
    aws, name = clients_of(environment), record_name(target.stack, target.env, options.model)
    parameter = Parameter(aws("ssm"), name)
    if options.forget:
        question = f"Forget what was proven of {name}? There is nothing to roll back to then."
        if target.on == "aws" and not options.yes and not confirmed(question):
            return 2
        forgotten = forget(aws, name)
        console.print(f"Forgotten: {forgotten}" if forgotten else f"There is no {parameter.path}.")
        return 0
    record = parameter.read()
    if record is None:
        print(
            f"No revision of {target.stack} in {target.env} is proven yet: {parameter.path} is not there.\n"
            f"  repair   apply a good commit, then: {_make('smoke-test', target)}",
            file=sys.stderr,
        )
        return 1
    if options.show:
        print(json.dumps(json.loads(dump_record(record)), indent=2))
        return 0
    if options.list:
        show_revisions(record)
        return 0
    command = Command(target, aws, environment, parameter, record, console, options.timeout_seconds)
    return command.run(previous=options.previous, keep_serving=options.keep_serving, yes=options.yes)


def _make(what: str, target: Target, arguments: str = "") -> str:
    return f"make {what} STACK={target.stack} ENV={target.env} ON={target.on}{arguments}"


def _again(target: Target, options: argparse.Namespace) -> str:
    given = [
        f"--{name.replace('_', '-')}"
        for name in ("previous", "keep_serving", "yes")
        if getattr(options, name)
    ]
    if options.model:
        given.insert(0, f"--model {options.model}")
    return _make("rollback", target, f" ARGS='{' '.join(given)}'" if given else "")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.rollback",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
        epilog="For example: make rollback STACK=bike-rental ENV=prod ON=aws ARGS=--previous",
    )
    add_target_arguments(parser)
    parser.add_argument("--model", metavar="KEY", help="which of several models behind one API")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument(
        "--previous", action="store_true", help="go back to the revision before the last proven"
    )
    parser.add_argument(
        "--keep-serving",
        action="store_true",
        help="do not close the stage while function and model don't belong together",
    )
    parser.add_argument(
        "--timeout-seconds", type=float, default=1800.0, help="for the endpoint to come up (%(default)s)"
    )
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--list", action="store_true", help="only say what is recorded")
    instead.add_argument("--show", action="store_true", help="only print the record as JSON")
    instead.add_argument("--forget", action="store_true", help="remove the record and all that is kept")
    return parser


if __name__ == "__main__":
    sys.exit(main())
