"""The driver of Terraform, with the real binary: no provider is needed, `terraform_data` is built in."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from scripts import ROOT
from scripts.terraform import Event, Terraform, TerraformError, TerraformTimeoutError
from scripts.toolchain.terraform_binary import find_terraform

pytestmark = pytest.mark.infra

STACK = """
variable "value" {
  type = string
}
resource "terraform_data" "one" {
  input = var.value
}
output "value" {
  value = terraform_data.one.output
}
output "nested" {
  value = { list = [1, "two", null] }
}
"""

SLOW = """
resource "terraform_data" "slow" {
  provisioner "local-exec" {
    command = "touch started; sleep 60"
  }
}
"""

FAILING = """
resource "terraform_data" "x" {
  lifecycle {
    precondition {
      condition     = terraform.workspace == "other"
      error_message = "one is not two"
    }
  }
}
"""


@pytest.fixture
def make(tmp_path):
    """Make a driver of a root module with the given text, initialised without a backend."""

    def make(text: str, **options) -> Terraform:
        root = tmp_path / "root"
        root.mkdir()
        (root / "main.tf").write_text(text)
        terraform = Terraform(root, data_dir=tmp_path / "data", binary=find_terraform().path, **options)
        terraform.init()
        return terraform

    return make


def variables(value: str) -> dict[str, dict[str, str]]:
    return {"var": {"value": value}}


def test_plan_says_whether_something_changes_and_apply_takes_its_file(make, tmp_path):
    terraform = make(STACK)
    assert terraform.plan(tmp_path / "plan", **variables("a")) is True
    terraform.apply(tmp_path / "plan")
    assert terraform.plan(tmp_path / "plan", **variables("a")) is False


def test_outputs_are_plain_values(make):
    terraform = make(STACK)
    assert terraform.outputs() == {}
    terraform.apply(**variables("a"))
    assert terraform.outputs() == {"value": "a", "nested": {"list": [1, "two", None]}}


def test_destroy_asks_nothing_and_leaves_nothing(make):
    terraform = make(STACK)
    terraform.apply(**variables("a"))
    terraform.destroy(**variables("a"))
    assert terraform.cmd("state list")[1] == ""


def test_events_arrive_while_terraform_runs(make):
    events: list[Event] = []
    terraform = make(STACK, on_event=events.append)
    terraform.apply(**variables("a"))
    kinds = [event["type"] for event in events]
    assert kinds.index("planned_change") < kinds.index("apply_start") < kinds.index("apply_complete")
    complete = events[kinds.index("apply_complete")]
    assert complete["hook"]["resource"]["addr"] == "terraform_data.one"


def test_a_failure_carries_exit_code_and_diagnostics_with_their_place(make):
    terraform = make(FAILING)
    with pytest.raises(TerraformError) as caught:
        terraform.apply()
    assert caught.value.exit_code == 1
    assert "one is not two" in caught.value.details
    assert 'at main.tf:5 resource "terraform_data" "x"' in caught.value.details


def test_a_failed_init_says_its_error_and_not_the_warnings_before_it(make):
    with pytest.raises(TerraformError) as caught:
        make('variable "a" {')
    assert caught.value.details.startswith("Error: ")


def test_a_missing_variable_fails_instead_of_asking(make):
    with pytest.raises(TerraformError, match="No value for required variable"):
        make(STACK).apply()


def test_nothing_is_written_into_the_root_but_local_state(make, tmp_path):
    terraform = make(STACK)
    terraform.plan(tmp_path / "plan", **variables("a"))
    assert [path.name for path in (tmp_path / "root").iterdir()] == ["main.tf"]


def test_no_file_of_variables_is_left_behind(make, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    terraform = make(STACK)
    terraform.apply(**variables("a"))
    with pytest.raises(TerraformError):
        terraform.apply(**variables("a"), target=["no.such[resource"])
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_command_over_its_time_is_stopped(make):
    terraform = make(SLOW)
    began = time.monotonic()
    with pytest.raises(TerraformTimeoutError, match="took longer than 2 s and was stopped"):
        terraform.cmd("apply", auto_approve=True, timeout=2)
    assert time.monotonic() - began < 40


def test_ctrl_c_stops_terraform_once_and_the_state_is_kept(make, tmp_path):
    """Ctrl-C reaches Terraform through the driver; nothing of it is left running, and no lock."""
    after_one = SLOW.replace("{", "{\n  depends_on = [terraform_data.one]", 1)  # else both begin at once
    terraform = make(STACK + after_one)
    script = textwrap.dedent(f"""
        from pathlib import Path
        from scripts.terraform import Terraform
        Terraform(Path({str(terraform.root)!r}), data_dir=Path({str(tmp_path / "data")!r}),
                  binary={str(find_terraform().path)!r}).apply(var={{"value": "a"}})
    """)
    process = subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_for(terraform.root / "started")
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=90)
    assert "KeyboardInterrupt" in errors
    assert terraform.outputs()["value"] == "a"
    assert terraform.plan(tmp_path / "plan", **variables("a")) is True
    assert not (terraform.root / ".terraform.tfstate.lock.info").exists()


def wait_for(path: Path, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} did not appear"
        time.sleep(0.05)
