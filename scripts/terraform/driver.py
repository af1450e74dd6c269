"""Drive Terraform from Python: python-terraform, with what it lacks put right in this one place.

python-terraform 0.10.1 knows Terraform's commands and options as of Terraform 0.12. Put right here:

- `destroy` passes `-force`, which is gone, and no `-auto-approve`
- it has no `-chdir`: a stack is run where it lies, with TF_DATA_DIR elsewhere, so nothing is written into it
- it returns all output at the end: here every line is handed on while Terraform runs
- it has no time-out, and Ctrl-C leaves Terraform behind: here it is asked to stop, once, and waited for
- it looks for a local state file after each command, and logs by the deprecated `Logger.warn`
"""

import contextlib
import json
import os
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from python_terraform import IsFlagged
from python_terraform import Terraform as PythonTerraform

from scripts.terraform.diagnostics import errors_in, first_error
from scripts.terraform.process import running

Event = Mapping[str, Any]
"""One line of `-json` output: https://developer.hashicorp.com/terraform/internals/machine-readable-ui."""


HOURS = 3600.0
TIMEOUTS = {"apply": 4 * HOURS, "destroy": 4 * HOURS}
"""How long a command may take, where that isn't half an hour: an endpoint's roll-out in steps takes hours."""


class TerraformError(Exception):
    """A command of Terraform failed; `details` is what it said, a diagnostic a paragraph."""

    def __init__(self, command: str, exit_code: int, details: str) -> None:
        super().__init__(f"terraform {command} failed (exit code {exit_code})\n{details}".rstrip())
        self.command = command
        self.exit_code = exit_code
        self.details = details


class TerraformTimeoutError(TerraformError):
    """A command of Terraform took longer than it may, and was asked to stop."""


class Terraform(PythonTerraform):  # type: ignore[misc]  # the library has no types
    """Terraform on one root module; every command raises TerraformError unless it succeeds."""

    def __init__(
        self,
        root: Path,
        *,
        data_dir: Path,
        environment: Mapping[str, str] = os.environ,
        binary: Path | str = "terraform",
        on_event: Callable[[Event], None] = lambda _: None,
        timeout: float | None = None,
    ) -> None:
        super().__init__(working_dir=str(root), terraform_bin_path=str(binary))
        self.root = root
        self.environment = {
            **environment,
            "PATH": _with_this_python(environment.get("PATH", os.defpath)),
            "TF_DATA_DIR": str(data_dir),
            "TF_IN_AUTOMATION": "1",
        }
        self.on_event = on_event
        self.timeout = timeout

    def read_state_file(self, file_path: str | None = None) -> None:
        """Read nothing: the state is in its backend, and outputs are read by `outputs`."""

    def init(self, backend_config: list[str] | None = None, **options: Any) -> str:
        """Initialise without changing the lock file; without a backend when no configuration is given."""
        options.setdefault("lockfile", "readonly")
        backend = {"backend": False} if backend_config is None else {"backend_config": backend_config}
        _, out, _ = self.cmd(
            "init", input=False, no_color=IsFlagged, reconfigure=IsFlagged, **backend, **options
        )
        return out

    def plan(self, out: Path, **options: Any) -> bool:
        """Write a plan to a file; say whether it changes anything (exit code 2, which is no error)."""
        code, _, _ = self._run_json("plan", detailed_exitcode=IsFlagged, out=str(out), **options)
        return code == 2

    def apply(self, plan: Path | None = None, **options: Any) -> None:
        """Apply a plan's file, or whatever is to change."""
        if plan is not None:
            self._run_json("apply", str(plan))
        else:
            self._run_json("apply", auto_approve=IsFlagged, **options)

    def destroy(self, **options: Any) -> None:
        """Destroy everything in the state."""
        self._run_json("destroy", auto_approve=IsFlagged, **options)

    def outputs(self) -> dict[str, Any]:
        """Return the outputs' values by name; empty before the first apply."""
        _, out, _ = self.cmd("output", json=IsFlagged, no_color=IsFlagged)
        return {name: output["value"] for name, output in json.loads(out).items()}

    def _run_json(self, command: str, *args: str, **options: Any) -> tuple[int, str, str]:
        return self.cmd(command, *args, json=IsFlagged, input=False, **options)

    def cmd(self, cmd: str, *args: str, **options: Any) -> tuple[int, str, str]:
        """Run a command and hand its lines on as they come; return exit code, output, errors.

        Options are python-terraform's (`no_color=IsFlagged`, `var={…}`). Raises TerraformError,
        TerraformTimeoutError.
        """
        timeout: float = options.pop("timeout", self.timeout) or TIMEOUTS.get(cmd, HOURS / 2)
        line = self.generate_cmd_string(cmd, *args, **options)
        line.insert(1, f"-chdir={self.root}")
        try:
            with running(line, self.environment, timeout) as (process, timer):
                errors: list[str] = []
                reader = threading.Thread(target=lambda: errors.extend(process.stderr or ()), daemon=True)
                reader.start()
                lines = [self._hand_on(text) for text in process.stdout or ()]
                code = process.wait()
                reader.join()
        finally:
            self.temp_var_files.clean_up()
        out, err = "".join(lines), "".join(errors)
        if timer.fired:
            raise TerraformTimeoutError(cmd, code, f"it took longer than {timeout:.0f} s and was stopped")
        if code != 0 and not (code == 2 and "detailed_exitcode" in options):
            raise TerraformError(cmd, code, errors_in(out) or first_error(err) or first_error(out))
        return code, out, err

    def _hand_on(self, line: str) -> str:
        if line.startswith("{"):
            with contextlib.suppress(json.JSONDecodeError):
                self.on_event(json.loads(line))
        return line


def _with_this_python(path: str) -> str:
    """Put this interpreter first: provisioners run `python3`, and this one has boto3."""
    return f"{Path(sys.executable).parent}{os.pathsep}{path}"
