"""clients/python/exchange_manager.py: an old caller's day."""
import sys
import unittest
from decimal import Decimal

from harness import ROOT, EngineTest, until

sys.path.insert(0, str(ROOT / "clients/python"))
from exchange_manager import ExchangeManager, NoAnswer, Refused  # noqa: E402


class OldCaller(EngineTest):
    def setUp(self):
        super().setUp()
        self.exchange.move("60000")
        self.manager = ExchangeManager(self.engine.address("commands"), timeout_s=30)
        self.addCleanup(self.manager.close)

    def raises(self, reason, call, *args, **kwargs):
        with self.assertRaises(Refused) as raised:
            call(*args, **kwargs)
        self.assertEqual(raised.exception.reason, reason)

    def test_a_day(self):
        m = self.manager
        self.assertIn("binance", m.list_exchanges())
        self.raises("bad_field", m.init_exchange, "main", testnet=True)
        m.init_exchange("main", "binance", testnet=False)
        self.assertEqual(m.initialised_accounts(), ["main"])
        self.assertLess(m.fetch_ticker("main", "BTC/USDT")["bid"], Decimal(60001))
        self.assertEqual(sorted(m.fetch_balance("main")), ["BTC", "USDT"])

        self.raises("price_required", m.place_order, "main", "BTC/USDT", "limit", "buy", "0.01")
        self.raises("order_limit", m.place_order, "main", "BTC/USDT", "market", "buy", 1)
        self.raises("stop_required", m.place_order, "main", "BTC/USDT", "market", "buy", "0.01",
                    take_profit="61000")
        with self.assertRaises(TypeError):
            m.place_order("main", "BTC/USDT", "market", "buy", 0.01)
        order = m.place_order("main", "BTC/USDT", "limit", "buy", Decimal("0.01"), "59500")
        self.assertEqual(m.fetch_order("main", order["id"])["stage"], "working")
        self.assertEqual(len(m.fetch_open_orders("main", "BTC/USDT")), 1)
        again = m.place_order("main", "BTC/USDT", "limit", "buy", Decimal("0.01"), "59500",
                              id=order["id"])
        self.assertEqual(again["order"], order["order"])
        m.cancel_order("main", order["id"])
        until("no open order", lambda: m.fetch_open_orders("main") == [])

        m.place_order("main", "BTC/USDT", "market", "buy", "0.01", stop_loss="59000",
                      take_profit="61000")
        until("stop and target", lambda: len(m.fetch_open_orders("main")) == 2)
        self.exchange.move("61010")
        until("the bracket to end", lambda: m.fetch_open_orders("main") == [])
        m.close_all()
        self.assertEqual(m.initialised_accounts(), [])

    def test_plugins_and_the_threshold_come_before_the_engine(self):
        m, seen = self.manager, []
        m.plugins.append(lambda s: seen.append(s["id"]) or {**s, "quantity": "0.02"})
        signal = dict(symbol="BTC/USDT", side="buy", amount="0.01", stop_loss="59000")
        self.assertIsNone(m.execute_signal("main", confidence="0.59", **signal))
        verdict = m.execute_signal("main", confidence=0.6, **signal)
        self.assertEqual((verdict["approved"], verdict["quantity"]), (True, "0.02"))
        self.assertEqual(len(seen), 2)
        m.plugins.append(lambda s: None)
        self.assertIsNone(m.execute_signal("main", confidence="0.9", **signal))
        self.client.ask("flatten")
        self.client.ask("resume")

    def test_silence_is_an_error_and_the_manager_asks_again(self):
        m = ExchangeManager("ipc://" + self.folder.name + "/run/nobody", timeout_s=0.05)
        for _ in range(2):
            with self.assertRaises(NoAnswer):
                m.list_exchanges()


if __name__ == "__main__":
    unittest.main()
