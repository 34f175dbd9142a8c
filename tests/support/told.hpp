#pragma once

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "connectors/venue.hpp"

namespace signalbox::test {

/// Writes down what a venue says.
struct Told : VenueSink {
  using Anything = std::variant<WriteResult, OrdersResult, FillsResult, BalancesResult,
                                PositionsResult, TickerResult, LinkReport, InstrumentsReport,
                                OrderReport, FillReport, BalancesReport, Tick>;
  std::vector<Anything> all;

  void on(const WriteResult& m) override { all.emplace_back(m); }
  void on(const OrdersResult& m) override { all.emplace_back(m); }
  void on(const FillsResult& m) override { all.emplace_back(m); }
  void on(const BalancesResult& m) override { all.emplace_back(m); }
  void on(const PositionsResult& m) override { all.emplace_back(m); }
  void on(const TickerResult& m) override { all.emplace_back(m); }
  void on(const LinkReport& m) override { all.emplace_back(m); }
  void on(const InstrumentsReport& m) override { all.emplace_back(m); }
  void on(const OrderReport& m) override { all.emplace_back(m); }
  void on(const FillReport& m) override { all.emplace_back(m); }
  void on(const BalancesReport& m) override { all.emplace_back(m); }
  void on(const Tick& m) override { all.emplace_back(m); }

  template <class T>
  std::vector<T> of() const {
    std::vector<T> found;
    for (const auto& each : all)
      if (const auto* m = std::get_if<T>(&each)) found.push_back(*m);
    return found;
  }
  template <class T>
  T last() const {
    const auto found = of<T>();
    REQUIRE_FALSE(found.empty());
    return found.back();
  }
  LinkState state() const { return last<LinkReport>().state; }
  /// The states in order, repetitions left out.
  std::string states() const {
    std::string text;
    std::string_view before;
    for (const auto& each : of<LinkReport>()) {
      const auto name = name_of(each.state);
      if (name != before) text += (text.empty() ? "" : " ") + std::string{name};
      before = name;
    }
    return text;
  }
};

}  // namespace signalbox::test
