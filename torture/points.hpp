#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace signalbox::torture {

/// Where a process can be killed: which thread does what, how far the session was, the how-manieth
/// time in that state, and whether the kernel has done the call yet.
/// Written `hot:sendmsg(exchange):entry:2:before`.
struct KillPoint {
  std::string role;  ///< of the thread, by its name
  std::string site;  ///< the call and what it works on
  std::string state;
  std::uint32_t nth = 1;
  std::string when;  ///< `before`, `after`; of a ring store: what has been written

  static std::optional<KillPoint> parse(std::string_view text);
  std::string text() const;
};

/// Counts how often each place was reached, and says when the one to kill at is.
class Places {
 public:
  explicit Places(std::optional<KillPoint> target) : target_(std::move(target)) {}

  /// True: this is the moment.
  bool reached(const std::string& role, const std::string& site, const std::string& state,
               const std::string& when);
  /// One line each: role:site:state:count:when.
  std::string text() const;

 private:
  std::optional<KillPoint> target_;
  std::map<std::vector<std::string>, std::uint32_t> counts_;
};

}  // namespace signalbox::torture
