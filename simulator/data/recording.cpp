#include "simulator/data/recording.hpp"

#include <fmt/format.h>
#include <simdjson.h>
#include <zlib.h>

#include <charconv>
#include <memory>

namespace signalbox::simulator {
namespace {

using simdjson::dom::element;

bool read_decimal(element object, std::string_view key, Decimal& into) {
  std::string_view text;
  if (object[key].get(text)) return false;
  const auto parsed = Decimal::parse(text);
  if (!parsed || parsed->is_negative() || *parsed > amount_max) return false;
  into = *parsed;
  return true;
}

template <class Tag>
bool read_amount(element object, std::string_view key, Amount<Tag>& into) {
  Decimal d;
  if (!read_decimal(object, key, d)) return false;
  into = Amount<Tag>{d};
  return true;
}

bool read_top(element data, BookTop& top) {
  return read_amount(data, "b", top.bid) && read_amount(data, "B", top.bid_quantity) &&
         read_amount(data, "a", top.ask) && read_amount(data, "A", top.ask_quantity);
}

bool read_print(element data, Print& print) {
  return read_amount(data, "p", print.price) && read_amount(data, "q", print.quantity) &&
         !data["m"].get(print.buyer_is_maker);
}

enum class Kind : std::uint8_t { top = 1, print, other };

Kind kind_of(element data) {
  std::string_view type;
  if (!data["e"].get(type))
    return type == "trade" ? Kind::print : type == "bookTicker" ? Kind::top : Kind::other;
  element ignored;
  // Spot's bookTicker has no type: it is known by its four fields.
  return data["b"].get(ignored) || data["a"].get(ignored) ? Kind::other : Kind::top;
}

tl::unexpected<Error> wrong(std::size_t line, std::string_view what) {
  return failed(Fault::bad_input, fmt::format("line {}: {}", line, what));
}

}  // namespace

Result<void> Recording::add_line(std::string_view line, std::size_t number) {
  static thread_local simdjson::dom::parser parser;
  const auto space = line.find(' ');
  std::int64_t time = 0;
  const auto [end, error] =
      std::from_chars(line.data(), line.data() + std::min(space, line.size()), time);
  if (space == line.npos || error != std::errc{} || end != line.data() + space)
    return wrong(number, "no receive time before the frame");
  element frame;
  if (parser.parse(line.data() + space + 1, line.size() - space - 1).get(frame))
    return wrong(number, "the frame is not JSON");
  element data;
  if (frame["data"].get(data)) data = frame;

  if (!started_) first_ns_ = time;
  started_ = true;
  Event event;
  event.at = Duration{time - first_ns_};
  if (!events_.empty() && event.at < events_.back().at) return wrong(number, "time runs backwards");
  switch (kind_of(data)) {
    case Kind::other: return {};
    case Kind::top:
      if (!read_top(data, event.top)) return wrong(number, "a bookTicker without its prices");
      break;
    case Kind::print:
      event.kind = Event::Kind::print;
      if (!read_print(data, event.print)) return wrong(number, "a trade without its price");
      break;
  }
  if (events_.size() == events_max) return wrong(number, "too many lines");
  events_.push_back(event);
  return {};
}

Result<Recording> Recording::parse(std::string_view lines) {
  Recording recording;
  std::size_t number = 0;
  while (!lines.empty()) {
    ++number;
    const auto end = std::min(lines.find('\n'), lines.size());
    const auto line = lines.substr(0, end);
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (line.empty()) continue;
    if (const auto added = recording.add_line(line, number); !added)
      return tl::unexpected(added.error());
  }
  return recording;
}

Result<Recording> Recording::read(const std::string& path) {
  // gzopen reads plain files as they are.
  const std::unique_ptr<gzFile_s, int (*)(gzFile)> file{gzopen(path.c_str(), "rb"), gzclose};
  if (!file) return failed(Fault::not_found, "cannot open " + path);
  Recording recording;
  std::string buffer(line_max, '\0');
  std::size_t number = 0;
  while (gzgets(file.get(), buffer.data(), static_cast<int>(buffer.size()))) {
    ++number;
    std::string_view line{buffer.c_str()};
    if (!line.ends_with('\n') && !gzeof(file.get()))
      return failed(Fault::bad_input, fmt::format("{}: line {} is too long", path, number));
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    if (const auto added = recording.add_line(line, number); !added)
      return failed(added.error().fault, path + ": " + added.error().what);
  }
  int code = Z_OK;
  gzerror(file.get(), &code);
  if (code != Z_OK && code != Z_STREAM_END)
    return failed(Fault::corrupt, path + " is damaged after line " + std::to_string(number));
  return recording;
}

}  // namespace signalbox::simulator
