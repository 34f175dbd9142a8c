"""The bus over CURVE, with keys from `signalbox keygen` and clients that are not ours."""
import itertools
import signal
import stat
import subprocess
import tempfile
import unittest
from pathlib import Path

import msgpack
import zmq
from harness import PATIENCE_S, PROGRAM, Client, Engine, EngineTest, Exchange, Process, until

NOT_SERVED_S = 0.5  # nothing comes; the log says that the peer was turned away


def keygen(folder, name):
    done = subprocess.run([PROGRAM, "keygen", str(Path(folder) / name)], capture_output=True,
                          text=True, check=True)
    secret = Path(folder, f"{name}.secret")
    assert secret.read_text().strip() not in done.stdout + done.stderr
    return Path(folder, f"{name}.public").read_text().strip(), secret


class Curve(EngineTest):
    ALSO = ("tcp://127.0.0.1:*",)
    ids = itertools.count(1)

    @classmethod
    def more(cls):
        folder = cls.folder.name
        cls.server, _ = keygen(folder, "engine")
        cls.trend, cls.trend_secret = keygen(folder, "trend")
        cls.desk, cls.desk_secret = keygen(folder, "desk")
        cls.stranger, cls.stranger_secret = keygen(folder, "stranger")
        Path(folder, "allowed").write_text(f"# two\ntrend-1 {cls.trend}\ndesk-1 {cls.desk}\n")
        return ('operators = ["local", "desk-1"]\n[bus.curve]\nsecret_key = { file = "engine.secret" }\nallowed_file = "allowed"\n'
                '[log]\nlevel = "debug"\nfile = "engine-log"\n')

    def peer(self, kind, socket, secret=None, public=None, server=None):
        peer = zmq.Context.instance().socket(kind)
        self.addCleanup(peer.close)
        peer.setsockopt(zmq.LINGER, 0)
        if secret:
            peer.curve_secretkey = secret.read_text().strip().encode()
            peer.curve_publickey = (public or self.trend).encode()
            peer.curve_serverkey = (server or self.server).encode()
        peer.connect(self.engine.bound(socket))
        return peer

    def served(self, peer, patience_s):
        peer.send_multipart([b"SB1", b"status", msgpack.packb({"id": "s"})])
        return bool(peer.poll(1000 * patience_s))

    def log(self):
        return Path(self.folder.name, "engine-log").read_text()

    def test_who_is_listed_is_served(self):
        self.assertTrue(self.served(self.peer(zmq.DEALER, "commands", self.trend_secret), PATIENCE_S))
        events = self.peer(zmq.SUB, "events", self.trend_secret)
        events.subscribe("")
        self.assertTrue(events.poll(1000 * PATIENCE_S))

    def test_who_is_not_is_turned_away(self):
        stranger = self.peer(zmq.DEALER, "commands", self.stranger_secret, self.stranger)
        self.assertFalse(self.served(stranger, NOT_SERVED_S))
        until("the log to say so", lambda: "turned away: key is not on the list" in self.log())
        events = self.peer(zmq.SUB, "events", self.stranger_secret, self.stranger)
        events.subscribe("")
        self.assertFalse(events.poll(1000 * 1.5))  # health comes each second

    def test_neither_is_who_has_no_keys_or_another_engine_in_mind(self):
        self.assertFalse(self.served(self.peer(zmq.DEALER, "commands"), NOT_SERVED_S))
        mistaken = self.peer(zmq.DEALER, "commands", self.trend_secret, server=self.stranger)
        self.assertFalse(self.served(mistaken, NOT_SERVED_S))

    def answer(self, peer, kind, **fields):
        """The last word on one command, and what it says."""
        peer.send_multipart([b"SB1", kind.encode(), msgpack.packb({"id": f"{kind}-{next(self.ids)}", **fields})])
        self.assertTrue(peer.poll(1000 * PATIENCE_S), kind)
        _, answer, body = peer.recv_multipart()
        return answer.decode(), msgpack.unpackb(body)

    def test_only_a_key_that_is_named_so_is_an_operators(self):
        strategy = self.peer(zmq.DEALER, "commands", self.trend_secret)
        operator = self.peer(zmq.DEALER, "commands", self.desk_secret, self.desk)
        for kind, fields in (("halt", {"level": "halted"}), ("resume", {})):
            answer, body = self.answer(strategy, kind, **fields)
            self.assertEqual((answer, body["reason"]), ("refused", "not_operator"))
        status = lambda: self.answer(operator, "status")[1]["accounts"][0]["state"]
        self.assertEqual(status(), "active")
        self.assertEqual(self.answer(operator, "halt", level="no_entries")[0], "done")
        self.assertEqual(status(), "no_entries")
        self.assertEqual(self.answer(strategy, "resume")[1]["reason"], "not_operator")
        self.assertEqual(status(), "no_entries")
        self.assertEqual(self.answer(operator, "resume")[0], "done")
        self.assertEqual(status(), "active")

    def send(self, *options):
        return subprocess.run([PROGRAM, "send", "status", '{"id": "cli"}', "--wait", "3", "--to",
                               self.engine.bound("commands"), *options], capture_output=True,
                              text=True, timeout=PATIENCE_S)

    def test_the_command_line_takes_keys(self):
        done = self.send("--key", str(self.trend_secret), "--server-key", self.server)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("status {", done.stdout)
        public_file = str(Path(self.folder.name, "engine.public"))
        done = self.send("--key", str(self.trend_secret), "--server-key", public_file)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.send("--key", str(self.trend_secret))
        self.assertEqual((done.returncode, done.stderr.strip()),
                         (2, "signalbox send: --key and --server-key go together"))

    def test_keys_are_private_and_never_replaced(self):
        before = self.trend_secret.read_text()
        self.assertEqual(stat.S_IMODE(self.trend_secret.stat().st_mode), 0o600)
        again = subprocess.run([PROGRAM, "keygen", str(Path(self.folder.name, "trend"))],
                               capture_output=True, text=True)
        self.assertEqual(again.returncode, 1)
        self.assertIn("never replaced", again.stderr)
        self.assertEqual(self.trend_secret.read_text(), before)


