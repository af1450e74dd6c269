"""A container of somebody's own: keeps SageMaker's contract, behaves as its environment says."""

import json
import os
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

STATUS = int(os.environ.get("STATUS", "200"))
PING_STATUS = int(os.environ.get("PING_STATUS", "200"))
BROKEN_LOADS = int(os.environ.get("BROKEN_LOADS", "0"))
SECONDS = float(os.environ.get("SECONDS", "0"))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    loads = 0
    wbufsize = -1  # one segment a reply: two would wait 40 ms for a delayed ACK

    def do_GET(self):
        self.answer(PING_STATUS if self.path == "/ping" else 404, b"")

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/models" and Handler.loads < BROKEN_LOADS:
            Handler.loads += 1
            self.close_connection = True
            return
        time.sleep(SECONDS)
        if "LOG" in os.environ:
            print(f"got {len(body)} bytes", flush=True)
        seen = {
            "name": os.environ.get("NAME"),
            "pid": os.getpid(),
            "body": body.decode(errors="replace"),
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "model": sorted(path.name for path in Path(os.environ["SM_MODEL_DIR"]).iterdir()),
        }
        self.answer(STATUS, json.dumps(seen).encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        custom = self.headers.get("X-Amzn-SageMaker-Custom-Attributes")
        if custom:
            self.send_header("X-Amzn-SageMaker-Custom-Attributes", custom.upper())
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


if "EXIT" in os.environ:
    print("this model is broken", flush=True)
    sys.exit(int(os.environ["EXIT"]))
print("ready to echo", flush=True)
ThreadingHTTPServer(("127.0.0.1", int(os.environ["SAGEMAKER_BIND_TO_PORT"])), Handler).serve_forever()
