"""The X-Ray trace header. Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html."""

import os
import re
import time

_ROOT = re.compile(r"Root=(1-[0-9a-f]{8}-[0-9a-f]{24})")


def trace_header(incoming: str | None, is_active: bool) -> str:
    """`Root=…;Parent=…;Sampled=0|1`; the caller's trace goes on when it has one."""
    match = _ROOT.search(incoming or "")
    root = match[1] if match else f"1-{int(time.time()):08x}-{os.urandom(12).hex()}"
    return f"Root={root};Parent={os.urandom(8).hex()};Sampled={int(is_active)}"
