"""Plan, apply and destroy a stack, see what drifted, and read its outputs.

--on local works on the running local stage and asks nothing. --on aws works in the account of your AWS
environment (AWS_PROFILE …), keeps the state where env/ENV.s3.tfbackend says, and asks before it changes it.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from scripts.smoke.caller_options import add_caller_arguments, find_tokens
from scripts.stack.boundary import check_boundary
from scripts.stack.drift import find_drift
from scripts.stack.parcel import key_for, pack, unpack
from scripts.stack.progress import Progress
from scripts.stack.proofs import forget_proofs
from scripts.stack.protection import is_protected, refusal
from scripts.stack.repairs import repair_of
from scripts.stack.saved_plan import discard_plan, load_plan, make_plan
from scripts.stack.settings import check_settings
from scripts.stack.stale_build import check_build
from scripts.stack.target import (
    StackError,
    Target,
    TargetError,
    initialise,
    known_targets,
    open_terraform,
    read_outputs,
)
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
        "plan": (_plan, "show what apply would change, and keep it for apply --saved-plan"),
        "apply": (_apply, "make it so"),
        "drift": (_drift, "say how what is deployed differs from the commit; 0: not at all, 2: it does"),
        "destroy": (_destroy, "remove everything in the state"),
        "output": (_output, "print the outputs as JSON"),
        "access": (_access, "print the stage's URL and a client's key, a secret, as shell variables"),
        "targets": (_targets, "list the stacks and their environments as JSON, for a pipeline's matrix"),
    }
    for name, (run, text) in known.items():
        command = commands.add_parser(name, help=text, description=text)
        add_target_arguments(command)
        command.set_defaults(run=run)
        if name == "targets":
            command.add_argument("--only-stack", metavar="STACK", help="those of this stack")
            command.add_argument("--only-env", metavar="ENV", help="those of this environment")
            output = "append it to FILE as `targets`, for a job's outputs"
            command.add_argument("--github-output", type=Path, metavar="FILE", help=output)
        if name in ("apply", "destroy"):
            command.add_argument("--yes", action="store_true", help="do not ask")
        if name == "access":
            add_caller_arguments(command)
        if name == "plan":
            command.add_argument("--detailed-exitcode", action="store_true", help="2 when there are changes")
            out = "pack plan and artefacts into FILE, encrypted under PLAN_KEY, for an apply elsewhere"
            command.add_argument("--out", type=Path, metavar="FILE", help=out)
        if name == "apply":
            saved = "apply what `plan` left, or what it packed into FILE, and nothing else"
            command.add_argument("--saved-plan", type=Path, nargs="?", const=KEPT, metavar="FILE", help=saved)
        if name == "drift":
            command.add_argument("--markdown", action="store_true", help="for an issue")
    return parser


KEPT = Path()
"""Stands for the plan that was kept for the target, where no file is named."""


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
    key = key_for(target) if options.out else None
    with Progress() as progress:
        terraform = _open(target, progress)
        check_settings(target)
        check_boundary(target)
        check_build(target)
        record = make_plan(terraform, target)
    print(terraform.show(str(target.plan_file))[1].rstrip())
    if options.out:
        pack(target, record, options.out, key)
        print(
            f"{options.out}: {'in plain' if key is None else 'encrypted'}; it holds secrets", file=sys.stderr
        )
    return 2 if record.changes and options.detailed_exitcode else 0


def _apply(target: Target, options: argparse.Namespace) -> int:
    if options.saved_plan is not None:
        return _apply_saved(target, options)
    file = target.plan_file.with_name("apply.tfplan")
    try:
        with Progress() as progress:
            terraform = _open(target, progress)
            check_settings(target)
            check_boundary(target)
            check_build(target)
            changes = terraform.plan(file, var_file=str(target.var_file))
        return _apply_file(terraform, target, options, progress, file if changes else None)
    finally:
        file.unlink(missing_ok=True)  # plans hold secrets


def _apply_saved(target: Target, options: argparse.Namespace) -> int:
    target.check()
    if options.saved_plan != KEPT:
        unpack(target, options.saved_plan, key_for(target))
    record = load_plan(target)
    with Progress() as progress:
        terraform = _open(target, progress)
    code = _apply_file(terraform, target, options, progress, target.plan_file if record.changes else None)
    if code == 0:
        discard_plan(target)
    return code


def _apply_file(
    terraform: Terraform, target: Target, options: argparse.Namespace, progress: Progress, plan: Path | None
) -> int:
    """Apply a plan's file; None stands for a plan that changes nothing."""
    if plan is None:
        print("Nothing to change.", file=sys.stderr)
    else:
        if target.on == "aws" and not options.yes:
            print(terraform.show(str(plan))[1].rstrip(), file=sys.stderr)
            if not _confirmed(f"Apply this to {target.stack} of {target.env} in your AWS account?"):
                return 2
        with progress:
            terraform.apply(plan)
    print(json.dumps(terraform.outputs(), indent=2))
    return 0


def _drift(target: Target, options: argparse.Namespace) -> int:
    with Progress() as progress:
        drift = find_drift(_open(target, progress), target)
    print(drift.to_markdown() if options.markdown else drift.to_text())
    return 2 if drift else 0


def _targets(_: Target, options: argparse.Namespace) -> int:
    wanted = (options.only_stack or None, options.only_env or None)  # GitHub leaves out as ""
    listed = [
        {"stack": target.stack, "env": target.env}
        for target in known_targets()
        if wanted[0] in (None, target.stack) and wanted[1] in (None, target.env)
    ]
    if not listed:
        raise TargetError(f"There is no stack {wanted[0] or ''} with an environment {wanted[1] or ''}.")
    text = json.dumps(listed)
    print(text)
    if options.github_output:
        with options.github_output.open("a", encoding="utf-8") as file:
            file.write(f"targets={text}\n")
    return 0


def _destroy(target: Target, options: argparse.Namespace) -> int:
    question = f"Destroy {target.stack} of {target.env} in your AWS account, with all its data?"
    if target.on == "aws" and not options.yes and not _confirmed(question):
        return 2
    with Progress() as progress:
        terraform = _open(target, progress)
        if is_protected(terraform):
            print(refusal(target), file=sys.stderr)
            return 2
        try:
            terraform.destroy(var_file=str(target.var_file))
        except TerraformError as error:  # proofs keep copies of artifacts in the bucket
            if "BucketNotEmpty" not in error.details or not forget_proofs(target):
                raise
            terraform.destroy(var_file=str(target.var_file))
    forget_proofs(target)
    return 0


def _output(target: Target, _: argparse.Namespace) -> int:
    print(json.dumps(read_outputs(target), indent=2))
    return 0


def _access(target: Target, options: argparse.Namespace) -> int:
    from scripts.smoke.reach import outputs_of_model  # noqa: PLC0415 - boto3, which no other command needs
    from scripts.stack.access import shell_variables  # noqa: PLC0415 - the same

    outputs = outputs_of_model(read_outputs(target), options.model)
    lines, missing = shell_variables(
        outputs, target.environment(), options.client, find_tokens(options.token)
    )
    print(lines)
    for text in missing:
        print(text, file=sys.stderr)
    return 0


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        print(f"{question}\n  repair   nobody is here to answer; say it with ARGS=--yes", file=sys.stderr)
        return False
    return input(f"{question} Type yes: ").strip() == "yes"


if __name__ == "__main__":
    sys.exit(main())
