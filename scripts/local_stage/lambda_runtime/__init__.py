"""Lambda's data plane: the published zip in sandboxes of AWS's own runtime client (`awslambdaric`)."""

from scripts.local_stage.lambda_runtime.invocation import InvocationSource, InvokeResult, LambdaApiError

__all__ = ["InvocationSource", "InvokeResult", "LambdaApiError"]
