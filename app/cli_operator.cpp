// `status`, `brackets`, `orders`, `positions`, `unknowns`, `resolve`, `halt`, `resume` and `why`:
// the bus, for a person at a terminal.
#include "app/cli_operator.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "actors/story.hpp"
#include "app/commands.hpp"
#include "app/operator_tables.hpp"
#include "bus/client.hpp"
#include "journal/read_journal.hpp"
#include "messages/catalog.hpp"
#include "messages/codec.hpp"

namespace signalbox {
namespace {

template <class T>
nlohmann::json json_of(const T& message) {
  return nlohmann::json::from_msgpack(encoded(message));
}
template <class T>
nlohmann::json json_of(const std::vector<T>& list) {
  auto all = nlohmann::json::array();
  for (const auto& each : list) all.push_back(json_of(each));
  return all;
}

template <class T, class Text>
void show(const OperatorArguments& arguments, const T& answer, Text&& text) {
  fmt::print("{}", arguments.json ? json_of(answer).dump(2) + "\n" : text(answer));
}

int complain(int code, const std::string& what) {
  fmt::print(stderr, "signalbox: {}\n", what);
  return code;
}

/// Two people, or one twice, never send the same: each run is a command of its own.
SignalId fresh_id() {
  return SignalId{fmt::format("cli-{}-{}", ::getpid(),
                              std::chrono::system_clock::now().time_since_epoch().count())};
}

/// One command, one answer of the type that is expected; everything else is told and nothing.
template <class Answer, class Command>
std::optional<Answer> ask(const OperatorArguments& arguments, const Command& command, int& code) {
  code = exit_usage;
  const auto curve = load_client_keys(arguments.keys);
  if (!curve) {
    complain(code, curve.error().what);
    return std::nullopt;
  }
  auto context = BusContext::open();
  if (!context) {
    code = complain(exit_failed, context.error().what);
    return std::nullopt;
  }
  auto client =
      CommandClient::connect(*context, arguments.address, curve->has_value() ? &**curve : nullptr);
  if (!client) {
    complain(code, client.error().what);
    return std::nullopt;
  }
  code = exit_failed;
  std::optional<BusMessage> reply;
  if (client->send(type_of<Command>(commands), encoded(command)))
    reply = client->receive(arguments.wait);
  if (!reply) {
    complain(code, "no engine answers at " + arguments.address);
    return std::nullopt;
  }
  if (const auto refused = decode<Refused>(reply->body); reply->type == "refused" && refused) {
    std::string why{name_of(refused->reason)};
    if (!refused->field_name.empty()) why += " (" + refused->field_name.str() + ")";
    if (!refused->detail.empty()) why += ": " + refused->detail.str();
    complain(code, "refused: " + why);
    return std::nullopt;
  }
  const auto answer = decode<Answer>(reply->body);
  if (reply->type != type_of<Answer>(answers) || !answer) {
    complain(code, "the answer cannot be read: is that engine of another version?");
    return std::nullopt;
  }
  code = exit_ok;
  return *answer;
}

/// Nothing for an empty text; what is no name of that kind ends the command.
template <class Name>
bool take_name(const std::string& text, std::optional<Name>& into, std::string_view what) {
  if (text.empty()) return true;
  if (!Name::fits(text)) {
    complain(exit_usage, fmt::format("{} is too long for {}", text, what));
    return false;
  }
  into = Name{text};
  return true;
}

template <class A>
bool take_amount(const std::string& text, std::optional<A>& into, std::string_view option) {
  if (text.empty()) return true;
  const auto value = Decimal::parse(text);
  if (!value) {
    complain(exit_usage, fmt::format("{} is no decimal number: {}", option, text));
    return false;
  }
  into = A{*value};
  return true;
}

template <class Command>
int order_done(const OperatorArguments& arguments, const Command& command) {
  int code = exit_ok;
  if (const auto done = ask<Done>(arguments, command, code))
    show(arguments, *done, [](const Done& d) {
      return d.detail.empty() ? std::string{"done\n"} : "done: " + d.detail.str() + "\n";
    });
  return code;
}

std::optional<SnapshotAnswer> snapshot(const OperatorArguments& arguments, int& code) {
  Snapshot command{.id = fresh_id(), .account = std::nullopt};
  if (!take_name(arguments.account, command.account, "an account")) {
    code = exit_usage;
    return std::nullopt;
  }
  return ask<SnapshotAnswer>(arguments, command, code);
}

int why_of_journal(const OperatorArguments& arguments, const WhyArguments& what, StoryOf of) {
  Story story{std::move(of)};
  const auto seen = read_journal(what.journal, what.runtime,
                                 [&](const RecordView& record) { return story.take(record); });
  if (!seen) return complain(exit_failed, seen.error().what);
  if (!seen->clean && what.runtime.empty())
    complain(exit_ok, "its engine runs or was killed: --runtime adds what only the ring has");
  if (!seen->note.empty()) complain(exit_ok, "the ring was read up to here: " + seen->note);
  if (!story.found())
    return complain(exit_failed, fmt::format("nothing goes by {} in the {} records of {}",
                                             what.name, seen->records, what.journal.string()));
  if (story.ambiguous()) return complain(exit_failed, std::string{Story::which_one});
  show(arguments, story.answer(SignalId{"journal"}), why_text);
  return exit_ok;
}

}  // namespace

int status_command(const OperatorArguments& arguments) {
  int code = exit_ok;
  if (const auto status = ask<StatusAnswer>(arguments, Status{fresh_id()}, code))
    show(arguments, *status, status_text);
  return code;
}

int open_command(const OperatorArguments& arguments, Shown what) {
  int code = exit_ok;
  const auto open = snapshot(arguments, code);
  if (!open) return code;
  switch (what) {
    case Shown::brackets: show(arguments, open->brackets, brackets_text); break;
    case Shown::orders: show(arguments, open->orders, orders_text); break;
    case Shown::positions: show(arguments, positions_of(open->brackets), positions_text); break;
    case Shown::unknowns: show(arguments, unknowns_of(open->orders), unknowns_text); break;
  }
  return code;
}

int resolve_command(const OperatorArguments& arguments, const ResolveArguments& evidence) {
  if (!parse_client_order_id(evidence.order))
    return complain(exit_usage,
                    evidence.order + " is no client order id: `signalbox unknowns` shows them");
  Resolve command{.id = fresh_id(), .account = {}, .order = ClientOrderId{evidence.order}};
  command.found = evidence.found == name_of(Evidence::ended) ? Evidence::ended : Evidence::absent;
  if (!take_amount(evidence.filled, command.filled, "--filled") ||
      !take_amount(evidence.price, command.price, "--price"))
    return exit_usage;
  int code = exit_ok;
  const auto open = snapshot(arguments, code);
  if (!open) return code;
  for (const auto& each : open->orders)
    if (each.order == command.order) command.account = each.account;
  if (command.account.empty())
    return complain(exit_failed, evidence.order + " is neither live nor of unknown fate");
  return order_done(arguments, command);
}

int halt_command(const OperatorArguments& arguments, const std::string& level) {
  Halt command{.id = fresh_id(), .level = TradingState::halted, .account = std::nullopt};
  for (const auto& each : enum_names<TradingState>)
    if (each.name == level) command.level = each.value;
  if (!take_name(arguments.account, command.account, "an account")) return exit_usage;
  return order_done(arguments, command);
}

int resume_command(const OperatorArguments& arguments) {
  Resume command{.id = fresh_id(), .account = std::nullopt};
  if (!take_name(arguments.account, command.account, "an account")) return exit_usage;
  return order_done(arguments, command);
}

int why_command(const OperatorArguments& arguments, const WhyArguments& what) {
  std::optional<SignalId> name;
  std::optional<AccountName> account;
  std::optional<StrategyName> strategy;
  if (!take_name(what.name, name, "an id") ||
      !take_name(arguments.account, account, "an account") ||
      !take_name(what.strategy, strategy, "a strategy"))
    return exit_usage;
  if (!name) return complain(exit_usage, "why needs the id of a signal, a bracket or an order");
  if (!what.journal.empty()) return why_of_journal(arguments, what, {*name, account, strategy});
  int code = exit_ok;
  const Why why{.id = fresh_id(), .signal = *name, .account = account, .strategy = strategy};
  if (const auto answer = ask<WhyAnswer>(arguments, why, code)) show(arguments, *answer, why_text);
  return code;
}

}  // namespace signalbox
