#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/transport/es256.hpp"
#include "messages/secret.hpp"
#include "messages/time.hpp"
#include "seams/random.hpp"

namespace signalbox::coinbase {

/// How long the venue takes a token.
inline constexpr Duration token_life = std::chrono::seconds{120};
/// After this a token that was made ahead is thrown away: what is sent has time left to arrive.
inline constexpr Duration token_age_max = std::chrono::seconds{60};

/// The tokens that stand in for a signature: one JWT per request, bound to "METHOD host/path" (no
/// query, no body) and used once. Those of routes that orders take are signed ahead, by whoever
/// calls `refill_one` off the hot path; a route without a ready one is signed for on the spot.
/// Times are the venue's. Loop thread only.
class Tokens {
 public:
  static constexpr std::size_t ready_max = 8;   // tokens per route
  static constexpr std::size_t routes_max = 8;  // routes kept ready

  /// `key_name`: "organizations/…/apiKeys/…". `host`: as it stands in the Host header. Throws
  /// std::invalid_argument for a key that cannot work; the text holds neither part of it.
  Tokens(std::string_view host, const Secret& key_name, const Secret& pem, Random& random);
  ~Tokens();

  std::string_view key_name() const { return key_name_.reveal(); }
  const Es256Key& key() const { return *key_; }

  /// From now on `refill_one` makes tokens of this route ahead.
  void keep_ready(std::string_view method, std::string_view path);
  /// A token that nobody has used.
  std::string take(std::string_view method, std::string_view path, WallTime now);
  /// For the websockets: bound to no address.
  std::string take_unbound(WallTime now) { return make({}, now); }
  /// Signs one, for the route that has fewest; false when all routes have enough.
  bool refill_one(WallTime now);
  std::size_t ready(std::string_view method, std::string_view path, WallTime now) const;

 private:
  struct Ready {
    WallTime made;
    std::string token;
  };
  struct Route {
    std::string uri;
    std::deque<Ready> ready;  // oldest first
  };
  std::string make(std::string_view uri, WallTime now);
  Route* find(std::string_view uri);

  Random& random_;
  std::unique_ptr<Es256Key> key_;
  Secret key_name_;
  std::string host_;
  std::string header_;  // up to the nonce
  std::vector<Route> routes_;
  std::string uri_;
};

}  // namespace signalbox::coinbase
