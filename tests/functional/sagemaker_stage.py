"""A SageMaker plane over moto's backends, on a loop of its own, with boto3's client in front."""

import asyncio
import inspect
import shlex
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import boto3
from aiohttp import web
from botocore.config import Config
from moto.cloudwatch.models import cloudwatch_backends
from moto.s3.models import s3_backends
from moto.sagemaker.models import sagemaker_backends

from scripts.local_stage import sagemaker_deployments
from scripts.local_stage.embedded_metrics import put_metrics, sum_counts
from scripts.local_stage.faults import Faults
from scripts.local_stage.process_guard import ProcessGuard
from scripts.local_stage.sagemaker_runtime import ImageCommands, SageMakerPlane
from scripts.local_stage.sagemaker_runtime.control_plane import MotoControlPlane
from scripts.local_stage.sagemaker_runtime.routes import ROUTE, invocation_handler
from scripts.local_stage.service_metrics import ServiceMetrics

ACCOUNT, REGION, BUCKET = "123456789012", "eu-west-1", "models"
ECHO = shlex.join([sys.executable, str(Path(__file__).with_name("echo_container.py"))])
XGBOOST_IMAGE = "141502667606.dkr.ecr.eu-west-1.amazonaws.com/sagemaker-xgboost:3.0-5"


class RecordedLog:
    def __init__(self) -> None:
        self.events: list[tuple[str, str, str]] = []

    def write(self, group: str, stream: str, message: str, timestamp_ms: int) -> None:
        self.events.append((group, stream, message))


