"""A plan's JSON, written by hand as Terraform writes it, becomes words without a value in them."""

import json
from typing import Any

import pytest

from scripts.plan_summary.__main__ import main
from scripts.plan_summary.changes import read_changes
from scripts.plan_summary.markdown import to_markdown
from scripts.plan_summary.served_api import read_api_changes

pytestmark = pytest.mark.unit

MODULE = "module.model_api.module."
UNTOUCHED: dict[str, Any] = {
    "address": "aws_iam_role.untouched",
    "mode": "managed",
    "type": "aws_iam_role",
    "change": {"actions": ["no-op"], "before": {"name": "a"}, "after": {"name": "a"}},
}
READ: dict[str, Any] = {
    "address": "data.aws_region.current",
    "mode": "data",
    "type": "aws_region",
    "change": {"actions": ["read"], "before": None, "after": {}},
}
CREATED_ALARM: dict[str, Any] = {
    "address": MODULE + 'observability.aws_cloudwatch_metric_alarm.this["api-5xx"]',
    "mode": "managed",
    "type": "aws_cloudwatch_metric_alarm",
    "change": {
        "actions": ["create"],
        "before": None,
        "after": {"threshold": 5},
        "after_unknown": {"arn": True},
    },
}
FUNCTION: dict[str, Any] = {
    "address": MODULE + "lambda.aws_lambda_function.this",
    "mode": "managed",
    "type": "aws_lambda_function",
    "change": {
        "actions": ["update"],
        "before": {
            "environment": [{"variables": {"TOKEN": "hunter2"}}],
            "memory_size": 512,
            "source_code_hash": "old=",
            "tags": {},
            "version": "3",
        },
        "after": {
            "environment": [{"variables": {"TOKEN": "hunter3"}}],
            "memory_size": 512,
            "source_code_hash": "new=",
            "tags": None,
        },
        "after_unknown": {"version": True, "environment": [{}], "tags": {}},
        "before_sensitive": {"environment": [{"variables": {"TOKEN": True}}]},
        "after_sensitive": {"environment": [{"variables": {"TOKEN": True}}]},
    },
}
DEPLOYMENT: dict[str, Any] = {
    "address": MODULE + 'api_gateway["api"].aws_api_gateway_deployment.this',
    "mode": "managed",
    "type": "aws_api_gateway_deployment",
    "action_reason": "replace_because_cannot_update",
    "change": {
        "actions": ["create", "delete"],
        "before": {"triggers": {"body": "1"}},
        "after": {"triggers": {"body": "2"}},
        "after_unknown": {"id": True},
        "replace_paths": [["triggers"]],
    },
}
ENDPOINT: dict[str, Any] = {
    "address": MODULE + 'endpoint.aws_sagemaker_endpoint.this["endpoint"]',
    "mode": "managed",
    "type": "aws_sagemaker_endpoint",
    "action_reason": "replace_because_tainted",
    "change": {"actions": ["delete", "create"], "before": {"name": "x"}, "after": {"name": "x"}},
}
KEY: dict[str, Any] = {
    "address": MODULE + 'api_gateway["api"].aws_api_gateway_api_key.client["a|b"]',
    "mode": "managed",
    "type": "aws_api_gateway_api_key",
    "action_reason": "delete_because_each_key",
    "change": {
        "actions": ["delete"],
        "before": {"value": "s3cr3t"},
        "after": None,
        "before_sensitive": {"value": True},
    },
}


def plan(*changes, drift=(), outputs=None, errored=False):
    return {
        "resource_changes": list(changes),
        "resource_drift": list(drift),
        "output_changes": outputs or {},
        "errored": errored,
    }


def summary(*changes, **more) -> str:
    return to_markdown(read_changes(plan(*changes, **more)), "bikes dev")


def test_a_plan_without_changes_says_so():
    assert summary(UNTOUCHED, READ) == "### Plan of bikes dev\n\nNothing to change.\n"


