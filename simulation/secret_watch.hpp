#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "messages/time.hpp"
#include "simulation/far_side.hpp"

namespace signalbox::simulation {

/// Looks for the account's secrets where they must not stand. On the wire that is the secret
/// alone: key and signatures are sent with every request. In what the process writes or tells
/// (records, events, replies, lines of its log) it is all three, a signature also when cut short.
class SecretWatch {
 public:
  struct Seen {
    std::string what;
    std::string where;
    MonoTime at{};
  };

  void sent(std::string_view bytes) {
    each_run(bytes, signature_digits, [this](std::string_view run) {
      signatures_.insert(std::string{run.substr(0, enough_digits)});
    });
  }
  void on_wire(std::string_view way, std::string_view bytes, MonoTime now) {
    if (bytes.find(api_secret) != bytes.npos) note("secret", way, now);
  }
  void told(std::string_view where, std::string_view bytes, MonoTime now) {
    on_wire(where, bytes, now);
    if (bytes.find(api_key) != bytes.npos) note("key", where, now);
    each_run(bytes, enough_digits, [&](std::string_view run) {
      if (signatures_.contains(std::string{run.substr(0, enough_digits)}))
        note("signature", where, now);
    });
  }
  const std::vector<Seen>& seen() const { return seen_; }

 private:
  static constexpr std::size_t seen_max = 100;
  static constexpr std::size_t signature_digits = 64;  // HMAC-SHA256, hexadecimal
  static constexpr std::size_t enough_digits = 32;     // by which one is known again

  /// Calls for each run of at least so many hexadecimal digits.
  template <class F>
  static void each_run(std::string_view bytes, std::size_t least, F call) {
    constexpr std::string_view digits = "0123456789abcdef";
    for (auto from = bytes.find_first_of(digits); from != bytes.npos;) {
      const auto until = std::min(bytes.find_first_not_of(digits, from), bytes.size());
      if (until - from >= least) call(bytes.substr(from, until - from));
      from = bytes.find_first_of(digits, until);
    }
  }
  void note(std::string_view what, std::string_view where, MonoTime now) {
    if (seen_.size() < seen_max) seen_.push_back({std::string{what}, std::string{where}, now});
  }

  std::unordered_set<std::string> signatures_;
  std::vector<Seen> seen_;
};

}  // namespace signalbox::simulation
