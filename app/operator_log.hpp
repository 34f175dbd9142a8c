#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "actors/outlet.hpp"
#include "actors/runtime/incidents.hpp"
#include "app/engine_config.hpp"
#include "app/log.hpp"
#include "journal/lease.hpp"

namespace signalbox {

/// What an operator reads of an engine: what it started with, links, trading states, refusals,
/// pages, restarts, orders of unknown fate. It is told events after they were published, on the
/// cold loop, so a full log never holds trading up. No secret comes here: what it writes has
/// fields, and none of them is one.
class OperatorLog {
 public:
  static constexpr unsigned turned_away_lines_max = 10;  ///< a second; the rest is counted

  /// `log` may be null: nobody is told.
  explicit OperatorLog(Log* log) : log_(log) {}

  void starting(const EngineConfig& config, Epoch epoch);
  void listening(const std::vector<std::string>& commands, const std::vector<std::string>& events,
                 const std::vector<std::string>& ticks,
                 const std::vector<std::string>& connections);
  void stopped();

  void on(const Event& event);
  void on(const Refused& refused);
  void on(const SupervisionEvent& event);
  void defect(const std::string& why);
  void broken(const std::string& why);
  void on(const Incident& incident);
  /// A peer that the gatekeeper refused; many in a second become one line.
  void turned_away(std::string_view address, std::string_view why, MonoTime now);

  bool wants(LogLevel level) const { return log_ != nullptr && log_->wants(level); }

 private:
  void write(LogLevel level, std::string_view line);

  Log* log_;
  MonoTime turned_away_since_{};
  std::uint64_t turned_away_ = 0;
};

}  // namespace signalbox
