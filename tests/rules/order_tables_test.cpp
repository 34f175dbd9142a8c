// What becomes of an order, as tables: every state against everything that can be heard, and what
// the venue must have said before an order of unknown fate is believed never to have been there.
#include "tests/rules/order_desk.hpp"

using namespace signalbox;
using namespace signalbox::test;
using namespace std::chrono_literals;
using What = LegEvent::What;

namespace {

/// An entry for one BTC. A cell of the table is its stage after what was heard; `?` when it is
/// being looked for, `+` when its bracket heard of a trade.
struct Cell : OrderDesk {
  Cell() : OrderDesk(false) {
    wish(LegKind::entry, "1");
    const auto sent = asked<PlaceOrders>();
    REQUIRE(sent);
    request = sent->request;
    id = sent->orders[0].id;
    note();
  }
  template <class Said>
  void say(const Said& said) {
    hear(said);
    note();
  }
  void answer(Outcome outcome, Refusal refusal = Refusal::none) {
    say(WriteResult{.request = request, .outcome = outcome, .refusal = refusal});
  }
  void report(OrderStatus status) { say(OrderDesk::report(id, status, filled.str())); }
  void trade(std::string_view quantity) {
    filled += qty(quantity);
    say(fill(id, "t" + std::to_string(++trades), quantity));
  }
  std::string word() const {
    const Order* order = orders.find(id);
    REQUIRE(order != nullptr);
    const auto now_is = order->live() ? stage_of(*order) : stage;
    return std::string{name_of(now_is)} + (order->search ? "?" : "") +
           (told(What::filled) ? "+" : "");
  }

  RequestId request{};
  ClientOrderId id;
  Quantity filled;
  int trades = 0;
  OrderStage stage = OrderStage::intended;

