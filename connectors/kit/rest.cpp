#include "connectors/kit/rest.hpp"
#include "messages/plant.hpp"

#include <algorithm>

namespace signalbox::kit {
namespace {

Reply refusal(Refusal why, std::string_view text) {
  Reply reply;
  reply.kind = Reply::Kind::refused;
  reply.rejection = {why, Detail{text}};
  reply.why = text;
  return reply;
}

Reply nothing_back(std::string_view why) {
  Reply reply;
  reply.kind = Reply::Kind::unknown;
  reply.why = why;
  return reply;
}

constexpr HttpToken token_of(std::size_t slot, std::uint32_t generation) {
  return HttpToken{generation} << 32 | slot;
}

}  // namespace

Rest::~Rest() { forget_all(); }

void Rest::set_lanes(std::unique_ptr<HttpLane> orders, std::unique_ptr<HttpLane> queries) {
  orders_ = std::move(orders);
  queries_ = std::move(queries);
}

void Rest::send(Ask ask) {
  const auto pace = pacer_.ask(clock_.mono(), ask.who, ask.cost);
  switch (pace.kind) {
    case Pace::Kind::go:
      if (ask.within > Duration{})
        ask.deadline = std::min(ask.deadline, clock_.mono() + ask.within);
      send_written(ask.lane, ask.route, ask.cost, ask.write(), ask.deadline, std::move(ask.done));
      return;
    case Pace::Kind::wait:
      if (ask.may_wait && pace.until < ask.deadline && waiting_.size() < waiting_max)
        wait(std::move(ask), pace.until);
      else
        refuse_later(std::move(ask.done), Refusal::rate_limited, "held back by our own pacer");
      return;
    case Pace::Kind::banned:
      refuse_later(std::move(ask.done), Refusal::banned, "the venue has banned this address");
      return;
    case Pace::Kind::never:
      refuse_later(std::move(ask.done), Refusal::rate_limited, "costs more than the limit allows");
      return;
  }
}

void Rest::send_written(LaneKind lane, const HttpRoute& route, PaceCost cost,
                        const RequestBytes& bytes, MonoTime deadline, ReplyHandler done) {
  const auto refuse = [&](Refusal refusal_class, std::string_view why) {
    pacer_.give_back(clock_.mono(), cost);
    refuse_later(std::move(done), refusal_class, why);
  };
  if (!bytes) return refuse(bytes.error().refusal, bytes.error().detail.view());
  if (clock_.mono() >= deadline) return refuse(Refusal::not_sent, "its deadline has passed");
  if (free_.empty() && slots_.size() == under_way_max)
    return refuse(Refusal::not_sent, "too many requests under way");
  const auto slot = take_slot();
  slots_[slot].cost = cost;
  slots_[slot].done = std::move(done);
  if (SIGNALBOX_PLANTED(request_shown_when_unanswered))
    slots_[slot].done = [done = std::move(slots_[slot].done),
                         sent = "unanswered: " + std::string{*bytes}](const Reply& reply) {
      Reply told = reply;
      if (told.kind == Reply::Kind::unknown) told.why = sent;
      done(told);
    };
  auto& to = lane == LaneKind::orders ? *orders_ : *queries_;
  to.send_routed(route, token_of(slot, slots_[slot].generation), *bytes, deadline);
}

void Rest::wait(Ask ask, MonoTime until) {
  const auto here = waiting_.insert(waiting_.end(), Waiting{std::move(ask)});
  here->timer = timers_.at(until, [this, here] {
    auto again = std::move(here->ask);
    waiting_.erase(here);
    send(std::move(again));
  });
}

void Rest::refuse_later(ReplyHandler done, Refusal refusal_class, std::string_view why) {
  // Held in the list, so that an end of everything finds it.
  Waiting late;
  late.ask.done = std::move(done);
  const auto here = waiting_.insert(waiting_.end(), std::move(late));
  here->timer = timers_.at(clock_.mono(), [this, here, refusal_class, text = Detail{why}] {
    const auto call = std::move(here->ask.done);
    waiting_.erase(here);
    call(refusal(refusal_class, text.view()));
  });
}

std::size_t Rest::take_slot() {
  if (free_.empty()) {
    slots_.emplace_back();
    slots_.back().used = true;
    return slots_.size() - 1;
  }
  const auto slot = free_.back();
  free_.pop_back();
  slots_[slot].used = true;
  return slot;
}

ReplyHandler Rest::close_slot(HttpToken token, PaceCost* cost) {
  const auto index = token & 0xFFFF'FFFF;
  if (index >= slots_.size()) return {};
  auto& slot = slots_[index];
  if (!slot.used || token_of(index, slot.generation) != token) return {};
  if (cost) *cost = slot.cost;
  slot.used = false;
  ++slot.generation;
  free_.push_back(static_cast<std::uint32_t>(index));
  return std::move(slot.done);
}

void Rest::on_answer(HttpToken token, const HttpAnswer& answer) {
  const auto now = clock_.mono();
  pacer_.on_answer(now, answer.status, answer.headers);
  Reply reply;
  reply.kind = Reply::Kind::answered;
  reply.status = answer.status;
  reply.headers = answer.headers;
  reply.body = answer.body;
  if (const auto done = close_slot(token)) done(reply);
}

void Rest::on_failure(HttpToken token, HttpFailure failure, std::string_view why) {
  PaceCost cost;
  const auto done = close_slot(token, &cost);
  if (!done) return;
  if (failure == HttpFailure::unknown) {
    done(nothing_back(why));
    return;
  }
  pacer_.give_back(clock_.mono(), cost);
  done(refusal(Refusal::not_sent, why));
}

void Rest::forget_all() {
  for (auto& each : waiting_) timers_.cancel(each.timer);
  waiting_.clear();
  for (std::size_t i = 0; i < slots_.size(); ++i)
    if (slots_[i].used) close_slot(token_of(i, slots_[i].generation));
}

void Rest::end_all(std::string_view why) {
  // Handlers may ask for more; that is of a later life and is left alone.
  std::list<Waiting> waiting;
  waiting.swap(waiting_);
  for (auto& each : waiting) {
    timers_.cancel(each.timer);
    each.ask.done(refusal(Refusal::not_sent, why));
  }
  const auto count = slots_.size();
  for (std::size_t i = 0; i < count; ++i)
    if (slots_[i].used)
      if (const auto done = close_slot(token_of(i, slots_[i].generation))) done(nothing_back(why));
}

}  // namespace signalbox::kit
