"""Reduce-only signals, flip, protect, release, resolve and why, over the bus and against the
exchange's own record."""
import time
import unittest
from decimal import Decimal

import zmq
from harness import Client, EngineTest, until


class Commands(EngineTest):
    def setUp(self):
        super().setUp()
        self.exchange.move("60000")

    def signal(self, **fields):
        body = dict(time=time.time_ns(), symbol="BTC/USDT", side="buy", type="market",
                    quantity="0.01", confidence="0.9", stop_loss={"price": "59000"},
                    take_profit=[{"price": "61000"}])
        body.update(fields)
        return self.client.send("signal", **body)

    def open_bracket(self):
        id = self.signal()["id"]
        self.heard(id, "placed")
        until("stop and target", lambda: len(self.exchange.open_orders()) == 2)
        return id

    def test_a_reduce_only_signal_sells_what_its_strategy_holds(self):
        id = self.open_bracket()
        sent = self.signal(side="sell", quantity="0.004", reduce_only=True, confidence=None,
                           stop_loss=None, take_profit=None)
        heard = self.client.follow_on(sent["id"])
        self.assertEqual(list(heard), ["accepted", "verdict", "placed", "outcome"])
        self.assertEqual((heard["outcome"]["outcome"], heard["outcome"]["filled"]),
                         ("reduced", "0.004"))
        until("the rest under a stop", lambda: len(self.exchange.open_orders()) == 2)
        self.assertEqual({Decimal(o["quantity"]) for o in self.exchange.open_orders()},
                         {Decimal("0.00599")})
        rest = self.signal(side="sell", quantity="1", reduce_only=True, confidence=None,
                           stop_loss=None, take_profit=None)
        self.assertEqual(self.client.follow_on(rest["id"])["outcome"]["outcome"], "reduced")
        self.assertEqual(self.client.follow_on(id)["outcome"]["outcome"], "closed")
        nothing = self.signal(side="sell", quantity="1", reduce_only=True, confidence=None,
                              stop_loss=None, take_profit=None)
        self.assertEqual(self.client.follow_on(nothing["id"])["verdict"]["reason"],
                         "nothing_to_reduce")

    def test_inventory_is_protected_and_released_again(self):
        self.client.follow_on(self.place(quantity="0.02")["id"])
        sent = self.client.send("protect", account="main", strategy="test", symbol="BTC/USDT",
                                side="buy", quantity="0.01", stop_loss={"percent": "1"},
                                take_profit=[{"price": "61000"}])
        heard = self.client.follow_on(sent["id"], ("verdict", "refused"))
        self.assertTrue(heard["verdict"]["approved"], heard)
        until("stop and target", lambda: len(self.exchange.open_orders()) == 2)
        release = self.client.ask("release", account="main", strategy="test", signal=sent["id"])
        self.assertEqual(release[0], "done")
        outcome = self.client.follow_on(sent["id"])["outcome"]
        self.assertEqual((outcome["outcome"], outcome["left"]), ("released", "0.01"))
        self.assertEqual(self.exchange.open_orders(), [])

    def test_a_flip_on_spot_is_refused_and_closes_nothing(self):
        id = self.open_bracket()
        new = dict(id="flip-new", time=time.time_ns(), strategy="test", account="main",
                   symbol="BTC/USDT", side="sell", type="market", quantity="0.01",
                   confidence="0.9", stop_loss={"price": "61000"})
        body = self.refused("flip", account="main", strategy="test", signal=id, open=new)
        self.assertEqual((body["reason"], body["field"]), ("no_short_on_spot", "open"))
        new["account"] = "other"
        body = self.refused("flip", account="main", strategy="test", signal=id, open=new)
        self.assertEqual((body["reason"], body["field"]), ("bad_field", "open"))
        self.assertEqual(len(self.exchange.open_orders()), 2)
        self.client.ask("close", signal=id)
        self.client.follow_on(id)

    def test_resolve_names_what_is_wrong(self):
        body = self.refused("resolve", account="nobody", order="0" * 18, found="absent")
        self.assertEqual((body["reason"], body["field"]), ("unknown_account", "account"))
        body = self.refused("resolve", account="main", order="0" * 18, found="absent")
        self.assertEqual((body["reason"], body["field"]), ("not_found", "order"))
        body = self.refused("resolve", account="main", order="0" * 18, found="maybe")
        self.assertEqual((body["reason"], body["field"]), ("bad_field", "found"))

    def test_why_tells_the_chain_from_the_journal(self):
        id = self.open_bracket()
        self.client.ask("close", signal=id)
        self.client.follow_on(id)

        def told():
            kind, body = self.client.ask("why", account="main", strategy="test", signal=id)
            steps = body.get("steps", [])
            return steps if kind == "why" and steps[-1]["what"] == "outcome" else None
        steps = until("the outcome to be committed", told)
        words = [step["what"] for step in steps]
        self.assertEqual(words[:3], ["accepted", "approved", "intended"])
        for word in ("filled", "commanded", "cancel intended"):
            self.assertIn(word, words)
        numbers = [step["log_number"] for step in steps]
        self.assertEqual(numbers, sorted(numbers))
        with Client(self.engine, zmq.REQ) as client:
            kind, body = client.ask("why", account="main", strategy="test", signal="nothing")
            self.assertEqual((kind, body["reason"]), ("refused", "not_found"))


if __name__ == "__main__":
    unittest.main()
