"""The runbook has a section for every alarm, and names queries and words that exist."""

import re

import pytest

from scripts import ROOT
from tests.documents import inline_code

pytestmark = pytest.mark.unit

RUNBOOK = (ROOT / "docs/runbook.md").read_text(encoding="utf-8")
OBSERVABILITY = ROOT / "infra/modules/observability"
QUERIES = {path.stem for path in (OBSERVABILITY / "queries").glob("*.cwli")}
ALARMS = RUNBOOK.partition("\n## Alarms\n")[2].partition("\n## ")[0]
BAD_ROLLOUTS = RUNBOOK.partition("\n## Bad roll-outs\n")[2].partition("\n## ")[0]


def alarm_kinds() -> set[str]:
    """Every kind of alarm, as the modules' locals and resources name them."""
    code = "\n".join(path.read_text() for path in sorted(OBSERVABILITY.glob("*.tf")))
    kinds = set(re.findall(r"^ +((?:api|function|endpoint)-[a-z0-9-]+) = \{$", code, re.MULTILINE))
    kinds |= set(re.findall(r'^ +kind += "([a-z0-9-]+)"$', code, re.MULTILINE))
    objectives = re.search(r"for objective, percent in \{\n(.*?)\n +\} :", code, re.DOTALL)
    assert objectives is not None
    kinds |= {f"slo-{name}" for name in re.findall(r"^ +(\w+) += try", objectives[1], re.MULTILINE)}
    metrics = (ROOT / "infra/modules/endpoint/rollout.tf").read_text().partition("rollback_metrics =")[2]
    kinds |= {f"rollback-{name}" for name in re.findall(r"^      ([a-z-]+) = \{$", metrics, re.MULTILINE)}
    return {*kinds, "down"}


def test_every_kind_of_alarm_has_its_section() -> None:
    """And no section is about an alarm that isn't there."""
    sections = re.findall(r"^### (.+)$", ALARMS, re.MULTILINE)
    assert len(sections) == len(set(sections))
    assert set(sections) == alarm_kinds()
    assert {"down", "api-5xx", "endpoint-load", "slo-latency", "rollback-latency"} <= alarm_kinds()


def test_every_section_stands_in_the_list_before_them() -> None:
    """Once, for who has an alarm's name and no link."""
    listed = re.findall(r"\]\(#([^)]+)\)", ALARMS.partition("\n### ")[0].partition("\n- ")[2])
    assert sorted(listed) == sorted(alarm_kinds())


def test_the_catalogue_leads_every_alarm_to_its_section() -> None:
    """All kinds of module observability, each with its threshold's default as the module has it."""
    catalogue = (OBSERVABILITY / "README.md").read_text(encoding="utf-8").partition("## Alarm catalogue")[2]
    rows = re.findall(r"^\| (\[.+?) \| .+ \|(.*)\|$", catalogue, re.MULTILINE)
    linked = {kind for names, _ in rows for kind in re.findall(r"runbook\.md#([a-z0-9-]+)\)", names)}
    assert linked == {kind for kind in alarm_kinds() if not kind.startswith("rollback-")}
    written = dict(found for _, limit in rows for found in re.findall(r"`(\w+_\w+)`, (\w+)", limit))
    code = (OBSERVABILITY / "variables_alarms.tf").read_text(encoding="utf-8")
    declared = re.findall(r"^    (\w+) += optional\(number(?:, (\d+))?\)", code, re.MULTILINE)
    thresholds = {name: default or "off" for name, default in declared if name != "availability_percent"}
    assert written == thresholds


@pytest.mark.parametrize("section", ALARMS.split("\n### ")[1:], ids=lambda text: text.split("\n")[0])
def test_a_section_says_what_it_means_where_to_look_what_to_do_and_whom_to_wake(section: str) -> None:
    """In this order, for a reader who is half asleep."""
    bold = re.findall(r"^\*\*(.+?):\*\*|\*\*(Escalate):\*\*", section, re.MULTILINE)
    words = " ".join(first or second for first, second in bold)
    assert words in ("Means Look Do Escalate", "Means Look and do Escalate")


def test_the_queries_that_are_named_are_saved_ones() -> None:
    """And each saved one is of use here."""
    lists = re.findall(r"[Qq]uer(?:y|ies) ((?:`[a-z-]+`(?:, | and )?)+)", ALARMS)
    named = {name for names in lists for name in re.findall(r"`([a-z-]+)`", names)}
    named |= set(re.findall(r"`make query QUERY=([a-z-]+)", ALARMS))
    assert named == QUERIES


def test_anchors_lead_to_headings_here() -> None:
    """A link to another section is the heading in lower case, with hyphens."""
    headings = {
        re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", RUNBOOK, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", RUNBOOK)) <= headings


def test_the_words_that_an_operator_is_told_to_look_for_are_in_the_code() -> None:
    """Where they hold nothing that differs from case to case."""
    sources = "\n".join(
        path.read_text(encoding="utf-8")
        for pattern in ("infra/modules/**/*.tf", "infra/modules/**/*.py", "scripts/**/*.py")
        for path in sorted(ROOT.glob(pattern))
    )
    flat = re.sub(r'"\s*\n\s*f?"', "", sources)  # texts that go over several lines
    rows = [row.split(" | ") for row in BAD_ROLLOUTS.splitlines() if row.startswith("| ")]
    quoted = [code for row in rows[1:] for code in inline_code(row[2]) if len(code.split()) > 3]
    fixed = [code for code in quoted if not re.search(r"\d|NAME|…|XXX", code)]
    assert len(fixed) >= 8
    assert [code for code in fixed if code not in flat] == []
