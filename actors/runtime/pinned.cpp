#include "actors/runtime/pinned.hpp"

#include <caf/actor_system.hpp>
#include <caf/system_messages.hpp>
#include <exception>
#include <string>

#include "actors/runtime/exit_reasons.hpp"
#include "actors/runtime/system_config.hpp"

namespace signalbox {
namespace {

void report(const caf::scheduled_actor& actor, Incident::Kind kind, std::string text) {
  if (auto* config = SystemConfig::of(actor.home_system()))
    config->incidents.report({kind, actor.name(), actor.id(), std::move(text)});
}

std::string type_names(const caf::type_erased_tuple& message) {
  std::string names;
  for (std::size_t i = 0; i < message.size(); ++i) {
    if (i > 0) names += ", ";
    const auto type = message.type(i);
    names += type.second ? type.second->name() : "number " + std::to_string(type.first);
  }
  return names;
}

caf::result<caf::message> on_unexpected(caf::scheduled_actor* actor, caf::message_view& message) {
  report(*actor, Incident::Kind::unexpected_message, type_names(message.content()));
  return caf::sec::unexpected_message;
}

void on_down(caf::scheduled_actor* actor, caf::down_msg& down) {
  report(*actor, Incident::Kind::unhandled_down, describe(down.reason));
}

}  // namespace

std::string text_of(const std::exception_ptr& thrown) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "unknown exception";
  }
}

caf::error on_exception(caf::scheduled_actor* actor, std::exception_ptr& thrown) {
  const std::string text = text_of(thrown);
  report(*actor, Incident::Kind::crashed, text);
  return exit_because(ExitCause::crashed, text);
}

void install_handlers(caf::scheduled_actor& actor) {
  actor.set_default_handler(on_unexpected);
  actor.set_down_handler(on_down);
  actor.set_exception_handler(on_exception);
}

}  // namespace signalbox
