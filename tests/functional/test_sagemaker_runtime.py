"""InvokeEndpoint on the local stage, called with boto3: real containers, real roll-outs, real refusals."""

import json
import os
import threading
from collections import Counter

import aiohttp
import botocore.exceptions
import numpy as np
import pytest
import xgboost

from scripts.local_stage.sagemaker_runtime import ImageCommands
from scripts.training.artifact import write_artifact
from tests.functional.sagemaker_stage import XGBOOST_IMAGE, Stage, wait_for
from tests.processes import is_gone

pytestmark = pytest.mark.functional

ECHO_IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/echo:1"


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    stage = Stage(tmp_path_factory.mktemp("endpoints"))
    yield stage
    stage.close()


@pytest.fixture(scope="module")
def booster():
    rng = np.random.default_rng(7)
    matrix = rng.random((200, 3))
    data = xgboost.DMatrix(matrix, label=matrix[:, 0] - 2 * matrix[:, 2], nthread=1)
    return xgboost.train({"max_depth": 3, "nthread": 1, "base_score": 0.5}, data, num_boost_round=5)


@pytest.fixture(scope="module")
def artifact(stage, booster, tmp_path_factory):
    path = tmp_path_factory.mktemp("artifact") / "model.tar.gz"
    write_artifact(path, {"xgboost-model": bytes(booster.save_raw("ubj"))})
    return stage.put_artifact("m/model.tar.gz", path.read_bytes())


@pytest.fixture(scope="module")
def echo(stage, artifact):
    assert stage.create("echo", stage.variant("AllTraffic", ECHO_IMAGE, artifact=artifact)) == "InService"
    return "echo"


@pytest.fixture(autouse=True)
def no_faults(stage):
    yield
    stage.faults.clear()


def refused(stage, name, body=b"1,2", **parameters):
    with pytest.raises(botocore.exceptions.ClientError) as caught:
        stage.invoke(name, body, **parameters)
    return caught.value.response


def test_xgboost_predicts_as_its_booster(stage, artifact, booster):
    """The endpoint answers what Booster.predict says of the artifact that lies in S3."""
    assert stage.create("trees", stage.variant("AllTraffic", XGBOOST_IMAGE, artifact=artifact)) == "InService"
    reply = stage.invoke("trees", b"0.1,0.2,0.3\n0.9,0.8,0.7")
    expected = booster.predict(xgboost.DMatrix(np.array([[0.1, 0.2, 0.3], [0.9, 0.8, 0.7]]), nthread=1))
    assert [float(line) for line in reply["Body"].decode().splitlines()] == expected.tolist()
    assert reply["InvokedProductionVariant"] == "AllTraffic"
    assert reply["ContentType"].startswith("text/csv")


def test_refusal_of_the_container_is_a_model_error(stage, artifact):
    """A container's 415 is the API's 424 with the container's status and words."""
    stage.create("strict", stage.variant("AllTraffic", XGBOOST_IMAGE, artifact=artifact))
    reply = refused(stage, "strict", b"temp,humidity")
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 424
    assert reply["Error"]["Code"] == "ModelError"
    assert reply["OriginalStatusCode"] == 415
    assert "please ensure data is in csv format" in reply["OriginalMessage"]
    assert "Received client error (415) from primary" in reply["Error"]["Message"]


def test_container_sees_only_what_sagemaker_forwards(stage, echo):
    """Content type, accept and custom attributes arrive, the signature doesn't; the model is unpacked."""
    reply = stage.invoke(echo, Accept="application/json", CustomAttributes="trace")
    seen = json.loads(reply["Body"])
    assert seen["model"] == ["xgboost-model"]
    assert seen["headers"]["content-type"] == "text/csv"
    assert seen["headers"]["accept"] == "application/json"
    assert "authorization" not in seen["headers"]
    assert reply["CustomAttributes"] == "TRACE"


