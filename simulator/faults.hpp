#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "messages/field.hpp"
#include "simulator/engine/types.hpp"

namespace signalbox::simulator {

/// What a request asks for, as far as faults tell requests apart.
enum class RequestKind : std::uint8_t { any = 1, place, cancel, amend, query, market, stream };

/// What goes wrong with one request. "Executed" is a property beside it: the venue may have done
/// what it then fails to say.
enum class FaultKind : std::uint8_t {
  lost = 1,        ///< the connection closes without an answer
  silent,          ///< no answer ever comes; the connection stays open
  slow,            ///< the answer comes late
  unavailable,     ///< a 503 whose text says the request was not carried out
  server_error,    ///< a 5xx that says nothing
  status_unknown,  ///< the venue's own "send status unknown" (-1007 and its like)
  rate_limited,    ///< 429
  banned,          ///< 418
  maintenance,     ///< the venue is down for it
  refused,         ///< a definite refusal
};

struct RequestFacts {
  RequestKind kind = RequestKind::query;
  std::optional<AccountId> account;
  bool stop = false;  ///< places a stop, alone or in a list
  std::string_view client_id;
};

struct RequestFault {
  // Which requests.
  RequestKind on = RequestKind::any;
  bool stops_only = false;
  std::optional<AccountId> account;
  std::uint32_t skip = 0;         ///< matching requests let through first
  std::uint32_t times = 1;        ///< 0: until cleared
  std::uint16_t permille = 1000;  ///< chance for each, drawn from the plan's seed
  // What happens to them.
  FaultKind kind = FaultKind::lost;
  bool executed = false;
  Duration delay{};  ///< of `slow`; added to any other kind as well
  Reject reject = Reject::injected;
  std::uint32_t retry_after_s = 0;
};

/// What goes wrong with events of an account's stream.
enum class StreamFaultKind : std::uint8_t { drop = 1, twice, late, swap, cut, silent };

struct StreamFault {
  StreamFaultKind kind = StreamFaultKind::drop;
  std::optional<AccountId> account;
  std::uint32_t skip = 0;
  std::uint32_t times = 1;  ///< 0: until cleared
  std::uint16_t permille = 1000;
  Duration delay{};  ///< of `late`
};

/// How much orders may fill while it stands.
struct FillFault {
  std::optional<AccountId> account;
  std::optional<Side> side;
  std::optional<Quantity> in_all;    ///< of one order
  std::optional<Quantity> per_step;  ///< of one order, each time the market moves
};

/// One fault that was brought about: the judge takes the time it hid the venue off the engine's
/// account.
struct Injected {
  WallTime time{};
  std::optional<AccountId> account;
  std::string_view what;  ///< a literal
  bool executed = false;
};

/// What shall go wrong, and when. Rules are tried in the order they were added; chances are drawn
/// from the seed, so a run repeats itself. One thread.
class FaultPlan : public EngineHooks {
 public:
  static constexpr std::size_t rules_max = 1'000;  // of each sort

  explicit FaultPlan(std::uint64_t seed = 1) : state_(seed) {}

  /// False: too many rules.
  bool add(const RequestFault& rule);
  bool add(const StreamFault& rule);
  bool add(const FillFault& rule);
  /// The next so many held legs are refused when their parent fills.
  void refuse_when_live(std::uint32_t times) { refuse_live_ = times; }
  void clear();

  std::optional<RequestFault> on_request(const RequestFacts& facts, WallTime now);
  std::optional<StreamFault> on_event(AccountId account, WallTime now);

  Quantity may_fill(const Order& order, Quantity wanted) override;
  bool refuse_when_live(const Order& order) override;

  const std::vector<Injected>& injected() const { return injected_; }

 private:
  template <class Rule>
  struct Armed {
    Rule rule;
    std::uint32_t seen = 0;
    std::uint32_t done = 0;
  };
  template <class Rule>
  bool strikes(Armed<Rule>& armed);
  std::uint64_t draw();
  void note(WallTime now, std::optional<AccountId> account, std::string_view what, bool executed);

  std::vector<Armed<RequestFault>> requests_;
  std::vector<Armed<StreamFault>> streams_;
  std::vector<FillFault> fills_;
  std::vector<Injected> injected_;
  std::uint32_t refuse_live_ = 0;
  std::uint64_t state_;
};

}  // namespace signalbox::simulator

namespace signalbox {

template <>
inline constexpr auto enum_names<simulator::RequestKind> =
    std::array{Named{simulator::RequestKind::any, "any"},
               Named{simulator::RequestKind::place, "place"},
               Named{simulator::RequestKind::cancel, "cancel"},
               Named{simulator::RequestKind::amend, "amend"},
               Named{simulator::RequestKind::query, "query"},
               Named{simulator::RequestKind::market, "market"},
               Named{simulator::RequestKind::stream, "stream"}};
template <>
inline constexpr auto enum_names<simulator::FaultKind> =
    std::array{Named{simulator::FaultKind::lost, "lost"},
               Named{simulator::FaultKind::silent, "silent"},
               Named{simulator::FaultKind::slow, "slow"},
               Named{simulator::FaultKind::unavailable, "unavailable"},
               Named{simulator::FaultKind::server_error, "server_error"},
               Named{simulator::FaultKind::status_unknown, "status_unknown"},
               Named{simulator::FaultKind::rate_limited, "rate_limited"},
               Named{simulator::FaultKind::banned, "banned"},
               Named{simulator::FaultKind::maintenance, "maintenance"},
               Named{simulator::FaultKind::refused, "refused"}};
template <>
inline constexpr auto enum_names<simulator::StreamFaultKind> =
    std::array{Named{simulator::StreamFaultKind::drop, "drop"},
               Named{simulator::StreamFaultKind::twice, "twice"},
               Named{simulator::StreamFaultKind::late, "late"},
               Named{simulator::StreamFaultKind::swap, "swap"},
               Named{simulator::StreamFaultKind::cut, "cut"},
               Named{simulator::StreamFaultKind::silent, "silent"}};

}  // namespace signalbox
