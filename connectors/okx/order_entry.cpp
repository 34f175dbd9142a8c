#include "connectors/okx/order_entry.hpp"

#include <memory>
#include <utility>
#include <vector>

namespace signalbox::okx {

OrderEntry::OrderEntry(Shared& shared, Steps& steps) : shared_(shared), steps_(steps) {
  steps_.on_answer = [this](const UserFrame& frame) { finish(frame.id, &frame, {}); };
  steps_.on_orders_lost = [this](std::string_view why) { end_all(why); };
}

bool OrderEntry::send(const std::function<RequestBytes(std::string_view id)>& write,
                      MonoTime deadline, Done done) {
  if (!is_up() || shared_.clock.mono() >= deadline) return false;
  const auto id = "s" + std::to_string(++last_id_);
  const auto bytes = write(id);
  if (!bytes || !steps_.orders_socket().send(*bytes)) return false;
  auto timer = std::make_unique<kit::OwnTimer>(shared_.timers);
  timer->set(deadline, [this, id] {
    finish(id, nullptr, "no answer before the deadline");
    // Whoever does not answer orders may not tell events either.
    steps_.drop_stream("an order over the websocket was not answered", true);
  });
  under_way_.emplace(id, UnderWay{std::move(done), std::move(timer)});
  return true;
}

void OrderEntry::finish(const std::string& id, const UserFrame* answer, std::string_view why) {
  const auto found = under_way_.find(id);
  if (found == under_way_.end()) return;
  // The timer may be the caller: it lives until this is over.
  const auto ended = std::move(found->second);
  under_way_.erase(found);
  ended.done(answer, why);
}

void OrderEntry::end_all(std::string_view why) {
  std::vector<std::string> ids;
  for (const auto& [id, each] : under_way_) ids.push_back(id);
  for (const auto& id : ids) finish(id, nullptr, why);
}

}  // namespace signalbox::okx
