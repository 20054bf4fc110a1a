"""The table on the screen, docs/performance.md, and the chart in docs/performance.svg."""

import os
import platform

from . import tools
from .wrk import CONNECTIONS

FLOOR = 60_000


def table(head, rows, plain=False):
    """Markdown, or the same with columns that stand below each other."""
    rows = [[str(cell) for cell in row] for row in rows]
    if plain:
        widths = [max(len(row[n]) for row in [head, *rows]) for n in range(len(head))]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
                         for row in [head, *rows])
    right = "|".join(["---"] + ["---:"] * (len(head) - 1))
    return "\n".join([f"| {' | '.join(head)} |", f"|{right}|", *(f"| {' | '.join(row)} |" for row in rows)])


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


HEAD = ["case", "service /s", "bound /s", "ratio", "p50 ms", "bound p50", "p99 ms", "bound p99"]


def line(result, name):
    if "failure" in result:
        return [name, "FAILED", *[""] * 6]
    return [name, number(result["rate"]), number(result["bound"]), f"{result['ratio']:.0%}",
            number(result["p50"]), number(result["bound_p50"]), number(result["p99"]), number(result["bound_p99"])]


def lines(results, kind, stories=None):
    return [line(result, f"{result['case']}: {result['text']}") for result in results
            if result["kind"] == kind and stories in (None, result["stories"])]


def screen(run):
    rows = [line(result, f"{result['kind']} {result['case']}, {result['stories']:,}") for result in run["results"]]
    failures = [f"FAILED {result['kind']} {result['case']}: {result['failure'][:200]}"
                for result in run["results"] if "failure" in result]
    return "\n".join([table(HEAD, rows, plain=True), *failures])


def growth(grown):
    """How much a case loses from the smallest database to the largest."""
    return [[one["case"], number(small["rate"]), number(large["rate"]), f"{small['rate'] / large['rate']:.2f}",
             number(small["p50"]), number(large["p50"]), f"{large['p50'] / small['p50']:.2f}"]
            for one in grown for small, large in [(one["small"], one["large"])]]


def scaled(results):
    """Rates of lists, as if one row by its id were read 60,000 times a second."""
    rows = []
    for one in (result for result in results if "row" in result):
        factor = FLOOR / one["row"]
        for result in results:
            if result["kind"] == "uncached" and result["stories"] == one["stories"] and "failure" not in result:
                rows.append([f"{result['case']}, {one['stories']:,}", number(result["rate"]), number(one["row"]),
                             number(result["rate"] * factor)])
    return rows


def fewer(results):
    """Searches by how many clients ask at once."""
    return [[f"{result['case']}, {result['stories']:,}", str(some["clients"]), number(some["rate"]),
             number(some["p50"]), number(some["p99"])]
            for result in results if result.get("fewer")
            for some in [*result["fewer"], {**result, "clients": CONNECTIONS}]]


def machine():
    with open("/proc/cpuinfo", encoding="utf-8") as info:
        model = next((row.split(":", 1)[1].strip() for row in info if row.startswith("model name")), platform.machine())
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2 ** 30
    return {
        "processor": f"{model}, {len(os.sched_getaffinity(0))} cores, for the load generator too",
        "memory": f"{memory:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "compiler": tools.run(["rustc", "--version"], capture_output=True).strip(),
    }


