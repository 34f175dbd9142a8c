#include "messages/decimal.hpp"

#include <array>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ostream>

namespace signalbox {
namespace {

using U64 = std::uint64_t;
using Answer = tl::expected<Decimal, DecimalError>;

constexpr U64 one = static_cast<U64>(Decimal::one_raw);
constexpr UInt128 raw_magnitude_max = static_cast<UInt128>(1) << 127;  // of min(); max() is 1 less
constexpr UInt128 whole_max = raw_magnitude_max / one;                 // 170141183460469231731
constexpr int whole_digits_max = 21;

constexpr U64 low(UInt128 x) { return static_cast<U64>(x); }
constexpr U64 high(UInt128 x) { return static_cast<U64>(x >> 64); }
constexpr UInt128 join(U64 h, U64 l) { return static_cast<UInt128>(h) << 64 | l; }

/// Right for the smallest value too, whose negative does not exist as an Int128.
constexpr UInt128 magnitude(Int128 x) {
  return x < 0 ? -static_cast<UInt128>(x) : static_cast<UInt128>(x);
}

tl::unexpected<DecimalError> fail(DecimalError e) { return tl::unexpected<DecimalError>(e); }

Answer from_magnitude(UInt128 m, bool negative) {
  if (m >= raw_magnitude_max) {
    if (m == raw_magnitude_max && negative) return Decimal::min();
    return fail(DecimalError::overflow);
  }
  const auto raw = static_cast<Int128>(m);
  return Decimal::from_raw(negative ? -raw : raw);
}

/// Whether the truncated magnitude grows by one unit. `half` compares the remainder with one half.
bool rounds_away(Rounding rounding, bool negative, bool odd, std::strong_ordering half) {
  switch (rounding) {
    case Rounding::floor: return negative;
    case Rounding::ceil: return !negative;
    case Rounding::up: return true;
    case Rounding::half_even: return half > 0 || (half == 0 && odd);
    case Rounding::exact:
    case Rounding::down: break;
  }
  return false;
}

struct Quotient {
  UInt128 value = 0;
  UInt128 rest = 0;
};

Answer round(Quotient q, UInt128 divisor, bool negative, Rounding rounding) {
  const Answer truncated = from_magnitude(q.value, negative);
  if (q.rest == 0 || !truncated) return truncated;
  if (rounding == Rounding::exact) return fail(DecimalError::inexact);
  const auto half = q.rest <=> divisor - q.rest;
  const bool away = rounds_away(rounding, negative, (low(q.value) & 1) != 0, half);
  return away ? from_magnitude(q.value + 1, negative) : truncated;
}

Quotient divide(UInt128 n, UInt128 d) {
  if (high(n) == 0 && high(d) == 0) return {low(n) / low(d), low(n) % low(d)};
  const UInt128 q = n / d;
  return {q, n - q * d};
}

/// 256 bits, the product of two magnitudes.
struct Wide {
  UInt128 upper = 0;
  UInt128 lower = 0;
};

Wide multiply(UInt128 a, UInt128 b) {
  const UInt128 ll = static_cast<UInt128>(low(a)) * low(b);
  const UInt128 lh = static_cast<UInt128>(low(a)) * high(b);
  const UInt128 hl = static_cast<UInt128>(high(a)) * low(b);
  const UInt128 hh = static_cast<UInt128>(high(a)) * high(b);
  const UInt128 middle = static_cast<UInt128>(high(ll)) + low(lh) + low(hl);
  return {hh + high(lh) + high(hl) + high(middle), join(low(middle), low(ll))};
}

/// Schoolbook division by one limb. The caller has seen to n.upper < d, so the quotient fits.
Quotient divide_by_limb(Wide n, U64 d) {
  const UInt128 first = join(low(n.upper), high(n.lower));
  const U64 q1 = low(first / d);
  const UInt128 second = join(low(first - static_cast<UInt128>(q1) * d), low(n.lower));
  const U64 q0 = low(second / d);
  return {join(q1, q0), second - static_cast<UInt128>(q0) * d};
}

/// One limb of Knuth's algorithm D: (top, next) / d for a d with its highest bit set and top < d.
/// Leaves the remainder in `top`.
U64 divide_step(UInt128& top, U64 next, UInt128 d) {
  U64 q = high(top) >= high(d) ? ~U64{0} : low(top / high(d));
  UInt128 rest = top - static_cast<UInt128>(q) * high(d);
  while (high(rest) == 0 && static_cast<UInt128>(q) * low(d) > join(low(rest), next)) {
    --q;
    rest += high(d);
  }
  // Right modulo 2^128, and the true remainder is below d.
  top = join(low(top), next) - static_cast<UInt128>(q) * d;
  return q;
}

/// The caller has seen to n.upper < d, so the quotient fits.
Quotient divide_wide(Wide n, UInt128 d) {
  if (n.upper == 0) return divide(n.lower, d);
  if (high(d) == 0) return divide_by_limb(n, low(d));
  const int shift = std::countl_zero(high(d));
  UInt128 top = n.upper;
  if (shift != 0) top = top << shift | n.lower >> (128 - shift);
  const UInt128 rest = n.lower << shift;
  const UInt128 divisor = d << shift;
  const U64 q1 = divide_step(top, high(rest), divisor);
  const U64 q0 = divide_step(top, low(rest), divisor);
  return {join(q1, q0), top >> shift};
}

[[noreturn]] void stop_at_overflow(const char* operation) {
  std::fprintf(stderr, "signalbox: decimal overflow in %s: the books are wrong, stopping\n",
               operation);
  std::abort();
}

/// Decimal digits of `value`, without leading zeros; "0" for zero.
char* write_whole(char* out, UInt128 value) {
  std::array<char, whole_digits_max> digits;
  auto first = digits.end();
  while (high(value) != 0) {
    *--first = static_cast<char>('0' + low(value % 10));
    value /= 10;
  }
  U64 rest = low(value);
  do {
    *--first = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  const auto n = static_cast<std::size_t>(digits.end() - first);
  std::memcpy(out, first, n);
  return out + n;
}

constexpr int half_digits = Decimal::fraction_digits / 2;

/// Nine digits, zeros included.
void write_half(char* out, U64 value) {
  auto rest = static_cast<std::uint32_t>(value);
  for (int i = half_digits - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + rest % 10);
    rest /= 10;
  }
}

/// Writes at least `digits_min` fractional digits, and more only while they are not zero.
char* write_text(char* out, Int128 raw, int digits_min) {
  if (raw < 0) *out++ = '-';
  const auto [whole, fraction] = divide(magnitude(raw), one);
  out = write_whole(out, whole);
  if (fraction == 0 && digits_min == 0) return out;
  *out++ = '.';
  constexpr U64 half = 1'000'000'000;
  write_half(out, low(fraction) / half);
  int digits = half_digits;
  // Few amounts have more than nine digits behind the point.
  if (const U64 rest = low(fraction) % half; rest != 0 || digits_min > half_digits) {
    write_half(out + half_digits, rest);
    digits = Decimal::fraction_digits;
  }
  while (digits > digits_min && out[digits - 1] == '0') --digits;
  return out + digits;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

constexpr auto powers_of_ten = [] {
  std::array<U64, Decimal::fraction_digits + 1> powers{};
  U64 power = 1;
  for (auto& each : powers) {
    each = power;
    power *= 10;
  }
  return powers;
}();

}  // namespace

std::string_view to_string(DecimalError e) {
  switch (e) {
    case DecimalError::syntax: return "not a decimal number";
    case DecimalError::overflow: return "too large";
    case DecimalError::inexact: return "needs rounding";
    case DecimalError::division_by_zero: return "division by zero";
  }
  return "?";
}

Answer Decimal::parse(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const bool negative = at != end && *at == '-';
  if (at != end && (*at == '-' || *at == '+')) ++at;

  const char* const whole_start = at;
  while (at != end && *at == '0') ++at;
  const char* const significant = at;
  U64 leading = 0;  // 19 digits always fit; the rest goes the slow way
  while (at != end && is_digit(*at) && at - significant < 19)
    leading = leading * 10 + static_cast<U64>(*at++ - '0');
  UInt128 whole = leading;
  for (; at != end && is_digit(*at); ++at)
    if (at - significant < whole_digits_max) whole = whole * 10 + static_cast<UInt128>(*at - '0');
  if (at == whole_start) return fail(DecimalError::syntax);
  const bool too_large = at - significant > whole_digits_max || whole > whole_max;

  U64 fraction = 0;
  bool cut = false;
  if (at != end) {
    if (*at++ != '.' || at == end) return fail(DecimalError::syntax);
    const char* const fraction_start = at;
    while (at != end && is_digit(*at) && at - fraction_start < fraction_digits)
      fraction = fraction * 10 + static_cast<U64>(*at++ - '0');
    fraction *= powers_of_ten[static_cast<std::size_t>(fraction_digits - (at - fraction_start))];
    for (; at != end && is_digit(*at); ++at) cut = cut || *at != '0';
    if (at != end) return fail(DecimalError::syntax);
  }
  // Only now is the text known to be a number at all.
  if (too_large) return fail(DecimalError::overflow);
  if (cut) return fail(DecimalError::inexact);
  return from_magnitude(whole * one + fraction, negative);
}

char* Decimal::write(char* out) const { return write_text(out, raw_, 0); }

char* Decimal::write_fixed(char* out, int digits) const { return write_text(out, raw_, digits); }

std::string Decimal::str() const {
  std::array<char, text_max> text;
  return {text.data(), write(text.data())};
}

Answer Decimal::add(Decimal a, Decimal b) {
  Int128 sum;
  if (__builtin_add_overflow(a.raw_, b.raw_, &sum)) return fail(DecimalError::overflow);
  return from_raw(sum);
}

Answer Decimal::sub(Decimal a, Decimal b) {
  Int128 difference;
  if (__builtin_sub_overflow(a.raw_, b.raw_, &difference)) return fail(DecimalError::overflow);
  return from_raw(difference);
}

Answer Decimal::mul(Decimal a, Decimal b, Rounding rounding) {
  const Wide product = multiply(magnitude(a.raw_), magnitude(b.raw_));
  if (product.upper >= one) return fail(DecimalError::overflow);
  return round(divide_wide(product, one), one, a.is_negative() != b.is_negative(), rounding);
}

Answer Decimal::div(Decimal a, Decimal b, Rounding rounding) {
  if (b.is_zero()) return fail(DecimalError::division_by_zero);
  const UInt128 divisor = magnitude(b.raw_);
  const Wide scaled = multiply(magnitude(a.raw_), one);
  if (scaled.upper >= divisor) return fail(DecimalError::overflow);
  return round(divide_wide(scaled, divisor), divisor, a.is_negative() != b.is_negative(), rounding);
}

Answer Decimal::to_step(Decimal a, Decimal step, Rounding rounding) {
  if (!step.is_positive()) return fail(DecimalError::division_by_zero);
  const UInt128 divisor = magnitude(step.raw_);
  const Quotient steps = divide(magnitude(a.raw_), divisor);
  if (steps.rest == 0) return a;
  if (rounding == Rounding::exact) return fail(DecimalError::inexact);
  const auto half = steps.rest <=> divisor - steps.rest;
  const bool away = rounds_away(rounding, a.is_negative(), (low(steps.value) & 1) != 0, half);
  // Both terms are at most 2^127, so their sum cannot wrap.
  const UInt128 kept = steps.value * divisor;
  return from_magnitude(away ? kept + divisor : kept, a.is_negative());
}

void Decimal::stop_at_negated_min() { stop_at_overflow("negation"); }

Decimal operator+(Decimal a, Decimal b) {
  Int128 sum;
  if (__builtin_add_overflow(a.raw_, b.raw_, &sum)) stop_at_overflow("addition");
  return Decimal::from_raw(sum);
}

Decimal operator-(Decimal a, Decimal b) {
  Int128 difference;
  if (__builtin_sub_overflow(a.raw_, b.raw_, &difference)) stop_at_overflow("subtraction");
  return Decimal::from_raw(difference);
}

std::ostream& operator<<(std::ostream& out, Decimal d) {
  std::array<char, Decimal::text_max> text;
  const char* end = d.write(text.data());
  return out.write(text.data(), end - text.data());
}

}  // namespace signalbox