def test_containers_words_go_to_the_endpoints_log_group(stage, echo):
    """Standard output is a stream of /aws/sagemaker/Endpoints/NAME."""
    events = [e for e in stage.log.events if e[0] == "/aws/sagemaker/Endpoints/echo"]
    assert [(stream.split("/")[0], line) for _, stream, line in events] == [("AllTraffic", "ready to echo")]


def test_missing_endpoint(stage):
    """An endpoint that doesn't exist is a ValidationError that carries the account."""
    reply = refused(stage, "nowhere")
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert reply["Error"]["Code"] == "ValidationError"
    assert reply["Error"]["Message"] == "Endpoint nowhere of account 123456789012 not found."


def test_endpoint_is_creating_until_ping_answers(stage):
    """Before the container is healthy the endpoint is Creating and not found by the runtime."""
    stage.faults.set({"faults": [{"kind": "slow_rollout", "endpoint": "late", "seconds": 600, "times": 1}]})
    stage.begin("late", stage.variant("AllTraffic", ECHO_IMAGE))
    assert stage.endpoint("late").endpoint_status == "Creating"
    assert refused(stage, "late")["Error"]["Code"] == "ValidationError"
    stage.pass_time(600)
    assert stage.wait("late") == "InService"
    assert stage.invoke("late")["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(
    ("image", "options", "reason"),
    [
        ("acme/unknown:2", {}, "--image-command 'unknown=COMMAND'"),
        ("nothing:1", {}, "/no/such/command can't be run: No such file or directory"),
        (ECHO_IMAGE, {"artifact": "s3://models/gone.tar.gz"}, 'URL: "s3://models/gone.tar.gz"'),
        (ECHO_IMAGE, {"environment": {"EXIT": "3"}}, "exited with code 3"),
        (ECHO_IMAGE, {"environment": {"EXIT": "3"}}, "this model is broken"),
        (
            ECHO_IMAGE,
            {"environment": {"PING_STATUS": "500"}, "ContainerStartupHealthCheckTimeoutInSeconds": 1},
            "did not pass the ping health check within 1 s",
        ),
    ],
)
def test_endpoint_that_cant_start_is_failed_with_its_reason(stage, request, image, options, reason):
    """FailureReason says what is wrong, and for an unknown image how to repair it."""
    name = f"failed-{request.node.callspec.indices['reason']}"
    assert stage.create(name, stage.variant("AllTraffic", image, **options)) == "Failed"
    assert reason in stage.endpoint(name).failure_reason
    assert refused(stage, name)["Error"]["Code"] == "ValidationError"


def test_artifact_that_is_no_archive(stage):
    """A model.tar.gz that can't be unpacked fails the endpoint."""
    uri = stage.put_artifact("broken/model.tar.gz", b"no gzip")
    assert stage.create("broken", stage.variant("AllTraffic", ECHO_IMAGE, artifact=uri)) == "Failed"
    assert "Failed to extract model data" in stage.endpoint("broken").failure_reason


def test_update_loses_no_request(stage):
    """While a new configuration is rolled out every call is answered, by the old fleet or the new one."""
    stage.create(
        "rolling", stage.variant("AllTraffic", ECHO_IMAGE, environment={"NAME": "old", "SECONDS": "0.02"})
    )
    answered: Counter[str] = Counter()
    failures: list[Exception] = []
    done = threading.Event()

    def call():
        while not done.is_set():
            try:
                answered[json.loads(stage.invoke("rolling")["Body"])["name"]] += 1
            except botocore.exceptions.ClientError as error:
                failures.append(error)

    callers = [threading.Thread(target=call) for _ in range(4)]
    for caller in callers:
        caller.start()
    wait_for(lambda: answered["old"] > 10)
    stage.begin_update("rolling", stage.variant("AllTraffic", ECHO_IMAGE, environment={"NAME": "new"}))
    wait_for(lambda: answered["new"] > 10)
    done.set()
    for caller in callers:
        caller.join()
    assert failures == []
    assert stage.endpoint("rolling").endpoint_status == "InService"


