"""What changes of resources mean for clients and for whoever is on call."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from scripts.plan_summary.changes import Change

BY_DESIGN = {
    "aws_api_gateway_deployment": "each API document is a deployment of its own",
    "aws_sagemaker_endpoint_configuration": "a configuration is never changed in place",
    "aws_sagemaker_model": "a model is never changed in place",
    "aws_s3_object": "an artifact is never overwritten",
    "aws_lambda_permission": "it names the routes of the API",
    "terraform_data": "it is a step of the apply",
}
"""Types whose replacement is how a release works."""


class Meaning(NamedTuple):
    """A sentence, and which changes it is true of."""

    types: str
    """Without the provider's prefix, parted by spaces."""
    applies: Callable[[Change], bool]
    sentence: str

    def is_true_of(self, change: Change) -> bool:
        """Whether the change is one of those."""
        return change.type.removeprefix("aws_") in self.types.split() and self.applies(change)


def _does(*actions: str) -> Callable[[Change], bool]:
    return lambda change: change.action in actions


def _sets(attribute: str) -> Callable[[Change], bool]:
    return lambda change: change.action == "update" and attribute in change.attributes


CREATED, UPDATED, MADE = _does("create"), _does("update"), _does("create", "replace")
GONE, TOUCHED = _does("replace", "delete"), _does("create", "update", "replace", "delete")
PERMISSIONS = "iam_role iam_role_policy iam_policy iam_role_policy_attachment lambda_permission"
SCALING = "appautoscaling_policy appautoscaling_target appautoscaling_scheduled_action"
LIMITS = "api_gateway_usage_plan api_gateway_method_settings"
ALARMS = "cloudwatch_metric_alarm cloudwatch_composite_alarm"
ENDPOINT_GONE = "**The endpoint is destroyed**: no predictions until there is another."
API_GONE = "**The API is destroyed**: another has another URL."
STAGE_GONE = "**The API's stage is destroyed**: clients are refused until there is another."

MEANINGS = (
    Meaning("sagemaker_endpoint", GONE, ENDPOINT_GONE),
    Meaning("api_gateway_rest_api", GONE, API_GONE),
    Meaning("api_gateway_stage", GONE, STAGE_GONE),
    Meaning("lambda_function", GONE, "**The function is destroyed**, with all its versions."),
    Meaning("api_gateway_api_key", GONE, "**A client's key is destroyed**: who has it is refused."),
    Meaning("s3_bucket", GONE, "**A bucket is destroyed**, with what it stores."),
    Meaning("cloudwatch_log_group", GONE, "**Logs are destroyed.**"),
    Meaning("kms_key", GONE, "**A key is destroyed**: what it encrypted can't be read any more."),
    Meaning("sagemaker_endpoint", CREATED, "An endpoint is made, which takes minutes."),
    Meaning(
        "sagemaker_endpoint", _sets("endpoint_config_name"), "The endpoint rolls over to a new configuration."
    ),
    Meaning("sagemaker_model", MADE, "A model is made: another artifact, image or setting."),
    Meaning("lambda_function", CREATED, "A function is made."),
    Meaning("lambda_function", UPDATED, "The function gets a new version, and its alias moves there."),
    Meaning("api_gateway_deployment", MADE, "A new API deployment: the stage serves another document."),
    Meaning("api_gateway_api_key", CREATED, "A client gets a key."),
    Meaning(LIMITS, UPDATED, "Rates, quotas or settings of the API change."),
    Meaning(PERMISSIONS, TOUCHED, "Permissions change."),
    Meaning("wafv2_web_acl wafv2_web_acl_association", TOUCHED, "What the web ACL lets through changes."),
    Meaning(ALARMS, TOUCHED, "Alarms change."),
    Meaning(SCALING, TOUCHED, "Scaling changes."),
)
"""In the order in which they are said: what is lost first."""


def meanings(changes: Iterable[Change]) -> list[str]:
    """Say what changes mean, each sentence once."""
    listed = list(changes)
    return [meaning.sentence for meaning in MEANINGS if any(map(meaning.is_true_of, listed))]
