"""A simulated exchange, an engine and clients of it, for tests: everything in a folder of its own,
on ports the kernel chose, and ended by its own process id whatever happens.

Only the bus is spoken: nothing here shares a line of code with the engine.
"""
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.error
import urllib.request
from decimal import Decimal
from pathlib import Path

import msgpack
import zmq

PROGRAM = os.environ.get("SIGNALBOX", "signalbox")
ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 30  # of everything that is waited for; a loaded machine is slow, not wrong

KEY, SECRET = "testKey", "testSecretThatIsNoSecret"


def until(what, condition, patience_s=PATIENCE_S):
    """Asks again until it gets something true; fails with what it waited for."""
    end = time.monotonic() + patience_s
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited {patience_s} s in vain for {what}")
        time.sleep(0.01)


class Process:
    """A process of ours with its output in a file."""

    def __init__(self, name, command, folder, env=None):
        self.name, self.log = name, Path(folder) / f"{name}.log"
        with open(self.log, "ab") as out:
            self.child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                          env=env)

    def running(self):
        return self.child.poll() is None

    def end(self, how=signal.SIGINT):
        """Ends it in order, or by force if it will not; its exit code."""
        if self.running():
            self.child.send_signal(how)
        try:
            return self.child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
            raise AssertionError(f"{self.name} did not end when told to; {self.output()}")

    def output(self):
        return f"---- {self.name} ----\n{self.log.read_text(errors='replace')[-4000:]}"


class Exchange:
    """`signalbox simulator`, and the strings behind its stage."""

    def __init__(self, folder, accounts=("main",), options=()):
        self.folder = Path(folder)
        self.ca_file = self.folder / "ca.pem"
        ready = self.folder / "ready.json"
        command = [PROGRAM, "simulator", "--ca-file", str(self.ca_file), "--ready-file", str(ready)]
        for name in accounts:
            command += ["--account", f"{name}:{name}{KEY}:{name}{SECRET}"]
        self.process = Process("simulator", command + list(options), folder)
        try:
            until("the simulator", lambda: ready.exists() or not self.process.running())
            said = json.loads(ready.read_text())
        except (AssertionError, OSError):
            self.process.end(signal.SIGKILL)
            raise AssertionError("the simulator did not start; " + self.process.output())
        self.port, self.control_port = said["tls_port"], said["control_port"]

    def end(self):
        return self.process.end()

    def control(self, method, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"http://127.0.0.1:{self.control_port}/simulator/{path}",
                                         data=data, method=method)
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.code} {error.read().decode()}")

    def record(self):
        return self.control("GET", "record")

    def move(self, price):
        self.control("POST", "move", {"price": price, "quantity": "10"})

    def orders(self, status=None, account="main"):
        return [o for o in self.record()["orders"]
                if o["account"] == account and (status is None or o["status"] == status)]

    def open_orders(self, account="main"):
        return [o for o in self.orders(account=account)
                if o["status"] in ("NEW", "PARTIALLY_FILLED")]

    def balance(self, asset, account="main"):
        """Free and locked."""
        for b in self.record()["balances"]:
            if (b["account"], b["asset"]) == (account, asset):
                return Decimal(b["free"]), Decimal(b["locked"])
        return Decimal(0), Decimal(0)


ACCOUNT = """
[[account]]
name = "{name}"
venue = "binance"
testnet = {testnet}
symbols = ["BTC/USDT"]
api_key = {{ file = "{name}.key" }}
api_secret = {{ file = "{name}.secret" }}
[account.hosts]
rest = "https://127.0.0.1:{port}"
market_ws = "wss://127.0.0.1:{port}"
user_ws = "wss://127.0.0.1:{port}"
ca_file = "{ca_file}"
[account.limits]
max_order_notional = "5000"
max_account_notional = "50000"
max_entries_per_minute = 600
# The market stands still unless a test moves it, and says nothing while it does.
max_ticker_age = "10m"
"""


class Engine:
    """`signalbox run` on an exchange of ours, with every socket in the folder."""

    def __init__(self, folder, exchange, accounts=("main",), testnet=(), also=(), more=""):
        """`also`: further addresses of commands and events; `more`: further tables."""
        self.folder = Path(folder)
        text = '[engine]\nruntime_directory = "run"\njournal_directory = "journal"\n[bus]\n'
        # By default there would be fixed TCP ports too, which only one engine can have.
        for socket in ("commands", "events", "ticks", "connections"):
            addresses = [self.address(socket), *(also if socket in ("commands", "events") else ())]
            text += f"{socket} = {json.dumps(addresses)}\n"
        text += more
        for name in accounts:
            for what, secret in (("key", name + KEY), ("secret", name + SECRET)):
                file = self.folder / f"{name}.{what}"
                file.touch(mode=0o600)
                file.write_text(secret)
            text += ACCOUNT.format(name=name, testnet=str(name in testnet).lower(),
                                   port=exchange.port, ca_file=exchange.ca_file)
        self.config = self.folder / "signalbox.toml"
        self.config.write_text(text)
        self.start()

    def start(self):
        self.process = Process("engine", [PROGRAM, "run", "-c", str(self.config)], self.folder)
        try:
            with Client(self, patience_s=0.25) as client:
                until("the engine to be ready", lambda: self._ready(client))
        except AssertionError as error:
            self.process.end(signal.SIGKILL)
            raise AssertionError(f"{error}; {self.process.output()}")

    def _ready(self, client):
        if not self.process.running():
            raise AssertionError("the engine did not start")
        answer = client.try_ask("status")
        return answer and all(a["link"] == "ready" for a in answer[1]["accounts"])

    def end(self, how=signal.SIGINT):
        return self.process.end(how)

    def bound(self, socket):
        """The TCP address of a socket, with the port that the kernel chose."""
        said = (line.split() for line in self.process.log.read_text().splitlines())
        return next(s[1] for s in said if s and s[0] == socket and s[1].startswith("tcp"))

    def address(self, socket):
        return f"ipc://{self.folder}/run/{socket}"


