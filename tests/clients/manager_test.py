"""What callers of the old exchange manager do before and beside trading."""
import unittest
from decimal import Decimal

from harness import Client, EngineTest, until


class Manager(EngineTest):
    ACCOUNTS = ("main", "practice")
    TESTNET = ("practice",)

    def accounts(self):
        answer, body = self.client.ask("list_exchanges")
        self.assertEqual(answer, "exchanges")
        self.assertIn("binance", body["exchanges"])
        return {each["account"]: each for each in body["accounts"]}

    # ---- init_exchange, list_exchanges, close_all ----

    def test_init_exchange_claims_a_configured_account(self):
        answer, body = self.client.ask("init_exchange", exchange="binance", testnet=False)
        self.assertEqual((answer, body["detail"]), ("done", "binance"))
        answer, _ = self.client.ask("init_exchange", account="practice", testnet=True)
        self.assertEqual(answer, "done")
        self.assertTrue(all(each["initialised"] for each in self.accounts().values()))
        self.client.ask("close_all")

    def test_the_same_init_exchange_again_changes_nothing(self):
        first = self.client.ask("init_exchange", id="claim")
        self.assertEqual(self.client.ask("init_exchange", id="claim"), first)
        self.assertEqual(self.client.ask("close_all")[1]["detail"], "1 claims ended")

    def test_the_testnet_switch_is_no_wish(self):
        wrong = self.refused("init_exchange", testnet=True)
        self.assertEqual((wrong["reason"], wrong["field"]), ("bad_field", "testnet"))
        wrong = self.refused("init_exchange", account="practice", testnet=False)
        self.assertEqual((wrong["reason"], wrong["field"]), ("bad_field", "testnet"))
        self.assertFalse(any(each["initialised"] for each in self.accounts().values()))

    def test_init_exchange_of_another_venue_or_account_is_refused(self):
        wrong = self.refused("init_exchange", exchange="kraken")
        self.assertEqual((wrong["reason"], wrong["field"]), ("bad_field", "exchange"))
        wrong = self.refused("init_exchange", account="nobody")
        self.assertEqual((wrong["reason"], wrong["field"]), ("unknown_account", "account"))

    def test_no_key_travels(self):
        wrong = self.refused_unread("init_exchange", api_key="k", secret="s")
        self.assertEqual(wrong["reason"], "bad_field")
        self.assertIn(wrong["field"], ("api_key", "secret"))

    def refused_unread(self, kind, **fields):
        self.client.send(kind, **fields)
        answer, body = self.client.hear()
        self.assertEqual(answer, "refused")
        return body

    def test_list_exchanges_tells_the_accounts_and_how_they_are(self):
        accounts = self.accounts()
        self.assertEqual(sorted(accounts), ["main", "practice"])
        self.assertEqual([accounts[a]["testnet"] for a in ("main", "practice")], [False, True])
        for each in accounts.values():
            self.assertEqual((each["exchange"], each["link"], each["state"]),
                             ("binance", "ready", "active"))

    def test_close_all_ends_the_claims_of_this_client_alone(self):
        with Client(self.engine) as other:
            self.client.ask("init_exchange")
            self.client.ask("init_exchange", account="practice")
            other.ask("init_exchange")
            self.assertEqual(self.client.ask("close_all")[1]["detail"], "2 claims ended")
            initialised = {name: each["initialised"] for name, each in self.accounts().items()}
            self.assertEqual(initialised, {"main": True, "practice": False})
            other.ask("close_all")
        self.assertFalse(any(each["initialised"] for each in self.accounts().values()))
        # What was claimed is not closed: the account trades on.
        self.assertEqual(self.client.ask("fetch_ticker", symbol="BTC/USDT")[0], "ticker")

    # ---- two accounts on one venue ----

    def test_each_account_has_orders_of_its_own(self):
        for account in ("main", "practice"):  # the same id: ids count per account and strategy
            sent = self.place(id="both", account=account, type="limit", price="59500")
            self.assertEqual(self.heard(sent["id"], "placed")["placed"]["account"], account)
        for account in ("main", "practice"):
            [order] = self.exchange.open_orders(account)
            _, body = self.client.ask("fetch_open_orders", account=account)
            self.assertEqual([o["order"] for o in body["orders"]], [order["client_id"]])
        self.client.ask("halt", level="no_entries", account="practice")
        self.client.follow_on("both")
        self.assertEqual(self.exchange.open_orders("practice"), [])
        self.assertEqual(len(self.exchange.open_orders("main")), 1)
        self.client.ask("resume")
        self.client.ask("cancel_order", order="both")
        self.client.follow_on("both")
        self.assertEqual(self.exchange.open_orders("main"), [])

    # ---- fetch_ticker, fetch_balance ----

    def test_fetch_ticker_is_the_book_of_the_venue(self):
        answer, body = self.client.ask("fetch_ticker", symbol="BTC/USDT")
        self.assertEqual(answer, "ticker")
        ticker = body["ticker"]
        self.assertEqual(ticker["symbol"], "BTC/USDT")
        for field in ("bid", "ask", "bid_quantity", "ask_quantity"):
            self.assertIsInstance(ticker[field], str)  # money is never a float
        self.assertLess(Decimal(ticker["bid"]), Decimal(ticker["ask"]))
        self.exchange.move("60100")
        until("the new price", lambda: Decimal(self.client.ask(
            "fetch_ticker", symbol="BTC/USDT")[1]["ticker"]["ask"]) >= 60100)
        self.exchange.move("60000")

    def test_fetch_ticker_of_what_the_venue_does_not_trade(self):
        self.assertEqual(self.refused("fetch_ticker", symbol="DOGE/USDT")["reason"], "not_found")
        self.assertEqual(self.refused("fetch_ticker", symbol="BTC/USDT", account="nobody")["reason"],
                         "unknown_account")

    def balances(self, account):
        answer, body = self.client.ask("fetch_balance", account=account)
        self.assertEqual((answer, body["account"]), ("balance", account))
        return {each["asset"]: Decimal(each["free"]) for each in body["balances"]}

    def test_fetch_balance_leaves_out_what_is_zero(self):
        self.assertEqual(self.balances("practice"), {"BTC": 1, "USDT": 100_000})
        self.exchange.control("POST", "deposit",
                              {"account": "practice", "asset": "BTC", "amount": "-1"})
        self.assertEqual(self.balances("practice"), {"USDT": 100_000})
        self.assertEqual(self.balances("main"), {"BTC": 1, "USDT": 100_000})

    def test_fetch_balance_of_an_unknown_account(self):
        self.assertEqual(self.refused("fetch_balance", account="nobody")["reason"],
                         "unknown_account")


if __name__ == "__main__":
    unittest.main()
