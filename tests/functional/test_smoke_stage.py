"""The smoke test sees how the stage URL answers: wrong in one thing, it goes red naming that thing."""

import pytest

from scripts.smoke.stage_client import StageClient
from scripts.smoke.subject import Budget

pytestmark = pytest.mark.functional


def test_a_wrong_prediction_is_named_with_its_place(world, smoke_stage):
    smoke_stage.behaviour.predictions = [{"y": 10.0}, {"y": 20.1}]
    results = world.run()
    assert results["golden rows"].found.startswith("20.1 at /predictions/1/y, not 20.0")
    assert world.failed() == {"golden rows"}


def test_a_prediction_too_few_is_seen(world, smoke_stage):
    smoke_stage.behaviour.predictions = [{"y": 10.0}]
    assert world.failed() == {"golden rows"}


def test_another_contract_in_the_function_is_seen(world, smoke_stage):
    smoke_stage.behaviour.digest = "1" * 64
    assert world.failed() == {"contract live"}


def test_an_api_that_calls_another_version_is_seen(world, smoke_stage):
    smoke_stage.behaviour.version = "$LATEST"
    results = world.run()
    assert results["contract live"].expected == "X-Function-Version 1"
    assert results["contract live"].found == "$LATEST"


def test_an_open_route_is_seen(world, smoke_stage):
    smoke_stage.behaviour.needs_key = False
    assert {"missing identity refused", "wrong identity refused"} <= world.failed()


def test_a_route_that_takes_any_key_is_seen(world, smoke_stage):
    smoke_stage.behaviour.takes_any_key = True
    assert world.failed() == {"wrong identity refused"}


def test_bad_input_that_is_scored_is_seen(world, smoke_stage):
    smoke_stage.behaviour.bad_input = (200, "")
    assert world.failed() == {"bad input explained"}


def test_bad_input_that_breaks_the_function_is_seen(world, smoke_stage):
    smoke_stage.behaviour.bad_input = (502, "")
    assert world.failed() == {"bad input explained"}


def test_an_explanation_of_another_field_is_seen(world, smoke_stage):
    smoke_stage.behaviour.bad_input = (422, "/instances/0")
    assert world.run()["bad input explained"].expected == "an error at /instances/1/features/0"


def test_broken_json_that_is_an_error_of_ours_is_seen(world, smoke_stage):
    smoke_stage.behaviour.broken_json = 500
    assert world.failed() == {"broken JSON explained"}


def test_an_unknown_path_with_amazons_own_answer_is_seen(world, smoke_stage):
    smoke_stage.behaviour.unknown_path = 403
    assert world.failed() == {"unknown path"}


def test_errors_that_are_no_problem_documents_are_seen(world, smoke_stage):
    smoke_stage.behaviour.problem_type = "application/json"
    assert world.failed() == {
        "missing identity refused",
        "wrong identity refused",
        "bad input explained",
        "broken JSON explained",
        "unknown path",
    }


@pytest.mark.parametrize("header", ["access-control-allow-origin", "access-control-allow-headers"])
def test_a_preflight_without_its_header_is_seen(world, smoke_stage, header):
    del smoke_stage.behaviour.preflight[header]
    assert world.failed() == {"CORS"}


def test_an_answer_without_cors_is_seen(world, smoke_stage):
    smoke_stage.behaviour.allow_origin = None
    assert "the answer of /predict" in world.run()["CORS"].expected


def test_a_refusal_without_cors_is_seen(world, smoke_stage):
    smoke_stage.behaviour.refusal_allow_origin = None
    assert "the refusal of /predict" in world.run()["CORS"].expected


def test_cors_for_another_origin_is_seen(world):
    assert world.failed(cors_origins=("https://another.example",)) == {"CORS"}


def test_cors_is_skipped_when_no_page_may_call(world):
    assert world.run(cors_origins=())["CORS"].status == "skipped"


def test_latency_over_the_budget_is_seen(world):
    results = world.run(budget=Budget(latency_ms=0.001, requests=3, warm_up_seconds=1))
    assert results["latency"].status == "failed"
    assert {name for name, result in results.items() if result.status == "failed"} == {"latency"}


@pytest.mark.parametrize("status", [403, 429, 502, 503, 504])
def test_a_stage_that_warms_up_is_waited_for(world, smoke_stage, status):
    smoke_stage.behaviour.warming = [status, status]
    results = world.run()
    assert results["stage answers"].found == "200 after 3 attempts"
    assert {result.status for result in results.values()} == {"passed"}


def test_nothing_is_retried_once_it_has_answered(world, smoke_stage):
    smoke_stage.behaviour.warming = [500]
    results = world.run()
    assert results["stage answers"].status == "failed"
    assert "(1 attempt)" in results["stage answers"].found


def test_a_stage_that_is_not_there_fails_at_the_deadline(world):
    ticks = iter(range(1000))
    results = world.run(client=StageClient("http://127.0.0.1:1/beta"), clock=lambda: next(ticks))
    assert results["stage answers"].status == "failed"
    assert "Connection" in results["stage answers"].found
    assert results["stage answers"].repair.startswith("is it deployed and reachable from here?")
    assert next(ticks) < 30


def test_a_private_api_that_does_not_answer_says_where_it_would(world):
    world.gateway.get_rest_api = lambda **_: {"endpointConfiguration": {"types": ["PRIVATE"]}}
    results = world.run(
        client=StageClient("http://127.0.0.1:1/beta"), budget=Budget(warm_up_seconds=0, requests=2)
    )
    assert "inside its VPC" in results["stage answers"].repair
