#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/coinbase/errors.hpp"
#include "connectors/coinbase/order_fields.hpp"
#include "messages/result.hpp"

namespace signalbox {
class JsonReader;
}

namespace signalbox::coinbase {

/// What a write was answered with: names, and nothing about the order itself.
struct Acknowledged {
  std::string order_id;
  std::string client_id;
  std::string product;
  std::optional<Side> side;
  std::string attached_id;  ///< the bracket that was attached; empty: none
};

struct KeyRights {
  bool may_view = false;
  bool may_trade = false;
  bool may_transfer = false;
};

/// The bodies of answers as rows of ours. Pure: no state but a reused buffer. A field that is
/// missing or of a wrong type is an error that names it; unknown fields are ignored. Loop thread
/// only.
class AnswerReader {
 public:
  explicit AnswerReader(const Markets& markets);
  ~AnswerReader();

  /// Nothing when the body is no JSON. Texts are valid until the next call.
  std::optional<Said> said(std::string_view body);
  /// What the answer means, by the one table.
  Verdict verdict(int http_status, std::string_view body);

  Result<Acknowledged> acknowledged(std::string_view body);
  Result<ReadOrder> order(std::string_view body);

  /// `each` is called for every row of a loaded product, and stops at its first error. The result
  /// is the cursor of the next page; empty: this was the last.
  Result<std::string> orders(std::string_view body,
                             const std::function<Result<void>(const ReadOrder&)>& each);
  Result<std::string> fills(std::string_view body,
                            const std::function<Result<void>(const FillRow&)>& each);
  /// All accounts of a page, empty ones included.
  Result<std::string> accounts(std::string_view body,
                               const std::function<Result<void>(const Balance&)>& each);

  Result<KeyRights> key_rights(std::string_view body);
  Result<Decimal> taker_fee(std::string_view body);
  /// Best bid and ask; nothing when a side is empty.
  Result<std::optional<Tick>> best_bid_ask(std::string_view body, const Market& market);
  /// The last trade, with the best bid and ask.
  Result<kit::DayTicker> ticker(std::string_view body, const Market& market);
  Result<kit::BookDepth> book(std::string_view body);
  Result<WallTime> server_time(std::string_view body);

 private:
  Result<JsonObject> root(std::string_view body);

  const Markets& markets_;
  std::unique_ptr<JsonReader> json_;
};

}  // namespace signalbox::coinbase
