"""Make what an account needs once, before any stack: state bucket, GitHub's OIDC provider, pipelines' roles.

The bucket keeps the state of this too: it is made with the state on this machine, which then moves into it.
Running it again changes what the settings (infra/bootstrap/accounts/ACCOUNT.tfvars) say, or nothing; after an
interruption it goes on where it stopped. At the end it says what to put where; --write writes
the stacks' files.
"""

import argparse
import json
import sys
from collections.abc import Sequence

from python_terraform import IsFlagged

from scripts import ROOT
from scripts.bootstrap.account import Account
from scripts.bootstrap.hand_over import hand_over
from scripts.bootstrap.state import (
    StateBucket,
    is_protected,
    move_into_bucket,
    move_out_of_bucket,
    planned_bucket,
    use_bucket,
    use_local,
)
from scripts.stack.command import TERRAFORM_INTERRUPTED, run_on
from scripts.stack.confirmation import confirmed
from scripts.stack.progress import Progress
from scripts.stack.repairs import repair_of
from scripts.stack.target import TargetError, open_terraform
from scripts.terraform import Terraform, TerraformError


def main(arguments: Sequence[str] | None = None) -> int:
    """Bootstrap, or undo it; exit code 0 done, 1 failed, 2 wrong usage or refused, 130 interrupted."""
    options = _parser().parse_args(arguments)
    account = Account(env=options.account, on=options.on, stage=options.stage)
    run = _unlock if options.unlock else _destroy if options.destroy else _bootstrap
    return run_on(
        account,
        lambda: run(account, options),
        repair=lambda error: _repair(error, account),
        interrupted=TERRAFORM_INTERRUPTED,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.bootstrap",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
        epilog="For example: make bootstrap ACCOUNT=main ON=aws ARGS=--write",
    )
    parser.add_argument(
        "--account", default="main", help="infra/bootstrap/accounts/ACCOUNT.tfvars (%(default)s)"
    )
    parser.add_argument("--on", choices=("local", "aws"), default="local", help="where (%(default)s)")
    parser.add_argument("--stage", default="default", help="name of the local stage (%(default)s)")
    parser.add_argument(
        "--write", action="store_true", help="write bucket and boundary into the stacks' env/"
    )
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--unlock", metavar="ID", help="release the lock that a killed run left")
    parser.add_argument("--destroy", action="store_true", help="undo it, with all states in the bucket")
    return parser


def _bootstrap(account: Account, options: argparse.Namespace) -> int:
    account.check()
    account.check_repository()
    with Progress() as progress:
        terraform = _open(account, progress)
        bucket, planned = _find_state(terraform, account, progress)
        changes = planned or terraform.plan(account.plan_file, var_file=str(account.var_file))
    if changes:
        if not _agreed(terraform, account, options):
            return 2
        with progress:
            terraform.apply(account.plan_file)
    else:
        print("Nothing to change.", file=sys.stderr)
    if account.has_local_state():
        progress.console.print(f"  the state moves into {bucket.name}", style="dim")
        move_into_bucket(terraform, account, bucket)
    outputs = terraform.outputs()
    hand_over(outputs, write=options.write)
    print(json.dumps(outputs, indent=2))
    return 0


def _destroy(account: Account, options: argparse.Namespace) -> int:
    with Progress() as progress:
        terraform = _open(account, progress)
        _find_state(terraform, account, progress)
        protected = is_protected(terraform)
    if protected:
        raise TargetError(
            "The states in the bucket are protected.\n"
            f"  repair   set deletion_protection = false in {account.var_file.relative_to(ROOT)}, "
            f"make bootstrap ACCOUNT={account.env} ON={account.on}, then this command"
        )
    question = "Destroy the bucket with every state in it, and the roles of the pipelines?"
    if account.on == "aws" and not options.yes and not confirmed(question):
        return 2
    with progress:
        if not account.has_local_state():
            move_out_of_bucket(terraform, account)
        terraform.destroy(var_file=str(account.var_file))
    account.forget_local_state()
    return 0


def _unlock(account: Account, options: argparse.Namespace) -> int:
    with Progress() as progress:
        terraform = _open(account, progress)
        _find_state(terraform, account, progress)
    if account.on == "aws" and not options.yes and not confirmed("Does nobody work on it any more?"):
        return 2
    terraform.cmd("force-unlock", options.unlock, force=IsFlagged, no_color=IsFlagged)
    return 0


def _repair(error: TerraformError, account: Account) -> str:
    again = f"make bootstrap ACCOUNT={account.env} ON={account.on}"
    if "Error acquiring the state lock" in error.details:
        return f"another run holds the state: wait for it; if it was killed: {again} ARGS='--unlock <its ID>'"
    stacks_own = f"make apply STACK={account.stack} ENV={account.env} ON={account.on}"
    return repair_of(error, account).replace(stacks_own, again)


def _open(account: Account, progress: Progress) -> Terraform:
    account.check()
    account.lay_out(local=True)
    terraform, source = open_terraform(account, progress)
    progress.console.print(f"  providers from {source.description}", style="dim")
    return terraform


def _find_state(terraform: Terraform, account: Account, progress: Progress) -> tuple[StateBucket, bool]:
    """Initialise where the state lies: here until a first run is complete, else in the bucket.

    Returns the bucket, and whether the plan of a first run lies in the account's plan file already.
    """
    remembered = account.remembered_bucket()
    if remembered and not account.has_local_state():
        bucket = StateBucket(account, remembered)
        if bucket.holds_state():
            use_bucket(terraform, account, bucket)
            return bucket, False
    use_local(terraform, account)
    terraform.plan(account.plan_file, var_file=str(account.var_file), refresh=False)
    bucket = StateBucket(account, planned_bucket(terraform, account))
    if account.has_local_state():
        progress.console.print("  goes on with the state that an earlier run left here", style="dim")
    elif bucket.holds_state():
        progress.planned.clear()
        use_bucket(terraform, account, bucket)
    else:
        return bucket, True
    return bucket, False


def _agreed(terraform: Terraform, account: Account, options: argparse.Namespace) -> bool:
    if account.on == "local" or options.yes:
        return True
    print(terraform.show(str(account.plan_file))[1].rstrip(), file=sys.stderr)
    return confirmed("Apply this to your AWS account?")


if __name__ == "__main__":
    sys.exit(main())
