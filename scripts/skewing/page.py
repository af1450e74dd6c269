"""The comparisons as one HTML page that needs nothing else: bars of training and of now, bin by bin."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from scripts.skewing.compare import Comparison
from scripts.skewing.report import Report, number, share

WIDTH, HEIGHT, FOOT = 360, 120, 14
MOST_BARS = 24
TRAINING, NOW = "#a0aec0", "#2b6cb0"

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 76rem; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1rem; margin: 0 }
p { margin: .2rem 0; color: #4a5568; font-size: .85rem }
main { display: grid; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); gap: 1rem }
section { border: 1px solid #e2e8f0; border-left: 4px solid #cbd5e0; border-radius: 4px; padding: .7rem 1rem }
section.ok { border-left-color: #2f855a } section.warn, section.few { border-left-color: #d69e2e }
section.fail { border-left-color: #c53030 } svg { width: 100%; height: auto } text { font: 10px system-ui }
i { display: inline-block; width: .8em; height: .8em }
"""


def render_page(report: Report) -> str:
    """The page; what needs attention stands first."""
    order = ("fail", "warn", "few", "ok", "ignored")
    ranked = sorted(report.comparisons, key=lambda each: order.index(each.verdict))
    title = escape(f"Skew of {report.model} {report.contract_version}: {report.verdict}")
    psi, shares = report.thresholds.psi, report.thresholds.share
    facts = [
        f"{report.training_rows} rows of training against {', '.join(report.sources)}",
        f"PSI: warn from {psi[0]:g}, fail from {psi[1]:g}, if above what chance explains; "
        f"shares of rows: warn from {shares[0]:.1%}, fail from {shares[1]:.1%}",
        *(
            [f"{report.refused} of {report.requested} rows are refused by the contract"]
            if report.refused
            else []
        ),
        *report.notes,
    ]
    told = "".join(f"<p>{escape(fact)}</p>" for fact in facts)
    legend = f'<p><i style="background:{TRAINING}"></i> training <i style="background:{NOW}"></i> now</p>'
    body = "\n".join(map(_section, ranked))
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title>\n'
        f"<style>{STYLE}</style>\n"
        f"<h1>{title}</h1>\n{told}{legend}\n<main>\n{body}\n</main></html>\n"
    )


def _section(each: Comparison) -> str:
    facts = [
        f"{each.rows} rows",
        *([f"PSI {number(each.psi)} (chance up to {number(each.noise)})"] if each.psi is not None else []),
        f"missing {share(each.missing)}, before {share(each.missing_before)}",
        *([f"outside training's range {share(each.outside)}"] if each.outside is not None else []),
        *([f"unseen {share(each.unseen)} {', '.join(each.unseen_values)}"] if each.unseen else []),
    ]
    reasons = f"<p><b>{escape('; '.join(each.reasons))}</b></p>" if each.reasons else ""
    return (
        f'<section class="{each.verdict}"><h2>{escape(each.kind)} {escape(each.name)}: {each.verdict}</h2>'
        f"<p>{escape(' · '.join(facts))}</p>{reasons}{_bars(each)}</section>"
    )


def _bars(each: Comparison) -> str:
    """An SVG of shares of the rows by bin: the first bins, where there are very many."""
    if not each.before or not sum(each.now):
        return ""
    before, now = _shares(each.before)[:MOST_BARS], _shares(each.now)[:MOST_BARS]
    top, slot = max(*before, *now) or 1.0, WIDTH / len(before)
    drawn = []
    for place, pair in enumerate(zip(before, now, strict=True)):
        for side, (value, colour) in enumerate(zip(pair, (TRAINING, NOW), strict=True)):
            tall = value / top * (HEIGHT - FOOT)
            x, y = slot * (place + 0.1 + 0.4 * side), HEIGHT - FOOT - tall
            label = escape(f"{each.labels[place]}: {value:.1%} {('in training', 'now')[side]}")
            drawn.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{0.4 * slot:.1f}" height="{tall:.1f}" fill="{colour}">'
                f"<title>{label}</title></rect>"
            )
    for place, anchor in ((0, "start"), (len(before) - 1, "end")):
        if place or anchor == "start":
            x = 0 if anchor == "start" else WIDTH
            words = escape(str(each.labels[place])[:28])
            drawn.append(f'<text x="{x}" y="{HEIGHT - 2}" text-anchor="{anchor}">{words}</text>')
    name = escape(f"{each.kind} {each.name}", quote=True)
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{name}">{"".join(drawn)}</svg>'


def _shares(counts: Sequence[int]) -> list[float]:
    whole = sum(counts) or 1
    return [count / whole for count in counts]
