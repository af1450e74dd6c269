"""S3 and the IAM policies that guard it."""

from typing import Any

from moto.iam.access_control import IAMPolicyStatement, PermissionResult
from moto.s3.models import FakeDeleteMarker

from scripts.local_stage.corrections.correction import Seams, correction, replace


@correction(
    symptom="deleting a key with a delete marker among its versions answers 500; so does force_destroy",
    symbol="moto.s3.models.FakeDeleteMarker",
)
def delete_markers(_: Seams) -> None:
    """Give the marker the `dispose` that moto calls on every version of a key; it holds no bytes."""

    def dispose(self: Any, garbage: bool = False) -> None:
        return None

    replace(FakeDeleteMarker, dispose=dispose)


@correction(
    symptom="a Deny whose condition is not met denies all the same: a TLS-only policy locks everybody out",
    symbol="moto.iam.access_control.IAMPolicyStatement.is_action_permitted",
)
def conditional_deny(_: Seams) -> None:
    """Leave a conditional Deny without effect; moto doesn't know the request's condition keys."""
    stock = IAMPolicyStatement.is_action_permitted

    def is_action_permitted(self: Any, *args: Any, **kwargs: Any) -> PermissionResult:
        if self._statement.get("Effect") == "Deny" and "Condition" in self._statement:
            return PermissionResult.NEUTRAL
        return stock(self, *args, **kwargs)

    replace(IAMPolicyStatement, is_action_permitted=is_action_permitted)
