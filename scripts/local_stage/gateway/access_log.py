"""The stage's access log: one line a request, in the stage's format, to its CloudWatch log group."""

import hashlib
from functools import lru_cache
from typing import Protocol

from scripts.local_stage.gateway.context_values import compile_substitution
from scripts.local_stage.gateway.exchange import Exchange


class WriteLog(Protocol):
    """`LogWriter`."""

    def write(self, group: str, stream: str, message: str, timestamp_ms: int) -> None:
        """Queue one log event."""


def write_access_log(log: WriteLog, exchange: Exchange) -> None:
    """Write the line, if the stage has an access log."""
    stage = exchange.stage
    if not stage.access_log_group or not stage.access_log_format:
        return
    is_json = stage.access_log_format.lstrip().startswith("{")
    line = compile_substitution(stage.access_log_format, missing="-", escape=is_json)(exchange)
    log.write(
        stage.access_log_group, _stream_name(stage.api_id, stage.name), line, round(exchange.ended * 1000)
    )


@lru_cache(maxsize=64)
def _stream_name(api_id: str, stage_name: str) -> str:
    """32 hexadecimal digits as on AWS; the same ones for the same stage."""
    return hashlib.md5(f"{api_id}/{stage_name}".encode(), usedforsecurity=False).hexdigest()
