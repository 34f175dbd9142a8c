#!/usr/bin/python3
"""Kills the real engine at chosen places of a fixed session, lets the exchange trade on, starts it
again, and judges by the exchange's record.

  torture.py [--every N] [--points N] [--config FILE]    counts first, then kills
  torture.py --from FILE [--part I/N] …                   a fixed list instead of a count
  torture.py --point ROLE:SITE:STATE:NTH:WHEN             one again
  torture.py --list                                       what there is to kill at
"""
import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
sys.dont_write_bytecode = True

import stage  # noqa: E402
from session import Session  # noqa: E402

COUNTING_RUNS = 3  # a place counts if every one of them came by
ACCOUNT = "torture"
TRIES = 2          # of a point that was not reached
CANNOT_TRACE = 77  # exit code: to the tests, skipped
SLACK_S = 1.0      # by default: for the tracer and a busy machine, on top of cover_within


class Torture:
    def __init__(self, settings, folder, slack_s):
        self.settings, self.folder, self.sessions = settings, Path(folder), 0
        self.bound_s = settings.cover_within_s + slack_s
        self.longest, self.ring = (0.0, "no kill"), None

    def session(self, point=None, restart=False):
        """On an exchange of its own: a venue lets one address ask only so much in a minute, and the
        start of an engine is a tenth of it and more."""
        self.sessions += 1
        folder = self.folder / str(self.sessions)
        folder.mkdir()
        exchange = stage.Exchange(folder, accounts=[ACCOUNT])
        try:
            result = Session(exchange, ACCOUNT, folder, self.settings, point, restart,
                             self.bound_s).run()
        finally:
            exchange.end()
        self.longest = max(self.longest, (result.longest_s, point or "no kill"))
        self.ring = result.ring or self.ring
        return result

    def count(self):
        """Every place that each of the counting runs came by, and how often at least."""
        least = None
        for _ in range(COUNTING_RUNS):
            counts = Counter()
            for restart in (False, True):
                result = self.session(restart=restart)
                if result.wrong:
                    raise SystemExit("torture: a session without a kill went wrong: "
                                     + "\n".join(result.wrong))
                for (role, site, state, when), n in result.counts.items():
                    if (state == "recovery") == restart:
                        counts[role, site, state, when] = n
            least = counts if least is None else Counter(
                {key: min(n, counts[key]) for key, n in least.items() if counts[key]})
        return points_of(least)

    def kill(self, point):
        """Judged once it was reached; nothing if it never was."""
        for _ in range(TRIES):
            result = self.session(point, restart=":recovery:" in point)
            if result.reached or result.wrong:
                return result
        return None


def points_of(counts):
    order = {state: i for i, state in enumerate(stage.STATES)}
    return [f"{role}:{site}:{state}:{nth}:{when}"
            for (role, site, state, when), n in sorted(
                counts.items(), key=lambda item: (order[item[0][2]], item[0]))
            for nth in range(1, n + 1)]


