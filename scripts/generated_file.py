"""Files that are rendered from the code: write one, or say that it is stale and how to repair that."""

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from scripts.whole_file import write_whole

ROOT = Path(__file__).resolve().parent.parent


def is_current(path: Path, text: str) -> bool:
    """Whether the file holds exactly this text."""
    return path.is_file() and path.read_text(encoding="utf-8") == text


def write_all(files: Iterable[tuple[Path, str]], *, check: bool) -> int:
    """Write each file that isn't current, or only name them; exit code 1 if some are stale and stay so."""
    stale = [(path, text) for path, text in files if not is_current(path, text)]
    for path, text in stale:
        if not check:
            write_whole(path, text)
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
        print(f"{shown} is stale" if check else f"wrote {shown}")
    if check and stale:
        print("repair   make fmt", file=sys.stderr)
    return int(check and bool(stale))


def render_command(module: str, path: Path, render: Callable[[], str], argv: list[str] | None) -> int:
    """The command line of `python -m scripts.<module>`: writes the file, or with --check only compares."""
    parser = argparse.ArgumentParser(
        prog=f"python -m scripts.{module}",
        description=f"Write {path.relative_to(ROOT)} from the declarations in the code.",
        epilog=f"For example: python -m scripts.{module} --check",
    )
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if the file is stale")
    arguments = parser.parse_args(argv)
    text = render()
    shown = path.relative_to(ROOT)
    if is_current(path, text):
        print(f"{shown} is current")
        return 0
    if arguments.check:
        print(f"{shown} is stale. Repair it with: python -m scripts.{module}", file=sys.stderr)
        return 1
    write_whole(path, text)
    print(f"wrote {shown}")
    return 0
