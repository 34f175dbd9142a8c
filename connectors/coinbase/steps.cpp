#include "connectors/coinbase/steps.hpp"

#include <algorithm>

#include "connectors/coinbase/instruments.hpp"
#include "connectors/kit/take.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::coinbase {
namespace {

using kit::pass;

// More products than this are cheaper had as a whole.
constexpr std::size_t asked_by_name_max = 50;
// The trades of an order may be had a little later than the event that they made.
constexpr Duration look_again_first = std::chrono::milliseconds{100};
// Balances are not streamed: they are read when trades have been quiet for so long.
constexpr Duration balances_after = std::chrono::seconds{1};

}  // namespace

Steps::Steps(Shared& shared)
    : shared_(shared),
      account_(shared,
               {.subscribed = [this] { link_->stream_up(); },
                .lost = [this](std::string_view why, bool soon) { link_->stream_lost(why, soon); }},
               [this](const Frame& frame) { heard(frame); }),
      balances_(shared.timers) {}

void Steps::set(Link& link, VenueSink* sink) {
  link_ = &link;
  sink_ = sink;
}

Pages::Terms Steps::own_terms(PaceClass who) const {
  // Each page is an exchange of its own; the whole is bounded by their number.
  return {.deadline = shared_.clock.mono() + shared_.config.request_within, .who = who};
}

void Steps::ask_time(TimeDone done) {
  const auto asked = std::make_shared<MonoTime>();
  shared_.ask(
      cost::in_public,
      [this, asked]() -> RequestBytes {
        *asked = shared_.clock.mono();
        return shared_.writer.server_time();
      },
      [this, asked, done](const Reply& reply) {
        const auto verdict = shared_.verdict(reply);
        if (!verdict.is_good()) return done(verdict, *asked, {});
        const auto time = shared_.answers.server_time(reply.body);
        if (!time) return done(not_readable(time.error()), *asked, {});
        done(verdict, *asked, *time);
      });
}

// ---- instruments ----

void Steps::load_instruments(Done done) {
  shared_.keep_tokens();
  std::vector<std::string> wires;
  for (const auto& symbol : shared_.config.symbols) wires.push_back(wire_guess(symbol));
  if (wires.size() > asked_by_name_max) wires.clear();
  shared_.ask(
      cost::read,
      [this, wires]() -> RequestBytes {
        return shared_.writer.products(wires, shared_.token_time());
      },
      [this, done](const Reply& reply) {
        const auto verdict = shared_.verdict(reply);
        if (!verdict.is_good()) return done(verdict);
        JsonReader json;  // of its own: the answer is large, and its buffers are not kept
        auto list = read_instruments(json, reply.body);
        done(list ? take_in(std::move(list->markets)) : not_readable(list.error()));
      });
}

Verdict Steps::take_in(std::vector<Market> markets) {
  const auto& chosen = shared_.config.symbols;
  const auto stranger = [&](const Market& market) {
    return !chosen.empty() &&
           std::find(chosen.begin(), chosen.end(), market.instrument.symbol) == chosen.end();
  };
  markets.erase(std::remove_if(markets.begin(), markets.end(), stranger), markets.end());
  if (markets.empty()) return not_known("products: none of the symbols");
  shared_.markets.halt_all();
  for (auto& market : markets) static_cast<void>(shared_.markets.put(std::move(market)));
  return good();
}

void Steps::tell_instruments() {
  InstrumentsReport all;
  all.instruments.reserve(shared_.markets.size());
  for (std::size_t i = 0; i < shared_.markets.size(); ++i) {
    auto instrument = shared_.markets[static_cast<MarketIndex>(i)].instrument;
    instrument.taker_fee = taker_fee_.is_zero() ? shared_.config.taker_fee_unknown : taker_fee_;
    all.instruments.push_back(instrument);
  }
  sink_->on(all);
}

// ---- the account ----

Pages::Question Steps::ask_rights() {
  return {.write = [this](std::string_view) -> RequestBytes {
            return shared_.writer.key_permissions(shared_.token_time());
          },
          .take = [this](std::string_view body) -> Result<std::string> {
            const auto rights = shared_.answers.key_rights(body);
            if (!rights) return pass(rights);
            if (rights->may_transfer)
              not_allowed_ = Detail{"the API key may transfer; make one that may not"};
            else if (!rights->may_trade || !rights->may_view)
              not_allowed_ = Detail{"the API key may not trade, or not view"};
            return std::string{};
          }};
}

Pages::Question Steps::ask_fee() {
  return {.write = [this](std::string_view) -> RequestBytes {
            return shared_.writer.fee_rates(shared_.token_time());
          },
          .take = [this](std::string_view body) -> Result<std::string> {
            const auto fee = shared_.answers.taker_fee(body);
            if (!fee) return pass(fee);
            taker_fee_ = *fee;
            return std::string{};
          }};
}

Pages::Question Steps::ask_balances(std::shared_ptr<std::vector<Balance>> found) {
  return {.write = [this](std::string_view cursor) -> RequestBytes {
            return shared_.writer.accounts(cursor, shared_.token_time());
          },
          .take = [this, found](std::string_view body) -> Result<std::string> {
            return shared_.answers.accounts(body, [&](const Balance& balance) -> Result<void> {
              if (found->size() == answer_items_max)
                return failed(Fault::full, "too many accounts");
              if (!balance.free.is_zero() || !balance.locked.is_zero()) found->push_back(balance);
              return {};
            });
          }};
}

