#include "connectors/binance/book_ticker.hpp"

#include <array>
#include <cstring>

namespace signalbox::binance {
namespace {

constexpr auto powers_of_ten = [] {
  std::array<std::uint64_t, Decimal::fraction_digits + 1> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

/// Walks over a frame; once something is not as expected it stays failed.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : at_(text.data()), end_(text.data() + text.size()) {}

  bool skip(std::string_view expected) {
    if (static_cast<std::size_t>(end_ - at_) < expected.size() ||
        std::memcmp(at_, expected.data(), expected.size()) != 0)
      return false;
    at_ += expected.size();
    return true;
  }

  /// Up to the closing quote, which is skipped. An escape makes it fail.
  bool text(std::string_view& into) {
    const char* from = at_;
    while (at_ < end_ && *at_ != '"') {
      if (*at_ == '\\') return false;
      ++at_;
    }
    if (at_ == end_) return false;
    into = {from, static_cast<std::size_t>(at_ - from)};
    ++at_;
    return !into.empty();
  }

  bool number(std::int64_t& into) {
    const char* from = at_;
    std::uint64_t value = 0;
    while (at_ < end_ && is_digit(*at_)) value = value * 10 + digit(*at_++);
    into = static_cast<std::int64_t>(value);
    return at_ > from && at_ - from <= digits_max;
  }

  /// Plain digits with at most one point, up to the closing quote, which is skipped.
  bool amount(Decimal& into) {
    std::uint64_t mantissa = 0;
    const char* from = at_;
    while (at_ < end_ && is_digit(*at_)) mantissa = mantissa * 10 + digit(*at_++);
    auto count = at_ - from;
    std::size_t fraction = 0;
    if (count == 0) return false;
    if (at_ < end_ && *at_ == '.') {
      const char* point = at_++;
      while (at_ < end_ && is_digit(*at_)) mantissa = mantissa * 10 + digit(*at_++);
      fraction = static_cast<std::size_t>(at_ - point - 1);
      count += at_ - point - 1;
      if (fraction == 0) return false;
    }
    if (count > digits_max || at_ == end_ || *at_ != '"') return false;
    ++at_;
    into = Decimal::from_raw(Int128{mantissa} * powers_of_ten[Decimal::fraction_digits - fraction]);
    return into <= amount_max;
  }

  bool at_end() const { return at_ == end_; }

 private:
  // So many fit into 64 bits whatever they are, and then fraction_digits bound the shift.
  static constexpr std::ptrdiff_t digits_max = Decimal::fraction_digits;
  static bool is_digit(char c) { return c >= '0' && c <= '9'; }
  static std::uint64_t digit(char c) { return static_cast<std::uint64_t>(c - '0'); }

  const char* at_;
  const char* end_;
};

/// From the symbol to the last amount.
bool scan_top(Scanner& scan, BookTicker& into) {
  Decimal bid, bid_quantity, ask, ask_quantity;
  const bool read = scan.skip(R"("s":")") && scan.text(into.symbol) && scan.skip(R"(,"b":")") &&
                    scan.amount(bid) && scan.skip(R"(,"B":")") && scan.amount(bid_quantity) &&
                    scan.skip(R"(,"a":")") && scan.amount(ask) && scan.skip(R"(,"A":")") &&
                    scan.amount(ask_quantity);
  into.bid = Price{bid};
  into.bid_quantity = Quantity{bid_quantity};
  into.ask = Price{ask};
  into.ask_quantity = Quantity{ask_quantity};
  return read;
}

/// `read` reads what stands between the braces of the event.
template <class Read>
std::optional<BookTicker> scan_wrapped(std::string_view frame, Read read) {
  Scanner scan{frame};
  std::string_view stream;
  const bool wrapped = scan.skip(R"({"stream":")");
  if (wrapped && !(scan.text(stream) && scan.skip(R"(,"data":)"))) return std::nullopt;
  BookTicker ticker;
  const bool as_expected = scan.skip("{") && read(scan, ticker) && scan.skip("}") &&
                           (!wrapped || scan.skip("}")) && scan.at_end();
  if (!as_expected) return std::nullopt;
  return ticker;
}

}  // namespace

std::optional<BookTicker> scan_book_ticker(std::string_view frame) {
  return scan_wrapped(frame, [](Scanner& scan, BookTicker& into) {
    return scan.skip(R"("u":)") && scan.number(into.update) && scan.skip(",") &&
           scan_top(scan, into);
  });
}

std::optional<BookTicker> scan_futures_book_ticker(std::string_view frame) {
  return scan_wrapped(frame, [](Scanner& scan, BookTicker& into) {
    if (!scan.skip(R"("e":"bookTicker","u":)") || !scan.number(into.update) || !scan.skip(","))
      return false;
    if (scan.skip(R"("E":)"))
      return scan.number(into.event_ms) && scan.skip(R"(,"T":)") && scan.number(into.engine_ms) &&
             scan.skip(",") && scan_top(scan, into);
    return scan_top(scan, into) && scan.skip(R"(,"T":)") && scan.number(into.engine_ms) &&
           scan.skip(R"(,"E":)") && scan.number(into.event_ms);
  });
}

}  // namespace signalbox::binance