def test_changes_are_counted_by_action():
    head = summary(CREATED_ALARM, FUNCTION, DEPLOYMENT, ENDPOINT, KEY, UNTOUCHED).splitlines()[2]
    assert head == "**1** to create, **1** to update, **2** to replace, **1** to destroy."


def test_attributes_that_differ_are_named_and_sensitive_ones_marked():
    """`tags` went from {} to null, which is no difference; `version` is known after the apply only."""
    (change,) = read_changes(plan(FUNCTION)).planned
    assert change.attributes == ("environment", "source_code_hash", "version")
    assert change.sensitive == {"environment"}
    row = f"| update | `{FUNCTION['address']}` | `environment` (sensitive), `source_code_hash`, `version` |"
    assert row in summary(FUNCTION)


@pytest.mark.parametrize("secret", ["hunter2", "hunter3", "s3cr3t", "512", "new="])
def test_no_value_leaves_the_plan(secret, tmp_path, capsys):
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan(FUNCTION, KEY, DEPLOYMENT)))
    for form in ([], ["--json"]):
        assert main(["--plan", str(file), *form]) == 0
        assert secret not in capsys.readouterr().out


def test_what_forces_a_replacement_is_said_and_in_which_order_it_happens():
    assert (
        "`triggers` forces replacement; made before the old one goes; "
        "as at every release: each API document is a deployment of its own |"
    ) in summary(DEPLOYMENT)
    assert "| it is marked as broken (tainted); **the old one goes first** |" in summary(ENDPOINT)


def test_a_path_into_a_block_is_a_dotted_name():
    nested = {
        **DEPLOYMENT,
        "change": {**DEPLOYMENT["change"], "replace_paths": [["vpc_config", 0, "subnets"]]},
    }
    assert "`vpc_config.0.subnets` forces replacement" in summary(nested)


def test_what_is_lost_comes_first_and_what_a_release_replaces_comes_last_of_it():
    text = summary(CREATED_ALARM, DEPLOYMENT, KEY)
    places = [
        text.index(part)
        for part in ("Destroyed or replaced", "api_key", "aws_api_gateway_deployment", "alarm")
    ]
    assert text.index("a\\|b") > 0, "a bar in a key would end the cell"
    assert places[0] < places[1] < places[2]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (FUNCTION, "The function gets a new version, and its alias moves there."),
        (DEPLOYMENT, "A new API deployment: the stage serves another document."),
        (ENDPOINT, "**The endpoint is destroyed**: no predictions until there is another."),
        (KEY, "**A client's key is destroyed**: who has it is refused."),
        (CREATED_ALARM, "Alarms change."),
    ],
    ids=lambda value: value["type"] if isinstance(value, dict) else "",
)
def test_a_change_means_something(change, sentence):
    assert f"- {sentence}\n" in summary(change)


def test_an_endpoint_that_takes_another_configuration_rolls_over():
    change = {
        "actions": ["update"],
        "before": {"endpoint_config_name": "1"},
        "after": {"endpoint_config_name": "2"},
    }
    text = summary({**ENDPOINT, "change": change})
    assert "- The endpoint rolls over to a new configuration.\n" in text
    assert "destroyed" not in text


def test_what_somebody_else_changed_is_told_apart_from_what_refreshing_makes_of_null():
    drifted = {
        **FUNCTION,
        "change": {"actions": ["update"], "before": {"timeout": 3}, "after": {"timeout": 9}},
    }
    same = {**ENDPOINT, "change": {"actions": ["update"], "before": {"tags": None}, "after": {"tags": {}}}}
    changes = read_changes(plan(drift=[drifted, same]))
    assert [change.address for change in changes.outside] == [FUNCTION["address"]]
    assert "#### Changed outside Terraform" in to_markdown(changes, "x")


