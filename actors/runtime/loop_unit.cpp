#include "actors/runtime/loop_unit.hpp"

#include <caf/resumable.hpp>

#include "actors/runtime/hand_over.hpp"

namespace signalbox {
namespace {

/// Whoever made an actor ready took a reference for us. Giving it back may be the last we see of
/// the actor: another thread may destroy it while this returns.
[[gnu::no_sanitize_thread]] void give_back(caf::resumable* job) {
  handed_over(job);
  job->intrusive_ptr_release_impl();
}

}  // namespace

void LoopUnit::exec_later(caf::resumable* actor) {
  const Task task{&LoopUnit::resume, this, actor};
  if (loop_.on_this_thread())
    loop_.defer(task);
  else
    loop_.submit(task);  // order does not matter here: the mailbox keeps it, per actor
}

void LoopUnit::resume(void* unit, void* actor) {
  auto* self = static_cast<LoopUnit*>(unit);
  auto* job = static_cast<caf::resumable*>(actor);
  switch (job->resume(self, messages_per_resume)) {
    case caf::resumable::resume_later: self->loop_.defer({&LoopUnit::resume, unit, actor}); break;
    case caf::resumable::done:
    case caf::resumable::awaiting_message: give_back(job); break;
    case caf::resumable::shutdown_execution_unit:
      break;  // CAF's own workers use it; ours end with their loop
  }
}

}  // namespace signalbox
