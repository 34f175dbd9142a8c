#include "app/client_keys.hpp"

#include <fstream>
#include <memory>

#include "app/secret_file.hpp"

namespace signalbox {
namespace {

Result<CurvePublicKey> public_key(const std::string& key_or_file) {
  if (auto key = CurvePublicKey::parse(key_or_file)) return key;
  std::ifstream in{key_or_file};
  std::string line;
  std::getline(in, line);
  // As keygen writes it, or as a line of an allow-list.
  const auto key = CurvePublicKey::parse(line.substr(line.find_last_of(" \t") + 1));
  if (!key)
    return failed(Fault::bad_input,
                  "--server-key must be a public key of 40 characters or a file that holds one");
  return key;
}

}  // namespace

Result<std::optional<CurveClient>> load_client_keys(const ClientKeys& keys) {
  if (keys.own_key.empty() && keys.server_key.empty()) return std::optional<CurveClient>{};
  if (keys.own_key.empty() || keys.server_key.empty())
    return failed(Fault::bad_input, "--key and --server-key go together");
  auto secret = read_secret_file(keys.own_key);
  if (!secret) return failed(secret.error().fault, "--key " + secret.error().what);
  auto own = CurveKeys::from_secret(std::move(*secret));
  if (!own) return failed(Fault::bad_input, "--key names a file that holds no CURVE secret key");
  const auto server = public_key(keys.server_key);
  if (!server) return tl::unexpected<Error>(server.error());
  return std::optional{CurveClient{*server, std::make_shared<const CurveKeys>(std::move(*own))}};
}

}  // namespace signalbox
