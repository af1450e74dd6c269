"""`make` alone is the list of targets, and every target is there for a reason that it states."""

import itertools
import os
import re
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
PROMISED = {
    *(
        "help",
        "demo",
        "up",
        "down",
        "stage-status",
        "train",
        "package",
        "openapi",
        "plan",
        "apply",
        "destroy",
    ),
    *("output", "smoke-test", "test", "check", "fmt", "bench", "lock", "clean"),
}


def make(*arguments: str) -> str:
    ended = subprocess.run(
        ["make", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    return ended.stdout


def link_all_but_what_is_installed(directory: Path) -> None:
    for path in ROOT.iterdir():
        if path.name not in (".venv", "build"):
            (directory / path.name).symlink_to(path)


def test_make_alone_lists_the_targets_a_line_each():
    listed = set(re.findall(r"make ([a-z-]+) ", re.sub(r"\x1b\[\d*m", "", make())))
    assert listed >= PROMISED
    assert "Variables: STACK=bike-rental MODEL=bike-rental ENV=dev ON=local" in make()


def test_every_target_is_phony_and_has_its_line():
    text = (ROOT / "Makefile").read_text()
    (listed,) = re.findall(r"^\.PHONY:((?:.*\\\n)*.*)$", text, re.MULTILINE)
    phony = set(listed.replace("\\\n", " ").split())
    targets = set(re.findall(r"^([a-z][a-z-]*):", text, re.MULTILINE))
    described = set(re.findall(r"^([a-z][a-z-]*):.*## ", text, re.MULTILINE))
    assert targets == described == phony


def test_the_list_has_a_heading_a_group_and_fits_a_terminal():
    lines = re.sub(r"\x1b\[\d*m", "", make()).splitlines()
    assert max(map(len, lines)) <= 100
    groups = [
        index for index, line in enumerate(lines) if line and not line.startswith(("  ", "Variables", "ARGS"))
    ]
    sizes = [end - start for start, end in itertools.pairwise([*groups, len(lines)])]
    assert len(groups) >= 5
    assert max(sizes) <= 15


def refused(*arguments: str) -> str:
    """What make says of arguments that it doesn't take, as a person's own make does."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    ended = subprocess.run(
        ["make", "-n", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 2
    return ended.stderr


def test_a_variable_that_nothing_reads_is_refused():
    """`make destroy stack=old` would destroy the default stack."""
    assert "no variable is called stack; there are STACK " in refused("destroy", "stack=old")
    assert "no variable is called STAK" in refused("apply", "STAK=breast-cancer", "ENV=prod")


def test_variables_of_a_make_above_are_not_refused():
    environment = {
        "PATH": os.environ["PATH"],
        "MAKELEVEL": "1",
        "MAKEFLAGS": " -- REGION=eu-west-1 MODEL=other",
    }
    ended = subprocess.run(
        ["make", "-n", "package"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "scripts.package other" in ended.stdout


def test_a_place_that_is_none_is_refused():
    assert "not 'AWS'" in refused("package", "ON=AWS")


@pytest.mark.parametrize("name", ["STACK", "MODEL", "ENV", "VIA", "BASE", "ACCOUNT"])
@pytest.mark.parametrize("value", ["", "one two"])
def test_a_name_is_one_name(name: str, value: str) -> None:
    """An empty one, as of an unset shell variable, would be passed on as none; the default isn't meant."""
    assert f"{name} is one name, not '{value}'" in refused("plan", f"{name}={value}")


def test_a_way_that_is_none_is_refused_with_those_there_are():
    assert "VIA is one of api lambda boto3 sagemaker-sdk, not 'fax'" in refused("predict", "VIA=fax")


def test_what_is_to_be_told_to_github_is_named():
    assert "tell-github takes what to tell in ARGS: make tell-github ARGS=--help" in refused("tell-github")


def test_a_model_that_does_not_train_is_refused_with_those_that_do():
    assert re.search(
        r"no models/nope/train.py; .*: bike-rental breast-cancer", refused("train", "MODEL=nope")
    )


def test_variables_reach_the_command():
    planned = make("-n", "plan", "STACK=other", "ENV=prod", "ON=aws")
    assert "-m scripts.stack plan --stack other --env prod --on aws" in planned


def test_an_env_variable_of_the_shell_named_env_changes_nothing():
    ended = subprocess.run(
        ["make", "-n", "plan"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        env={"PATH": "/usr/bin:/bin", "ENV": "/home/someone/.shrc", "STACK": "x"},
    )
    assert "--stack bike-rental --env dev --on local" in ended.stdout


def test_the_package_is_for_this_machine_locally_and_for_lambda_on_aws():
    assert "scripts.package bike-rental --target local" in make("-n", "package")
    assert "--target" not in make("-n", "package", "ON=aws")


def test_what_tests_need_is_enough_for_the_demo(tmp_path):
    link_all_but_what_is_installed(tmp_path)

    def dry_run(target: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["make", "-n", target], cwd=tmp_path, capture_output=True, text=True, check=True
        )

    (named,) = re.findall(r"install\.sh \.venv test (\S+)", dry_run("test").stdout)
    stamp = tmp_path / named
    stamp.parent.mkdir(parents=True)
    stamp.touch()
    for target in ("demo", "test"):
        assert "install.sh" not in dry_run(target).stdout
        assert dry_run(target).stderr == ""


def test_a_change_of_the_locked_files_is_a_change_of_the_stamp(tmp_path):
    link_all_but_what_is_installed(tmp_path)

    def stamp() -> str:
        ended = subprocess.run(
            ["make", "-n", "demo"], cwd=tmp_path, capture_output=True, text=True, check=True
        )
        return str(re.findall(r"\.venv/\.installed/demo-\d+", ended.stdout)[0])

    before = stamp()
    assert stamp() == before
    (tmp_path / "requirements").unlink()
    (tmp_path / "requirements").mkdir()
    for file in (ROOT / "requirements").glob("*.txt"):
        (tmp_path / "requirements" / file.name).write_text(file.read_text())
    assert stamp() == before
    (tmp_path / "requirements" / "demo.txt").write_text("numpy==1.0\n")
    assert stamp() != before
