"""CloudWatch alarms and statistics."""

import math
import re
from typing import Any

from moto.cloudwatch.models import Statistics
from moto.cloudwatch.responses import CloudWatchResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")


@correction(
    symptom="PutCompositeAlarm answers 500",
    symbol="moto.cloudwatch.responses.CloudWatchResponse",
)
def composite_alarms(_: Seams) -> None:
    """Route it to PutMetricAlarm, which already reads AlarmRule."""
    replace(CloudWatchResponse, put_composite_alarm=CloudWatchResponse.put_metric_alarm)


@correction(
    symptom="GetMetricData answers no percentile: a value of None, which boto3 can't read",
    symbol="moto.cloudwatch.models.Statistics.get_statistics_for_type",
)
def percentiles(_: Seams) -> None:
    """Take `p99` and the like from the single values, by the nearest rank; AWS does not say how it does."""
    stock = Statistics.get_statistics_for_type

    def get_statistics_for_type(self: Any, stat: str) -> Any:
        found = _PERCENTILE.fullmatch(stat)
        values = sorted(self.metric_single_values_list)
        if found is None or not values:
            return stock(self, stat)
        rank = math.ceil(float(found[1]) / 100 * len(values))
        return values[max(rank, 1) - 1]

    replace(Statistics, get_statistics_for_type=get_statistics_for_type)
