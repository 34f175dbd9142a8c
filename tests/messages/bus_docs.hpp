#pragma once

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "messages/codec.hpp"
#include "messages/to_text.hpp"

namespace signalbox::docs {

/// One row of a message's table.
struct Row {
  std::string_view name;
  std::string type;
  bool required = false;
  std::string_view about;
};

/// Describes messages in Markdown by their lists of fields, and remembers which parts and enums
/// they are made of, so that each is described once, where all of them are.
class Describer {
 public:
  template <HasFields T>
  std::string table() {
    std::vector<Row> rows;
    T::fields.apply([&](const auto&... field) { (rows.push_back(row(field)), ...); });
    return markdown(rows);
  }

  /// Tables of every map that was mentioned inside another, in order of first mention.
  std::string parts() const;
  /// The names of every enum that was mentioned.
  std::string enums() const;

 private:
  template <class T, class Member>
  Row row(const Field<T, Member>& field) {
    std::string type = type_of<Member>(field.allows);
    return {field.name, std::move(type), !codec::may_be_absent<Member>, field.about};
  }

  template <class M>
  std::string type_of(Allowance allows) {
    if constexpr (HasFields<M>) {
      return part<M>();
    } else if constexpr (HasNames<M>) {
      return enumeration<M>();
    } else if constexpr (std::is_enum_v<M>) {
      return type_of<std::underlying_type_t<M>>(allows);
    } else if constexpr (std::derived_from<M, Text<160>> || requires {
                           M::capacity;
                           M{}.view();
                         }) {
      return text(M::capacity, codec::text_rule<M>, allows);
    } else if constexpr (requires {
                           typename M::value_type;
                           M::capacity;
                         }) {
      return "list of at most " + std::to_string(M::capacity) + ": " +
             type_of<typename M::value_type>(allows);
    } else if constexpr (requires {
                           typename M::value_type;
                           std::declval<M&>().has_value();
                         }) {
      return type_of<typename M::value_type>(allows);
    } else if constexpr (requires {
                           typename M::value_type;
                           std::declval<M&>().push_back({});
                         }) {
      return "list: " + type_of<typename M::value_type>(allows);
    } else if constexpr (std::same_as<M, bool>) {
      return "bool";
    } else if constexpr (std::integral<M>) {
      return "integer, " + std::to_string(8 * sizeof(M)) + " bits" +
             (std::is_signed_v<M> ? ", signed" : "");
    } else if constexpr (std::same_as<M, WallTime>) {
      return "time";
    } else if constexpr (std::same_as<M, Duration>) {
      return allows == Allowance::negative ? "duration, may be negative" : "duration";
    } else {
      static_assert(std::same_as<M, Decimal> || std::same_as<M, Price> ||
                    std::same_as<M, Quantity> || std::same_as<M, Notional>);
      return allows == Allowance::share_or_float ? "decimal from 0 to 1, or float" : "decimal";
    }
  }

  template <class M>
  std::string part() {
    const std::string name = printing::snake_case(printing::type_name<M>());
    if (!parts_.contains(name)) {
      part_order_.push_back(name);
      parts_[name];  // before its fields, which may mention it
      parts_[name] = table<M>();
    }
    return "map [`" + name + "`](#part-" + name + ")";
  }

  template <class E>
  std::string enumeration() {
    const std::string name = printing::snake_case(printing::type_name<E>());
    auto& names = enums_[name];
    if (names.empty())
      for (const auto& each : enum_names<E>) names.push_back(each.name);
    return "one of [`" + name + "`](#enum-" + name + ")";
  }

  static std::string text(std::size_t max, const codec::TextRule& rule, Allowance allows);
  static std::string markdown(std::span<const Row> rows);

  std::map<std::string, std::string> parts_;
  std::vector<std::string> part_order_;
  std::map<std::string, std::vector<std::string_view>> enums_;
};

/// All that stands between the markers of docs/bus.md.
std::string bus_tables();

}  // namespace signalbox::docs
