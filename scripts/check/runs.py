"""What each check runs: None when all is well, else what is wrong."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

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
