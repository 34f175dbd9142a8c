#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "connectors/bybit/shared.hpp"
#include "connectors/kit/account_reads.hpp"

namespace signalbox::bybit {

using kit::AccountReads;
using kit::FillsRead;
using kit::OrderRead;
using kit::OrdersRead;

/// Several questions one after the other, each page by page, and one answer to all of them: the
/// first that fails ends it. Keeps itself alive until `done` was called, once. Loop thread only.
class Pages : public std::enable_shared_from_this<Pages> {
 public:
  static constexpr std::size_t pages_max = 400;  // of all questions together

  struct Question {
    std::function<RequestBytes(std::string_view cursor)> write;
    /// The cursor of the next page; empty when this was the last.
    std::function<Result<std::string>(std::string_view body)> take;
    /// A refusal of this class is no failure: there is nothing to be had.
    Refusal unless = Refusal::none;
  };
  struct Terms {
    MonoTime deadline{};  ///< of each request
    PaceClass who = PaceClass::entry;
  };
  /// `asked` is when the first request left.
  using Done = std::function<void(const Verdict&, MonoTime asked)>;

  static void ask(Shared& shared, std::vector<Question> questions, Terms terms, Done done);

  Pages(Shared& shared, std::vector<Question> questions, Terms terms, Done done);

 private:
  void next();
  void answered(const Reply& reply);
  void finish(const Verdict& verdict);

  Shared& shared_;
  std::vector<Question> questions_;
  Terms terms_;
  Done done_;
  std::size_t at_ = 0;
  std::size_t pages_ = 0;
  std::string cursor_;
  bool asked_once_ = false;
  MonoTime asked_{};
};

/// What a question asks the open orders of: one instrument, one settlement coin, or all of spot.
struct OrderScope {
  Category category = Category::spot;
  std::string name;
  std::string settle;
};
/// Every open order of the account, as far as its instruments are loaded.
std::vector<OrderScope> all_scopes(const Shared& shared);
/// Their open orders, with the legs of our brackets named.
void read_open_orders(Shared& shared, const std::vector<OrderScope>& scopes, Pages::Terms terms,
                      std::function<void(OrdersRead)> done);
/// Their rows of one answer; instruments that are not loaded are left out.
Result<std::vector<OrderRow>> rows_of(Shared& shared, const OrdersPage& page);

}  // namespace signalbox::bybit
