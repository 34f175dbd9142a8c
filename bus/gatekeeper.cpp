#include "bus/gatekeeper.hpp"

#include "bus/loop_socket.hpp"

namespace signalbox {
namespace {

// The frames of a request (rfc.zeromq.org/spec/27), after the routing id and the delimiter.
enum Part : std::size_t {
  routing_id,
  delimiter,
  version,
  request_id,
  zap_domain,
  address,
  peer_id,
  mechanism,
  credentials,
  parts
};
constexpr std::string_view zap_version = "1.0";

}  // namespace

Result<std::shared_ptr<Gatekeeper>> Gatekeeper::open(std::shared_ptr<BusContext> context,
                                                     boost::asio::io_context& loop,
                                                     const std::vector<AllowedPeer>& allowed,
                                                     GatekeeperOptions options) {
  if (allowed.empty())
    return failed(Fault::bad_input, "the list of allowed keys is empty: nobody could connect");
  if (allowed.size() > allowed_max)
    return failed(Fault::full, "more than " + std::to_string(allowed_max) + " allowed keys");

  std::shared_ptr<Gatekeeper> keeper{new Gatekeeper};
  for (const auto& peer : allowed) {
    const auto [there, added] = keeper->allowed_.emplace(peer.key, peer.name);
    if (!added)
      return failed(Fault::bad_input,
                    "allowed peers " + there->second + " and " + peer.name + " have the same key");
  }
  keeper->context_ = context.get();
  keeper->options_ = std::move(options);

  auto socket = LoopSocket::open(
      std::move(context), loop,
      {.kind = LoopSocket::Kind::router, .linger = {}, .polled = keeper->options_.polled});
  if (!socket) return tl::unexpected(std::move(socket.error()));
  keeper->socket_ = std::move(*socket);
  if (auto bound = keeper->socket_->listen_for_zap(); !bound)
    return tl::unexpected(std::move(bound.error()));
  keeper->socket_->start(
      [raw = keeper.get()](const Received& request) { raw->on_request(request); });
  return keeper;
}

Gatekeeper::~Gatekeeper() = default;

std::size_t Gatekeeper::poll() { return socket_->poll(); }

void Gatekeeper::on_request(const Received& request) {
  // These come from libzmq itself, in this process. One of another form gets no answer, and
  // without an answer the handshake fails.
  if (request.count < parts - 1 || request.count > parts || request.frames.size() != request.count)
    return;
  const auto& frames = request.frames;
  const auto verdict = judge(request);
  ++(verdict.accepted ? accepted_ : refused_);
  socket_->send({frames[routing_id], "", zap_version, frames[request_id],
                 verdict.accepted ? "200" : "400", verdict.accepted ? "OK" : verdict.why,
                 verdict.name, ""});
  if (!verdict.accepted && options_.on_refused) options_.on_refused(frames[address], verdict.why);
}

Gatekeeper::Verdict Gatekeeper::judge(const Received& request) const {
  const auto& frames = request.frames;
  if (frames[version] != zap_version || frames[zap_domain] != domain)
    return {.why = "not a request for this gatekeeper"};
  if (frames[mechanism] != "CURVE" || frames.size() != parts) return {.why = "only CURVE here"};
  const auto key = CurvePublicKey::from_bytes(frames[credentials]);
  if (!key) return {.why = "not a key"};
  const auto known = allowed_.find(*key);
  if (known == allowed_.end()) return {.why = "key is not on the list"};
  return {.accepted = true, .name = known->second};
}

}  // namespace signalbox
