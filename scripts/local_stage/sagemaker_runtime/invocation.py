"""One call of an endpoint, from the request's headers to what the variant's containers answered."""

from __future__ import annotations

import asyncio
import io
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp

from scripts.local_stage.sagemaker_runtime import replies
from scripts.local_stage.sagemaker_runtime.container import Container
from scripts.local_stage.sagemaker_runtime.fleet import Variant
from scripts.local_stage.sagemaker_runtime.many_models import LoadError
from scripts.local_stage.sagemaker_runtime.plans import DeploymentError
from scripts.local_stage.sagemaker_runtime.replies import HttpReply

CUSTOM_ATTRIBUTES = "X-Amzn-SageMaker-Custom-Attributes"
TARGET_MODEL = "X-Amzn-SageMaker-Target-Model"
TARGET_CONTAINER = "X-Amzn-SageMaker-Target-Container-Hostname"
FORWARDED = ("Content-Type", "Accept", CUSTOM_ATTRIBUTES, "X-Amzn-SageMaker-Inference-Id")
"""SageMaker strips every other header of the request (API_runtime_InvokeEndpoint)."""
UNTOUCHED = ("User-Agent", "Accept-Encoding", "Accept", "Content-Type")

WRITTEN_AT_ONCE = 1024**2
"""Larger bodies are written in pieces, other calls in between."""


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call and the variant that is to answer it."""

    endpoint: str
    region: str
    account: str
    variant: Variant
    body: bytes
    headers: Mapping[str, str]
    timeout: aiohttp.ClientTimeout
    """Of one container's answer."""


async def call_containers(session: aiohttp.ClientSession, call: Invocation) -> HttpReply:
    """Send the body through the variant's containers, one's answer to the next; translate failures."""
    way = await find_way(call)
    if isinstance(way, HttpReply):
        return way
    headers = {name: value for name in FORWARDED if (value := call.headers.get(name)) is not None}
    body = call.body
    for container, path in way:
        try:
            status, answered, body = await _post(session, container.url + path, body, headers, call.timeout)
        except TimeoutError:
            return _model_error(call, 0, replies.TIMED_OUT)
        except aiohttp.ClientError:
            return await _explain_broken(call, container)
        if status >= 400:
            return _model_error(call, status, body.decode(errors="replace"))
        headers = {**headers, "Content-Type": answered.get("Content-Type", "application/octet-stream")}
    return HttpReply(200, _reply_headers(call, answered), body)


Way = list[tuple[Container, str]]
"""The containers that a call goes through, and the path at each."""


async def find_way(call: Invocation) -> Way | HttpReply:
    """Find the call's way by the headers that choose a model or a container."""
    plan, target = call.variant.plan, call.headers.get(TARGET_MODEL)
    hostname = call.headers.get(TARGET_CONTAINER)
    if (target is None) != (call.variant.many_models is None):
        return replies.target_model_wrong(call.endpoint, target)
    if target is not None:
        return await _find_model(call, target)
    named = zip(plan.containers, call.variant.containers, strict=True)
    way = [(container, "/invocations") for known, container in named if hostname in (None, known.hostname)]
    if (hostname is None) == plan.direct or not way:
        return replies.target_container_wrong(call.endpoint, hostname)
    return way


async def _find_model(call: Invocation, target: str) -> Way | HttpReply:
    assert call.variant.many_models is not None
    container = call.variant.containers[0]
    try:
        return [(container, await call.variant.many_models.path_of(target))]
    except DeploymentError as error:
        return replies.refuse(400, "ValidationError", str(error))
    except LoadError as error:
        return _model_error(call, error.status, str(error))
    except aiohttp.ClientError:
        return await _explain_broken(call, container)


async def _post(
    session: aiohttp.ClientSession,
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    timeout: aiohttp.ClientTimeout,
) -> tuple[int, Mapping[str, str], bytes]:
    data = io.BytesIO(body) if len(body) > WRITTEN_AT_ONCE else body
    async with session.post(
        url, data=data, headers=headers, timeout=timeout, skip_auto_headers=UNTOUCHED, allow_redirects=False
    ) as reply:
        return reply.status, reply.headers, await reply.read()


async def _explain_broken(call: Invocation, container: Container) -> HttpReply:
    await asyncio.sleep(0)
    ended = "" if container.exit_code is None else f" and exited with code {container.exit_code}"
    return _model_error(call, 0, f"The container broke the connection before it answered{ended}.")


def _model_error(call: Invocation, status: int, message: str) -> HttpReply:
    return replies.model_error(call.endpoint, call.region, call.account, status, message)


def _reply_headers(call: Invocation, answered: Mapping[str, str]) -> dict[str, str]:
    headers = {
        "Content-Type": answered.get("Content-Type", "application/octet-stream"),
        "x-Amzn-Invoked-Production-Variant": call.variant.plan.name,
        "x-amzn-RequestId": str(uuid.uuid4()),
    }
    if CUSTOM_ATTRIBUTES in answered:
        headers[CUSTOM_ATTRIBUTES] = answered[CUSTOM_ATTRIBUTES]
    return headers
