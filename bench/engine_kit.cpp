#include "bench/engine_kit.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include "messages/catalog.hpp"
#include "messages/codec.hpp"

namespace signalbox::bench {

using namespace std::chrono_literals;

Folder::Folder(const std::filesystem::path& in) {
  auto pattern = (in / "signalbox-bench-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary folder");
  path_ = pattern;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::filesystem::path in_memory() {
  const std::filesystem::path usual = "/dev/shm";
  return std::filesystem::is_directory(usual) ? usual : std::filesystem::temp_directory_path();
}

void wait_ready(const Clock& clock, CommandClient& client, Duration within) {
  for (const auto until = clock.mono() + within; clock.mono() < until;) {
    static_cast<void>(client.send("status", encoded(Status{.id = SignalId{"s"}})));
    const auto reply = client.receive(200ms);
    const auto answer = reply ? decode<StatusAnswer>(reply->body) : decode<StatusAnswer>("");
    if (answer && !answer->accounts.empty() &&
        std::ranges::all_of(answer->accounts,
                            [](const auto& each) { return each.link == LinkState::ready; }))
      return;
    std::this_thread::sleep_for(1ms);
  }
  throw std::runtime_error("the engine did not become ready");
}

}  // namespace signalbox::bench
