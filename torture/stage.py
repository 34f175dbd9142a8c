"""The processes of a session: one simulated exchange, and an engine that can be killed at a chosen
place. Everything stands in a folder of its own and is ended by its own process id."""
import json
import mmap
import os
import signal
import sys
import time
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "clients"))
import harness  # noqa: E402
from harness import Client, Exchange, Process, Subscriber  # noqa: E402

TRACER = os.environ.get("SIGNALBOX_TORTURE", "signalbox_torture")

# How far a session is. What is called `recovery` is the start of an engine over an open bracket.
STATES = ("start", "entry", "partial", "cover", "target", "close", "stop", "recovery")


class EngineDied(Exception):
    """The engine is gone. A session goes on at the exchange, and with the next engine."""


def toml(value):
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{k} = {toml(v)}" for k, v in value.items()) + " }"
    return json.dumps(value)


class Settings:
    """The engine's configuration: ours, or somebody's own with the exchange, the sockets and the
    folders replaced by ours."""

    OURS = ("name", "venue", "testnet", "symbols", "api_key", "api_secret", "hosts", "process")

    def __init__(self, file=None):
        read = tomllib.loads(Path(file).read_text()) if file else {}
        self.engine = {k: v for k, v in read.get("engine", {}).items()
                       if k not in ("runtime_directory", "journal_directory")}
        self.supervision = read.get("supervision", {})
        account = read.get("account", [{}])[0]
        self.account = {k: v for k, v in account.items() if k not in self.OURS}
        self.account.setdefault("limits", {}).update(
            max_order_notional="5000", max_account_notional="50000", max_entries_per_minute=600,
            max_ticker_age="10m")  # the market stands still unless a session moves it
        self.cover_within_s = seconds(self.account.get("cover", {}).get("cover_within", "1s"))

    def write(self, folder, name, exchange):
        folder = Path(folder)
        address = {s: [f"ipc://{folder}/run/{s}"]
                   for s in ("commands", "events", "ticks", "connections")}
        for what, secret in (("key", name + harness.KEY), ("secret", name + harness.SECRET)):
            file = folder / what
            file.touch(mode=0o600)
            file.write_text(secret)
        hosts = {"rest": f"https://127.0.0.1:{exchange.port}",
                 "market_ws": f"wss://127.0.0.1:{exchange.port}",
                 "user_ws": f"wss://127.0.0.1:{exchange.port}", "ca_file": str(exchange.ca_file)}
        account = {"name": name, "venue": "binance", "symbols": ["BTC/USDT"],
                   "api_key": {"file": "key"}, "api_secret": {"file": "secret"}, "hosts": hosts,
                   **self.account}
        engine = {**self.engine, "runtime_directory": "run", "journal_directory": "journal"}
        lines = ["[engine]", *(f"{k} = {toml(v)}" for k, v in engine.items()),
                 "[supervision]", *(f"{k} = {toml(v)}" for k, v in self.supervision.items()),
                 "[bus]", *(f"{k} = {toml(v)}" for k, v in address.items()),
                 "[[account]]", *(f"{k} = {toml(v)}" for k, v in account.items())]
        file = folder / "signalbox.toml"
        file.write_text("\n".join(lines) + "\n")
        return file


def seconds(text):
    for unit, factor in (("ns", 1e-9), ("us", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60)):
        if text.endswith(unit) and text[:-len(unit)].isdigit():
            return int(text[:-len(unit)]) * factor
    raise ValueError(f"not a duration: {text}")


class Engine:
    """`signalbox run` in a folder, under the tracer or without."""

    def __init__(self, folder, config):
        self.folder, self.config = Path(folder), config
        self.state_file = self.folder / "state"
        self.state_file.write_bytes(bytes(1))
        with open(self.state_file, "r+b") as file:
            self.state_byte = mmap.mmap(file.fileno(), 1)
        self.process, self.starts = None, 0
        self.dead = []  # from and to, in seconds since the epoch: no engine, or not ready yet

    def address(self, socket):
        return f"ipc://{self.folder}/run/{socket}"

    def at(self, state):
        self.state_byte[0] = STATES.index(state)

    def state(self):
        return STATES[self.state_byte[0]]

    def start(self, traced=False, kill=None):
        """Without waiting for it to be ready."""
        self.starts += 1
        self.report_file = self.folder / f"report-{self.starts}" if traced else None
        command = [harness.PROGRAM, "run", "-c", str(self.config)]
        if traced:
            # The tracer wants a path; the shell's search is not its business.
            command = [TRACER, "--state", str(self.state_file), "--states", ",".join(STATES),
                       "--report", str(self.report_file), *(["--kill", kill] if kill else []),
                       "--", *command]
        self.process = Process(f"engine-{self.starts}", command, self.folder)

    def wait_ready(self, client):
        def ready():
            answer = client.try_ask("status")
            return answer and all(a["link"] == "ready" for a in answer[1]["accounts"])
        self.until("the engine to be ready", ready)
        if self.dead and self.dead[-1][1] is None:
            self.dead[-1][1] = time.time()

    def until(self, what, condition, patience_s=harness.PATIENCE_S):
        """What the condition finds, or EngineDied."""
        def found_or_dead():
            if not self.process.running():
                raise EngineDied()
            return condition()
        return harness.until(what, found_or_dead, patience_s)

    def died(self):
        self.dead.append([time.time(), None])

    def kill(self):
        """By us, in a session that has a restart in its middle."""
        self.process.end(signal.SIGUSR1 if self.report_file else signal.SIGKILL)
        self.died()

    def end(self):
        return self.process.end()

    def close(self):
        if self.process and self.process.running():
            self.process.end(signal.SIGKILL)  # the tracer's end is the engine's
        self.state_byte.close()

    def report(self):
        """What the tracer counted: {(role, site, state, when): count}; and whether it killed."""
        if not self.report_file or not self.report_file.exists():
            return {}, None, None
        end, ring, *lines = self.report_file.read_text().splitlines()
        counts = {}
        for line in lines:
            role, site, state, count, when = line.split(":")
            counts[role, site, state, when] = int(count)
        return counts, end.removeprefix("end "), ring.removeprefix("ring ")


__all__ = ["Client", "Engine", "EngineDied", "Exchange", "STATES", "Settings", "Subscriber"]
