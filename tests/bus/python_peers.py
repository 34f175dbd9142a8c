"""Clients as a strategy would write them: python_peers.py req|dealer|sub ADDRESS COUNT."""
import sys

import zmq

PATIENCE_MS = 20_000


def req(socket, count):
    for i in range(count):
        socket.send_multipart([b"SB1", b"status", b"%d" % i])
        assert socket.recv_multipart() == [b"SB1", b"status", b"%d" % i]


def dealer(socket, count):
    for i in range(count):
        socket.send_multipart([b"SB1", b"signal", b"%d" % i])
    for i in range(count):
        for step in (b"accepted", b"verdict", b"placed", b"outcome"):
            assert socket.recv_multipart() == [b"SB1", step, b"%d" % i]


def sub(socket, count):
    socket.subscribe(b"order.main.")
    for i in range(count):
        topic, header, body = socket.recv_multipart()
        assert topic == b"order.main.BTC/USDT" and header == b"%d" % i, (topic, header)


KINDS = {"req": (zmq.REQ, req), "dealer": (zmq.DEALER, dealer), "sub": (zmq.SUB, sub)}

if __name__ == "__main__":
    kind, address, count = sys.argv[1:]
    what, run = KINDS[kind]
    socket = zmq.Context.instance().socket(what)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RCVTIMEO, PATIENCE_MS)
    socket.setsockopt(zmq.SNDTIMEO, PATIENCE_MS)
    socket.connect(address)
    run(socket, int(count))
