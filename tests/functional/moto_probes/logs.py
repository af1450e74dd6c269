"""CloudWatch Logs: queries and the keys of log groups."""

import functools
from datetime import UTC, datetime
from typing import Any

from tests.functional.moto_probes.probe import ACCOUNT, REGION, client, probe, refused


@probe
def query_definitions() -> None:
    logs = client("logs")
    given = {"name": "n/b", "queryString": "fields @message", "logGroupNames": ["/g"]}
    first = logs.put_query_definition(**given)["queryDefinitionId"]
    logs.put_query_definition(name="n/a", queryString="fields @timestamp")
    logs.put_query_definition(**given | {"queryDefinitionId": first, "queryString": "limit 1"})
    found = logs.describe_query_definitions(queryDefinitionNamePrefix="n/")["queryDefinitions"]
    assert [query["name"] for query in found] == ["n/a", "n/b"]
    assert found[1] == {
        **given,
        "queryDefinitionId": first,
        "queryString": "limit 1",
        "queryLanguage": "CWLI",
    }
    page = logs.describe_query_definitions(maxResults=1)
    rest = logs.describe_query_definitions(maxResults=1, nextToken=page["nextToken"])
    assert rest["queryDefinitions"] == found[1:] and "nextToken" not in rest
    assert logs.delete_query_definition(queryDefinitionId=first)["success"] is True
    assert "ResourceNotFound" in refused(lambda: logs.delete_query_definition(queryDefinitionId=first))


@probe
def log_queries() -> None:
    logs = client("logs")
    logs.create_log_group(logGroupName="/q")
    logs.create_log_stream(logGroupName="/q", logStreamName="s")
    now = int(datetime.now(UTC).timestamp())
    lines = ['{"Code": "slow", "Rows": 3}', '{"Code": "slow", "Rows": 4}', '{"Code": "odd"}', "START"]
    events = [{"timestamp": now * 1000 + at, "message": line} for at, line in enumerate(lines)]
    logs.put_log_events(logGroupName="/q", logStreamName="s", logEvents=events)
    ask = functools.partial(logs.start_query, logGroupNames=["/q"], startTime=now - 60, endTime=now + 60)
    query = (
        "filter ispresent(Code) | stats count(*) as requests, sum(Rows) as rows by Code | sort requests desc"
    )
    answer = logs.get_query_results(queryId=ask(queryString=query)["queryId"])
    found = [{field["field"]: field["value"] for field in row} for row in answer["results"]]
    assert found == [{"Code": "slow", "requests": "2", "rows": "7"}, {"Code": "odd", "requests": "1"}]
    assert "MalformedQuery" in refused(lambda: ask(queryString="dedup Code"))


@probe
def log_group_keys() -> None:
    logs = client("logs")
    first, second = (f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{number}" for number in (1, 2))
    for name, key in (("/k", {}), ("/k/other", {"kmsKeyId": first})):
        logs.create_log_group(logGroupName=name, **key)
    other = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/k/other"

    def keys() -> dict[str, Any]:
        found = logs.describe_log_groups(logGroupNamePrefix="/k")["logGroups"]
        return {group["logGroupName"]: group.get("kmsKeyId") for group in found}

    logs.associate_kms_key(logGroupName="/k", kmsKeyId=first)
    assert keys() == {"/k": first, "/k/other": first}
    logs.associate_kms_key(resourceIdentifier=other, kmsKeyId=second)
    assert keys() == {"/k": first, "/k/other": second}
    logs.disassociate_kms_key(logGroupName="/k")
    assert keys() == {"/k": None, "/k/other": second}
    logs.disassociate_kms_key(resourceIdentifier=other)
    assert keys() == {"/k": None, "/k/other": None}
    for call in (functools.partial(logs.associate_kms_key, kmsKeyId=first), logs.disassociate_kms_key):
        for unknown in ({"logGroupName": "/k/none"}, {"resourceIdentifier": f"{other}/none"}):
            assert "ResourceNotFound" in refused(functools.partial(call, **unknown))
        for unclear in ({}, {"logGroupName": "/k", "resourceIdentifier": other}):
            assert "InvalidParameter" in refused(functools.partial(call, **unclear))
    assert keys() == {"/k": None, "/k/other": None}
