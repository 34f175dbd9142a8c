#include "tests/bus/bus_stage.hpp"

#include <stdlib.h>

#include <boost/asio/io_context.hpp>
#include <filesystem>

namespace signalbox::test {

struct BusStage::Loop {
  boost::asio::io_context io{1};
};

BusStage::BusStage(Ingress ingress)
    : ingress_(ingress), loop_(std::make_unique<Loop>()), context_(opened(BusContext::open())) {
  folder_ = (std::filesystem::temp_directory_path() / "signalbox-bus-XXXXXX").string();
  REQUIRE(mkdtemp(folder_.data()) != nullptr);
}

EachIngress::EachIngress() : BusStage(GENERATE(Ingress::native, Ingress::libzmq)) {}

BusStage::~BusStage() { std::filesystem::remove_all(folder_); }

boost::asio::io_context& BusStage::loop() { return loop_->io; }

std::string BusStage::ipc(const std::string& name) const { return "ipc://" + folder_ + "/" + name; }

bool BusStage::until(const std::function<bool()>& condition, std::chrono::seconds within) {
  const auto end = std::chrono::steady_clock::now() + within;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    loop_->io.restart();
    loop_->io.run_one_for(std::chrono::milliseconds{1});
  }
  return true;
}

void BusStage::run_ready() {
  loop_->io.restart();
  loop_->io.poll();
}

Frames BusStage::answer_to(RawPeer& peer) {
  std::optional<Frames> answer;
  REQUIRE(until([&] { return (answer = peer.receive()).has_value(); }));
  return *answer;
}

NotedCommands::NotedCommands(BusStage& stage, CommandSocketOptions options) {
  if (options.listen.addresses.empty()) options.listen.addresses = {any_port};
  options.ingress = stage.ingress();
  socket = opened(CommandSocket::open(
      stage.context(), stage.loop(), options,
      {.on_command =
           [this](const Command& command) {
             notes.push_back({command.peer, std::string{command.type}, std::string{command.body}});
             if (on_command) on_command(notes.back());
           },
       .on_malformed =
           [](FrameFault fault) {
             return FaultReply{"refused", std::string{name_of(fault)}};
           }}));
}

}  // namespace signalbox::test
