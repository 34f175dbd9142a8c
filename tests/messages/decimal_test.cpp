#include "messages/decimal.hpp"

#include <catch2/catch.hpp>
#include <limits>
#include <sstream>

#include "messages/value.hpp"

using namespace signalbox;

namespace {

Decimal d(std::string_view text) {
  const auto parsed = Decimal::parse(text);
  INFO("parsing " << text);
  REQUIRE(parsed.has_value());
  return *parsed;
}

DecimalError error_of(std::string_view text) {
  const auto parsed = Decimal::parse(text);
  INFO("parsing \"" << text << '"');
  REQUIRE_FALSE(parsed.has_value());
  return parsed.error();
}

std::string fixed(std::string_view text, int digits) {
  std::array<char, Decimal::text_max> out;
  return {out.data(), d(text).write_fixed(out.data(), digits)};
}

constexpr auto max_text = "170141183460469231731.687303715884105727";
constexpr auto min_text = "-170141183460469231731.687303715884105728";

}  // namespace

TEST_CASE("a decimal is written in its shortest exact form", "[decimal]") {
  CHECK(d("66000.12").str() == "66000.12");
  CHECK(d("66000.1200").str() == "66000.12");
  CHECK(d("66000.000").str() == "66000");
  CHECK(d("007.50").str() == "7.5");
  CHECK(d("+1").str() == "1");
  CHECK(d("-1.5").str() == "-1.5");
  CHECK(d("-0.000").str() == "0");
  CHECK(d("0.000000000000000001").str() == "0.000000000000000001");
  CHECK(d(max_text) == Decimal::max());
  CHECK(d(min_text) == Decimal::min());
  CHECK(Decimal::max().str() == max_text);
  CHECK(Decimal::min().str() == min_text);
  CHECK(Decimal{std::numeric_limits<std::int64_t>::min()}.str() == "-9223372036854775808");
  CHECK((std::ostringstream{} << d("0.25")).str() == "0.25");
}

TEST_CASE("zeros that mean nothing are read past, however many there are", "[decimal]") {
  std::string text(60, '0');
  text.append("1.5").append(60, '0');
  CHECK(d(text) == d("1.5"));
}

TEST_CASE("only plain decimal digits are a decimal", "[decimal]") {
  for (const auto* text : {"",    "-",   "+",   ".",   "1.",  ".5",       "-.5", "1..2", "1.2.3",
                           "1e5", "1E5", "NaN", "nan", "inf", "Infinity", "0x1", " 1",   "1 ",
                           "1\n", "--1", "+-1", "1-",  "1,5", "1_000",    "１",  "1.5f"}) {
    CHECK(error_of(text) == DecimalError::syntax);
  }
  CHECK(error_of(std::string_view{"1\0", 2}) == DecimalError::syntax);
}

TEST_CASE("a text that is a number but does not fit says which way", "[decimal]") {
  CHECK(error_of("0.0000000000000000001") == DecimalError::inexact);
  CHECK(error_of("170141183460469231731.687303715884105728") == DecimalError::overflow);
  CHECK(error_of("-170141183460469231731.687303715884105729") == DecimalError::overflow);
  CHECK(error_of("170141183460469231732") == DecimalError::overflow);
  CHECK(error_of("340282366920938463464") == DecimalError::overflow);  // 2^128 and a little
  CHECK(error_of("999999999999999999999") == DecimalError::overflow);
  std::string sixty_digits(60, '9');
  CHECK(error_of(sixty_digits) == DecimalError::overflow);
  CHECK(error_of(sixty_digits.append("x")) == DecimalError::syntax);
}

TEST_CASE("a price is written with the digits a venue wants, and never cut", "[decimal]") {
  CHECK(fixed("0.1", 8) == "0.10000000");
  CHECK(fixed("66000", 2) == "66000.00");
  CHECK(fixed("66000", 0) == "66000");
  CHECK(fixed("-1.5", 3) == "-1.500");
  CHECK(fixed("0", 2) == "0.00");
  CHECK(fixed("1.25", 1) == "1.25");
  CHECK(fixed("1.25", 0) == "1.25");
  CHECK(fixed(max_text, 18) == max_text);
}

TEST_CASE("products and quotients are exact where they can be", "[decimal]") {
  CHECK(Decimal::mul(d("66000"), d("0.1"), Rounding::exact) == d("6600"));
  CHECK(Decimal::mul(d("1000000000000"), d("0.00000001"), Rounding::exact) == d("10000"));
  CHECK(Decimal::div(d("6600"), d("0.1"), Rounding::exact) == d("66000"));
  CHECK(Decimal::div(d("1"), d("3"), Rounding::down) == d("0.333333333333333333"));
  CHECK(Decimal::div(d("2"), d("3"), Rounding::half_even) == d("0.666666666666666667"));
  CHECK(Decimal::mul(Decimal::max(), d("1"), Rounding::exact) == Decimal::max());
  CHECK(Decimal::mul(Decimal::min(), d("1"), Rounding::exact) == Decimal::min());
  CHECK(Decimal::div(Decimal::max(), d("1"), Rounding::exact) == Decimal::max());
  CHECK(Decimal::div(Decimal::min(), Decimal::min(), Rounding::exact) == d("1"));
  CHECK(notional(Price{66000}, Quantity{d("0.1")}, Rounding::exact) == Notional{6600});
}

