#include "connectors/kraken/steps.hpp"

#include <algorithm>

#include "connectors/kraken/instruments.hpp"
#include "connectors/transport/json.hpp"

namespace signalbox::kraken {

std::vector<Balance> to_balances(const std::vector<AssetBalance>& said) {
  std::vector<Balance> balances;
  for (const auto& each : said)
    balances.push_back({Asset{each.asset}, Quantity{each.free}, Quantity{each.held}});
  return balances;
}

Steps::Steps(Shared& shared)
    : shared_(shared),
      account_(shared,
               {.subscribed = [this] { link_->stream_up(); },
                .lost = [this](std::string_view why, bool soon) { link_->stream_lost(why, soon); },
                .event = [this](const AccountFrame& frame) { heard(frame); }}),
      balances_(shared.timers),
      reserve_(shared.timers) {}

void Steps::set(Link& link, VenueSink* sink) {
  link_ = &link;
  sink_ = sink;
  reserve_nonces();
}

/// Ahead of need: writing to disk is not for the moment in which an order leaves.
void Steps::reserve_nonces() {
  // A disk that fails is told by the first request that needs it.
  static_cast<void>(shared_.nonces.prepare(shared_.server_clock.is_set() ? shared_.venue_now()
                                                                         : shared_.clock.wall()));
  reserve_.set(shared_.clock.mono() + reserve_every, [this] { reserve_nonces(); });
}

void Steps::silence_stream() {
  balances_.cancel();
  reserve_.cancel();
  account_.silence();
}

/// Coming back after a long gap costs more calls than the key's counter holds at once: they wait
/// for it, or they would be asked for again from the first one, for ever.
Pages::Terms Steps::own_terms() const {
  constexpr Duration patience = std::chrono::minutes{15};
  auto patient = terms(shared_, shared_.clock.mono() + patience, shared_.own_reads.who);
  patient.within = shared_.config.request_within;
  return patient;
}

void Steps::ask_time(TimeDone done) {
  const auto asked = std::make_shared<MonoTime>();
  shared_.ask(
      cost::free,
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
  const auto found = std::make_shared<std::vector<Market>>();
  // Of a pair the venue has four names and takes some of them: all pairs are asked for.
  Pages::ask(
      shared_,
      {{.write = [this](std::string_view) -> RequestBytes { return shared_.writer.assets(); },
        .take = [this](std::string_view body) -> Result<std::string> {
          if (auto read = shared_.answers.assets(body, shared_.assets); !read)
            return kit::pass(read);
          return std::string{};
        }},
       {.write = [this](std::string_view) -> RequestBytes { return shared_.writer.pairs({}); },
        .take = [this, found](std::string_view body) -> Result<std::string> {
          JsonReader json;  // of its own: the answer is large, and its buffers are not kept
          auto pairs = read_pairs(json, body, shared_.assets);
          if (!pairs) return kit::pass(pairs);
          *found = std::move(pairs->markets);
          return std::string{};
        }}},
      own_terms(), [this, found, done](const Verdict& verdict, MonoTime) {
        done(verdict.is_good() ? take_in(std::move(*found)) : verdict);
      });
}

Verdict Steps::take_in(std::vector<Market> markets) {
  const auto& chosen = shared_.config.symbols;
  const auto stranger = [&](const Market& market) {
    return !chosen.empty() &&
           std::find(chosen.begin(), chosen.end(), market.instrument.symbol) == chosen.end();
  };
  markets.erase(std::remove_if(markets.begin(), markets.end(), stranger), markets.end());
  if (markets.empty()) return not_known("AssetPairs: none of the symbols");
  shared_.markets.halt_all();
  for (auto& market : markets) static_cast<void>(shared_.markets.put(std::move(market)));
  return good();
}

void Steps::tell_instruments() {
  InstrumentsReport all;
  all.instruments.reserve(shared_.markets.size());
  for (std::size_t i = 0; i < shared_.markets.size(); ++i) {
    auto instrument = shared_.markets[static_cast<MarketIndex>(i)].instrument;
    if (instrument.taker_fee.is_zero()) instrument.taker_fee = shared_.config.taker_fee_unknown;
    instrument.fee_in_base = false;  // every order asks for its fee in quote
    all.instruments.push_back(instrument);
  }
  sink_->on(all);
}

// ---- the account ----

Pages::Question Steps::ask_status() {
  return {
      .write = [this](std::string_view) -> RequestBytes { return shared_.writer.system_status(); },
      .take = [this](std::string_view body) -> Result<std::string> {
        const auto status = shared_.answers.system_status(body);
        if (!status) return kit::pass(status);
        if (*status == SystemStatus::maintenance)
          return failed(Fault::unavailable, "the venue is in maintenance");
        return std::string{};
      }};
}

Pages::Question Steps::ask_key_info() {
  return {.write = [this](std::string_view) -> RequestBytes {
            return shared_.writer.key_info(shared_.venue_now());
          },
          .take = [this](std::string_view body) -> Result<std::string> {
            const auto info = shared_.answers.key_info(body);
            if (!info) return kit::pass(info);
            if (info->nonce) shared_.nonces.raise(*info->nonce);
            if (info->can_withdraw)
              not_allowed_ = Detail{"the API key may withdraw; make one that may not"};
            else if (!info->can_trade)
              not_allowed_ = Detail{"the API key may not create and modify orders"};
            else if (!info->can_query)
              not_allowed_ = Detail{"the API key may not query orders and trades"};
            else if (!info->can_stream)
              not_allowed_ = Detail{"the API key may not use websockets"};
            return std::string{};
          },
          // A new question, which not every account's venue answers yet.
          .unless = Refusal::unsupported,
          .weight = cost::read};
}

Pages::Question Steps::ask_balances(std::shared_ptr<std::vector<Balance>> found) {
  return {.write = [this](std::string_view) -> RequestBytes {
            return shared_.writer.balance(shared_.venue_now());
          },
          .take = [this, found](std::string_view body) -> Result<std::string> {
            const auto balances = shared_.answers.balances(body, shared_.assets);
            if (!balances) return kit::pass(balances);
            *found = to_balances(*balances);
            return std::string{};
          },
          .weight = cost::read};
}

void Steps::read_account(Done done) {
  not_allowed_ = {};
  const auto balances = std::make_shared<std::vector<Balance>>();
  Pages::ask(shared_, {ask_status(), ask_key_info(), ask_balances(balances)}, own_terms(),
             [this, balances, done](const Verdict& verdict, MonoTime) {
               if (!verdict.is_good()) return done(verdict);
               if (!not_allowed_.empty())
                 return done({Outcome::refused, Refusal::permission, 0, not_allowed_});
               balances_at_ = shared_.clock.mono();
               tell_instruments();
               sink_->on(BalancesReport{*balances});
               done(verdict);
             });
}

void Steps::balances_changed() {
  if (balances_.is_set()) return;
  constexpr Duration gather = std::chrono::seconds{1};
  const auto now = shared_.clock.mono();
  const auto next = balances_at_ == MonoTime::min() ? now : balances_at_ + balances_every;
  balances_.set(std::max(next, now + gather), [this] {
    balances_at_ = shared_.clock.mono();
    const auto found = std::make_shared<std::vector<Balance>>();
    Pages::ask(shared_, {ask_balances(found)}, own_terms(),
               [this, found](const Verdict& verdict, MonoTime) {
                 if (verdict.is_good()) sink_->on(BalancesReport{*found});
               });
  });
}

// ---- the stream ----

void Steps::heard(const AccountFrame& frame) {
  if (frame.kind == AccountFrame::Kind::balances) {
    if (!frame.snapshot) balances_changed();
    return;
  }
  for (const auto& event : frame.executions) {
    // The first picture is for what later events leave out. What it means is told by catching up,
    // and its old trades say less of their orders than is known.
    if (!frame.snapshot)
      heard(event);
    else if (!event.is_trade())
      static_cast<void>(shared_.known.hear(event));
  }
}

void Steps::heard(const ExecutionFields& event) {
  const auto heard = shared_.known.hear(event);
  if (!heard) {
    if (heard.error().fault != Fault::not_found)  // else a pair that is not loaded
      account_.drop("an unreadable event: " + heard.error().what, true);
    return;
  }
  if (heard->stranger) ask_stranger(*heard->stranger);
  if (heard->fill) shared_.reports.filled(*heard->fill);
  if (!heard->order) return;
  if (is_terminal(heard->order->report.status)) shared_.counters.ended(heard->order->key.id);
  shared_.reports.streamed(*heard->order);
}

/// An event of an order of which nothing is known says too little to be told.
void Steps::ask_stranger(const VenueOrderId& id) {
  constexpr std::size_t strangers_max = 64;
  if (strangers_.size() == strangers_max || !strangers_.insert(id).second) return;
  const auto asked = shared_.clock.mono();
  OrderSearch::ask(shared_, {.id = {}, .venue_id = id}, own_terms(),
                   [this, id, asked](const OrderRead& read) {
                     strangers_.erase(id);
                     if (read.verdict.is_good()) shared_.reports.pictured(read.order, asked);
                   });
}

// ---- the account, read ----

void Steps::read_open_orders(OrdersDone done) {
  kraken::read_open_orders(shared_, own_terms(), std::move(done));
}

void Steps::read_fills(MarketIndex market, WallTime since, FillsDone done) {
  kraken::read_fills(shared_, market, since, own_terms(), std::move(done));
}

bool Steps::read_all_fills(WallTime since, const FillsDone& done) {
  kraken::read_fills(shared_, std::nullopt, since, own_terms(), done);
  return true;
}

void Steps::read_order(const Reports::Live& order, OrderDone done) {
  OrderSearch::ask(shared_, {order.id, order.key.id}, own_terms(), std::move(done));
}

std::vector<MarketIndex> Steps::chosen_markets() const {
  std::vector<MarketIndex> chosen;
  for (const auto& symbol : shared_.config.symbols)
    if (const auto* market = shared_.markets.find(symbol)) chosen.push_back(market->index);
  return chosen;
}

}  // namespace signalbox::kraken
