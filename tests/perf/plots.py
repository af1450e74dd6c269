"""Draws results: one PNG a measurement, for those that a picture says more about than a table."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl

mpl.use("Agg")
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

Numbers = dict[str, Any]

_BLUE, _ORANGE, _GREEN, _RED, _GREY, _LIGHT = "#2b6cb0", "#dd6b20", "#2f855a", "#c53030", "#718096", "#cbd5e0"
_STYLE = {
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#edf2f7",
    "legend.frameon": False,
    "figure.dpi": 110,
}


def draw(name: str, found: Numbers, directory: Path) -> Path | None:
    """Draw one measurement; the file's path, None where there is nothing to draw."""
    drawer = _DRAWERS.get(name)
    if drawer is None:
        return None
    with plt.rc_context(_STYLE):
        figure = drawer(found)
        path = directory / f"{name}.png"
        figure.savefig(path)
        plt.close(figure)
    return path


def _handler(found: Numbers) -> Figure:
    figure, (times, ratios, memory) = plt.subplots(1, 3, figsize=(14, 4.6), layout="constrained")
    rows = [int(n_rows) for n_rows in found["times"]]
    lines = {"tutorial": _RED, "quiet": _ORANGE, "ours": _BLUE, "floor": _GREY}
    for name, colour in lines.items():
        values = [found["times"][str(n_rows)][name] for n_rows in rows]
        times.loglog(rows, values, "--" if name == "floor" else "-", marker="o", color=colour, label=name)
    times.set(title="Handler, processor time of a call", xlabel="rows a request", ylabel="ms")
    for axis in (times.xaxis, times.yaxis):
        axis.set_major_formatter(_plain)
    times.legend()
    _ratios(ratios, found, rows)
    points = {int(n_rows): peak / 1e6 for n_rows, peak in found["memory"].items()}
    memory.plot(list(points), list(points.values()), "o-", color=_BLUE, label="measured")
    last = max(points)
    memory.plot([0, last], [0, points[last]], ":", color=_GREY, label="proportional to rows")
    memory.set(
        title="Memory at the peak", xlabel="rows a request", ylabel="MB", xlim=(0, None), ylim=(0, None)
    )
    memory.legend()
    return figure


def _ratios(axes: Axes, found: Numbers, rows: list[int]) -> None:
    times = [found["times"][str(n_rows)] for n_rows in rows]
    pairs = {
        "tutorial / ours": ([time["tutorial"] / time["ours"] for time in times], -0.2, _BLUE, "white"),
        "ours / JSON floor": ([time["ours"] / time["floor"] for time in times], 0.2, _LIGHT, "black"),
    }
    for label, (values, shift, colour, ink) in pairs.items():
        places = [place + shift for place in range(len(rows))]
        bars = axes.bar(places, values, 0.38, color=colour, label=label)
        axes.bar_label(bars, fmt="{:.3g}", padding=-12, fontsize=8, color=ink)
    for words, place, sign in (("1k rows", 2 - 0.2, "≥"), ("10k rows", 3 + 0.2, "≤")):
        wanted = next(goal["wanted"] for name, goal in found["targets"].items() if words in name)
        axes.hlines(wanted, place - 0.24, place + 0.24, colors=_RED, linewidth=2)
        axes.annotate(f"{sign} {wanted:g}", (place + 0.26, wanted), color=_RED, va="center")
    axes.set(title="Ratios, targets in red", xlabel="rows a request", yscale="log", xlim=(-0.6, 4.1))
    axes.set_xticks(range(len(rows)), [f"{n_rows:,}" for n_rows in rows])
    axes.set_ylim(0.1, 10 * axes.get_ylim()[1])
    axes.yaxis.set_major_formatter(_plain)
    axes.legend(loc="upper right")


def _plain(value: float, _: float) -> str:
    """Write a tick of a logarithmic axis as a number."""
    return f"{value:,.0f}" if value >= 1 else f"{value:g}"


def _cold_start(found: Numbers) -> Figure:
    figure, axes = plt.subplots(figsize=(9, 3.8), layout="constrained")
    names = list(found["medians"])[::-1]
    init = [found["medians"][name]["init"] for name in names]
    first = [found["medians"][name]["first"] for name in names]
    axes.barh(names, init, color=_BLUE, label="init")
    bars = axes.barh(names, first, left=init, color=_ORANGE, label="first call")
    axes.bar_label(bars, [f"{found['medians'][name]['both']:.0f} ms" for name in names], padding=4)
    for place, name in enumerate(names):
        repeats = found["variants"][name]
        totals = [a + b for a, b in zip(repeats["init_ms"], repeats["first_ms"], strict=True)]
        axes.plot(totals, [place - 0.3] * len(totals), "|", color=_GREY, markersize=7)
    axes.set(title="Cold start in awslambdaric: medians, ticks are single runs", xlabel="ms")
    axes.set_xlim(0, 1.12 * axes.get_xlim()[1])
    axes.grid(visible=False, axis="y")
    axes.legend(loc="upper right")
    return figure


def _stage(found: Numbers) -> Figure:
    figure, (rate, latency, hops) = plt.subplots(1, 3, figsize=(14, 4.6), layout="constrained")
    counts = list(found["throughput"])
    rates = [found["throughput"][count]["requests_a_second"] for count in counts]
    bars = rate.bar(counts, rates, color=_BLUE)
    rate.bar_label(bars, fmt="%.0f", padding=2)
    for place, count in enumerate(counts):
        turns = found["throughput"][count]["turns"]
        rate.plot([place] * len(turns), turns, "_", color=_LIGHT, markersize=14)
    (wanted,) = (target["wanted"] for target in found["targets"].values())
    rate.axhline(wanted, color=_RED, linewidth=1.5)
    above = {"xytext": (0, 4), "textcoords": "offset points"}
    rate.annotate(f"target {wanted:g}", (-0.45, wanted), color=_RED, **above)
    rate.set(title="Local stage: best turn, others as dashes", xlabel="connections", ylabel="requests/s")
    rate.set_ylim(0, 1.2 * max(*rates, wanted))
    for percent, colour in ((50, _GREEN), (95, _ORANGE), (99, _RED)):
        values = [found["throughput"][count][f"p{percent}_ms"] for count in counts]
        latency.plot(counts, values, "o-", color=colour, label=f"p{percent}")
        latency.annotate(
            f"{values[-1]:.0f}",
            (len(counts) - 1, values[-1]),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
        )
    latency.set(title="Latency as the client sees it", xlabel="connections", ylabel="ms", ylim=(0, None))
    latency.legend()
    _hops(hops, found["processor_ms"])
    return figure


def _hops(axes: Axes, milliseconds: dict[str, float]) -> None:
    if not milliseconds:
        axes.set_axis_off()
        axes.text(0.5, 0.5, "this system doesn't tell\nprocessor time by process", ha="center", va="center")
        return
    names = list(milliseconds)[::-1]
    colours = {"client": _LIGHT, "sandbox": _ORANGE, "container": _GREEN}
    bars = axes.barh(
        names, [milliseconds[name] for name in names], color=[colours.get(name, _BLUE) for name in names]
    )
    axes.bar_label(bars, fmt="%.2f", padding=4)
    whole = sum(milliseconds.values())
    axes.set(title=f"Processor time of a request: {whole:.1f} ms", xlabel="ms (blue: one process)")
    axes.set_xlim(0, 1.2 * max(milliseconds.values()))
    axes.grid(visible=False, axis="y")


_DRAWERS: dict[str, Callable[[Numbers], Figure]] = {
    "handler": _handler,
    "cold_start": _cold_start,
    "stage": _stage,
}
