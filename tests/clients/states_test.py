"""Trading states, and what an operator asks: halt, resume, flatten, status, snapshot, fetch_signal."""
import signal
import time
import unittest

from harness import EngineTest, Subscriber, until


class States(EngineTest):
    def setUp(self):
        super().setUp()
        self.exchange.move("60000")
        self.addCleanup(lambda: self.client.ask("resume"))

    def state(self):
        return self.client.ask("status")[1]["accounts"][0]["state"]

    def open_bracket(self):
        sent = self.place(stop_loss="59000", take_profit="61000")
        legs = until("stop and target", lambda: len(self.exchange.open_orders()) == 2
                     and self.exchange.open_orders())
        return sent["id"], legs

    def close(self, id):
        self.client.ask("close", signal=id)
        return self.client.follow_on(id)["outcome"]

    def refusal_of_an_order(self):
        heard = self.client.follow_on(self.place()["id"])
        self.assertEqual(heard["outcome"]["outcome"], "refused")
        return heard["verdict"]["reason"]

    def test_no_entries_until_resumed(self):
        resting = self.place(type="limit", price="59500")
        self.heard(resting["id"], "placed")
        self.assertEqual(self.client.ask("halt", level="no_entries")[0], "done")
        self.assertEqual(self.client.follow_on(resting["id"])["outcome"]["outcome"],
                         "not_executed")
        self.assertEqual(self.state(), "no_entries")
        self.assertEqual(self.refusal_of_an_order(), "trading_halted")
        self.assertEqual(self.client.ask("resume")[0], "done")
        self.assertEqual(self.state(), "active")
        self.assertEqual(self.client.follow_on(self.place()["id"])["outcome"]["outcome"],
                         "unprotected")

    def test_a_halt_leaves_stops_standing(self):
        id, legs = self.open_bracket()
        self.assertEqual(self.client.ask("halt", level="halted", account="main")[0], "done")
        self.assertEqual(self.refusal_of_an_order(), "trading_halted")
        self.assertEqual({o["id"] for o in self.exchange.open_orders()}, {o["id"] for o in legs})
        self.exchange.move("58990")
        self.assertEqual(self.client.follow_on(id)["outcome"]["outcome"], "stopped")

    def test_flatten_closes_what_brackets_own_and_takes_no_entries(self):
        id, _ = self.open_bracket()
        self.assertEqual(self.client.ask("flatten")[0], "done")
        self.assertEqual(self.client.follow_on(id)["outcome"]["outcome"], "closed")
        self.assertEqual(self.exchange.open_orders(), [])
        until("entries off", lambda: self.state() == "no_entries")
        self.assertEqual(self.refusal_of_an_order(), "trading_halted")

    def test_halting_to_active_or_nowhere_is_refused(self):
        wrong = self.refused("halt", level="active")
        self.assertEqual((wrong["reason"], wrong["field"]), ("bad_field", "level"))
        for kind, fields in (("halt", {"level": "halted"}), ("resume", {}), ("flatten", {})):
            self.assertEqual(self.refused(kind, account="nobody", **fields)["reason"],
                             "unknown_account")
        self.assertEqual(self.state(), "active")

    def test_cancel_all_ends_entries_and_no_protection(self):
        id, legs = self.open_bracket()
        resting = self.place(type="limit", price="59500")
        self.heard(resting["id"], "placed")
        answer, body = self.client.ask("cancel_all")
        self.assertEqual((answer, body["detail"]), ("done", "1 entries"))
        self.client.follow_on(resting["id"])
        self.assertEqual({o["id"] for o in self.exchange.open_orders()}, {o["id"] for o in legs})
        self.assertEqual(self.close(id)["outcome"], "closed")

    def test_cancel_all_of_an_unknown_account_is_refused(self):
        self.assertEqual(self.refused("cancel_all", account="nobody")["reason"], "unknown_account")

    # ---- once per id ----

    def test_a_resume_that_is_sent_again_does_not_undo_a_later_halt(self):
        self.client.ask("halt", level="no_entries")
        first = self.client.ask("resume", id="resume-1")
        self.assertEqual(self.state(), "active")
        self.client.ask("halt", level="no_entries")
        self.assertEqual(self.client.ask("resume", id="resume-1"), first)
        self.assertEqual(self.state(), "no_entries")

    def test_a_halt_is_obeyed_each_time_it_arrives(self):
        for _ in range(2):
            self.client.ask("halt", id="halt-1", level="no_entries")
            self.assertEqual(self.state(), "no_entries")
            self.client.ask("resume")

    def test_a_cancel_all_that_is_sent_again_leaves_later_entries_alone(self):
        self.client.ask("cancel_all", id="all-1")
        resting = self.place(type="limit", price="59500")
        self.heard(resting["id"], "placed")
        self.assertEqual(self.client.ask("cancel_all", id="all-1")[1]["detail"], "0 entries")
        self.assertEqual(len(self.exchange.open_orders()), 1)
        wrong = self.refused("cancel_all", id="all-1", symbol="BTC/USDT")
        self.assertEqual((wrong["reason"], wrong["field"]), ("id_reused", "id"))
        self.client.ask("cancel_order", order=resting["id"])
        self.client.follow_on(resting["id"])

    def test_a_close_that_is_sent_again_is_answered_again(self):
        id, _ = self.open_bracket()
        first = self.client.ask("close", id="close-1", signal=id)
        self.assertEqual(self.client.ask("close", id="close-1", signal=id), first)
        self.client.follow_on(id)
        self.assertEqual(self.client.ask("close", id="close-1", signal=id), first)
        self.assertEqual(self.refused("close", id="close-2", signal=id)["reason"], "not_found")
        # What was refused was not done, so it may be tried again.
        self.assertEqual(self.refused("close", id="close-2", signal=id)["reason"], "not_found")

    # ---- snapshot and status ----

    def test_a_snapshot_is_what_the_exchange_has(self):
        id, legs = self.open_bracket()

        def snapshot_of_bracket():
            answer, body = self.client.ask("snapshot")
            self.assertEqual(answer, "snapshot")
            return len(body["orders"]) == 2 and body
        body = until("both legs in a snapshot", snapshot_of_bracket)
        [bracket] = body["brackets"]
        self.assertEqual((bracket["signal"], bracket["phase"]), (id, "open"))
        self.assertEqual(bracket["covered"], bracket["position"])
        self.assertEqual({o["order"] for o in body["orders"]}, {o["client_id"] for o in legs})
        self.assertEqual(body["accounts"][0]["account"], "main")
        self.close(id)
        _, body = self.client.ask("snapshot", account="main")
        self.assertEqual((body["brackets"], body["orders"]), ([], []))

    def test_a_snapshot_states_the_numbers_it_is_true_for(self):
        with Subscriber(self.engine) as events:
            events.hear()
            self.client.follow_on(self.place()["id"])
            stated = {each["stream"]: each["sequence"]
                      for each in self.client.ask("snapshot")[1]["sequences"]}
            self.assertGreater(stated["order.main"], 0)
            number = 0
            while number < stated["order.main"]:
                _, header, _ = events.hear()
                number = header["sequence"] if header["stream"] == "order.main" else number
            self.client.follow_on(self.place()["id"])
            while header["stream"] != "order.main" or header["sequence"] == number:
                _, header, _ = events.hear()
            self.assertEqual(header["sequence"], number + 1)

    def test_health_tells_the_last_number_of_each_stream(self):
        self.client.follow_on(self.place()["id"])
        with Subscriber(self.engine, "health.sequences") as health:
            _, header, body = health.hear()
        self.assertEqual(header["type"], "sequences")
        self.assertIn("order.main", [each["stream"] for each in body["streams"]])

    def test_ticks_are_followed(self):
        with Subscriber(self.engine, "ticker.main.", socket="ticks") as ticks:
            for number in range(1000):
                self.exchange.move(str(60000 + number % 2))
                if ticks.socket.poll(100):
                    break
            topic, header, body = ticks.hear()
        self.assertEqual((header["type"], body["symbol"]), ("ticker", "BTC/USDT"))
        self.assertIsInstance(body["bid"], str)

    # ---- signals ----

    def signal(self, **fields):
        body = dict(time=time.time_ns(), symbol="BTC/USDT", side="buy", type="market",
                    quantity="0.01", confidence="0.9", stop_loss={"percent": "1"})
        body.update(fields)
        return self.client.send("signal", **body)

    def test_a_signal_is_fetched_as_far_as_it_is(self):
        sent = self.signal(take_profit=[{"percent": "1"}])
        placed = self.heard(sent["id"], "placed")["placed"]
        answer, body = self.client.ask("fetch_signal", signal=sent["id"])
        self.assertEqual(answer, "signal_state")
        self.assertEqual(body["placed"], {**placed})
        self.assertIsNone(body.get("outcome"))
        outcome = self.close(sent["id"])
        _, body = self.client.ask("fetch_signal", signal=sent["id"])
        self.assertEqual(body["outcome"], outcome)
        self.assertEqual(self.refused("fetch_signal", signal="no-such")["reason"], "not_found")

    def test_confidence_of_the_threshold_passes(self):
        for confidence in ("0.6", 0.6):
            sent = self.signal(confidence=confidence)
            self.assertTrue(self.heard(sent["id"], "verdict")["verdict"]["approved"])
            self.heard(sent["id"], "placed")
            self.close(sent["id"])
        for confidence in ("0.599999999999999999", 0.59):
            heard = self.client.follow_on(self.signal(confidence=confidence)["id"])
            self.assertEqual(heard["verdict"]["reason"], "low_confidence")
        for wrong in (1.5, -0.1, float("nan"), True, "much"):
            self.signal(confidence=wrong)
            answer, body = self.client.hear()
            self.assertEqual((answer, body["reason"], body["field"]),
                             ("refused", "bad_field", "confidence"))


