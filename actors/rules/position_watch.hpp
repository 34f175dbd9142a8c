#pragma once

#include <map>
#include <optional>
#include <set>
#include <vector>

#include "actors/rules/order.hpp"
#include "messages/venue_reports.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox {

/// A venue's positions of derivatives, as far as they may be believed. What is not listed is zero.
struct PositionsSeen {
  std::vector<Position> positions;
  std::set<Symbol> moved;  ///< we traded while the question was on its way: they say nothing
  /// Doubted before, and nothing of ours explains it: our trades were asked for, none is missing,
  /// and this was asked after that.
  std::set<Symbol> confirmed;

  /// What is held of this symbol; nothing when the answer says nothing about it.
  std::optional<Quantity> held(const Symbol& symbol) const;
};

/// When a derivatives account is asked for its positions, and when the answer is believed. A
/// position may be ahead of the trades that made it and behind those we know: what does not add up
/// is a doubt first, and our own trades are asked for before somebody else is thought to have
/// traded. Pure, one per account.
class PositionWatch {
 public:
  static constexpr Duration ask_every = std::chrono::seconds{30};  ///< streams lose what they tell
  static constexpr Duration ask_after_own = std::chrono::seconds{2};
  static constexpr Duration ask_again = std::chrono::milliseconds{200};
  static constexpr Duration explain_after = std::chrono::milliseconds{500};
  static constexpr Duration answer_within = std::chrono::seconds{5};
  static constexpr Duration trades_back = std::chrono::hours{1};
  /// Its requests, beside those of `Orders` and of a connection.
  static constexpr std::uint64_t requests_from = std::uint64_t{1} << 61;

  struct Out {
    std::vector<QueryPositions> positions;
    std::vector<QueryFills> fills;
    bool empty() const { return positions.empty() && fills.empty(); }
  };

  void on_link(const LinkReport& link, Now now);
  void on_own_trade(const Symbol& symbol, Now now);
  /// A trade on the account that is not ours.
  void on_foreign_trade(Now now) { ask_by(now.mono); }
  /// What is owned here and what the venue holds do not add up.
  void doubt(const Symbol& symbol, Now now);

  /// `sought`: symbols on which an order of ours is on its way or of unknown fate.
  std::optional<PositionsSeen> on(const PositionsResult& result, const std::set<Symbol>& sought,
                                  Now now);
  /// True when it was this watch that asked: the trades are to be told to `Orders`.
  bool on(const FillsResult& result, Now now);

  void on_time(Now now, Out& out);
  std::optional<MonoTime> next_due() const;

 private:
  struct Asked {
    RequestId request = RequestId::none;
    MonoTime until{};  ///< then it is asked again
  };
  struct Doubt {
    MonoTime explain_at{};
    std::optional<Asked> asked;
    bool explained = false;
  };
  RequestId next_request() { return RequestId{requests_from + ++last_request_}; }
  void ask_by(MonoTime at) { ask_at_ = ask_at_ ? std::min(*ask_at_, at) : at; }

  bool ready_ = false;
  Duration clock_offset_{};
  std::uint64_t last_request_ = 0;
  std::optional<MonoTime> ask_at_;
  std::optional<Asked> asked_;
  std::set<Symbol> moved_;  ///< since it was asked
  std::map<Symbol, Doubt> doubts_;
};

}  // namespace signalbox
