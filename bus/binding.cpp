#include "bus/binding.hpp"

#include <sys/stat.h>
#include <zmq.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <string_view>

#include "bus/gatekeeper.hpp"

namespace signalbox {
namespace {

bool set_text(void* socket, int option, std::string_view text) {
  return zmq_setsockopt(socket, option, text.data(), text.size()) == 0;
}

Result<void> become_curve_server(void* socket, const BusContext& context, const Listen& where) {
  if (!where.gatekeeper || where.gatekeeper->context() != &context)
    return failed(Fault::refused,
                  "CURVE without a gatekeeper in the same context would let everybody in");
  if (!set_option(socket, ZMQ_CURVE_SERVER, 1) ||
      !set_text(socket, ZMQ_CURVE_SECRETKEY, where.keys->secret_key.reveal()) ||
      !set_text(socket, ZMQ_ZAP_DOMAIN, Gatekeeper::domain))
    return failed(Fault::bad_input, "libzmq does not take the CURVE keys");
  return {};
}

Result<void> make_room(const std::string& path) {
  auto ready = prepare_runtime_folder(std::filesystem::path{path}.parent_path());
  return ready ? ipc_path_is_free(path) : ready;
}

Result<std::string> bind_one(void* socket, const BusAddress& address) {
  const bool ipc = address.transport == BusAddress::Transport::ipc;
  if (ipc) {
    if (auto room = make_room(address.path); !room) return tl::unexpected(std::move(room.error()));
  }
  if (!set_option(socket, ZMQ_IPV6, address.ipv6 ? 1 : 0) ||
      zmq_bind(socket, address.text.c_str()) != 0)
    return zmq_failed("cannot listen on " + address.text);
  if (ipc && chmod(address.path.c_str(), S_IRUSR | S_IWUSR) != 0)
    return zmq_failed("cannot close " + address.path + " to others");

  std::array<char, 256> text{};
  std::size_t size = text.size();
  if (zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, text.data(), &size) != 0)
    return zmq_failed("no endpoint for " + address.text);
  return std::string{text.data()};
}

}  // namespace

Result<CheckedAddresses> checked(const Listen& where) {
  if (where.addresses.empty()) return failed(Fault::bad_input, "no address to listen on");
  CheckedAddresses sorted;
  for (const auto& text : where.addresses) {
    auto address = parse_bus_address(text);
    if (!address) return tl::unexpected(std::move(address.error()));
    const bool has_list = where.gatekeeper != nullptr;
    if (auto may = may_listen(*address, where.keys != nullptr, has_list); !may)
      return tl::unexpected(std::move(may.error()));
    const bool tcp = address->transport == BusAddress::Transport::tcp;
    (tcp && where.keys ? sorted.curve : sorted.plain).push_back(std::move(*address));
  }
  return sorted;
}

Result<std::vector<std::string>> bind_all(void* socket, const BusContext& context,
                                          const Listen& where) {
  const auto sorted = checked(where);
  if (!sorted) return tl::unexpected(sorted.error());

  std::vector<std::string> bound;
  const auto bind_each = [&](const std::vector<BusAddress>& addresses) -> Result<void> {
    for (const auto& address : addresses) {
      auto got = bind_one(socket, address);
      if (!got) return tl::unexpected(std::move(got.error()));
      bound.push_back(std::move(*got));
    }
    return {};
  };
  // libzmq copies the options when it binds, so those bound before the keys are set stay plain.
  auto done = bind_each(sorted->plain);
  if (done && !sorted->curve.empty()) done = become_curve_server(socket, context, where);
  if (done) done = bind_each(sorted->curve);
  if (!done) return tl::unexpected(std::move(done.error()));
  return bound;
}

Result<void> connect_to(void* socket, const BusAddress& address, const CurveClient* curve) {
  if (curve != nullptr && curve->keys != nullptr) {
    if (!set_text(socket, ZMQ_CURVE_SERVERKEY, curve->server.text()) ||
        !set_text(socket, ZMQ_CURVE_PUBLICKEY, curve->keys->public_key.text()) ||
        !set_text(socket, ZMQ_CURVE_SECRETKEY, curve->keys->secret_key.reveal()))
      return failed(Fault::bad_input, "libzmq does not take the CURVE keys");
  } else if (!address.is_local()) {
    return failed(Fault::refused, "address '" + address.text +
                                      "' is on another machine: it needs the server's public key "
                                      "and keys of our own");
  }
  if (!set_option(socket, ZMQ_IPV6, address.ipv6 ? 1 : 0) ||
      zmq_connect(socket, address.text.c_str()) != 0)
    return zmq_failed("cannot connect to " + address.text);
  return {};
}

bool set_option(void* socket, int option, int value) {
  return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

tl::unexpected<Error> zmq_failed(std::string what) {
  const int error = errno;
  return failed(Fault::unavailable, std::move(what) + ": " + zmq_strerror(error));
}

}  // namespace signalbox
