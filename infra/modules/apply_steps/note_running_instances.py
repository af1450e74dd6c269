"""Note how many instances of a variant run, so that the next configuration starts with as many.

UpdateEndpoint starts the new fleet with the configuration's count, whatever autoscaling has made of the old
one (hashicorp/terraform-provider-aws #48990). The count is left in a parameter of Systems Manager, which
Terraform reads after this step. A configuration starts with one instance at least, also of an asynchronous
endpoint that has none just now.

Environment: ENDPOINT_NAME, VARIANT_NAME, PARAMETER_NAME, MINIMUM, MAXIMUM (the widest bounds, schedules
included: at noon more may run than the night's maximum).
"""

from __future__ import annotations

import os

from aws_api import Aws, AwsError, is_missing
from step import Clock, run, say


def note(aws: Aws, _: Clock) -> None:
    """Write the variant's count within the bounds; leave the parameter alone when nothing runs."""
    endpoint, variant = os.environ["ENDPOINT_NAME"], os.environ["VARIANT_NAME"]
    running = running_instances(aws, endpoint, variant)
    if running is None:
        say(f"variant {variant} of endpoint {endpoint} does not run yet: it starts with its initial count")
        return
    count = max(1, int(os.environ["MINIMUM"]), min(int(os.environ["MAXIMUM"]), running))
    aws.call("ssm", "put_parameter", Name=os.environ["PARAMETER_NAME"], Value=str(count), Overwrite=True)
    say(
        f"variant {variant} of endpoint {endpoint} runs on {running}: "
        f"the next configuration starts with {count}"
    )


def running_instances(aws: Aws, endpoint: str, variant: str) -> int | None:
    """Return the number of instances that the variant is to have now; None if there is no such variant."""
    try:
        described = aws.call("sagemaker", "describe_endpoint", EndpointName=endpoint)
    except AwsError as error:
        if is_missing(error):
            return None
        raise
    for running in described.get("ProductionVariants", []):
        if running["VariantName"] == variant:
            count = running.get("DesiredInstanceCount", running.get("CurrentInstanceCount"))
            return None if count is None else int(count)
    return None


if __name__ == "__main__":
    run(note)
