"""What is in a stage's account, to see that nothing is left of what a test made."""

from collections.abc import Callable
from typing import Any

LISTINGS: dict[str, list[tuple[str, str, str, dict[str, Any]]]] = {
    "apigateway": [
        ("get_rest_apis", "items", "name", {}),
        ("get_api_keys", "items", "name", {}),
        ("get_usage_plans", "items", "name", {}),
        ("get_domain_names", "items", "domainName", {}),
    ],
    "lambda": [("list_functions", "Functions", "FunctionName", {})],
    "sagemaker": [
        ("list_models", "Models", "ModelName", {}),
        ("list_endpoint_configs", "EndpointConfigs", "EndpointConfigName", {}),
        ("list_endpoints", "Endpoints", "EndpointName", {}),
    ],
    "application-autoscaling": [
        (operation, items, name, {"ServiceNamespace": namespace})
        for namespace in ("sagemaker", "lambda")
        for operation, items, name in (
            ("describe_scalable_targets", "ScalableTargets", "ResourceId"),
            ("describe_scaling_policies", "ScalingPolicies", "PolicyName"),
            ("describe_scheduled_actions", "ScheduledActions", "ScheduledActionName"),
        )
    ],
    "iam": [
        ("list_roles", "Roles", "RoleName", {}),
        ("list_policies", "Policies", "PolicyName", {"Scope": "Local"}),
    ],
    "logs": [
        ("describe_log_groups", "logGroups", "logGroupName", {}),
        ("describe_query_definitions", "queryDefinitions", "name", {}),
    ],
    "cloudwatch": [
        ("describe_alarms", "MetricAlarms", "AlarmName", {}),
        ("describe_alarms", "CompositeAlarms", "AlarmName", {"AlarmTypes": ["CompositeAlarm"]}),
        ("list_dashboards", "DashboardEntries", "DashboardName", {}),
    ],
    "sns": [
        ("list_topics", "Topics", "TopicArn", {}),
        ("list_subscriptions", "Subscriptions", "SubscriptionArn", {}),
    ],
    "s3": [("list_buckets", "Buckets", "Name", {})],
    "ssm": [("describe_parameters", "Parameters", "Name", {})],
    "sqs": [("list_queues", "QueueUrls", "", {})],
    "events": [("list_rules", "Rules", "Name", {})],
    "scheduler": [("list_schedules", "Schedules", "Name", {})],
    "wafv2": [
        ("list_web_acls", "WebACLs", "Name", {"Scope": "REGIONAL"}),
        ("list_ip_sets", "IPSets", "Name", {"Scope": "REGIONAL"}),
        ("list_logging_configurations", "LoggingConfigurations", "ResourceArn", {"Scope": "REGIONAL"}),
    ],
    "acm": [("list_certificates", "CertificateSummaryList", "CertificateArn", {})],
    "cognito-idp": [("list_user_pools", "UserPools", "Name", {"MaxResults": 60})],
}
"""Service → what the stack can make there: operation, list in the answer, name of an item (empty: it is
one), parameters."""


def inventory(aws: Callable[[str], Any]) -> set[str]:
    """Everything in the account of these clients, a line a resource; what has our tag, by ARN too."""
    found = []
    for service, listings in LISTINGS.items():
        client = aws(service)
        for operation, items, name, parameters in listings:
            answer = getattr(client, operation)(**parameters)
            found += [f"{service} {items} {item[name] if name else item}" for item in answer.get(items, [])]
    kms = aws("kms")
    keys = [kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"] for key in kms.list_keys()["Keys"]]
    waiting = {key["Arn"] for key in keys if key["KeyState"] == "PendingDeletion"}  # AWS deletes none at once
    ours = [{"Key": "project", "Values": ["model-endpoint-api"]}]
    tagged = aws("resourcegroupstaggingapi").get_resources(TagFilters=ours)["ResourceTagMappingList"]
    found += [f"tagged {item['ResourceARN']}" for item in tagged if item["ResourceARN"] not in waiting]
    return set(found)
