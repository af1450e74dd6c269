from pathlib import Path

import pytest

from scoring.settings import Settings, SettingsError, read_settings

pytestmark = pytest.mark.unit

ROOT = Path("/var/task")


def test_defaults() -> None:
    """The endpoint's name is all that has to be said."""
    assert read_settings({"ENDPOINT_NAME": "e"}, ROOT) == Settings(
        endpoint_name="e",
        contract_file=ROOT / "contract.json",
        metrics_namespace="ModelEndpointApi",
        cors_allow_origins=(),
        log_level="INFO",
        model_timeout_seconds=12.0,
        model_concurrent_calls=4,
        feature_log_sample_rate=0.0,
    )


def test_everything_said() -> None:
    """Each variable reaches its setting; a list is parted by commas."""
    environment = {
        "ENDPOINT_NAME": "e",
        "CONTRACT_FILE": "/elsewhere/c.json",
        "METRICS_NAMESPACE": "N",
        "CORS_ALLOW_ORIGINS": "https://a, https://b,",
        "LOG_LEVEL": "warning",
        "MODEL_TIMEOUT_SECONDS": "2.5",
        "MODEL_CONCURRENT_CALLS": "2",
        "FEATURE_LOG_SAMPLE_RATE": "0.05",
        "TARGET_MODEL": "north/model.tar.gz",
        "SHARED_API": "true",
        "TARGET_CONTAINER": "small",
    }
    cors, targets = ("https://a", "https://b"), ("north/model.tar.gz", "small")
    expected = Settings("e", Path("/elsewhere/c.json"), "N", cors, "WARNING", 2.5, 2, 0.05, *targets, True)
    assert read_settings(environment, ROOT) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ENDPOINT_NAME", " "),
        ("LOG_LEVEL", "LOUD"),
        ("MODEL_TIMEOUT_SECONDS", "soon"),
        ("MODEL_TIMEOUT_SECONDS", "0"),
        ("MODEL_TIMEOUT_SECONDS", "nan"),
        ("MODEL_CONCURRENT_CALLS", "1e9"),
        ("FEATURE_LOG_SAMPLE_RATE", "5"),
        ("FEATURE_LOG_SAMPLE_RATE", "some"),
        ("SHARED_API", "perhaps"),
    ],
)
def test_a_wrong_value_is_named(name: str, value: str) -> None:
    """The init phase stops with the variable, what was expected, and what came."""
    with pytest.raises(SettingsError, match=f"{name}: expected .*, found "):
        read_settings({"ENDPOINT_NAME": "e", name: value}, ROOT)
