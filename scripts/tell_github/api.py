"""GitHub's REST API, the few calls that are needed: https://docs.github.com/rest/issues."""

import json
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

PAGE = 100
PAGES = 20
"""So many pages are looked through at most, the newest first."""


class GitHubError(Exception):
    """GitHub refused or can't be asked; the text says what and what repairs it."""


@dataclass(frozen=True)
class GitHub:
    """One repository on one GitHub, as a job sees it."""

    url: str
    repository: str
    token: str

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "GitHub":
        """Take what a job's environment has. Raises GitHubError."""
        missing = [name for name in ("GITHUB_TOKEN", "GITHUB_REPOSITORY") if not environment.get(name)]
        if missing:
            raise GitHubError(
                f"{' and '.join(missing)} must be set.\n"
                "  repair   in a job: env: GITHUB_TOKEN: ${{ github.token }}; the rest is there"
            )
        url = environment.get("GITHUB_API_URL", "https://api.github.com")
        return cls(url.rstrip("/"), environment["GITHUB_REPOSITORY"], environment["GITHUB_TOKEN"])

    def run_url(self, environment: Mapping[str, str]) -> str:
        """Where this run of the workflow is to be read."""
        server = environment.get("GITHUB_SERVER_URL", "https://github.com")
        return f"{server}/{self.repository}/actions/runs/{environment.get('GITHUB_RUN_ID', '')}"

    def pages(self, path: str) -> Iterator[Any]:
        """Yield the entries of a list, page after page."""
        for page in range(1, PAGES + 1):
            joint = "&" if "?" in path else "?"
            found = self.call("GET", f"{path}{joint}per_page={PAGE}&page={page}")
            yield from found
            if len(found) < PAGE:
                return

    def call(self, method: str, path: str, **body: Any) -> Any:
        """Call `/repos/OWNER/NAME/<path>`. Raises GitHubError."""
        request = urllib.request.Request(  # noqa: S310 - GitHub's own URL, from the runner
            f"{self.url}/repos/{self.repository}/{path}",
            method=method,
            data=json.dumps(body).encode() if body else None,
            headers={
                "Authorization": f"Bearer {self.token}",
                "Accept": "application/vnd.github+json",
                "Content-Type": "application/json",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as reply:  # noqa: S310 - the same
                return json.load(reply)
        except urllib.error.HTTPError as error:
            said = error.read().decode(errors="replace")[:500]
            right = "issues: write" if "comments" not in path else "pull-requests: write, or issues: write"
            hint = f"the job's permissions need {right}" if error.code in (403, 404) else "run the job again"
            raise GitHubError(
                f"GitHub answered {error.code} to {method} {path}: {said}\n  repair   {hint}"
            ) from None
        except OSError as error:
            raise GitHubError(f"GitHub can't be asked ({error}).\n  repair   run the job again") from None
