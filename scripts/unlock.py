"""Release the lock that a killed Terraform left on a stack's state.

The message of the run that found it locked names the lock: its ID, whose it is and since when. Ask them
first: a lock that is released while its owner still works lets two runs write one state.
"""

import argparse
import sys
from collections.abc import Sequence

from python_terraform import IsFlagged

from scripts.stack.arguments import add_target_arguments
from scripts.stack.command import run_on, target_of
from scripts.stack.confirmation import confirmed
from scripts.stack.progress import Progress
from scripts.stack.target import StackError, Target, TargetError, initialise, open_terraform
from scripts.terraform import TerraformError


def main(arguments: Sequence[str] | None = None) -> int:
    """Release one lock; exit code 0 done, 1 failed, 2 wrong usage or refused."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.unlock",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
        epilog="For example: make unlock STACK=bike-rental ID=8d3c1c1e-5b0e-4f3a-9b1d-2f6c5a7e9d10",
    )
    parser.add_argument("lock", metavar="ID", nargs="?", help="the lock's ID, as the refused run said it")
    add_target_arguments(parser)
    parser.add_argument("--yes", action="store_true", help="do not ask")
    options = parser.parse_args(arguments)
    target = target_of(options)
    return run_on(target, lambda: _release(target, options.lock, asked=options.yes))


def _release(target: Target, lock: str | None, *, asked: bool) -> int:
    target.check()
    where = f"STACK={target.stack} ENV={target.env} ON={target.on}"
    if lock is None:
        raise TargetError(
            "No lock is named; the run that found the state locked says its ID, whose it is and since when.\n"
            f"  repair   make unlock {where} ID=8d3c1c1e-5b0e-4f3a-9b1d-2f6c5a7e9d10"
        )
    with Progress() as progress:
        terraform, _ = open_terraform(target, progress)
        initialise(terraform, target)
    question = f"Does nobody work on {target.stack} of {target.env} any more?"
    if target.on == "aws" and not asked and not confirmed(question):
        return 2
    again = f"make apply {where}"
    try:
        terraform.cmd("force-unlock", lock, force=IsFlagged, no_color=IsFlagged)
    except TerraformError as error:
        if "NoSuchKey" not in error.details:
            raise
        free = f"Nobody holds the state of {target.stack} of {target.env}: there is no lock to release."
        raise StackError(f"{free}\n  go on    {again}") from None
    print(f"The state is free. Go on with what was cut off:\n  {again}", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
