"""Writes log lines of the data plane to CloudWatch Logs of the control plane."""


class LogWriter:
    """Buffers lines and hands them to moto's CloudWatch Logs in batches."""

    def write(self, group: str, stream: str, message: str, timestamp_ms: int) -> None:
        """Queue one event; `group` must exist (its stream is made). Returns at once, from any thread."""
        raise NotImplementedError
