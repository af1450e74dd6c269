"""Lint, types, Terraform's format and validity, security scan: every check, then what failed and its repair.

Writes nothing but caches in build/; with --fix it formats instead.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from scripts import ROOT
from scripts.module_examples import ModuleExamples, module_names
from scripts.terraform import Terraform, TerraformError
from scripts.toolchain.errors import ToolchainError
from scripts.toolchain.locked_providers import read_lock_file
from scripts.toolchain.provider_source import choose_source, this_machine
from scripts.toolchain.terraform_binary import find_terraform

SCANNERS = ROOT / "build" / "checkov-venv" / "bin"
CHECKOV, ZIZMOR = SCANNERS / "checkov", SCANNERS / "zizmor"
TYPED_PATHS = ("lambda", "scripts", "tests", "infra/modules/apply_steps")


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


def command(*line: str | Path) -> Callable[[], str | None]:
    """Make a check of a command: wrong is what it prints when it fails."""

    def run() -> str | None:
        done = subprocess.run(
            line,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout if done.returncode else None

    return run


def python(*line: str) -> Callable[[], str | None]:
    """Make a check of a Python module's command."""
    return command(sys.executable, "-m", *line)


def pipeline_files() -> str | None:
    """Hold workflows, Atlantis, pre-commit and Renovate to their schemas, which need no network."""
    workflows = sorted(map(str, (ROOT / ".github" / "workflows").glob("*.yml")))
    lines = (
        ("--builtin-schema", "vendor.github-workflows", *workflows),
        ("--builtin-schema", "custom.github-workflows-require-timeout", *workflows),
        ("--builtin-schema", "vendor.renovate", "renovate.json"),
        ("--schemafile", ".ci/schemas/atlantis.schema.json", "atlantis.yaml"),
        ("--schemafile", ".ci/schemas/pre-commit-config.schema.json", ".pre-commit-config.yaml"),
    )
    found = [python("check_jsonschema", "--quiet", *line)() for line in lines]
    return "\n".join(filter(None, found)) or None


def workflow_scan() -> str | None:
    """Let zizmor look for what a stranger could use: injected expressions, spare rights, kept credentials."""
    if not ZIZMOR.is_file():
        return f"{ZIZMOR.relative_to(ROOT)} is not there: make check installs it"
    return command(
        *(ZIZMOR, "--offline", "--no-progress", "--quiet", "--color", "never"),
        *("--config", ".github/zizmor.yml", ".github/workflows"),
    )()


def types() -> str | None:
    """Check what is typed; each model by itself: their directories are no packages, with a train.py each."""
    models = [(str(path.parent),) for path in sorted((ROOT / "models").glob("*/train.py"))]
    checks = [python("mypy", *paths) for paths in (TYPED_PATHS, *models)]
    return "\n".join(filter(None, (check() for check in checks))) or None


def terraform_format() -> str | None:
    """Name the files that `terraform fmt` would change."""
    try:
        binary = find_terraform().path
    except ToolchainError as error:
        return str(error)
    return command(binary, "fmt", "-check", "-diff", "-recursive", "infra", "tests")()


def terraform_validate() -> str | None:
    """Validate every root module, and by it the modules it calls; their directories stay as they are."""
    problems = []
    for lock_file in sorted((ROOT / "infra").glob("**/.terraform.lock.hcl")):
        try:
            _validate(lock_file.parent)
        except (TerraformError, ToolchainError) as error:
            problems.append(f"{lock_file.parent.relative_to(ROOT)}: {error}")
    return "\n".join(problems) or None


def _validate(root: Path) -> None:
    build = ROOT / "build" / "terraform"
    binary = find_terraform()
    source = choose_source(
        read_lock_file(root / ".terraform.lock.hcl"),
        binary.platform,
        root=root,
        config_file=build / "mirror.tfrc",
        around=this_machine(),
    )
    terraform = Terraform(
        root,
        data_dir=build / "check" / root.name,
        environment={**this_machine().environment, **source.environment()},
        binary=binary.path,
    )
    terraform.init()
    terraform.validate()


def security_scan() -> str | None:
    """Let checkov scan a copy of infra/ with the READMEs' examples as roots: they switch features on."""
    if not CHECKOV.is_file():
        return f"{CHECKOV.relative_to(ROOT)} is not there: make check installs it"
    scanned = ROOT / "build" / "checkov" / "infra"
    shutil.rmtree(scanned.parent, ignore_errors=True)
    shutil.copytree(ROOT / "infra", scanned, ignore=shutil.ignore_patterns(".terraform"))
    for module in module_names():
        examples = ModuleExamples(module)
        if not examples.problems():  # else their own test says it
            together = [*examples.applied(), *examples.validated()]
            examples.write_root(scanned / "modules", "examples", together)
    return command(
        *(CHECKOV, "--config-file", ".checkov.yaml"),
        *("--directory", str(scanned), "--skip-path", r"prelude\.tf"),  # what examples refer to is not ours
    )()


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
