"""A proven revision comes back after a bad one replaced all of it, and Terraform says what differs."""

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest

from tests.deployed_stack import DeployedStack
from tests.e2e.test_redeploys import build

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("changes")]

SMOKE_TEST = ("-m", "scripts.smoke_test", "--requests", "3")
ROLLBACK = ("-m", "scripts.rollback")
CONTRACT = "models/bike-rental/contract.json"
BAD = (
    (CONTRACT, '"version": "1.0.0"', '"version": "1.1.0"'),
    (CONTRACT, '{"path": "/predict", "method": "POST"}', '{"path": "/forecast", "method": "POST"}'),
    ("models/bike-rental/train.py", "ROUNDS = 150", "ROUNDS = 60"),
)
DIFFERENCES = {
    "module.lambda.aws_lambda_alias.live": "update",
    'module.endpoint.aws_sagemaker_endpoint.this["endpoint"]': "update",
    'module.endpoint.terraform_data.verify["endpoint"]': "replace",  # follows the endpoint
    'module.api_gateway["api"].aws_api_gateway_stage.this': "update",
}
STEPS = ("train", "package", "openapi")


@contextmanager
def noting_answers(stack: DeployedStack) -> Iterator[set[tuple[Any, ...]]]:
    """Ask without pause on a route of both revisions; yields what was ever answered."""
    answers: set[tuple[Any, ...]] = set()
    over = threading.Event()
    request = {**stack.golden_request()}

    def ask() -> None:
        while not over.wait(0.05):
            reply = stack.post(request, "/test")
            answers.add(
                (reply.status, reply.headers.get("x-contract-digest"), reply.body)
                if reply.status == 200
                else (reply.status,)
            )

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield answers
    finally:
        over.set()
        thread.join(60)


def record_of(stack: DeployedStack) -> Any:
    """What `--show` prints."""
    return json.loads(stack.checkout.python(*ROLLBACK, *stack.target, "--show").stdout)


def test_a_bad_revision_is_rolled_back_and_the_good_commit_applies_clean(bike_rental: DeployedStack) -> None:
    """Model, contract and route changed; afterwards the stage answers as before, and never a mixture."""
    python, target = bike_rental.checkout.python, bike_rental.target
    bike_rental.client, bike_rental.key  # noqa: B018 - made here, since they are not safe to make in two threads
    try:
        ended = python(*SMOKE_TEST, *target, "--json")
        assert json.loads(ended.stdout)["checks"][-1]["status"] == "passed", ended.stderr
        proven = record_of(bike_rental)
        good = bike_rental.post(bike_rental.golden_request())
        assert good.headers["x-contract-digest"] == proven["contract_digest"]

        with ExitStack() as edits:
            for edit in BAD:
                edits.enter_context(bike_rental.checkout.edited(*edit))
            build(bike_rental, *STEPS)
            bike_rental.apply()
            bad = bike_rental.post(bike_rental.golden_request(), "/forecast")
            assert (bad.status, bad.json() == good.json()) == (200, False)
            assert bike_rental.post(bike_rental.golden_request()).status == 404
            ended = python(*SMOKE_TEST, *target, "--json", expect=1)
            *_, last = json.loads(ended.stdout)["checks"]
            assert last["found"] == "not proven: what was proven before stays recorded"
            assert record_of(bike_rental) == proven

            with noting_answers(bike_rental) as answers:
                ended = python(*ROLLBACK, *target)
            assert "Rolled back and proven" in ended.stderr
            back = bike_rental.post(bike_rental.golden_request())
            assert (back.status, back.json()) == (200, good.json())
            assert back.headers["x-contract-digest"] == proven["contract_digest"]
            mixed = answers - {
                (429,),
                (200, bad.headers["x-contract-digest"], bad.body),
                (200, good.headers["x-contract-digest"], good.body),
            }
            assert mixed == set()
            assert (429,) in answers, "the stage was closed meanwhile"

            assert bike_rental.plan() == DIFFERENCES
            assert "Nothing to do" in python(*ROLLBACK, *target).stderr

        build(bike_rental, *STEPS)
        bike_rental.apply()
        assert bike_rental.plan() == {}
        python(*SMOKE_TEST, *target)
        again = record_of(bike_rental)
        assert again["previous"]["endpoint"] == proven["endpoint"]
        assert again["endpoint"]["configuration"] != proven["endpoint"]["configuration"]
    except BaseException:
        build(bike_rental, *STEPS)
        bike_rental.apply()
        raise
    finally:
        python(*ROLLBACK, *target, "--forget")
    assert not [name for name in kept(bike_rental) if "proven" in name]


def kept(stack: DeployedStack) -> list[str]:
    """Models and endpoint configurations in the account."""
    sagemaker = stack.aws("sagemaker")
    models = [model["ModelName"] for model in sagemaker.list_models()["Models"]]
    found = sagemaker.list_endpoint_configs()["EndpointConfigs"]
    return models + [configuration["EndpointConfigName"] for configuration in found]


def test_without_a_record_it_says_what_to_do(bike_rental: DeployedStack) -> None:
    """Nothing is proven yet: wherever it runs, the command that proves it is named."""
    ended = bike_rental.checkout.python(*ROLLBACK, *bike_rental.target, expect=1)
    assert "make smoke-test STACK=bike-rental ENV=dev ON=local" in ended.stderr
