"""The code of functions: from moto's store to a directory that a sandbox runs in."""

import io
import os
import shutil
import stat
import zipfile
from pathlib import Path

from moto.awslambda.models import lambda_backends


def find_code(sha256: str) -> bytes | None:
    """The zip with this SHA-256 (hex) of any function's any version; None when there is none."""
    for regions in list(lambda_backends.values()):
        for backend in list(regions.values()):
            for function in list(backend._lambdas._functions.values()):
                for version in (function["latest"], *function["versions"]):
                    if version is not None and getattr(version, "code_digest", None) == sha256:
                        code: bytes = version.code_bytes
                        return code
    return None


def unpack(code: bytes, sha256: str, sandboxes: Path) -> Path:
    """Directory with the files of the zip, unpacked once per content; permissions as in the zip.

    Raises zipfile.BadZipFile when `code` is no zip.
    """
    directory = sandboxes / sha256
    if directory.exists():
        return directory
    draft = sandboxes / f"{sha256}.{os.getpid()}.draft"
    shutil.rmtree(draft, ignore_errors=True)
    with zipfile.ZipFile(io.BytesIO(code)) as archive:
        archive.extractall(draft)
        for entry in archive.infolist():
            mode = stat.S_IMODE(entry.external_attr >> 16)
            if mode and not entry.is_dir():
                (draft / entry.filename).chmod(mode)
    draft.replace(directory)
    return directory
