#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "messages/bounded.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// Whose need a request serves. Queries that no protection waits for are paced as entries.
enum class PaceClass : std::uint8_t {
  entry = 1,  ///< leaves the reserve alone; waits first
  exit = 2,   ///< protective orders, closes, cancels: the whole budget, up to the venue's own limit
  /// Reads that protection waits for, the fate of orders and the way to READY: leave a quarter of
  /// the reserve, because an exit costs little and must not wait for questions about others.
  urgent = 3,
};

/// What one request takes from a venue's budgets.
struct PaceCost {
  std::uint32_t weight = 0;
  std::uint32_t orders = 0;
};

/// One limit of a venue: at most `most` units in any `window`.
struct PaceLimit {
  enum class Counts : std::uint8_t { weight = 1, orders = 2, requests = 3 };
  Counts counts = Counts::weight;
  Duration window{};
  std::uint32_t most = 0;
  std::string used_header;  ///< where the venue says how much is used; empty: it does not
};

struct Pace {
  enum class Kind : std::uint8_t {
    go = 1,      ///< counted: send it now, or give it back
    wait = 2,    ///< ask again at `until`
    banned = 3,  ///< no request at all before `until`, of any class
    never = 4,   ///< the request costs more than the limit allows in one window
  };
  Kind kind = Kind::go;
  MonoTime until{};
};

/// What must survive a restart, by the wall clock because the monotonic one does not.
struct PacerMemory {
  WallTime banned_until{};
  WallTime held_until{};

  friend bool operator==(const PacerMemory&, const PacerMemory&) = default;
};

struct PacerOptions {
  std::vector<PaceLimit> limits;                    ///< at most `Pacer::limits_max`
  std::uint32_t reserve_percent = 20;               ///< of every limit, kept for exits and cancels
  Duration hold_default = std::chrono::seconds{1};  ///< after a 429 without Retry-After
  Duration ban_default = std::chrono::minutes{2};   ///< after a 418 without Retry-After
  Duration hold_max = std::chrono::hours{24 * 7};   ///< of any Retry-After
};

/// The request budget of one (venue, IP address, account). Pure: time is an argument.
///
/// Two counts are kept for each limit: our own over a sliding window, which is never below what a
/// venue with fixed windows counts for us, and the venue's own from its headers, which also sees
/// what others behind this address use. Entries go by the higher of the two and leave the reserve
/// alone. Exits and urgent reads go by the venue's count while it is younger than the window, so
/// nothing but the venue's own limit holds one up, and that only until the next try. Retry-After
/// and bans hold up everyone: a request during a ban makes the ban longer. One thread, the owner's.
class Pacer {
 public:
  static constexpr std::size_t limits_max = 8;

  explicit Pacer(PacerOptions options);

  /// May this request leave now? `go` also counts it.
  Pace ask(MonoTime now, PaceClass who, PaceCost cost);
  /// The request was counted but never sent.
  void give_back(MonoTime now, PaceCost cost);
  /// Every answer of the venue: status and raw headers (used budget, Retry-After).
  void on_answer(MonoTime now, int status, std::string_view headers);
  /// For venues that say it in the body: "banned until", "retry after".
  void hold(MonoTime until);
  void ban(MonoTime until);
  /// The venue told its limits (exchangeInfo): counts start again, holds and bans stay.
  void set_limits(std::vector<PaceLimit> limits);

  PacerMemory memory(MonoTime now, WallTime wall) const;
  void remember(const PacerMemory& memory, MonoTime now, WallTime wall);

 private:
  static constexpr std::int64_t slices = 16;

  struct Meter {
    PaceLimit limit;
    std::array<std::uint32_t, slices + 1> used{};  // a ring; one slice is just being filled
    std::int64_t slice = 0;                        // the number of the slice being filled
    std::uint32_t sum = 0;
    bool reported = false;
    std::uint32_t reported_used = 0;
    std::uint32_t since_report = 0;
    MonoTime reported_at{};
    MonoTime probed_at{};
  };

  static Duration slice_length(const Meter& meter);
  static Duration probe_every(const Meter& meter);
  static std::uint32_t units(const Meter& meter, PaceCost cost);
  static void advance(Meter& meter, MonoTime now);
  static bool report_is_fresh(const Meter& meter, MonoTime now);
  static MonoTime frees_at(const Meter& meter, std::uint32_t excess);
  Pace ask(const Meter& meter, MonoTime now, PaceClass who, std::uint32_t units) const;

  PacerOptions options_;
  Bounded<Meter, limits_max> meters_;
  MonoTime banned_until_ = MonoTime::min();
  MonoTime held_until_ = MonoTime::min();
};

}  // namespace signalbox
