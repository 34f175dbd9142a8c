#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "actors/outlet.hpp"
#include "actors/runtime/loop.hpp"

namespace signalbox {

class CommandDesk;
class Publisher;

/// The hot loop's end of everything that leaves: gathers what is produced until the loop
/// has nothing else to do (Loop::when_idle), and then hands events to the publishing loop in one
/// piece and replies to the command socket. The hot chain pays for a copy into a reused vector and
/// nothing else.
class HotOutlet final : public Outlet {
 public:
  /// Events and ticks handed over and not yet published. Beyond it they are dropped and counted;
  /// the publisher tells subscribers so.
  static constexpr std::uint64_t under_way_max = 100'000;

  HotOutlet(Loop& hot, Loop& cold) : hot_(hot), cold_(cold) {}

  /// Both outlive the loops' last turn; set before the first event.
  void join(CommandDesk& desk, Publisher& publisher) {
    desk_ = &desk;
    publisher_ = &publisher;
  }
  void leave() { desk_ = nullptr; }
  /// Now, not in an idle moment: whatever is handed to the publishing loop next comes after it.
  void hand_over() { flush(); }
  /// Refusals of commands, which are no events, for the log; called on the publishing loop. Set
  /// before the first.
  void on_refused(std::function<void(const Refused&)> told) { told_refused_ = std::move(told); }
  void refused(const Refused& refused);

  void publish(const Event& event) override;
  void tick(const AccountName& account, const Tick& tick) override;
  void reply(ClientToken to, const Reply& reply) override;

 private:
  using Ticks = std::vector<std::pair<AccountName, Tick>>;

  void flush_later();
  void flush();
  bool room();

  Loop& hot_;
  Loop& cold_;
  CommandDesk* desk_ = nullptr;
  Publisher* publisher_ = nullptr;
  std::vector<Event> events_;
  Ticks ticks_;
  std::vector<Refused> refused_;
  std::function<void(const Refused&)> told_refused_;
  std::vector<std::pair<ClientToken, Reply>> replies_;
  bool flush_due_ = false;
  std::uint64_t dropped_ = 0;
  std::shared_ptr<std::atomic<std::uint64_t>> under_way_ =
      std::make_shared<std::atomic<std::uint64_t>>(0);
};

}  // namespace signalbox
