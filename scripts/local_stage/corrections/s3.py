"""S3 and the IAM policies that guard it."""

from typing import Any

from moto.iam.access_control import IAMPolicyStatement, PermissionResult
from moto.s3.models import FakeBucket, FakeDeleteMarker
from moto.s3.responses import S3Response

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


@correction(
    symptom="lifecycle rules forget NewerNoncurrentVersions; Terraform waits three minutes for it and fails",
    symbol="moto.s3.responses.S3Response.get_bucket_lifecycle",
)
def lifecycle_keeps_newer_versions(_: Seams) -> None:
    """Keep the number beside the rule, and say it again."""
    stock_set, stock_get = FakeBucket.set_lifecycle, S3Response.get_bucket_lifecycle

    def set_lifecycle(self: Any, rules: list[dict[str, Any]]) -> None:
        stock_set(self, rules)
        for kept, given in zip(self.rules, rules, strict=True):
            kept.newer_noncurrent_versions = (given.get("NoncurrentVersionExpiration") or {}).get(
                "NewerNoncurrentVersions"
            )

    def get_bucket_lifecycle(self: Any) -> Any:
        kept = [
            rule.newer_noncurrent_versions for rule in self.backend.get_bucket_lifecycle(self.bucket_name)
        ]
        serialized = self.serialized

        def serialized_with_numbers(answer: Any) -> Any:
            if isinstance(answer.result, dict):  # else it is refused: there are none
                for rule, number in zip(answer.result["Rules"], kept, strict=True):
                    if number is not None:
                        rule["NoncurrentVersionExpiration"]["NewerNoncurrentVersions"] = number
            return serialized(answer)

        self.serialized = serialized_with_numbers
        return stock_get(self)

    replace(FakeBucket, set_lifecycle=set_lifecycle)
    replace(S3Response, get_bucket_lifecycle=get_bucket_lifecycle)
