#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "bench/exchange.hpp"
#include "bench/parts.hpp"

namespace signalbox::bench {
namespace {

/// What the script prints when all is done; its times are of the same clock as ours.
std::string output_of(const std::string& command) {
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("ccxt: node cannot be started");
  std::string out;
  char buffer[4096];
  for (std::size_t n = 0; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) out.append(buffer, n);
  const int status = pclose(pipe);
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
    throw std::runtime_error("ccxt: the script failed");
  return out;
}

Sent sent_in(const nlohmann::json& list) {
  Sent sent;
  for (const auto& each : list)
    sent.emplace_back(each.at("id").get<std::string>(),
                      mono_from_ns(each.at("ns").get<std::int64_t>()));
  return sent;
}

}  // namespace

void measure_ccxt(const Load& load, const Clock& clock, Durations& to_order,
                  Durations& to_bracket) {
  LocalExchange exchange{clock};
  const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(load.pace).count();
  const auto output = output_of("NODE_EXTRA_CA_CERTS='" + exchange.ca_file() +
                                "' node '" SIGNALBOX_CCXT_SCRIPT "' " +
                                std::to_string(exchange.port()) + " " + std::to_string(warm_up) +
                                " " + std::to_string(load.count) + " " + std::to_string(micros));
  const auto told = nlohmann::json::parse(output);
  const auto seen = exchange.look().accepted;
  join(sent_in(told.at("orders")), seen, 1, to_order);
  // Three orders in turn, each with the time at which the first was asked for.
  join(sent_in(told.at("brackets")), seen, 3, to_bracket);
}

}  // namespace signalbox::bench
