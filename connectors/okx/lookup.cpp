#include "connectors/okx/lookup.hpp"

#include <array>
#include <utility>

namespace signalbox::okx {
namespace {

using kit::not_readable;
using kit::OrderRead;

/// Where a pair is found when only one of its legs is known by name. Live ones first.
struct List {
  std::string_view types, state;  // no state: the pending ones
};
constexpr auto lists = std::array{
    List{"conditional,oco", ""},
    List{"oco", "effective"},
    List{"oco", "canceled"},
    List{"oco", "order_failed"},
};

bool is_exit_leg(const ClientOrderId& id) {
  const auto parsed = parse_client_order_id(id.view());
  return parsed && (parsed->leg.kind == LegKind::stop || parsed->leg.kind == LegKind::target);
}

}  // namespace

void Lookup::ask(Shared& shared, const What& what, Done done) {
  std::make_shared<Lookup>(shared, what, std::move(done))->start();
}

Lookup::Lookup(Shared& shared, const What& what, Done done)
    : shared_(shared), what_(what), done_(std::move(done)) {}

void Lookup::start() {
  const auto found = shared_.algos.find(what_.id, what_.venue_id);
  is_certain_ = found.is_certain;
  if (const auto parsed = parse_venue_id(what_.venue_id.view())) {
    is_target_ = parsed->is_target;
    if (parsed->kind == VenueNumber::Kind::attached) parent_ = parsed->number;
  }
  found.ref.is_algo ? ask_algo(found.ref) : ask_plain(found.ref);
}

void Lookup::send(std::uint32_t weight, std::function<RequestBytes()> write,
                  kit::ReplyHandler done) {
  kit::Ask ask;
  ask.who = PaceClass::exit;  // an order of unknown fate holds up everything else
  ask.cost.weight = weight;
  ask.deadline = shared_.one_within(what_.deadline);
  ask.write = std::move(write);
  ask.done = std::move(done);
  shared_.rest.send(std::move(ask));
}

void Lookup::ask_plain(const OrderRef& ref) {
  send(
      weight::order,
      [self = shared_from_this(), ref] {
        return self->shared_.writer.order(ref, self->shared_.markets[self->what_.market],
                                          self->shared_.venue_now());
      },
      [self = shared_from_this()](const Reply& reply) { self->answered_plain(reply); });
}

void Lookup::ask_algo(const OrderRef& ref) {
  algo_asked_ = true;
  send(
      weight::algo,
      [self = shared_from_this(), ref] {
        return self->shared_.writer.order(ref, self->shared_.markets[self->what_.market],
                                          self->shared_.venue_now());
      },
      [self = shared_from_this()](const Reply& reply) { self->answered_algo(reply); });
}

void Lookup::ask_next_list() {
  if (list_ == lists.size() || !is_exit_leg(what_.id)) {
    is_certain_ = true;
    return not_found();
  }
  const auto& list = lists[list_++];
  send(
      weight::algo,
      [self = shared_from_this(), list]() -> RequestBytes {
        const auto& market = self->shared_.markets[self->what_.market];
        const auto now = self->shared_.venue_now();
        if (list.state.empty())
          return self->shared_.writer.open_algos(&market, list.types, {}, now);
        return self->shared_.writer.ended_algos(market, list.types, list.state, now);
      },
      [self = shared_from_this()](const Reply& reply) { self->answered_list(reply); });
}

void Lookup::not_found() {
  if (!is_certain_) {
    if (algo_asked_) return ask_next_list();
    return ask_algo({true, {}, std::string{what_.id.view()}, AlgoLeg::stop});
  }
  if (parent_.empty()) return finish({last_, {}});
  const OrderRef parent{false, std::exchange(parent_, {}), {}, AlgoLeg::stop};
  send(
      weight::order,
      [self = shared_from_this(), parent] {
        return self->shared_.writer.order(parent, self->shared_.markets[self->what_.market],
                                          self->shared_.venue_now());
      },
      [self = shared_from_this()](const Reply& reply) { self->answered_parent(reply); });
}

void Lookup::answered_parent(const Reply& reply) {
  const auto verdict = shared_.verdict(reply);
  if (verdict.refusal == Refusal::not_found) return finish({last_, {}});
  if (!verdict.is_good()) return finish({verdict, {}});
  const auto row = shared_.answers.order(reply.body);
  if (!row) return finish({not_readable(row.error()), {}});
  for (const auto& leg : row->attached)
    if (leg.key.id == what_.venue_id && !is_terminal(row->order.report.status))
      return finish({kit::good(), leg});
  finish({last_, {}});
}

void Lookup::answered_plain(const Reply& reply) {
  last_ = shared_.verdict(reply);
  if (last_.refusal == Refusal::not_found) return not_found();
  if (!last_.is_good()) return finish({last_, {}});
  auto row = shared_.answers.order(reply.body);
  if (!row) return finish({not_readable(row.error()), {}});
  shared_.algos.adopt(*row);
  finish({last_, row->order});
}

void Lookup::answered_algo(const Reply& reply) {
  last_ = shared_.verdict(reply);
  if (last_.refusal == Refusal::not_found) return not_found();
  if (!last_.is_good()) return finish({last_, {}});
  auto row = shared_.answers.algo(reply.body);
  if (!row) return finish({not_readable(row.error()), {}});
  if (!take(*row)) not_found();
}

void Lookup::answered_list(const Reply& reply) {
  auto verdict = shared_.verdict(reply);
  if (verdict.refusal == Refusal::not_found) return ask_next_list();
  if (!verdict.is_good()) return finish({verdict, {}});
  std::vector<AlgoRow> rows;
  if (const auto page = shared_.answers.algos(reply.body, rows); !page)
    return finish({not_readable(page.error()), {}});
  for (const auto& row : rows)
    if (take(row)) return;
  ask_next_list();
}

bool Lookup::take(const AlgoRow& row) {
  shared_.algos.learn(row);
  for (const auto& leg : row.legs) {
    const bool is_target = row.is_pair && &leg != row.legs.begin();
    const bool mine = what_.id.empty() || leg.report.id.empty() ? is_target == is_target_
                                                                : leg.report.id == what_.id;
    if (!mine) continue;
    const bool made_an_order = leg.report.triggered && !row.children.empty();
    if (made_an_order) {
      is_certain_ = true;
      algo_asked_ = false;
      ask_plain({false, row.children.front(), {}, AlgoLeg::stop});
    } else {
      finish({kit::good(), leg});
    }
    return true;
  }
  return false;
}

void Lookup::finish(OrderRead read) {
  if (read.verdict.is_good() && !what_.id.empty()) {
    read.order.report.id = what_.id;
    read.order.report.raw_client_id = {};
  }
  const auto done = std::move(done_);
  done(std::move(read));
}

}  // namespace signalbox::okx
