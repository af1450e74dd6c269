"""The server process of a stage: puts the planes together, serves until it is told to stop.

Terraform, boto3 ──► Front ──► moto (threads)          control plane, one port
                       │
                       └─► LambdaPlane, SageMakerPlane (asyncio loop of the main thread)
                                 ▲
clients ──► Gateway ─────────────┘                     data plane, another port
"""

import asyncio
import gc
import logging
import os
import signal
import sys
import time

from scripts.local_stage.options import Options
from scripts.local_stage.stage_record import ACCOUNT, StageDirectory, StageRecord

_MOTO_SETTINGS = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_ACM_VALIDATION_WAIT": "1",
}

_COLLECT_RARELY = (20_000, 20, 100)
"""moto's objects are many and stay: each look through all of them stopped the stage for up to 0.4 s."""


def serve(directory: StageDirectory, options: Options) -> int:
    """Serve in this process until SIGINT or SIGTERM; the exit code."""
    if directory.acquire() is None:  # held until this process is gone: `down` waits for that
        print(f"stage {directory.name} runs already (pid {directory.server_pid()})", file=sys.stderr)
        return 1
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    directory.clean()
    os.environ.update(_MOTO_SETTINGS)
    gc.set_threshold(*_COLLECT_RARELY)
    try:
        asyncio.run(_serve(directory, options))
    finally:
        directory.record.unlink(missing_ok=True)
    return 0


async def _serve(directory: StageDirectory, options: Options) -> None:
    # moto reads its settings when it is imported
    from scripts.local_stage.stage import Stage  # noqa: PLC0415

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, stop.set)
    stage = Stage(directory, options)
    try:
        await stage.start()
        directory.write(
            StageRecord(
                name=directory.name,
                pid=os.getpid(),
                control_plane=stage.control_plane_url,
                gateway=stage.gateway_url,
                region=options.region,
                account=ACCOUNT,
                started=time.time(),
            )
        )
        await stop.wait()
    finally:
        await stage.stop()
