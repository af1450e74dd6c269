"""The skew check reads SageMaker's captures where SageMaker leaves them: objects in S3, by hour and host."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import numpy as np
import pytest
from moto import mock_aws

from scoring import Contract
from scripts import ROOT, skew
from scripts.skewing.sources import SkewError, read_lines

pytestmark = pytest.mark.functional

CONTRACT = Contract.load(ROOT / "models" / "bike-rental" / "contract.json")
PREFIX = "capture/bike-rental/AllTraffic/2026/11/22"


@pytest.fixture
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    with mock_aws():
        s3 = boto3.resource("s3")
        made = s3.create_bucket(
            Bucket="captured", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield made


def draw_rows(count: int, warmer: float) -> list[str]:
    """CSV rows of features with the training data's own quantiles, in which only `temp` may be moved."""
    draw = np.random.default_rng(3)
    columns = []
    for name, known in CONTRACT.statistics["features"].items():
        edges = np.array([known["minimum"], *known["edges"], known["maximum"]], np.float64)
        weights = np.array(known["counts"], np.float64)
        bins = draw.choice(len(weights), count, p=weights / weights.sum())
        columns.append(edges[bins] + (warmer if name == "temp" else 0.0))
    return [",".join(map(repr, row)) for row in np.column_stack(columns).tolist()]


def put_captures(bucket: Any, warmer: float = 0.0) -> None:
    """Twenty requests an hour of twenty rows each, as JSON lines."""
    rows = draw_rows(1200, warmer)
    for hour in range(3):
        lines = []
        for request in range(20):
            first = 400 * hour + 20 * request
            data = "\n".join(rows[first : first + 20])
            captured = {"observedContentType": "text/csv", "mode": "INPUT", "data": data, "encoding": "CSV"}
            event = {"eventId": f"{hour}-{request}", "inferenceTime": f"2026-11-22T0{hour}:00:00Z"}
            record = {"captureData": {"endpointInput": captured}, "eventMetadata": event, "eventVersion": "0"}
            lines.append(json.dumps(record))
        bucket.put_object(Key=f"{PREFIX}/0{hour}/00-00-{hour}.jsonl", Body="\n".join(lines).encode())


@pytest.mark.parametrize(("warmer", "code", "wrong"), [(0.0, 0, []), (8.0, 1, ["temp"])])
def test_captures_in_a_bucket(
    bucket: Any, capsys: pytest.CaptureFixture[str], warmer: float, code: int, wrong: list[str]
) -> None:
    """All objects under a prefix; eight degrees more are seen, and nothing else is."""
    put_captures(bucket, warmer)
    arguments = ["bike-rental", "--capture", f"s3://captured/{PREFIX}", "--json"]
    assert skew.main(arguments) == code
    columns = json.loads(capsys.readouterr().out)["columns"]
    assert {each["rows"] for each in columns} == {1200}
    assert [each["name"] for each in columns if each["verdict"] == "fail"] == wrong


def test_an_empty_prefix_is_said(bucket: Any) -> None:
    """A typing error must not look like a day without requests."""
    with pytest.raises(SkewError, match="nothing lies there"):
        list(read_lines([f"s3://{bucket.name}/elsewhere"]))


def test_a_bucket_that_is_not_there_is_named(bucket: Any) -> None:
    """By the address that was given, with AWS's own word for it."""
    with pytest.raises(SkewError, match=r"s3://no-such-bucket/x: .*NoSuchBucket"):
        list(read_lines(["s3://no-such-bucket/x"], bucket.meta.client))
