#include "simulator/kraken/words.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace signalbox::simulator::kraken {
namespace {

struct AssetRow {
  std::string_view asset, id, alt;
};
constexpr auto assets = std::array{
    AssetRow{"BTC", "XXBT", "XBT"}, AssetRow{"ETH", "XETH", "ETH"}, AssetRow{"DOGE", "XXDG", "XDG"},
    AssetRow{"USD", "ZUSD", "USD"}, AssetRow{"EUR", "ZEUR", "EUR"},
};
const AssetRow* row_of(std::string_view asset) {
  for (const auto& each : assets)
    if (each.asset == asset) return &each;
  return nullptr;
}

constexpr auto types = std::array{
    std::pair{OrderType::market, std::string_view{"market"}},
    std::pair{OrderType::limit, std::string_view{"limit"}},
    std::pair{OrderType::stop_loss, std::string_view{"stop-loss"}},
    std::pair{OrderType::stop_loss_limit, std::string_view{"stop-loss-limit"}},
    std::pair{OrderType::take_profit, std::string_view{"take-profit"}},
    std::pair{OrderType::take_profit_limit, std::string_view{"take-profit-limit"}},
};

std::string named(char kind, std::uint64_t number) {
  const auto digits = fmt::format("{:015}", number);
  return fmt::format("{}{}-{}-{}", kind, digits.substr(0, 5), digits.substr(5, 5),
                     digits.substr(10));
}

bool by_nobody(EndReason end) {
  return end == EndReason::immediate_rest || end == EndReason::no_liquidity ||
         end == EndReason::fill_or_kill;
}

}  // namespace

std::string asset_id(std::string_view asset) {
  const auto* row = row_of(asset);
  return std::string{row ? row->id : asset};
}
std::string asset_alt(std::string_view asset) {
  const auto* row = row_of(asset);
  return std::string{row ? row->alt : asset};
}

PairNames names_of(const Instrument& instrument) {
  const auto base = instrument.base.view(), quote = instrument.quote.view();
  PairNames names;
  names.base = asset_id(base);
  names.quote = asset_id(quote);
  names.alt = asset_alt(base) + asset_alt(quote);
  names.old_ws = asset_alt(base) + "/" + asset_alt(quote);
  names.ws = instrument.symbol.str();
  // Pairs of two old assets are called by both ids, newer ones by their second names.
  names.id = row_of(base) && row_of(quote) ? names.base + names.quote : names.alt;
  return names;
}

std::string order_name(OrderId id) { return named('O', static_cast<std::uint64_t>(id)); }

std::optional<OrderId> order_of(std::string_view name) {
  if (name.size() != 18 || name.front() != 'O') return std::nullopt;
  std::string digits;
  for (const char c : name.substr(1))
    if (c != '-') digits += c;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size()) return std::nullopt;
  return OrderId{number};
}

std::string trade_name(const Trade& trade) {
  return named('T', trade.id * 2 + (trade.maker ? 1 : 0));
}

std::string_view word(Side side) { return side == Side::buy ? "buy" : "sell"; }

std::string_view word(OrderType type) {
  for (const auto& [each, text] : types)
    if (each == type) return text;
  return "limit";
}

std::string_view word(TimeInForce tif) {
  if (tif == TimeInForce::ioc) return "IOC";
  return tif == TimeInForce::fok ? "FOK" : "GTC";
}

std::optional<OrderType> type_of(std::string_view word) {
  for (const auto& [each, text] : types)
    if (text == word) return each;
  return std::nullopt;
}

Standing standing(const Order& order) {
  switch (order.state) {
    case OrderState::held: return {"pending", "pending_new", ""};
    case OrderState::open: return {"open", "new", ""};
    case OrderState::partly_filled: return {"open", "partially_filled", ""};
    case OrderState::filled: return {"closed", "filled", ""};
    case OrderState::self_trade: return {"canceled", "canceled", "Self trade prevention"};
    case OrderState::cancelled:
    case OrderState::expired: break;
  }
  if (order.end == EndReason::venue) return {"expired", "expired", "Expired"};
  return {"canceled", "canceled", by_nobody(order.end) ? "Order unfilled" : "User requested"};
}

