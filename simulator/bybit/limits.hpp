#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "messages/time.hpp"
#include "simulator/engine/types.hpp"

namespace signalbox::simulator::bybit {

/// Which of an account's budgets a request takes from; each endpoint has one.
enum class Pool : std::uint8_t { none = 0, create, amend, cancel, cancel_all, read };

struct LimitSettings {
  std::uint32_t address_per_5s = 600;
  std::array<std::uint32_t, 6> per_second{0, 20, 10, 20, 20, 50};  ///< by `Pool`
  Duration ban = std::chrono::minutes{10};
};

/// Requests of an address in 5 s, and of an account and endpoint in a second.
class Limits {
 public:
  explicit Limits(LimitSettings settings) : settings_(settings) {}

  /// False: the address has asked too much and is shut out.
  bool admit(std::string_view peer, WallTime now);
  void ban(std::string_view peer, Duration for_time, WallTime now) {
    addresses_[std::string{peer}].banned_until = now + for_time;
  }
  /// What is left after this request; nothing left: it is refused.
  struct Left {
    std::uint32_t quota = 0;
    std::uint32_t left = 0;
    bool refused = false;
    std::int64_t reset_ms = 0;
  };
  Left take(AccountId account, Pool pool, WallTime now);

  /// Requests that came although their address was shut out: a client must have none.
  std::uint64_t requests_while_banned() const { return while_banned_; }

 private:
  struct Window {
    std::int64_t number = -1;
    std::uint32_t used = 0;
  };
  struct Address {
    Window window;
    WallTime banned_until{};
  };
  static std::uint32_t& used(Window& window, WallTime now, Duration length);

  LimitSettings settings_;
  std::map<std::string, Address> addresses_;
  std::map<std::pair<AccountId, Pool>, Window> pools_;
  std::uint64_t while_banned_ = 0;
};

}  // namespace signalbox::simulator::bybit
