#include <gmpxx.h>

#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "messages/decimal.hpp"

// Decimal against GMP, which knows no width and no fast path. The seeds are fixed: the same commit
// always tries the same numbers.

using namespace signalbox;

namespace {

using Answer = tl::expected<Decimal, DecimalError>;
constexpr int cases_max = 20'000;
constexpr std::array roundings{Rounding::exact, Rounding::floor, Rounding::ceil,
                               Rounding::down,  Rounding::up,    Rounding::half_even};

mpz_class big(Int128 raw) {
  const bool negative = raw < 0;
  auto rest = negative ? -static_cast<UInt128>(raw) : static_cast<UInt128>(raw);
  mpz_class out = static_cast<unsigned long>(rest >> 64);
  out <<= 64;
  out += static_cast<unsigned long>(rest & ~0UL);
  return negative ? mpz_class{-out} : out;
}
mpz_class big(Decimal d) { return big(d.raw()); }
const mpz_class one = big(Decimal{1});

/// Null when it fits no Decimal.
Answer from_big(const mpz_class& raw) {
  if (raw > big(Decimal::max()) || raw < big(Decimal::min()))
    return tl::unexpected<DecimalError>(DecimalError::overflow);
  const mpz_class magnitude = abs(raw);
  const mpz_class upper = magnitude >> 64;
  const mpz_class lower = magnitude - (upper << 64);
  const auto value = static_cast<UInt128>(upper.get_ui()) << 64 | lower.get_ui();
  return Decimal::from_raw(static_cast<Int128>(raw < 0 ? -value : value));
}

/// n / d as an integer, rounded as told; what Decimal must answer for the same question.
Answer divide(const mpz_class& n, const mpz_class& d, Rounding rounding) {
  mpz_class down, rest;
  mpz_tdiv_qr(down.get_mpz_t(), rest.get_mpz_t(), n.get_mpz_t(), d.get_mpz_t());
  mpz_class q = down;
  if (rest != 0) {
    const mpz_class away = down + (sgn(n) * sgn(d));
    const int half = cmp(2 * abs(rest), abs(d));
    switch (rounding) {
      case Rounding::exact:
        if (from_big(down)) return tl::unexpected<DecimalError>(DecimalError::inexact);
        break;
      case Rounding::floor: mpz_fdiv_q(q.get_mpz_t(), n.get_mpz_t(), d.get_mpz_t()); break;
      case Rounding::ceil: mpz_cdiv_q(q.get_mpz_t(), n.get_mpz_t(), d.get_mpz_t()); break;
      case Rounding::down: break;
      case Rounding::up: q = away; break;
      case Rounding::half_even:
        if (half > 0 || (half == 0 && mpz_odd_p(down.get_mpz_t()) != 0)) q = away;
        break;
    }
  }
  return from_big(q);
}

/// Numbers of every width, edges of the limbs and of the range, and what markets send.
class Numbers {
 public:
  explicit Numbers(std::uint64_t seed) : random_(seed) {}

  Decimal next() {
    switch (random_() % 8) {
      case 0: return edge();
      case 1: return market();
      case 2: return limbs();
      case 3: return Decimal::from_raw(raw_of_width(64));
      default: return Decimal::from_raw(raw_of_width(127));
    }
  }
  Decimal positive() {
    for (;;) {
      const Decimal d = next();
      if (d.is_positive()) return d;
    }
  }
  std::uint64_t below(std::uint64_t n) { return random_() % n; }

 private:
  UInt128 bits() { return static_cast<UInt128>(random_()) << 64 | random_(); }
  Int128 sign(UInt128 magnitude) {
    return static_cast<Int128>(random_() % 2 == 0 ? magnitude : -magnitude);
  }
  Int128 raw_of_width(unsigned width_max) {
    const auto width = 1 + random_() % width_max;
    return sign(bits() >> (128 - width));
  }
  Decimal edge() {
    const std::array<Int128, 10> edges{Decimal::max().raw(),
                                       Decimal::min().raw(),
                                       Decimal::max().raw() - 1,
                                       Decimal::min().raw() + 1,
                                       0,
                                       1,
                                       -1,
                                       Decimal::one_raw,
                                       -Decimal::one_raw,
                                       amount_max.raw()};
    return Decimal::from_raw(edges[random_() % edges.size()]);
  }
  Decimal market() {
    // Up to 12 digits at a step between 1e-10 and 1.
    Int128 step = Decimal::one_raw;
    for (auto n = random_() % 11; n > 0; --n) step /= 10;
    return Decimal::from_raw(sign(random_() % 1'000'000'000'000U * static_cast<UInt128>(step)));
  }
  Decimal limbs() {
    constexpr std::array<std::uint64_t, 6> values{0, 1, ~0UL, ~0UL - 1, 1UL << 63, (1UL << 63) - 1};
    const auto pick = [this, &values] { return values[random_() % values.size()]; };
    const UInt128 magnitude = (static_cast<UInt128>(pick()) << 64 | pick()) >> 1;
    return Decimal::from_raw(sign(magnitude));
  }

