// Orders over the websocket API: the same calls as by REST, in its envelope.
#include <fmt/format.h>

#include <algorithm>

#include "simulator/binance/frame.hpp"
#include "simulator/binance/signature.hpp"
#include "simulator/binance/words.hpp"
#include "simulator/binanceusdm/usdm_dialect.hpp"

namespace signalbox::simulator::binanceusdm {
namespace {

using binance::error;

constexpr std::string_view bad_frame =
    R"({"id":null,"status":400,"error":{"code":-1135,"msg":"Invalid JSON Request"}})";

/// Where an answer by REST has a body, this has a result or an error; what is no JSON has a text.
std::string envelope(const std::string& id, const HttpReply& reply) {
  const auto head = fmt::format(R"({{"id":{},"status":{},)", id, reply.status);
  if (reply.status == 200)
    return fmt::format(R"({}"result":{},"rateLimits":[]}})", head, reply.body);
  const bool is_json = reply.body.starts_with('{');
  return fmt::format(
      R"({}"error":{},"rateLimits":[]}})", head,
      is_json ? reply.body : fmt::format(R"({{"code":-1000,"msg":"{}"}})", reply.body));
}

}  // namespace

const UsdmDialect::Endpoint* UsdmDialect::find_method(std::string_view method) {
  struct Row {
    std::string_view method, verb, path;
  };
  static constexpr Row table[] = {
      {"order.place", "POST", "/fapi/v1/order"},
      {"order.cancel", "DELETE", "/fapi/v1/order"},
      {"order.status", "GET", "/fapi/v1/order"},
      {"algoOrder.place", "POST", "/fapi/v1/algoOrder"},
      {"algoOrder.cancel", "DELETE", "/fapi/v1/algoOrder"},
  };
  for (const auto& row : table)
    if (row.method == method) return find(row.verb, row.path);
  return nullptr;
}

HttpReply UsdmDialect::log_on(Session& session, binance::Params& params, WallTime now) {
  const auto key = known_key(params.peek("apiKey").value_or(""));
  // Keys that share a secret prove too little for a whole session.
  if (!key || (*key)->ed25519_public.empty())
    return reply_of(error(-4056, "HMAC_SHA256 API key is not supported.", 400));
  const auto proven = prove(**key, params.sorted_payload(), params, now);
  if (!proven) return reply_of(tl::unexpected(proven.error()));
  session.logged_on = *proven;
  HttpReply reply;
  reply.body = fmt::format(R"({{"authorizedSince":{0},"connectedSince":{0},"serverTime":{0}}})",
                           binance::ms(now));
  return reply;
}

void UsdmDialect::api_frame(SessionId id, std::string_view bytes, WallTime now) {
  settle(now);
  auto frame = binance::parse_frame(bytes);
  if (!frame) return sink_->on_frame(id, std::string{bad_frame}, {});
  auto& session = sessions_.at(id);
  HttpReply reply;
  const auto* endpoint = find_method(frame->method);
  if (auto shut_out = while_banned(now)) {
    reply = std::move(*shut_out);
  } else if (frame->method == "session.logon") {
    reply = log_on(session, frame->params, now);
  } else if (!endpoint) {
    reply = reply_of(error(-1020, "This operation is not supported."));
  } else {
    tl::expected<AccountId, ApiError> account{};
    const auto name = frame->params.peek("apiKey").value_or("");
    if (name.empty() && session.logged_on) {
      account = *session.logged_on;
      static_cast<void>(frame->params.take("timestamp"));
      static_cast<void>(frame->params.take("recvWindow"));
    } else {
      const auto key = known_key(name);
      account = key ? prove(**key, frame->params.sorted_payload(), frame->params, now)
                    : tl::expected<AccountId, ApiError>{tl::unexpected(key.error())};
      static_cast<void>(frame->params.take("apiKey"));
    }
    if (endpoint->kind == RequestKind::place) ++orders_over_stream_;
    reply = account ? run(*endpoint, frame->params, *account, now)
                    : reply_of(tl::unexpected(account.error()));
  }
  if (!sessions_.contains(id) || reply.fate == HttpReply::Fate::silent) return;
  if (reply.fate == HttpReply::Fate::lost) {
    sessions_.erase(id);
    return sink_->on_close(id, 1006, "cut");
  }
  sink_->on_frame(id, envelope(frame->id, reply), reply.delay);
}

}  // namespace signalbox::simulator::binanceusdm
