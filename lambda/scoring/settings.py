"""The environment, read once: what Terraform decided about this function."""

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class SettingsError(Exception):
    """A variable of the environment is missing or can't be read; the function doesn't start."""


class Settings(NamedTuple):
    """What the environment says."""

    endpoint_name: str
    contract_file: Path
    metrics_namespace: str = "ModelEndpointApi"
    cors_allow_origins: tuple[str, ...] = ()
    """Origins that browsers may call from; "*" is any."""
    log_level: str = "INFO"
    model_timeout_seconds: float = 12.0
    """How long one attempt at a call of the model may stay silent."""
    model_concurrent_calls: int = 4
    """How many calls of the model one request may have in flight, when it needs more than one."""
    feature_log_sample_rate: float = 0.0
    """The share of requests whose features are logged, from 0 (never) to 1."""
    target_model: str = ""
    """The artifact to ask of a multi-model endpoint, "" of any other."""
    target_container: str = ""
    """The container to ask, where an endpoint has several to choose from."""
    shared_api: bool = False
    """Whether several models share the API, each below a segment of its own in front of its routes."""


def read_settings(environment: Mapping[str, str], root: Path) -> Settings:
    """Read the settings; `root` is the directory that a relative CONTRACT_FILE starts from."""
    name = environment.get("ENDPOINT_NAME", "").strip()
    if not name:
        raise SettingsError("ENDPOINT_NAME: expected the name of a SageMaker endpoint, found nothing.")
    origins = environment.get("CORS_ALLOW_ORIGINS", "").split(",")
    return Settings(
        endpoint_name=name,
        contract_file=root / (environment.get("CONTRACT_FILE") or "contract.json"),
        metrics_namespace=environment.get("METRICS_NAMESPACE") or "ModelEndpointApi",
        cors_allow_origins=tuple(origin.strip() for origin in origins if origin.strip()),
        log_level=_one_of(environment, "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR")),
        model_timeout_seconds=_number(environment, "MODEL_TIMEOUT_SECONDS", 12.0),
        model_concurrent_calls=int(_number(environment, "MODEL_CONCURRENT_CALLS", 4)),
        feature_log_sample_rate=_number(environment, "FEATURE_LOG_SAMPLE_RATE", 0.0, (0, 1)),
        target_model=environment.get("TARGET_MODEL", "").strip(),
        target_container=environment.get("TARGET_CONTAINER", "").strip(),
        shared_api=_one_of(environment, "SHARED_API", "FALSE", ("FALSE", "TRUE")) == "TRUE",
    )


def _one_of(environment: Mapping[str, str], name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = (environment.get(name) or default).upper()
    if value not in allowed:
        raise SettingsError(f"{name}: expected one of {', '.join(allowed)}, found {value!r}.")
    return value


def _number(
    environment: Mapping[str, str], name: str, default: float, span: tuple[float, float] = (1, 900)
) -> float:
    text = environment.get(name) or str(default)
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    least, most = span
    if not least <= value <= most:
        raise SettingsError(f"{name}: expected a number from {least} to {most}, found {text!r}.")
    return value
