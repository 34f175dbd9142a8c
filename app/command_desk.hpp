#pragma once

#include <caf/actor.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "actors/outlet.hpp"
#include "actors/runtime/link.hpp"
#include "actors/shard.hpp"
#include "app/command_memory.hpp"
#include "bus/command_socket.hpp"
#include "bus/settings.hpp"
#include "messages/commands.hpp"
#include "seams/clock.hpp"

namespace signalbox {

/// Questions that the cold side answers from its projection.
using ColdQuery = std::variant<FetchOrder, ListExchanges, Snapshot, Status, Why>;

/// Takes commands off the bus, decodes them strictly, hands each to the actor it is for, and sends
/// the replies back. Hot loop only.
class CommandDesk {
 public:
  struct Wiring {
    Shard shard;
    std::vector<AccountInfo> accounts;
    const Clock& clock;
    /// Answers come back through `reply`.
    std::function<void(const ColdQuery&, ClientToken)> ask_cold;
    std::function<void(const AccountName&, bool)> claimed;
    /// The venue's list goes past the projection, which knows whose orders they are, and comes
    /// back through `reply`.
    std::function<void(OrdersAnswer, ClientToken)> name_orders;
    /// What was refused, for the log.
    std::function<void(const Refused&)> refused;
    /// Keeps in the journal what was done.
    std::function<void(const CommandDoneRecord&)> done;
    /// Names of keys, and `local` for the peers on this machine.
    std::vector<std::string> operators = {std::string{local_role}};
  };
  explicit CommandDesk(Wiring wiring);

  void set_shard(Shard shard);
  /// The shard ends by a defect and will be rebuilt: what it owes to clients it does not answer any
  /// more. Commands are refused, to be sent again; senders of signals ask for their state as after
  /// any restart.
  void shard_lost();
  /// Given once the socket is open; it ends before the desk.
  void set_socket(CommandSocket* socket) { socket_ = socket; }
  /// Another road for the replies than a socket: frame queues in the simulation.
  using Road = std::function<void(const Peer&, std::string_view type, std::string_view body)>;
  void set_road(Road road) { road_ = std::move(road); }
  /// A command done before this start; before the first `on_command`.
  void remember(const CommandDoneRecord& done) { memory_.remember(done); }
  void on_command(const Command& command);
  static FaultReply on_malformed(FrameFault fault);
  void reply(ClientToken to, const Reply& reply);
  /// From now on everything that opens is refused.
  void close_entries() { closing_ = true; }

 private:
  static constexpr std::size_t clients_max = 200'000;  ///< commands without their last reply

  /// Who owes the last reply.
  enum class Owed : std::uint8_t { outcome = 1, by_shard, by_projection };
  struct Client {
    Peer peer;
    SignalId command;
    Owed owed = Owed::outcome;
    bool by_operator = true;
    bool by_place_order = false;
    bool orders_unnamed = false;  ///< asked for open orders, which come without their signals
    std::optional<CommandMemory::Key> done_once;
  };

  template <class T>
  void take(const T& command, const Command& from);
  bool is_operator(std::string_view user) const;
  void handle(const Signal& m, ClientToken client);
  void handle(const PlaceOrder& m, ClientToken client);
  void handle(const Cancel& m, ClientToken client);
  void handle(const Close& m, ClientToken client);
  void handle(const Amend& m, ClientToken client);
  void handle(const Flip& m, ClientToken client);
  void handle(const Protect& m, ClientToken client);
  void handle(const Release& m, ClientToken client);
  void handle(const Resolve& m, ClientToken client);
  void handle(const Why& m, ClientToken client);
  void handle(const CancelOneOrder& m, ClientToken client);
  void handle(const CancelAll& m, ClientToken client);
  void handle(const Flatten& m, ClientToken client);
  void handle(const Heartbeat& m, ClientToken client);
  void handle(const Halt& m, ClientToken client);
  void handle(const Resume& m, ClientToken client);
  void handle(const InitExchange& m, ClientToken client);
  void handle(const CloseAll& m, ClientToken client);
  void handle(const FetchTicker& m, ClientToken client);
  void handle(const FetchBalance& m, ClientToken client);
  void handle(const FetchOpenOrders& m, ClientToken client);
  void handle(const FetchSignal& m, ClientToken client);
  void handle(const FetchOrder& m, ClientToken client);
  void handle(const ListExchanges& m, ClientToken client);
  void handle(const Snapshot& m, ClientToken client);
  void handle(const Status& m, ClientToken client);

  bool begin_once(const CommandMemory::Key& key, std::string_view content, ClientToken client);
  void submit(Signal signal, Origin origin, ClientToken client);
  template <class T>
  void ask_venue(const T& m, ClientToken client);
  const AccountInfo* account(const AccountName& name) const;
  void refuse(ClientToken client, const SignalId& id, Reason reason, std::string_view field,
              std::string_view detail = {});
  bool is_last(const Client& client, const Reply& reply) const;
  void send(const Peer& peer, const Reply& reply);

  Wiring wiring_;
  Link<> risk_;
  CommandSocket* socket_ = nullptr;
  Road road_;
  bool closing_ = false;
  ClientToken last_token_ = 0;
  std::unordered_map<ClientToken, Client> clients_;
  CommandMemory memory_;
  /// Who has claimed what: a peer's slot and the account, and which peer in that slot it was. A
  /// claim protects nothing; it tells `close_all` what is this client's.
  std::map<std::pair<std::uint32_t, AccountName>, std::uint32_t> claims_;
  std::string buffer_;  ///< reused
};

}  // namespace signalbox
