"""Plan, apply and destroy a stack, see what drifted, and read its outputs.

--on local works on the running local stage and asks nothing. --on aws works in the account of your AWS
environment (AWS_PROFILE …), keeps the state where env/ENV.s3.tfbackend says, and asks before it changes it.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.stack.arguments import KEPT, Run, make_parser
from scripts.stack.boundary import check_boundary
from scripts.stack.command import TERRAFORM_INTERRUPTED, run_on, target_of
from scripts.stack.confirmation import confirmed
from scripts.stack.copied_environment import check_copied
from scripts.stack.drift import find_drift
from scripts.stack.listing import list_targets
from scripts.stack.parcel import key_for, pack, unpack
from scripts.stack.progress import Progress
from scripts.stack.proofs import forget_proofs
from scripts.stack.protection import is_protected, refusal
from scripts.stack.saved_plan import discard_plan, load_plan, make_plan, plan_text
from scripts.stack.settings import check_settings
from scripts.stack.stale_build import check_build
from scripts.stack.target import (
    Target,
    initialise,
    open_terraform,
    read_outputs,
)
from scripts.terraform import Terraform, TerraformError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0 done, 1 failed, 2 wrong usage or refused, 130 interrupted."""
    options = make_parser(__doc__, COMMANDS).parse_args(arguments)
    target = target_of(options)
    name = "apply" if options.command == "init" else options.command
    return run_on(target, lambda: options.run(target, options), name=name, interrupted=TERRAFORM_INTERRUPTED)


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
    print(plan_text(terraform, target.plan_file, sys.stdout))
    if options.out and options.only_changes and not record.changes:
        options.out.unlink(missing_ok=True)
        print(f"Nothing to apply, so there is no {options.out}.", file=sys.stderr)
    elif options.out:
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
            print(plan_text(terraform, plan, sys.stderr), file=sys.stderr)
            if not confirmed(f"Apply this to {target.stack} of {target.env} in your AWS account?"):
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


def _destroy(target: Target, options: argparse.Namespace) -> int:
    question = f"Destroy {target.stack} of {target.env} in your AWS account, with all its data?"
    if target.on == "aws" and not options.yes and not confirmed(question):
        return 2
    with Progress() as progress:
        terraform = _open(target, progress)
        check_copied(target)
        outputs = terraform.outputs()
        if is_protected(outputs):
            print(refusal(target), file=sys.stderr)
            return 2
        try:
            terraform.destroy(var_file=str(target.var_file))
        except TerraformError as error:  # proofs keep copies of artifacts in the bucket
            if "BucketNotEmpty" not in error.details or not forget_proofs(target, outputs):
                raise
            terraform.destroy(var_file=str(target.var_file))
    forget_proofs(target, outputs)
    print(f"Nothing of {target.stack} of {target.env} on {target.on} is left.", file=sys.stderr)
    return 0


def _output(target: Target, _: argparse.Namespace) -> int:
    print(json.dumps(read_outputs(target), indent=2))
    return 0


def _access(target: Target, options: argparse.Namespace) -> int:
    from scripts.smoke.reach import outputs_of_model  # noqa: PLC0415 - boto3, which no other command needs
    from scripts.smoke.tokens import tokens_for  # noqa: PLC0415 - the same
    from scripts.stack.access import shell_variables  # noqa: PLC0415 - the same

    outputs = outputs_of_model(read_outputs(target), options.model)
    lines, missing = shell_variables(
        outputs, target.environment(), options.client, tokens_for(target, options.token)
    )
    print(lines)
    for text in missing:
        print(text, file=sys.stderr)
    return 0


COMMANDS: dict[str, Run] = {
    "init": _init,
    "plan": _plan,
    "apply": _apply,
    "drift": _drift,
    "destroy": _destroy,
    "output": _output,
    "access": _access,
    "targets": list_targets,
}


if __name__ == "__main__":
    sys.exit(main())
