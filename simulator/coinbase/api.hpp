#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/coinbase/params.hpp"
#include "simulator/coinbase/tokens.hpp"
#include "simulator/coinbase/words.hpp"
#include "simulator/dialect.hpp"
#include "simulator/engine/engine.hpp"
#include "simulator/faults.hpp"

namespace signalbox::simulator::coinbase {

struct Settings {
  std::vector<ApiKey> keys;
  std::string host = "api.coinbase.com";          ///< that tokens name; empty: where they were sent
  std::uint32_t requests_per_second = 30;         ///< of an account
  std::uint32_t public_requests_per_second = 10;  ///< of an address
  Duration ban = std::chrono::minutes{1};
  std::size_t page = 50;  ///< rows of a list, at most
  // What its documents do not say; both ways are there.
  bool keys_may_transfer = false;
  bool numbers_per_channel = false;  ///< of stream messages, instead of per connection
  bool late_refusals = false;        ///< an order is accepted first, and fails afterwards
  bool child_has_entrys_id = false;  ///< a bracket repeats the client id of its entry
  Duration fills_lag{};              ///< trades are listed so much later than they are
};

/// An order that was accepted and failed afterwards: it never stood.
struct Ghost {
  OrderId id = OrderId::none;
  AccountId account{};
  MarketId market{};
  NewOrder order;
  std::string_view why;
  WallTime time{};
};

struct Call {
  const Params& params;
  std::string_view path;  ///< what follows the endpoint's own
  AccountId account{};
  WallTime now{};
};

/// An answer and what planned faults make of it on its way.
struct Outcome {
  Answer answer;
  HttpReply::Fate fate = HttpReply::Fate::answered;
  Duration delay{};
};

class Api;
struct Endpoint {
  std::string_view verb;
  std::string_view path;
  bool has_rest = false;  ///< an id follows the path
  bool is_signed = false;
  RequestKind kind = RequestKind::query;
  Answer (Api::*run)(Call&) = nullptr;
};

/// The venue's operations for spot.
class Api {
 public:
  Api(Engine& engine, FaultPlan& faults, Settings settings);

  /// Of this venue's two interfaces. `rest` is what follows the path, after a slash.
  static const Endpoint* find(std::string_view verb, std::string_view path, std::string_view& rest);
  Outcome call(const Endpoint& endpoint, Call call, std::optional<AccountId> account,
               std::string_view peer);
  /// A request's answer before anybody looks at what it asks for; nothing: it may be asked.
  std::optional<Answer> why_not_now(std::optional<AccountId> account, std::string_view peer,
                                    WallTime now);

  TokenDesk& tokens() { return tokens_; }
  const Settings& settings() const { return settings_; }
  const std::string& wire(MarketId id) const { return wires_[static_cast<std::size_t>(id)]; }
  std::optional<MarketId> find_wire(std::string_view wire) const;

  // JSON of rows, for answers and events.
  std::string order_json(const Order& order) const;
  std::string event_json(const Order& order) const;
  std::string ghost_json(const Ghost& ghost, bool event) const;
  /// The order as its owner knows it: the two legs of a bracket are one, and it does not exist
  /// before its entry does. Nothing: nobody is shown it.
  const Order* shown(const Order& order) const;
  bool is_child(const Order& order) const;
  std::string ticker_json(MarketId id) const;

  std::function<void(const Ghost&)> on_ghost = [](const Ghost&) {};
  std::uint64_t requests_while_banned() const { return while_banned_; }

 private:
  friend struct Table;
  struct View;
  View view(const Order& order) const;
  static std::string text_of(const View& view, bool event);

  // market_calls.cpp
  Answer time(Call&);
  Answer products(Call&);
  Answer best_bid_ask(Call&);
  Answer ticker(Call&);
  Answer book(Call&);
  Answer wallet_time(Call&);
  Answer currencies(Call&);
  Answer coins(Call&);
  Answer exchange_rates(Call&);
  std::string product_json(MarketId id) const;

  // order_calls.cpp
  Answer create(Call&);
  Answer cancel(Call&);
  Answer edit(Call&);
  Answer edit_refused(std::string_view why) const;
  std::optional<Answer> read_order(Call&, MarketId, NewOrder& into) const;
  Answer place_attached(Call&, MarketId, const NewOrder& entry);
  Answer accepted(const Call&, OrderId id, std::string_view client_id, OrderId attached) const;
  Answer refused(const Call&, MarketId, const NewOrder&, std::string_view why);
  const Order* named(AccountId account, std::string_view order_id) const;

  // read_calls.cpp
  Answer order(Call&);
  Answer orders(Call&);
  Answer fills(Call&);
  Answer accounts(Call&);
  Answer rights(Call&);
  Answer fees(Call&);
  Answer rows(std::string_view name, const std::vector<std::string>& all, Call& call) const;

  struct Window {
    std::int64_t number = -1;
    std::uint32_t used = 0;
  };
  Engine& engine_;
  FaultPlan& faults_;
  Settings settings_;
  TokenDesk tokens_;
  std::vector<std::string> wires_;
  std::vector<Ghost> ghosts_;
  std::map<AccountId, Window> of_account_;
  std::map<std::string, Window> of_address_;
  std::map<std::string, WallTime> banned_;
  std::uint64_t while_banned_ = 0;
};

}  // namespace signalbox::simulator::coinbase
