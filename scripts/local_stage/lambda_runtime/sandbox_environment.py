"""The environment of a sandbox: what Lambda gives, the function's own variables, the way to the stage.

Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
Not Lambda's, and needed here: AWS_ENDPOINT_URL…, AWS_EC2_METADATA_DISABLED, HOME and TMPDIR
(so that neither the user's AWS profile nor another sandbox's /tmp is in reach).
"""

from dataclasses import dataclass
from pathlib import Path

from scripts.local_stage.lambda_runtime.functions import FunctionVersion
from scripts.local_stage.lambda_runtime.interpreter import Interpreter
from scripts.local_stage.lambda_runtime.role_session import Credentials


@dataclass(frozen=True, slots=True)
class Redirection:
    """Where a function finds AWS."""

    control_plane: str
    sagemaker_runtime: str
    """The data plane's port: the shortest way to the model."""


def sandbox_environment(
    function: FunctionVersion,
    interpreter: Interpreter,
    task: Path,
    scratch: Path,
    runtime_api: str,
    log_stream: str,
    redirection: Redirection,
    credentials: Credentials,
) -> dict[str, str]:
    """Variables of one sandbox. `runtime_api` is `host:port`; `scratch` is its private /tmp."""
    environment = {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "LAMBDA_TASK_ROOT": str(task),
        "LAMBDA_RUNTIME_DIR": str(interpreter.runtime_directory),
        "PYTHONPATH": str(interpreter.runtime_directory),
        "_HANDLER": function.handler,
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": log_stream,
        "AWS_ACCESS_KEY_ID": credentials.access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.secret_access_key,
        "AWS_SESSION_TOKEN": credentials.session_token,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": redirection.control_plane,
        "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME": redirection.sagemaker_runtime,
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
    }
    if function.log_format == "JSON":
        environment["AWS_LAMBDA_LOG_FORMAT"] = "JSON"
        environment["AWS_LAMBDA_LOG_LEVEL"] = function.application_log_level or "INFO"
    return environment | dict(function.environment)
