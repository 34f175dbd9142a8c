#include "messages/to_text.hpp"

#include <array>
#include <charconv>

#include "messages/codec_text.hpp"

namespace signalbox::printing {
namespace {

template <class T>
void print_integer(std::string& out, T value) {
  std::array<char, 24> text;
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  static_cast<void>(error);  // the longest integer has 20 characters
  out.append(text.data(), end);
}

void print_padded(std::string& out, std::uint64_t value, std::size_t width) {
  const std::size_t start = out.size();
  print_integer(out, value);
  const std::size_t written = out.size() - start;
  if (written < width) out.insert(start, width - written, '0');
}

bool needs_quotes(std::string_view text) {
  return text.empty() || text.find_first_of(" \"\\=[]{}") != std::string_view::npos;
}

}  // namespace

void print(std::string& out, bool value) { out += value ? "true" : "false"; }
void print(std::string& out, std::int64_t value) { print_integer(out, value); }
void print(std::string& out, std::uint64_t value) { print_integer(out, value); }

void print(std::string& out, Decimal value) {
  std::array<char, Decimal::text_max> text;
  out.append(text.data(), value.write(text.data()));
}

void print(std::string& out, std::string_view text) {
  const std::string clean = codec::printable(text);
  if (!needs_quotes(clean)) {
    out += clean;
    return;
  }
  out += '"';
  for (const char c : clean) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

void print(std::string& out, WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  const auto two = [&out](char before, auto value) {
    out += before;
    print_padded(out, static_cast<std::uint64_t>(value), 2);
  };
  print_integer(out, static_cast<int>(date.year()));
  two('-', static_cast<unsigned>(date.month()));
  two('-', static_cast<unsigned>(date.day()));
  two('T', clock.hours().count());
  two(':', clock.minutes().count());
  two(':', clock.seconds().count());
  out += '.';
  print_padded(out, static_cast<std::uint64_t>(clock.subseconds().count()), 9);
  out += 'Z';
}

void print(std::string& out, Duration value) {
  struct Unit {
    std::int64_t ns;
    std::string_view name;
  };
  constexpr std::array units{Unit{1'000'000'000, "s"}, Unit{1'000'000, "ms"}, Unit{1'000, "us"},
                             Unit{1, "ns"}};
  for (const auto& unit : units) {
    if (value.count() % unit.ns != 0) continue;
    print_integer(out, value.count() / unit.ns);
    out += unit.name;
    return;
  }
}

void print_fields(std::string& out, std::span<const PrintSlot> slots) {
  bool first = true;
  for (const auto& slot : slots) {
    if (!slot.shown) continue;
    if (!first) out += ' ';
    first = false;
    out.append(slot.name).append("=");
    slot.print(out, slot.value);
  }
}

std::string snake_case(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool capital = c >= 'A' && c <= 'Z';
    if (capital && !out.empty()) out += '_';
    out += capital ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

}  // namespace signalbox::printing
