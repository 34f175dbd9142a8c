"""What an operator meets: a log without secrets, files that may not grow, orders sent again."""
import resource
import signal
import unittest
from pathlib import Path

import msgpack
from harness import KEY, SECRET, Client, EngineTest, until
from curve_test import keygen


class Log(EngineTest):
    @classmethod
    def more(cls):
        keygen(cls.folder.name, "engine")
        public, _ = keygen(cls.folder.name, "peer")
        Path(cls.folder.name, "allowed").write_text(f"peer {public}\n")
        return ('[bus.curve]\nsecret_key = { file = "engine.secret" }\nallowed_file = "allowed"\n'
                '[log]\nlevel = "debug"\nfile = "engine-log"\n')

    def log(self):
        return Path(self.folder.name, "engine-log").read_text()

    def test_a_whole_session_tells_what_happened_and_no_secret(self):
        id = self.place(stop_loss="59000", take_profit="63000")["id"]
        self.heard(id, "placed")
        until("stop and target", lambda: len(self.exchange.open_orders()) == 2)
        self.refused("place_order", symbol="BTC/USDT", side="buy", type="limit", quantity="0.01")
        self.client.socket.send_multipart([b"SB1", b"halt", msgpack.packb({"id": "odd", "level": 1})])
        self.assertEqual(self.client.hear()[1]["id"], "odd")
        self.place(quantity="5000")  # beyond the limits
        self.client.ask("halt", level="no_entries")
        self.assertEqual(self.engine.end(), 0)
        self.engine.start()
        self.client.ask("resume")
        self.client.ask("close", signal=id)
        until("the outcome", lambda: f"test/{id} ended:" in self.log())
        self.assertEqual(self.engine.end(), 0)
        text = self.log()
        self.engine.start()

        for told in ("engine starts: process", "account main: binance https://127.0.0.1:", "link ready",
                     f"signal main/test/{id} approved", "refused: price_required",
                     "command 'odd' refused: bad_field", "trading state of main is no_entries",
                     "trading state of main is active", "commands at ipc://", f"test/{id} ended:",
                     "engine stopped"):
            self.assertIn(told, text)
        said = text + self.engine.process.log.read_text()
        for file in ("engine.secret", "peer.secret", "main.key", "main.secret"):
            secret = Path(self.folder.name, file).read_text().strip()
            self.assertNotIn(secret, said, file)
        self.assertNotIn("signature=", said)

    def test_nothing_that_an_operator_does_with_files_ends_it(self):
        ignored = next(int(line.split()[1], 16) for line in
                       Path(f"/proc/{self.engine.process.child.pid}/status").read_text().splitlines()
                       if line.startswith("SigIgn"))
        for each in (signal.SIGPIPE, signal.SIGXFSZ):
            self.assertTrue(ignored >> (each - 1) & 1, each)


class FullDisk(EngineTest):
    def test_files_that_may_not_grow_stop_entries_and_nothing_else(self):
        pid = self.engine.process.child.pid
        _, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (4096, hard))

        def refused():
            id = self.place(quantity="0.001")["id"]
            heard = self.heard(id, "placed")
            self.assertIsNone(self.engine.process.child.poll())
            return "refused" in heard or not heard["verdict"]["approved"]

        until("entries to be refused", refused)
        self.assertEqual(self.client.ask("status")[0], "status")
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))


class SentAgain(EngineTest):
    def test_an_order_sent_again_after_the_engine_was_killed_is_answered_and_not_traded(self):
        order = self.place()
        self.heard(order["id"], "outcome")
        resume = self.client.send("resume")
        self.assertEqual(self.client.follow_on(resume["id"], ("done", "refused")).keys(), {"done"})
        self.client.ask("halt", level="no_entries")
        orders = len(self.exchange.orders())
        self.engine.end(signal.SIGKILL)
        self.engine.start()
        with Client(self.engine) as client:
            client.socket.send_multipart([b"SB1", b"place_order", msgpack.packb(order)])
            kind, body = client.hear()
            self.assertEqual(kind, "signal_state")
            self.assertEqual((body["id"], body["outcome"]["filled"]), (order["id"], "0.01"))
            client.socket.send_multipart([b"SB1", b"resume", msgpack.packb(resume)])
            self.assertEqual(client.hear()[0], "done")
            self.assertEqual(client.ask("status")[1]["accounts"][0]["state"], "no_entries")
            self.assertEqual(client.ask("resume")[0], "done")
        self.assertEqual(len(self.exchange.orders()), orders)


if __name__ == "__main__":
    unittest.main()
