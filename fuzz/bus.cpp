// Every message of the bus and of the connection port: what decodes, encodes to what decodes to the
// same.
#include "bus/frames.hpp"
#include "fuzz/input.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"
#include "messages/codec_id.hpp"
#include "messages/event_header.hpp"

using namespace signalbox;

namespace {

template <class T>
void try_one(std::string_view bytes) {
  const auto message = decode<T>(bytes);
  if (!message) return;
  const auto again = encoded(*message);
  const auto decoded = decode<T>(again);
  fuzz::must(decoded.has_value());
  // Bytes say it for messages that cannot be compared.
  fuzz::must(encoded(*decoded) == again);
}

template <class List>
void try_all(const List& list, std::string_view bytes) {
  list.apply([&](const auto&... each) {
    (try_one<typename std::remove_cvref_t<decltype(each)>::Message>(bytes), ...);
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const fuzz::Input input{bytes, size};
  const auto text = input.text();
  static_cast<void>(id_in(text));
  const std::string_view frames[] = {bus_magic, text, text};
  static_cast<void>(open_envelope({frames, 3}, 1024));
  try_all(commands, text);
  try_all(answers, text);
  try_all(events, text);
  try_all(connection_hellos, text);
  try_all(connection_requests, text);
  try_all(connection_reports, text);
  return 0;
}
