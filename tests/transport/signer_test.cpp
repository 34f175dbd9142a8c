#include "connectors/transport/signer.hpp"

#include <openssl/hmac.h>

#include <catch2/catch.hpp>
#include <random>

using namespace signalbox;

namespace {

Secret secret(std::string text) { return Secret::take(std::move(text)); }

/// OpenSSL's one-call form, as an independent answer.
std::string reference_hmac(const std::string& key, const std::string& payload) {
  unsigned char mac[32];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(payload.data()), payload.size(), mac, &size);
  std::string hex;
  for (const auto byte : mac) {
    char two[3];
    std::snprintf(two, sizeof two, "%02x", byte);
    hex += two;
  }
  return hex;
}

}  // namespace

TEST_CASE("Binance's published HMAC examples", "[signer][vectors]") {
  constexpr auto spot = "NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j";
  constexpr auto futures = "2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9";
  struct Vector {
    const char* key;
    const char* payload;
    const char* signature;
  };
  const auto vector = GENERATE_COPY(values<Vector>({
      {spot,
       "symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000"
       "&timestamp=1499827319559",
       "c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71"},
      {spot,
       "symbol=%EF%BC%91%EF%BC%92%EF%BC%93%EF%BC%94%EF%BC%95%EF%BC%96&side=BUY&type=LIMIT"
       "&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559",
       "e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3"},
      {spot,
       "apiKey=vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A&price=52000.00"
       "&quantity=0.01000000&recvWindow=100&side=SELL&symbol=BTCUSDT&timeInForce=GTC"
       "&timestamp=1645423376532&type=LIMIT",
       "aa1b5712c094bc4e57c05a1a5c1fd8d88dcd628338ea863fec7b88e59fe2db24"},
      {futures,
       "symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000"
       "&timestamp=1591702613943",
       "3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9"},
      // Query and body joined without a separator, as the venue wants them.
      {futures,
       "symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTCquantity=1&price=9000&recvWindow=5000"
       "&timestamp=1591702613943",
       "30baaf0fab549bbeda7f5ef201898b34122da25fd23c646cac2c529aebe670a4"},
  }));
  HmacSha256Signer signer{secret(vector.key)};
  CHECK(signer.sign(vector.payload).view() == vector.signature);
  CHECK(signer.sign(vector.payload).view() == vector.signature);  // the state was not used up
}

TEST_CASE("HMAC agrees with OpenSSL for keys and payloads of any length", "[signer]") {
  std::mt19937 random{42};
  const auto text = [&](std::size_t size) {
    std::string s(size, '\0');
    for (auto& c : s) c = static_cast<char>(random());
    return s;
  };
  for (std::size_t key_size = 0; key_size <= 200; ++key_size) {
    const auto key = text(key_size);
    const auto payload = text(random() % 300);
    HmacSha256Signer signer{secret(key)};
    REQUIRE(signer.sign(payload).view() == reference_hmac(key, payload));
  }
}

TEST_CASE("HMAC as base64", "[signer][vectors]") {
  // RFC 4231, test case 2: 5bdcc146 bf60754e 6a042426 089575c7 5a003f08 9d273983 9dec58b9 64ec3843
  HmacSha256Signer signer{secret("Jefe"), SignatureText::base64};
  CHECK(signer.sign("what do ya want for nothing?").view() ==
        "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=");
}

TEST_CASE("Ed25519 signatures", "[signer][vectors]") {
  // The seed of RFC 8032, test 1.
  const std::string body = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g";
  const std::string pem = "-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----\n";
  for (const auto& key : {body, pem}) {
    const auto signer = Ed25519Signer::make(secret(key));
    REQUIRE(signer);
    CHECK((*signer)
              ->sign("symbol=BTCUSDT&side=SELL&type=LIMIT&timeInForce=GTC&quantity=1&price=0.2"
                     "&timestamp=1668481559918&recvWindow=5000")
              .view() ==
          "XtZirsmmi0noRzUfkqktvkVfxpkq/WtbLg2UOL3QGYdUBZVlqOBEMuEVw8zioY93N54NcKj9UuAXQEa9zgTDBg"
          "==");
    CHECK((*signer)
              ->sign("apiKey=4yNzx3yWC5bS6YTwEkSRaC0nRmSQIIStAUOh1b6kqaBrTLIhjCpI5lJH8q8R8WNO"
                     "&timestamp=1649729878532")
              .view() ==
          "NBJq5sX1RkU7ta3XDctruMgnrhyBcouMvvPIxxQSCUbVWxhp3ai6W7a0Iip/3nOwmJxkVIv6n20cekYCOa5qAg"
          "==");
  }
}

TEST_CASE("a key that is none is refused, and not repeated", "[signer][I5]") {
  for (const std::string text : {"", "hunter2hunter2==", "!!!!", "MC4CAQAwBQYDK2VwBCIEIJ1h",
                                 "-----BEGIN PRIVATE KEY-----"}) {
    const auto signer = Ed25519Signer::make(secret(text));
    REQUIRE_FALSE(signer);
    CHECK(signer.error().fault == Fault::bad_input);
    if (!text.empty()) CHECK(signer.error().what.find(text) == std::string::npos);
  }
}