def test_update_ends_the_old_container(stage):
    """The process of the configuration that was replaced is gone."""
    stage.create("replaced", stage.variant("AllTraffic", ECHO_IMAGE))
    old = json.loads(stage.invoke("replaced")["Body"])["pid"]
    stage.begin_update("replaced", stage.variant("AllTraffic", ECHO_IMAGE))
    stage.wait("replaced")
    wait_for(lambda: is_gone(old))
    assert json.loads(stage.invoke("replaced")["Body"])["pid"] != old


def test_failed_update_leaves_the_old_configuration_in_service(stage):
    """A roll-out that fails is rolled back: the endpoint serves what it served."""
    stage.create("kept", stage.variant("AllTraffic", ECHO_IMAGE, environment={"NAME": "old"}))
    configuration = stage.endpoint("kept").endpoint_config_name
    stage.begin_update("kept", stage.variant("AllTraffic", ECHO_IMAGE, environment={"EXIT": "1"}))
    assert stage.wait("kept") == "InService"
    assert stage.endpoint("kept").endpoint_config_name == configuration
    assert json.loads(stage.invoke("kept")["Body"])["name"] == "old"


def test_injected_roll_out_failure(stage):
    """A roll-out can be told to fail, once."""
    stage.create("doomed", stage.variant("AllTraffic", ECHO_IMAGE))
    configuration = stage.endpoint("doomed").endpoint_config_name
    stage.faults.set({"faults": [{"kind": "failed_rollout", "message": "alarm tripped", "times": 1}]})
    stage.begin_update("doomed", stage.variant("AllTraffic", ECHO_IMAGE))
    stage.wait("doomed")
    assert stage.endpoint("doomed").endpoint_config_name == configuration
    assert stage.endpoint("doomed").failure_reason == "alarm tripped"


def test_deleted_endpoint_is_gone_with_its_container(stage):
    """After DeleteEndpoint the runtime doesn't know it and the process has ended."""
    stage.create("short-lived", stage.variant("AllTraffic", ECHO_IMAGE))
    pid = json.loads(stage.invoke("short-lived")["Body"])["pid"]
    stage.delete("short-lived")
    wait_for(lambda: is_gone(pid))
    assert "not found" in refused(stage, "short-lived")["Error"]["Message"]


def test_variants_by_weight_and_by_name(stage):
    """Traffic is split 3 to 1; TargetVariant overrides; an unknown one is refused."""
    variants = stage.variant("blue", ECHO_IMAGE, 3.0), stage.variant("green", ECHO_IMAGE, 1.0)
    stage.create("split", *variants)
    invoked = Counter(stage.invoke("split")["InvokedProductionVariant"] for _ in range(400))
    assert 260 <= invoked["blue"] <= 340
    assert sum(invoked.values()) == 400
    assert stage.invoke("split", TargetVariant="green")["InvokedProductionVariant"] == "green"
    assert refused(stage, "split", TargetVariant="red")["Error"]["Code"] == "ValidationError"


