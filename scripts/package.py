"""Build a model's Lambda zip: python -m scripts.package bike-rental [--target python3.13-arm64|local]."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from scripts import ROOT
from scripts.packaging import archive, build, bytecode
from scripts.packaging.errors import PackagingError
from scripts.packaging.target import DEFAULT, Target, parse_target

NO_INTERPRETER = """no CPython {minor} on this machine: the zip carries no bytecode.
  costs:  importing numpy takes 2.1 to 2.6 times as long at every cold start (some 0.2 s), and the zip
          differs from one built where there is a CPython {minor}: Terraform plans a new function version
  repair: install one (pyenv install {minor} · uv python install {minor} · apt install python{minor}),
          or name one with --python; --require-pyc makes this an error, which is what a pipeline wants"""


def main(arguments: list[str] | None = None) -> int:
    """Build the zip that the arguments name; exit code 0 built or current, 1 failed, 2 wrong usage."""
    options = _read_arguments(arguments)
    try:
        target = parse_target(options.target)
        paths = build.paths_of(ROOT, options.model, target, options.wheels)
    except PackagingError as error:
        print(f"package: {error}", file=sys.stderr)
        return 2
    try:
        _package(options, target, paths)
    except PackagingError as error:
        print(f"package: {error}", file=sys.stderr)
        return 1
    return 0


def _read_arguments(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.package",
        description=__doc__,
        epilog="For example: make package MODEL=bike-rental ON=aws",
    )
    parser.add_argument("model", help="name of a folder in models/, or the path of a contract anywhere")
    parser.add_argument(
        "--target",
        default=DEFAULT,
        help="<runtime>-<architecture>, or local for this interpreter (default: %(default)s)",
    )
    parser.add_argument(
        "--python", metavar="PATH", help="the CPython that compiles the bytecode (default: searched)"
    )
    parser.add_argument(
        "--wheels", type=Path, metavar="DIR", help="where wheels are kept (default: build/wheels)"
    )
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--no-pyc", action="store_true", help="leave the bytecode out")
    group.add_argument(
        "--require-pyc", action="store_true", help="fail if there is no interpreter to compile with"
    )
    parser.add_argument("--force", action="store_true", help="build even if nothing changed")
    return parser.parse_args(arguments)


def _package(options: argparse.Namespace, target: Target, paths: build.Paths) -> None:
    started = time.monotonic()
    compiler = None if options.no_pyc else bytecode.find_interpreter(target, options.python)
    if compiler is None and not options.no_pyc:
        _warn_no_interpreter(target, required=options.require_pyc)
    inputs = build.digest_inputs(paths, target, compiler)
    manifest = None if options.force else build.read_current(paths, inputs)
    state = "is current"
    if manifest is None:
        manifest = _build(paths, target, compiler, inputs)
        state = f"built in {time.monotonic() - started:.1f} s"
    _report(paths, manifest, state)


def _warn_no_interpreter(target: Target, *, required: bool) -> None:
    if required:
        raise PackagingError(
            f"no CPython {target.minor} on this machine to compile the bytecode",
            f"pyenv install {target.minor} · uv python install {target.minor} · or name one with --python",
        )
    print(NO_INTERPRETER.format(minor=target.minor), file=sys.stderr)


def _build(
    paths: build.Paths, target: Target, compiler: bytecode.Interpreter | None, inputs: str
) -> dict[str, object]:
    files = build.collect(paths, target, _tell)
    if compiler is not None:
        _tell(f"compiling with CPython {compiler.version}")
        files |= bytecode.compile_files(files, compiler)
    archive_bytes = archive.zip_files(files, _show_progress)
    sources = build.digest_sources(paths.sources, paths.pins)
    manifest = build.describe(archive_bytes, files, target, compiler, sources)
    build.check_limits(manifest)
    _tell_of_other_compiler(paths, manifest)
    build.write(paths, archive_bytes, manifest, inputs)
    return manifest


def _tell_of_other_compiler(paths: build.Paths, manifest: dict[str, object]) -> None:
    """Say so when the bytecode alone may make the zip differ from the one it replaces."""
    earlier = build.read_manifest(paths)
    before, now = (earlier or manifest).get("python_full"), manifest["python_full"]
    if before != now:
        _tell(f"bytecode by CPython {now}, that of the zip it replaces by {before}")


def _report(paths: build.Paths, manifest: dict[str, object], state: str) -> None:
    def mib(field: str, limit: int) -> str:
        return f"{int(str(manifest[field])) / 1024**2:.1f} of {limit // 1024**2} MiB"

    by = f"bytecode by CPython {manifest['python_full']}" if manifest["pyc"] else "no bytecode"
    inside = paths.zip.is_relative_to(ROOT)
    print(f"{paths.zip.relative_to(ROOT) if inside else paths.zip} {state}")
    zipped, unzipped = mib("bytes", build.ZIPPED_LIMIT), mib("unzipped_bytes", build.UNZIPPED_LIMIT)
    print(f"  zipped {zipped}, unzipped {unzipped}, {by}")
    print(f"  sha256 {manifest['sha256']}")


def _tell(message: str) -> None:
    print(f"  {message}", file=sys.stderr, flush=True)


def _show_progress(done: int, total: int) -> None:
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r  compressing {100 * done // total:3d} %", end=end, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