def spread(points, most):
    """So many of them, evenly over the states and within each."""
    by_state = {}
    for point in points:
        by_state.setdefault(point.split(":")[2], []).append(point)
    shares = {state: 0 for state in by_state}
    while sum(shares.values()) < min(most, len(points)):
        for state, of_it in by_state.items():
            if shares[state] < len(of_it) and sum(shares.values()) < most:
                shares[state] += 1
    return [of_it[i * len(of_it) // shares[state]] for state, of_it in by_state.items()
            for i in range(shares[state])]


def pair(point):
    role, site, state, _, when = point.split(":")
    return f"{role}:{site}:{when}", state


def print_coverage(known, killed):
    """Sites by states: killed at, of those that a session comes by."""
    sites = sorted({pair(p)[0] for p in known})
    have, done = {pair(p) for p in known}, {pair(p) for p in killed}
    width = max(map(len, sites))
    states = [s for s in stage.STATES if any(state == s for _, state in have)]
    print(f"{'':{width}}  " + " ".join(f"{s:>8}" for s in states))
    for site in sites:
        print(f"{site:{width}}  " + " ".join(
            f"{'killed' if (site, s) in done else '.' if (site, s) in have else '':>8}"
            for s in states))
    print(f"{len(sites)} sites × {len(states)} states: {len(have)} pairs exist, killed at "
          f"{len(done & have)} of them")


def can_trace(folder):
    state = Path(folder) / "state"
    state.write_bytes(bytes(1))
    return subprocess.run([stage.TRACER, "--state", state, "--states", "any", "--report",
                           Path(folder) / "report", "--", "/bin/true"], check=False).returncode == 0


def arguments():
    parser = argparse.ArgumentParser(prog="./dev torture")
    parser.add_argument("--every", type=int, default=1, metavar="N",
                        help="every Nth point (default: each)")
    parser.add_argument("--points", type=int, metavar="N", help="at most N, over all states")
    parser.add_argument("--config", metavar="FILE", help="an engine's configuration, for its "
                        "limits, cover times, durability and waits")
    parser.add_argument("--point", metavar="POINT", help="only this one")
    parser.add_argument("--from", dest="file", metavar="FILE",
                        help="the points of this file instead of a counting run")
    parser.add_argument("--part", metavar="I/N", help="of the chosen points the Ith Nth")
    parser.add_argument("--slack", type=float, default=SLACK_S, metavar="SECONDS",
                        help="what may be uncovered longer than cover_within (default: 1)")
    parser.add_argument("--list", action="store_true", help="print the points and kill nobody")
    return parser.parse_args()


def choose(asked, known):
    points = known[::asked.every]
    if asked.points:
        points = spread(points, asked.points)
    if asked.part:
        part, parts = map(int, asked.part.split("/"))
        points = points[part - 1::parts]
    return points


def main():
    asked = arguments()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="signalbox-torture-") as folder:
        if not can_trace(folder):
            print("torture: ptrace or seccomp is not allowed here; nothing was killed")
            return CANNOT_TRACE
        return run(asked, Torture(stage.Settings(asked.config), folder, asked.slack), started)


def run(asked, torture, started):
    if asked.point:
        known = points = [asked.point]
    elif asked.file:
        known = [line for line in Path(asked.file).read_text().splitlines()
                 if line and not line.startswith("#")]
        points = choose(asked, known)
    else:
        known = torture.count()
        points = choose(asked, known)
    if asked.list:
        print("\n".join(points))
        return 0

    print(f"kill points: {len(points)} of {len(known)}, by ptrace and seccomp", flush=True)
    killed, missed, failed, late, outcomes = [], [], [], [], Counter()
    for point in points:
        result = torture.kill(point)
        if result is None:
            missed.append(point)
            continue
        killed.append(point)
        outcomes[result.outcome or "never accepted"] += 1
        if result.longest_s > torture.settings.cover_within_s:
            late.append(f"{1000 * result.longest_s:.0f} ms: {point}")
        if result.wrong:
            failed.append(point)
            print(f"FAILED {point}")
            for line in result.wrong:
                print(f"  {line}")
            config = f" --config {asked.config}" if asked.config else ""
            config += f" --slack {asked.slack}" if asked.slack != SLACK_S else ""
            print(f"  again: ./dev torture --point '{point}'{config}", flush=True)
    if killed:
        print_coverage(known, killed)
    for point in missed:
        print(f"not reached in {TRIES} tries: {point}")
    for each in late:
        print(f"uncovered longer than cover_within, but not than the slack: {each}")
    print(f"ring stores: {torture.ring or 'nothing was traced'}; outcomes: "
          + ", ".join(f"{k} {n}" for k, n in sorted(outcomes.items())))
    length, where = torture.longest
    print(f"longest uncovered with an engine alive: {1000 * length:.0f} ms, at {where} "
          f"({1000 * torture.bound_s:.0f} ms are allowed)")
    print(f"{len(killed) - len(failed)} passed, {len(failed)} failed, {len(missed)} not reached, "
          f"in {time.monotonic() - started:.1f} s")
    # A list of which a quarter leads nowhere is a list of another program.
    stale = 4 * len(missed) > len(points)
    if stale:
        print("too many points are not there any more: renew the list with ./dev torture --list")
    return 1 if failed or stale or not killed else 0


if __name__ == "__main__":
    sys.exit(main())
