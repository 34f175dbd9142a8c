#include "simulator/okx/words.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace signalbox::simulator::okx {
namespace {

ApiError row(int code, std::string text) { return {200, code, std::move(text), true}; }

bool digits(std::string_view text, std::size_t from, std::size_t count, int& into) {
  const auto part = text.substr(from, count);
  const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), into);
  return part.size() == count && error == std::errc{} && end == part.data() + part.size();
}

}  // namespace

ApiError to_error(Reject reject, bool is_algo) {
  switch (reject) {
    case Reject::unknown_market: return row(51001, "Instrument ID does not exist.");
    case Reject::market_closed: return row(51022, "Contract suspended.");
    case Reject::price_filter: return row(51000, "Parameter px error");
    case Reject::lot_size: return row(51121, "Order quantity must be a multiple of the lot size.");
    case Reject::market_lot_size:
      return row(51202, "Market order amount exceeds the maximum amount.");
    case Reject::percent_price: return row(51006, "Order price is not within the price limit.");
    case Reject::notional:
      return row(51020, "Your order should meet or exceed the minimum order amount.");
    case Reject::too_many_orders:
    case Reject::too_many_conditional:
    case Reject::too_many_lists: return row(51025, "Order count exceeds the limit.");
    case Reject::insufficient_balance:
      return row(51008, "Order failed. Insufficient USDT balance in account");
    case Reject::would_trigger:
      return row(51280, "The SL trigger price cannot be higher than the last price");
    case Reject::would_take: return row(51000, "Parameter ordType error");
    case Reject::duplicate_id:
    case Reject::duplicate_list_id:
      return is_algo ? row(51065, "algoClOrdId already exists.")
                     : row(51016, "Client order ID already exists.");
    case Reject::price_relation:
      return row(51278, "SL trigger price cannot be lower than the last price");
    case Reject::unknown_order:
    case Reject::cancel_restricted:
    case Reject::amend_refused:
      return row(51400,
                 "Cancellation failed as the order has been filled, canceled or does not exist.");
    case Reject::injected: return row(51024, "Your account is blocked.");
    case Reject::full: break;
  }
  return {429, 50013, "Systems are busy. Please try again later.", false};
}

std::string envelope(std::string_view rows) {
  return fmt::format(R"({{"code":"0","msg":"","data":[{}]}})", rows);
}

std::string to_json(const ApiError& error) {
  if (!error.in_row)
    return fmt::format(R"({{"code":"{}","msg":"{}","data":[]}})", error.code, error.text);
  return fmt::format(
      R"({{"code":"1","msg":"All operations failed","data":[{{"ordId":"","clOrdId":"","algoId":"","sCode":"{}","sMsg":"{}"}}]}})",
      error.code, error.text);
}

std::string wire_name(const Instrument& instrument) {
  std::string name = instrument.base.str() + "-" + instrument.quote.str();
  return instrument.kind == MarketKind::linear ? name + "-SWAP" : name;
}

std::int64_t ms(WallTime t) {
  return std::chrono::floor<std::chrono::milliseconds>(t.time_since_epoch()).count();
}

std::string signature(std::string_view secret, std::string_view payload) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), mac.data(), &size);
  std::array<unsigned char, 64> text{};
  const int written = EVP_EncodeBlock(text.data(), mac.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(text.data()), static_cast<std::size_t>(written)};
}

bool read_iso(std::string_view text, WallTime& into) {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, milli = 0;
  const bool good =
      text.size() == 24 && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' &&
      text[16] == ':' && text[19] == '.' && text[23] == 'Z' && digits(text, 0, 4, year) &&
      digits(text, 5, 2, month) && digits(text, 8, 2, day) && digits(text, 11, 2, hour) &&
      digits(text, 14, 2, minute) && digits(text, 17, 2, second) && digits(text, 20, 3, milli);
  if (!good) return false;
  using namespace std::chrono;
  const year_month_day date{std::chrono::year{year},
                            std::chrono::month{static_cast<unsigned>(month)},
                            std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return false;
  into = sys_days{date} + hours{hour} + minutes{minute} + seconds{second} + milliseconds{milli};
  return true;
}

}  // namespace signalbox::simulator::okx
