"""`make demo` in a checkout of its own: cold, warm, interrupted, and down again."""

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import ROOT
from scripts.local_stage import lifecycle
from tests.checkout import Checkout

pytestmark = pytest.mark.e2e

WARM_SECONDS = 45.0


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Checkout]:
    """A checkout as a fresh clone is: nothing built, no stage, no virtual environment.

    What was downloaded before is lent to it; pip and the packager check it by its hashes.
    """
    place = Checkout.make(tmp_path_factory.mktemp("demo") / "repository")
    (ROOT / "build" / "wheels").mkdir(parents=True, exist_ok=True)
    (place.root / "build").mkdir()
    (place.root / "build" / "wheels").symlink_to(ROOT / "build" / "wheels")
    place.environment.setdefault("PIP_CACHE_DIR", str(ROOT / "build" / "cache" / "pip"))
    yield place
    lifecycle.down(place.stage)


def files_outside_build(place: Checkout) -> set[Path]:
    """Everything in the checkout that is neither in build/ nor in the virtual environment."""
    apart = (place.root / "build", place.root / ".venv")
    return {path for path in place.root.rglob("*") if not any(path.is_relative_to(one) for one in apart)}


def wait_for(path: Path, seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.05)


def test_the_demo_ends_with_a_call_that_works_when_pasted(place: Checkout) -> None:
    """Cold: installed, built, deployed, tested; the curl line is answered; nothing lies outside build/."""
    before = files_outside_build(place)
    ended = place.run("make", "demo", timeout=400)
    assert "18 passed, 0 failed, 0 skipped" in ended.stderr
    assert re.search(r"\d\d resources created", ended.stderr)
    assert re.search(r"3223 hours of days that training never saw, .*RMSLE 0\.4\d", ended.stderr)
    (line,) = [line.strip() for line in ended.stdout.splitlines() if line.strip().startswith("curl ")]
    if shutil.which("curl") is None:
        pytest.skip("curl is not installed here")
    answered = place.run("sh", "-c", line)
    assert re.fullmatch(r'\{"predictions":\[\{"count":\d+\.\d+\}\]\}', answered.stdout)
    assert files_outside_build(place) == before


def test_run_again_it_is_warm_and_changes_nothing(place: Checkout) -> None:
    """The same resources, the same key; within the time that the README promises."""
    began = time.monotonic()
    ended = place.run("make", "demo", timeout=400)
    assert time.monotonic() - began < WARM_SECONDS
    assert "nothing to change" in ended.stderr


def test_interrupted_it_is_taken_up_where_it_stopped(place: Checkout) -> None:
    """Ctrl-C in the middle of `terraform apply` loses nothing: the state is saved, no lock is left."""
    place.run("make", "down")
    plan = place.root / "build/terraform/local/bike-rental-dev/stack.tfplan"
    plan.unlink()
    demo = subprocess.Popen(
        [str(place.root / ".venv/bin/python"), "-m", "scripts.demo"],
        cwd=place.root,
        env=place.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    wait_for(plan)  # it is written right before the apply
    os.killpg(demo.pid, signal.SIGINT)
    output, _ = demo.communicate(timeout=300)
    assert demo.returncode == 130, output
    assert "`make demo` goes on from here" in output
    assert "18 passed, 0 failed" in place.run("make", "demo", timeout=400).stderr


def test_down_stops_and_removes_the_stage(place: Checkout) -> None:
    """No stage, no directory of it; what was built stays for the next time."""
    place.run("make", "down")
    assert place.stage.running() is None
    assert not place.stage.path.exists()
    assert (place.root / "build" / "bike-rental" / "model.tar.gz").is_file()


def test_without_terraform_it_is_one_message_with_the_repair(place: Checkout) -> None:
    """Nothing is started before it is known that the demo can end."""
    ended = place.run(
        ".venv/bin/python", "-m", "scripts.demo", expect=1, environment={"TERRAFORM": "no-such-terraform"}
    )
    assert "Terraform is missing: 'no-such-terraform' is no executable on PATH.\n  repair " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert place.stage.running() is None
