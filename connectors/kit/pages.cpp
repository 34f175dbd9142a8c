#include "connectors/kit/pages.hpp"

#include <utility>

namespace signalbox::kit {

void Pages::ask(Core& core, std::vector<Question> questions, const Terms& terms, Done done) {
  std::make_shared<Pages>(core, std::move(questions), terms, std::move(done))->next();
}

Pages::Pages(Core& core, std::vector<Question> questions, const Terms& terms, Done done)
    : core_(core),
      questions_(std::move(questions)),
      terms_(terms),
      done_(std::move(done)),
      asked_(core.clock.mono()) {}

void Pages::next() {
  if (at_ == questions_.size()) {
    // From the loop, also when there was nothing to ask.
    if (pages_ > 0) return finish(good());
    return core_.post([self = shared_from_this()] { self->finish(good()); });
  }
  if (++pages_ > pages_max) return finish(not_known("too many pages"));
  Ask ask;
  ask.who = terms_.who;
  ask.cost.weight = questions_[at_].weight;
  ask.deadline = terms_.deadline;
  ask.within = terms_.within;
  ask.write = [self = shared_from_this()] {
    // The time it is asked is when it leaves, not when the pacer was asked.
    if (!std::exchange(self->asked_once_, true)) self->asked_ = self->core_.clock.mono();
    return self->questions_[self->at_].write(self->cursor_);
  };
  ask.done = [self = shared_from_this()](const Reply& reply) { self->answered(reply); };
  if (terms_.send) return terms_.send(std::move(ask));
  core_.rest.send(std::move(ask));
}

void Pages::answered(const Reply& reply) {
  const auto& question = questions_[at_];
  const auto verdict = core_.verdict(reply);
  const bool nothing = verdict.outcome == Outcome::refused && verdict.refusal == question.unless;
  if (!verdict.is_good() && !nothing) return finish(verdict);
  std::string cursor;
  if (!nothing) {
    auto taken = question.take(reply.body);
    if (!taken) return finish(not_readable(taken.error()));
    cursor = std::move(*taken);
  }
  // A venue that gives the same cursor again would be asked for ever.
  if (cursor.empty() || cursor == cursor_) {
    ++at_;
    cursor.clear();
  }
  cursor_ = std::move(cursor);
  next();
}

void Pages::finish(const Verdict& verdict) {
  const auto done = std::move(done_);
  done(verdict, asked_);
}

}  // namespace signalbox::kit
