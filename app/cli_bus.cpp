// `send` and `watch`: the bus from a shell. JSON in, JSON out; what it means is decided by the
// engine, which refuses what it does not know.
#include <fmt/core.h>

#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/demo/story.hpp"
#include "app/event_decoding.hpp"
#include "app/signals.hpp"
#include "bus/client.hpp"

namespace signalbox {
namespace {

using nlohmann::json;

std::string text_of(std::string_view msgpack) {
  const auto value = json::from_msgpack(msgpack, true, false);
  return value.is_discarded() ? std::string{"(cannot be read)"} : value.dump();
}

/// Says what is wrong with the keys, if anything.
std::optional<CurveClient> keys_or_complain(std::string_view command, const ClientKeys& keys,
                                            bool& fine) {
  auto curve = load_client_keys(keys);
  fine = curve.has_value();
  if (!fine) fmt::print(stderr, "signalbox {}: {}\n", command, curve.error().what);
  return fine ? std::move(*curve) : std::nullopt;
}

bool is_last(std::string_view type) {
  return type != "accepted" && type != "verdict" && type != "placed";
}

}  // namespace

int send_command(const SendArguments& arguments) {
  const std::string text = arguments.json == "-"
                               ? std::string{std::istreambuf_iterator<char>{std::cin}, {}}
                               : arguments.json;
  const auto body = json::parse(text, nullptr, false);
  if (!body.is_object()) {
    fmt::print(
        stderr,
        "signalbox send: the command's fields must be one JSON object, decimals in quotes\n");
    return exit_usage;
  }
  auto context = BusContext::open();
  if (!context) return exit_failed;
  bool fine = true;
  const auto curve = keys_or_complain("send", arguments.keys, fine);
  if (!fine) return exit_usage;
  auto client = CommandClient::connect(*context, arguments.address, curve ? &*curve : nullptr);
  if (!client) {
    fmt::print(stderr, "signalbox send: {}\n", client.error().what);
    return exit_usage;
  }
  const auto bytes = json::to_msgpack(body);
  if (!client->send(arguments.type, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}))
    return exit_failed;
  int code = exit_failed;
  while (const auto reply = client->receive(arguments.wait)) {
    fmt::print("{} {}\n", reply->type, text_of(reply->body));
    std::fflush(stdout);
    code = reply->type == "refused" ? exit_failed : exit_ok;
    if (is_last(reply->type)) return code;
  }
  if (code != exit_ok) fmt::print(stderr, "signalbox send: no reply\n");
  return code;
}

int watch_command(const WatchArguments& arguments) {
  const StopSignals stop;
  auto context = BusContext::open();
  if (!context) return exit_failed;
  bool fine = true;
  const auto curve = keys_or_complain("watch", arguments.keys, fine);
  if (!fine) return exit_usage;
  auto reader = EventReader::connect(*context, arguments.address, curve ? &*curve : nullptr);
  if (!reader) {
    fmt::print(stderr, "signalbox watch: {}\n", reader.error().what);
    return exit_usage;
  }
  for (const auto& prefix : arguments.prefixes) reader->subscribe(prefix);
  if (arguments.prefixes.empty()) reader->subscribe("");
  while (!stop.wait(Duration{})) {
    const auto event = reader->receive(std::chrono::milliseconds{100});
    if (!event) continue;
    if (arguments.raw) {
      fmt::print("{} {} {}\n", event->topic, text_of(event->header), text_of(event->body));
    } else if (const auto decoded = decode_event(*event)) {
      if (const auto line = story_line(decoded->second); !line.empty()) fmt::print("{}\n", line);
    }
    std::fflush(stdout);
  }
  return exit_ok;
}

}  // namespace signalbox
