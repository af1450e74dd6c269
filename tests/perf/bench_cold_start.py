"""How long a function takes to its first answer: init and first call in AWS's own runtime client.

Each repeat is a fresh process in the local stage's sandbox; variants take turns, so a busy moment hits all.
Two variants call a model: a server in this process, which answers at once.
"""

import asyncio
import json
import os
import shutil
import tempfile
import zipfile
from pathlib import Path
from statistics import median
from time import perf_counter

from scripts.local_stage.environment import local_target
from scripts.local_stage.lambda_runtime.functions import FunctionVersion
from scripts.local_stage.lambda_runtime.interpreter import Interpreter, Interpreters
from scripts.local_stage.lambda_runtime.invocation_log import InvocationLog
from scripts.local_stage.lambda_runtime.runtime_api import Invocation
from scripts.local_stage.lambda_runtime.sandbox import Sandbox
from scripts.local_stage.lambda_runtime.sandbox_environment import Redirection
from scripts.local_stage.process_guard import ProcessGuard
from tests.loopback_model import LoopbackModel, one_score_a_row
from tests.perf.bench_handler import make_body, make_event
from tests.perf.commands import function_zip, make_artefacts
from tests.perf.result import CannotMeasureError, Numbers, Say

OURS = "ours"
_ANSWER = "\n\ndef handle(event, context):\n    return {}\n"
_CLIENT = """\
import boto3
import numpy
from botocore.config import Config

retries = {"mode": "standard", "total_max_attempts": 2}
client = boto3.client("sagemaker-runtime", config=Config(retries=retries))


def handle(event, context):
    body = client.invoke_endpoint(EndpointName="bench", Body=b"1,2,3", ContentType="text/csv")["Body"]
    return {"body": body.read().decode()}
"""
_SOURCES = {
    "trivial": _ANSWER.lstrip(),
    "numpy": f"import numpy{_ANSWER}",
    "numpy + boto3": _CLIENT,
}
_LIMIT_SECONDS = 30.0
_REPEATS = {True: 3, False: 9}
_EVENT = make_event(make_body(1))


class _NoLog:
    """What the functions print goes nowhere."""

    def write(self, group: str, stream: str, message: str, timestamp_ms: int) -> None:
        """Drop a line."""


def run(quick: bool, say: Say) -> Numbers:
    """Milliseconds by variant: `init_ms` and `first_ms`, all repeats in the order they were made."""
    make_artefacts()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, LoopbackModel() as model:
        model.always(one_score_a_row())
        directory = Path(scratch)
        tasks = _make_tasks(directory)
        times = asyncio.run(_measure(tasks, directory, model.url, _REPEATS[quick], say))
    return {
        "variants": times,
        "medians": {name: _medians(found) for name, found in times.items()},
        "targets": {},
    }


def _medians(found: dict[str, list[float]]) -> dict[str, float]:
    both = [init + first for init, first in zip(found["init_ms"], found["first_ms"], strict=True)]
    return {
        "init": median(found["init_ms"]),
        "first": median(found["first_ms"]),
        "both": median(both),
        "best": min(both),
    }


def _make_tasks(directory: Path) -> dict[str, Path]:
    """Variant → directory of its code; all have the zip's own numpy."""
    ours = directory / "ours"
    with zipfile.ZipFile(function_zip()) as archive:
        archive.extractall(ours)
    bare = directory / "ours-without-bytecode"
    shutil.copytree(ours, bare, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    tasks = {}
    for number, (name, source) in enumerate(_SOURCES.items()):
        task = tasks[name] = directory / f"variant-{number}"
        task.mkdir()
        (task / "bench_function.py").write_text(source)
        for package in ours.glob("numpy*"):
            (task / package.name).symlink_to(package)
    return {**tasks, OURS: ours, "ours, without bytecode": bare}


async def _measure(
    tasks: dict[str, Path], directory: Path, model_url: str, repeats: int, say: Say
) -> dict[str, dict[str, list[float]]]:
    runtime, _, architecture = local_target().partition("-")
    interpreter = Interpreters(directory / "runtime").find(runtime, architecture)
    times: dict[str, dict[str, list[float]]] = {name: {"init_ms": [], "first_ms": []} for name in tasks}
    guard = ProcessGuard()
    try:
        for repeat in range(1 + repeats):  # the first round warms the file system's cache and isn't counted
            for name, task in tasks.items():
                say(f"{name}, {repeat} of {repeats}")
                init_ms, first_ms = await _start(name, task, directory, interpreter, guard, model_url)
                if repeat:
                    times[name]["init_ms"].append(init_ms)
                    times[name]["first_ms"].append(first_ms)
    finally:
        guard.close()
    return times


async def _start(
    name: str, task: Path, directory: Path, interpreter: Interpreter, guard: ProcessGuard, model_url: str
) -> tuple[float, float]:
    """Milliseconds of init and of the first call."""
    function = _function("scoring.handler.handle" if name.startswith(OURS) else "bench_function.handle")
    sandbox = Sandbox(function, InvocationLog(function, _NoLog()), guard)
    scratch = directory / f"tmp-{os.urandom(4).hex()}"
    invocation = Invocation(
        "8f507cfc-xmpl-4697-b07a-ac58fc914c95",
        json.dumps(_EVENT).encode(),
        {
            "Lambda-Runtime-Aws-Request-Id": "8f507cfc-xmpl-4697-b07a-ac58fc914c95",
            "Lambda-Runtime-Deadline-Ms": "4102444800000",
            "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-west-1:123456789012:function:bench",
            "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000",
        },
    )
    try:
        redirection = Redirection("http://127.0.0.1:9", model_url)
        init_ms = await sandbox.start(interpreter, task, scratch, redirection, _LIMIT_SECONDS)
        began = perf_counter()
        answer = json.loads(await sandbox.invoke(invocation, _LIMIT_SECONDS))
        first_ms = 1000 * (perf_counter() - began)
    finally:
        await sandbox.kill()
    if answer.get("statusCode", 200) != 200:
        raise CannotMeasureError(f"cold start: {name} answered {answer}")
    return init_ms, first_ms


def _function(handler: str) -> FunctionVersion:
    runtime, _, architecture = local_target().partition("-")
    return FunctionVersion(
        name="bench",
        version="1",
        region="eu-west-1",
        account="123456789012",
        code_sha256="",
        handler=handler,
        runtime=runtime,
        architecture=architecture,
        memory_mb=1024,
        timeout_seconds=int(_LIMIT_SECONDS),
        environment=(("ENDPOINT_NAME", "bench"), ("OPENBLAS_NUM_THREADS", "1")),
        role="arn:aws:iam::123456789012:role/bench",
        tracing="PassThrough",
        log_group="/aws/lambda/bench",
        log_format="Text",
        application_log_level="",
        system_log_level="INFO",
    )
