"""CloudWatch Logs: saved queries, queries that are run, and the keys of log groups."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from moto.core.exceptions import JsonRESTError
from moto.logs import models
from moto.logs.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.logs.responses import LogsResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace
from scripts.local_stage.insights import run_query
from scripts.local_stage.insights_query import QueryError

_KEPT = ("name", "queryString", "logGroupNames", "queryLanguage")
_PAGE = 1000


@correction(
    symptom="PutQueryDefinition, DescribeQueryDefinitions, DeleteQueryDefinition answer 500",
    symbol="moto.logs.responses.LogsResponse",
)
def query_definitions(_: Seams) -> None:
    """Keep saved queries."""
    queries: dict[str, dict[str, Any]] = {}

    def put_query_definition(self: Any) -> str:
        identifier = self._get_param("queryDefinitionId")
        if identifier is not None and identifier not in queries:
            raise ResourceNotFoundException
        identifier = identifier or str(uuid4())
        given = {name: self._get_param(name) for name in _KEPT}
        query = {"logGroupNames": [], "queryLanguage": "CWLI"} | {
            name: value for name, value in given.items() if value is not None
        }
        queries[identifier] = query | {"queryDefinitionId": identifier, "region": self.region}
        return json.dumps({"queryDefinitionId": identifier})

    def describe_query_definitions(self: Any) -> str:
        prefix = self._get_param("queryDefinitionNamePrefix") or ""
        first = int(self._get_param("nextToken") or 0)
        found = [
            {name: value for name, value in query.items() if name != "region"}
            for query in sorted(queries.values(), key=lambda query: str(query["name"]))
            if query["region"] == self.region and query["name"].startswith(prefix)
        ]
        last = first + int(self._get_param("maxResults") or _PAGE)
        answer: dict[str, Any] = {"queryDefinitions": found[first:last]}
        if last < len(found):
            answer["nextToken"] = str(last)
        return json.dumps(answer)

    def delete_query_definition(self: Any) -> str:
        if queries.pop(self._get_param("queryDefinitionId"), None) is None:
            raise ResourceNotFoundException
        return json.dumps({"success": True})

    replace(
        LogsResponse,
        put_query_definition=put_query_definition,
        describe_query_definitions=describe_query_definitions,
        delete_query_definition=delete_query_definition,
    )


@correction(
    symptom="StartQuery knows little of the language of queries: no stats, no functions, no fields of JSON",
    symbol="moto.logs.models.execute_query",
)
def log_queries(_: Seams) -> None:
    """Run them by `insights.py`; what isn't known there is refused, as AWS refuses what it doesn't know."""

    def execute_query(log_groups: Sequence[Any], query: str, start_time: int, end_time: int) -> Any:
        events = [
            {
                "@timestamp": event.timestamp,
                "@ingestionTime": event.ingestion_time,
                "@message": event.message,
                "@logStream": stream.log_stream_name,
                "@log": f"{stream.account_id}:{group.name}",
            }
            for group in log_groups
            for stream in list(group.streams.values())
            for event in list(stream.events)
            if start_time <= event.timestamp / 1000 < end_time + 1
        ]
        try:
            return run_query(query, events)
        except (QueryError, ValueError) as error:
            raise JsonRESTError("MalformedQueryException", f"{error} (on the local stage)") from error

    replace(models, execute_query=execute_query)


@correction(
    symptom="AssociateKmsKey, DisassociateKmsKey answer 500",
    symbol="moto.logs.responses.LogsResponse",
)
def log_group_keys(_: Seams) -> None:
    """Keep a group's key, as CreateLogGroup does: nothing is encrypted, and the key isn't looked for."""

    def associate_kms_key(self: Any) -> str:
        _group_of(self).kms_key_id = self._get_param("kmsKeyId")
        return ""

    def disassociate_kms_key(self: Any) -> str:
        _group_of(self).kms_key_id = None
        return ""

    replace(LogsResponse, associate_kms_key=associate_kms_key, disassociate_kms_key=disassociate_kms_key)


def _group_of(response: Any) -> Any:
    """moto's object of the log group that a request names, or gives the ARN of.

    `query-result:*`, the results of all queries, is no group and not found.
    """
    name, arn = response._get_param("logGroupName"), response._get_param("resourceIdentifier")
    if (name is None) == (arn is None):
        raise InvalidParameterException("Exactly one of logGroupName and resourceIdentifier is required.")
    for group in list(response.logs_backend.groups.values()):
        if name == group.name or arn == group.arn:
            return group
    raise ResourceNotFoundException