@pytest.mark.parametrize(("serverless", "limit"), [(False, 6_291_456), (True, 4_194_304)])
def test_body_limits(stage, serverless, limit):
    """6 MiB reach an instance, 4 MiB a serverless container; a byte more is a 413."""
    name = f"limited-{limit}"
    options = {"ServerlessConfig": {"MemorySizeInMB": 1024, "MaxConcurrency": 1}} if serverless else {}
    stage.create(name, stage.variant("AllTraffic", ECHO_IMAGE, **options))
    assert stage.invoke(name, b"x" * limit)["ResponseMetadata"]["HTTPStatusCode"] == 200
    reply = refused(stage, name, b"x" * (limit + 1))
    assert reply["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_container_that_answers_too_late(stage, monkeypatch):
    """A container that exceeds the limit (0.5 s here, 60 s on SageMaker) is a ModelError of status 0."""
    stage.create("asleep", stage.variant("AllTraffic", ECHO_IMAGE, environment={"SECONDS": "3"}))
    monkeypatch.setattr(stage.plane, "_timeout", aiohttp.ClientTimeout(total=0.5))
    reply = refused(stage, "asleep")
    assert (reply["Error"]["Code"], reply["OriginalStatusCode"]) == ("ModelError", 0)
    assert "timed out" in reply["OriginalMessage"]


def test_container_that_dies_in_service(stage):
    """A container that is gone is a ModelError, not a broken gateway."""
    stage.create("mortal", stage.variant("AllTraffic", ECHO_IMAGE))
    pid = json.loads(stage.invoke("mortal")["Body"])["pid"]
    os.kill(pid, 9)
    wait_for(lambda: is_gone(pid))
    assert refused(stage, "mortal")["Error"]["Code"] == "ModelError"


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("throttled", 400, "ThrottlingException"),
        ("not_ready", 429, "ModelNotReadyException"),
        ("missing", 400, "ValidationError"),
        ("internal", 500, "InternalFailure"),
        ("unavailable", 503, "ServiceUnavailable"),
        ("dependency", 530, "InternalDependencyException"),
        ("model_error", 424, "ModelError"),
    ],
)
def test_injected_refusals(stage, echo, kind, status, code):
    """Each fault is the API's own error to boto3, as often as asked for, and then over."""
    stage.faults.set({"faults": [{"kind": kind, "endpoint": echo, "times": 1}]})
    reply = refused(stage, echo)
    assert (reply["ResponseMetadata"]["HTTPStatusCode"], reply["Error"]["Code"]) == (status, code)
    assert stage.invoke(echo)["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_injected_malformed_reply(stage, echo):
    """A reply that is no prediction."""
    stage.faults.set({"faults": [{"kind": "malformed", "message": "<html>"}]})
    assert stage.invoke(echo)["Body"] == b"<html>"


def test_injected_short_reply(stage, artifact):
    """A reply with one prediction too few."""
    stage.create("short", stage.variant("AllTraffic", XGBOOST_IMAGE, artifact=artifact))
    stage.faults.set({"faults": [{"kind": "short"}]})
    assert len(stage.invoke("short", b"1,2,3\n1,2,3\n1,2,3")["Body"].splitlines()) == 2


def test_injected_truncation(stage, echo):
    """The connection breaks in the middle of the body: boto3 raises while it reads."""
    stage.faults.set({"faults": [{"kind": "truncated"}]})
    with pytest.raises(botocore.exceptions.ResponseStreamingError):
        stage.invoke(echo)


def test_injected_reset(stage, echo):
    """The connection breaks before any answer."""
    stage.faults.set({"faults": [{"kind": "reset"}]})
    with pytest.raises(botocore.exceptions.ConnectionClosedError):
        stage.invoke(echo)


@pytest.mark.parametrize(
    ("document", "problem"),
    [
        ([], 'expected {"faults"'),
        ({"faults": ["slow"]}, "/faults/0: expected an object"),
        ({"faults": [{"kind": "slow"}, {"kind": "sloow"}]}, "/faults/1/kind: expected one of slow,"),
        ({"faults": [{"kind": "slow", "seconds": "3"}]}, "/faults/0/seconds: expected int, found '3'"),
        ({"faults": [{"kind": "slow", "second": 3}]}, "/faults/0/second: unknown"),
    ],
)
def test_faults_are_checked(stage, document, problem):
    """A wrong fault is refused with a pointer; what was set stays set."""
    stage.faults.set({"faults": [{"kind": "throttled"}]})
    with pytest.raises(ValueError, match=r"expected|unknown") as caught:
        stage.faults.set(document)
    assert problem in str(caught.value)
    assert stage.faults.describe()["faults"][0]["kind"] == "throttled"


@pytest.mark.parametrize("option", ["echo", "=python", "echo=", "(=python"])
def test_image_commands_are_checked(option):
    """A wrong --image-command is refused and named."""
    with pytest.raises(ValueError, match=r"expected|regular expression") as caught:
        ImageCommands.from_options([option])
    assert repr(option) in str(caught.value)