class Stage:
    def __init__(self, folder: Path) -> None:
        self._sagemaker: Any = sagemaker_backends[ACCOUNT][REGION]
        self._s3 = s3_backends[ACCOUNT]["aws"]
        if BUCKET not in self._s3.buckets:
            self._s3.create_bucket(BUCKET, REGION)
        self.faults, self.log = Faults(), RecordedLog()
        self._guard = ProcessGuard()
        self.plane = SageMakerPlane(
            MotoControlPlane(ACCOUNT),
            ImageCommands.from_options([f"echo={ECHO}", "nothing=/no/such/command"]),
            folder,
            self.faults,
            self.log,
            self._guard,
            metrics=ServiceMetrics(lambda metrics: put_metrics(ACCOUNT, REGION, sum_counts(metrics))),
        )
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.url = self._run(self._listen())
        self.client = boto3.client(
            "sagemaker-runtime",
            endpoint_url=self.url,
            region_name=REGION,
            aws_access_key_id="testing",
            aws_secret_access_key="testing",
            config=Config(retries={"total_max_attempts": 1}, max_pool_connections=32),
        )

    async def _listen(self) -> str:
        await self.plane.start()
        application = web.Application()
        application.router.add_post(ROUTE, invocation_handler(self.plane))
        self._runner = web.AppRunner(application)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0]
        return f"http://{host}:{port}"

    def _run(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def pass_time(self, seconds: float) -> None:
        """Let that much time pass for the plane, at once."""
        clock = self._loop.time
        self._loop.time = lambda: clock() + seconds  # type: ignore[method-assign]
        self._loop.call_soon_threadsafe(lambda: None)  # it wakes and sees what is due

    def close_plane(self) -> None:
        """Stop the plane alone, as a stage does before its guard kills what is left."""
        self._run(self.plane.close())

    def close(self) -> None:
        self.client.close()
        self._run(self._runner.cleanup())
        self.close_plane()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._guard.close()
        self._sagemaker.reset()

    def put_artifact(self, key: str, archive: bytes) -> str:
        self._s3.put_object(BUCKET, key, archive)
        return f"s3://{BUCKET}/{key}"

    def variant(self, name: str, image: str, weight: float = 1.0, **options: Any) -> dict[str, Any]:
        """Make a model and return the production variant that runs it."""
        model = f"model-{len(self._sagemaker._models)}"
        container = {"Image": image, "Environment": {"NAME": name, **options.pop("environment", {})}}
        if "artifact" in options:
            container["ModelDataUrl"] = options.pop("artifact")
        container |= options.pop("container", {})
        self.make_model(model, container, options.pop("containers", []))
        self._sagemaker._models[model].inference_execution_config = {"Mode": options.pop("mode", "Serial")}
        return {"VariantName": name, "ModelName": model, "InitialVariantWeight": weight, **options}

    def make_model(self, name: str, container: dict[str, Any], containers: list[dict[str, Any]]) -> None:
        self._sagemaker.create_model(
            model_name=name,
            execution_role_arn="arn:aws:iam::123456789012:role/endpoint",
            primary_container={} if containers else container,
            vpc_config={},
            containers=containers,
            tags=[],
        )

    def register(self, name: str, container: dict[str, Any]) -> str:
        """Put a package with this container into the model registry; returns its ARN."""
        fields = inspect.signature(self._sagemaker.create_model_package).parameters
        given: dict[str, Any] = dict.fromkeys(fields)
        given |= {"model_package_name": name, "inference_specification": {"Containers": [container]}}
        return str(self._sagemaker.create_model_package(**given))

    def configure(
        self, *variants: dict[str, Any], shadow: dict[str, Any] | None = None, queue: bool = False
    ) -> str:
        """Make an endpoint configuration; returns its name."""
        name = f"configuration-{len(self._sagemaker.endpoint_configs)}"
        instance = {"InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
        described = [v if "ServerlessConfig" in v else {**v, **instance} for v in variants]
        asynchronous = {"OutputConfig": {"S3OutputPath": "s3://queue/out"}} if queue else {}
        self._sagemaker.create_endpoint_config(name, described, {}, asynchronous, [], "")
        if shadow is not None:
            self._sagemaker.endpoint_configs[name].shadow_production_variants = [{**shadow, **instance}]
        return name

    def begin(self, name: str, *variants: dict[str, Any], **configuration: Any) -> None:
        """Do what the corrected CreateEndpoint does."""
        self._sagemaker.create_endpoint(name, self.configure(*variants, **configuration), [])
        sagemaker_deployments.begin_creation(self._sagemaker.endpoints[name])
        self.plane.endpoint_changed(name)

    def create(self, name: str, *variants: dict[str, Any], **configuration: Any) -> str:
        """Create an endpoint, wait; returns its status."""
        self.begin(name, *variants, **configuration)
        return self.wait(name)

    def begin_update(
        self,
        name: str,
        *variants: dict[str, Any],
        how: dict[str, Any] | None = None,
        planned: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Do what the corrected UpdateEndpoint does, by DeploymentConfig `how`, to variants as `planned`."""
        configuration = self.configure(*variants)
        sagemaker_deployments.begin_update(self._sagemaker.endpoints[name], configuration, how, planned)
        self.plane.endpoint_changed(name)

    def delete(self, name: str) -> None:
        self._sagemaker.delete_endpoint(name)
        self.plane.endpoint_changed(name)

    def endpoint(self, name: str) -> Any:
        return self._sagemaker.endpoints[name]

    def wait(self, name: str) -> str:
        """Wait until the endpoint leaves Creating and Updating."""
        wait_for(lambda: self.endpoint(name).endpoint_status not in ("Creating", "Updating", "RollingBack"))
        return str(self.endpoint(name).endpoint_status)

    def invoke(self, name: str, body: bytes = b"1,2", **parameters: Any) -> dict[str, Any]:
        reply = self.client.invoke_endpoint(
            EndpointName=name, Body=body, **{"ContentType": "text/csv", **parameters}
        )
        return {**reply, "Body": reply["Body"].read()}


def wait_for(condition: Any, seconds: float = 120.0) -> None:
    """Wait until the condition holds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def put_alarm(name: str, state: str | None = None) -> None:
    """Make an alarm on what the endpoint answers, unless it exists; a state that is given is set."""
    backend = cloudwatch_backends[ACCOUNT][REGION]
    if name not in backend.alarms:
        backend.put_metric_alarm(
            name=name,
            namespace="AWS/SageMaker",
            metric_name="Invocation5XXErrors",
            metric_data_queries=[],
            comparison_operator="GreaterThanThreshold",
            evaluation_periods=1,
            datapoints_to_alarm=None,
            period=60,
            threshold=5.0,
            statistic="Sum",
            extended_statistic=None,
            description="",
            dimensions=[{"Name": "EndpointName", "Value": "bikes"}, {"Name": "VariantName", "Value": "v"}],
            alarm_actions=[],
            ok_actions=[],
            insufficient_data_actions=[],
            unit=None,
            actions_enabled=True,
            treat_missing_data=None,
            evaluate_low_sample_count_percentile=None,
            threshold_metric_id=None,
            rule=None,
            tags=[],
        )
    if state is not None:
        backend.set_alarm_state(name, "set by a test", "{}", state)
