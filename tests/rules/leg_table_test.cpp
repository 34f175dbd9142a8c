// One leg as a table of its states by everything that can be heard of it; and what makes two words
// of a venue a contradiction.
#include "actors/rules/contradiction.hpp"
#include "tests/rules/machine.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using State = LegView::State;

TEST_CASE("a leg's order: what every state becomes by everything that is heard", "[bracket]") {
  // N none, S sent, P pending, T standing, C cancelling, U unknown.
  const auto letter = [](State state) { return "?NSPTCU"[static_cast<int>(state)]; };
  const LegEvent heard[] = {{.what = What::sent, .quantity = Quantity{1}},
                            {.what = What::pending},
                            {.what = What::standing, .quantity = Quantity{1}},
                            {.what = What::standing},
                            {.what = What::triggered},
                            {.what = What::filled, .quantity = qty("0.4")},
                            {.what = What::filled, .late = true, .quantity = qty("0.4")},
                            {.what = What::cancelling},
                            {.what = What::unknown},
                            {.what = What::freed},
                            {.what = What::ended}};
  const std::pair<State, std::string_view> rows[] = {
      {State::none, "SPTTNNNNNNN"},       {State::sent, "SPTTSTSCUSN"},
      {State::pending, "SPTTPTPCUPN"},    {State::standing, "SPTTTTTCUTN"},
      {State::cancelling, "SCCCCCCCCCN"}, {State::unknown, "SPTTUTUCUUN"}};
  for (const auto& [from, becomes] : rows) {
    std::string found;
    for (const auto& event : heard) {
      LegView leg{.state = from, .quantity = Quantity{1}};
      leg.on(event, at(1s).mono);
      found += letter(leg.state);
      const bool counts = event.what == What::filled && !event.late;
      CHECK(leg.filled == (counts ? qty("0.4") : Quantity{}));
      CHECK(leg.quantity == Quantity{1});
      CHECK(leg.triggered_at.has_value() == (event.what == What::triggered));
    }
    INFO("from " << letter(from));
    CHECK(found == becomes);
  }
  LegView fired{.state = State::standing, .quantity = Quantity{1}};
  fired.on({.what = What::triggered}, at(1s).mono);
  fired.on({.what = What::triggered}, at(2s).mono);
  CHECK(fired.triggered_at == at(1s).mono);  // its time without a fill counts from the first word
}

namespace {

OrderReport order(std::string_view venue_id, OrderStatus status, ClientOrderId id = {}) {
  return {.symbol = btc_usdt,
          .id = id,
          .venue_id = VenueOrderId{venue_id},
          .status = status,
          .quantity = Quantity{1}};
}
FillReport trade(std::string_view venue_id, std::string_view number, std::int64_t at_price) {
  return {.symbol = btc_usdt,
          .id = {},
          .venue_id = VenueOrderId{venue_id},
          .trade_id = TradeId{number},
          .price = Price{at_price},
          .quantity = Quantity{1}};
}
std::vector<Contradiction::Kind> kinds(const std::vector<Contradiction>& found) {
  std::vector<Contradiction::Kind> all;
  for (const auto& each : found) all.push_back(each.kind);
  return all;
}

}  // namespace

TEST_CASE("what a venue says of orders twice: which words cannot both be true", "[reconcile]") {
  using Kind = Contradiction::Kind;
  const auto ours = client_order_id(Book{"test"}, key_of(a_signal("s")), stop0, 0);
  struct Row {
    std::string_view story;
    OrderReport one, two;
    std::vector<Kind> found;
  };
  const auto working = OrderStatus::working, over = OrderStatus::cancelled;
  const Row rows[] = {
      {"the same word twice", order("v1", working), order("v1", working), {}},
      {"two of somebody else's", order("v1", working), order("v2", over), {}},
      {"open and over, not ours", order("v1", working), order("v1", over), {Kind::open_and_over}},
      {"open and over, ours, once without the venue's id",
       order("", working, ours),
       order("v1", over, ours),
       {Kind::open_and_over}},
      {"open and over, ours, the other way round",
       order("v1", working, ours),
       order("", over, ours),
       {Kind::open_and_over}},
      {"an id taken again after its order was over",
       order("v1", over, ours),
       order("v2", working, ours),
       {}},
      {"over twice", order("v1", over, ours), order("v2", OrderStatus::filled, ours), {}},
      {"open twice", order("v1", working, ours), order("v2", working, ours), {Kind::two_orders}},
  };
  for (const auto& row : rows) {
    INFO(row.story);
    CHECK(kinds(contradictions_in(std::vector{row.one, row.two})) == row.found);
    CHECK(kinds(contradictions_in(std::vector{row.two, row.one})) == row.found);
  }
}

TEST_CASE("an order that is not ours is named by the venue's id", "[reconcile]") {
  using Kind = Contradiction::Kind;
  const auto ours = client_order_id(Book{"test"}, key_of(a_signal("s")), stop0, 0);
  const std::vector orders{order("v9", OrderStatus::working), order("v1", OrderStatus::working)};
  const std::vector trades{trade("v1", "t1", 100), trade("v1", "t1", 101), trade("v9", "t1", 100),
                           trade("v9", "t2", 100), trade("v9", "t2", 100)};
  const auto found = contradictions_in(orders, trades);
  REQUIRE(kinds(found) == std::vector{Kind::two_trades, Kind::trades_exceed});
  CHECK(explain(found[0]).view().find("v1") != std::string_view::npos);
  struct Row {
    ClientOrderId id;
    std::string_view venue_id;
    bool concerned;
  };
  for (const auto& [id, venue_id, concerned] :
       {Row{{}, "v1", true}, Row{{}, "v9", true}, Row{{}, "v2", false}, Row{ours, "v1", false}})
    CHECK(concerns(found, id, VenueOrderId{venue_id}) == concerned);
  const std::vector of_ours{Contradiction{Kind::two_orders, btc_usdt, ours, {}}};
  CHECK_FALSE(concerns(of_ours, {}, VenueOrderId{"v1"}));
  CHECK(concerns(of_ours, ours, VenueOrderId{"v1"}));

  SECTION("the same words in any order are the same contradictions, sorted") {
    auto others = orders;
    for (auto& each : others) each.symbol = Symbol{"ADA/USDT"}, each.filled = Quantity{2};
    others.push_back(order("v1", OrderStatus::working, ours));
    others.back().filled = Quantity{2};
    const auto first = contradictions_in(others, trades);
    std::reverse(others.begin(), others.end());
    CHECK(contradictions_in(others, trades) == first);
    CHECK(first.size() == 5);
    CHECK(std::is_sorted(first.begin(), first.end()));
  }
}