class EngineElsewhere(Engine):
    """Its account's connection is a process of its own, joined over CURVE."""

    def start(self):
        text = self.config.read_text().replace('venue = "binance"', 'venue = "binance"\nprocess = "own"')
        self.config.write_text(text.replace('/run/connections"', '/run/connections", "tcp://127.0.0.1:*"'))
        self.process = Process("engine", [PROGRAM, "run", "-c", str(self.config)], self.folder)
        until("the port", lambda: "tcp://" in self.process.log.read_text() or not self.process.running())

    def connection(self, secret, server):
        return Process("connection", [
            PROGRAM, "connection", "-c", str(self.config), "--account", "main", "--engine",
            self.bound("connections"), "--key", str(secret), "--server-key", server], self.folder)


class Connection(unittest.TestCase):
    def test_a_connection_joins_with_its_own_keys_and_a_stranger_does_not(self):
        folder = tempfile.TemporaryDirectory(prefix="signalbox-test-")
        self.addCleanup(folder.cleanup)
        server, _ = keygen(folder.name, "engine")
        listed, listed_secret = keygen(folder.name, "listed")
        _, stranger_secret = keygen(folder.name, "stranger")
        exchange = Exchange(folder.name)
        self.addCleanup(exchange.process.end, signal.SIGKILL)
        engine = EngineElsewhere(folder.name, exchange, more=(
            f'[bus.curve]\nsecret_key = {{ file = "engine.secret" }}\nallowed = ["c-1 {listed}"]\n'))
        self.addCleanup(engine.end, signal.SIGKILL)

        client = Client(engine)
        self.addCleanup(client.socket.close)
        link = lambda: client.ask("status")[1]["accounts"][0]["link"]
        stranger = engine.connection(stranger_secret, server)
        self.addCleanup(stranger.end, signal.SIGKILL)
        until("the engine to turn it away",
              lambda: "turned away: key is not on the list" in engine.process.log.read_text())
        self.assertNotEqual(link(), "ready")
        stranger.end()

        friend = engine.connection(listed_secret, server)
        self.addCleanup(friend.end, signal.SIGKILL)
        until("the account to be ready", lambda: link() == "ready")
        self.assertEqual(friend.end(), 0)
        self.assertEqual(engine.end(), 0)


if __name__ == "__main__":
    unittest.main()
