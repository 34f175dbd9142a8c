#include "app/event_decoding.hpp"

#include "messages/catalog.hpp"
#include "messages/codec.hpp"

namespace signalbox {

std::optional<std::pair<EventHeader, Event>> decode_event(const BusEvent& event) {
  const auto header = decode<EventHeader>(event.header);
  if (!header) return std::nullopt;
  std::optional<std::pair<EventHeader, Event>> found;
  with_type(events, header->type.view(), [&](const auto& listed) {
    using T = typename std::remove_cvref_t<decltype(listed)>::Message;
    if constexpr (std::is_constructible_v<Event, T>)
      if (const auto body = decode<T>(event.body)) found.emplace(*header, Event{*body});
  });
  return found;
}

}  // namespace signalbox