class Client:
    """A DEALER on `commands`. Fills in `id`, `account` and `strategy` where a command has them."""

    TAKES_STRATEGY = ("signal", "cancel", "close", "place_order", "cancel_order", "fetch_order",
                      "fetch_signal")
    TAKES_ACCOUNT = TAKES_STRATEGY + ("cancel_all", "init_exchange", "fetch_ticker", "fetch_balance",
                                      "fetch_open_orders")
    ids = 0

    def __init__(self, engine, kind=zmq.DEALER, patience_s=PATIENCE_S):
        self.patience_s = patience_s
        self.socket = zmq.Context.instance().socket(kind)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(engine.address("commands"))
        self.kept = []  # answers to other commands, heard while one was waited for

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    @classmethod
    def body(cls, kind, fields):
        Client.ids += 1
        body = {"id": f"{kind}-{os.getpid()}-{Client.ids}"}
        if kind in cls.TAKES_ACCOUNT:
            body["account"] = "main"
        if kind in cls.TAKES_STRATEGY:
            body["strategy"] = "test"
        body.update(fields)
        return {key: value for key, value in body.items() if value is not None}

    def send(self, kind, **fields):
        """The body as sent; a field that is None is left out."""
        body = self.body(kind, fields)
        self.socket.send_multipart([b"SB1", kind.encode(), msgpack.packb(body)])
        return body

    def hear(self, patience_s=None):
        """The next answer: its type and body. None when there is none in time."""
        if not self.socket.poll(1000 * (self.patience_s if patience_s is None else patience_s)):
            return None
        frames = self.socket.recv_multipart()
        if not frames[0]:
            frames = frames[1:]  # what began with an empty frame is answered with one
        assert len(frames) == 3 and frames[0] == b"SB1", frames
        return frames[1].decode(), msgpack.unpackb(frames[2])

    def try_ask(self, kind, **fields):
        """What was answered to this very command; None when nothing is in time."""
        sent = self.send(kind, **fields)
        while True:
            answer = self.hear()
            if answer is None or answer[1]["id"] == sent["id"]:
                return answer
            self.kept.append(answer)

    def ask(self, kind, **fields):
        answer = self.try_ask(kind, **fields)
        assert answer is not None, f"no answer to {kind} {fields}"
        return answer

    def follow(self, kind, **fields):
        """Every answer until the last, by its type."""
        sent = self.send(kind, **fields)
        return self.follow_on(sent["id"])

    def follow_on(self, id, last=("outcome", "refused")):
        heard = {answer[0]: answer[1] for answer in self.kept if answer[1]["id"] == id}
        self.kept = [answer for answer in self.kept if answer[1]["id"] != id]
        while not any(each in heard for each in last):
            answer = self.hear()
            assert answer is not None, f"{id}: nothing after {list(heard)}"
            if answer[1]["id"] == id:
                heard[answer[0]] = answer[1]
        return heard


class Subscriber:
    """A SUB on `events` or `ticks`."""

    def __init__(self, engine, prefix="", socket="events"):
        self.socket = zmq.Context.instance().socket(zmq.SUB)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(engine.address(socket))
        self.socket.subscribe(prefix)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def hear(self):
        """Topic, header and body of the next event."""
        if not self.socket.poll(1000 * PATIENCE_S):
            raise AssertionError(f"no event in {PATIENCE_S} s")
        topic, header, body = self.socket.recv_multipart()
        return topic.decode(), msgpack.unpackb(header), msgpack.unpackb(body)


class EngineTest(unittest.TestCase):
    """One exchange and one engine for the tests of a class, which leave nothing open behind."""

    ACCOUNTS = ("main",)
    TESTNET = ()
    ALSO = ()

    @classmethod
    def more(cls):
        """Further tables of the configuration; may write files into the folder."""
        return ""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="signalbox-test-")
        cls.addClassCleanup(cls.folder.cleanup)
        cls.exchange = Exchange(cls.folder.name, cls.ACCOUNTS)
        cls.addClassCleanup(cls.exchange.process.end, signal.SIGKILL)
        cls.engine = Engine(cls.folder.name, cls.exchange, cls.ACCOUNTS, cls.TESTNET, cls.ALSO,
                            cls.more())
        cls.addClassCleanup(lambda: cls.engine.end(signal.SIGKILL))

    @classmethod
    def tearDownClass(cls):
        # In order: what neither ends by itself is a defect.
        engine, exchange = cls.engine.end(), cls.exchange.end()
        assert engine == 0, f"the engine ended with {engine}; {cls.engine.process.output()}"
        assert exchange == 0, f"the simulator ended with {exchange}"

    def setUp(self):
        self.client = Client(self.engine)
        self.addCleanup(self.client.socket.close)

    def run(self, result=None):
        failed = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > failed:
            print(self.engine.process.output(), file=sys.stderr)

    def refused(self, kind, **fields):
        """The refusal of a command that must be refused."""
        answer, body = self.client.ask(kind, **fields)
        self.assertEqual(answer, "refused", body)
        return body

    def place(self, **fields):
        """A place_order of a little at the market unless told otherwise."""
        order = dict(symbol="BTC/USDT", side="buy", type="market", quantity="0.01")
        order.update(fields)
        return self.client.send("place_order", **order)

    def heard(self, id, what):
        """The answers up to and with this one."""
        return self.client.follow_on(id, (what, "outcome", "refused"))
