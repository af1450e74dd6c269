"""The code of functions: from moto's store to a directory that a sandbox runs in."""

from moto.awslambda.models import lambda_backends


def find_code(sha256: str) -> bytes | None:
    """The zip with this SHA-256 (hex) of any function's any version; None when there is none."""
    for regions in list(lambda_backends.values()):
        for backend in list(regions.values()):
            for function in list(backend._lambdas._functions.values()):
                for version in (function["latest"], *function["versions"]):
                    if version is not None and getattr(version, "code_digest", None) == sha256:
                        code: bytes = version.code_bytes
                        return code
    return None