  std::mt19937_64 random_;
};

}  // namespace

TEST_CASE("every decimal comes back from its text", "[decimal][property]") {
  Numbers numbers{1};
  for (int i = 0; i < cases_max; ++i) {
    const Decimal value = numbers.next();
    const std::string text = value.str();
    REQUIRE(text.size() <= Decimal::text_max);
    REQUIRE(Decimal::parse(text) == value);

    // The text means the same number to GMP, and is the shortest.
    const auto point = text.find('.');
    std::string digits = text;
    std::size_t fraction = 0;
    if (point != std::string::npos) {
      fraction = text.size() - point - 1;
      digits.erase(point, 1);
      REQUIRE(text.back() != '0');
    }
    mpz_class scale;
    mpz_ui_pow_ui(scale.get_mpz_t(), 10, 18 - fraction);
    REQUIRE(mpz_class(digits, 10) * scale == big(value));

    std::array<char, Decimal::text_max> padded;
    const int places = static_cast<int>(numbers.below(19));
    const std::string fixed{padded.data(), value.write_fixed(padded.data(), places)};
    REQUIRE(Decimal::parse(fixed) == value);
  }
}

TEST_CASE("sums and differences agree with GMP", "[decimal][property]") {
  Numbers numbers{2};
  for (int i = 0; i < cases_max; ++i) {
    const Decimal a = numbers.next();
    const Decimal b = numbers.next();
    INFO(a << " and " << b);
    const Answer sum = from_big(big(a) + big(b));
    REQUIRE(Decimal::add(a, b) == sum);
    if (sum) REQUIRE(a + b == *sum);
    const Answer difference = from_big(big(a) - big(b));
    REQUIRE(Decimal::sub(a, b) == difference);
    if (difference) REQUIRE(a - b == *difference);
    REQUIRE((a < b) == (big(a) < big(b)));
    REQUIRE((a == b) == (big(a) == big(b)));
  }
}

TEST_CASE("products agree with GMP in every rounding", "[decimal][property]") {
  Numbers numbers{3};
  for (int i = 0; i < cases_max; ++i) {
    const Decimal a = numbers.next();
    const Decimal b = numbers.next();
    for (const auto rounding : roundings) {
      INFO(a << " * " << b << ", rounding " << static_cast<int>(rounding));
      REQUIRE(Decimal::mul(a, b, rounding) == divide(big(a) * big(b), one, rounding));
    }
  }
}

TEST_CASE("quotients agree with GMP in every rounding", "[decimal][property]") {
  Numbers numbers{4};
  for (int i = 0; i < cases_max; ++i) {
    const Decimal a = numbers.next();
    const Decimal b = numbers.next();
    if (b.is_zero()) continue;
    for (const auto rounding : roundings) {
      INFO(a << " / " << b << ", rounding " << static_cast<int>(rounding));
      REQUIRE(Decimal::div(a, b, rounding) == divide(big(a) * one, big(b), rounding));
    }
  }
}

TEST_CASE("quotients next to a limb's edge agree with GMP", "[decimal][property]") {
  // Long division guesses each limb and corrects it; these remainders come within a few units of
  // the divisor, where the guess does not fit a limb.
  Numbers numbers{7};
  for (int i = 0; i < cases_max; ++i) {
    const Decimal b = Decimal::from_raw(Int128{1} << 120 | numbers.positive().raw() >> 7);
    const mpz_class edge = (1 + numbers.below(4)) * (big(b) << 64) / one;
    const Answer a = from_big(edge - numbers.below(3));
    if (!a) continue;
    for (const auto rounding : roundings) {
      INFO(*a << " / " << b << ", rounding " << static_cast<int>(rounding));
      REQUIRE(Decimal::div(*a, b, rounding) == divide(big(*a) * one, big(b), rounding));
    }
  }
}

TEST_CASE("multiples of a step agree with GMP in every rounding", "[decimal][property]") {
  Numbers numbers{5};
  for (int i = 0; i < cases_max; ++i) {
    const Decimal a = numbers.next();
    const Decimal step = numbers.positive();
    for (const auto rounding : roundings) {
      INFO(a << " to " << step << ", rounding " << static_cast<int>(rounding));
      Answer wanted = divide(big(a), big(step), rounding);
      if (wanted) wanted = from_big(big(*wanted) * big(step));
      REQUIRE(Decimal::to_step(a, step, rounding) == wanted);
    }
  }
}

TEST_CASE("texts made of a decimal's characters never surprise the parser", "[decimal][property]") {
  Numbers numbers{6};
  constexpr std::string_view characters = "0123456789.-+ eE";
  for (int i = 0; i < 10 * cases_max; ++i) {
    std::string text;
    for (auto n = numbers.below(48); n > 0; --n) {
      // Mostly digits, so that many of them are numbers.
      const auto among = numbers.below(8) == 0 ? characters.size() : 11;
      text += characters[numbers.below(among)];
    }
    const auto value = Decimal::parse(text);
    if (!value) continue;
    REQUIRE(Decimal::parse(value->str()) == *value);
  }
}
