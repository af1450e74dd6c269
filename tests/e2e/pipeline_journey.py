"""A stack's life in a bootstrapped account, as pipelines lead it, with every request that was made of AWS."""

import contextlib
import json
import re
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.deployed_stack import DeployedStack
from tests.e2e.bootstrapped_account import INITIALISED, TARGET, Account
from tests.e2e.interruptions import kill_with_children, lock_id, started, wait_for
from tests.e2e.policy_cases import Call
from tests.e2e.recorded_calls import recorded
from tests.running_provider import running_provider


@dataclass
class Journey:
    """What a stack's life in the account asked of AWS, and what was said on the way."""

    apply: list[Call]
    plan: list[Call]
    night: list[Call]
    proof: list[Call]
    rollback: list[Call]
    destroy: list[Call]
    interrupted: int
    locked: str
    roles: dict[str, Any]
    policies: dict[str, Any]
    """Of the topic, its key and the artifacts' bucket, each with its ARN."""


def record_journey(account: Account) -> Journey:
    """An apply interrupted and resumed, a plan that is killed, a night, a proof, a roll-back, a destroy."""
    stage = account.stage
    DeployedStack(stage, "bike-rental", "boot").build()
    with contextlib.ExitStack() as running:
        url, calls = running.enter_context(recorded(stage.record().control_plane))
        alone = {**account.environment, "AWS_ENDPOINT_URL": url}  # with a provider that may be interrupted
        root = stage.root / "infra/stacks/bike-rental"
        provider = running.enter_context(running_provider(stage.root / INITIALISED, alone, root))
        environment = {**alone, **provider}

        def stack(command: str, *more: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
            line = ("-m", "scripts.stack", command, *TARGET, *more)
            return stage.python(*line, environment=environment, expect=expect)

        with started(stage, alone, "apply", "--yes") as process:
            wait_for(lambda: any(call.action == "lambda:CreateFunction" for call in calls), process)
            process.send_signal(signal.SIGINT)
            interrupted = process.wait(120)
        stack("apply", "--yes")
        roles = {
            name: account.aws("iam").get_role(RoleName=f"bike-rental-boot-{name}")["Role"]
            for name in ("lambda", "sagemaker")
        }
        policies = resource_policies(account.aws)
        applied = take(calls)
        with started(stage, environment, "plan") as process:
            wait_for(lambda: any(call.resource.endswith(".tflock") for call in calls), process)
            kill_with_children(process.pid)
        locked = stack("plan", expect=1).stderr
        lock = lock_id(locked)
        unlock = ("-m", "scripts.unlock", lock, *TARGET, "--yes")
        stage.python(*unlock, environment=environment)
        take(calls)
        stack("plan", "--detailed-exitcode")
        planned = take(calls)

        smoke_test = ("-m", "scripts.smoke_test", *TARGET)
        stack("drift")  # nightly.yml's steps
        stage.python(*smoke_test, "--no-record", environment=environment)
        night = take(calls)
        stage.python(*smoke_test, environment=environment)  # deploy.yml's
        proof = take(calls)
        with changed_by_hand(account.aws, json.loads(stack("output").stdout)):
            take(calls)
            stage.python("-m", "scripts.rollback", *TARGET, "--yes", environment=environment)
        rollback = take(calls)
        stack("destroy", "--yes")
        destroyed = take(calls)
    asked = (applied, planned, night, proof, rollback, destroyed)
    return Journey(*asked, interrupted, locked, roles, policies)


def take(calls: list[Call]) -> list[Call]:
    """The calls so far, each once; the list begins anew."""
    taken = list({str(call): call for call in calls}.values())
    calls.clear()
    return taken


def changes_something(call: Call) -> bool:
    """Whether it is more than looking; a lock is taken to look as well."""
    return not re.search(r":(Describe|Get|List|GET)", call.action) and not call.resource.endswith(".tflock")


def resource_policies(aws: Callable[[str], Any]) -> dict[str, Any]:
    """Kind of resource → its ARN and its policy, of bike-rental as it is deployed."""
    topics = [topic["TopicArn"] for topic in aws("sns").list_topics()["Topics"]]
    (topic,) = (found for found in topics if found.endswith(":bike-rental-boot-alarms"))
    attributes = aws("sns").get_topic_attributes(TopicArn=topic)["Attributes"]
    key = attributes["KmsMasterKeyId"]
    names = [bucket["Name"] for bucket in aws("s3").list_buckets()["Buckets"]]
    (bucket,) = (name for name in names if name.startswith("bike-rental-boot-artifacts-"))
    return {
        "topic": (topic, json.loads(attributes["Policy"])),
        "key": (key, json.loads(aws("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"])),
        "bucket": (bucket, json.loads(aws("s3").get_bucket_policy(Bucket=bucket)["Policy"])),
    }


@contextlib.contextmanager
def changed_by_hand(aws: Callable[[str], Any], outputs: Mapping[str, Any]) -> Iterator[None]:
    """Endpoint, alias, stage and a permission are not what was proven; a roll-back has all to do."""
    functions, sagemaker, gateway = aws("lambda"), aws("sagemaker"), aws("apigateway")
    key = {"FunctionName": outputs["function_name"]}
    functions.update_function_configuration(**key, Description="by hand")
    version = functions.publish_version(**key)["Version"]
    functions.update_alias(**key, Name=outputs["alias_name"], FunctionVersion=version)
    policy = json.loads(functions.get_policy(**key, Qualifier=outputs["alias_name"])["Policy"])
    statement = policy["Statement"][0]["Sid"]
    functions.remove_permission(**key, Qualifier=outputs["alias_name"], StatementId=statement)

    api, stage = outputs["rest_api_id"], outputs["stage_name"]
    patch = {
        "op": "replace",
        "path": "/deploymentId",
        "value": gateway.create_deployment(restApiId=api)["id"],
    }
    gateway.update_stage(restApiId=api, stageName=stage, patchOperations=[patch])

    now = sagemaker.describe_endpoint_config(EndpointConfigName=outputs["endpoint_configuration_name"])
    other = f"{outputs['endpoint_name']}-by-hand"
    sagemaker.create_endpoint_config(EndpointConfigName=other, ProductionVariants=now["ProductionVariants"])
    sagemaker.update_endpoint(EndpointName=outputs["endpoint_name"], EndpointConfigName=other)
    yield
    sagemaker.delete_endpoint_config(EndpointConfigName=other)
