"""See that the steps of this apply can ask AWS, and that the endpoint is at rest, before anything is changed.

Else a missing boto3 or credentials of another account would show only after the update, and SageMaker refuses
to update an endpoint that is being updated: by another apply, or by one that was interrupted.

Environment: ENDPOINT_NAME, READY_TIMEOUT_SECONDS.
"""

from __future__ import annotations

import os

from aws_api import Aws, AwsError, is_missing
from step import POLL_SECONDS, Clock, StepFailedError, run, say
from verify_endpoint import ON_THE_WAY


def check(aws: Aws, clock: Clock) -> None:
    """Wait until the endpoint, if there is one, has come to rest; raises StepFailedError if it doesn't."""
    name, timeout = os.environ["ENDPOINT_NAME"], float(os.environ["READY_TIMEOUT_SECONDS"])
    deadline = clock.now() + timeout
    status = _status(aws, name)
    if status in ON_THE_WAY:
        say(f"endpoint {name} is {status} already: waiting for that, up to {timeout:g} s")
    while status in ON_THE_WAY:
        if clock.now() >= deadline:
            raise StepFailedError(
                f"endpoint {name} has been {status} for {timeout:g} s, and SageMaker takes no other update "
                "meanwhile. Nothing was changed.\n"
                f"  repair    wait: aws sagemaker wait endpoint-in-service --endpoint-name {name}\n"
                "            then terraform apply again"
            )
        clock.sleep(POLL_SECONDS)
        status = _status(aws, name)
    say(f"endpoint {name} is ready for a new configuration: {status or 'not there yet'}")


def _status(aws: Aws, name: str) -> str | None:
    try:
        return str(aws.call("sagemaker", "describe_endpoint", EndpointName=name)["EndpointStatus"])
    except AwsError as error:
        if is_missing(error):
            return None
        raise


if __name__ == "__main__":
    run(check)
