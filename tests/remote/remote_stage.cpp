#include "tests/remote/remote_stage.hpp"

namespace signalbox::test {

RemoteStage::Process::Process(TradingStage& t, PortPair& pair, std::uint64_t number)
    : clock(t.stage->clock(), std::chrono::hours{static_cast<std::int64_t>(number)}),
      timers(t.stage->timers(), clock),
      venue(t.exchange, t.account, clock, timers, t.options.paper),
      host({.account = AccountName{"main"}, .process = number}, venue, pair.host_port(), clock,
           timers) {}

RemoteStage::RemoteStage(Duration latency) : t(options(latency)) {}

RemoteStage::~RemoteStage() {
  t.crash();
  process_.reset();
  pair_.reset();
}

TradingStage::Options RemoteStage::options(Duration latency) {
  TradingStage::Options chosen;
  chosen.make_venue = [this, latency](TradingStage& stage) { return make_venue(stage, latency); };
  return chosen;
}

/// Called from inside the construction of `t`, hence its argument.
std::unique_ptr<Venue> RemoteStage::make_venue(TradingStage& stage, Duration latency) {
  auto& timers = stage.stage->timers();
  const auto& clock = stage.stage->clock();
  if (!pair_) {
    pair_ = std::make_unique<PortPair>(clock, timers);
    pair_->latency = latency;
    process_ = std::make_unique<Process>(stage, *pair_, ++processes_);
    pair_->set_host(&process_->host);
    process_->host.start();
    pair_->connect();
  }
  pair_->epoch = static_cast<std::uint64_t>(stage.journal->epoch());
  return std::make_unique<RemoteVenue>(
      RemoteAccount{AccountName{"main"}, false, pair_->epoch, stage.options.paper.capabilities},
      pair_->door(), clock, timers);
}

void RemoteStage::start_process() {
  process_ = std::make_unique<Process>(t, *pair_, ++processes_);
  pair_->set_host(&process_->host);
  process_->host.start();
  pair_->connect();
}

void RemoteStage::kill_process() {
  pair_->set_host(nullptr);
  process_.reset();
  pair_->cut();
}

void RemoteStage::kill_engine() {
  t.crash();
  pair_->cut();
}

void RemoteStage::restart_engine() {
  pair_->connect();
  t.restart();
}

}  // namespace signalbox::test
