// How the account is read: open orders of both books, fills, one order wherever it is.

#include "connectors/binanceusdm/ids.hpp"
#include "connectors/binanceusdm/steps.hpp"

namespace signalbox::binanceusdm {
namespace {

constexpr Duration trades_window_max = std::chrono::hours{24 * 7} - std::chrono::milliseconds{1};

IdSpace other(IdSpace space) { return space == IdSpace::algo ? IdSpace::plain : IdSpace::algo; }

}  // namespace

void Steps::read_open_orders(OrdersDone done) {
  read_open_orders(nullptr, shared_.own_reads.who,
                   shared_.clock.mono() + shared_.config.request_within, std::move(done));
}

void Steps::read_open_orders(const Market* market, PaceClass who, MonoTime deadline,
                             OrdersDone done) {
  // The conditional ones first: one that triggers in between is then in both pictures, not in
  // neither.
  const auto read = std::make_shared<OrdersRead>();
  read->asked = shared_.clock.mono();
  const auto ask_book = [this, market, who, deadline, read](IdSpace space, auto then) {
    Ask ask;
    ask.who = who;
    ask.cost.weight = market ? weight::open_orders : weight::open_orders_of_all;
    ask.deadline = shared_.one_within(deadline);
    ask.write = [this, market, space, read]() -> RequestBytes {
      // The time of the picture is when the first question leaves.
      if (space == IdSpace::algo) read->asked = shared_.clock.mono();
      return shared_.writer.open_orders(space, market, shared_.venue_now());
    };
    ask.done = [this, read, then](const Reply& reply) {
      read->verdict = shared_.verdict(reply);
      if (read->verdict.is_good()) {
        auto orders = shared_.answers.orders(reply.body);
        if (!orders) {
          read->verdict = not_readable(orders.error());
        } else {
          for (auto& order : *orders) {
            shared_.algos.heard(order);
            shared_.algos.adopt(order.row);
            read->orders.push_back(order.row);
          }
        }
      }
      then();
    };
    shared_.rest.send(std::move(ask));
  };
  ask_book(IdSpace::algo, [this, market, deadline, ask_book, read, done = std::move(done)] {
    if (!read->verdict.is_good()) return done(std::move(*read));
    ask_book(IdSpace::plain, [this, market, deadline, read, done] {
      if (!read->verdict.is_good()) {
        read->orders.clear();
        return done(std::move(*read));
      }
      std::optional<MarketIndex> only;
      if (market) only = market->index;
      learn_of(shared_.algos.missing_in(read->orders, only), deadline, [this, read, done] {
        for (auto& row : read->orders) shared_.algos.adopt(row);
        done(std::move(*read));
      });
    });
  });
}

/// What became of conditional orders that no longer wait: their children's fills are then known for
/// ours. One that cannot be asked about is left for the next time.
void Steps::learn_of(std::vector<OrderKey> algos, MonoTime deadline, std::function<void()> done) {
  if (algos.empty()) return done();
  const auto key = algos.back();
  algos.pop_back();
  find_order({}, key.id, shared_.markets[key.market], deadline,
             [this, algos = std::move(algos), deadline,
              call = std::move(done)](const kit::OrderRead&) { learn_of(algos, deadline, call); });
}

void Steps::read_fills(MarketIndex market, WallTime since, FillsDone done) {
  read_fills(market, since, shared_.clock.mono() + shared_.config.request_within, std::move(done));
}

void Steps::read_fills(MarketIndex market, WallTime since, MonoTime deadline, FillsDone done) {
  const auto read = [this, &market = shared_.markets[market], deadline](WallTime from, WallTime to,
                                                                        const FillsDone& page) {
    Ask ask;
    ask.who = PaceClass::urgent;  // an order of unknown fate, or the way to READY, waits for it
    ask.cost.weight = weight::trades;
    ask.deadline = shared_.one_within(deadline);
    ask.write = [this, &market, from, to]() -> RequestBytes {
      return shared_.writer.trades(market, from, to, shared_.venue_now());
    };
    ask.done = [this, page](const Reply& reply) {
      const auto verdict = shared_.verdict(reply);
      if (!verdict.is_good()) return page({verdict, {}});
      auto rows = shared_.answers.trades(reply.body);
      if (!rows) return page({not_readable(rows.error()), {}});
      for (auto& row : *rows) shared_.algos.adopt(row);
      page({verdict, std::move(*rows)});
    };
    shared_.rest.send(std::move(ask));
  };
  FillPages::ask(shared_, since,
                 {trades_window_max, static_cast<std::size_t>(trades_page_max), read},
                 std::move(done));
}

std::vector<MarketIndex> Steps::chosen_markets() const {
  std::vector<MarketIndex> chosen;
  for (const auto& symbol : shared_.config.symbols)
    if (const auto* market = shared_.markets.find(symbol)) chosen.push_back(market->index);
  return chosen;
}

void Steps::read_order(const Reports::Live& order, OrderDone done) {
  find_order({}, order.key.id, shared_.markets[order.key.market],
             shared_.clock.mono() + shared_.config.request_within,
             [key = order.key, call = std::move(done)](OrderRead read) {
               // Asked about by this key, so it is by this key that it has ended.
               read.order.key = key;
               call(std::move(read));
             });
}

// ---- one order ----

struct Steps::Search {
  const Market& market;
  ClientOrderId id;
  MonoTime deadline{};
  OrderDone done;
  bool tried_other = false;
  bool may_try_other = false;
  std::optional<OrderState> parent;  ///< the conditional order whose child is asked about
};

void Steps::find_order(const ClientOrderId& id, const VenueOrderId& venue_id, const Market& market,
                       MonoTime deadline, OrderDone done) {
  auto search = std::make_shared<Search>(
      Search{.market = market, .id = id, .deadline = deadline, .done = std::move(done)});
  IdSpace space = is_algo(venue_id) ? IdSpace::algo : IdSpace::plain;
  if (venue_id.empty()) {
    const auto known = shared_.algos.space_of(id);
    space = known.value_or(likely_space(id));
    search->may_try_other = !known;
  }
  this->search(std::move(search), space, venue_id);
}

void Steps::search(std::shared_ptr<Search> search, IdSpace space, VenueOrderId venue_id) {
  Ask ask;
  ask.who = PaceClass::exit;
  ask.cost.weight = weight::query;
  ask.deadline = shared_.one_within(search->deadline);
  ask.write = [this, search, space, venue_id] {
    return shared_.writer.order(space, search->id, venue_id, search->market, shared_.venue_now());
  };
  ask.done = [this, search, space](const Reply& reply) { searched(search, space, reply); };
  shared_.rest.send(std::move(ask));
}

void Steps::searched(const std::shared_ptr<Search>& search, IdSpace space, const Reply& reply) {
  const auto verdict = shared_.verdict(reply);
  if (!verdict.is_good()) {
    const bool absent = verdict.refusal == Refusal::not_found;
    if (absent && search->may_try_other && !search->tried_other && !search->parent) {
      search->tried_other = true;
      return this->search(search, other(space), {});
    }
    // The child of a triggered order may be written a moment later than its parent says.
    return search->done(
        {absent && search->parent ? not_known("its child is not there yet") : verdict, {}});
  }
  auto read = shared_.answers.order(reply.body, &search->market);
  if (!read) return search->done({not_readable(read.error()), {}});
  if (!read->row.described) return search->done({not_known("order: not described"), {}});
  shared_.algos.heard(*read);
  if (read->algo && !read->child.empty()) {
    const auto child = read->child;
    search->parent = std::move(*read);
    return this->search(search, IdSpace::plain, child);
  }
  auto row = read->row;
  shared_.algos.adopt(row);
  search->done({verdict, row});
}

}  // namespace signalbox::binanceusdm
