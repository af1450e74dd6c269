"""Where captured requests lie: files, and objects in S3 → lines with the place they stand at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError


class SkewError(Exception):
    """Something that can't be read or compared; the text says where, what, and what to do."""


class Line(NamedTuple):
    """One line that isn't empty."""

    place: str
    """File or object, and line: `capture/x.jsonl:3`."""
    text: str


def read_lines(sources: Iterable[str], s3: Any = None) -> Iterator[Line]:
    """Lines of files, and of the objects under s3://bucket/prefix in the order of their keys (of time).

    `s3` is a boto3 client, made when first needed. Raises SkewError.
    """
    for source in sources:
        if source.startswith("s3://"):
            if s3 is None:
                import boto3  # noqa: PLC0415 - files need none

                s3 = boto3.client("s3")
            documents = _objects(source, s3)
        else:
            documents = iter([(source, read_text(Path(source)))])
        for name, text in documents:
            for number, line in enumerate(text.splitlines(), 1):
                if line.strip():
                    yield Line(f"{name}:{number}", line)


def read_text(path: Path) -> str:
    """The text of a file; raises SkewError."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise SkewError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise SkewError(f"{path} is no UTF-8 text: {error}") from None


def _objects(uri: str, s3: Any) -> Iterator[tuple[str, str]]:
    bucket, _, prefix = uri.removeprefix("s3://").partition("/")
    found = 0
    try:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        for page in pages:
            for each in page.get("Contents", []):
                if not each["Key"].endswith("/") and each["Size"]:
                    found += 1
                    body = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
                    yield f"s3://{bucket}/{each['Key']}", body.decode("utf-8")
    except (ClientError, BotoCoreError) as error:
        raise SkewError(f"{uri}: {error}") from None
    except UnicodeDecodeError as error:
        raise SkewError(f"{uri} holds an object that is no UTF-8 text: {error}") from None
    if not found:
        raise SkewError(f"{uri}: nothing lies there\n  repair: aws s3 ls --recursive s3://{bucket}/")
