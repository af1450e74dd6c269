"""Write once, then over it: found again by the mark in what a bot wrote."""

from typing import Any

from scripts.tell_github.api import GitHub


def write_comment(github: GitHub, number: int, body: str) -> str:
    """Write the comment on a pull request, over the one that bears the same mark."""
    mark = body.partition("\n")[0]
    for comment in github.pages(f"issues/{number}/comments"):
        if _is_ours(comment, mark):
            github.call("PATCH", f"issues/comments/{comment['id']}", body=body)
            return f"written over: {comment.get('html_url', comment['id'])}"
    made = github.call("POST", f"issues/{number}/comments", body=body)
    return f"written: {made.get('html_url', made['id'])}"


def settle_issue(github: GitHub, title: str, body: str, *, good: bool, run: str) -> str:
    """Open an issue, or say it again in the one that is open; close that when all is well."""
    mark = body.partition("\n")[0]
    listed = github.pages("issues?state=open&sort=updated&direction=desc")
    found = next((one for one in listed if "pull_request" not in one and _is_ours(one, mark)), None)
    if found is None:
        if good:
            return "all is well, and no issue is open"
        made = github.call("POST", "issues", title=title, body=body)
        return f"opened: {made.get('html_url', made['number'])}"
    number = found["number"]
    said = f"All is well again: {run}" if good else body
    github.call("POST", f"issues/{number}/comments", body=said)
    if good:
        github.call("PATCH", f"issues/{number}", state="closed", state_reason="completed")
    return f"{'closed' if good else 'said again in'} {found.get('html_url', number)}"


def _is_ours(entry: Any, mark: str) -> bool:
    """Anyone may write the mark; what people wrote is not written over."""
    author = entry.get("user") or {}
    return author.get("type") == "Bot" and (entry.get("body") or "").startswith(mark)
