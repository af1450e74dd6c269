"""CloudWatch alarms."""

from moto.cloudwatch.responses import CloudWatchResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace


@correction(
    symptom="PutCompositeAlarm answers 500",
    symbol="moto.cloudwatch.responses.CloudWatchResponse",
)
def composite_alarms(_: Seams) -> None:
    """Route it to PutMetricAlarm, which already reads AlarmRule."""
    replace(CloudWatchResponse, put_composite_alarm=CloudWatchResponse.put_metric_alarm)
