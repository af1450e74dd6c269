"""The Lambda data plane: finds the function, keeps its limits, runs it in a sandbox."""

from scripts.local_stage.lambda_runtime.invocation import InvocationSource, InvokeResult


class LambdaPlane:
    """Invokes the functions that exist in the control plane."""

    async def invoke(
        self,
        function: str,
        payload: bytes,
        *,
        qualifier: str | None = None,
        source: InvocationSource | None = None,
    ) -> InvokeResult:
        """Run one invocation and wait for its end.

        `function` is a name, a partial or a full ARN (a qualifier in it counts as `qualifier`).
        With `source` the function's resource policy must allow the caller.

        Raises LambdaApiError: 403 AccessDeniedException, 404 ResourceNotFoundException,
        413 RequestTooLargeException, 429 TooManyRequestsException.
        """
        raise NotImplementedError
