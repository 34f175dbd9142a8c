"""Writes the first inputs of every fuzz target: seeds.py FOLDER.

The bodies and frames that the tests know, the recorded frames, and what is kept in fuzz/corpus.
A file's name is the hash of its content."""

import gzip
import hashlib
import json
import pathlib
import re
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


def add_literals(corpus):
    """What the tests of the venues write out: raw texts that are JSON."""
    raw = re.compile(r'R"([a-z]*)\((.*?)\)\1"', re.DOTALL)
    for target in ("binance", "binanceusdm", "bybit", "coinbase", "kraken", "okx"):
        for path in sorted((ROOT / "tests" / target).glob("*.?pp")):
            for match in raw.finditer(path.read_text()):
                text = match[2].strip()
                if text.startswith(("{", "[")) and len(text) > 20:
                    corpus.add(target, text.encode())


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


def add_kept(corpus):
    for path in sorted((ROOT / "fuzz/corpus").glob("*/*")):
        corpus.add(path.parent.name, path.read_bytes())


def add_configurations(corpus):
    for path in sorted((ROOT / "docs/examples").glob("*.toml")):
        corpus.add("config", path.read_bytes())


def add_peers(corpus):
    """ZMTP commands and messages behind a greeting; websocket frames behind an opening, good or not."""

    def zmtp_command(name, rest=b""):
        body = bytes([len(name)]) + name + rest
        return bytes([4, len(body)]) + body

    def zmtp_property(name, value):
        return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value

    ready = zmtp_command(b"READY", zmtp_property(b"Socket-Type", b"DEALER") +
                         zmtp_property(b"Identity", b"trend-1"))
    frames = b"\x01\x03SB1\x01\x06signal\x00\x01\x80"
    long_frame = b"\x02" + struct.pack(">Q", 300) + bytes(300)
    corpus.add("zmtp", ready + frames + zmtp_command(b"PING", b"\0\x0aabc") + long_frame)
    corpus.add("zmtp", ready + b"\x01\x00" + frames * 3)

    good, other = b"\x00", b"\x01"
    text, more, last = b"\x81\x02{}", b"\x01\x01{", b"\x80\x01}"
    ping, goodbye = b"\x89\x02hi", b"\x88\x02\x03\xe8"
    corpus.add("websocket", good + text + ping + more + ping + last + goodbye)
    corpus.add("websocket", good + b"\x82\x7e\x01\x00" + bytes(256) + text)
    corpus.add("websocket", good + b"\x81\x7f" + struct.pack(">Q", 5000) + bytes(5000))
    corpus.add("websocket", other + b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")
    corpus.add("websocket", other + b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
               b"Connection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n" + text)


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
    add_literals(corpus)
    add_recordings(corpus)
    add_kept(corpus)
    add_bytes(corpus)
    add_configurations(corpus)
    add_peers(corpus)
    for target, count in sorted(corpus.counts.items()):
        print(f"{target}: {count} inputs")


if __name__ == "__main__":
    main()
