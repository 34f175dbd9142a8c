"""Judges a session by the exchange's own record and by what was answered on the bus. Pure: the same
record and answers give the same verdict."""
from decimal import Decimal

DUST = Decimal("0.0001")  # less than this no order of the market can sell


def held(record, account):
    """Bought less sold less fees in the base currency, since the account was opened."""
    total = Decimal(0)
    for t in record["trades"]:
        if t["account"] == account:
            total += Decimal(t["quantity"]) * (1 if t["side"] == "buy" else -1)
            if t["fee_asset"] == "BTC":
                total -= Decimal(t["fee"])
    return total


def bought(record, account):
    return sum((Decimal(t["quantity"]) for t in record["trades"]
                if t["account"] == account and t["side"] == "buy"), Decimal(0))


def live_orders(record, account):
    return [o for o in record["orders"]
            if o["account"] == account and o["status"] in ("NEW", "PARTIALLY_FILLED")]


def stops_cover(record, account):
    """What live sell stops would sell."""
    return sum((Decimal(o["quantity"]) - Decimal(o["filled"]) for o in live_orders(record, account)
                if o["side"] == "sell" and "STOP" in o["type"]), Decimal(0))


def covered(record, account):
    return held(record, account) - stops_cover(record, account) < DUST


def lived(length_s, start_s, dead):
    """How much of an interval an engine was there for."""
    end_s, lived_s = start_s + length_s, length_s
    for begin, end in dead:
        end = end if end is not None else end_s
        lived_s -= max(0.0, min(end_s, end) - max(start_s, begin))
    return lived_s


def judge(record, cover, account, approved, outcomes, accepted, dead, bound_s):
    """The violations, as text, and the longest uncovered time that an engine was there for.

    `outcomes`: every outcome heard for the signal, as (outcome, detail) in the order heard."""
    wrong = []
    longest = 0.0
    for gap in cover["uncovered"]:
        length = lived(gap["length"] / 1e9, gap["from"] / 1e9, dead)
        longest = max(longest, length)
        if length > bound_s:
            wrong.append(f"I1: {gap['most']} BTC without a live stop for {length:.3f} s of an "
                         f"engine's life, {gap['length'] / 1e9:.3f} s in all; {bound_s:.1f} s are "
                         "allowed")
    if (fills := bought(record, account)) > approved:
        wrong.append(f"I2: entry fills of {fills} BTC, {approved} were approved")
    if accepted and len(set(outcomes)) != 1:
        wrong.append(f"I3: an accepted signal with {len(set(outcomes))} outcomes: {outcomes}")
    left = held(record, account)
    if left <= -DUST:
        wrong.append(f"I4: {-left} BTC more sold than bought")
    if left >= DUST:
        wrong.append(f"left open: {left} BTC")
    for order in live_orders(record, account):
        wrong.append(f"left open: order {order['client_id']} ({order['side']} {order['type']})")
    if record["truncated"] or cover["truncated"]:
        wrong.append("the exchange's record is not whole: nothing can be judged")
    return wrong, longest
