"""docs/bus.md shows a sender and a subscriber in ten lines of Python. They do what it says."""
import subprocess
import sys
import unittest

from harness import PATIENCE_S, ROOT, EngineTest, Process, until

SENDER, SUBSCRIBER = (ROOT / "clients/python" / name for name in ("sender.py", "subscriber.py"))


class Page(unittest.TestCase):
    def test_it_shows_exactly_these_files(self):
        page = (ROOT / "docs/bus.md").read_text()
        for file in (SENDER, SUBSCRIBER):
            text = file.read_text()
            self.assertIn(f"```python\n{text}```\n", page, file.name)
            self.assertLessEqual(len(text.splitlines()), 10, file.name)


class Run(EngineTest):
    def test_the_sender_hears_every_step_and_the_subscriber_sees_them_numbered(self):
        watch = Process("subscriber", [sys.executable, "-u", str(SUBSCRIBER),
                                       self.engine.address("events")], self.folder.name)
        self.addCleanup(watch.end, 9)
        seen = lambda: [line.split(" ", 2) for line in watch.log.read_text().splitlines()]
        until("the subscriber to hear anything", seen)  # the health stream speaks each second

        send = subprocess.Popen([sys.executable, "-u", str(SENDER), self.engine.address("commands")],
                                stdout=subprocess.PIPE, text=True)
        self.addCleanup(send.wait)
        self.addCleanup(send.kill)
        self.addCleanup(send.stdout.close)
        steps = [send.stdout.readline().split()[0] for _ in ("accepted", "verdict", "placed")]
        self.assertEqual(steps, ["accepted", "verdict", "placed"])

        until("stop and target at the exchange", lambda: len(self.exchange.open_orders()) == 2)
        self.exchange.move("61500")  # past the target, two percent up
        rest, _ = send.communicate(timeout=PATIENCE_S)
        self.assertEqual(send.returncode, 0)
        self.assertIn("target_hit", rest.splitlines()[-1])

        until("the outcome as an event", lambda: "target_hit" in watch.log.read_text())
        self.assertNotIn("lost a message", watch.log.read_text())
        topics = {line[0] for line in seen()}
        for stream in ("signal", "risk", "order", "fill", "bracket"):
            self.assertIn(f"{stream}.main.BTC/USDT", topics)
        orders = [int(number) for topic, number, _ in seen() if topic.startswith("order.main.")]
        self.assertEqual(orders, list(range(orders[0], orders[0] + len(orders))))
        self.assertGreater(len(orders), 3)


if __name__ == "__main__":
    unittest.main()
