#include "bus/address.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <system_error>

namespace signalbox {
namespace {

constexpr std::size_t ipc_path_max = sizeof(sockaddr_un::sun_path) - 1;  // bytes

tl::unexpected<Error> refused(std::string_view text, std::string_view why) {
  return failed(Fault::bad_input, "address '" + std::string{text} + "': " + std::string{why});
}

bool is_port(std::string_view text) {
  if (text == "*") return true;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size();
}

Result<BusAddress> parse_ipc(std::string_view text, std::string_view path) {
  if (!path.starts_with('/')) return refused(text, "an ipc address is an absolute path");
  if (path.size() > ipc_path_max)
    return refused(text, "the path is longer than " + std::to_string(ipc_path_max) + " bytes");
  if (path.find('\0') != path.npos) return refused(text, "the path holds a zero byte");
  return BusAddress{.transport = BusAddress::Transport::ipc,
                    .text = std::string{text},
                    .path = std::string{path}};
}

Result<BusAddress> parse_tcp(std::string_view text, std::string_view rest) {
  const auto colon = rest.rfind(':');
  if (colon == rest.npos || colon == 0 || !is_port(rest.substr(colon + 1)))
    return refused(text, "a tcp address is host:port, and a port is 0 to 65535 or *");
  if (rest.find(';') != rest.npos) return refused(text, "no source address, please");

  BusAddress address{
      .transport = BusAddress::Transport::tcp, .text = std::string{text}, .path = {}};
  std::string host{rest.substr(0, colon)};
  if (host.starts_with('[') && host.ends_with(']')) {
    in6_addr v6{};
    if (inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6) != 1)
      return refused(text, "not an IPv6 address");
    address.ipv6 = true;
    address.numeric = true;
    address.loopback = IN6_IS_ADDR_LOOPBACK(&v6);
    return address;
  }
  in_addr v4{};
  if (inet_pton(AF_INET, host.c_str(), &v4) == 1) {
    address.numeric = true;
    address.loopback = (ntohl(v4.s_addr) >> 24) == 127;
    return address;
  }
  // A name may mean any machine, `localhost` included; `*` and interfaces mean all of them.
  const bool named = std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  });
  if (!named && host != "*") return refused(text, "not a host");
  return address;
}

}  // namespace

Result<BusAddress> parse_bus_address(std::string_view text) {
  constexpr std::string_view ipc = "ipc://";
  constexpr std::string_view tcp = "tcp://";
  if (text.starts_with(ipc)) return parse_ipc(text, text.substr(ipc.size()));
  if (text.starts_with(tcp)) return parse_tcp(text, text.substr(tcp.size()));
  return refused(text, "the bus speaks ipc:// and tcp://");
}

Result<void> may_listen(const BusAddress& address, bool has_keys, bool has_allow_list) {
  const bool tcp = address.transport == BusAddress::Transport::tcp;
  if (tcp && !address.numeric && !address.text.starts_with("tcp://*:"))
    return refused(address.text, "listen on a numeric address, such as 127.0.0.1");
  if (address.is_local()) return {};
  if (!has_keys)
    return failed(Fault::refused, "address '" + address.text +
                                      "' can be reached from other machines: it needs CURVE keys, "
                                      "or use 127.0.0.1 or ipc");
  if (!has_allow_list)
    return failed(Fault::refused,
                  "address '" + address.text +
                      "' can be reached from other machines: list the public keys let in");
  return {};
}

Result<void> prepare_runtime_folder(const std::filesystem::path& folder) {
  const auto unusable = [&](std::string_view why) {
    return failed(Fault::refused, "runtime folder " + folder.string() + " " + std::string{why});
  };
  std::error_code error;
  if (folder.has_parent_path()) std::filesystem::create_directories(folder.parent_path(), error);
  if (mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST)
    return failed(Fault::unavailable, "cannot make the runtime folder " + folder.string() + ": " +
                                          std::strerror(errno));
  struct stat found {};
  if (lstat(folder.c_str(), &found) != 0 || !S_ISDIR(found.st_mode))
    return unusable("is not a folder");
  if (found.st_uid != geteuid()) return unusable("belongs to another user");
  if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) return unusable("is open to others: chmod 700");
  return {};
}

Result<void> ipc_path_is_free(const std::string& path) {
  sockaddr_un there{};
  there.sun_family = AF_UNIX;
  path.copy(there.sun_path, ipc_path_max);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return failed(Fault::unavailable, std::string{"no socket: "} + std::strerror(errno));
  const int answer = connect(fd, reinterpret_cast<const sockaddr*>(&there), sizeof there);
  const bool taken = answer == 0 || errno == EAGAIN;
  close(fd);
  if (taken) return failed(Fault::unavailable, "somebody already listens on ipc://" + path);
  return {};
}

}  // namespace signalbox
