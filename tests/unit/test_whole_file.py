"""Files are replaced whole, whoever else reads or writes them."""

import os
import stat
import threading
from pathlib import Path

import pytest

from scripts.whole_file import write_whole

pytestmark = pytest.mark.unit


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_readers_see_one_content_or_the_other(tmp_path: Path) -> None:
    """Two writers and a reader at once: what is read is always one of the two contents."""
    path = tmp_path / "openapi.json"
    contents = {letter * 2_000_000 for letter in (b"a", b"b")}
    write_whole(path, b"a" * 2_000_000)

    def write(data: bytes) -> None:
        for _ in range(50):
            write_whole(path, data)

    writers = [threading.Thread(target=write, args=(data,)) for data in contents]
    for writer in writers:
        writer.start()
    read = 0
    while any(writer.is_alive() for writer in writers):
        assert path.read_bytes() in contents
        read += 1
    assert read > 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["openapi.json"]


def test_what_fails_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Broken off before the new content takes the old one's place: the old one, and no draft."""
    path = tmp_path / "model.json"
    path.write_text("old")

    def broken_off(draft: Path, place: Path) -> None:
        assert (draft.read_text(), place.read_text()) == ("new", "old")
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", broken_off)
    with pytest.raises(KeyboardInterrupt):
        write_whole(path, "new")
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["model.json"]


def test_modes_and_links_stay(tmp_path: Path) -> None:
    """A new file gets what is asked less the umask, one that is there keeps its mode; a link leads on."""
    secret, shared = tmp_path / "deeper" / "mirror.tfrc", tmp_path / "shared.json"
    umask = os.umask(0o027)
    try:
        write_whole(secret, "1", mode=0o600)
        write_whole(shared, "é")
    finally:
        os.umask(umask)
    assert (mode_of(secret), mode_of(shared)) == (0o600, 0o640)
    link = tmp_path / "link.json"
    link.symlink_to("shared.json")
    shared.chmod(0o604)
    write_whole(link, b"2")
    assert link.is_symlink()
    assert (shared.read_bytes(), mode_of(shared)) == (b"2", 0o604)


def test_a_stream_is_written_to(tmp_path: Path) -> None:
    """A pipe with a name gets the content, and stays a pipe."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=write_whole, args=(pipe, "through"))
    writer.start()
    assert pipe.read_text() == "through"
    writer.join()
    assert pipe.is_fifo()
