"""Plan, apply and destroy a stack, and read its outputs.

--on local works on the running local stage and asks nothing. --on aws works in the account of your AWS
environment (AWS_PROFILE …), keeps the state where env/ENV.s3.tfbackend says, and asks before it changes it.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence

from scripts.stack.progress import Progress
from scripts.stack.target import StackError, Target, TargetError, initialise, open_terraform, read_outputs
from scripts.terraform import Terraform, TerraformError
from scripts.toolchain.errors import ToolchainError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0 done, 1 failed, 2 wrong usage or refused, 130 interrupted."""
    options = _parser().parse_args(arguments)
    target = Target(options.stack, options.env, options.on, options.stage)
    try:
        code: int = options.run(target, options)
    except TargetError as error:
        print(error, file=sys.stderr)
        return 2
    except (StackError, ToolchainError) as error:
        print(error, file=sys.stderr)
        return 1
    except TerraformError as error:
        print(f"{error}\n  repair   {repair_of(error, target)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Interrupted; Terraform has saved its state. Run the same command to go on.", file=sys.stderr)
        return 130
    return code


def add_target_arguments(parser: argparse.ArgumentParser) -> None:
    """Add --stack, --env, --on and --stage, as every command on a stack has them."""
    parser.add_argument("--stack", default="bike-rental", help="a directory of infra/stacks (%(default)s)")
    parser.add_argument("--env", default="dev", help="env/ENV.tfvars of the stack (%(default)s)")
    parser.add_argument("--on", choices=("local", "aws"), default="local", help="where (%(default)s)")
    parser.add_argument("--stage", default="default", help="name of the local stage (%(default)s)")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.stack", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    known: dict[str, tuple[Callable[[Target, argparse.Namespace], int], str]] = {
        "init": (_init, "initialise only"),
        "plan": (_plan, "show what apply would change; with --detailed-exitcode 2 means: something"),
        "apply": (_apply, "make it so"),
        "destroy": (_destroy, "remove everything in the state"),
        "output": (_output, "print the outputs as JSON"),
        "access": (_access, "print the stage's URL and a client's key, a secret, as shell variables"),
    }
    for name, (run, text) in known.items():
        command = commands.add_parser(name, help=text, description=text)
        add_target_arguments(command)
        command.set_defaults(run=run)
        if name in ("apply", "destroy"):
            command.add_argument("--yes", action="store_true", help="do not ask")
        if name == "access":
            command.add_argument("--client", help="whose key (default: the first client by name)")
        if name == "plan":
            command.add_argument("--detailed-exitcode", action="store_true", help="2 when there are changes")
    return parser


def _open(target: Target, progress: Progress) -> Terraform:
    terraform, source = open_terraform(target, progress)
    progress.console.print(f"  providers from {source.description}", style="dim")
    initialise(terraform, target)
    return terraform


def _init(target: Target, _: argparse.Namespace) -> int:
    with Progress() as progress:
        _open(target, progress)
    return 0


def _plan(target: Target, options: argparse.Namespace) -> int:
    with Progress() as progress:
        terraform = _open(target, progress)
        changes = terraform.plan(target.plan_file, var_file=str(target.var_file))
    print(terraform.show(str(target.plan_file))[1].rstrip())
    return 2 if changes and options.detailed_exitcode else 0


def _apply(target: Target, options: argparse.Namespace) -> int:
    with Progress() as progress:
        terraform = _open(target, progress)
        changes = terraform.plan(target.plan_file, var_file=str(target.var_file))
    if not changes:
        print("Nothing to change.", file=sys.stderr)
    else:
        if target.on == "aws" and not options.yes:
            print(terraform.show(str(target.plan_file))[1].rstrip(), file=sys.stderr)
            if not _confirmed(f"Apply this to {target.stack} of {target.env} in your AWS account?"):
                return 2
        with progress:
            terraform.apply(target.plan_file)
    print(json.dumps(terraform.outputs(), indent=2))
    return 0


def _destroy(target: Target, options: argparse.Namespace) -> int:
    question = f"Destroy {target.stack} of {target.env} in your AWS account, with all its data?"
    if target.on == "aws" and not options.yes and not _confirmed(question):
        return 2
    with Progress() as progress:
        terraform = _open(target, progress)
        terraform.destroy(var_file=str(target.var_file))
    return 0


def _output(target: Target, _: argparse.Namespace) -> int:
    print(json.dumps(read_outputs(target), indent=2))
    return 0


def _access(target: Target, options: argparse.Namespace) -> int:
    from scripts.stack.access import shell_variables  # noqa: PLC0415 - boto3, which no other command needs

    print(shell_variables(read_outputs(target), target.environment(), options.client))
    return 0


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        print(f"{question}\n  repair   nobody is here to answer; say it with ARGS=--yes", file=sys.stderr)
        return False
    return input(f"{question} Type yes: ").strip() == "yes"


REPAIRS = {
    "Error acquiring the state lock": "another run holds the state; if none does: terraform force-unlock ID",
    "No valid credential sources": "log in (aws sso login, or AWS_PROFILE=…), then run the same command",
    "ExpiredToken": "log in again (aws sso login), then run the same command",
    "openapi.json": "make openapi package train",
    "function-": "make openapi package train",
    "model.tar.gz": "make train",
    "query available provider packages": "your Terraform CLI configuration (TF_CLI_CONFIG_FILE or"
    " ~/.terraformrc) says where providers come from, and this one isn't there:\n"
    "           `terraform providers mirror DIRECTORY`, run in the stack's directory where a network is,\n"
    "           makes such a place; or leave that configuration out",
    "NoSuchBucket": "the state's bucket is missing: create it, or name another in env/ENV.s3.tfbackend",
}
"""What Terraform says → what repairs it; the first that matches."""


def repair_of(error: TerraformError, target: Target) -> str:
    """Name the command that most likely repairs a failure of Terraform."""
    for sign, repair in REPAIRS.items():
        if sign in error.details:
            return repair.replace("ENV", target.env)
    return (
        f"mend what the message names, then: make apply STACK={target.stack} ENV={target.env} ON={target.on}"
    )


if __name__ == "__main__":
    sys.exit(main())
