"""What every probe needs: a place to register, clients, and calls that must be refused."""

import functools
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import ClientError

ACCOUNT, REGION = "123456789012", "eu-west-1"

PROBES: dict[str, Callable[[], None]] = {}


def probe(function: Callable[[], None]) -> Callable[[], None]:
    """Register the decorated function as the probe of the correction of its name."""
    PROBES[function.__name__] = function
    return function


@functools.cache
def client(service: str) -> Any:
    """A client of moto; made while moto is active."""
    return boto3.client(
        service, region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
    )


def refused(call: Callable[[], Any]) -> str:
    """The error's text; the call must be refused."""
    try:
        call()
    except ClientError as error:
        return str(error)
    raise AssertionError("the call was accepted")
