"""Writes model.tar.gz as SageMaker unpacks it into /opt/ml/model, the same bytes on every machine."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import deflate

LEVEL = 9


def write_artifact(path: Path, files: Mapping[str, bytes]) -> int:
    """Write a gzipped tar without anything of this machine in it; returns its size in bytes.

    Terraform uploads the artifact under its content's hash, so that the same model is the same object.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(files[name]), 0o644
            tar.addfile(member, io.BytesIO(files[name]))
    packed = bytes(deflate.gzip_compress(buffer.getvalue(), LEVEL))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed)
    return len(packed)
