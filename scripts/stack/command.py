"""What the commands on a stack share: which target they name, and how each ends."""

import argparse
import os
import sys
from collections.abc import Callable

from scripts.stack.repairs import repair_of
from scripts.stack.target import StackError, Target, TargetError
from scripts.terraform import TerraformError
from scripts.toolchain.errors import ToolchainError

TERRAFORM_INTERRUPTED = "Interrupted; Terraform has saved its state. Run the same command to go on."


def target_of(options: argparse.Namespace) -> Target:
    """Return the target that the arguments of `add_target_arguments` name."""
    return Target(options.stack, options.env, options.on, options.stage)


def run_on(
    target: Target,
    command: Callable[[], int],
    failures: tuple[type[Exception], ...] = (),
    *,
    repair: Callable[[TerraformError], str] | None = None,
    name: str = "apply",
    interrupted: str = "",
) -> int:
    """Run a command and say what went wrong, without a traceback: stacks' own errors, and `failures`.

    `name` is its make target, which a repair ends with.
    Returns the command's exit code; 2 when there is no such target, 1 when it failed, 130 when interrupted,
    141 when whoever read the output has left: half a result is none.
    """
    known: tuple[type[Exception], ...] = (StackError, ToolchainError, *failures)
    try:
        return command()
    except TargetError as error:
        print(error, file=sys.stderr)
        return 2
    except TerraformError as error:
        what = repair(error) if repair else repair_of(error, target, name)
        print(f"{error}\n  repair   {what}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # what is left to print goes nowhere, without a word
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 141
    except known as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(interrupted, file=sys.stderr)
        return 130
