#pragma once

#include <cstdint>

#include "messages/capabilities.hpp"
#include "messages/venue_reports.hpp"
#include "messages/venue_requests.hpp"

namespace signalbox {

// What the two ends of the connection port say to each other beside a venue's own requests and
// reports. Times of one process mean nothing in another, so whatever has a deadline travels in
// `PortRequest`, told in the clock of the process that must keep it.

inline constexpr std::uint32_t connection_port_version = 1;

/// The first message of a process that hosts a venue; again each second until it is answered, and
/// with the next `session` when it wants to begin anew.
struct ConnectionHello {
  std::uint32_t version = connection_port_version;
  AccountName account;
  bool testnet = false;
  Capabilities capabilities;
  std::uint64_t process = 0;
  std::uint64_t session = 0;
  Duration at{};

  static constexpr auto fields = Fields{
      field("version", &ConnectionHello::version, "of these messages: 1"),
      field("account", &ConnectionHello::account, ""),
      field("testnet", &ConnectionHello::testnet, ""),
      field("capabilities", &ConnectionHello::capabilities, "the same as the engine's own"),
      field("process", &ConnectionHello::process, "drawn once in a process's life"),
      field("session", &ConnectionHello::session, "counts its beginnings"),
      field("at", &ConnectionHello::at, "its monotonic clock when it sent this"),
  };
  friend bool operator==(const ConnectionHello&, const ConnectionHello&) = default;
};

/// The engine will have it. From here on requests and reports carry this generation; each is
/// greater than every earlier one, also of earlier engines on the same journal.
struct ConnectionWelcome {
  std::uint32_t version = connection_port_version;
  AccountName account;
  std::uint64_t epoch = 0;
  std::uint64_t generation = 0;

  static constexpr auto fields = Fields{
      field("version", &ConnectionWelcome::version, ""),
      field("account", &ConnectionWelcome::account, ""),
      field("epoch", &ConnectionWelcome::epoch, "writes of an earlier one are refused"),
      field("generation", &ConnectionWelcome::generation, ""),
  };
  friend bool operator==(const ConnectionWelcome&, const ConnectionWelcome&) = default;
};

enum class HelloRefusal : std::uint8_t {
  version = 1,   ///< it speaks another version of these messages
  account,       ///< no such account, or one that the engine connects itself
  network,       ///< one of the two is on the testnet
  capabilities,  ///< another venue, or another build of it
  busy,          ///< another process serves this account; try again
  no_hello,      ///< it must say hello first
  malformed,     ///< what it sent could not be read: it must begin anew
};
template <>
inline constexpr auto enum_names<HelloRefusal> = std::array{
    Named{HelloRefusal::version, "version"},     Named{HelloRefusal::account, "account"},
    Named{HelloRefusal::network, "network"},     Named{HelloRefusal::capabilities, "capabilities"},
    Named{HelloRefusal::busy, "busy"},           Named{HelloRefusal::no_hello, "no_hello"},
    Named{HelloRefusal::malformed, "malformed"},
};

/// The engine will not have it, or no longer. It may say hello again, once a second.
struct ConnectionRefused {
  HelloRefusal reason = HelloRefusal::malformed;
  Detail detail;

  static constexpr auto fields = Fields{
      field("reason", &ConnectionRefused::reason, ""),
      field("detail", &ConnectionRefused::detail, "for people"),
  };
  friend bool operator==(const ConnectionRefused&, const ConnectionRefused&) = default;
};

/// The hosting process's clock, each second.
struct ConnectionClock {
  std::uint64_t generation = 0;
  Duration at{};

  static constexpr auto fields =
      Fields{field("generation", &ConnectionClock::generation, ""),
             field("at", &ConnectionClock::at, "its monotonic clock when it sent this")};
  friend bool operator==(const ConnectionClock&, const ConnectionClock&) = default;
};

/// A request on its way to the process that hosts the venue.
template <class Request>
struct PortRequest {
  std::uint64_t generation = 0;  ///< of the welcome; others are dropped
  /// When it was sent, in the monotonic clock of the receiving process, or a little earlier: as
  /// far as its `at`s tell. Never later, so a request that was held up counts as older than it is
  /// and cannot reach a venue after the engine has given it up.
  Duration sent{};
  Duration within{};  ///< from `sent`: the time for its result
  Request request;

  static constexpr auto fields =
      Fields{field("generation", &PortRequest::generation), field("sent", &PortRequest::sent),
             field("within", &PortRequest::within), field("request", &PortRequest::request)};
  friend bool operator==(const PortRequest&, const PortRequest&) = default;
};

/// A result or report on its way to the engine.
template <class Report>
struct PortReport {
  std::uint64_t generation = 0;
  Duration at{};  ///< the sender's monotonic clock
  Report report;

  static constexpr auto fields =
      Fields{field("generation", &PortReport::generation), field("at", &PortReport::at),
             field("report", &PortReport::report)};
  friend bool operator==(const PortReport&, const PortReport&) = default;
};

}  // namespace signalbox
