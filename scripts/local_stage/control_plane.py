"""The control plane: moto's server in threads of this process, behind the routes of `front.py`."""

import logging
import threading
from collections.abc import Callable
from typing import Any

from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    MotoRequestHandler,
    create_backend_app,
)
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

from scripts.local_stage.stage_record import ACCOUNT

STATE_BUCKET = "terraform-state-local"

Wsgi = Callable[[dict[str, Any], Any], Any]


class _RequestHandler(MotoRequestHandler):
    """One log line for a failure, none for a success; header and body leave in one piece (see repeats.py)."""

    disable_nagle_algorithm = True
    wbufsize = 1 << 16

    def handle_expect_100(self) -> bool:
        """Say "continue" at once; an SDK that uploads waits for it."""
        go_on = super().handle_expect_100()
        self.wfile.flush()
        return go_on

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        if str(code).startswith("5"):
            logging.getLogger(__name__).warning("%s %s: %s", self.command, self.path, code)


def moto_application() -> Wsgi:
    """Every AWS service that moto knows, told apart by the request's signature."""
    application: Wsgi = DomainDispatcherApplication(create_backend_app)
    return application


def create_state_bucket(region: str) -> None:
    """The bucket of Terraform's S3 backend; it lives and dies with the stage."""
    s3_backends[ACCOUNT]["aws"].create_bucket(STATE_BUCKET, region)


class ControlPlane:
    """An HTTP server on a free loopback port."""

    def __init__(self, application: Wsgi) -> None:
        self._server = make_server(
            "127.0.0.1", 0, application, threaded=True, request_handler=_RequestHandler
        )
        self._server.daemon_threads = True  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, name="control-plane", daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def start(self) -> None:
        """Serve in a thread of its own."""
        self._thread.start()

    def stop(self) -> None:
        """Stop listening; requests that are being answered are dropped."""
        if self._thread.ident is not None:  # else there is nobody to say that it has ended
            self._server.shutdown()
        self._server.server_close()
