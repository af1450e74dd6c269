"""Applies an injected fault to one call of an endpoint; what each kind does stands in faults.KINDS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from scripts.local_stage.faults import Fault
from scripts.local_stage.sagemaker_runtime import replies
from scripts.local_stage.sagemaker_runtime.replies import HttpReply

REFUSALS: dict[str, Callable[[], HttpReply]] = {
    "throttled": replies.throttled,
    "not_ready": replies.model_not_ready,
    "internal": replies.internal_failure,
    "unavailable": replies.service_unavailable,
    "dependency": replies.dependency_failure,
}


async def inject(
    fault: Fault, invoke: Callable[[], Awaitable[HttpReply]], endpoint: str, region: str, account: str
) -> HttpReply:
    """Answer as the fault says; `invoke` is the undisturbed call."""
    if fault.kind in REFUSALS:
        return REFUSALS[fault.kind]()
    if fault.kind == "missing":
        return replies.endpoint_not_found(endpoint, account)
    if fault.kind == "model_error":
        return replies.model_error(endpoint, region, account, fault.status, fault.message)
    if fault.kind == "slow":
        await asyncio.sleep(fault.seconds)
        return await invoke()
    return _spoil(fault, await invoke())


def _spoil(fault: Fault, reply: HttpReply) -> HttpReply:
    if fault.kind == "reset":
        return replace(reply, broken_at=-1)
    if fault.kind == "truncated":
        return replace(reply, broken_at=len(reply.body) // 2)
    if fault.kind == "malformed":
        return replace(reply, body=fault.message.encode())
    return replace(reply, body=_drop_last_row(reply.body))


def _drop_last_row(body: bytes) -> bytes:
    """Drop the last line, or the last value of a single line."""
    text = body.rstrip(b"\n")
    separator = b"\n" if b"\n" in text else b","
    kept, found, _ = text.rpartition(separator)
    return kept + (b"\n" if found and body.endswith(b"\n") else b"")
