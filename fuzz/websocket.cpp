// A websocket server that says anything, over a connection on this machine. The first byte of the
// input says whether the opening is answered as it should be or by the input too.
#include <memory>
#include <string>

#include "connectors/transport/websocket.hpp"
#include "fuzz/input.hpp"
#include "tests/transport/scripted_server.hpp"
#include "tests/transport/test_loop.hpp"
#include "tests/transport/ws_wire.hpp"

using namespace signalbox;
using namespace signalbox::test;

namespace {

constexpr std::size_t frame_bytes_max = 4096;

struct Sink final : WsSink {
  int opened = 0, closed = 0;

  void on_open() override { fuzz::must(++opened == 1 && closed == 0); }
  void on_frame(std::string_view frame) override {
    fuzz::must(opened == 1 && closed == 0 && frame.size() <= frame_bytes_max);
  }
  void on_closed(std::string_view why) override { fuzz::must(++closed == 1 && !why.empty()); }
};

/// One loop and one server for all inputs: a listening socket for each would use the ports up.
struct Stage {
  TestLoop loop;
  ScriptedServer server{loop.io(), std::nullopt};
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  static auto& stage = *new Stage;
  if (size == 0) return 0;
  const fuzz::Input input{bytes + 1, size - 1};
  const bool opened_well = (bytes[0] & 1) == 0;
  bool answered = false;
  stage.server.on_bytes([&](ScriptedServer::Peer& peer, std::string& received) {
    const auto accepts = ws_accept(received);
    if (!accepts || answered) return received.clear();
    answered = true;
    if (opened_well) peer.write(*accepts);
    peer.write(input.text());
    // In good order, or not: unread bytes of the client's make it a reset.
    peer.finish();
  });
  Sink sink;
  WebSocketOptions options;
  options.endpoint = {"localhost", stage.server.port(), false, "127.0.0.1"};
  options.frame_bytes_max = frame_bytes_max;
  {
    auto socket = WebSocket::make(stage.loop.io(), stage.loop.clock, sink, nullptr, options);
    fuzz::must(socket.has_value());
    (*socket)->open("/ws", stage.loop.in(std::chrono::seconds{5}));
    fuzz::must(stage.loop.run_until([&] { return sink.closed > 0; }));
  }
  fuzz::must(stage.loop.run_until([&] { return stage.server.standing() == 0; }));
  fuzz::must(sink.closed == 1 && (opened_well || sink.opened <= 1));
  return 0;
}
