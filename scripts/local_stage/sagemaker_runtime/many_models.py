"""The models of a multi-model container: found under the prefix, loaded when first asked for.

Container contract: POST /models loads, POST /models/{name}/invoke invokes.
Source: https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import shutil
from collections.abc import Callable
from pathlib import Path

import aiohttp

from scripts.local_stage.sagemaker_runtime import artifact
from scripts.local_stage.sagemaker_runtime.container import Container


class LoadError(Exception):
    """The container refused a model: its status and what it said."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class ManyModels:
    """What one multi-model container has loaded. Nothing is unloaded: a local stage has few models."""

    def __init__(
        self,
        read_object: Callable[[str], bytes],
        session: aiohttp.ClientSession,
        container: Container,
        prefix: str,
    ) -> None:
        """`prefix` is the S3 URI that a Target-Model is put behind."""
        self._read_object = read_object
        self._session = session
        self._container = container
        self._prefix = prefix
        self._loaded: dict[str, asyncio.Task[None]] = {}

    async def path_of(self, target: str) -> str:
        """Load the model unless it is, and return the path that invokes it.

        Raises DeploymentError if there is no such object or it can't be unpacked, LoadError if the container
        refuses it, aiohttp.ClientError if it doesn't answer; the next request tries again.
        """
        name = hashlib.sha256(target.encode()).hexdigest()[:32]
        load = self._loaded.get(name)
        if load is None or (load.done() and (load.cancelled() or load.exception() is not None)):
            load = self._loaded[name] = asyncio.create_task(self._load(name, target))
        await asyncio.shield(load)
        return f"/models/{name}/invoke"

    async def _load(self, name: str, target: str) -> None:
        uri = self._prefix.rstrip("/") + "/" + target.lstrip("/")
        folder = self._container.folder / "models" / name
        archive = self._read_object(uri)
        with contextlib.ExitStack() as undo:
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
            await artifact.unpack_aside(archive, uri, folder / "model")
            await self._tell_container(name, folder / "model")
            undo.pop_all()

    async def _tell_container(self, name: str, folder: Path) -> None:
        asked = {"model_name": name, "url": str(folder)}
        async with self._session.post(f"{self._container.url}/models", json=asked) as reply:
            if reply.status not in (200, 409):  # 409: is loaded
                raise LoadError(reply.status, (await reply.read()).decode(errors="replace"))
