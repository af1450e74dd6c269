"""Turns the numbers of each measurement into tables; they come from JSON, so keys are text."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Numbers = dict[str, Any]


class Table(NamedTuple):
    """Rows of text under a title; the first column is left-aligned."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""


def targets_table(results: dict[str, Numbers]) -> Table:
    """What was asked for, and whether it is met."""
    rows = []
    for found in results.values():
        for name, target in found["targets"].items():
            wanted = f"{'≥' if target['at_least'] else '≤'} {target['wanted']:g}"
            rows.append((name, wanted, f"{target['measured']:g}", "yes" if target["met"] else "no"))
    return Table("Targets", ("target", "wanted", "measured", "met"), rows)


def tables_of(name: str, found: Numbers) -> list[Table]:
    """The tables of one measurement."""
    return _TABLES[name](found)


def _build(found: Numbers) -> list[Table]:
    rows = [(name, f"{seconds:.1f}") for name, seconds in found["seconds"].items()]
    sizes = f"zip {found['zipped_bytes'] / 2**20:.1f} MiB, unzipped {found['unzipped_bytes'] / 2**20:.1f} MiB"
    return [Table("Building", ("command", "s"), rows, f"Wheels at hand; {sizes}.")]


def _handler(found: Numbers) -> list[Table]:
    rows = []
    for n_rows, times in found["times"].items():
        tutorial, quiet, ours, floor = (times[name] for name in ("tutorial", "quiet", "ours", "floor"))
        ratios = (f"{tutorial / ours:.1f}", f"{quiet / ours:.1f}", f"{ours / floor:.2f}")
        milliseconds = (
            f"{value:.3f}" if value < 10 else f"{value:.1f}" for value in (tutorial, quiet, ours, floor)
        )
        rows.append((f"{int(n_rows):,}", *milliseconds, *ratios))
    columns = (
        "rows",
        "tutorial ms",
        "quiet ms",
        "ours ms",
        "floor ms",
        "tutorial/ours",
        "quiet/ours",
        "ours/floor",
    )
    note = (
        "Processor time of one warm call without the model. Tutorial: dateutil a row, strings joined, "
        "the reply split by a regular expression; quiet: the same without logging the event. "
        "Floor: json.loads and json.dumps alone."
    )
    memory = [
        (f"{int(n_rows):,}", f"{peak / 1e6:.2f}", f"{peak / int(n_rows):,.0f}")
        for n_rows, peak in found["memory"].items()
    ]
    return [
        Table("Handler", columns, rows, note),
        Table("Handler's memory at its peak, beyond the event", ("rows", "MB", "bytes a row"), memory),
    ]


def _transforms(found: Numbers) -> list[Table]:
    rows = []
    for name, by_rows in found["times"].items():
        for n_rows, times in by_rows.items():
            ours, theirs = times["ours"], times["theirs"]
            rows.append((name, f"{int(n_rows):,}", f"{theirs:.3f}", f"{ours:.3f}", f"{theirs / ours:.1f}"))
    note = (
        "Processor time from typed columns in memory to the matrix; scikit-learn's, or pandas', from a "
        "DataFrame. The last example has eleven kinds of transformers, from imputing to tf-idf."
    )
    columns = ("preprocessing", "rows", "scikit-learn ms", "ours ms", "scikit-learn/ours")
    return [Table("Transform", columns, rows, note)]


def _cold_start(found: Numbers) -> list[Table]:
    rows = [
        (
            name,
            f"{times['init']:.0f}",
            f"{times['first']:.1f}",
            f"{times['both']:.0f}",
            f"{times['best']:.0f}",
        )
        for name, times in found["medians"].items()
    ]
    repeats = len(found["variants"]["trivial"]["init_ms"])
    note = (
        f"Medians of {repeats} fresh processes each, taking turns, in awslambdaric; the model answers at "
        "once.\nBest: of init and first call together, what it takes when nothing interferes."
    )
    columns = ("function", "init ms", "first call ms", "both ms", "best ms")
    return [Table("Cold start", columns, rows, note)]


def _stage(found: Numbers) -> list[Table]:
    rows = []
    for connections, best in found["throughput"].items():
        others = best["cores_busy_otherwise"]
        latencies = (f"{best[f'p{percent}_ms']:.1f}" for percent in (50, 95, 99))
        used = f"{sum(best['processor_ms'].values()):.1f}"
        row = (connections, f"{best['requests_a_second']:.0f}", *latencies, used)
        rows.append((*row, "?" if others is None else f"{others:.1f}"))
    columns = (
        "connections",
        "requests/s",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "processor ms a request",
        "cores busy otherwise",
    )
    turns = len(next(iter(found["throughput"].values()))["turns"])
    sandboxes = f"{found['sandboxes']} sandboxes at the end"
    note = f"One row a request, a warm function; the best of {turns} turns, {sandboxes}."
    tables = [Table("Local stage, the whole path", columns, rows, note)]
    if hops := found["processor_ms"]:
        whole = sum(hops.values())
        shares = [(hop, f"{value:.2f}", f"{100 * value / whole:.0f} %") for hop, value in hops.items()]
        shares.append(("all", f"{whole:.2f}", "100 %"))
        bound = f"All in all a core bears at most {1000 / whole:.0f} requests/s."
        note = f"At four connections. Gateway, Lambda plane and SageMaker's runtime are one process. {bound}"
        tables.append(Table("Processor time of one request", ("hop", "ms", "share"), shares, note))
    clock = [(f"as the {hop} sees it", f"{value:.2f}") for hop, value in found["clock_ms"].items()]
    note = "Medians of requests one after the other; each holds what stands below it."
    return [*tables, Table("Time of one request", ("", "ms"), clock, note)]


def _terraform(found: Numbers) -> list[Table]:
    rows = [(name, f"{seconds:.1f}") for name, seconds in found["seconds"].items()]
    note = f"Stack bike-rental, {found['resources']} resources, on a fresh local stage."
    return [Table("Terraform", ("step", "s"), rows, note)]


def _formats(found: Numbers) -> list[Table]:
    rows = []
    for n_rows, by_name in found["times"].items():
        for name, times in by_name.items():
            ours, sdk = times["ours"], times["sdk"]
            beside = (f"{sdk:.3f}", f"{sdk / ours:.1f}") if sdk else ("none", "")
            rows.append((name, f"{int(n_rows):,}", f"{ours:.3f}", *beside))
    note = (
        "Processor time of writing a payload or reading a reply. The SDK has no writer for libsvm and no "
        "reader of recordio. Replies in JSON: ours looks at each value and counts them, the SDK only parses."
    )
    columns = ("what", "rows", "ours ms", "SageMaker SDK ms", "SDK/ours")
    return [Table("Formats of payloads and replies", columns, rows, note)]


_TABLES: dict[str, Callable[[Numbers], list[Table]]] = {
    "build": _build,
    "handler": _handler,
    "transforms": _transforms,
    "formats": _formats,
    "cold_start": _cold_start,
    "stage": _stage,
    "terraform": _terraform,
}
