"""An exchange manager over the bus, with the method names of one over CCXT.

    manager = ExchangeManager("ipc:///run/user/1000/signalbox/commands")
    manager.init_exchange("main", testnet=True)
    order = manager.place_order("main", "BTC/USDT", "market", "buy", "0.01",
                                stop_loss="59000", take_profit="61000")

Amounts and prices go in and come back as Decimal; text and int are taken too, a float is refused:
0.1 has no exact float. What the engine or the exchange refuses is raised as `Refused`, silence as
`NoAnswer`. After `NoAnswer` call again with the same `id`: nothing is done twice. One thread.
"""
import time
import uuid
from decimal import Decimal

import msgpack
import zmq


class Refused(Exception):
    """`reason` is one of docs/bus.md's, or the venue's class of refusal; `answer` is the message."""

    def __init__(self, reason, answer):
        super().__init__(f"{reason}: {answer.get('field') or ''} {answer.get('detail') or ''}".strip())
        self.reason, self.answer = reason, answer


class NoAnswer(Exception):
    """Nothing came in time: what was asked may or may not have been done."""


class ExchangeManager:
    CONFIDENCE_THRESHOLD = Decimal("0.6")  # of signals; the engine has the last word

    def __init__(self, address="tcp://127.0.0.1:7411", strategy="manager", timeout_s=10):
        self.address, self.strategy, self.timeout_s = address, strategy, timeout_s
        self.plugins = []  # each is called as plugin(signal) and answers it, changed, or None
        self.socket = None

    # ---- before trading ----

    def init_exchange(self, account, exchange=None, testnet=None):
        """Claims a configured account. Keys are in the engine's configuration, never here."""
        self._ask("init_exchange", account=account, exchange=exchange, testnet=testnet)

    def list_exchanges(self):
        return self._ask("list_exchanges")["exchanges"]

    def initialised_accounts(self):
        return [a["account"] for a in self._ask("list_exchanges")["accounts"] if a["initialised"]]

    def close_all(self):
        """Ends this client's claims; orders, positions and connections stay as they are."""
        self._ask("close_all")

    def close(self):
        if self.socket is not None:
            self.socket.close()
            self.socket = None

    # ---- what there is ----

    def fetch_ticker(self, account, symbol):
        ticker = self._ask("fetch_ticker", account=account, symbol=symbol)["ticker"]
        return {**ticker, **{side: Decimal(ticker[side]) for side in ("bid", "ask")}}

    def fetch_balance(self, account):
        """What is not zero: {"BTC": {"free": …, "locked": …}}."""
        balances = self._ask("fetch_balance", account=account)["balances"]
        return {b["asset"]: {what: Decimal(b[what]) for what in ("free", "locked")} for b in balances}

    def fetch_order(self, account, order):
        return self._ask("fetch_order", account=account, strategy=self.strategy, order=order)["orders"][0]

    def fetch_open_orders(self, account, symbol=None):
        return self._ask("fetch_open_orders", account=account, symbol=symbol)["orders"]

    # ---- trading ----

    def place_order(self, account, symbol, type, side, amount, price=None, stop_loss=None,
                    take_profit=None, id=None):
        """With stop_loss a bracket. The answer says how the order was placed; its `id` is what
        cancel_order and fetch_order take. `outcome` "unknown" means that the engine is finding out."""
        answer = self._ask("place_order", id=id, account=account, strategy=self.strategy,
                           symbol=symbol, type=type, side=side, quantity=amount, price=price,
                           stop_loss=stop_loss, take_profit=take_profit)
        return self._placed(answer)

    def cancel_order(self, account, order, id=None):
        self._ask("cancel_order", id=id, account=account, strategy=self.strategy, order=order)

    def execute_signal(self, account, symbol, side, amount, confidence, stop_loss, take_profit=None,
                       id=None):
        """A market signal through the plugins, the threshold and the engine's risk; None when a
        plugin or the threshold stopped it here."""
        signal = dict(id=id or new_id(), time=time.time_ns(), account=account,
                      strategy=self.strategy, symbol=symbol, side=side, type="market",
                      quantity=amount, confidence=Decimal(str(confidence)),
                      stop_loss={"price": exact(stop_loss)},
                      take_profit=[{"price": exact(take_profit)}] if take_profit else None)
        for plugin in self.plugins:
            signal = plugin(signal)
            if signal is None:
                return None
        if signal["confidence"] < self.CONFIDENCE_THRESHOLD:
            return None
        return self._ask("signal", **signal)

    # ---- the bus ----

    def _placed(self, answer):
        if "verdict" in answer:  # the state of an order that was placed before under this id
            answer = answer.get("outcome") if not answer.get("placed") else answer["placed"]
        if answer.get("approved") is False or answer.get("outcome") == "refused":
            reason = answer.get("refusal", answer.get("reason"))
            raise Refused(reason, answer)
        return answer

    def _ask(self, kind, id=None, **fields):
        body = {"id": id or new_id()}
        body.update({key: value if key == "time" else exact(value)
                     for key, value in fields.items() if value is not None})
        if self.socket is None:
            self.socket = zmq.Context.instance().socket(zmq.REQ)
            self.socket.setsockopt(zmq.LINGER, 0)
            self.socket.connect(self.address)
        self.socket.send_multipart([b"SB1", kind.encode(), msgpack.packb(body)])
        if not self.socket.poll(1000 * self.timeout_s):
            self.close()  # a REQ socket that waits cannot ask again
            raise NoAnswer(f"{kind} {body['id']}: no answer in {self.timeout_s} s")
        _, answer, packed = self.socket.recv_multipart()
        said = msgpack.unpackb(packed)
        if answer == b"refused":
            raise Refused(said["reason"], said)
        return said


def new_id():
    return uuid.uuid4().hex


def exact(value):
    """Money as the bus takes it: text. A float is refused."""
    if isinstance(value, float):
        raise TypeError(f"{value!r} is a float: write Decimal(\"{value}\") or \"{value}\"")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value
