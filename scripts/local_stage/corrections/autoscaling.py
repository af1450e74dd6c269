"""Application Auto Scaling."""

import json
from enum import Enum
from typing import Any

from moto.applicationautoscaling import models, responses
from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace


@correction(
    symptom="ListTagsForResource, TagResource, UntagResource answer 500; every refresh reads tags",
    symbol="moto.applicationautoscaling.responses.ApplicationAutoScalingResponse",
)
def autoscaling_tags(_: Seams) -> None:
    """Keep the tags of scalable targets."""
    tags: dict[str, dict[str, str]] = {}
    register = ApplicationAutoScalingResponse.register_scalable_target

    def register_scalable_target(self: Any) -> str:
        reply: str = register(self)
        tags.setdefault(json.loads(reply)["ScalableTargetARN"], {}).update(self._get_param("Tags") or {})
        return reply

    def list_tags_for_resource(self: Any) -> str:
        return json.dumps({"Tags": tags.get(self._get_param("ResourceARN"), {})})

    def tag_resource(self: Any) -> str:
        tags.setdefault(self._get_param("ResourceARN"), {}).update(self._get_param("Tags") or {})
        return "{}"

    def untag_resource(self: Any) -> str:
        for key in self._get_param("TagKeys") or []:
            tags.get(self._get_param("ResourceARN"), {}).pop(key, None)
        return "{}"

    replace(ApplicationAutoScalingResponse, register_scalable_target=register_scalable_target)
    replace(ApplicationAutoScalingResponse, list_tags_for_resource=list_tags_for_resource)
    replace(ApplicationAutoScalingResponse, tag_resource=tag_resource)
    replace(ApplicationAutoScalingResponse, untag_resource=untag_resource)


@correction(
    symptom="the dimension sagemaker:variant:DesiredProvisionedConcurrency is refused",
    symbol="moto.applicationautoscaling.models.ScalableDimensionValueSet",
)
def provisioned_concurrency_scales(_: Seams) -> None:
    """Know it."""
    known = {member.name: member.value for member in models.ScalableDimensionValueSet}
    known["SAGEMAKER_VARIANT_PROVISIONED_CONCURRENCY"] = "sagemaker:variant:DesiredProvisionedConcurrency"
    dimensions = Enum("ScalableDimensionValueSet", known)  # type: ignore[misc]
    replace(models, ScalableDimensionValueSet=dimensions)
    replace(responses, ScalableDimensionValueSet=dimensions)
