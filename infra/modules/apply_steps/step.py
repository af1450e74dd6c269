"""How every step is run: as a program of one line of output, whose exit code Terraform heeds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import NoReturn

from aws_api import Aws, AwsError, NoWayError, connect

POLL_SECONDS = 5.0


class StepFailedError(Exception):
    """The step failed, and apply must; the text says what happened and what repairs it."""


class Clock:
    """The time; tests bring their own."""

    def now(self) -> float:
        """Seconds since some moment."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def say(text: str) -> None:
    """Tell who watches apply."""
    print(text, flush=True)


def run(step: Callable[[Aws, Clock], None]) -> NoReturn:
    """Run a step and end with its exit code: 0 done, 1 failed."""
    try:
        step(connect(), Clock())
    except (StepFailedError, NoWayError) as error:
        sys.exit(f"error: {error}")
    except AwsError as error:
        sys.exit(
            f"error: AWS refused a call of this step.\n  {error}\n"
            "  repair   give these credentials what the call needs, then terraform apply again"
        )
    sys.exit(0)
