"""Whatever arrives on `commands` is answered or dropped; the engine lives on and trades nothing."""
import random
import time
import unittest

import msgpack
from harness import EngineTest

SEED = 20240809
MUTANTS = 500

NAN = b"\xcb\x7f\xf8\x00\x00\x00\x00\x00\x00"


class Malformed(EngineTest):
    def setUp(self):
        super().setUp()
        self.orders = len(self.exchange.orders())

    def tearDown(self):
        self.assertEqual(self.client.ask("status")[0], "status")
        self.assertEqual(len(self.exchange.orders()), self.orders)

    def refusal_of(self, *frames):
        self.client.socket.send_multipart(frames)
        answer = self.client.hear()
        self.assertIsNotNone(answer, frames)
        self.assertEqual(answer[0], "refused", answer[1])
        return answer[1]

    def order(self, **fields):
        body = dict(id="x", account="main", strategy="test", symbol="BTC/USDT", side="buy",
                    type="market", quantity="0.01")
        body.update(fields)
        return msgpack.packb({key: value for key, value in body.items() if value is not None})

    def test_frames(self):
        body = self.order()
        for frames in ([b""], [b"SB1"], [b"SB1", b"status"], [b"SB1", b"status", body, b""],
                       [b"SB2", b"status", body], [b"GET / HTTP/1.1", b"", b"x"],
                       [b"SB1", b"Status!", body], [b"SB1", b"", body], [b"SB1", b"status", b""],
                       [b"SB1", b"t" * 33, body], [b"SB1", b"place_order", b"x" * 70_000]):
            wrong = self.refusal_of(*frames)
            self.assertEqual((wrong["id"], wrong["reason"]), ("", "malformed"))
            self.assertTrue(wrong["detail"])

    def test_a_type_that_there_is_not(self):
        wrong = self.refusal_of(b"SB1", b"make_money", self.order())
        self.assertEqual((wrong["reason"], wrong["detail"]), ("unknown_command", "make_money"))

    def test_bodies_that_are_no_map(self):
        deep = b"\x81\xa1a" * 200 + b"\xc0"
        for body in (b"\xc0", b"\x93\x01\x02\x03", msgpack.packb("text"), b"\xc1", deep,
                     self.order()[:-3], self.order() + b"\xc0", b"\xdf\xff\xff\xff\xff",
                     b"\xdb\xff\xff\xff\xff"):
            self.assertEqual(self.refusal_of(b"SB1", b"place_order", body)["reason"], "malformed",
                             body[:8])

    def test_fields(self):
        for field, value in (("id", None), ("id", ""), ("id", "x" * 65), ("id", 7), ("side", "up"),
                             ("side", 1), ("quantity", 0.01), ("quantity", 1), ("quantity", "1e3"),
                             ("quantity", "NaN"), ("quantity", ""), ("quantity", None),
                             ("price", "1" * 60), ("account", "Main"), ("account", "a" * 25),
                             ("symbol", ""), ("post_only", "yes"), ("stop_los", "59000"),
                             ("type", "stop"), ("time_in_force", "day")):
            wrong = self.refusal_of(b"SB1", b"place_order", self.order(**{field: value}))
            self.assertEqual((wrong["reason"], wrong["field"]), ("bad_field", field), value)

    def test_a_key_that_comes_twice(self):
        twice = bytes([0x80 + 8]) + self.order()[1:] + msgpack.packb("quantity") + msgpack.packb("9")
        self.assertEqual(self.refusal_of(b"SB1", b"place_order", twice)["field"], "quantity")

    def test_a_path_to_the_field_inside(self):
        body = self.order(time=time.time_ns(), confidence="0.9", stop_loss={"price": "59000", "x": 1})
        self.assertEqual(self.refusal_of(b"SB1", b"signal", body)["field"], "stop_loss.x")
        not_a_number = self.order(time=time.time_ns(), stop_loss={"price": "1"}, confidence=0.5)
        not_a_number = not_a_number.replace(msgpack.packb(0.5), NAN)
        self.assertEqual(self.refusal_of(b"SB1", b"signal", not_a_number)["field"], "confidence")

    def test_broken_copies_of_a_good_order(self):
        """Bytes changed, cut and doubled: each gets an answer, none becomes an order. The account
        is one that there is not, so that a change that hits nothing cannot trade."""
        chance = random.Random(SEED)
        good = self.order(account="nobody")
        for number in range(MUTANTS):
            body = bytearray(good)
            for _ in range(chance.randint(1, 4)):
                at = chance.randrange(len(body))
                what = chance.randrange(3)
                if what == 0:
                    body[at] = chance.randrange(256)
                elif what == 1:
                    del body[at:at + chance.randint(1, 8)]
                else:
                    body[at:at] = body[at:at + chance.randint(1, 8)]
                if not body:
                    body = bytearray(b"\x00")
            self.client.socket.send_multipart([b"SB1", b"place_order", bytes(body)])
            answer = self.client.hear()
            self.assertIsNotNone(answer, f"seed {SEED}, number {number}: {bytes(body)}")
            if answer[0] == "accepted":  # still whole: its account is unknown, so it is refused
                self.client.follow_on(answer[1]["id"])
            else:
                self.assertIn(answer[0], ("refused", "signal_state"))

    def test_a_raw_flood_of_noise(self):
        chance = random.Random(SEED)
        for _ in range(200):
            frames = [chance.randbytes(chance.randrange(64)) for _ in range(chance.randint(1, 6))]
            self.client.socket.send_multipart(frames)
        # Every answer is a refusal, and one after the other they come.
        for _ in range(200):
            answer = self.client.hear()
            self.assertEqual(answer[0], "refused")


if __name__ == "__main__":
    unittest.main()
