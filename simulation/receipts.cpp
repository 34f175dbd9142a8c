#include "simulation/receipts.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace signalbox::simulation {
namespace {

std::optional<std::uint64_t> number_at(std::string_view text, std::size_t from) {
  std::uint64_t value = 0;
  const auto* begin = text.data() + from;
  const auto read = std::from_chars(begin, text.data() + text.size(), value);
  return read.ec == std::errc{} ? std::optional{value} : std::nullopt;
}

std::optional<std::uint64_t> number_of(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  return at == text.npos ? std::nullopt : number_at(text, at + key.size());
}

std::string_view word_of(std::string_view text, std::string_view key) {
  const auto at = text.find(key);
  if (at == text.npos) return {};
  const auto from = at + key.size();
  return text.substr(from, text.find('"', from) - from);
}

bool is_over(std::string_view status) {
  constexpr std::array<std::string_view, 6> over{"FILLED",   "CANCELED",         "EXPIRED",
                                                 "REJECTED", "EXPIRED_IN_MATCH", "PENDING_CANCEL"};
  return std::find(over.begin(), over.end(), status) != over.end();
}

}  // namespace

void Receipts::read(std::string_view text, MonoTime now) {
  if (text.find(R"("executionReport")") != text.npos)
    read_event(text, now);
  else
    read_answer(text, now);
}

void Receipts::read_event(std::string_view text, MonoTime now) {
  const auto order = number_of(text, R"("i":)");
  if (!order) return;
  if (const auto traded = number_of(text, R"("t":)")) trade(*order, *traded, now);
  status(*order, word_of(text, R"("X":")"), now);
}

void Receipts::read_answer(std::string_view text, MonoTime now) {
  constexpr std::string_view key = R"("orderId":)";
  for (auto at = text.find(key); at != text.npos;) {
    const auto next = text.find(key, at + key.size());
    const auto order = number_at(text, at + key.size());
    const auto part = text.substr(at, next == text.npos ? next : next - at);
    if (order) {
      status(*order, word_of(part, R"("status":")"), now);
      constexpr std::string_view trade_key = R"("tradeId":)";
      for (auto t = part.find(trade_key); t != part.npos; t = part.find(trade_key, t + 1))
        if (const auto id = number_at(part, t + trade_key.size())) trade(*order, *id, now);
      // A row of the trade history names the trade just before its order.
      const auto before = text.substr(0, at);
      if (const auto id = before.rfind(R"("id":)"); id != before.npos && at - id < 40)
        if (const auto traded = number_at(before, id + 5)) trade(*order, *traded, now);
    }
    at = next;
  }
}

void Receipts::trade(std::uint64_t order, std::uint64_t trade, MonoTime now) {
  auto& trades = orders_[order].trades;
  if (std::none_of(trades.begin(), trades.end(), [&](const auto& t) { return t.first == trade; }))
    trades.emplace_back(trade, now);
}

void Receipts::status(std::uint64_t order, std::string_view word, MonoTime now) {
  auto& told = orders_[order];
  if (!told.end && is_over(word)) told.end = now;
  if (told.words.empty() || told.words.back() != now) told.words.push_back(now);
}

void Receipts::read_open_orders(std::string_view text, MonoTime asked, MonoTime now) {
  read_answer(text, now + list_grace);
  listings_.push_back({asked, now + list_grace});
}

std::optional<MonoTime> Receipts::told_of_trade(simulator::OrderId order,
                                                std::uint64_t trade) const {
  const auto found = orders_.find(static_cast<std::uint64_t>(order));
  if (found == orders_.end()) return std::nullopt;
  for (const auto& [id, at] : found->second.trades)
    if (id == trade) return at;
  return std::nullopt;
}

std::optional<MonoTime> Receipts::first_word(simulator::OrderId order, MonoTime from) const {
  const auto found = orders_.find(static_cast<std::uint64_t>(order));
  if (found == orders_.end()) return std::nullopt;
  std::optional<MonoTime> first;
  for (const auto word : found->second.words)
    if (word >= from && (!first || word < *first)) first = word;
  return first;
}

std::optional<MonoTime> Receipts::told_of_end(simulator::OrderId order, MonoTime ended) const {
  const auto found = orders_.find(static_cast<std::uint64_t>(order));
  auto told = found == orders_.end() ? std::nullopt : found->second.end;
  for (const auto& list : listings_)
    if (list.asked >= ended && (!told || list.told < *told)) told = list.told;
  return told;
}

}  // namespace signalbox::simulation
