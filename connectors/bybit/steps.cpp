#include "connectors/bybit/steps.hpp"

#include <algorithm>

#include "connectors/bybit/instruments.hpp"
#include "connectors/kit/fill_pages.hpp"
#include "connectors/transport/json.hpp"
#include "messages/ids.hpp"

namespace signalbox::bybit {
namespace {

// More symbols than this are cheaper had as a whole.
constexpr std::size_t asked_by_name_max = 20;
// Modes of more instruments come with their positions.
constexpr std::size_t modes_asked_max = 20;
constexpr Duration executions_window_max =
    std::chrono::hours{24 * 7} - std::chrono::milliseconds{1};

std::size_t at(Category category) { return category == Category::spot ? 0 : 1; }

}  // namespace

Steps::Steps(Shared& shared)
    : shared_(shared),
      account_(shared,
               {.subscribed = [this] { link_->stream_up(); },
                .lost = [this](std::string_view why, bool soon) { link_->stream_lost(why, soon); },
                .event = [this](const PrivateFrame& frame) { heard(frame); }}) {}

void Steps::set(Link& link, VenueSink* sink) {
  link_ = &link;
  sink_ = sink;
}

Pages::Terms Steps::own_terms() const {
  return {.deadline = shared_.clock.mono() + shared_.config.request_within,
          .within = shared_.own_reads.within,
          .who = shared_.own_reads.who};
}

void Steps::ask_time(TimeDone done) {
  const auto asked = std::make_shared<MonoTime>();
  shared_.ask(
      cost::read,
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

std::vector<NameGuess> Steps::wanted_names() const {
  std::vector<NameGuess> names;
  for (const auto& symbol : shared_.config.symbols) {
    auto guess = guess_name(symbol);
    const bool wanted =
        guess.category == Category::spot ? shared_.config.spot : shared_.config.linear;
    if (wanted) names.push_back(std::move(guess));
  }
  return names;
}

Pages::Question Steps::ask_instruments(Category category, std::string name,
                                       std::shared_ptr<std::vector<Market>> found) {
  return {.write = [this, category, name](std::string_view cursor) -> RequestBytes {
            return shared_.writer.instruments(category, name, cursor);
          },
          .take = [category, found](std::string_view body) -> Result<std::string> {
            JsonReader json;  // of its own: the answer is large, and its buffers are not kept
            auto page = read_instruments(json, body, category);
            if (!page) return pass(page);
            for (auto& market : page->markets) found->push_back(std::move(market));
            return page->cursor;
          },
          // A name that the venue does not have.
          .unless = name.empty() ? Refusal::none : Refusal::invalid};
}

void Steps::load_instruments(Done done) {
  const auto found = std::make_shared<std::vector<Market>>();
  std::vector<Pages::Question> questions;
  const auto names = wanted_names();
  for (const auto category : {Category::spot, Category::linear}) {
    const bool wanted = category == Category::spot ? shared_.config.spot : shared_.config.linear;
    if (!wanted) continue;
    const auto mine = [&](const NameGuess& each) { return each.category == category; };
    const auto count = static_cast<std::size_t>(std::count_if(names.begin(), names.end(), mine));
    if (!shared_.config.symbols.empty() && count == 0) continue;
    if (count == 0 || count > asked_by_name_max) {
      questions.push_back(ask_instruments(category, {}, found));
      continue;
    }
    for (const auto& each : names)
      if (mine(each)) questions.push_back(ask_instruments(category, each.name, found));
  }
  Pages::ask(shared_, std::move(questions), own_terms(),
             [this, found, done](const Verdict& verdict, MonoTime) {
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
  if (markets.empty()) return not_known("instruments-info: none of the symbols");
  shared_.markets.halt_all();
  for (auto& market : markets) static_cast<void>(shared_.markets.put(std::move(market)));
  return good();
}

bool Steps::has_any(Category category) const {
  for (std::size_t i = 0; i < shared_.markets.size(); ++i)
    if (shared_.markets[static_cast<MarketIndex>(i)].category == category) return true;
  return false;
}

void Steps::tell_instruments() {
  InstrumentsReport all;
  all.instruments.reserve(shared_.markets.size());
  for (std::size_t i = 0; i < shared_.markets.size(); ++i) {
    const auto& market = shared_.markets[static_cast<MarketIndex>(i)];
    auto instrument = market.instrument;
    const auto known = fees_.find(market.index);
    instrument.taker_fee = known != fees_.end() ? known->second : highest_fee_[at(market.category)];
    if (instrument.taker_fee.is_zero()) instrument.taker_fee = shared_.config.taker_fee_unknown;
    instrument.fee_in_base = market.category == Category::spot;
    all.instruments.push_back(instrument);
  }
  sink_->on(all);
}

// ---- the account ----

Pages::Question Steps::ask_account_info() {
  return {.write = [this](std::string_view) -> RequestBytes {
            return shared_.writer.account_info(shared_.venue_now());
          },
          .take = [this](std::string_view body) -> Result<std::string> {
            const auto info = shared_.answers.account_info(body);
            if (!info) return pass(info);
            if (!info->unified) not_allowed_ = Detail{"not a unified trading account"};
            return std::string{};
          }};
}

Pages::Question Steps::ask_key_info() {
  return {.write = [this](std::string_view) -> RequestBytes {
            return shared_.writer.key_info(shared_.venue_now());
          },
          .take = [this](std::string_view body) -> Result<std::string> {
            const auto info = shared_.answers.key_info(body);
            if (!info) return pass(info);
            if (info->can_withdraw)
              not_allowed_ = Detail{"the API key may withdraw; make one that may not"};
            else if (info->read_only)
              not_allowed_ = Detail{"the API key may only read"};
            else if (has_any(Category::spot) && !info->trades_spot)
              not_allowed_ = Detail{"the API key may not trade spot"};
            else if (has_any(Category::linear) && !info->trades_linear)
              not_allowed_ = Detail{"the API key may not trade perpetuals"};
            return std::string{};
          }};
}

Pages::Question Steps::ask_fees(Category category) {
  return {.write = [this, category](std::string_view) -> RequestBytes {
            return shared_.writer.fee_rates(category, shared_.venue_now());
          },
          .take = [this, category](std::string_view body) -> Result<std::string> {
            const auto rates = shared_.answers.fee_rates(body);
            if (!rates) return pass(rates);
            auto& highest = highest_fee_[at(category)] = Decimal{};
            for (const auto& rate : *rates) {
              highest = std::max(highest, rate.taker);
              if (const auto* market = find(shared_.markets, category, rate.name))
                fees_[market->index] = rate.taker;
            }
            return std::string{};
          },
          // Not every world tells them; the worst is assumed then.
          .unless = Refusal::unsupported};
}

/// With its symbol named the answer has a row, or two in hedge mode, also when nothing is held.
Pages::Question Steps::ask_mode(const Market& market) {
  return {.write = [this, &market](std::string_view) -> RequestBytes {
            return shared_.writer.positions({.name = market.name}, shared_.venue_now());
          },
          .take = [this, &market](std::string_view body) -> Result<std::string> {
            const auto page = shared_.answers.positions(body);
            if (!page) return pass(page);
            const auto& wanted = shared_.config.leverage;
            for (const auto& each : page->positions) {
              if (each.name != market.name) continue;
              shared_.modes[market.index] = each.mode();
              // Risk reckons with what is configured. Where the venue tells none there is no
              // margin.
              if (wanted && each.leverage && *each.leverage != *wanted)
                not_allowed_ = Detail{"another leverage on " + market.instrument.symbol.str() +
                                      ": " + each.leverage->str()};
            }
            return std::string{};
          }};
}

Pages::Question Steps::ask_wallet(std::shared_ptr<std::vector<Balance>> found) {
  return {.write = [this](std::string_view) -> RequestBytes {
            return shared_.writer.wallet(shared_.venue_now());
          },
          .take = [this, found](std::string_view body) -> Result<std::string> {
            auto balances = shared_.answers.wallet(body);
            if (!balances) return pass(balances);
            *found = std::move(*balances);
            return std::string{};
          }};
}

void Steps::read_account(Done done) {
  not_allowed_ = {};
  std::vector<Pages::Question> questions{ask_account_info()};
  // The demo world has no such question.
  if (shared_.config.network != Network::demo) questions.push_back(ask_key_info());
  for (const auto category : {Category::spot, Category::linear})
    if (has_any(category)) questions.push_back(ask_fees(category));
  std::size_t modes = 0;
  for (const auto index : chosen_markets())
    if (const auto& market = shared_.markets[index];
        market.category == Category::linear && modes++ < modes_asked_max)
      questions.push_back(ask_mode(market));
  const auto balances = std::make_shared<std::vector<Balance>>();
  questions.push_back(ask_wallet(balances));
  Pages::ask(shared_, std::move(questions), own_terms(),
             [this, balances, done](const Verdict& verdict, MonoTime) {
               if (!verdict.is_good()) return done(verdict);
               if (!not_allowed_.empty())
                 return done({Outcome::refused, Refusal::permission, 0, not_allowed_});
               tell_instruments();
               sink_->on(BalancesReport{*balances});
               done(verdict);
             });
}

// ---- the stream ----

void Steps::open_stream() {
  const auto pace = shared_.pacer.ask(shared_.clock.mono(), shared_.own_reads.who, {});
  if (pace.kind != Pace::Kind::go) return link_->stream_held(pace.until);
  account_.open();
}

void Steps::heard(const PrivateFrame& frame) {
  // Which of two topics speaks first of a trade is not documented. Quantities follow from trades.
  for (const auto& fill : frame.fills) shared_.reports.filled(fill);
  for (const auto& order : frame.orders) {
    auto row = order.row;
    shared_.children.name(row, order.parent);
    if (waits_on_wrong_side(row)) {
      if (!is_terminal(row.report.status)) {
        withdraw(row);
        continue;
      }
      row.report.status = OrderStatus::rejected;
      row.report.refusal = Refusal::would_trigger;
    }
    shared_.reports.streamed(row);
  }
  for (const auto& position : frame.positions) shared_.modes[position.market] = position.mode;
  if (!frame.balances.empty()) sink_->on(BalancesReport{frame.balances});
}

/// Spot has no word for the side a trigger waits on, and its documents do not say what becomes of a
/// stop that the market has passed already. Taken for a take-profit, it would wait for the price to
/// come back: no protection at all.
bool Steps::waits_on_wrong_side(const OrderRow& row) const {
  const auto parsed = parse_client_order_id(row.report.id.view());
  return shared_.markets[row.key.market].category == Category::spot && parsed &&
         parsed->leg.kind == LegKind::stop && kit::is_conditional(row.report.kind) &&
         !kit::is_stop(row.report.kind) && !row.report.triggered;
}

/// It is told as refused when it is gone.
void Steps::withdraw(const OrderRow& row) {
  const CancelOrder cancel{
      .symbol = row.report.symbol, .id = row.report.id, .venue_id = row.report.venue_id};
  Ask ask;
  ask.lane = kit::LaneKind::orders;
  ask.who = PaceClass::exit;
  ask.cost = cost::cancel;
  ask.route = {.key = row.key.market + std::uint64_t{1}, .exit = true};
  ask.deadline = shared_.clock.mono() + shared_.config.request_within;
  ask.write = [this, cancel, &market = shared_.markets[row.key.market]] {
    return shared_.writer.cancel(cancel, market, Filter::tpsl, shared_.venue_now());
  };
  ask.done = [this](const Reply& reply) { static_cast<void>(shared_.verdict(reply)); };
  shared_.rest.send(std::move(ask));
}

// ---- the account, read ----

void Steps::read_open_orders(OrdersDone done) {
  bybit::read_open_orders(shared_, all_scopes(shared_), own_terms(), std::move(done));
}

void Steps::read_fills(MarketIndex market, WallTime since, FillsDone done) {
  read_fills(market, since, shared_.clock.mono() + shared_.config.request_within, std::move(done));
}

void Steps::read_fills(MarketIndex index, WallTime since, MonoTime deadline, FillsDone done) {
  const auto read = [this, &market = shared_.markets[index], deadline](WallTime from, WallTime to,
                                                                       const FillsDone& page) {
    Ask ask;
    ask.who = PaceClass::urgent;  // an order of unknown fate, or the way to READY, waits for it
    ask.cost.weight = cost::read;
    ask.deadline = shared_.one_within(deadline);
    ask.write = [this, &market, from, to]() -> RequestBytes {
      return shared_.writer.executions({.category = market.category,
                                        .name = market.name,
                                        .limit = executions_page_max,
                                        .since = from,
                                        .until = to},
                                       shared_.venue_now());
    };
    ask.done = [this, page](const Reply& reply) {
      const auto verdict = shared_.verdict(reply);
      if (!verdict.is_good()) return page({verdict, {}});
      const auto rows = shared_.answers.executions(reply.body);
      if (!rows) return page({not_readable(rows.error()), {}});
      FillsRead fills{verdict, {}};
      for (const auto& each : rows->executions) {
        const auto fill = each.row(shared_.markets, rows->category);
        if (!fill) return page({not_readable(fill.error()), {}});
        if (*fill) fills.fills.push_back(**fill);
      }
      page(std::move(fills));
    };
    shared_.rest.send(std::move(ask));
  };
  kit::FillPages::ask(shared_, since,
                      {executions_window_max, static_cast<std::size_t>(executions_page_max), read},
                      std::move(done));
}

void Steps::read_order(const Reports::Live& order, OrderDone done) {
  OrderSearch::ask(shared_, {shared_.markets[order.key.market], order.id, order.key.id},
                   own_terms(), std::move(done));
}

std::vector<MarketIndex> Steps::chosen_markets() const {
  std::vector<MarketIndex> chosen;
  for (const auto& symbol : shared_.config.symbols)
    if (const auto* market = shared_.markets.find(symbol)) chosen.push_back(market->index);
  return chosen;
}

}  // namespace signalbox::bybit
