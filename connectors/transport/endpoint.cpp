#include "connectors/transport/endpoint.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace signalbox {
namespace {

bool is_numeric(const std::string& address) {
  in6_addr any{};
  return inet_pton(AF_INET, address.c_str(), &any) == 1 ||
         inet_pton(AF_INET6, address.c_str(), &any) == 1;
}

}  // namespace

bool is_loopback(std::string_view host) {
  const std::string text{host};
  if (text == "localhost") return true;
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) return ntohl(v4.s_addr) >> 24 == 127;
  in6_addr v6{};
  return inet_pton(AF_INET6, text.c_str(), &v6) == 1 && IN6_IS_ADDR_LOOPBACK(&v6);
}

Result<void> check(const Endpoint& endpoint) {
  if (endpoint.host.empty()) return failed(Fault::bad_input, "endpoint without a host");
  if (endpoint.host.size() > 253) return failed(Fault::bad_input, "endpoint host is too long");
  const auto odd = [](char c) { return c <= ' ' || c == '/' || c == '@' || c > '~'; };
  if (std::any_of(endpoint.host.begin(), endpoint.host.end(), odd))
    return failed(Fault::bad_input, "endpoint host is not a host name");
  if (endpoint.port == 0) return failed(Fault::bad_input, "endpoint without a port");
  if (!endpoint.address.empty() && !is_numeric(endpoint.address))
    return failed(Fault::bad_input, "endpoint address must be numeric: " + endpoint.address);
  const auto& target = endpoint.address.empty() ? endpoint.host : endpoint.address;
  if (!endpoint.tls && !is_loopback(target))
    return failed(Fault::refused,
                  "plain (not TLS) connections are made only to this machine, not to " + target);
  return {};
}

std::string describe(const Endpoint& endpoint) {
  return (endpoint.tls ? "tls://" : "tcp://") + endpoint.host + ":" + std::to_string(endpoint.port);
}

}  // namespace signalbox
