"""One comment a pull request, one issue while nights are red, on a GitHub that answers like GitHub."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from scripts.tell_github.__main__ import TITLE, main

pytestmark = pytest.mark.functional

BOT, PERSON = {"type": "Bot", "login": "github-actions[bot]"}, {"type": "User", "login": "mallory"}
PLAN = "<!-- model-endpoint-api: plan -->"
NIGHTLY = "<!-- model-endpoint-api: nightly -->"


class FakeGitHub(ThreadingHTTPServer):
    """Comments and issues of one repository; answers 404 to any other call, as GitHub does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.comments: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.refuses = False

    @property
    def environment(self) -> dict[str, str]:
        """What a job has."""
        return {
            "GITHUB_TOKEN": "t0ken",
            "GITHUB_REPOSITORY": "o/r",
            "GITHUB_API_URL": f"http://127.0.0.1:{self.server_port}",
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_RUN_ID": "7",
        }

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: Any) -> tuple[int, Any]:
        if self.refuses:
            return 403, {"message": "Resource not accessible by integration"}
        reply: Any = None
        match method, path.removeprefix("/repos/o/r/").split("/"):
            case "GET", ["issues", number, "comments"]:
                reply = self._page([c for c in self.comments if c["issue"] == int(number)], query)
            case "POST", ["issues", number, "comments"]:
                reply = self._add(self.comments, issue=int(number), **body)
            case "PATCH", ["issues", "comments", number]:
                reply = self._change(self.comments, int(number), body)
            case "GET", ["issues"]:
                assert query["state"] == ["open"]
                reply = self._page([i for i in self.issues if i.get("state") == "open"], query)
            case "POST", ["issues"]:
                reply = self._add(self.issues, state="open", **body)
            case "PATCH", ["issues", number]:
                reply = self._change(self.issues, int(number), body)
        return (404, {"message": "Not Found"}) if reply is None else (200, reply)

    @staticmethod
    def _page(found: list[Any], query: dict[str, list[str]]) -> list[Any]:
        size, page = int(query["per_page"][0]), int(query["page"][0])
        return found[(page - 1) * size : page * size]

    @staticmethod
    def _add(place: list[dict[str, Any]], **entry: Any) -> dict[str, Any]:
        place.append({"id": len(place) + 1, "number": len(place) + 1, "user": BOT, **entry})
        return place[-1]

    @staticmethod
    def _change(place: list[dict[str, Any]], number: int, body: Any) -> dict[str, Any]:
        (found,) = [entry for entry in place if entry["id"] == number]
        found.update(body)
        return found


class Handler(BaseHTTPRequestHandler):
    """Hands a request to the server's `answer`."""

    def _handle(self) -> None:
        server = self.server
        assert isinstance(server, FakeGitHub)
        assert self.headers["Authorization"] == "Bearer t0ken"
        asked, length = urlsplit(self.path), int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        status, reply = server.answer(self.command, asked.path, parse_qs(asked.query), body)
        content = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    do_GET = do_POST = do_PATCH = _handle  # noqa: N815 - http.server's names

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def github() -> Iterator[FakeGitHub]:
    server = FakeGitHub()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    (tmp_path / "comment-0-api.md").write_text("### API\n")
    return tmp_path


def tell(github: FakeGitHub, *arguments: object) -> int:
    return main([str(argument) for argument in arguments], github.environment)


def test_a_comment_is_written_once_and_then_over_it(github, parts):
    """Behind more than one page of other comments, one of which somebody gave our mark."""
    github.comments = [
        {"id": n, "issue": 12, "user": PERSON, "body": f"{PLAN}\nmine" if n == 3 else "hi"}
        for n in range(1, 131)
    ]
    asked = ("comment", parts, "--result", "success", "--number", 12, "--commit")
    assert tell(github, *asked, "a" * 40) == 0
    assert tell(github, *asked, "b" * 40) == 0
    assert len(github.comments) == 131
    run = "https://github.example/o/r/actions/runs/7"
    assert github.comments[-1]["body"] == (
        f"{PLAN}\n\nOf commit {'b' * 12}, by [this run]({run}).\n\n### API\n"
    )
    assert github.comments[2]["body"] == f"{PLAN}\nmine"


@pytest.mark.parametrize(
    ("result", "said"), [("failure", "A plan failed, and is missing here"), ("skipped", "No plans")]
)
def test_a_comment_says_what_it_lacks(github, parts, result, said):
    assert tell(github, "comment", parts, "--result", result, "--number", 12) == 0
    assert said in github.comments[0]["body"]


def test_red_nights_share_an_issue_and_a_green_one_closes_it(github, parts):
    github.issues = [{"id": 1, "number": 1, "state": "open", "user": BOT, "body": "another robot's"}]
    assert tell(github, "issue", parts, "--result", "failure") == 0
    assert tell(github, "issue", parts, "--result", "failure") == 0
    assert [issue.get("title") for issue in github.issues] == [None, TITLE]
    assert [comment["issue"] for comment in github.comments] == [2]
    assert github.comments[0]["body"].startswith(NIGHTLY)

    assert tell(github, "issue", parts, "--result", "success") == 0
    assert [issue["state"] for issue in github.issues] == ["open", "closed"]
    assert "All is well again: https://github.example/o/r/actions/runs/7" in github.comments[1]["body"]

    assert tell(github, "issue", parts, "--result", "success") == 0
    assert len(github.comments) == 2, "a green night after a green one says nothing"
    assert tell(github, "issue", parts, "--result", "failure") == 0
    assert len(github.issues) == 3


def test_a_refusal_names_the_permission(github, parts, capsys):
    github.refuses = True
    assert tell(github, "issue", parts, "--result", "failure") == 1
    assert "issues: write" in capsys.readouterr().err


def test_what_a_job_lacks_is_named(parts, capsys):
    assert main(["issue", str(parts), "--result", "failure"], {}) == 1
    assert "GITHUB_TOKEN and GITHUB_REPOSITORY must be set" in capsys.readouterr().err
