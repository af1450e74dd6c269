"""Fail unless the endpoint is InService on the configuration that this apply made.

SageMaker rolls a failed deployment back and is InService again, on the old configuration; the provider
takes that for success (hashicorp/terraform-provider-aws #46663, #48997). This step does not, so that
Terraform keeps the old configuration and its model, which serve.

Environment: ENDPOINT_NAME, CONFIGURATION_NAME, VERIFY_TIMEOUT_SECONDS.
"""

from __future__ import annotations

import os
from typing import Any

from aws_api import Aws
from step import POLL_SECONDS, Clock, StepFailedError, run, say

ON_THE_WAY = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})


def verify(aws: Aws, clock: Clock) -> None:
    """Wait until the endpoint has come to rest; raises StepFailedError unless it is where it should be."""
    name, wanted = os.environ["ENDPOINT_NAME"], os.environ["CONFIGURATION_NAME"]
    timeout = float(os.environ.get("VERIFY_TIMEOUT_SECONDS", "900"))
    deadline = clock.now() + timeout
    while True:
        endpoint = aws.call("sagemaker", "describe_endpoint", EndpointName=name)
        if endpoint["EndpointStatus"] not in ON_THE_WAY:
            break
        if clock.now() >= deadline:
            raise StepFailedError(_explain(endpoint, wanted, f"still not at rest after {timeout:g} s"))
        clock.sleep(POLL_SECONDS)
    if endpoint["EndpointStatus"] != "InService":
        raise StepFailedError(_explain(endpoint, wanted, "not in service"))
    if endpoint["EndpointConfigName"] != wanted:
        raise StepFailedError(
            _explain(endpoint, wanted, "rolled back: it still serves its earlier configuration")
        )
    say(f"endpoint {name} is InService on {wanted}")


def _explain(endpoint: dict[str, Any], wanted: str, what: str) -> str:
    alarms = endpoint.get("LastDeploymentConfig", {}).get("AutoRollbackConfiguration", {}).get("Alarms", [])
    lines = [
        f"endpoint {endpoint['EndpointName']} is {what}.",
        f"  status    {endpoint['EndpointStatus']}",
        f"  runs      {endpoint.get('EndpointConfigName', 'none')}",
        f"  wanted    {wanted}",
        f"  reason    {endpoint.get('FailureReason') or 'SageMaker gives none'}",
    ]
    if alarms:
        lines.append(f"  alarms    {', '.join(sorted(alarm['AlarmName'] for alarm in alarms))}")
    lines += [
        f"  logs      /aws/sagemaker/Endpoints/{endpoint['EndpointName']}",
        "  repair    mend the cause or go back to the earlier artifact, then terraform apply again.",
        "            Nothing was deleted: the earlier configuration and its model are kept.",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    run(verify)
