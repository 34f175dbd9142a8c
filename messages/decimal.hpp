#pragma once

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

namespace signalbox {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 UInt128;

/// What to do with digits that do not fit. There is no default: whoever rounds says which way.
enum class Rounding : std::uint8_t {
  exact = 1,  ///< an inexact result is an error
  floor,      ///< towards minus infinity
  ceil,       ///< towards plus infinity
  down,       ///< towards zero
  up,         ///< away from zero
  half_even,
};

enum class DecimalError : std::uint8_t { syntax = 1, overflow, inexact, division_by_zero };
std::string_view to_string(DecimalError);

/// An exact decimal number: 128-bit fixed point with 18 fractional digits, up to about ±1.7e20.
/// Products and quotients go through 256 bits, so a result is wrong only by the rounding that was
/// asked for. Errors are values; too large is said before inexact. Trivially copyable; any thread.
class Decimal {
 public:
  static constexpr int fraction_digits = 18;
  static constexpr std::int64_t one_raw = 1'000'000'000'000'000'000;
  /// Longest text `write` produces: sign, 21 digits, point, 18 digits.
  static constexpr std::size_t text_max = 41;

  constexpr Decimal() = default;
  /// Whole numbers: every int64 fits.
  constexpr explicit Decimal(std::int64_t whole) : raw_(Int128{whole} * one_raw) {}
  /// `raw` counts units of 1e-18.
  static constexpr Decimal from_raw(Int128 raw) {
    Decimal d;
    d.raw_ = raw;
    return d;
  }
  constexpr Int128 raw() const { return raw_; }

  static constexpr Decimal max() { return from_raw(~min().raw_); }
  static constexpr Decimal min() {
    return from_raw(static_cast<Int128>(static_cast<UInt128>(1) << 127));
  }

  /// Plain decimal text: optional sign, digits, optional point and digits, so ".5" and "1." are
  /// refused. No exponent, no blanks, no NaN. More than 18 fractional digits are an error unless
  /// the rest is zeros.
  static tl::expected<Decimal, DecimalError> parse(std::string_view text);

  /// Shortest exact text: "0.1", "66000", "-1.5". `write` needs `text_max` bytes, returns the end.
  char* write(char* out) const;
  std::string str() const;
  /// As a text with exactly `digits` (0..18) fractional digits. A value that needs more is written
  /// in full: better refused by the venue for its precision than silently cut.
  char* write_fixed(char* out, int digits) const;

  constexpr bool is_zero() const { return raw_ == 0; }
  constexpr bool is_negative() const { return raw_ < 0; }
  constexpr bool is_positive() const { return raw_ > 0; }

  static tl::expected<Decimal, DecimalError> add(Decimal a, Decimal b);
  static tl::expected<Decimal, DecimalError> sub(Decimal a, Decimal b);
  static tl::expected<Decimal, DecimalError> mul(Decimal a, Decimal b, Rounding rounding);
  static tl::expected<Decimal, DecimalError> div(Decimal a, Decimal b, Rounding rounding);
  /// The multiple of `step` (> 0) that `rounding` chooses: tick size, lot size.
  static tl::expected<Decimal, DecimalError> to_step(Decimal a, Decimal step, Rounding rounding);

  /// For amounts that were bounded when they came in (see `amount_max`): sums of these cannot
  /// overflow, and if one does the books are already wrong, so the process stops.
  friend Decimal operator+(Decimal a, Decimal b);
  friend Decimal operator-(Decimal a, Decimal b);
  /// Every value has its negative, except `min()`.
  constexpr Decimal operator-() const {
    if (raw_ == min().raw_) stop_at_negated_min();
    return from_raw(-raw_);
  }

  friend constexpr bool operator==(Decimal, Decimal) = default;
  friend constexpr auto operator<=>(Decimal a, Decimal b) { return a.raw_ <=> b.raw_; }

 private:
  [[noreturn]] static void stop_at_negated_min();

  Int128 raw_ = 0;
};

std::ostream& operator<<(std::ostream& out, Decimal d);

/// The largest price, quantity or notional accepted from anyone: 1e15. A hundred thousand of them
/// add up without overflow.
inline constexpr Decimal amount_max{1'000'000'000'000'000};

}  // namespace signalbox
