#include "connectors/coinbase/tokens.hpp"

#include <algorithm>
#include <stdexcept>

namespace signalbox::coinbase {
namespace {

constexpr std::size_t key_name_bytes_max = 256;

/// It goes into JSON as it is.
bool is_key_name(std::string_view text) {
  return !text.empty() && text.size() <= key_name_bytes_max &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; });
}

void append_hex(std::string& out, std::uint64_t number) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back(digits[(number >> shift) & 15]);
}

bool is_fresh(WallTime made, WallTime now) {
  // A clock that was measured again may have gone back; a token from the future is refused.
  return made <= now && now - made <= token_age_max;
}

}  // namespace

Tokens::Tokens(std::string_view host, const Secret& key_name, const Secret& pem, Random& random)
    : random_(random), host_(host) {
  if (!is_key_name(key_name.reveal()))
    throw std::invalid_argument("coinbase: the key name is empty or not of printable characters");
  auto key = Es256Key::make(pem);
  if (!key) throw std::invalid_argument("coinbase: " + key.error().what);
  key_ = std::move(*key);
  key_name_ = Secret::take(std::string{key_name.reveal()});
  header_.append(R"({"alg":"ES256","typ":"JWT","kid":")").append(key_name.reveal());
  header_.append(R"(","nonce":")");
}

Tokens::~Tokens() {
  std::fill(header_.begin(), header_.end(), '\0');  // it carries the key's name
  for (auto& route : routes_)
    for (auto& each : route.ready) std::fill(each.token.begin(), each.token.end(), '\0');
}

std::string Tokens::make(std::string_view uri, WallTime now) {
  const auto from = std::chrono::floor<std::chrono::seconds>(now);
  const auto seconds = from.time_since_epoch().count();
  std::string header = header_;
  for (int i = 0; i < 2; ++i) append_hex(header, random_.next());
  header.append("\"}");
  std::string claims{R"({"sub":")"};
  claims.append(key_name_.reveal()).append(R"(","iss":"cdp","nbf":)");
  claims.append(std::to_string(seconds)).append(R"(,"exp":)");
  claims.append(
      std::to_string(seconds + std::chrono::floor<std::chrono::seconds>(token_life).count()));
  if (!uri.empty()) claims.append(R"(,"uri":")").append(uri).append("\"");
  claims.push_back('}');

  std::string token;
  token.reserve((header.size() + claims.size()) * 4 / 3 + 96);
  append_base64url(token, header);
  token.push_back('.');
  append_base64url(token, claims);
  const auto signature = key_->sign(token);
  token.push_back('.');
  append_base64url(token, {reinterpret_cast<const char*>(signature.data()), signature.size()});
  std::fill(header.begin(), header.end(), '\0');
  std::fill(claims.begin(), claims.end(), '\0');
  return token;
}

Tokens::Route* Tokens::find(std::string_view uri) {
  const auto found = std::find_if(routes_.begin(), routes_.end(),
                                  [&](const Route& route) { return route.uri == uri; });
  return found == routes_.end() ? nullptr : &*found;
}

void Tokens::keep_ready(std::string_view method, std::string_view path) {
  uri_.assign(method).append(" ").append(host_).append(path);
  if (!find(uri_) && routes_.size() < routes_max) routes_.push_back({uri_, {}});
}

std::string Tokens::take(std::string_view method, std::string_view path, WallTime now) {
  uri_.assign(method).append(" ").append(host_).append(path);
  if (auto* route = find(uri_)) {
    auto& ready = route->ready;
    while (!ready.empty()) {
      const bool fresh = is_fresh(ready.front().made, now);
      auto token = std::move(ready.front().token);
      ready.pop_front();
      if (fresh) return token;
    }
  }
  return make(uri_, now);
}

bool Tokens::refill_one(WallTime now) {
  Route* poorest = nullptr;
  for (auto& route : routes_) {
    auto& ready = route.ready;
    while (!ready.empty() && !is_fresh(ready.front().made, now)) ready.pop_front();
    if (ready.size() < ready_max && (!poorest || ready.size() < poorest->ready.size()))
      poorest = &route;
  }
  if (!poorest) return false;
  poorest->ready.push_back({now, make(poorest->uri, now)});
  return true;
}

std::size_t Tokens::ready(std::string_view method, std::string_view path, WallTime now) const {
  const auto uri = std::string{method} + " " + host_ + std::string{path};
  for (const auto& route : routes_)
    if (route.uri == uri)
      return static_cast<std::size_t>(
          std::count_if(route.ready.begin(), route.ready.end(),
                        [&](const Ready& each) { return is_fresh(each.made, now); }));
  return 0;
}

}  // namespace signalbox::coinbase
