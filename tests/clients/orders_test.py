"""Orders as the old manager's callers place them, judged by the exchange's own record."""
import unittest
from decimal import Decimal

import zmq
from harness import Client, EngineTest, until


class Orders(EngineTest):
    def setUp(self):
        super().setUp()
        self.exchange.move("60000")
        self.assertEqual(self.exchange.open_orders(), [])

    def order_of(self, placed):
        """What the exchange has under the id that `placed` told."""
        [order] = [o for o in self.exchange.orders() if o["client_id"] == placed["order"]]
        return order

    def open_bracket(self):
        sent = self.place(stop_loss="59000", take_profit="61000")
        self.assertEqual(self.heard(sent["id"], "placed")["placed"]["outcome"], "accepted")
        legs = until("stop and target", lambda: len(self.exchange.open_orders()) == 2
                     and self.exchange.open_orders())
        return sent["id"], legs

    # ---- without protection ----

    def test_a_market_order_is_executed(self):
        heard = self.client.follow_on(self.place()["id"])
        self.assertEqual(list(heard), ["accepted", "verdict", "placed", "outcome"])
        self.assertTrue(heard["verdict"]["approved"])
        order = self.order_of(heard["placed"])
        self.assertEqual((order["side"], order["status"], order["quantity"]),
                         ("buy", "FILLED", "0.01"))
        self.assertEqual(heard["outcome"]["outcome"], "unprotected")
        self.assertEqual(heard["outcome"]["filled"], "0.01")
        self.assertEqual(heard["placed"]["venue_order"], str(order["id"]))

    def test_what_is_free_may_be_sold(self):
        before, _ = self.exchange.balance("BTC")
        heard = self.client.follow_on(self.place(side="sell")["id"])
        self.assertEqual(heard["outcome"]["outcome"], "unprotected")
        self.assertEqual(self.exchange.balance("BTC")[0], before - Decimal("0.01"))

    def test_a_limit_order_rests_is_fetched_and_cancelled(self):
        sent = self.place(type="limit", price="59500")
        placed = self.heard(sent["id"], "placed")["placed"]
        order = self.order_of(placed)
        self.assertEqual((order["status"], order["type"], order["price"]),
                         ("NEW", "LIMIT", "59500"))

        answer, body = self.client.ask("fetch_order", order=sent["id"])
        self.assertEqual(answer, "orders")
        [fetched] = body["orders"]
        self.assertEqual((fetched["signal"], fetched["order"], fetched["stage"], fetched["price"]),
                         (sent["id"], placed["order"], "working", "59500"))
        answer, body = self.client.ask("fetch_open_orders", symbol="BTC/USDT")
        self.assertEqual([(o["order"], o["signal"], o["strategy"]) for o in body["orders"]],
                         [(placed["order"], sent["id"], "test")])

        self.assertEqual(self.client.ask("cancel_order", order=sent["id"])[0], "done")
        heard = self.client.follow_on(sent["id"])
        self.assertEqual(heard["outcome"]["outcome"], "not_executed")
        self.assertEqual(self.order_of(placed)["status"], "CANCELED")
        self.assertEqual(self.client.ask("fetch_open_orders")[1]["orders"], [])
        [fetched] = self.client.ask("fetch_order", order=sent["id"])[1]["orders"]
        self.assertEqual(fetched["stage"], "cancelled")
        self.assertEqual(self.exchange.balance("USDT")[1], 0)

    def test_a_limit_order_without_a_price_is_refused(self):
        orders = len(self.exchange.orders())
        wrong = self.refused("place_order", symbol="BTC/USDT", side="buy", type="limit",
                             quantity="0.01")
        self.assertEqual((wrong["reason"], wrong["field"]), ("price_required", "price"))
        self.assertEqual(len(self.exchange.orders()), orders)

    def test_cancel_order_of_what_was_never_placed(self):
        self.assertEqual(self.refused("cancel_order", order="no-such")["reason"], "not_found")
        self.assertEqual(self.refused("fetch_order", order="no-such")["reason"], "not_found")

    def test_risk_has_its_say(self):
        heard = self.client.follow_on(self.place(quantity="1")["id"])
        self.assertEqual(list(heard), ["accepted", "verdict", "outcome"])
        self.assertEqual((heard["verdict"]["approved"], heard["verdict"]["reason"]),
                         (False, "order_limit"))
        self.assertEqual(heard["outcome"]["outcome"], "refused")

    # ---- with protection ----

    def test_with_stop_and_target_it_is_a_bracket(self):
        id, legs = self.open_bracket()
        self.assertEqual({leg["list"] for leg in legs}, {legs[0]["list"]})  # one goes, both go
        self.assertNotEqual(legs[0]["list"], -1)
        stop = next(leg for leg in legs if Decimal(leg["stop_price"]) == 59000)
        target = next(leg for leg in legs if Decimal(leg["price"]) == 61000)
        for leg in (stop, target):
            self.assertEqual(leg["side"], "sell")
            self.assertEqual(Decimal(leg["quantity"]), Decimal("0.00999"))  # what the fee left
        self.exchange.move("61010")
        heard = self.client.follow_on(id)
        self.assertEqual(heard["outcome"]["outcome"], "target_hit")
        self.assertGreater(Decimal(heard["outcome"]["profit"]), 0)
        self.assertEqual(self.exchange.open_orders(), [])

    def test_the_stop_ends_a_bracket_too(self):
        id, _ = self.open_bracket()
        self.exchange.move("58990")
        self.assertEqual(self.client.follow_on(id)["outcome"]["outcome"], "stopped")
        self.assertEqual(self.exchange.open_orders(), [])

    def test_cancel_order_leaves_the_protection_of_what_has_filled(self):
        id, legs = self.open_bracket()
        self.client.ask("cancel_order", order=id)
        self.assertEqual(self.client.ask("status")[1]["brackets_open"], 1)
        self.assertEqual({o["id"] for o in self.exchange.open_orders()}, {o["id"] for o in legs})
        self.assertEqual(self.client.ask("close", signal=id)[0], "done")
        self.assertEqual(self.client.follow_on(id)["outcome"]["outcome"], "closed")
        self.assertEqual(self.exchange.open_orders(), [])

    def test_a_target_alone_is_refused(self):
        wrong = self.refused("place_order", symbol="BTC/USDT", side="buy", type="market",
                             quantity="0.01", take_profit="61000")
        self.assertEqual((wrong["reason"], wrong["field"]), ("stop_required", "stop_loss"))

    def test_a_stop_on_the_wrong_side_is_refused(self):
        heard = self.client.follow_on(self.place(stop_loss="61000")["id"])
        self.assertEqual(heard["verdict"]["reason"], "wrong_side_stop")

    # ---- ids ----

    def test_the_same_order_again_is_answered_with_its_state(self):
        sent = self.place()
        heard = self.client.follow_on(sent["id"])
        orders = len(self.exchange.orders())
        for _ in range(3):
            answer, body = self.client.ask("place_order", **sent)
            self.assertEqual(answer, "signal_state")
            for step in ("accepted", "verdict", "placed", "outcome"):
                self.assertEqual(body[step], heard[step])
        self.assertEqual(len(self.exchange.orders()), orders)

    def test_an_id_is_not_used_for_something_else(self):
        sent = self.place()
        self.client.follow_on(sent["id"])
        orders = len(self.exchange.orders())
        wrong = self.refused("place_order", **{**sent, "quantity": "0.02"})
        self.assertEqual((wrong["reason"], wrong["field"]), ("id_reused", "id"))
        self.assertEqual(len(self.exchange.orders()), orders)

    # ---- REQ ----

    def test_a_req_peer_gets_one_reply_that_says_what_became_of_the_order(self):
        order = dict(symbol="BTC/USDT", side="buy", type="market", quantity="0.01")
        with Client(self.engine, zmq.REQ) as req:
            answer, body = req.ask("place_order", **order)
            self.assertEqual((answer, body["outcome"]), ("placed", "accepted"))
            # Were there a second reply, it would be taken for the answer to this.
            for _ in range(3):
                self.assertEqual(req.ask("status")[0], "status")
            answer, body = req.ask("place_order", **{**order, "quantity": "1"})
            self.assertEqual((answer, body["reason"]), ("verdict", "order_limit"))
            self.assertEqual(req.ask("fetch_ticker", symbol="BTC/USDT")[0], "ticker")


if __name__ == "__main__":
    unittest.main()
