"""What smoke tests keep of a stack besides Terraform: removed with it."""

import sys
from collections.abc import Mapping
from typing import Any

from scripts.stack.target import Target


def forget_proofs(target: Target, outputs: Mapping[str, Any]) -> bool:
    """Remove a stack's proven revisions; return whether there were any. A failure is said, no more.

    Of several models behind one API (output `models`) each has its own.
    """
    # boto3, which the other commands on a stack do without
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    from scripts.rollback.record import RecordError, record_name  # noqa: PLC0415
    from scripts.rollback.tidy import forget  # noqa: PLC0415
    from scripts.smoke.subject import clients_of  # noqa: PLC0415

    forgotten = False
    for model in (None, *(outputs.get("models") or ())):
        try:
            name = record_name(target.stack, target.env, model)
            forgotten |= forget(clients_of(target.environment()), name, in_use_too=True) is not None
        except (ClientError, BotoCoreError, RecordError) as error:
            where = f"STACK={target.stack} ENV={target.env} ON={target.on}"
            arguments = f"'--forget --model {model}'" if model else "--forget"
            print(
                f"What smoke tests kept of {model or target.stack} in {target.env} is left behind: {error}\n"
                f"  repair   make rollback {where} ARGS={arguments}",
                file=sys.stderr,
            )
    return forgotten
