#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "connectors/transport/http.hpp"
#include "tests/transport/scripted_server.hpp"
#include "tests/transport/test_authority.hpp"
#include "tests/transport/test_loop.hpp"

namespace signalbox::test {

/// Keeps what a lane said about each token.
struct HttpRecorder : HttpSink {
  struct Entry {
    HttpToken token = 0;
    int status = 0;  // 0: a failure
    std::optional<HttpFailure> failure;
    std::string headers;
    std::string body;
    std::string why;
  };

  void on_answer(HttpToken token, const HttpAnswer& answer) override {
    entries.push_back(
        {token, answer.status, {}, std::string{answer.headers}, std::string{answer.body}, {}});
    if (then) then(token);
  }
  void on_failure(HttpToken token, HttpFailure failure, std::string_view why) override {
    entries.push_back({token, 0, failure, {}, {}, std::string{why}});
    if (then) then(token);
  }

  std::size_t calls(HttpToken token) const {
    return static_cast<std::size_t>(
        std::count_if(entries.begin(), entries.end(),
                      [token](const Entry& each) { return each.token == token; }));
  }
  const Entry& of(HttpToken token) const {
    return *std::find_if(entries.begin(), entries.end(),
                         [token](const Entry& each) { return each.token == token; });
  }

  std::vector<Entry> entries;
  std::function<void(HttpToken)> then;
};

/// A scripted server under the name `localhost` and a pool that trusts its authority.
struct HttpStage {
  TestAuthority authority;
  TestLoop loop;
  ScriptedServer server;
  HttpRecorder seen;
  std::shared_ptr<TlsContext> tls;
  HttpPoolOptions options;
  std::unique_ptr<HttpPool> pool;

  explicit HttpStage(bool secure = true)
      : server(loop.io(), secure ? std::optional{authority.issue("localhost")} : std::nullopt),
        tls(*TlsContext::make({.ca_file = authority.ca_file()})) {
    options.endpoint = {"localhost", server.port(), secure, "127.0.0.1"};
    options.lanes = 1;
    options.exit_lanes = 0;
    options.backoff_first = std::chrono::milliseconds{1};
  }

  void connect() { pool = *HttpPool::make(loop.io(), loop.clock, loop.random, seen, tls, options); }
  /// Connects and waits until all lanes stand, as both sides see it.
  [[nodiscard]] bool up() {
    connect();
    return loop.run_until([&] {
      return pool->health().lanes_up == options.lanes &&
             server.handshakes() == static_cast<int>(options.lanes);
    });
  }
  void get(HttpToken token, Duration within = std::chrono::seconds{5}, HttpRoute route = {}) {
    pool->send_routed(route, token,
                      "GET /" + std::to_string(token) + " HTTP/1.1\r\nHost: localhost\r\n\r\n",
                      loop.in(within));
  }
  [[nodiscard]] bool answered(HttpToken token) {
    return loop.run_until([&] { return seen.calls(token) > 0; });
  }
};

}  // namespace signalbox::test
