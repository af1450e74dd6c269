"""How long Terraform takes for the stack bike-rental on a fresh local stage: apply, plan again, destroy."""

from scripts.terraform import TerraformError
from tests.perf.deployment import Deployment
from tests.perf.result import CannotMeasureError, Numbers


def run(deployment: Deployment) -> Numbers:
    """`seconds` by step. Removes the deployment, so it goes last."""
    _ = deployment.live
    resources = deployment.resources
    try:
        if deployment.timed("terraform plan, nothing changed", deployment.plan):
            raise CannotMeasureError(
                "terraform plan wants changes right after apply: python -m scripts.stack plan"
            )
        deployment.timed("terraform destroy", deployment.destroy)
    except TerraformError as error:
        raise CannotMeasureError(str(error)) from error
    return {"seconds": dict(deployment.seconds), "resources": resources, "targets": {}}
