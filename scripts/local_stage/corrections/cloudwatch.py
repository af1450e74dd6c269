"""CloudWatch alarms and statistics."""

import math
import re
from typing import Any

from moto.cloudwatch.exceptions import ValidationError
from moto.cloudwatch.models import CloudWatchBackend, Statistics
from moto.cloudwatch.responses import CloudWatchResponse

from scripts.local_stage.alarm_rules import RuleError, holds
from scripts.local_stage.alarm_states import refresh, set_by_hand
from scripts.local_stage.alarm_values import check_queries
from scripts.local_stage.corrections.correction import Seams, correction, replace
from scripts.local_stage.metric_queries import answer
from scripts.local_stage.metric_values import MathError

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")
_PERCENTILE_RANK = re.compile(r"PR\((\d*\.?\d*):(\d*\.?\d*)\)")


@correction(
    symptom="PutCompositeAlarm answers 500",
    symbol="moto.cloudwatch.responses.CloudWatchResponse",
)
def composite_alarms(_: Seams) -> None:
    """Route it to PutMetricAlarm, which already reads AlarmRule, once the rule can be read."""

    def put_composite_alarm(self: Any) -> Any:
        alarms = self.cloudwatch_backend.alarms
        rule = self._get_param("AlarmRule")
        try:
            holds(rule, lambda name: str(alarms[name].state_value))
        except RuleError as error:
            raise ValidationError(f"AlarmRule must be a valid rule: {error}.") from error
        except KeyError as error:
            raise ValidationError(
                "Could not save the composite alarm as "
                f"alarms [{error.args[0]}] in the alarm rule do not exist"
            ) from error
        return self.put_metric_alarm()

    replace(CloudWatchResponse, put_composite_alarm=put_composite_alarm)


@correction(
    symptom="Alarms never change their state; DescribeAlarms shows those of other types than were asked for",
    symbol="moto.cloudwatch.responses.CloudWatchResponse.describe_alarms",
)
def alarm_evaluation(_: Seams) -> None:
    """Evaluate alarms when somebody looks (`alarm_states.py`)."""
    describe, set_state = CloudWatchResponse.describe_alarms, CloudWatchBackend.set_alarm_state

    def describe_alarms(self: Any) -> Any:
        refresh(self.cloudwatch_backend)
        answer: Any = describe(self)
        types = self._get_param("AlarmTypes", []) or ["MetricAlarm"]
        for kind in ("MetricAlarm", "CompositeAlarm"):
            if kind not in types:
                answer.result[f"{kind}s"] = []
        return answer

    def set_alarm_state(self: Any, alarm_name: str, *rest: Any) -> None:
        set_by_hand(self.alarms, alarm_name, lambda: set_state(self, alarm_name, *rest))

    replace(CloudWatchResponse, describe_alarms=describe_alarms)
    replace(CloudWatchBackend, set_alarm_state=set_alarm_state)


@correction(
    symptom="PutMetricAlarm refuses every extended statistic but percentiles",
    symbol="moto.cloudwatch.models.CloudWatchBackend.put_metric_alarm",
)
def extended_statistics(_: Seams) -> None:
    """Accept percentile ranks and trimmed statistics, as AWS does."""
    put = CloudWatchBackend.put_metric_alarm

    def put_metric_alarm(self: Any, name: str, *, extended_statistic: str | None = None, **given: Any) -> Any:
        alarm = put(self, name=name, **given)
        alarm.extended_statistic = extended_statistic
        return alarm

    replace(CloudWatchBackend, put_metric_alarm=put_metric_alarm)


@correction(
    symptom="PutMetricAlarm accepts metric math that can't be read, or that names what there isn't",
    symbol="moto.cloudwatch.models.CloudWatchBackend.put_metric_alarm",
)
def alarm_expressions(_: Seams) -> None:
    """Refuse it, as AWS does; functions that aren't known here are taken, and their alarms not evaluated."""
    put = CloudWatchBackend.put_metric_alarm

    def put_metric_alarm(self: Any, name: str, **given: Any) -> Any:
        queries = given.get("metric_data_queries")
        try:
            if queries:
                check_queries(queries, given.get("threshold_metric_id"))
        except MathError as error:
            raise ValidationError(f"Invalid metrics list: {error}.") from error
        return put(self, name=name, **given)

    replace(CloudWatchBackend, put_metric_alarm=put_metric_alarm)


@correction(
    symptom="GetMetricData answers nothing for metric math, and mixes namespaces and dimensions",
    symbol="moto.cloudwatch.models.CloudWatchBackend.get_metric_data",
)
def metric_data(_: Seams) -> None:
    """Answer it by `metric_queries.py`, expressions and searches of the dashboard's kind with it."""

    def get_metric_data(self: Any, queries: Any, start_time: Any, end_time: Any, scan_by: str = "") -> Any:
        if start_time >= end_time:
            raise ValidationError("The parameter EndTime must be greater than StartTime.")
        try:
            found = list(answer(self, queries, start_time, end_time))
        except MathError as error:
            raise ValidationError(f"Error in expression: {error}.") from error
        step = 1 if scan_by == "TimestampAscending" else -1
        return [
            {
                "id": one.id,
                "label": one.label,
                "timestamps": one.moments[::step],
                "values": one.values[::step],
                "status_code": "Complete",
            }
            for one in found
        ]

    replace(CloudWatchBackend, get_metric_data=get_metric_data)


@correction(
    symptom="GetMetricData answers no percentile (rank): a value of None, which boto3 can't read",
    symbol="moto.cloudwatch.models.Statistics.get_statistics_for_type",
)
def percentiles(_: Seams) -> None:
    """Take `p99` and the like from the single values, by the nearest rank; AWS does not say how it does.

    `PR(100:500)` is the percentage of values over 100, up to 500; either may be left out.
    """
    stock = Statistics.get_statistics_for_type

    def get_statistics_for_type(self: Any, stat: str) -> Any:
        rank_of = _PERCENTILE_RANK.fullmatch(stat)
        if rank_of is not None and self.metric_single_values_list:
            lower, upper = float(rank_of[1] or "-inf"), float(rank_of[2] or "inf")
            within = [lower < value <= upper for value in self.metric_single_values_list]
            return 100 * sum(within) / len(within)
        found = _PERCENTILE.fullmatch(stat)
        values = sorted(self.metric_single_values_list)
        if found is None or not values:
            return stock(self, stat)
        rank = math.ceil(float(found[1]) / 100 * len(values))
        return values[max(rank, 1) - 1]

    replace(Statistics, get_statistics_for_type=get_statistics_for_type)
