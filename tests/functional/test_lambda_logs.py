"""What functions log, as text and as JSON."""

import json
import re
from typing import Any

import pytest
from moto.awslambda.models import lambda_backends

from tests.functional.lambda_stage import (
    ACCOUNT,
    REGION,
    RUNTIME,
    LambdaStage,
)

pytestmark = pytest.mark.functional


def test_the_log_reads_like_lambdas(play: Any) -> None:
    """Lines, group, stream and tail in AWS's format; what the function prints stands between."""

    async def scenario(stage: LambdaStage) -> None:
        stage.create('print("cold")\ndef handler(event, context): print("a\\nb"); return 1')
        result = await stage.plane.invoke("f", b"{}")
        patterns = [
            rf"INIT_START Runtime Version: python:{RUNTIME[6:]}\.local",
            "cold",
            r"START RequestId: [0-9a-f-]{36} Version: \$LATEST",
            "a",
            "b",
            r"END RequestId: [0-9a-f-]{36}",
            r"REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled Duration: \d+ ms\t"
            r"Memory Size: 128 MB\tMax Memory Used: [1-9]\d* MB\tInit Duration: [\d.]+ ms\t",
        ]
        assert len(stage.log.lines) == len(patterns)
        for line, pattern in zip(stage.log.lines, patterns, strict=True):
            assert re.fullmatch(pattern, line), line
        assert result.log_tail == "\n".join(stage.log.lines) + "\n"
        (group, stream) = {(group, stream) for group, stream, _ in stage.log.events}.pop()
        assert group == "/aws/lambda/f"
        assert re.fullmatch(r"\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}", stream)

    play(scenario)


def test_json_logs_wrap_loggers_and_lambdas_own_lines_but_no_printed_line(play: Any) -> None:
    """So a printed line in the embedded metric format keeps its metrics at the root."""
    line = '{"_aws":{"CloudWatchMetrics":[]},"level":"INFO","message":"request"}'
    source = f"""
import logging
def handler(event, context):
    print('{line}', flush=True)
    logging.getLogger().info("from a logger")
"""

    async def scenario(stage: LambdaStage) -> None:
        stage.create(source)
        latest = lambda_backends[ACCOUNT][REGION]._lambdas._functions["f"]["latest"]
        latest.kept_fields = {"LoggingConfig": {"LogFormat": "JSON", "LogGroup": "g"}}
        await stage.call()
        assert line in stage.log.lines
        documents = [json.loads(found) for found in stage.log.lines if found != line]
        assert [d["message"] for d in documents if "message" in d] == ["from a logger"]
        assert {d["type"] for d in documents if "type" in d} == {
            "platform.initStart",
            "platform.start",
            "platform.report",
        }

    play(scenario)
