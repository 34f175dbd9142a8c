#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/kit/account_reads.hpp"
#include "connectors/okx/shared.hpp"

namespace signalbox::okx {

/// All open orders, algo orders first: one that fires between two requests is then seen twice
/// rather than not at all. Keeps itself alive until `done` was called, once.
class OpenOrders : public std::enable_shared_from_this<OpenOrders> {
 public:
  static constexpr std::size_t pages_max = 100;  // of each kind

  /// Of one symbol or, without, of all.
  static void ask(Shared& shared, std::optional<MarketIndex> market, PaceClass who,
                  MonoTime deadline, kit::AccountReads::OrdersDone done);

  OpenOrders(Shared& shared, std::optional<MarketIndex> market, PaceClass who, MonoTime deadline,
             kit::AccountReads::OrdersDone done);

 private:
  void next();
  void answered(const Reply& reply);
  Result<AnswerReader::Page> take_algos(std::string_view body);
  Result<AnswerReader::Page> take_plain(std::string_view body);
  void finish(Verdict verdict);

  Shared& shared_;
  std::optional<MarketIndex> market_;
  PaceClass who_;
  MonoTime deadline_;
  kit::AccountReads::OrdersDone done_;
  std::size_t kind_ = 0;
  std::size_t pages_ = 0;
  std::string after_;
  std::optional<MonoTime> asked_;
  std::vector<kit::OrderRow> rows_;
};

/// All fills since a time, newest first at the venue. What an algo order's child traded carries
/// no name of ours: its order is asked for, so that every fill of ours is told under our id.
/// Keeps itself alive until `done` was called, once.
class Fills : public std::enable_shared_from_this<Fills> {
 public:
  static constexpr std::size_t pages_max = 200;
  static constexpr std::size_t owners_max = 50;  // nameless orders asked for in one read

  struct What {
    std::optional<MarketIndex> market;
    WallTime since{};
    MonoTime deadline{};
  };
  static void ask(Shared& shared, const What& what, kit::AccountReads::FillsDone done);

  Fills(Shared& shared, const What& what, kit::AccountReads::FillsDone done);

 private:
  void next();
  void answered(const Reply& reply);
  void name_next();
  void finish(Verdict verdict);
  void send(std::uint32_t weight, std::function<RequestBytes()> write, kit::ReplyHandler done);
  ClientOrderId known_owner(const kit::FillRow& row) const;

  Shared& shared_;
  What what_;
  bool is_old_;  // beyond what the fresh list holds
  kit::AccountReads::FillsDone done_;
  std::size_t pages_ = 0;
  std::string after_;
  std::vector<kit::FillRow> fills_;
  std::vector<kit::OrderKey> nameless_;
};

}  // namespace signalbox::okx
