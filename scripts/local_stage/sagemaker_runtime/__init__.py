"""SageMaker's runtime: InvokeEndpoint, answered by containers that run as processes.

    UpdateEndpoint ──► plane.endpoint_changed ──► a fleet: containers per variant ──► /ping 200 ──► InService
    InvokeEndpoint ──► plane.invoke_endpoint ──► a variant by weight ──► POST /invocations of its container

A container is a process that keeps SageMaker's container contract: `GET /ping` and `POST /invocations` on
$SAGEMAKER_BIND_TO_PORT, the unpacked model.tar.gz in $SM_MODEL_DIR. `images.py` knows an image's command.
Source: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from scripts.local_stage.sagemaker_runtime.images import ImageCommands
from scripts.local_stage.sagemaker_runtime.plane import SageMakerPlane
from scripts.local_stage.sagemaker_runtime.replies import HttpReply

__all__ = ["HttpReply", "ImageCommands", "SageMakerPlane"]
