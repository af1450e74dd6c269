"""A change redeploys what it must and nothing else, and what is applied is proven."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from scripts.terraform import TerraformError
from tests.deployed_stack import DeployedStack, failed

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("changes")]

CONTRACT = "models/bike-rental/contract.json"
SETTINGS = "infra/stacks/bike-rental/env/dev.tfvars"

FUNCTION = {
    "module.lambda.aws_lambda_function.this": "update",
    "module.lambda.aws_lambda_alias.live": "update",
}
API = {
    'module.api_gateway["api"].aws_api_gateway_rest_api.this': "update",
    'module.api_gateway["api"].aws_api_gateway_deployment.this': "replace",
    'module.api_gateway["api"].aws_api_gateway_stage.this': "update",
}
MODEL = {
    'module.model["model"].terraform_data.upload["artifact"]': "replace",
    'module.model["model"].aws_s3_object.artifact["artifact"]': "replace",
    'module.model["model"].terraform_data.revision': "replace",
    'module.model["model"].aws_sagemaker_model.this': "replace",
    'module.endpoint.aws_sagemaker_endpoint_configuration.this["endpoint"]': "replace",
    'module.endpoint.aws_sagemaker_endpoint.this["endpoint"]': "update",
    'module.endpoint.terraform_data.ready["endpoint"]': "replace",
    'module.endpoint.terraform_data.verify["endpoint"]': "replace",
}


def test_a_second_plan_changes_nothing(bike_rental: DeployedStack) -> None:
    """`plan -detailed-exitcode` is 0 after the apply."""
    assert bike_rental.replanned == {}


def build(stack: DeployedStack, *steps: str) -> None:
    """Run build steps of the stack's model, as make does."""
    known = {
        "train": (f"models/{stack.stack}/train.py",),
        "package": ("-m", "scripts.package", stack.stack, "--target", "local"),
        "openapi": ("-m", "scripts.openapi", stack.stack),
    }
    for step in steps:
        stack.checkout.python(*known[step])


def test_a_change_of_the_contract_redeploys_function_and_api(bike_rental: DeployedStack) -> None:
    """A new version of the contract is in the zip and in the document; the model is left alone."""
    try:
        with bike_rental.checkout.edited(CONTRACT, '"version": "1.0.0"', '"version": "1.0.1"'):
            with pytest.raises(TerraformError, match=r"python -m scripts\.package bike-rental"):
                bike_rental.plan(refresh=False)
            build(bike_rental, "package", "openapi")
            planned = bike_rental.plan(refresh=False)
    finally:
        build(bike_rental, "package", "openapi")
    assert planned == {**FUNCTION, **API, "terraform_data.artefacts": "update"}


def test_a_change_of_the_code_redeploys_the_function(bike_rental: DeployedStack) -> None:
    """A new version is published and the alias moves to it; API and model are left alone."""
    try:
        with bike_rental.checkout.edited("lambda/scoring/respond.py", '"Retry-After"', '"retry-after"'):
            build(bike_rental, "package")
            planned = bike_rental.plan(refresh=False)
    finally:
        build(bike_rental, "package")
    assert planned == FUNCTION


def test_a_change_of_the_api_redeploys_the_api(bike_rental: DeployedStack) -> None:
    """Another document is another deployment; function and model are left alone."""
    with bike_rental.checkout.edited(SETTINGS, "api = {", 'api = {\n  request_validation = "full"'):
        assert bike_rental.plan(refresh=False) == API


def test_a_new_client_touches_no_other(bike_rental: DeployedStack) -> None:
    """A key and a plan of its own; the API is not deployed again."""
    with bike_rental.checkout.edited(SETTINGS, "clients = {", "clients = {\n    another = {}"):
        planned = bike_rental.plan(refresh=False)
    assert planned == {
        f'module.api_gateway["api"].aws_api_gateway_{kind}.client["another"]': "create"
        for kind in ("api_key", "usage_plan", "usage_plan_key")
    }


@contextmanager
def asking(stack: DeployedStack) -> Iterator[Counter[int]]:
    """Ask the stage URL without pause; yields how often each status was answered."""
    statuses: Counter[int] = Counter()
    over = threading.Event()
    stack.client, stack.key  # noqa: B018 - made here, since they are not safe to make in two threads

    def ask() -> None:
        while not over.wait(0.1):
            statuses[stack.post(stack.golden_request()).status] += 1

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield statuses
    finally:
        over.set()
        thread.join(60)


def test_a_change_of_the_model_is_rolled_out_and_proven(bike_rental: DeployedStack) -> None:
    """Planned: the model alone. Applied: no request fails meanwhile, and the smoke test sees what serves."""
    first, before = dict(bike_rental.outputs), bike_rental.post(bike_rental.golden_request()).json()
    try:
        with bike_rental.checkout.edited("models/bike-rental/train.py", "ROUNDS = 150", "ROUNDS = 60"):
            build(bike_rental, "train")
        assert bike_rental.plan(refresh=False) == MODEL
        with asking(bike_rental) as statuses:
            bike_rental.apply()
        assert set(statuses) == {200}, statuses
        assert statuses[200] > 10

        assert bike_rental.post(bike_rental.golden_request()).json() != before
        assert failed(bike_rental.smoke_test()) == {"golden rows"}, "another model answers otherwise"
        gone = {"endpoint configuration", "model and artifact", "golden rows"}
        assert failed(bike_rental.smoke_test(first)) == gone, "the first revision is no longer live"
        assert live_models(bike_rental) == [bike_rental.outputs["model_name"]]
    finally:
        build(bike_rental, "train")
        bike_rental.apply()
    assert failed(bike_rental.smoke_test()) == set()
    assert bike_rental.post(bike_rental.golden_request()).json() == before
    assert bike_rental.outputs["model_name"] != first["model_name"], "names of models never recur"
    assert live_models(bike_rental) == [bike_rental.outputs["model_name"]]


def live_models(stack: DeployedStack) -> list[str]:
    """The models of the stack that are in the account."""
    names = [model["ModelName"] for model in stack.aws("sagemaker").list_models()["Models"]]
    mine = [name for name in names if name.startswith(stack.outputs["endpoint_name"])]
    return [name for name in mine if "-proven-" not in name]  # which smoke tests keep to roll back to
