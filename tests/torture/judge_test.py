"""The judge of a torture session: what must not happen is found in a record that has it."""
import sys
import unittest
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "torture"))
from judge import judge, lived  # noqa: E402

BOUND_S = 2.0


def trade(side, quantity, account="main", fee="0"):
    return {"account": account, "side": side, "quantity": quantity, "fee": fee, "fee_asset": "BTC"}


def order(status="FILLED", side="sell", type="STOP_LOSS", quantity="0.02"):
    return {"account": "main", "client_id": "x", "status": status, "side": side, "type": type,
            "quantity": quantity, "filled": "0"}


def gap(start_s, length_s):
    return {"from": int(start_s * 1e9), "length": int(length_s * 1e9), "most": "0.02"}


class Judge(unittest.TestCase):
    def verdict(self, trades=None, orders=(), gaps=(), outcomes=("closed",), accepted=True,
                dead=()):
        trades = [trade("buy", "0.02"), trade("sell", "0.02")] if trades is None else trades
        record = {"trades": trades, "orders": list(orders), "truncated": False}
        cover = {"uncovered": list(gaps), "truncated": False}
        wrong, _ = judge(record, cover, "main", Decimal("0.02"), list(outcomes), accepted,
                         list(dead), BOUND_S)
        return [text.split(":")[0] for text in wrong]

    def test_a_whole_session_is_right(self):
        self.assertEqual(self.verdict(orders=[order()], gaps=[gap(10, 1.9)],
                                      outcomes=["closed", "closed"]), [])
        self.assertEqual(self.verdict(trades=[], outcomes=[], accepted=False), [])

    def test_uncovered_too_long(self):
        self.assertEqual(self.verdict(gaps=[gap(10, 2.1)]), ["I1"])

    def test_time_without_an_engine_is_not_its_fault(self):
        self.assertEqual(self.verdict(gaps=[gap(10, 7)], dead=[(11, 17)]), [])
        self.assertEqual(self.verdict(gaps=[gap(10, 9)], dead=[(11, 17)]), ["I1"])
        self.assertAlmostEqual(lived(9, 10, [(8, 11), (12, 13), (18, 30)]), 6)

    def test_more_bought_than_approved(self):
        self.assertEqual(self.verdict([trade("buy", "0.02"), trade("buy", "0.001"),
                                       trade("sell", "0.021")]), ["I2"])

    def test_another_accounts_trades_are_its_own(self):
        self.assertEqual(self.verdict([trade("buy", "9", account="other")]), [])

    def test_no_outcome_or_two(self):
        self.assertEqual(self.verdict(outcomes=[]), ["I3"])
        self.assertEqual(self.verdict(outcomes=["closed", "stopped"]), ["I3"])

    def test_stop_and_target_both_filled(self):
        self.assertEqual(self.verdict([trade("buy", "0.02"), trade("sell", "0.02"),
                                       trade("sell", "0.02")]), ["I4"])

    def test_left_open(self):
        self.assertEqual(self.verdict([trade("buy", "0.02")]), ["left open"])
        self.assertEqual(self.verdict(orders=[order("NEW")]), ["left open"])


if __name__ == "__main__":
    unittest.main()
