// Recorded frames decode without loss: every number of a frame is in what was decoded, digit for
// digit by value.
#include <catch2/catch.hpp>

#include "tests/vectors/cases.hpp"
#include "tests/vectors/json_text.hpp"
#include "tests/vectors/vector_file.hpp"

using namespace signalbox;
using namespace signalbox::vectors;

namespace {

std::vector<std::string> lines_in(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t from = 0; from < text.size();) {
    const auto end = std::min(text.find('\n', from), text.size());
    lines.push_back(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

/// Where a field of a frame has to be found in what was decoded.
struct Field {
  std::string_view wire, decoded;
};
constexpr Field book_fields[] = {{"s", "symbol"},       {"u", "update"},    {"b", "bid"},
                                 {"B", "bid_quantity"}, {"a", "ask"},       {"A", "ask_quantity"},
                                 {"T", "time"},         {"E", "event_time"}};
constexpr Field trade_fields[] = {{"s", "symbol"},        {"t", "trade"}, {"p", "price"},
                                  {"q", "quantity"},      {"T", "time"},  {"E", "event_time"},
                                  {"m", "buyer_is_maker"}};
constexpr Field depth_fields[] = {{"s", "symbol"},
                                  {"U", "first_update"},
                                  {"u", "last_update"},
                                  {"pu", "previous_update"},
                                  {"E", "event_time"},
                                  {"T", "time"},
                                  {"b", "bids"},
                                  {"a", "asks"},
                                  {"lastUpdateId", "last_update"},
                                  {"bids", "bids"},
                                  {"asks", "asks"}};

bool same_value(JsonValue a, JsonValue b) {
  if (const auto list = a.array()) {
    const auto other = b.array();
    if (!other) return false;
    auto at = other->begin();
    for (const auto element : *list) {
      if (at == other->end() || !same_value(element, *at)) return false;
      ++at;
    }
    return at == other->end();
  }
  if (a.boolean()) return a.boolean() == b.boolean();
  const auto x = a.text() ? a.text() : a.number();
  const auto y = b.text() ? b.text() : b.number();
  if (!x || !y) return false;
  if (*x == *y) return true;
  const auto p = Decimal::parse(*x), q = Decimal::parse(*y);
  return p && q && *p == *q;
}

std::span<const Field> fields_of(std::string_view kind) {
  if (kind == "book_ticker") return book_fields;
  if (kind == "trade") return trade_fields;
  if (kind == "depth") return depth_fields;
  return {};
}

std::size_t check_recording(const char* exchange, const char* path) {
  const auto frames = lines_in(read_whole(path));
  std::vector<std::string> decoded;
  each_frame(exchange, path, [&](const std::string& line) { decoded.push_back(line); });
  REQUIRE(decoded.size() == frames.size());
  JsonReader frame_reader, line_reader;
  std::size_t compared = 0;
  for (std::size_t i = 0; i < frames.size(); ++i) {
    const auto whole = frame_reader.object(std::string_view{frames[i]}.substr(frames[i].find('{')));
    const auto line = line_reader.object(decoded[i]);
    REQUIRE(whole);
    REQUIRE(line);
    const auto kind = json_text(*line, "kind");
    REQUIRE(kind);
    const auto inner = json_object(*whole, "data");
    const auto fields = fields_of(*kind);
    REQUIRE_FALSE(fields.empty());
    for (const auto& field : fields) {
      const auto sent = (inner ? *inner : *whole).find(field.wire);
      if (!sent) continue;
      const auto read = line->find(field.decoded);
      if (!read || !same_value(*sent, *read)) FAIL(frames[i] << "\n" << decoded[i]);
      ++compared;
    }
  }
  return compared;
}

}  // namespace

TEST_CASE("recorded frames of Binance spot are decoded without loss", "[vectors][recorded]") {
  CHECK(check_recording("binance", SIGNALBOX_SPOT_FRAMES) > 100'000);
}

TEST_CASE("recorded frames of Binance USD-M are decoded without loss", "[vectors][recorded]") {
  CHECK(check_recording("binanceusdm", SIGNALBOX_VECTORS_DIR "/binance-usdm-btcusdt-20240808.gz") >
        20'000);
}
