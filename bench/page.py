#!/usr/bin/env python3
"""Writes the figures of one run into docs/performance.md, and its plots beside it.

    bench/page.py bench/results/COMMIT

Between `<!-- NAME -->` and `<!-- end -->` of that page stands what this program writes; the rest
is left alone. Plots need gnuplot.
"""
import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
page = root / "docs" / "performance.md"
fast, slow = 200.0, 5000.0


def load(folder, name):
    file = folder / f"{name}.json"
    return json.loads(file.read_text()) if file.exists() else None


def table(heads, rows):
    lines = ["| " + " | ".join(heads) + " |", "| " + " | ".join(["---"] * len(heads)) + " |"]
    lines += ["| " + " | ".join(str(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def short(value):
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def run_of(folder, latency):
    machine = latency["machine"]
    load_of = ", ".join(f"{block['others'] * 100:.0f} %" for block in latency["blocks"])
    return (
        f"`{folder.relative_to(root)}`, {latency['taken']}: {machine['processor']}, "
        f"{machine['cores']} cores, {machine['kernel']}, {machine['compiler']}. "
        f"{len(latency['blocks'])} blocks; other processes used {load_of} of the machine."
    )


def latency_table(latency):
    cells = {}
    for row in latency["rows"]:
        cells.setdefault(row["what"], {})[row["pace_us"]] = row
    def cell(row):
        return f"{short(row['p50_us'])} / {short(row['p99_us'])}" if row else ""
    return table(
        ["part", "200 µs apart", "5 ms apart"],
        [[what, cell(at.get(fast)), cell(at.get(slow))] for what, at in cells.items()],
    )


def marks_table(latency):
    return table(
        ["mark", "measured", "at most", ""],
        [
            [m["what"], f"{m['measured']:.2f}", f"{m['mark']:g}", "met" if m["met"] else "missed"]
            for m in latency["marks"]
        ],
    )


def plain_table(data):
    heads = sorted(data["rows"][0], key=lambda head: head not in ("accounts", "subscribers", "open"))
    return data["how"] + "\n\n" + table(
        heads, [[f"{row[head]:,g}" for head in heads] for row in data["rows"]]
    )


def micro_table(*runs):
    rows = []
    for run in runs:
        for each in run["benchmarks"] if run else []:
            rate = each.get("items_per_second")
            rows.append([each["name"], f"{each['cpu_time']:,.0f} {each['time_unit']}",
                         f"{rate / 1e6:.2f} M/s" if rate else ""])
    return table(["operation", "CPU time", "a core"], rows)


def chain_table(run):
    """The time of an iteration holds its preparation: what counts was taken around the chain."""
    return table(
        ["signal → Venue::place", "p50", "p99", "allocations"],
        [
            [each["name"].split("place, ")[1].split("/iterations")[0].replace("entries/", "entries: "),
             f"{each['p50_ns'] / 1000:.1f} µs", f"{each['p99_ns'] / 1000:.1f} µs",
             f"{each['allocations_p50']:.0f}"]
            for each in run["benchmarks"]
        ],
    )


def venue_table(data):
    return table(
        ["venue", "what", "least", "median", "at most"],
        [
            [p["name"], p["what"], f"{p['least_ns']:,.0f} ns", f"{p['median_ns']:,.0f} ns",
             f"{p['mark_ns']:,} ns" if p["mark_ns"] else "none set"]
            for p in data["parts"]
        ],
    )


def plot(name, script):
    subprocess.run(["gnuplot"], input=script, text=True, check=True)
    return f"![{name}]({name}.svg)"


def row_of(latency, what, pace=fast):
    return next((r for r in latency["rows"] if r["what"] == what and r["pace_us"] == pace), None)


def plot_hops(latency):
    wanted = [
        ("the floor, REST", "minimal blocking TLS client, REST (the floor)"),
        ("the floor, websocket", "minimal blocking TLS client, websocket"),
        ("our connector, REST", "our connector alone, REST: call → read"),
        ("our connector, websocket", "our connector alone, websocket: call → read"),
        ("raw ZeroMQ hop, ipc", "raw ZeroMQ hop, ipc, block"),
        ("signal → entry", "signal sent → entry read: block"),
        ("fill → stop and target", "entry's fill → both exits read: block"),
        ("ccxt: one order", "ccxt called directly: order → read"),
        ("ccxt: entry, stop, target", "ccxt called directly: bracket → all three read"),
    ]
    found = [(label, row_of(latency, what)) for label, what in wanted]
    lines = [f'"{label}" {row["p50_us"]} {row["p99_us"]}' for label, row in found if row]
    return plot(
        "latency-by-hop",
        f"""set terminal svg size 760,420 background "white" font "sans,12"
set output "{root}/docs/latency-by-hop.svg"
set title "200 µs apart, wait mode block: median (bar) and p99 (line), µs"
set style fill solid 0.8
set logscale x
set xrange [10:*]
set yrange [{len(lines)}-0.4:-0.6]
set grid x
unset key
$data << EOD
{chr(10).join(lines)}
EOD
plot $data using (sqrt(10*$2)):0:(10):2:($0-0.3):($0+0.3):ytic(1) with boxxyerror lc rgb "#4878a8", \\
     $data using 2:0:2:3 with xerrorbars pt 0 lc rgb "#303030"
""",
    )


def plot_open(latency):
    lines = []
    for count, words in ((1, "block"), (1000, "block, 1000 open"), (10000, "block, 10000 open")):
        row = row_of(latency, f"signal sent → entry read: {words}")
        if row:
            lines.append(f"{count} {row['p50_us']} {row['p99_us']}")
    return plot(
        "latency-by-open-brackets",
        f"""set terminal svg size 640,360 background "white" font "sans,12"
set output "{root}/docs/latency-by-open-brackets.svg"
set title "signal → entry against open brackets, 200 µs apart"
set xlabel "open brackets"
set ylabel "µs"
set logscale x
set xrange [0.7:20000]
set yrange [0:*]
set grid
set key left top
$data << EOD
{chr(10).join(lines)}
EOD
plot $data using 1:2 with linespoints lw 2 pt 7 lc rgb "#4878a8" title "median", \\
     $data using 1:3 with linespoints lw 2 pt 5 lc rgb "#b04040" title "p99"
""",
    )


def main():
    folder = pathlib.Path(sys.argv[1]).resolve()
    latency = load(folder, "latency")
    parts = {
        "run": run_of(folder, latency),
        "latency": latency_table(latency),
        "marks": marks_table(latency),
        "hops": plot_hops(latency),
        "open": plot_open(latency),
        "small": micro_table(load(folder, "messages"), load(folder, "binance")),
    }
    if data := load(folder, "chain"):
        parts["chain"] = chain_table(data)
    if data := load(folder, "venue"):
        parts["venue"] = venue_table(data)
    for name in ("fanout", "start", "recovery"):
        if data := load(folder, name):
            parts[name] = plain_table(data)
    text = page.read_text()
    for name, body in parts.items():
        pattern = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.S)
        if not pattern.search(text):
            sys.exit(f"{page} has no place for '{name}'")
        text = pattern.sub(lambda m: m.group(1) + body + "\n" + m.group(2), text)
    page.write_text(text)


main()