def test_what_a_resource_of_our_own_sets_on_another_is_nobody_elses_change():
    """A topic's policy is made after the topic: the next look finds it. Without that resource it is drift."""
    topic = {
        "address": "aws_sns_topic.alarms",
        "mode": "managed",
        "type": "aws_sns_topic",
        "change": {"actions": ["update"], "before": {"policy": "default"}, "after": {"policy": "ours"}},
    }
    policy = {
        "address": "aws_sns_topic_policy.alarms",
        "mode": "managed",
        "type": "aws_sns_topic_policy",
        "change": {"actions": ["no-op"], "before": {"policy": "ours"}, "after": {"policy": "ours"}},
    }
    renamed = {
        **topic,
        "change": {
            "actions": ["update"],
            "before": {"policy": "default", "display_name": "a"},
            "after": {"policy": "ours", "display_name": "b"},
        },
    }
    assert read_changes(plan(policy, drift=[topic])).outside == ()
    assert [c.attributes for c in read_changes(plan(policy, drift=[renamed])).outside] == [("display_name",)]
    assert [c.attributes for c in read_changes(plan(drift=[topic])).outside] == [("policy",)]


def test_outputs_that_change_are_named():
    outputs = {"api_url": {"actions": ["update"], "after": "https://secret"}, "same": {"actions": ["no-op"]}}
    assert "Outputs that change: `api_url`.\n" in summary(outputs=outputs)
    assert "https://secret" not in summary(outputs=outputs)


def test_half_a_plan_is_called_that():
    assert "Terraform failed while planning" in summary(FUNCTION, errored=True)


def test_a_long_table_is_folded():
    many = [{**CREATED_ALARM, "address": f"aws_cloudwatch_metric_alarm.a{index}"} for index in range(16)]
    assert "<details><summary>16 resources</summary>\n\n|" in summary(*many)


def api(before, after):
    change = {
        "actions": ["update"],
        "before": {"body": before and json.dumps(before)},
        "after": {"body": after and json.dumps(after)},
    }
    return {"address": "a.b", "mode": "managed", "type": "aws_api_gateway_rest_api", "change": change}


OPEN: dict[str, Any] = {"paths": {"/p": {"post": {"security": [{"k": []}]}}, "/q": {"post": {}}}}
SHUT: dict[str, Any] = {"paths": {"/p": {"post": {"security": [{"iam": []}]}}}}


def test_what_an_environment_changes_for_clients_is_said(tmp_path, capsys):
    """A route that is published no more, another kind of auth: the contract is what it was."""
    file = tmp_path / "plan.json"
    file.write_text(json.dumps(plan(api(OPEN, SHUT))))
    assert main(["--plan", str(file)]) == 0
    said = capsys.readouterr().out
    assert "### API of bike-rental dev as it is served\n\n**2 breaking**, 0 not breaking." in said
    assert "| :boom: **breaking** | `POST /q` | `route removed` |" in said
    assert "| :boom: **breaking** | `POST /p` | `auth k → iam` |" in said
    assert main(["--plan", str(file), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["api"]["a.b"]["breaking"] == 2


def test_a_browsers_route_is_named_where_it_goes_alone():
    browsers: dict[str, Any] = {"options": {}}
    with_cors = {"paths": {path: {**item, **browsers} for path, item in OPEN["paths"].items()}}
    (closed,) = read_api_changes(plan(api(with_cors, SHUT))).values()
    assert [one.where for one in closed] == ["POST /p", "OPTIONS /p", "POST /q"]


@pytest.mark.parametrize(("before", "after"), [(None, OPEN), (OPEN, None), (OPEN, OPEN)])
def test_an_api_that_comes_goes_or_stays_has_nothing_to_compare(before, after):
    assert read_api_changes(plan(api(before, after))) == {}


def test_a_file_that_is_no_plan_is_refused(tmp_path, capsys):
    file = tmp_path / "state.json"
    file.write_text('{"values": {}}')
    assert main(["--plan", str(file)]) == 1
    assert "is no plan" in capsys.readouterr().err
