"""The planes of a stage and how they are wired. Imports moto: `server.py` sets moto's environment first."""

import asyncio
import os
import socket
import time

from aiohttp import web
from moto.apigateway.models import apigateway_backends

from scripts.local_stage.control_plane import ControlPlane, create_state_bucket, moto_application
from scripts.local_stage.corrections import Seams, apply_corrections
from scripts.local_stage.endpoint_access import EndpointAccess
from scripts.local_stage.faults import Faults
from scripts.local_stage.front import Front, signed
from scripts.local_stage.gateway.live_stage import MotoStages
from scripts.local_stage.gateway.moto_identities import MotoIdentities
from scripts.local_stage.gateway.server import Gateway
from scripts.local_stage.lambda_runtime import invoke_api
from scripts.local_stage.lambda_runtime.plane import LambdaPlane
from scripts.local_stage.lambda_runtime.sandbox_environment import Redirection
from scripts.local_stage.log_writer import LogWriter
from scripts.local_stage.options import Options
from scripts.local_stage.process_guard import ProcessGuard
from scripts.local_stage.repeats import RepeatedCalls
from scripts.local_stage.sagemaker_runtime import SageMakerPlane
from scripts.local_stage.sagemaker_runtime.control_plane import MotoControlPlane
from scripts.local_stage.sagemaker_runtime.routes import ROUTE as INVOKE_ENDPOINT
from scripts.local_stage.sagemaker_runtime.routes import invocation_handler
from scripts.local_stage.service_metrics import ServiceMetrics
from scripts.local_stage.stage_api import ASYNC_PATH, add_stage_api, endpoint_route, refuse_async_invocation
from scripts.local_stage.stage_record import ACCOUNT, StageDirectory


class Stage:
    """Everything that runs inside the server process; made and used in its asyncio loop."""

    def __init__(self, directory: StageDirectory, options: Options) -> None:
        self._directory = directory
        self._options = options
        self._loop = asyncio.get_running_loop()
        self._began = time.monotonic()
        self._faults = Faults()
        self._guard = ProcessGuard()
        self._front = Front(RepeatedCalls(moto_application()))
        self._control_plane = ControlPlane(self._front)
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=1024)
        self.control_plane_url = self._control_plane.url
        self.gateway_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._log = LogWriter(ACCOUNT, options.region)
        self._metrics = ServiceMetrics(self._log.record)
        self._access = EndpointAccess(MotoIdentities(ACCOUNT), ACCOUNT)
        self._sagemaker = SageMakerPlane(
            MotoControlPlane(ACCOUNT),
            options.images,
            directory.path / "endpoints",
            self._faults,
            self._log,
            self._guard,
            metrics=self._metrics,
        )
        self._lambda = LambdaPlane(
            account=ACCOUNT,
            region=options.region,
            directory=directory.path,
            redirection=Redirection(self.control_plane_url, self.gateway_url),
            guard=self._guard,
            log=self._log,
            sandbox_limit=options.sandboxes,
            metrics=self._metrics,
        )
        self._runner = web.AppRunner(
            self._data_plane(), access_log=None, shutdown_timeout=1.0, auto_decompress=False
        )

    async def start(self) -> None:
        """Listen on both ports; when that fails, `stop` ends what there is."""
        await self._sagemaker.start()
        apply_corrections(
            Seams(
                endpoint_changed=self._sagemaker.endpoint_changed,
                capacities_changed=self._sagemaker.capacities_changed,
                code_url=lambda digest: f"{self.control_plane_url}/_stage/code/{digest}",
            )
        )
        create_state_bucket(self._options.region)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()
        add_stage_api(self._front, self._faults, self._health)
        invoke_function = invoke_api.InvokeApi(self._lambda, self._loop).handle
        invoke_path, invoke_endpoint = endpoint_route(self._sagemaker, self._loop, self._access.judge)
        self._front.route("POST", invoke_api.PATH, signed(invoke_function))
        self._front.route("POST", invoke_path, signed(invoke_endpoint))
        self._front.route("POST", ASYNC_PATH, signed(refuse_async_invocation))
        self._control_plane.start()

    async def stop(self) -> None:
        """Stop listening, end every child process."""
        await asyncio.to_thread(self._control_plane.stop)
        await self._runner.cleanup()
        self._socket.close()
        await self._lambda.close()
        await self._sagemaker.close()
        await asyncio.to_thread(self._log.close)
        await asyncio.to_thread(self._guard.close)

    def _data_plane(self) -> web.Application:
        stages = MotoStages(apigateway_backends[ACCOUNT][self._options.region])
        gateway = Gateway(
            stages, MotoIdentities(ACCOUNT), self._lambda.invoke, self._log, measure=self._metrics.request
        )
        application = web.Application()
        application.router.add_post(INVOKE_ENDPOINT, invocation_handler(self._sagemaker, self._access.judge))
        application.router.add_route("*", "/{path:.*}", gateway.handle)
        return application

    def _health(self) -> dict[str, object]:
        return {
            "name": self._directory.name,
            "pid": os.getpid(),
            "control_plane": self.control_plane_url,
            "gateway": self.gateway_url,
            "region": self._options.region,
            "uptime_seconds": round(time.monotonic() - self._began, 1),
            "sandboxes": self._lambda.sandboxes,
        }
