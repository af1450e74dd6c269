"""What a pipeline tells on GitHub fits into what GitHub takes, whole parts first."""

import pytest

from scripts.tell_github.body import LIMIT, cut, join_parts, read_parts

pytestmark = pytest.mark.unit

RUN = "https://github.example/o/r/actions/runs/7"


def test_parts_are_joined_in_the_order_of_their_names(tmp_path):
    for name, text in (("comment-b.md", "second\n\n"), ("comment-0-api.md", "first"), ("x.txt", "no")):
        (tmp_path / name).write_text(text)
    (tmp_path / "comment-empty.md").write_text("\n")
    joined = join_parts(read_parts(tmp_path), mark="plan", run=RUN, head="Of commit abc.")
    assert joined == "<!-- model-endpoint-api: plan -->\n\nOf commit abc.\n\nfirst\n\nsecond\n"


def test_without_parts_the_head_is_all(tmp_path):
    assert read_parts(tmp_path / "missing") == []
    assert join_parts([], mark="plan", run=RUN, head="x") == "<!-- model-endpoint-api: plan -->\n\nx\n"


def test_nine_long_plans_fit_and_the_short_ones_are_whole():
    """What is too long for GitHub would be refused, and nobody would see any of it."""
    parts = ["short\n" * 3, *(f"part {n}\n" + "| a row |\n" * 3000 for n in range(9))]
    joined = join_parts(parts, mark="plan", run=RUN)
    assert LIMIT * 0.95 < len(joined) <= LIMIT + 100
    assert parts[0] in joined
    assert joined.count(f"the whole is among [the run's artifacts]({RUN})") == 9
    assert all(f"part {n}\n" in joined for n in range(9))


def test_a_cut_is_between_lines_and_leaves_nothing_open():
    text = "<details><summary>many</summary>\n\n" + "| a row |\n" * 100 + "\n</details>"
    shortened = cut(text, 400, RUN)
    assert len(shortened) <= 400
    before, _, _ = shortened.partition("\n\n</details>")
    assert before.endswith("| a row |")
    assert shortened.count("<details>") == shortened.count("</details>") == 1
    assert cut(text, len(text), RUN) == text
