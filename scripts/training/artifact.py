"""Writes model.tar.gz as SageMaker unpacks it into /opt/ml/model, the same bytes on every machine.

Beside it, model.json says what it was trained on; Terraform compares that with what it is to deploy.
"""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

import deflate

from scripts.whole_file import write_whole

LEVEL = 9


def write_artifact(path: Path, files: Mapping[str, bytes], contract: Path | None = None) -> int:
    """Write a gzipped tar without anything of this machine in it; returns its size in bytes.

    Terraform uploads the artifact under its content's hash, so that the same model is the same object.
    With the contract that the model was trained by, NAME.json is written beside NAME.tar.gz: its `features`
    and the artifact's `sha256`. A plan fails when contract's features or artifact are others by then.
    """
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name in sorted(files):
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(files[name]), 0o644
            tar.addfile(member, io.BytesIO(files[name]))
    packed = bytes(deflate.gzip_compress(buffer.getvalue(), LEVEL))
    write_whole(path, packed)
    if contract is not None:
        trained = {
            "sha256": hashlib.sha256(packed).hexdigest(),
            "features": json.loads(contract.read_bytes()).get("features"),
        }
        write_whole(manifest_of(path), json.dumps(trained, indent=1) + "\n")
    return len(packed)


def manifest_of(path: Path) -> Path:
    """Where the manifest of an artifact lies."""
    return path.with_name(path.name.removesuffix(".tar.gz") + ".json")
