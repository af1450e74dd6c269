"""What smoke tests keep of a stack besides Terraform: removed with it."""

import sys

from scripts.stack.target import Target


def forget_proofs(target: Target) -> bool:
    """Remove a stack's proven revisions; return whether there were any. A failure is said, no more."""
    # boto3, which the other commands on a stack do without
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    from scripts.rollback.record import RecordError, record_name  # noqa: PLC0415
    from scripts.rollback.tidy import forget  # noqa: PLC0415
    from scripts.smoke.subject import clients_of  # noqa: PLC0415

    try:
        name = record_name(target.stack, target.env)
        return forget(clients_of(target.environment()), name, in_use_too=True) is not None
    except (ClientError, BotoCoreError, RecordError) as error:
        where = f"STACK={target.stack} ENV={target.env} ON={target.on}"
        print(
            f"What smoke tests kept of {target.stack} in {target.env} is left behind: {error}\n"
            f"  repair   make rollback {where} ARGS=--forget",
            file=sys.stderr,
        )
        return False
