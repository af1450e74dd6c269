"""Does a provider registry answer from here."""

import queue
import threading
import urllib.request

SECONDS = 4.0
"""Longer than any registry takes, shorter than Terraform's own patience, which is minutes."""


def registry_answers(host: str, seconds: float = SECONDS) -> bool:
    """Ask a registry for its service discovery document, as Terraform would, through the user's proxy if any.

    A thread holds the deadline, since a time-out of the socket does not cover the name's resolution.
    """
    answer: queue.Queue[bool] = queue.Queue()

    def ask() -> None:
        try:
            # S310: the scheme is fixed.
            url = f"https://{host}/.well-known/terraform.json"
            with urllib.request.urlopen(url, timeout=seconds) as reply:  # noqa: S310
                answer.put(reply.status == 200)
        except (OSError, ValueError):
            answer.put(False)

    threading.Thread(target=ask, daemon=True, name=f"probe {host}").start()
    try:
        return answer.get(timeout=seconds)
    except queue.Empty:
        return False
