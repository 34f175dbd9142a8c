#include "connectors/coinbase/times.hpp"

#include <charconv>

namespace signalbox::coinbase {
namespace {

void append_padded(std::string& out, long long number, int digits) {
  const auto text = std::to_string(number);
  for (auto n = static_cast<int>(text.size()); n < digits; ++n) out.push_back('0');
  out.append(text);
}

/// The number of exactly these characters.
std::optional<int> digits(std::string_view text, std::size_t from, std::size_t count) {
  if (text.size() < from + count) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(from, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

}  // namespace

std::string rfc3339_ms(WallTime t) {
  using namespace std::chrono;
  const auto whole = floor<milliseconds>(t);
  const auto day = floor<days>(whole);
  const year_month_day date{day};
  const auto rest = (whole - day).count();
  std::string out;
  append_padded(out, static_cast<int>(date.year()), 4);
  out.push_back('-');
  append_padded(out, static_cast<unsigned>(date.month()), 2);
  out.push_back('-');
  append_padded(out, static_cast<unsigned>(date.day()), 2);
  out.push_back('T');
  append_padded(out, rest / 3'600'000, 2);
  out.push_back(':');
  append_padded(out, rest / 60'000 % 60, 2);
  out.push_back(':');
  append_padded(out, rest / 1000 % 60, 2);
  out.push_back('.');
  append_padded(out, rest % 1000, 3);
  out.push_back('Z');
  return out;
}

std::optional<WallTime> parse_rfc3339(std::string_view text) {
  using namespace std::chrono;
  constexpr std::size_t whole_size = std::string_view{"2024-12-31T22:00:00"}.size();
  const auto y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
  const auto h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
  if (!y || !mo || !d || !h || !mi || !s || text[4] != '-' || text[7] != '-' ||
      (text[10] != 'T' && text[10] != ' ') || text[13] != ':' || text[16] != ':')
    return std::nullopt;
  const year_month_day date{year{*y}, month{static_cast<unsigned>(*mo)},
                            day{static_cast<unsigned>(*d)}};
  if (!date.ok() || *y < 1970 || *y > 2250 || *h > 23 || *mi > 59 || *s > 60) return std::nullopt;
  auto rest = text.substr(whole_size);
  std::int64_t nanos = 0;
  if (!rest.empty() && rest.front() == '.') {
    rest.remove_prefix(1);
    std::int64_t unit = 100'000'000;
    while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
      nanos += unit * (rest.front() - '0');
      unit /= 10;
      rest.remove_prefix(1);
    }
  }
  if (rest != "Z" && rest != "+00:00") return std::nullopt;
  return WallTime{sys_days{date}.time_since_epoch() + hours{*h} + minutes{*mi} + seconds{*s} +
                  nanoseconds{nanos}};
}

}  // namespace signalbox::coinbase