TEST_CASE("what does not fit is an error and not a number", "[decimal]") {
  const auto is = [](DecimalError e) { return tl::unexpected<DecimalError>(e); };
  using Answer = tl::expected<Decimal, DecimalError>;
  const Answer overflow = is(DecimalError::overflow);
  CHECK(Decimal::add(Decimal::max(), d("0.000000000000000001")) == overflow);
  CHECK(Decimal::sub(Decimal::min(), d("0.000000000000000001")) == overflow);
  CHECK(Decimal::mul(Decimal::max(), Decimal::max(), Rounding::down) == overflow);
  CHECK(Decimal::mul(Decimal::min(), d("-1"), Rounding::down) == overflow);
  // The product is exactly 2^128 units.
  const auto five_to_18 = Int128{3'814'697'265'625};
  CHECK(Decimal::mul(Decimal::from_raw(five_to_18 << 80), Decimal::from_raw(Int128{1} << 66),
                     Rounding::down) == overflow);
  CHECK(Decimal::mul(Decimal::max(), d("1.000000000000000001"), Rounding::down) == overflow);
  CHECK(Decimal::div(Decimal::max(), d("0.5"), Rounding::down) == overflow);
  CHECK(Decimal::div(Decimal::min(), d("-1"), Rounding::down) == overflow);
  CHECK(Decimal::div(d("1"), d("0"), Rounding::down) == Answer{is(DecimalError::division_by_zero)});
  CHECK(Decimal::div(d("1"), d("3"), Rounding::exact) == Answer{is(DecimalError::inexact)});
  CHECK(Decimal::to_step(d("1"), d("0"), Rounding::down) ==
        Answer{is(DecimalError::division_by_zero)});
  CHECK(Decimal::to_step(d("1"), d("-1"), Rounding::down) ==
        Answer{is(DecimalError::division_by_zero)});
  CHECK(Decimal::to_step(d("1.05"), d("0.1"), Rounding::exact) ==
        Answer{is(DecimalError::inexact)});
  CHECK(Decimal::to_step(Decimal::max(), d("1"), Rounding::up) == overflow);
  CHECK(Decimal::to_step(Decimal::min(), d("1"), Rounding::floor) == overflow);
}

TEST_CASE("rounding to a tick goes the way it was told, below zero too", "[decimal]") {
  const struct {
    const char *value, *floor, *ceil, *down, *up, *half_even;
  } cases[] = {
      {"1.24", "1.2", "1.3", "1.2", "1.3", "1.2"},
      {"1.25", "1.2", "1.3", "1.2", "1.3", "1.2"},
      {"1.35", "1.3", "1.4", "1.3", "1.4", "1.4"},
      {"1.26", "1.2", "1.3", "1.2", "1.3", "1.3"},
      {"-1.24", "-1.3", "-1.2", "-1.2", "-1.3", "-1.2"},
      {"-1.25", "-1.3", "-1.2", "-1.2", "-1.3", "-1.2"},
      {"-1.35", "-1.4", "-1.3", "-1.3", "-1.4", "-1.4"},
      {"1.3", "1.3", "1.3", "1.3", "1.3", "1.3"},
      {"0.05", "0", "0.1", "0", "0.1", "0"},
      {"-0.05", "-0.1", "0", "0", "-0.1", "0"},
  };
  for (const auto& c : cases) {
    const auto to_tick = [&c](Rounding r) { return Decimal::to_step(d(c.value), d("0.1"), r); };
    INFO(c.value);
    CHECK(to_tick(Rounding::floor) == d(c.floor));
    CHECK(to_tick(Rounding::ceil) == d(c.ceil));
    CHECK(to_tick(Rounding::down) == d(c.down));
    CHECK(to_tick(Rounding::up) == d(c.up));
    CHECK(to_tick(Rounding::half_even) == d(c.half_even));
  }
}

TEST_CASE("sums of the largest amounts stay far from overflow", "[decimal]") {
  const auto total = Decimal::mul(amount_max, Decimal{100'000}, Rounding::exact);
  REQUIRE(total.has_value());
  CHECK(*total + amount_max - amount_max == *total);
  CHECK(-*total < Decimal{});
  CHECK(-(-*total) == *total);
}
