"""Fail unless the endpoint is InService on the configuration that this apply made.

SageMaker rolls a failed deployment back and is InService again, on the old configuration; the provider
takes that for success (hashicorp/terraform-provider-aws #46663, #48997). This step does not, so that
Terraform keeps the old configuration and its model, which serve.

Environment: ENDPOINT_NAME, CONFIGURATION_NAME, VERIFY_TIMEOUT_SECONDS.
"""

from __future__ import annotations

import os
from typing import Any

from aws_api import Aws, AwsError, is_missing
from step import POLL_SECONDS, Clock, StepFailedError, run, say

ON_THE_WAY = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack"})
KEPT = "            Nothing was deleted: the earlier configuration and its model are kept."
MEND = [
    "  repair    mend the cause or go back to the earlier artifact, then terraform apply again.",
    KEPT,
]
WAIT = [
    "  repair    wait: aws sagemaker wait endpoint-in-service --endpoint-name {name}",
    "            then terraform apply again: it looks again. Before, SageMaker refuses every other update.",
    KEPT,
]
REPLACE = [
    "  repair    read the logs and mend the cause. SageMaker lets nobody update an endpoint in this state:",
    "            terraform apply -replace='ADDRESS' deletes it and makes it anew. Until then nothing serves.",
    "            ADDRESS: terraform state list | grep aws_sagemaker_endpoint.this",
]


def verify(aws: Aws, clock: Clock) -> None:
    """Wait until the endpoint has come to rest; raises StepFailedError unless it is where it should be."""
    name, wanted = os.environ["ENDPOINT_NAME"], os.environ["CONFIGURATION_NAME"]
    timeout = float(os.environ.get("VERIFY_TIMEOUT_SECONDS", "900"))
    deadline = clock.now() + timeout
    while True:
        endpoint = _describe(aws, name)
        if endpoint["EndpointStatus"] not in ON_THE_WAY:
            break
        if clock.now() >= deadline:
            raise StepFailedError(_explain(endpoint, wanted, f"still not at rest after {timeout:g} s", WAIT))
        clock.sleep(POLL_SECONDS)
    if endpoint["EndpointStatus"] == "Failed":
        raise StepFailedError(_explain(endpoint, wanted, "not in service", REPLACE))
    if endpoint["EndpointStatus"] != "InService":
        raise StepFailedError(_explain(endpoint, wanted, "not in service", MEND))
    if endpoint["EndpointConfigName"] != wanted:
        what = "rolled back: it still serves its earlier configuration"
        raise StepFailedError(_explain(endpoint, wanted, what, MEND))
    say(f"endpoint {name} is InService on {wanted}")


def _describe(aws: Aws, name: str) -> dict[str, Any]:
    try:
        return aws.call("sagemaker", "describe_endpoint", EndpointName=name)
    except AwsError as error:
        if is_missing(error):
            text = (
                f"there is no endpoint {name} any more: somebody deleted it since this apply rolled it out.\n"
                "  repair    terraform apply again: it makes the endpoint anew"
            )
        else:
            text = (
                f"whether endpoint {name} serves its new configuration can't be seen:\n"
                f"  {error}\n"
                "  repair    let these credentials call sagemaker:DescribeEndpoint on it, "
                "then terraform apply again: it looks again.\n" + KEPT
            )
        raise StepFailedError(text) from None


def _explain(endpoint: dict[str, Any], wanted: str, what: str, repair: list[str]) -> str:
    name = endpoint["EndpointName"]
    alarms = endpoint.get("LastDeploymentConfig", {}).get("AutoRollbackConfiguration", {}).get("Alarms", [])
    lines = [
        f"endpoint {name} is {what}.",
        f"  status    {endpoint['EndpointStatus']}",
        f"  runs      {endpoint.get('EndpointConfigName', 'none')}",
        f"  wanted    {wanted}",
        f"  reason    {endpoint.get('FailureReason') or 'SageMaker gives none'}",
    ]
    if alarms:
        lines.append(f"  alarms    {', '.join(sorted(alarm['AlarmName'] for alarm in alarms))}")
    lines.append(f"  logs      /aws/sagemaker/Endpoints/{name}")
    return "\n".join([*lines, *repair]).replace("{name}", name)


if __name__ == "__main__":
    run(verify)
