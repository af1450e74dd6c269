"""Application Auto Scaling, CloudWatch, S3 and its policies."""

import functools
from datetime import UTC, datetime
from typing import Any

from tests.functional.moto_probes.probe import ACCOUNT, REGION, client, probe, refused


@probe
def autoscaling_tags() -> None:
    scaling = client("application-autoscaling")
    arn = scaling.register_scalable_target(
        ServiceNamespace="sagemaker",
        ResourceId="endpoint/e/variant/v",
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
        MinCapacity=1,
        MaxCapacity=2,
        Tags={"team": "bikes"},
    )["ScalableTargetARN"]
    scaling.tag_resource(ResourceARN=arn, Tags={"cost": "1"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["team"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"cost": "1"}


def put_alarm(name: str, **more: Any) -> None:
    alarm: dict[str, Any] = {
        "Namespace": "N",
        "MetricName": "Errors",
        "Dimensions": [{"Name": "FunctionName", "Value": "f"}],
        "Statistic": "Sum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 0,
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "notBreaching",
    }
    if "ExtendedStatistic" in more:
        del alarm["Statistic"]
    client("cloudwatch").put_metric_alarm(AlarmName=name, **alarm | more)


def states() -> dict[str, str]:
    answer = client("cloudwatch").describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {
        alarm["AlarmName"]: alarm["StateValue"]
        for alarm in answer["MetricAlarms"] + answer["CompositeAlarms"]
    }


@probe
def provisioned_concurrency_scales() -> None:
    scaling = client("application-autoscaling")
    warm = {
        "ServiceNamespace": "sagemaker",
        "ScalableDimension": "sagemaker:variant:DesiredProvisionedConcurrency",
    }
    scaling.register_scalable_target(**warm, ResourceId="endpoint/e/variant/v", MinCapacity=1, MaxCapacity=9)
    (target,) = scaling.describe_scalable_targets(**warm)["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 9)


@probe
def composite_alarms() -> None:
    cloudwatch = client("cloudwatch")
    put_alarm("a")
    put_alarm("b")
    cloudwatch.put_composite_alarm(AlarmName="any", AlarmRule='ALARM("a") OR ALARM("b")')
    (alarm,) = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert alarm["AlarmRule"] == 'ALARM("a") OR ALARM("b")'
    strange = functools.partial(cloudwatch.put_composite_alarm, AlarmName="other")
    assert "[c] in the alarm rule do not exist" in refused(lambda: strange(AlarmRule="ALARM(c)"))
    assert "must be a valid rule" in refused(lambda: strange(AlarmRule="ALARM(a) BUT ALARM(b)"))


@probe
def alarm_evaluation() -> None:
    cloudwatch = client("cloudwatch")
    put_alarm("errors")
    put_alarm("silence", TreatMissingData="breaching", Dimensions=[])
    put_alarm("unknown", TreatMissingData="missing", MetricName="Other")
    cloudwatch.put_composite_alarm(AlarmName="down", AlarmRule="ALARM(errors) AND NOT OK(silence)")
    cloudwatch.put_composite_alarm(AlarmName="nested", AlarmRule="ALARM(down)")
    assert cloudwatch.describe_alarms()["CompositeAlarms"] == []
    quiet = {"errors": "OK", "silence": "ALARM", "unknown": "INSUFFICIENT_DATA", "down": "OK", "nested": "OK"}
    assert states() == quiet
    datum = {"MetricName": "Errors", "Dimensions": [{"Name": "FunctionName", "Value": "f"}], "Value": 1.0}
    cloudwatch.put_metric_data(Namespace="N", MetricData=[datum])
    assert states() == quiet | {"errors": "ALARM", "down": "ALARM", "nested": "ALARM"}
    cloudwatch.set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="by hand")
    assert states() == quiet


@probe
def extended_statistics() -> None:
    cloudwatch = client("cloudwatch")
    put_alarm("slow", ExtendedStatistic="PR(:500)", Threshold=99, ComparisonOperator="LessThanThreshold")
    dimensions = [{"Name": "FunctionName", "Value": "f"}]
    datum = {"MetricName": "Errors", "Dimensions": dimensions, "Values": [499.0, 500.0, 501.0]}
    cloudwatch.put_metric_data(Namespace="N", MetricData=[datum])
    (alarm,) = cloudwatch.describe_alarms()["MetricAlarms"]
    assert (alarm["ExtendedStatistic"], alarm["StateValue"]) == ("PR(:500)", "ALARM")


def metric(name: str, namespace: str = "N", period: int = 60, **dimensions: str) -> dict[str, Any]:
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    asked = {"Namespace": namespace, "MetricName": name, "Dimensions": named}
    return {"Id": name.lower(), "MetricStat": {"Metric": asked, "Period": period, "Stat": "Sum"}}


def put(namespace: str, name: str, value: float, moment: datetime, **dimensions: str) -> None:
    named = [{"Name": key, "Value": value} for key, value in dimensions.items()]
    datum = {"MetricName": name, "Dimensions": named, "Value": value, "Timestamp": moment}
    client("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[datum])


@probe
def alarm_expressions() -> None:
    given = {"ComparisonOperator": "GreaterThanThreshold", "EvaluationPeriods": 1, "Threshold": 0.5}
    make = functools.partial(client("cloudwatch").put_metric_alarm, AlarmName="rate", **given)
    bad, all_ = metric("Bad") | {"ReturnData": False}, metric("All") | {"ReturnData": False}
    rate = {"Id": "rate", "Expression": "bad / all"}
    assert "good is no id" in refused(lambda: make(Metrics=[bad, all_, rate | {"Expression": "good / all"}]))
    assert "is expected" in refused(lambda: make(Metrics=[bad, all_, rate | {"Expression": "bad /"}]))
    assert "exactly one" in refused(lambda: make(Metrics=[bad, metric("All"), rate]))
    now = datetime.now(UTC)
    put("N", "Bad", 2, now)
    put("N", "All", 3, now)
    make(Metrics=[bad, all_, rate])
    assert states()["rate"] == "ALARM"


@probe
def metric_data() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    put("N", "Bytes", 3e9, moment, Group="g")
    put("N", "Bytes", 1e9, moment, Group="h")
    put("M", "Bytes", 7e9, moment, Group="g")
    put("N", "Bytes", 5e9, moment, Group="g", Code="c")
    queries = [
        metric("Bytes", Group="g"),
        metric("Other", Group="g") | {"ReturnData": False},
        {"Id": "cost", "Expression": "(bytes + FILL(other, 0)) / 1000000000 * 0.5", "Label": "Logs"},
        {"Id": "found", "Expression": "SEARCH('{N,Group} MetricName=\"Bytes\"', 'Sum', 60)"},
    ]
    answered = client("cloudwatch").get_metric_data(
        MetricDataQueries=queries, StartTime=moment.replace(second=0), EndTime=moment.replace(minute=9)
    )["MetricDataResults"]
    assert [(found["Id"], found["Label"], found["Values"]) for found in answered] == [
        ("bytes", "Bytes Sum", [3e9]),
        ("cost", "Logs", [1.5]),
        ("found", "g Bytes", [3e9]),
        ("found", "h Bytes", [1e9]),
    ]


@probe
def percentiles() -> None:
    cloudwatch = client("cloudwatch")
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    datum = {"MetricName": "Latency", "Timestamp": moment, "Values": [float(n) for n in range(1, 201)]}
    cloudwatch.put_metric_data(Namespace="N", MetricData=[datum])
    queries = [
        {
            "Id": f"stat{index}",
            "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "Latency"}, "Period": 60, "Stat": stat},
        }
        for index, stat in enumerate(("p50", "p99", "p100", "PR(100:150)"))
    ]
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=queries, StartTime=moment.replace(second=0), EndTime=moment.replace(minute=5)
    )
    assert [result["Values"] for result in answer["MetricDataResults"]] == [[100.0], [198.0], [200.0], [25.0]]


def versioned_bucket() -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    return s3


@probe
def delete_markers() -> None:
    from moto.s3.models import s3_backends

    s3 = versioned_bucket()
    s3.put_object(Bucket="bucket", Key="k", Body=b"1")
    s3.delete_object(Bucket="bucket", Key="k")
    s3_backends[ACCOUNT]["aws"].buckets["bucket"].keys.pop("k")


@probe
def conditional_deny() -> None:
    from moto.iam.access_control import IAMPolicyStatement, PermissionResult

    tls_only = {
        "Effect": "Deny",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::b/*",
        "Principal": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    judged = IAMPolicyStatement(tls_only).is_action_permitted("s3:GetObject", "arn:aws:s3:::b/k")
    assert judged is PermissionResult.NEUTRAL


@probe
def lifecycle_keeps_newer_versions() -> None:
    s3 = versioned_bucket()
    rules = [
        {
            "ID": "expire",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 365, "NewerNoncurrentVersions": 20},
        },
        {
            "ID": "clear-up",
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Expiration": {"ExpiredObjectDeleteMarker": True},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        },
    ]
    s3.put_bucket_lifecycle_configuration(Bucket="bucket", LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket="bucket")["Rules"] == rules
    s3.delete_bucket_lifecycle(Bucket="bucket")
    none = refused(lambda: s3.get_bucket_lifecycle_configuration(Bucket="bucket"))
    assert "NoSuchLifecycleConfiguration" in none
