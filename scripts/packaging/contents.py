"""Which files go into the zip: what importing numpy needs, our sources, the contract."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath

Files = dict[str, bytes]
"""Name in the zip (relative to /var/task) → bytes."""

UNUSED_NUMPY = re.compile(
    r"""^numpy/(?:
        (?:.*/)?(?:tests|testing|_pyinstaller)/       # test suites and their tools
      | (?:doc|distutils|f2py|fft|ma|polynomial|random|typing|ctypeslib)/   # imported lazily, if at all
      | _core/include/ | _core/lib/ | lib/pkgconfig/  # for compiling against numpy
      | _core/_simd\. | _core/_[a-z_]+_tests\.        # extension modules of its tests
      | conftest\.py | matlib\.py
    )""",
    re.VERBOSE,
)
UNUSED_SUFFIXES = (".pyi", ".pxd", ".h", ".a", ".pc", ".ini", ".cmake", ".typed", ".pyc")
KEPT_METADATA = re.compile(r"\.dist-info/(?:METADATA|(?:licenses/.*)?LICENSE.*)$")


def wheel_files(wheel: Path) -> Files:
    """Read what a function needs of a wheel, without installing it."""
    with zipfile.ZipFile(wheel) as archive:
        return {
            info.filename: archive.read(info)
            for info in archive.infolist()
            if not info.is_dir() and _is_needed(info.filename)
        }


def _is_needed(name: str) -> bool:
    if ".dist-info/" in name:
        return KEPT_METADATA.search(name) is not None
    return not (name.endswith(UNUSED_SUFFIXES) or ".data/" in name or UNUSED_NUMPY.match(name))


def source_files(folder: Path) -> Files:
    """Read our own Python packages below `folder` (lambda/)."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*.py"))
        if "__pycache__" not in path.parts
    }


def is_executable(name: str) -> bool:
    """Tell whether a file of the zip is a shared library, which Lambda's loader maps as executable."""
    return ".so" in PurePosixPath(name).suffixes