class Restart(EngineTest):
    def test_a_halt_a_bracket_and_the_memory_of_ids_outlive_the_engine(self):
        for how in (signal.SIGINT, signal.SIGKILL):
            with self.subTest(how=how.name):
                self.one_restart(how)

    def one_restart(self, how):
        self.exchange.move("60000")
        sent = self.place(stop_loss="59000", take_profit="61000")
        legs = until("stop and target", lambda: len(self.exchange.open_orders()) == 2
                     and self.exchange.open_orders())
        self.client.ask("halt", level="no_entries")
        epoch = self.client.ask("status")[1]["epoch"]

        self.engine.end(how)
        self.engine.start()
        _, status = self.client.ask("status")
        self.assertGreater(status["epoch"], epoch)
        self.assertEqual(status["accounts"][0]["state"], "no_entries")
        until("the bracket in the portfolio",
              lambda: self.client.ask("status")[1]["brackets_open"] == 1)
        self.assertEqual({o["id"] for o in self.exchange.open_orders()}, {o["id"] for o in legs})

        answer, body = self.client.ask("place_order", **sent)
        self.assertEqual((answer, body["verdict"]["approved"]), ("signal_state", True))
        self.client.ask("resume")
        self.exchange.move("61010")
        outcome = until("the outcome", lambda: self.client.ask(
            "fetch_signal", signal=sent["id"])[1].get("outcome"))
        self.assertEqual(outcome["outcome"], "target_hit")
        self.assertEqual(self.exchange.open_orders(), [])

    def test_a_flatten_that_a_crash_cut_short_is_finished(self):
        self.exchange.move("60000")
        sent = self.place(stop_loss="59000", take_profit="61000")
        until("stop and target", lambda: len(self.exchange.open_orders()) == 2)
        resting = self.place(type="limit", price="59500")
        self.heard(resting["id"], "placed")
        # Nothing can be cancelled, so nothing can be sold and the entry stays.
        self.exchange.control("POST", "faults/request",
                              {"on": "cancel", "kind": "unavailable", "times": 1_000_000})
        self.client.ask("flatten")
        until("a try to cancel", lambda: self.exchange.record()["faults"])
        self.engine.end(signal.SIGKILL)
        self.assertEqual(len(self.exchange.open_orders()), 3)

        self.exchange.control("DELETE", "faults")
        self.engine.start()
        until("all to be closed", lambda: not self.exchange.open_orders())
        for id, outcome in ((sent["id"], "closed"), (resting["id"], "not_executed")):
            answer = until("the outcome", lambda: self.client.ask(
                "fetch_signal", signal=id)[1].get("outcome"))
            self.assertEqual(answer["outcome"], outcome)
        until("entries off", lambda: self.client.ask("status")[1]["accounts"][0]["state"]
              == "no_entries")
        self.client.ask("resume")


if __name__ == "__main__":
    unittest.main()
