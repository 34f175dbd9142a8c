#include "simulator/binance/params.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace signalbox::simulator::binance {
namespace {

constexpr std::size_t value_max = 4096;  // bytes

std::optional<int> hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return std::nullopt;
}

std::optional<std::string> percent_decoded(std::string_view s) {
  std::string out;
  for (std::size_t i = 0; i < s.size(); ++i) {
    if (s[i] == '+') {
      out += ' ';
      continue;
    }
    if (s[i] != '%') {
      out += s[i];
      continue;
    }
    if (i + 2 >= s.size()) return std::nullopt;
    const auto high = hex(s[i + 1]);
    const auto low = hex(s[i + 2]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    i += 2;
  }
  return out;
}

bool only(std::string_view s, std::string_view extra) {
  return std::all_of(s.begin(), s.end(), [&](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           extra.find(c) != extra.npos;
  });
}

bool digits(std::string_view s) {
  return !s.empty() && s.size() <= 20 &&
         std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string illegal(std::string_view name, std::string_view range) {
  return fmt::format("Illegal characters found in parameter '{}'; legal range is '{}'.", name,
                     range);
}

constexpr std::pair<std::string_view, OrderType> order_types[] = {
    {"LIMIT", OrderType::limit},
    {"MARKET", OrderType::market},
    {"LIMIT_MAKER", OrderType::limit_maker},
    {"STOP_LOSS", OrderType::stop_loss},
    {"STOP_LOSS_LIMIT", OrderType::stop_loss_limit},
    {"TAKE_PROFIT", OrderType::take_profit},
    {"TAKE_PROFIT_LIMIT", OrderType::take_profit_limit},
};

}  // namespace

tl::expected<Params, ApiError> Params::from_form(std::string_view query, std::string_view body) {
  Params params;
  if (auto wrong = params.add_form(query, false)) return tl::unexpected(*wrong);
  if (auto wrong = params.add_form(body, true)) return tl::unexpected(*wrong);
  return params;
}

std::optional<ApiError> Params::add_form(std::string_view form, bool overridable) {
  const auto in_query = all_.size();
  while (!form.empty()) {
    const auto end = std::min(form.find('&'), form.size());
    const auto pair = form.substr(0, end);
    form.remove_prefix(std::min(end + 1, form.size()));
    if (pair.empty()) continue;
    const auto equals = std::min(pair.find('='), pair.size());
    const auto name = percent_decoded(pair.substr(0, equals));
    auto value = percent_decoded(equals == pair.size() ? "" : pair.substr(equals + 1));
    if (!name || !value)
      return ApiError{400, -1100, "Illegal characters found in a parameter.", {}, 0};
    const auto known =
        std::find_if(all_.begin(), all_.end(), [&](const auto& p) { return p.name == *name; });
    if (overridable && known != all_.end() &&
        static_cast<std::size_t>(known - all_.begin()) < in_query)
      continue;
    if (auto wrong = add(*name, std::move(*value))) return wrong;
  }
  return std::nullopt;
}

std::optional<ApiError> Params::add(std::string_view name, std::string value) {
  if (all_.size() == params_max)
    return ApiError{400, -1101, "Too many parameters sent for this endpoint.", {}, 0};
  if (value.size() > value_max || name.size() > value_max)
    return ApiError{400, -1108, "A parameter overflowed.", {}, 0};
  if (has(name)) return ApiError{400, -1101, "Duplicate values for a parameter detected.", {}, 0};
  all_.push_back({std::string{name}, std::move(value), false});
  return std::nullopt;
}

std::optional<std::string_view> Params::take(std::string_view name) {
  for (auto& p : all_) {
    if (p.name != name) continue;
    p.read = true;
    return p.value;
  }
  return std::nullopt;
}

std::optional<std::string_view> Params::peek(std::string_view name) const {
  for (const auto& p : all_)
    if (p.name == name) return p.value;
  return std::nullopt;
}

std::size_t Params::read() const {
  return static_cast<std::size_t>(
      std::count_if(all_.begin(), all_.end(), [](const auto& p) { return p.read; }));
}

void Params::mark_all_read() {
  for (auto& p : all_) p.read = true;
}

std::string Params::sorted_payload() const {
  auto sorted = all_;
  std::sort(sorted.begin(), sorted.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::string payload;
  for (const auto& p : sorted) {
    if (p.name == "signature") continue;
    if (!payload.empty()) payload += '&';
    payload += p.name + "=" + p.value;
  }
  return payload;
}

// ---- by type ----

void Reader::fail(int code, std::string message) {
  if (!error_) error_ = ApiError{400, code, std::move(message), {}, 0};
}

std::optional<std::string_view> Reader::text(std::string_view name, bool required) {
  const auto value = params_.take(name);
  if (value && value->empty()) {
    if (required)
      fail(-1102, fmt::format("Mandatory parameter '{}' was not sent, was empty/null, or "
                              "malformed.",
                              name));
    else
      fail(-1105, fmt::format("Parameter '{}' was empty.", name));
    return std::nullopt;
  }
  if (!value && required)
    fail(-1102,
         fmt::format("Mandatory parameter '{}' was not sent, was empty/null, or malformed.", name));
  return error_ ? std::nullopt : value;
}

std::optional<Decimal> Reader::decimal(std::string_view name, bool required) {
  const auto value = text(name, required);
  if (!value) return std::nullopt;
  const auto point = value->find('.');
  const auto whole = value->substr(0, point);
  const auto fraction = point == value->npos ? std::string_view{"0"} : value->substr(point + 1);
  if (!digits(whole) || !digits(fraction)) {
    fail(-1100, illegal(name, R"(^([0-9]{1,20})(\\.[0-9]{1,20})?$)"));
    return std::nullopt;
  }
  if (fraction.size() > 8 && fraction.find_last_not_of('0') != fraction.npos &&
      fraction.find_last_not_of('0') >= 8) {
    fail(-1111, fmt::format("Parameter '{}' has too much precision.", name));
    return std::nullopt;
  }
  const auto parsed = Decimal::parse(*value);
  if (!parsed || *parsed > amount_max) {
    fail(-1108, fmt::format("Parameter '{}' overflowed.", name));
    return std::nullopt;
  }
  return *parsed;
}

std::optional<std::int64_t> Reader::integer(std::string_view name, bool required) {
  const auto value = text(name, required);
  if (!value) return std::nullopt;
  std::int64_t n = 0;
  const auto [end, wrong] = std::from_chars(value->data(), value->data() + value->size(), n);
  if (wrong != std::errc{} || end != value->data() + value->size()) {
    fail(-1100, illegal(name, "^[0-9]{1,20}$"));
    return std::nullopt;
  }
  return n;
}

std::optional<bool> Reader::boolean(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  if (*value == "true" || *value == "TRUE") return true;
  if (*value == "false" || *value == "FALSE") return false;
  fail(-1130, fmt::format("Data sent for parameter '{}' is not valid.", name));
  return std::nullopt;
}

ClientId Reader::client_id(std::string_view name) {
  const auto value = text(name);
  if (!value) return {};
  if (value->size() > 36 || !only(*value, "-_")) {
    fail(-1100, illegal(name, "^[a-zA-Z0-9-_]{1,36}$"));
    return {};
  }
  return ClientId{*value};
}

Side Reader::side(std::string_view name) {
  const auto value = text(name, true);
  if (value && *value != "BUY" && *value != "SELL") fail(-1117, "Invalid side.");
  return value && *value == "SELL" ? Side::sell : Side::buy;
}

std::optional<OrderType> Reader::order_type(std::string_view name, bool required) {
  const auto value = text(name, required);
  if (!value) return std::nullopt;
  for (const auto& [known, type] : order_types)
    if (known == *value) return type;
  fail(-1116, "Invalid orderType.");
  return std::nullopt;
}

std::optional<TimeInForce> Reader::time_in_force(std::string_view name) {
  const auto value = text(name);
  if (!value) return std::nullopt;
  if (*value == "GTC") return TimeInForce::gtc;
  if (*value == "IOC") return TimeInForce::ioc;
  if (*value == "FOK") return TimeInForce::fok;
  fail(-1115, "Invalid timeInForce.");
  return std::nullopt;
}

std::optional<SelfTrade> Reader::self_trade() {
  const auto value = text("selfTradePreventionMode");
  if (!value) return std::nullopt;
  if (*value == "NONE") return SelfTrade::allow;
  if (*value == "EXPIRE_TAKER") return SelfTrade::expire_taker;
  if (*value == "EXPIRE_MAKER") return SelfTrade::expire_maker;
  if (*value == "EXPIRE_BOTH") return SelfTrade::expire_both;
  fail(-1130, "Data sent for parameter 'selfTradePreventionMode' is not valid.");
  return std::nullopt;
}

std::string_view Reader::symbol(bool required) {
  const auto value = text("symbol", required);
  if (!value) return {};
  const bool upper =
      std::none_of(value->begin(), value->end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (value->size() > 20 || !upper || !only(*value, "-_.")) {
    fail(-1100, illegal("symbol", "^[A-Z0-9-_.]{1,20}$"));
    return {};
  }
  return *value;
}

void Reader::not_wanted(std::string_view name) {
  if (params_.take(name)) fail(-1106, fmt::format("Parameter '{}' sent when not required.", name));
}

void Reader::must_be_positive(std::optional<Decimal> value, std::string_view what) {
  if (value && !value->is_positive()) fail(-1013, fmt::format("Invalid {}.", what));
}

std::optional<ApiError> Reader::finish() {
  if (!error_ && params_.read() != params_.sent())
    fail(-1104, fmt::format("Not all sent parameters were read; read '{}' parameter(s) but was "
                            "sent '{}'.",
                            params_.read(), params_.sent()));
  return error_;
}

}  // namespace signalbox::simulator::binance
