"""Application Auto Scaling, CloudWatch, S3 and its policies."""

from datetime import UTC, datetime
from typing import Any

from tests.functional.moto_probes.probe import ACCOUNT, REGION, client, probe


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


@probe
def composite_alarms() -> None:
    cloudwatch = client("cloudwatch")
    cloudwatch.put_composite_alarm(AlarmName="any", AlarmRule='ALARM("a") OR ALARM("b")')
    (alarm,) = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert alarm["AlarmRule"] == 'ALARM("a") OR ALARM("b")'


@probe
def percentiles() -> None:
    cloudwatch = client("cloudwatch")
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    datum = {"MetricName": "Latency", "Timestamp": moment, "Values": [float(n) for n in range(1, 201)]}
    cloudwatch.put_metric_data(Namespace="N", MetricData=[datum])
    queries = [
        {
            "Id": stat,
            "MetricStat": {"Metric": {"Namespace": "N", "MetricName": "Latency"}, "Period": 60, "Stat": stat},
        }
        for stat in ("p50", "p99", "p100")
    ]
    answer = cloudwatch.get_metric_data(
        MetricDataQueries=queries, StartTime=moment.replace(second=0), EndTime=moment.replace(minute=5)
    )
    assert [result["Values"] for result in answer["MetricDataResults"]] == [[100.0], [198.0], [200.0]]


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
