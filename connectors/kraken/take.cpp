#include "connectors/kraken/take.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <string>

#include "messages/decimal.hpp"

namespace signalbox::kraken {
namespace {

constexpr int exponent_max = 30;

tl::unexpected<Error> wrong(std::string_view name, std::string_view what) {
  return failed(Fault::bad_input, "field \"" + std::string{name} + "\" " + std::string{what});
}

std::optional<int> whole_in(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// `digits` with the point moved: "1.25" by -2 is "0.0125".
std::string moved(std::string_view digits, int by) {
  const auto dot = std::min(digits.find('.'), digits.size());
  std::string all{digits.substr(0, dot)};
  if (dot < digits.size()) all += digits.substr(dot + 1);
  auto point = static_cast<int>(dot) + by;
  if (point < 1) {
    all.insert(0, static_cast<std::size_t>(1 - point), '0');
    point = 1;
  }
  const auto at = static_cast<std::size_t>(point);
  if (all.size() < at) all.append(at - all.size(), '0');
  if (all.size() > at) all.insert(at, 1, '.');
  return all;
}

std::optional<std::string_view> digits_of(JsonValue from) {
  if (const auto number = from.number()) return number;
  return from.text();
}

bool says_none(JsonValue from) { return from.is_null() || from.text() == ""; }

Result<void> take_within(JsonValue from, Decimal least, std::optional<Decimal>& into) {
  if (says_none(from)) return {};
  const auto digits = digits_of(from);
  const auto decimal = digits ? decimal_in(*digits) : std::nullopt;
  if (!decimal) return wrong(from.name(), "is not a decimal");
  if (*decimal < least || *decimal > amount_max) return wrong(from.name(), "is out of range");
  into = *decimal;
  return {};
}

}  // namespace

std::optional<Decimal> decimal_in(std::string_view text) {
  const auto e = text.find_first_of("eE");
  if (e == text.npos) {
    const auto plain = Decimal::parse(text);
    return plain ? std::optional{*plain} : std::nullopt;
  }
  auto exponent_text = text.substr(e + 1);
  if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
  const auto exponent = whole_in(exponent_text);
  if (!exponent || *exponent > exponent_max || *exponent < -exponent_max) return std::nullopt;
  auto digits = text.substr(0, e);
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  // What is written in front of the exponent must be a number by itself.
  if (digits.starts_with('-') || !Decimal::parse(digits)) return std::nullopt;
  const auto decimal = Decimal::parse(moved(digits, *exponent));
  if (!decimal) return std::nullopt;
  return negative ? -*decimal : *decimal;
}

Result<void> take_amount(JsonValue from, std::optional<Decimal>& into) {
  return take_within(from, Decimal{}, into);
}

Result<void> take_signed(JsonValue from, std::optional<Decimal>& into) {
  return take_within(from, -amount_max, into);
}

Result<void> take_price(JsonValue from, std::optional<Decimal>& into) {
  if (const auto text = from.text()) {
    constexpr std::string_view relative = "+-#";
    if (text->ends_with('%') || (!text->empty() && relative.find(text->front()) != relative.npos))
      return {};
  }
  return take_amount(from, into);
}

Result<void> take_seconds(JsonValue from, WallTime& into) {
  std::optional<Decimal> seconds;
  if (auto read = take_amount(from, seconds); !read) return read;
  constexpr Decimal year_2255{9'000'000'000};
  if (!seconds) return {};
  if (*seconds > year_2255) return wrong(from.name(), "is out of range");
  constexpr Int128 raw_per_ns = 1'000'000'000;
  into = wall_from_ns(static_cast<std::int64_t>(seconds->raw() / raw_per_ns));
  return {};
}

std::optional<WallTime> time_in(std::string_view text) {
  // 2023-09-25T07:49:37[.708706]Z
  constexpr std::size_t seconds_size = 19;
  if (text.size() <= seconds_size || !text.ends_with('Z')) return std::nullopt;
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:dd";
  for (std::size_t i = 0; i < form.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (form[i] == 'd' ? !digit : text[i] != form[i]) return std::nullopt;
  }
  const auto part = [&](std::size_t at, std::size_t size) {
    return whole_in(text.substr(at, size)).value_or(0);
  };
  using namespace std::chrono;
  const year_month_day day{year{part(0, 4)}, month{static_cast<unsigned>(part(5, 2))},
                           std::chrono::day{static_cast<unsigned>(part(8, 2))}};
  if (!day.ok() || part(0, 4) < 1970 || part(0, 4) > 2255) return std::nullopt;
  std::int64_t fraction_ns = 0;
  auto fraction = text.substr(seconds_size, text.size() - seconds_size - 1);
  if (!fraction.empty()) {
    if (fraction.front() != '.' || fraction.size() < 2 || fraction.size() > 10) return std::nullopt;
    fraction.remove_prefix(1);
    std::int64_t unit = 100'000'000;
    for (const char c : fraction) {
      if (c < '0' || c > '9') return std::nullopt;
      fraction_ns += (c - '0') * unit;
      unit /= 10;
    }
  }
  return WallTime{sys_days{day}.time_since_epoch() + hours{part(11, 2)} + minutes{part(14, 2)} +
                  seconds{part(17, 2)} + nanoseconds{fraction_ns}};
}

std::string time_text(WallTime time) {
  using namespace std::chrono;
  const auto whole_day = floor<days>(time);
  const year_month_day day{whole_day};
  const hh_mm_ss clock{floor<milliseconds>(time - whole_day)};
  std::array<char, 40> text;
  const int size = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(day.year()),
      static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()), static_cast<int>(clock.subseconds().count()));
  return {text.data(), static_cast<std::size_t>(size)};
}

}  // namespace signalbox::kraken
