"""The text of a comment or issue: parts joined, cut to what GitHub takes, below a mark to find it by."""

from collections.abc import Sequence
from pathlib import Path

LIMIT = 65_000
"""GitHub takes 65,536 characters; some are kept for the mark and for what says that something was cut."""

MARK = "<!-- model-endpoint-api: {} -->"


def read_parts(directory: Path) -> list[str]:
    """Read the parts that jobs left, in the order of their names; none is none."""
    files = sorted(directory.rglob("*.md"))
    return [text for text in (file.read_text(encoding="utf-8").strip() for file in files) if text]


def join_parts(parts: Sequence[str], *, mark: str, run: str, head: str = "") -> str:
    """Join the parts below a mark; where they are too long together, the longest lose their ends."""
    lead = "\n\n".join(filter(None, (MARK.format(mark), head)))
    fitting = _cut_to(list(parts), LIMIT - len(lead) - 2 * len(parts), run)
    return "\n\n".join([lead, *fitting]) + "\n"


def _cut_to(parts: list[str], limit: int, run: str) -> list[str]:
    """Give each part the same room; what a short one leaves goes to the longer ones."""
    room, left = limit, len(parts)
    fitting = dict.fromkeys(range(len(parts)), "")
    for index in sorted(fitting, key=lambda i: len(parts[i])):
        fitting[index] = cut(parts[index], room // left, run)
        room -= len(fitting[index])
        left -= 1
    return [fitting[index] for index in range(len(parts))]


def cut(text: str, limit: int, run: str) -> str:
    """Cut a text after a whole line, close what it leaves open, and say where the rest is."""
    if len(text) <= limit:
        return text
    note = f"\n\n… cut here, for GitHub takes no more; the whole is among [the run's artifacts]({run})."
    closing = "\n\n</details>"
    kept = text[: max(limit - len(note) - len(closing), 0)].rpartition("\n")[0]
    if kept.count("<details>") > kept.count("</details>"):
        kept += closing
    return kept + note
