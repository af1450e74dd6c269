"""What the commands on a stack share: which target they name, and how each ends."""

import argparse
import sys
from collections.abc import Callable

from scripts.stack.repairs import repair_of
from scripts.stack.target import StackError, Target, TargetError
from scripts.terraform import TerraformError
from scripts.toolchain.errors import ToolchainError


def target_of(options: argparse.Namespace) -> Target:
    """Return the target that the arguments of `add_target_arguments` name."""
    return Target(options.stack, options.env, options.on, options.stage)


def run_on(target: Target, command: Callable[[], int], failures: tuple[type[Exception], ...] = ()) -> int:
    """Run a command and say what went wrong, without a traceback: stacks' own errors, and `failures`.

    Returns the command's exit code; 2 when there is no such target, 1 when it failed, 130 when interrupted.
    """
    known: tuple[type[Exception], ...] = (StackError, ToolchainError, *failures)
    try:
        return command()
    except TargetError as error:
        print(error, file=sys.stderr)
        return 2
    except TerraformError as error:
        print(f"{error}\n  repair   {repair_of(error, target)}", file=sys.stderr)
        return 1
    except known as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
