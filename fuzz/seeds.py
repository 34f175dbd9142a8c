"""Writes the first inputs of every fuzz target: seeds.py FOLDER.

The bodies and frames that the tests know, the recorded frames, and what was once found (kept in
fuzz/regressions/TARGET). A file's name is the hash of its content."""

import gzip
import hashlib
import json
import pathlib
import struct
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FRAMES_MAX = 200  # of one recording


class Corpus:
    def __init__(self, folder):
        self.folder = folder
        self.counts = {}

    def add(self, target, data):
        place = self.folder / target
        place.mkdir(parents=True, exist_ok=True)
        (place / hashlib.sha1(data).hexdigest()).write_bytes(data)
        self.counts[target] = self.counts.get(target, 0) + 1


def add_vectors(corpus):
    for path in sorted((ROOT / "tests/vectors/data/responses").glob("*.json")):
        for case in json.loads(path.read_text())["cases"]:
            for response in case.get("responses", []):
                body = response.get("body")
                if not isinstance(body, str):
                    body = json.dumps(body, separators=(",", ":"))
                corpus.add(path.stem, body.encode())
                head = f"HTTP/1.1 {response.get('status', 200)} OK\r\nContent-Length: "
                corpus.add("http", (head + f"{len(body.encode())}\r\n\r\n{body}").encode())
    chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    corpus.add("http", chunked.encode())


def add_recordings(corpus):
    # A line is a time, or who sent what when, and then the frame.
    recordings = {
        "binance": ROOT / "simulator/data/binance-spot-btcusdt-20240809.gz",
        "binanceusdm": ROOT / "tests/vectors/data/binance-usdm-btcusdt-20240808.gz",
        "okx": ROOT / "tests/okx/data/okx-v5-public-20220513.txt.gz",
    }
    for target, path in recordings.items():
        with gzip.open(path, "rb") as lines:
            added = 0
            for line in lines:
                at = line.find(b"{")
                if at < 0 or added == FRAMES_MAX:
                    continue
                corpus.add(target, line[at:].strip())
                added += 1


def add_regressions(corpus):
    for path in sorted((ROOT / "fuzz/regressions").glob("*/*")):
        corpus.add(path.parent.name, path.read_bytes())


def add_bytes(corpus):
    """What has no text form: msgpack maps, and a ring's positions."""

    def text(value):
        raw = value.encode()
        return bytes([0xD9, len(raw)]) + raw

    def pairs(fields):
        out = bytes([0x80 | len(fields)])
        for name, value in fields.items():
            out += text(name) + (value if isinstance(value, bytes) else text(value))
        return out

    number = b"\xcf" + struct.pack(">Q", 1_735_689_600_000_000_000)
    stop = pairs({"percent": "1"})
    corpus.add(
        "bus",
        pairs(
            {
                "id": "s-1",
                "time": number,
                "strategy": "trend",
                "account": "main",
                "symbol": "BTC/USDT",
                "side": "buy",
                "type": "market",
                "quantity": "0.01",
                "confidence": "0.85",
                "stop_loss": stop,
                "take_profit": b"\x91" + pairs({"percent": "2"}),
            }
        ),
    )
    corpus.add("bus", pairs({"id": "c-1", "signal": "s-1", "account": "main"}))
    corpus.add("bus", pairs({"id": "q-1"}))
    corpus.add(
        "bus",
        pairs(
            {
                "symbol": "BTC/USDT",
                "bid": "1",
                "bid_quantity": "1",
                "ask": "2",
                "ask_quantity": "1",
                "time": number,
            }
        ),
    )
    corpus.add("journal", struct.pack("<QQ", 128, 0) + bytes(128))
    corpus.add("journal", struct.pack("<QQ", 8192, 4096) + bytes(4096))


def main():
    corpus = Corpus(pathlib.Path(sys.argv[1]))
    add_vectors(corpus)
    add_recordings(corpus)
    add_regressions(corpus)
    add_bytes(corpus)
    for target, count in sorted(corpus.counts.items()):
        print(f"{target}: {count} inputs")


if __name__ == "__main__":
    main()
