"""SageMaker."""

from typing import Any

from tests.functional.moto_probes.probe import ACCOUNT, REGION, client, probe, refused


def sagemaker_model(name: str = "m", **more: Any) -> Any:
    sagemaker = client("sagemaker")
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn="arn:aws:iam::123456789012:role/r",
        PrimaryContainer={"Image": "1.dkr.ecr.eu-west-1.amazonaws.com/i:1"},
        **more,
    )
    return sagemaker


def endpoint_config(sagemaker: Any, name: str = "c", instance: str = "ml.m5.large", **more: Any) -> None:
    variant = {
        "VariantName": "v",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": instance,
        "InitialVariantWeight": 1.0,
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], **more)


DEPLOYMENT = {
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
    }
}


@probe
def instance_types() -> None:
    endpoint_config(sagemaker_model(), instance="ml.m7i.large")


@probe
def model_fields() -> None:
    sagemaker = sagemaker_model(EnableNetworkIsolation=True, InferenceExecutionConfig={"Mode": "Serial"})
    described = sagemaker.describe_model(ModelName="m")
    assert described["EnableNetworkIsolation"] is True
    assert described["InferenceExecutionConfig"] == {"Mode": "Serial"}


@probe
def endpoint_config_fields() -> None:
    sagemaker = sagemaker_model()
    shadow = {"VariantName": "s", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    endpoint_config(sagemaker, EnableNetworkIsolation=True, ShadowProductionVariants=[shadow])
    described = sagemaker.describe_endpoint_config(EndpointConfigName="c")
    assert described["EnableNetworkIsolation"] is True
    assert described["ShadowProductionVariants"] == [shadow]


@probe
def sagemaker_names_are_unique() -> None:
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker)
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert "already existing model" in refused(sagemaker_model)
    assert "already existing endpoint configuration" in refused(lambda: endpoint_config(sagemaker))
    again = refused(lambda: sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c"))
    assert "already existing endpoint" in again


@probe
def sagemaker_descriptions_omit_empty() -> None:
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker)
    assert "Containers" not in sagemaker.describe_model(ModelName="m")
    assert "DataCaptureConfig" not in sagemaker.describe_endpoint_config(EndpointConfigName="c")


@probe
def update_endpoint() -> None:
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker, "c1")
    endpoint_config(sagemaker, "c2")
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c1")
    settle("c1")
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="c2", DeploymentConfig=DEPLOYMENT)
    updating = sagemaker.describe_endpoint(EndpointName="e")
    assert (updating["EndpointStatus"], updating["EndpointConfigName"]) == ("Updating", "c1")
    busy = refused(lambda: sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="c1"))
    assert "Cannot update in-progress endpoint" in busy
    settle("c2")
    updated = sagemaker.describe_endpoint(EndpointName="e")
    assert (updated["EndpointStatus"], updated["EndpointConfigName"]) == ("InService", "c2")
    assert updated["LastDeploymentConfig"] == DEPLOYMENT
    retains(sagemaker)


def retains(sagemaker: Any) -> None:
    """Counts and weights of an endpoint that is updated again: kept where asked for."""
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="e",
        DesiredWeightsAndCapacities=[{"VariantName": "v", "DesiredInstanceCount": 5, "DesiredWeight": 0.25}],
    )
    kept, count = {"RetainAllVariantProperties": True}, {"VariantPropertyType": "DesiredInstanceCount"}
    for name, options, expected in (
        ("kept", kept, (5, 0.25)),
        ("but-for-the-count", {**kept, "ExcludeRetainedVariantProperties": [count]}, (1, 0.25)),
        ("as-configured", {}, (1, 1.0)),
    ):
        endpoint_config(sagemaker, name)
        sagemaker.update_endpoint(EndpointName="e", EndpointConfigName=name, **options)
        (pending,) = sagemaker.describe_endpoint(EndpointName="e")["PendingDeploymentSummary"][
            "ProductionVariants"
        ]
        assert (pending["DesiredInstanceCount"], pending["DesiredWeight"]) == expected, name
        settle(name)
        summary = variant_summary(sagemaker)
        assert (summary["DesiredInstanceCount"], summary["DesiredWeight"]) == expected, name


