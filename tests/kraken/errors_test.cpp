#include "connectors/kraken/errors.hpp"

#include "tests/kraken/words.hpp"

using namespace signalbox;
using namespace signalbox::kraken;

namespace {

struct Case {
  const char* text;
  Outcome outcome;
  Refusal refusal;
};
constexpr auto refused = Outcome::refused;
constexpr auto unknown = Outcome::unknown;

}  // namespace

TEST_CASE("every class of error", "[kraken][errors]") {
  for (const auto& c : {
           Case{"EAPI:Invalid key", refused, Refusal::authentication},
           Case{"EAPI:Invalid signature", refused, Refusal::authentication},
           Case{"ESession:Invalid session", refused, Refusal::authentication},
           Case{"EAPI:Invalid nonce", refused, Refusal::clock},
           Case{"EGeneral:Permission denied", refused, Refusal::permission},
           Case{"EGeneral:Temporary lockout", refused, Refusal::banned},
           Case{"ETrade:User Locked", refused, Refusal::banned},
           Case{"EAPI:Rate limit exceeded", refused, Refusal::rate_limited},
           Case{"EOrder:Rate limit exceeded", refused, Refusal::rate_limited},
           Case{"EOrder:Domain rate limit exceeded", refused, Refusal::rate_limited},
           Case{"EService: Throttled: 1700000000", refused, Refusal::rate_limited},
           Case{"EGeneral:Too many requests", refused, Refusal::rate_limited},
           Case{"EService:Market in cancel_only mode", refused, Refusal::maintenance},
           Case{"EService:Market in post_only mode", refused, Refusal::maintenance},
           Case{"EService:Deadline elapsed", refused, Refusal::clock},
           Case{"EOrder:Insufficient funds", refused, Refusal::insufficient_funds},
           Case{"EOrder:Margin allowance exceeded", refused, Refusal::insufficient_funds},
           Case{"EOrder:Post only order", refused, Refusal::would_take},
           Case{"EOrder:Reduce only:No position exists", refused, Refusal::reduce_only},
           Case{"EOrder:Order minimum not met", refused, Refusal::minimum},
           Case{"EOrder:Cost minimum not met", refused, Refusal::minimum},
           Case{"EOrder:Tick size check failed", refused, Refusal::precision},
           Case{"EOrder:Orders limit exceeded", refused, Refusal::too_many_orders},
           Case{"EOrder:Unknown order", refused, Refusal::not_found},
           Case{"EOrder:Invalid order", refused, Refusal::invalid},
           Case{"EOrder:Duplicate order", refused, Refusal::duplicate_id},
           Case{"EOrder:cl_ord_id already in use", refused, Refusal::duplicate_id},
           Case{"EQuery:Unknown asset pair", refused, Refusal::invalid},
           Case{"EGeneral:Invalid arguments:volume", refused, Refusal::invalid},
           Case{"Currency pair not supported XBT/USD", refused, Refusal::invalid},
           Case{"EService:Unavailable", unknown, Refusal::none},
           Case{"EService:Busy", unknown, Refusal::none},
           Case{"EGeneral:Internal error", unknown, Refusal::none},
           Case{"EOrder:Cancel pending", unknown, Refusal::none},
           Case{"EOrder:A text of tomorrow", refused, Refusal::other},
       }) {
    INFO(c.text);
    const auto verdict = judge(200, VenueError{0, c.text});
    CHECK(verdict.outcome == c.outcome);
    CHECK(verdict.refusal == c.refusal);
    CHECK(verdict.detail.view() == c.text);
    // The websocket has the same texts.
    CHECK(judge(c.text).refusal == c.refusal);
  }
}

TEST_CASE("what stands in front of the venue speaks by status", "[kraken][errors]") {
  CHECK(judge(520, std::nullopt).outcome == unknown);
  CHECK(judge(502, std::nullopt).outcome == unknown);
  CHECK(judge(200, std::nullopt).outcome == unknown);  // a page that is no answer
  CHECK(judge(403, std::nullopt).refusal == Refusal::banned);
  CHECK(judge(429, std::nullopt).refusal == Refusal::rate_limited);
  CHECK(judge(400, std::nullopt).refusal == Refusal::other);
  // A body must not soften what a server says of itself.
  CHECK(judge(503, VenueError{0, "EOrder:Insufficient funds"}).outcome == unknown);
  CHECK(judge(200, VenueError{}).is_good());
}