def markdown(run):
    options, results = run["options"], run["results"]
    sizes = sorted({result["stories"] for result in results})
    part = [
        "# Performance",
        f"Written by `{run['command']}` on {run['date']}; not by hand. "
        "What limits each case stands in `bench/notes.md` and is repeated below.",
        "![Ratio of each case to its bound](performance.svg)",
        "## What was measured",
        table(["", ""], run["machine"].items()),
        f"PostgreSQL {run['version']} over a Unix socket, its defaults but for "
        + ", ".join(f"`{name} = {value}`" for name, value in run["settings"].items()) + ".",
        table(["stories", "database MB", "stories' table MB", "their indexes MB", "of it the words MB"],
              [[f"{stories:,}", *(number(size / 2 ** 20) for size in run["sizes"][str(stories)])] for stories in sizes]),
        f"Stories have bodies of 3 kB in 8 languages, 20 sources, 200 categories on 3 levels, 2,000 tags; "
        f"3 of 100 are not live. Everything runs on one machine. The service runs as released: its own "
        f"number of workers, a pool of 16 connections, the access log written to a file.",
        f"Each number is the median of {options['rounds']} runs of {options['seconds']} s, in which the service and "
        f"its bound take turns after a warm-up of {options['warm_up']} s. wrk: {options['wrk_threads']} thread, 64 "
        "connections, no content coding. p50 and p99 are wrk's; those of pgbench come from a run of 64 clients that logs each transaction.",
        "## From the cache",
        f"`{sizes[-1]:,}` stories; 1,000 of them and 100 lists are asked for, by Zipf's law, so that all fit the cache. "
        "The bound is the yardstick (`bench/src/bin/yardstick.rs`): the same server library with one handler, no "
        "middleware and no log, which returns ready-made bytes with the status and headers of the service's middle answer.",
        table(HEAD, lines(results, "cached")),
        "## From the database",
        "`NEWSWIRE_CACHE_MB=0`. The bound is pgbench (`-M prepared`), which sends the statements that the service was "
        "seen to send, over the same socket; with 64 clients and with 16, the better counts. Stories, filters and words "
        "are drawn by Zipf's law from all there are, here and there.",
    ]
    for stories in sizes:
        part += [f"### {stories:,} stories", table(HEAD, lines(results, "uncached", stories))]
    if run["growth"]:
        part += [f"### Growth from {sizes[0]:,} to {sizes[-1]:,} stories",
                 "Measured by itself: the service with few stories and the service with many take turns. A ratio is how "
                 "many times as long it takes with many.",
                 table(["case", "/s small", "/s large", "ratio", "p50 small", "p50 large", "ratio"], growth(run["growth"]))]
    if fewer(results):
        part += ["### Searches by fewer clients",
                 "So many clients ask without a pause; what they wait beyond the first is for each other.",
                 table(["case", "clients", "service /s", "p50 ms", "p99 ms"], fewer(results))]
    if scaled(results):
        part += [f"### On a machine that reads a row {FLOOR:,} times a second",
                 f"`SELECT * FROM articles WHERE id = $1` is the least that one story can cost. The last column is what "
                 f"the rate would be where pgbench does that {FLOOR:,} times a second.",
                 table(["case", "service /s", "row by id /s", "scaled /s"], scaled(results))]
    part += [
        "## Memory and start",
        table(["", ""], [[f"resident, {name}", f"{value:.0f} MB"] for name, value in run["memory"].items()]
              + [["start on an existing database until ready", f"{run['start'] * 1e3:.0f} ms"]]),
        "## What limits each case",
        run["notes"],
        "## Again",
        "`bench/run` from a fresh clone, with `cargo`, `wrk` and PostgreSQL installed; `bench/run --quick` for a look, "
        "`bench/run --help` for the rest.",
    ]
    return "\n\n".join(part) + "\n"


def svg(results):
    """Bars: the ratio of each case to its bound."""
    good = [result for result in results if "failure" not in result]
    width, left, step, top = 860, 320, 26, 56
    full = (width - left - 70) / max([1.0] + [result["ratio"] for result in good])
    height = top + step * len(good) + 24
    colours = {"cached": "#2a78d6", "uncached": "#1baf7a"}
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'font-family="system-ui, sans-serif" font-size="13" fill="#333">',
        '<title>Requests a second, as a share of the bound</title>',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        '<text x="12" y="24" font-size="15" font-weight="600">Requests a second, as a share of the bound</text>',
        f'<rect x="12" y="34" width="11" height="11" fill="{colours["cached"]}"/>'
        '<text x="28" y="44" font-size="12">from the cache; bound: a bare server</text>'
        f'<rect x="{left}" y="34" width="11" height="11" fill="{colours["uncached"]}"/>'
        f'<text x="{left + 16}" y="44" font-size="12">from the database; bound: pgbench with the same SQL</text>',
    ]
    for place, result in enumerate(good):
        y, bar = top + place * step, result["ratio"] * full
        name = f"{result['kind']} {result['case']}, {result['stories']:,} stories"
        out.append(f'<text x="{left - 10}" y="{y + 16}" text-anchor="end">{name}</text>'
                   f'<rect x="{left}" y="{y + 3}" width="{bar:.1f}" height="{step - 8}" rx="2" '
                   f'fill="{colours[result["kind"]]}"/>'
                   f'<text x="{left + bar + 6:.1f}" y="{y + 16}">{result["ratio"]:.0%}</text>')
    end = left + full
    out.append(f'<line x1="{end:.1f}" y1="{top - 2}" x2="{end:.1f}" y2="{height - 18}" stroke="#888" stroke-dasharray="4 3"/>'
               f'<text x="{end:.1f}" y="{height - 5}" text-anchor="middle" font-size="11">100 %</text></svg>')
    return "\n".join(out) + "\n"
