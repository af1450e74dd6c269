"""A server holds its stage's lock; who looks whether one does is no server."""

import fcntl
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from scripts.local_stage.stage_record import StageDirectory

pytestmark = pytest.mark.unit


def test_a_server_is_known_by_its_lock(tmp_path: Path) -> None:
    """There is one, or none, or none any more."""
    directory = StageDirectory("s", tmp_path)
    assert directory.server_pid() is None
    lock = directory.acquire()
    assert lock is not None
    assert StageDirectory("s", tmp_path).acquire() is None
    assert directory.server_pid() == os.getpid()
    os.close(lock)
    assert directory.server_pid() is None


def test_who_looks_does_not_keep_a_server_from_starting(tmp_path: Path) -> None:
    """`up` looks all the time while it waits; the server that took that for another one gave up."""
    directory = StageDirectory("s", tmp_path)
    directory.path.mkdir()
    looking = os.open(directory.path / "stage.lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(looking, fcntl.LOCK_SH)
    with ThreadPoolExecutor(1) as pool:
        server = pool.submit(directory.acquire)
        with pytest.raises(TimeoutError):
            server.result(0.1)
        os.close(looking)
        lock = server.result(30)
    assert lock is not None
    assert directory.server_pid() == os.getpid()
    os.close(lock)
