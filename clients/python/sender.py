import sys, time, msgpack, zmq
bus = zmq.Context().socket(zmq.DEALER)
bus.connect(sys.argv[1] if len(sys.argv) > 1 else "tcp://127.0.0.1:7411")
now = time.time_ns()
signal = dict(id=f"hello-{now}", time=now, strategy="hello", account="main", symbol="BTC/USDT", side="buy", type="market",
              quantity="0.001", confidence="0.9", stop_loss={"percent": "1"}, take_profit=[{"percent": "2"}])
bus.send_multipart([b"SB1", b"signal", msgpack.packb(signal)])
for _, answer, body in iter(bus.recv_multipart, None):
    print(answer.decode(), msgpack.unpackb(body), flush=True)
    if answer in (b"outcome", b"refused"): break
