#include "bus/local_listener.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>

namespace signalbox {
namespace {

constexpr int waiting_connections_max = 128;  // for `accept`

tl::unexpected<Error> cannot(const std::string& what) {
  const int error = errno;
  return failed(Fault::unavailable, "cannot listen on " + what + ": " + std::strerror(error));
}

}  // namespace

Result<LocalListener> LocalListener::open(const BusAddress& address) {
  if (!address.is_local())
    return failed(Fault::refused, "address '" + address.text + "' is not of this machine");
  LocalListener listener;
  auto bound = address.transport == BusAddress::Transport::ipc ? listener.bind_ipc(address)
                                                               : listener.bind_tcp(address);
  if (!bound) return tl::unexpected(std::move(bound.error()));
  if (::listen(listener.socket(), waiting_connections_max) != 0) return cannot(address.text);
  return listener;
}

LocalListener::~LocalListener() {
  if (socket_ && !path_.empty()) ::unlink(path_.c_str());
}

Result<void> LocalListener::bind_ipc(const BusAddress& address) {
  if (auto ready = prepare_runtime_folder(std::filesystem::path{address.path}.parent_path());
      !ready)
    return ready;
  if (auto free = ipc_path_is_free(address.path); !free) return free;
  ::unlink(address.path.c_str());  // of an engine that died
  socket_ = Descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  address.path.copy(at.sun_path, sizeof at.sun_path - 1);
  // The mode of the socket becomes that of its file: there is no moment in which others may open
  // it.
  if (!socket_ || ::fchmod(socket(), S_IRUSR | S_IWUSR) != 0 ||
      ::bind(socket(), reinterpret_cast<const sockaddr*>(&at), sizeof at) != 0)
    return cannot(address.text);
  path_ = address.path;
  address_ = address.text;
  if (::chmod(path_.c_str(), S_IRUSR | S_IWUSR) != 0) return cannot(address.text);
  return {};
}

Result<void> LocalListener::bind_tcp(const BusAddress& address) {
  const auto colon = address.text.rfind(':');
  auto host = address.text.substr(6, colon - 6);  // after "tcp://"
  const auto port_text = address.text.substr(colon + 1);
  std::uint16_t port = 0;
  if (port_text != "*")
    std::from_chars(port_text.data(), port_text.data() + port_text.size(), port);

  sockaddr_in6 v6{};
  sockaddr_in v4{};
  auto* at = reinterpret_cast<sockaddr*>(&v4);
  socklen_t size = sizeof v4;
  if (address.ipv6) {
    v6.sin6_family = AF_INET6;
    v6.sin6_port = htons(port);
    ::inet_pton(AF_INET6, host.substr(1, host.size() - 2).c_str(), &v6.sin6_addr);
    at = reinterpret_cast<sockaddr*>(&v6);
    size = sizeof v6;
  } else {
    v4.sin_family = AF_INET;
    v4.sin_port = htons(port);
    ::inet_pton(AF_INET, host.c_str(), &v4.sin_addr);
  }
  socket_ = Descriptor{::socket(at->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  const int on = 1;  // a port whose last connections are still being forgotten is free
  if (!socket_ || ::setsockopt(socket(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0 ||
      ::bind(socket(), at, size) != 0 || ::getsockname(socket(), at, &size) != 0)
    return cannot(address.text);
  const auto bound = ntohs(address.ipv6 ? v6.sin6_port : v4.sin_port);
  address_ = "tcp://" + host + ":" + std::to_string(bound);
  return {};
}

LocalListener::Accepted LocalListener::accept() const {
  for (;;) {
    Descriptor accepted{::accept4(socket(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)};
    if (accepted) {
      const int on = 1;
      if (path_.empty()) ::setsockopt(accepted.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
      return {std::move(accepted), false};
    }
    if (errno == EINTR || errno == ECONNABORTED) continue;
    return {{}, errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS};
  }
}

}  // namespace signalbox