@probe
def scaled_types() -> None:
    sagemaker, scaling = serving_endpoint(), client("application-autoscaling")
    scaling.register_scalable_target(**SCALED, MinCapacity=1, MaxCapacity=4)
    endpoint_config(sagemaker, "same")
    endpoint_config(sagemaker, "larger", instance="ml.m5.xlarge")
    text = refused(lambda: sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="larger"))
    assert "from ml.m5.large to ml.m5.xlarge" in text and "deregister endpoint/e/variant/v first" in text
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="same")
    settle("same")
    scaling.deregister_scalable_target(**SCALED)
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="larger")
    settle("larger")
    assert sagemaker.describe_endpoint(EndpointName="e")["EndpointConfigName"] == "larger"


def settle(configuration: str) -> None:
    """What the SageMaker plane does when the containers answer."""
    from moto.sagemaker.models import sagemaker_backends

    from scripts.local_stage import sagemaker_deployments

    backend = sagemaker_backends[ACCOUNT][REGION]
    sagemaker_deployments.complete(backend.endpoints["e"], backend.endpoint_configs[configuration])


@probe
def endpoint_deployment_config() -> None:
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker)
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c", DeploymentConfig=DEPLOYMENT)
    assert sagemaker.describe_endpoint(EndpointName="e")["LastDeploymentConfig"] == DEPLOYMENT


CHANGED: list[str] = []


@probe
def endpoint_states() -> None:
    CHANGED.clear()
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker)
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"] == "Creating"
    settle("c")
    assert sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"] == "InService"
    sagemaker.delete_endpoint(EndpointName="e")
    assert CHANGED == ["e", "e"]


SCALED = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "endpoint/e/variant/v",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}


def serving_endpoint() -> Any:
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker)
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    settle("c")
    return sagemaker


def variant_summary(sagemaker: Any) -> dict[str, Any]:
    (summary,) = sagemaker.describe_endpoint(EndpointName="e")["ProductionVariants"]
    return dict(summary)


@probe
def variant_weights() -> None:
    sagemaker = sagemaker_model()
    variant = {"ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(
        EndpointConfigName="c",
        ProductionVariants=[
            {**variant, "VariantName": "none"},
            {**variant, "VariantName": "zero", "InitialVariantWeight": 0.0},
        ],
    )
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    settle("c")
    described = sagemaker.describe_endpoint(EndpointName="e")["ProductionVariants"]
    assert [variant["CurrentWeight"] for variant in described] == [1.0, 0.0]


@probe
def weights_and_capacities() -> None:
    RESIZED.clear()
    sagemaker = serving_endpoint()
    for wanted in ({"DesiredInstanceCount": 3}, {"DesiredWeight": 0.5}):
        sagemaker.update_endpoint_weights_and_capacities(
            EndpointName="e", DesiredWeightsAndCapacities=[{"VariantName": "v", **wanted}]
        )
    assert variant_summary(sagemaker) == {
        "VariantName": "v",
        "CurrentInstanceCount": 3,
        "DesiredInstanceCount": 3,
        "CurrentWeight": 0.5,
        "DesiredWeight": 0.5,
    }
    assert RESIZED == ["e", "e"]


RESIZED: list[str] = []


@probe
def capacity_within_bounds() -> None:
    sagemaker, scaling = serving_endpoint(), client("application-autoscaling")
    scaling.register_scalable_target(**SCALED, MinCapacity=2, MaxCapacity=4)
    assert variant_summary(sagemaker)["CurrentInstanceCount"] == 2
    sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="e", DesiredWeightsAndCapacities=[{"VariantName": "v", "DesiredInstanceCount": 4}]
    )
    scaling.register_scalable_target(**SCALED, MinCapacity=1, MaxCapacity=3)
    assert variant_summary(sagemaker)["CurrentInstanceCount"] == 3
