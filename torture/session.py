"""The fixed session: a limit entry that fills in two parts, is covered, has its first target
filled, and is closed. Whoever kills the engine in it, the next one brings it to its end."""
import signal
import time
from decimal import Decimal

from judge import bought, covered, judge, live_orders
from stage import Client, Engine, EngineDied, Subscriber

QUANTITY = Decimal("0.02")
FIRST_PART = "0.008"
LIMIT, ABOVE, BELOW, AT_TARGET = "59990", "60000", "59980", "61010"
STARTS_MAX = 4  # of the engine in one session: more means that it does not stay up


class Result:
    def __init__(self):
        self.wrong = []
        self.counts, self.reached, self.ring = {}, False, None
        self.longest_s = self.seconds = 0.0
        self.outcome = None


class Session:
    """One, on an account of its own. `point`: where the engine shall be killed, or nothing.
    `restart`: one more kill by us over the open bracket, so that its recovery is part of it."""

    def __init__(self, exchange, account, folder, settings, point=None, restart=False,
                 bound_s=2.0):
        self.exchange, self.account, self.point, self.restart = exchange, account, point, restart
        self.bound_s = bound_s
        self.engine = Engine(folder, settings.write(folder, account, exchange))
        self.result = Result()
        self.accepted, self.outcomes = False, []
        self.restarted = self.killed = False
        self.signal = {"id": f"torture-{account}", "account": account, "strategy": "torture",
                       "time": time.time_ns(), "symbol": "BTC/USDT", "side": "buy", "type": "limit",
                       "price": LIMIT, "quantity": str(QUANTITY), "confidence": "0.9",
                       "stop_loss": {"price": "59000"},
                       "take_profit": [{"price": "61000", "fraction": "0.5"},
                                       {"price": "63000", "fraction": "0.5"}]}

    def run(self):
        started = time.monotonic()
        try:
            self.play()
            self.judge()
        finally:
            self.engine.close()
        self.result.seconds = time.monotonic() - started
        return self.result

    def play(self):
        self.exchange.control("DELETE", "faults")
        self.exchange.move(ABOVE)
        self.exchange.control("POST", "faults/fill",
                              {"account": self.account, "side": "buy", "in_all": FIRST_PART})
        self.first_part_only = True
        try:
            for _ in range(STARTS_MAX):
                try:
                    self.one_engine()
                    break
                except EngineDied:
                    self.after_death()
            else:
                self.result.wrong.append(f"the engine died {STARTS_MAX} times")
        except AssertionError as error:
            self.result.wrong.append(f"stuck in state {self.engine.state()}: {error}")
            self.result.wrong.append(self.engine.process.output())

    # ---- one engine's life ----

    def one_engine(self):
        recovers = self.restarted and not self.killed
        counting = not self.killed
        self.engine.at("recovery" if recovers else "start")
        # A kill in the recovery belongs to the engine that recovers, every other to the first.
        wanted = self.point and (":recovery:" in self.point) == recovers
        self.engine.start(traced=counting, kill=self.point if wanted and not self.killed else None)
        with Client(self.engine, patience_s=0.25) as client, \
                Subscriber(self.engine, "signal.") as events:
            self.client, self.events = client, events
            try:
                self.engine.wait_ready(client)
                self.trade()
                self.engine.at("stop")
                code = self.engine.end()
                if code == 128 + signal.SIGKILL:
                    raise EngineDied()
                self.collect()
                if code != 0:
                    self.result.wrong.append(f"the engine ended with {code}")
            finally:
                self.hear()

    def trade(self):
        def step(state):
            if self.engine.state() != "recovery" or state in ("target", "close"):
                self.engine.at(state)

        step("entry")
        self.send_signal()
        self.engine.until("the entry", lambda: self.outcome() or bought(self.record(), self.account)
                          or live_orders(self.record(), self.account))
        if not self.over():
            step("partial")
            self.fill(all_of_it=False)
            self.wait_covered()
        if not self.over():
            step("cover")
            self.fill(all_of_it=True)
            self.wait_covered()
        if self.restart and not self.restarted:
            self.restarted = True
            self.engine.kill()
            self.collect()
            raise EngineDied()
        if not self.over():
            step("target")
            self.exchange.move(AT_TARGET)
            self.engine.until("the first target", lambda: self.outcome() or (
                self.sold() and covered(self.record(), self.account)))
        step("close")
        if not self.outcome():
            self.client.send("close", id=f"close-{self.account}", account=self.account,
                             strategy="torture", signal=self.signal["id"])
        self.engine.until("the outcome", self.outcome)
        # What was answered as the end is the end at the exchange too.
        self.engine.until("nothing to be open", lambda: not live_orders(
            self.record(), self.account))

    def send_signal(self):
        """Again and again the same, as a strategy does that has heard nothing."""
        def answered():
            answer = self.client.try_ask("signal", **self.signal)
            if answer and answer[0] == "refused":
                raise AssertionError(f"the signal was refused: {answer[1]}")
            if answer:
                self.accepted = True
            return answer
        self.engine.until("an answer to the signal", answered)

    def fill(self, all_of_it):
        """The market comes to the entry."""
        if all_of_it and self.first_part_only:
            self.exchange.control("DELETE", "faults")
            self.first_part_only = False
        self.exchange.move(BELOW)

    def wait_covered(self):
        self.engine.until("cover", lambda: self.outcome() or covered(self.record(), self.account))

    def over(self):
        return self.outcome() is not None

    def sold(self):
        return any(t["account"] == self.account and t["side"] == "sell"
                   for t in self.record()["trades"])

    # ---- what is heard ----

    def record(self):
        return self.exchange.record()

    def outcome(self):
        self.hear()
        answer = self.client.try_ask("fetch_signal", account=self.account, strategy="torture",
                                     signal=self.signal["id"])
        if not answer or answer[0] != "signal_state":
            return None
        self.accepted = True
        found = answer[1].get("outcome")
        if found:
            self.heard(found)
        return found

    def hear(self):
        """Outcomes that were published or answered meanwhile."""
        while self.events.socket.poll(0):
            _, header, body = self.events.hear()
            if header["type"] == "outcome" and body["id"] == self.signal["id"]:
                self.heard(body)
        kept, self.client.kept = self.client.kept, []
        for kind, body in kept:
            if kind == "outcome" and body["id"] == self.signal["id"]:
                self.heard(body)

    def heard(self, outcome):
        self.outcomes.append(tuple(str(outcome.get(key)) for key in
                                   ("outcome", "filled", "entry_price", "profit", "time")))

    # ---- death and judgement ----

    def after_death(self):
        self.collect()
        if not self.engine.dead or self.engine.dead[-1][1] is not None:  # not by our own hand
            self.engine.died()
            if not self.killed:
                self.result.wrong.append("the engine died by itself; "
                                         + self.engine.process.output())
        # The exchange does not wait: whatever was going to happen next, happens now.
        state = self.engine.state()
        if state == "entry":
            self.fill(all_of_it=False)
        elif state == "partial":
            self.fill(all_of_it=True)
        elif state == "cover":
            self.exchange.move(ABOVE)
        elif state in ("target", "recovery"):
            self.exchange.move(AT_TARGET)

    def collect(self):
        """The tracer's report of the engine that has just ended."""
        counts, end, ring = self.engine.report()
        for key, count in counts.items():
            self.result.counts[key] = self.result.counts.get(key, 0) + count
        self.result.ring = ring or self.result.ring
        if end == "killed":
            self.killed = self.result.reached = True

    def judge(self):
        record = self.record()
        cover = self.exchange.control(
            "GET", f"cover?account={self.account}&symbol=BTC/USDT&dust=0.0001")
        wrong, longest = judge(record, cover, self.account, QUANTITY, self.outcomes, self.accepted,
                               self.engine.dead, self.bound_s)
        self.result.wrong += wrong
        self.result.longest_s = longest
        self.result.outcome = self.outcomes[-1][0] if self.outcomes else None
