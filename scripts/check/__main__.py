"""Lint, types, Terraform's format and validity, security scan: every check, then what failed and its repair.

Writes nothing but caches in build/; with --fix it formats instead.
"""

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass

from rich.console import Console

from scripts.check.runs import (
    command,
    pipeline_files,
    python,
    security_scan,
    terraform_format,
    terraform_validate,
    types,
    workflow_scan,
)


@dataclass(frozen=True)
class Check:
    """One check: what it is called, how it is run (None: fine, else what is wrong), what repairs it."""

    name: str
    run: Callable[[], str | None]
    repair: str


def main(arguments: Sequence[str] | None = None) -> int:
    """Run every check, or every fix; exit code 0 clean, 1 something is wrong."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.check",
        description=__doc__,
        epilog="For example: make check ARGS='--only terraform'",
    )
    parser.add_argument("--fix", action="store_true", help="format Python and Terraform files instead")
    parser.add_argument("--only", metavar="NAME", help="run the checks whose names contain NAME")
    options = parser.parse_args(arguments)
    checks = [check for check in (FIXES if options.fix else CHECKS) if (options.only or "") in check.name]
    if not checks:
        parser.error(f"no check's name contains {options.only!r}")
    console = Console(highlight=False)
    failed = []
    waiting = [check.name for check in checks]
    at_once = 1 if options.fix else os.cpu_count()  # fixes write the same files
    with console.status(", ".join(waiting)) as status, ThreadPoolExecutor(at_once) as pool:
        for ended in as_completed([pool.submit(timed, check) for check in checks]):
            check, wrong, seconds = ended.result()
            mark = "[green]✓[/green]" if wrong is None else "[red]✗[/red]"
            console.print(f"{mark} {check.name:<22} {seconds:5.1f} s")
            if wrong is not None:
                console.print(wrong.rstrip(), markup=False, soft_wrap=True)
                failed.append(check)
            waiting.remove(check.name)
            status.update(", ".join(waiting))
    for check in failed:
        console.print(f"{check.name} failed\n  repair   {check.repair}", markup=False, soft_wrap=True)
    return 1 if failed else 0


def timed(check: Check) -> tuple[Check, str | None, float]:
    """Run one; it, what is wrong, and the seconds that it took."""
    started = time.perf_counter()
    wrong = check.run()
    return check, wrong, time.perf_counter() - started


CHECKS = (  # all at once; the longest begins first
    Check(
        "checkov",
        security_scan,
        "mend the resource, or skip the check beside it with the reason: # checkov:skip=ID: reason",
    ),
    Check("mypy --strict", types, "mend the types that it names"),
    Check("terraform validate", terraform_validate, "mend what it names"),
    Check("ruff check", python("ruff", "check", "--quiet", "."), "make fmt, then mend what is left by hand"),
    Check("ruff format", python("ruff", "format", "--quiet", "--diff", "."), "make fmt"),
    Check("pipelines' files", pipeline_files, "mend what it names; docs/gitops.md says what each is for"),
    Check(
        "zizmor",
        workflow_scan,
        "mend the workflow, or say why not beside the line: # zizmor: ignore[RULE] reason",
    ),
    Check("terraform fmt", terraform_format, "make fmt"),
    Check("stacks' interface", python("scripts.stack_interface", "--check"), "make fmt"),
    Check("modules' READMEs", python("scripts.readme_tables", "--check"), "make fmt"),
)
FIXES = (
    Check("stacks' interface", python("scripts.stack_interface"), "mend infra/modules/model_api"),
    Check("modules' READMEs", python("scripts.readme_tables"), "mend the README that it names"),
    Check("ruff check --fix", python("ruff", "check", "--quiet", "--fix", "."), "mend by hand what is left"),
    Check("ruff format", python("ruff", "format", "--quiet", "."), "mend the syntax"),
    Check(
        "terraform fmt",
        command(shutil.which("terraform") or "terraform", "fmt", "-recursive"),
        "mend the syntax",
    ),
)


if __name__ == "__main__":
    sys.exit(main())