 private:
  void note() {
    for (const auto& event : out.events)
      if (event.order == id) stage = event.stage;
  }
};

using Step = void (*)(Cell&);
struct Named {
  std::string_view name;
  Step step;
};

const Named states[] = {
    {"sent", [](Cell&) {}},
    {"working", [](Cell& c) { c.report(OrderStatus::working); }},
    {"partly filled",
     [](Cell& c) {
       c.report(OrderStatus::working);
       c.trade("0.4");
     }},
    {"unknown", [](Cell& c) { c.answer(Outcome::unknown); }},
    {"filled", [](Cell& c) { c.trade("1"); }},
    {"cancelled", [](Cell& c) { c.report(OrderStatus::cancelled); }},
    {"rejected", [](Cell& c) { c.answer(Outcome::refused, Refusal::invalid); }},
};

const Named heard[] = {
    {"accepted", [](Cell& c) { c.answer(Outcome::accepted); }},
    {"refused", [](Cell& c) { c.answer(Outcome::refused, Refusal::invalid); }},
    {"no answer", [](Cell& c) { c.answer(Outcome::unknown); }},
    {"is working", [](Cell& c) { c.report(OrderStatus::working); }},
    {"is cancelled", [](Cell& c) { c.report(OrderStatus::cancelled); }},
    {"is expired", [](Cell& c) { c.report(OrderStatus::expired); }},
    {"0.4 traded", [](Cell& c) { c.trade("0.4"); }},
    {"1 traded", [](Cell& c) { c.trade("1"); }},
    {"link lost", [](Cell& c) { c.say(LinkReport{.state = LinkState::down, .generation = 1}); }},
};

std::string padded(std::string_view text, std::size_t width) {
  std::string cell{text};
  cell.resize(std::max(width, cell.size()), ' ');
  return cell;
}

std::string life_of_an_order() {
  constexpr std::size_t first = 15;
  constexpr std::size_t width = 13;
  std::string table = padded("", first);
  for (const auto& each : heard) table += padded(each.name, width);
  table.erase(table.find_last_not_of(' ') + 1);
  for (const auto& state : states) {
    std::string line = padded(state.name, first);
    for (const auto& each : heard) {
      Cell cell;
      state.step(cell);
      each.step(cell);
      line += padded(cell.word(), width);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    table += "\n" + line;
  }
  return table + "\n";
}

/// What the venue says when asked about an order whose answer was lost.
enum class Says : std::uint8_t { nothing, silent, shows };

struct Answers {
  Says order;   ///< asked for by its id
  Says open;    ///< the open orders of its symbol
  Says trades;  ///< the trades of its symbol
  bool after_its_window = true;
};

/// Asks and answers for a minute; the order's stage then.
OrderStage fate_by(const Answers& answers) {
  Cell c;
  const auto sent_at = c.now.mono;
  c.answer(Outcome::unknown);
  const auto answered = [&](RequestId request, Says says, auto result, auto item) {
    const bool in_time = answers.after_its_window || c.now.mono - sent_at < 2s;
    if (says == Says::nothing || !in_time) {
      result.outcome = Outcome::unknown;
    } else if (says == Says::shows) {
      result.outcome = Outcome::accepted;
      result.items = {item};
    }
    result.request = request;
    c.say(result);
  };
  const auto found = c.OrderDesk::report(c.id, OrderStatus::working);
  for (auto passed = 0ms; passed < 60s; passed += 100ms) {
    c.pass(100ms);
    const auto requests = c.out.requests;
    for (const auto& each : requests) {
      if (const auto* q = std::get_if<QueryOrder>(&each))
        answered(q->request, answers.order, not_found, found);
      else if (const auto* o = std::get_if<QueryOpenOrders>(&each))
        answered(o->request, answers.open, OrdersResult{.outcome = Outcome::accepted}, found);
      else if (const auto* f = std::get_if<QueryFills>(&each))
        answered(f->request, answers.trades, FillsResult{.outcome = Outcome::accepted},
                 c.fill(c.id, "t", "1"));
    }
  }
  return c.stage;
}

}  // namespace

// An answer counts once: the unknown order has had its, and an order that the stream has ended
// needs none. A refusal of what the stream has shown is doubted and looked into, never believed.
TEST_CASE("the life of an order: what it is, what is heard, what it is then", "[orders]") {
  CHECK("\n" + life_of_an_order() == R"(
               accepted     refused      no answer    is working   is cancelled is expired   0.4 traded   1 traded     link lost
sent           working      rejected     unknown?     working      cancelled    expired      working+     filled+      unknown?
working        working      working?     working      working      cancelled    expired      working+     filled+      working
partly filled  working      working?     working      working      cancelled    expired      working+     filled+      working
unknown        unknown?     unknown?     unknown?     working      cancelled    expired      working?+    filled+      unknown?
filled         filled       filled       filled       filled       filled       filled       filled+      filled+      filled
cancelled      cancelled    cancelled    cancelled    cancelled    cancelled    cancelled    cancelled+   cancelled+   cancelled
rejected       rejected     rejected     rejected     rejected     rejected     rejected     rejected+    rejected+    rejected
)");
}

TEST_CASE("what proves an order of unknown fate absent, and what does not", "[orders][I2]") {
  constexpr auto nothing = Says::nothing;
  constexpr auto silent = Says::silent;
  constexpr auto shows = Says::shows;
  struct Row {
    Answers answers;  // the order by its id, open orders, trades
    OrderStage then;
  };
  const Row rows[] = {
      {{silent, silent, silent}, OrderStage::absent},
      {{silent, silent, silent, false}, OrderStage::unknown},  // it may still have been on its way
      {{nothing, silent, silent}, OrderStage::unknown},
      {{silent, nothing, silent}, OrderStage::unknown},
      {{silent, silent, nothing}, OrderStage::unknown},
      {{nothing, nothing, nothing}, OrderStage::unknown},
      {{shows, silent, silent}, OrderStage::working},
      {{silent, shows, silent}, OrderStage::working},
      {{silent, silent, shows}, OrderStage::filled},
      {{nothing, shows, nothing}, OrderStage::working},
      {{nothing, silent, shows}, OrderStage::filled},
  };
  for (const auto& row : rows) {
    INFO("order " << static_cast<int>(row.answers.order) << ", open orders "
                  << static_cast<int>(row.answers.open) << ", trades "
                  << static_cast<int>(row.answers.trades) << " (0 nothing, 1 silent, 2 shows)");
    CHECK(name_of(fate_by(row.answers)) == name_of(row.then));
  }
  // And in no other way.
  for (const auto order : {nothing, silent, shows})
    for (const auto open : {nothing, silent, shows})
      for (const auto trades : {nothing, silent, shows})
        CHECK((fate_by({order, open, trades}) == OrderStage::absent) ==
              (order == silent && open == silent && trades == silent));
}
