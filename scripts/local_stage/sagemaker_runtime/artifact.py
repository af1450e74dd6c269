"""Unpacks a model.tar.gz where the container expects its model."""

from __future__ import annotations

import asyncio
import io
import tarfile
import zlib
from pathlib import Path

from scripts.local_stage.sagemaker_runtime.plans import DeploymentError


async def unpack_aside(archive: bytes, uri: str, folder: Path) -> None:
    """Unpack in a thread; raises as `unpack` does.

    Who is cancelled meanwhile waits for its end: it would write on where the caller removes what it wrote.
    """
    work = asyncio.create_task(asyncio.to_thread(unpack, archive, uri, folder))
    try:
        await asyncio.shield(work)
    finally:
        await asyncio.wait([work])


def unpack(archive: bytes, uri: str, folder: Path) -> None:
    """Unpack into `folder`; raises DeploymentError if it is no gzipped tar, or would write elsewhere.

    What was written until then stays: the folder is the caller's.
    """
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with tarfile.open(fileobj=io.BytesIO(archive), mode="r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, zlib.error, EOFError, OSError) as error:
        raise DeploymentError(f'Failed to extract model data from URL "{uri}": {error}') from None
