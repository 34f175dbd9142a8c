#include "tests/messages/bus_docs.hpp"

#include "messages/catalog.hpp"
#include "messages/reasons.hpp"

namespace signalbox::docs {
namespace {

std::string code(std::string_view text) { return "`" + std::string{text} + "`"; }

/// "accepted, verdict" → "`accepted`, `verdict`"
std::string codes(std::string_view names) {
  std::string out;
  while (!names.empty()) {
    const auto comma = names.find(", ");
    out += (out.empty() ? "" : ", ") + code(names.substr(0, comma));
    names.remove_prefix(comma == names.npos ? names.size() : comma + 2);
  }
  return out;
}

using Answers = std::remove_const_t<decltype(answers)>;

template <class T, class... L>
constexpr bool is_answer(const Fields<L...>&) {
  return (std::is_same_v<T, typename L::Message> || ...);
}

template <class... L>
std::string section(Describer& describer, std::string_view title, std::string_view intro,
                    std::string_view with, const Fields<L...>& list) {
  std::string out = "## " + std::string{title} + "\n\n" + std::string{intro} + "\n\n";
  const auto add = [&](const auto& listed) {
    using T = typename std::remove_cvref_t<decltype(listed)>::Message;
    out += "### " + code(listed.type) + "\n\n" + std::string{listed.about};
    if (!listed.with.empty())
      out += (listed.about.empty() ? "" : " ") + std::string{with} + codes(listed.with) + ".";
    out += "\n\n";
    // An answer that is published too is described once.
    constexpr bool again = is_answer<T>(answers) && !std::is_same_v<Fields<L...>, Answers>;
    if (!again) out += describer.table<T>() + "\n";
  };
  list.apply([&add](const auto&... each) { (add(each), ...); });
  return out;
}

std::string limits() {
  const auto row = [](std::string_view what, const std::string& limit) {
    return "| " + std::string{what} + " | " + limit + " |\n";
  };
  const DecodeLimits commands_take;
  return "## Limits\n\n| what | limit |\n| --- | --- |\n" +
         row("bytes of a command's body", std::to_string(commands_take.bytes)) +
         row("bytes of a body on `connections`", std::to_string(connection_limits.bytes)) +
         row("maps and lists inside each other", std::to_string(commands_take.depth)) +
         row("values in one message", std::to_string(message_values_max)) +
         row("items of a list that names no bound", std::to_string(list_items_max)) +
         row("bytes of a decimal", std::to_string(decimal_text_max)) +
         row("digits of a decimal after the point", std::to_string(Decimal::fraction_digits)) +
         row("an amount, positive or negative", amount_max.str()) + "\n";
}

std::string reasons() {
  std::string out =
      "## Reasons\n\nWhy a command or signal was refused: `reason` in `refused`, `verdict` and "
      "`outcome`.\n\n| reason | meaning |\n| --- | --- |\n";
  for (const auto& each : enum_names<Reason>)
    out += "| " + code(each.name) + " | " + std::string{meaning_of(each.value)} + " |\n";
  return out + "\n";
}

std::string bytes(std::size_t max) { return " of at most " + std::to_string(max) + " bytes"; }

}  // namespace

std::string Describer::text(std::size_t max, const codec::TextRule& rule, Allowance allows) {
  using enum codec::TextRule::Alphabet;
  std::string out = "text" + bytes(max);
  switch (rule.alphabet) {
    case printable: break;
    case printable_ascii: out += ", printable ASCII"; break;
    case slug: out = "`[a-z0-9_-]{1," + std::to_string(max) + "}`"; break;
    case base36: out = "`[0-9a-z]{" + std::to_string(max) + "}` or empty"; break;
  }
  const bool may_be_empty = !rule.required || allows == Allowance::empty;
  if (rule.required && !may_be_empty && rule.alphabet != slug) out += ", not empty";
  if (rule.required && may_be_empty) out += " or empty";
  return out;
}

std::string Describer::markdown(std::span<const Row> rows) {
  std::string out = "| field | type | required | meaning |\n| --- | --- | --- | --- |\n";
  for (const auto& row : rows)
    out += "| " + code(row.name) + " | " + row.type + " | " + (row.required ? "yes" : "") + " | " +
           std::string{row.about} + " |\n";
  return out;
}

std::string Describer::parts() const {
  std::string out = "## Parts\n\nMaps inside the messages above.\n\n";
  for (const auto& name : part_order_)
    out +=
        "<a id=\"part-" + name + "\"></a>\n\n### " + code(name) + "\n\n" + parts_.at(name) + "\n";
  return out;
}

std::string Describer::enums() const {
  std::string out = "## Names\n\n| enum | one of |\n| --- | --- |\n";
  for (const auto& [name, values] : enums_) {
    out += "| <a id=\"enum-" + name + "\"></a>" + code(name) + " | ";
    for (const auto& value : values) out += (value == values.front() ? "" : ", ") + code(value);
    out += " |\n";
  }
  return out + "\n";
}

std::string bus_tables() {
  Describer describer;
  std::string out;
  out += section(describer, "Commands", "From clients to the engine, on `commands`.",
                 "Answered by ", commands);
  out += section(describer, "Answers",
                 "From the engine to the client that asked, on `commands`. A command that fails is "
                 "answered `refused`.",
                 "", answers);
  out += section(describer, "Events",
                 "To whoever subscribes: `ticker` on `ticks`, all others on `events`. The kind is "
                 "the first word of the topic.",
                 "Kind ", events);
  out += section(describer, "Connection hellos",
                 "How a connection in a process of its own and the engine find each other, on "
                 "`connections`. Everything below follows a `welcome`.",
                 "Answered by ", connection_hellos);
  out += section(describer, "Connection requests",
                 "From the engine to a connection in a process of its own, on `connections`. Each "
                 "is the `request` of a map with `generation` (integer, of the welcome), `sent` "
                 "(duration: when it was sent in the connection's own monotonic clock, or a little "
                 "earlier) and `within` (duration: the time for its result, from `sent`).",
                 "Answered by ", connection_requests);
  out += section(describer, "Connection reports",
                 "The other way. Each is the `report` of a map with `generation` (integer, of the "
                 "welcome) and `at` (duration: the connection's monotonic clock).",
                 "", connection_reports);
  out += describer.parts();
  out += describer.enums();
  out += reasons();
  out += limits();
  out.pop_back();  // the last empty line
  return out;
}

}  // namespace signalbox::docs