void Steps::read_account(Done done) {
  not_allowed_ = {};
  const auto balances = std::make_shared<std::vector<Balance>>();
  Pages::ask(shared_, {ask_rights(), ask_fee(), ask_balances(balances)}, own_terms(),
             [this, balances, done](const Verdict& verdict, MonoTime) {
               if (!verdict.is_good()) return done(verdict);
               if (!not_allowed_.empty())
                 return done({Outcome::refused, Refusal::permission, 0, not_allowed_});
               tell_instruments();
               sink_->on(BalancesReport{*balances});
               done(verdict);
             });
}

void Steps::balances_soon() {
  if (silent_) return;
  balances_.set(shared_.clock.mono() + balances_after, [this] {
    const auto found = std::make_shared<std::vector<Balance>>();
    Pages::ask(shared_, {ask_balances(found)}, own_terms(),
               [this, found](const Verdict& verdict, MonoTime) {
                 if (verdict.is_good() && !silent_) sink_->on(BalancesReport{*found});
               });
  });
}

// ---- the stream ----

void Steps::open_stream() {
  const auto pace = shared_.pacer.ask(shared_.clock.mono(), PaceClass::entry, {});
  if (pace.kind != Pace::Kind::go) return link_->stream_held(pace.until);
  account_.open();
}

void Steps::silence_stream() {
  silent_ = true;
  account_.silence();
  balances_.cancel();
  waits_.clear();
  shared_.stop_keeping_tokens();
}

void Steps::heard(const Frame& frame) {
  for (const auto& each : frame.orders) {
    const auto order_id = wire_id(each.order.rows[0].key.id);
    const auto* known = shared_.known.find(order_id);
    if (each.order.is_bracket || (known && known->is_bracket)) {
      look_at(VenueOrderId{order_id});
      continue;
    }
    shared_.known.note(each.order);
    auto row = each.order.rows[0];
    shared_.known.name(row, shared_.markets);
    shared_.reports.streamed(row);
    moved(order_id);
  }
}

void Steps::moved(std::string_view order_id) {
  const auto* known = shared_.known.find(order_id);
  if (!known || known->filled <= known->traded) return;
  const auto [asked, is_new] = trades_asked_.try_emplace(std::string{order_id});
  if (!is_new) {
    asked->second.again = true;
    return;
  }
  ask_trades(asked->first);
}

void Steps::ask_trades(const std::string& order_id) {
  const auto* known = shared_.known.find(order_id);
  if (!known || silent_) {
    trades_asked_.erase(order_id);
    return;
  }
  // What is not covered yet hangs on it.
  read_fills_of(shared_, shared_.markets[known->market], order_id, own_terms(PaceClass::exit),
                [this, order_id](const FillsRead& read) { trades_answered(order_id, read); });
}

void Steps::trades_answered(const std::string& order_id, const FillsRead& read) {
  Quantity in_all;
  for (const auto& fill : read.fills) {
    in_all += fill.report.quantity;
    shared_.reports.filled(fill);
  }
  if (!read.fills.empty()) {
    shared_.known.traded(order_id, in_all);
    balances_soon();
  }
  const auto asked = trades_asked_.find(order_id);
  if (asked == trades_asked_.end()) return;
  const auto* known = shared_.known.find(order_id);
  const bool behind = known && known->traded < known->filled;
  if (std::exchange(asked->second.again, false)) asked->second.tries = 0;
  if (!behind || silent_ || asked->second.tries == looks_max) {
    // Whoever misses them still asks; the periodic comparison does as well.
    trades_asked_.erase(asked);
    return;
  }
  again_later(order_id, asked->second);
}

void Steps::again_later(const std::string& order_id, Look& look) {
  auto pause = look_again_first;
  for (std::size_t i = 0; i < look.tries; ++i) pause *= 2;
  ++look.tries;
  auto& wait = waits_[order_id];
  wait = std::make_unique<OwnTimer>(shared_.timers);
  wait->set(shared_.clock.mono() + pause, [this, order_id] { ask_trades(order_id); });
}

void Steps::look_at(const VenueOrderId& order_id) {
  const auto [look, is_new] = looks_.try_emplace(order_id.str());
  if (!is_new) {
    look->second.again = true;
    return;
  }
  ask_look(look->first);
}

void Steps::ask_look(const std::string& order_id) {
  Inquiry::ask(shared_, {VenueOrderId{order_id}}, own_terms(PaceClass::exit),
               [this, order_id](const OrdersRead& read) {
                 for (const auto& row : read.orders) shared_.reports.streamed(row);
                 if (!read.orders.empty()) moved(order_id);
                 const auto look = looks_.find(order_id);
                 if (look == looks_.end()) return;
                 const bool again = std::exchange(look->second.again, false);
                 if (again && !silent_) return ask_look(order_id);
                 looks_.erase(look);
                 // Nothing was learned of what has happened to it.
                 if (!read.verdict.is_good() && !silent_)
                   account_.drop("a bracket's state could not be had", true);
               });
}

// ---- the account, read ----

void Steps::read_open_orders(OrdersDone done) {
  coinbase::read_open_orders(shared_, nullptr, own_terms(), std::move(done));
}

void Steps::read_fills(MarketIndex market, WallTime since, FillsDone done) {
  coinbase::read_fills(shared_, shared_.markets[market], since, own_terms(), std::move(done));
}

void Steps::read_order(const Reports::Live& order, OrderDone done) {
  find_order(shared_, {shared_.markets[order.key.market], order.id, order.key.id}, own_terms(),
             std::move(done));
}

std::vector<MarketIndex> Steps::chosen_markets() const {
  std::vector<MarketIndex> chosen;
  for (const auto& symbol : shared_.config.symbols)
    if (const auto* market = shared_.markets.find(symbol)) chosen.push_back(market->index);
  return chosen;
}

}  // namespace signalbox::coinbase
