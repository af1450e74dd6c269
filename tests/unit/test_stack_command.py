"""How the commands on a stack end."""

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

from scripts import ROOT
from scripts.stack.command import run_on
from scripts.stack.target import StackError, Target, TargetError
from scripts.terraform import TerraformError

pytestmark = pytest.mark.unit

BIKES = Target("bike-rental")


def raising(error: BaseException) -> Callable[[], int]:
    def command() -> int:
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (TargetError("There is no stack 'x'."), 2, "There is no stack 'x'.\n"),
        (StackError("It is not applied."), 1, "It is not applied.\n"),
        (KeyError("mine"), 1, "'mine'\n"),
        (
            TerraformError("plan", 1, "Saved plan is stale"),
            1,
            "make plan STACK=bike-rental ENV=dev ON=local\n",
        ),
        (KeyboardInterrupt(), 130, "Go on so.\n"),
    ],
)
def test_each_failure_has_its_code_and_its_words(
    error: BaseException, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_on(BIKES, raising(error), (KeyError,), interrupted="Go on so.") == code
    assert capsys.readouterr().err.endswith(said)


def test_what_nobody_foresaw_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run_on(BIKES, raising(ZeroDivisionError()))


def test_a_command_may_know_a_repair_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_on(BIKES, raising(TerraformError("plan", 1, "no")), repair=lambda _: "do this") == 1
    assert capsys.readouterr().err.endswith("repair   do this\n")


def test_a_reader_who_has_seen_enough_gets_no_traceback() -> None:
    """As in `make -s output | head -1`; it is no success either, since a smoke test may have more to say."""
    program = (
        "from scripts.stack.command import run_on; from scripts.stack.target import Target\n"
        "def speak():\n"
        "    for _ in range(100_000): print('a line that fills the pipe')\n"
        "    return 1\n"
        "raise SystemExit(run_on(Target('bike-rental'), speak))"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'lambda'}:{ROOT}"}
    with subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(30) == 141
