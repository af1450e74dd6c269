"""Unpacks a model.tar.gz where the container expects its model."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

from scripts.local_stage.sagemaker_runtime.plans import DeploymentError


def unpack(archive: bytes, uri: str, folder: Path) -> None:
    """Unpack into `folder`; raises DeploymentError if it is no gzipped tar, or would write elsewhere."""
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DeploymentError(f'Failed to extract model data from URL "{uri}": {error}') from None
