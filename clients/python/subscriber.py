import sys, msgpack, zmq
bus, last = zmq.Context().socket(zmq.SUB), {}
bus.connect(sys.argv[1] if len(sys.argv) > 1 else "tcp://127.0.0.1:7412")
bus.subscribe(b"")  # everything; b"order.main." is all about orders of the account main
for topic, *frames in iter(bus.recv_multipart, None):
    header, body = map(msgpack.unpackb, frames)
    stream, number = header["stream"], header["sequence"]
    if number != last.get(stream, number - 1) + 1: print("lost a message of", stream)
    last[stream] = number
    print(topic.decode(), number, body, flush=True)