Answer refusal(Reject reject, const NewOrder& order, const Instrument& instrument) {
  switch (reject) {
    case Reject::unknown_market: return no("EQuery:Unknown asset pair");
    case Reject::market_closed: return no("EService:Market in cancel_only mode");
    case Reject::price_filter: return no("EOrder:Tick size check failed");
    case Reject::lot_size:
    case Reject::market_lot_size:
      return no(order.quantity < instrument.quantity_min ? "EOrder:Order minimum not met"
                                                         : "EGeneral:Invalid arguments:volume");
    case Reject::notional: return no("EOrder:Cost minimum not met");
    case Reject::percent_price: return no("EOrder:Invalid price");
    case Reject::too_many_orders:
    case Reject::too_many_conditional:
    case Reject::too_many_lists: return no("EOrder:Orders limit exceeded");
    case Reject::insufficient_balance: return no("EOrder:Insufficient funds");
    case Reject::would_take: return no("EOrder:Post only order");
    case Reject::would_trigger: return no("EOrder:Invalid price");
    case Reject::duplicate_id:
    case Reject::duplicate_list_id: return no("EOrder:cl_ord_id already in use");
    case Reject::unknown_order: return no("EOrder:Unknown order");
    case Reject::amend_refused: return no("EGeneral:Invalid arguments:order_qty");
    default: return no("EOrder:Refused by plan");
  }
}

std::string sentence(const NewOrder& o, const PairNames& names) {
  const auto quantity = o.for_quote.is_positive() ? o.for_quote.str() : o.quantity.str();
  auto text = fmt::format("{} {} {} @ ", word(o.side), quantity, names.alt);
  if (is_conditional(o.type)) {
    text += fmt::format("{} {}", is_stop(o.type) ? "stop loss" : "take profit", o.stop_price.str());
    if (has_price(o.type)) text += fmt::format(" -> limit {}", o.price.str());
    return text;
  }
  return text + (has_price(o.type) ? "limit " + o.price.str() : std::string{"market"});
}

std::string seconds_text(WallTime time) {
  const auto tenths = ns(time) / 100'000;  // of a millisecond
  return fmt::format("{}.{:04}", tenths / 10'000, tenths % 10'000);
}

std::string time_text(WallTime time) {
  const auto days = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{days};
  const auto us = std::chrono::duration_cast<std::chrono::microseconds>(time - days).count();
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     us / 3'600'000'000, us / 60'000'000 % 60, us / 1'000'000 % 60, us % 1'000'000);
}

std::optional<WallTime> time_in(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[10] != 'T' || text.back() != 'Z')
    return std::nullopt;
  const auto number = [&](std::size_t at, std::size_t size) {
    int value = -1;
    static_cast<void>(std::from_chars(text.data() + at, text.data() + at + size, value));
    return value;
  };
  std::int64_t nanoseconds = 0, place = 100'000'000;
  for (std::size_t i = 20; i + 1 < text.size() && place > 0; ++i, place /= 10)
    nanoseconds += (text[i] - '0') * place;
  const auto part = [&](std::size_t at) {
    return static_cast<unsigned>(std::max(number(at, 2), 0));
  };
  const std::chrono::sys_days day{std::chrono::year{number(0, 4)} / std::chrono::month{part(5)} /
                                  std::chrono::day{part(8)}};
  return WallTime{day} + std::chrono::hours{number(11, 2)} + std::chrono::minutes{number(14, 2)} +
         std::chrono::seconds{number(17, 2)} + std::chrono::nanoseconds{nanoseconds};
}

std::string signature(std::string_view secret, std::string_view path, std::string_view nonce,
                      std::string_view body) {
  const auto* text = reinterpret_cast<const unsigned char*>(secret.data());
  std::vector<unsigned char> key(secret.size() / 4 * 3 + 3);
  const int decoded = EVP_DecodeBlock(key.data(), text, static_cast<int>(secret.size()));
  if (decoded < 0) return {};
  const auto padding = static_cast<std::size_t>(std::count(secret.begin(), secret.end(), '='));
  const std::string hashed = std::string{nonce}.append(body);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(hashed.data()), hashed.size(), digest.data());
  std::string payload{path};
  payload.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned int size = 0;
  HMAC(EVP_sha512(), key.data(), decoded - static_cast<int>(padding),
       reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), mac.data(), &size);
  std::array<unsigned char, EVP_MAX_MD_SIZE * 2> out{};
  const int length = EVP_EncodeBlock(out.data(), mac.data(), static_cast<int>(size));
  return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(length)};
}

bool same_text(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned int different = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    different |= static_cast<unsigned int>(static_cast<unsigned char>(a[i]) ^
                                           static_cast<unsigned char>(b[i]));
  return different == 0;
}

std::string plain(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 64))
    if (c >= ' ' && c <= '~' && c != '"' && c != '\\') out += c;
  return out;
}

}  // namespace signalbox::simulator::kraken
