#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "messages/time.hpp"
#include "simulator/engine/types.hpp"

namespace signalbox::simulator::coinbase {

struct ApiKey {
  std::string name;
  std::string pem;  ///< of the private key, of which only the public half is used
  AccountId account{};
};

/// The tokens that stand in for a signature: ES256, bound to one request and a short time, and
/// taken once.
class TokenDesk {
 public:
  static constexpr std::size_t nonces_max = 100'000;  // remembered
  static constexpr std::int64_t life_max_s = 120;

  explicit TokenDesk(std::vector<ApiKey> keys);
  ~TokenDesk();

  /// Whose it is; nothing: it is refused. `uri`: "METHOD host/path"; empty: the token must name
  /// none.
  std::optional<AccountId> owner(std::string_view token, std::string_view uri, WallTime now);

 private:
  struct Key;
  std::vector<std::unique_ptr<Key>> keys_;
  std::set<std::string, std::less<>> nonces_;
  std::deque<std::string> nonces_by_age_;
};

}  // namespace signalbox::simulator::coinbase
