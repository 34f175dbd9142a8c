#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/binance/errors.hpp"
#include "connectors/kit/order_socket.hpp"
#include "connectors/transport/json.hpp"
#include "messages/result.hpp"

namespace signalbox::binance {

/// One answer of the websocket API. Views and values are valid until its reader reads again.
struct ApiAnswer {
  std::string id;  ///< empty for a null or a number: no id of ours
  int status = 0;
  VenueError error;
  std::optional<JsonObject> result;
  std::int64_t retry_after_ms = 0;  ///< epoch, 0 when not said
  /// The budgets that were told, as the headers by which REST tells the same.
  std::string headers;
};

Result<ApiAnswer> read_api_answer(const JsonObject& root);

/// The pacer learns what an answer says of budgets, pauses and bans.
void heed_limits(kit::Core& core, const ApiAnswer& answer);

/// Orders over the websocket API, spot and futures alike. Loop thread only.
class ApiSocket final : public kit::OrderSocketOf<ApiAnswer> {
 public:
  struct Words {
    std::string target;
    std::uint32_t opening_weight = 0;
    /// Nothing for a key that may not: each request is signed then.
    std::function<std::string_view(std::string_view id)> log_on;
    std::function<kit::Verdict(int status, const VenueError& error)> verdict;
  };
  ApiSocket(kit::Core& core, Words words);

  /// Whether a request must prove who sends it.
  bool signs_each() const { return !words_.log_on; }

 private:
  std::string_view log_on(const std::string& id) override;
  void heard(std::string_view frame) override;
  void log_on_answered(const ApiAnswer& answer);

  kit::Core& core_;
  Words words_;
  std::string log_on_id_;
  JsonReader json_;
};

/// The words of an account whose `Shared` has `writer`, `venue_now` and `verdict`.
template <class AccountShared>
ApiSocket::Words api_words(AccountShared& shared, std::string_view target,
                           std::uint32_t opening_weight) {
  ApiSocket::Words words{.target = std::string{target},
                         .opening_weight = opening_weight,
                         .log_on = {},
                         .verdict = [&shared](int status, const VenueError& error) {
                           return shared.verdict(status, error);
                         }};
  if (shared.writer.can_log_on())
    words.log_on = [&shared](std::string_view id) {
      return shared.writer.log_on(id, shared.venue_now());
    };
  return words;
}

}  // namespace signalbox::binance
