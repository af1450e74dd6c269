"""Variants, shadows, many models and several containers on the local stage, called with boto3."""

import json

import botocore.exceptions
import numpy as np
import pytest
import xgboost

from scripts.local_stage.sagemaker_capacities import change_variant, retain
from scripts.training.artifact import write_artifact
from tests.functional.sagemaker_stage import BUCKET, XGBOOST_IMAGE, Stage, wait_for

pytestmark = pytest.mark.functional

ECHO_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/echo:1"


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    stage = Stage(tmp_path_factory.mktemp("endpoints"))
    yield stage
    stage.close()


def refused(stage, name, **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as raised:
        stage.invoke(name, **parameters)
    return raised.value.response["Error"]


def heard(reply):
    return json.loads(reply["Body"])


def test_weights_change_while_the_endpoint_serves(stage):
    """UpdateEndpointWeightsAndCapacities moves all traffic to the other variant; no container starts anew."""
    stage.create("moved", stage.variant("blue", ECHO_IMAGE), stage.variant("green", ECHO_IMAGE, 0.0))
    before = heard(stage.invoke("moved", TargetVariant="green"))["pid"]
    assert {stage.invoke("moved")["InvokedProductionVariant"] for _ in range(20)} == {"blue"}
    blue, green = stage.endpoint("moved").production_variants
    change_variant(blue, {"DesiredWeight": 0.0})
    change_variant(green, {"DesiredWeight": 1.0, "DesiredInstanceCount": 3})
    stage.plane.capacities_changed("moved")
    assert {stage.invoke("moved")["InvokedProductionVariant"] for _ in range(20)} == {"green"}
    assert heard(stage.invoke("moved"))["pid"] == before
    assert (green["CurrentInstanceCount"], green["CurrentWeight"]) == (3, 1.0)


def test_an_update_that_retains_weights_shares_by_them(stage):
    """The configuration says half and half; what ran, and runs on, is all to the second."""
    variants = [stage.variant(name, ECHO_IMAGE) for name in ("left", "right")]
    stage.create("kept", *variants)
    running = stage.endpoint("kept").production_variants
    change_variant(running[0], {"DesiredWeight": 0.0})
    planned = stage.endpoint("kept")._process_production_variants(variants)
    retain(planned, running, ())
    stage.begin_update("kept", *variants, planned=planned)
    assert stage.wait("kept") == "InService"
    assert [variant["CurrentWeight"] for variant in stage.endpoint("kept").production_variants] == [0.0, 1.0]
    assert {stage.invoke("kept")["InvokedProductionVariant"] for _ in range(20)} == {"right"}


def test_a_shadow_gets_copies_and_its_answers_are_dropped(stage):
    """Half of 200 requests, give or take, reach the shadow too; all answers are the production variant's."""
    shadow = stage.variant("Shadow", ECHO_IMAGE, 0.5, environment={"LOG": "1"})
    stage.create("watched", stage.variant("AllTraffic", ECHO_IMAGE), shadow=shadow)
    answers = [stage.invoke("watched", b"%d" % n) for n in range(200)]
    assert {heard(answer)["name"] for answer in answers} == {"AllTraffic"}
    assert {answer["InvokedProductionVariant"] for answer in answers} == {"AllTraffic"}

    def copies():
        return [
            message
            for _, stream, message in stage.log.events
            if stream.startswith("Shadow/") and "got" in message
        ]

    wait_for(lambda: 70 <= len(copies()) <= 130)
    assert stage.endpoint("watched").shadow_production_variants[0]["VariantName"] == "Shadow"


def test_a_failing_shadow_harms_nobody(stage):
    """The shadow's container ends with a 500; the client doesn't see it."""
    shadow = stage.variant("Shadow", ECHO_IMAGE, 1.0, environment={"STATUS": "500"})
    stage.create("unharmed", stage.variant("AllTraffic", ECHO_IMAGE), shadow=shadow)
    assert heard(stage.invoke("unharmed"))["name"] == "AllTraffic"


@pytest.fixture(scope="module")
def shops(stage, tmp_path_factory):
    """A multi-model endpoint: two models that answer 10 and 20, and an object that is no model."""
    for shop, level in (("north", 10.0), ("south", 20.0)):
        data = xgboost.DMatrix(np.zeros((4, 2)), label=np.full(4, level), nthread=1)
        booster = xgboost.train({"base_score": level, "nthread": 1}, data, num_boost_round=1)
        path = tmp_path_factory.mktemp(shop) / "model.tar.gz"
        write_artifact(path, {"xgboost-model": bytes(booster.save_raw("ubj"))})
        stage.put_artifact(f"shops/{shop}/model.tar.gz", path.read_bytes())
    stage.put_artifact("shops/broken.tar.gz", b"no archive")
    write_artifact(path, {"xgboost-model": b"no model"})
    stage.put_artifact("shops/wrong.tar.gz", path.read_bytes())
    variant = stage.variant(
        "AllTraffic", XGBOOST_IMAGE, artifact=f"s3://{BUCKET}/shops/", container={"Mode": "MultiModel"}
    )
    assert stage.create("shops", variant) == "InService"
    return "shops"


@pytest.mark.parametrize(("shop", "answer"), [("north", b"10.0"), ("south", b"20.0")])
def test_a_multi_model_endpoint_loads_the_named_model(stage, shops, shop, answer):
    """Target-Model is the rest of the key behind the prefix."""
    for _ in range(2):
        reply = stage.invoke(shops, b"0,0", TargetModel=f"{shop}/model.tar.gz")
        assert reply["Body"].strip() == answer


@pytest.mark.parametrize(
    ("parameters", "code", "said"),
    [
        ({}, "ValidationError", "needs TargetModel"),
        ({"TargetModel": "west/model.tar.gz"}, "ValidationError", "Failed to download model data"),
        ({"TargetModel": "broken.tar.gz"}, "ValidationError", "Failed to extract model data"),
        ({"TargetModel": "wrong.tar.gz"}, "ModelError", "cannot be loaded"),
    ],
)
def test_a_multi_model_endpoint_refuses(stage, shops, parameters, code, said):
    """No model named, none there, none in it; the others answer on."""
    error = refused(stage, shops, **parameters)
    assert error["Code"] == code and said in error["Message"]
    assert stage.invoke(shops, b"0,0", TargetModel="north/model.tar.gz")["Body"].strip() == b"10.0"


def test_a_load_that_the_container_breaks_off_is_tried_again(stage, shops):
    """The caller gets a model error, the next one the model."""
    variant = stage.variant(
        "AllTraffic",
        ECHO_IMAGE,
        artifact=f"s3://{BUCKET}/shops/",
        container={"Mode": "MultiModel"},
        environment={"BROKEN_LOADS": "1"},
    )
    assert stage.create("breaks", variant) == "InService"
    error = refused(stage, "breaks", TargetModel="north/model.tar.gz")
    assert error["Code"] == "ModelError" and "broke the connection" in error["Message"]
    assert heard(stage.invoke("breaks", b"raw", TargetModel="north/model.tar.gz"))["body"] == "raw"


def test_one_model_refuses_target_model(stage):
    """TargetModel is for multi-model endpoints."""
    stage.create("single", stage.variant("AllTraffic", ECHO_IMAGE))
    assert "no TargetModel" in refused(stage, "single", TargetModel="north/model.tar.gz")["Message"]


def containers(*names):
    return [{"Image": ECHO_IMAGE, "ContainerHostname": name, "Environment": {"NAME": name}} for name in names]


def test_containers_are_called_in_sequence(stage):
    """Each gets the answer of the one before it."""
    stage.create("line", stage.variant("AllTraffic", ECHO_IMAGE, containers=containers("clean", "score")))
    last = heard(stage.invoke("line", b"raw"))
    first = json.loads(last["body"])
    assert (first["name"], first["body"]) == ("clean", "raw")
    assert (last["name"], last["headers"]["content-type"]) == ("score", "application/json")


def test_a_container_is_invoked_by_name(stage):
    """Direct: one answers, the other isn't asked; no name or a wrong one is refused."""
    both = stage.variant("AllTraffic", ECHO_IMAGE, containers=containers("big", "small"), mode="Direct")
    stage.create("either", both)
    answered = heard(stage.invoke("either", b"raw", TargetContainerHostname="small"))
    assert (answered["name"], answered["body"]) == ("small", "raw")
    assert "needs TargetContainerHostname" in refused(stage, "either")["Message"]
    assert "no container tiny" in refused(stage, "either", TargetContainerHostname="tiny")["Message"]


def test_an_asynchronous_endpoint_refuses_to_answer_at_once(stage):
    """It is InService, and InvokeEndpoint says which call it takes."""
    assert stage.create("queue", stage.variant("AllTraffic", ECHO_IMAGE), queue=True) == "InService"
    error = refused(stage, "queue")
    assert error["Code"] == "ValidationError" and "InvokeEndpointAsync" in error["Message"]


def test_a_package_of_the_registry_is_served(stage):
    """Image and artifact are the package's."""
    arn = stage.register("bike-rental", {"Image": ECHO_IMAGE, "Environment": {"NAME": "packaged"}})
    model = {"ModelName": "registered", "VariantName": "AllTraffic"}
    stage.make_model("registered", {"ModelPackageName": arn}, [])
    assert stage.create("registered", model) == "InService"
    assert heard(stage.invoke("registered"))["name"] == "packaged"


def test_an_unknown_package_fails_the_endpoint(stage):
    """The reason names it."""
    arn = "arn:aws:sagemaker:eu-west-1:123456789012:model-package/none/1"
    stage.make_model("lost", {"ModelPackageName": arn}, [])
    assert stage.create("lost", {"ModelName": "lost", "VariantName": "AllTraffic"}) == "Failed"
    assert stage.endpoint("lost").failure_reason == f"The model package {arn} does not exist."
