"""The planes of a stage and how they are wired. Imports moto: `server.py` sets moto's environment first."""

import asyncio
import os
import time

from aiohttp import web

from scripts.local_stage.control_plane import ControlPlane, create_state_bucket, moto_application
from scripts.local_stage.corrections import Seams, apply_corrections
from scripts.local_stage.front import Front, Reply, Request
from scripts.local_stage.lambda_runtime import invoke_api
from scripts.local_stage.lambda_runtime.code import find_code
from scripts.local_stage.lambda_runtime.invoke_api import InvokeApi
from scripts.local_stage.lambda_runtime.plane import LambdaPlane
from scripts.local_stage.lambda_runtime.sandbox_environment import Redirection
from scripts.local_stage.log_writer import LogWriter
from scripts.local_stage.process_guard import ProcessGuard
from scripts.local_stage.stage_record import ACCOUNT, StageDirectory


class Stage:
    """Everything that runs inside the server process."""

    def __init__(self, directory: StageDirectory, region: str, loop: asyncio.AbstractEventLoop) -> None:
        self._directory = directory
        self._region = region
        self._loop = loop
        self._began = time.monotonic()
        self._guard = ProcessGuard()
        self._front = Front(moto_application())
        self.control_plane = ControlPlane(self._front)
        self.gateway_url = ""
        self._runner: web.AppRunner | None = None
        self._log: LogWriter | None = None
        self._lambda: LambdaPlane | None = None
        apply_corrections(Seams(code_url=lambda digest: f"{self.control_plane.url}/_stage/code/{digest}"))

    async def start(self) -> None:
        """Listen on both ports."""
        create_state_bucket(self._region)
        self._front.route("GET", "/_stage/health", self._health)
        self._front.route("GET", "/_stage/code/([0-9a-f]{64})", self._code)
        self.gateway_url = await self._serve_data_plane()
        self._log = LogWriter(ACCOUNT, self._region)
        self._lambda = LambdaPlane(
            account=ACCOUNT,
            region=self._region,
            directory=self._directory.path,
            redirection=Redirection(self.control_plane.url, self.gateway_url),
            guard=self._guard,
            log=self._log,
        )
        self._front.route("POST", invoke_api.PATH, InvokeApi(self._lambda, self._loop).handle)
        self.control_plane.start()

    async def stop(self) -> None:
        """Stop listening, end every child process."""
        if self._runner is not None:
            self.control_plane.stop()
            await self._runner.cleanup()
        if self._lambda is not None:
            await self._lambda.close()
        if self._log is not None:
            self._log.close()
        self._guard.close()

    async def _serve_data_plane(self) -> str:
        application = web.Application()
        self._runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        _, port = self._runner.addresses[0][:2]
        return f"http://127.0.0.1:{port}"

    def _health(self, _: Request) -> Reply:
        return Reply.json(
            200,
            {
                "name": self._directory.name,
                "pid": os.getpid(),
                "control_plane": self.control_plane.url,
                "gateway": self.gateway_url,
                "region": self._region,
                "uptime_seconds": round(time.monotonic() - self._began, 1),
            },
        )

    def _code(self, request: Request) -> Reply:
        code = find_code(request.parameters[0])
        if code is None:
            return Reply.json(404, {"message": "no function has code of this digest"})
        return Reply(200, code, {"Content-Type": "application/zip"})
