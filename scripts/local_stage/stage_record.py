"""What a running stage leaves on disk so that other processes find it: `build/local/NAME/`.

The server holds a lock on `stage.lock` as long as it lives; the kernel releases it however the server dies.
So "is it running" needs no guess about process ids.
"""

import fcntl
import json
import os
import re
import shutil
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from scripts.whole_file import write_whole

REPOSITORY = Path(__file__).resolve().parents[2]
DEFAULT_NAME = "default"
DEFAULT_REGION = "eu-west-1"
ACCOUNT = "123456789012"
_LOOK_SECONDS = 0.005


@dataclass(frozen=True, slots=True)
class StageRecord:
    """Where a stage listens and who it is."""

    name: str
    pid: int
    control_plane: str
    """URL that AWS clients and Terraform use (AWS_ENDPOINT_URL)."""
    gateway: str
    """URL of the gateway and of SageMaker's runtime; a stage is at `<gateway>/<rest_api_id>/<stage_name>`."""
    region: str
    account: str
    started: float
    """Epoch seconds."""


class StageDirectory:
    """The directory of one stage, running or not."""

    def __init__(self, name: str, root: Path | None = None) -> None:
        if not re.fullmatch(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,62}", name):
            raise ValueError(f"stage name {name!r}: expected letters, digits, '.', '_' and '-'")
        self.name = name
        self.path = (root or REPOSITORY / "build" / "local") / name
        self.record = self.path / "stage.json"
        self.log = self.path / "stage.log"
        self._lock = self.path / "stage.lock"

    def acquire(self) -> int | None:
        """Take the lock of the running server; None when another process holds it."""
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while not _try_lock(handle, fcntl.LOCK_EX):
            if not _try_lock(handle, fcntl.LOCK_SH):  # a server holds it
                os.close(handle)
                return None
            _try_lock(handle, fcntl.LOCK_UN)
            time.sleep(_LOOK_SECONDS)  # somebody looks whether one does, as `up` does again and again
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        return handle

    def server_pid(self) -> int | None:
        """Process id of the server that holds the lock, ready or still starting; None when there is none."""
        try:
            handle = os.open(self._lock, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            is_held = not _try_lock(handle, fcntl.LOCK_SH)
            return int(os.pread(handle, 32, 0) or b"0") or None if is_held else None
        finally:
            os.close(handle)

    def running(self) -> StageRecord | None:
        """The record of the stage if it runs and is ready."""
        pid = self.server_pid()
        if pid is None:
            return None
        try:
            record = StageRecord(**json.loads(self.record.read_text()))
        except FileNotFoundError:
            return None
        return record if record.pid == pid else None

    def write(self, record: StageRecord) -> None:
        """Publish the record; readers see the old one or the whole new one."""
        write_whole(self.record, json.dumps(asdict(record), indent=2) + "\n")

    def clean(self) -> None:
        """Remove what an earlier server left, all but the log and the lock."""
        for entry in self.path.iterdir() if self.path.exists() else ():
            if entry in (self.log, self._lock):
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()

    def remove(self) -> None:
        """Remove the directory."""
        shutil.rmtree(self.path, ignore_errors=True)


def _try_lock(handle: int, how: int) -> bool:
    """Whether the file is locked so, without waiting."""
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
