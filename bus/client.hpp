#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "bus/context.hpp"
#include "bus/listen.hpp"
#include "messages/result.hpp"
#include "messages/time.hpp"

namespace signalbox {

/// The other side of the bus, for programs that may wait: strategies, the CLI, a monitor. Blocking
/// calls with a bound each; one thread per object.

/// One answer, or one command.
struct BusMessage {
  std::string type;
  std::string body;
};

/// A DEALER on `commands`: any number of commands, any number of answers.
class CommandClient {
 public:
  static Result<CommandClient> connect(std::shared_ptr<BusContext> context,
                                       const std::string& address,
                                       const CurveClient* curve = nullptr);
  CommandClient(CommandClient&&) noexcept;
  CommandClient& operator=(CommandClient&&) noexcept;
  ~CommandClient();

  /// Fails with `full` when a thousand commands wait and the engine does not take them.
  Result<void> send(std::string_view type, std::string_view body);
  /// Nothing when none came within `wait`.
  std::optional<BusMessage> receive(Duration wait);

 private:
  struct Impl;
  explicit CommandClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

struct BusEvent {
  std::string topic;
  std::string header;  ///< an encoded EventHeader
  std::string body;
};

/// A SUB on `events` or `ticks`.
class EventReader {
 public:
  static Result<EventReader> connect(std::shared_ptr<BusContext> context,
                                     const std::string& address,
                                     const CurveClient* curve = nullptr);
  EventReader(EventReader&&) noexcept;
  EventReader& operator=(EventReader&&) noexcept;
  ~EventReader();

  /// Everything whose topic begins so; "" is everything.
  void subscribe(std::string_view prefix);
  std::optional<BusEvent> receive(Duration wait);

 private:
  struct Impl;
  explicit EventReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace signalbox
