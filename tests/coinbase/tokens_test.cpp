#include "connectors/coinbase/tokens.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "tests/coinbase/words.hpp"

using namespace signalbox;
using namespace signalbox::coinbase;
using namespace signalbox::coinbase::test;
using namespace std::chrono_literals;

namespace {

std::string from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int have = 0;
  for (const char c : text) {
    const std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    bits = (bits << 6) | static_cast<std::uint32_t>(letters.find(c));
    have += 6;
    if (have < 8) continue;
    have -= 8;
    out.push_back(static_cast<char>((bits >> have) & 255));
  }
  return out;
}

RawSignature raw(std::string_view base64url) {
  const auto bytes = from_base64url(base64url);
  RawSignature signature{};
  REQUIRE(bytes.size() == signature.size());
  std::copy(bytes.begin(), bytes.end(), signature.begin());
  return signature;
}

struct Parts {
  std::string header, claims, payload, signature;
};
Parts parts_of(const std::string& token) {
  const auto first = token.find('.'), second = token.rfind('.');
  REQUIRE(second > first);
  return {from_base64url(token.substr(0, first)),
          from_base64url(token.substr(first + 1, second - first - 1)), token.substr(0, second),
          token.substr(second + 1)};
}

}  // namespace

TEST_CASE("RFC 7515 appendix A.3: the example verifies, and what we sign does", "[coinbase]") {
  const std::string payload =
      "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLm"
      "NvbS9pc19yb290Ijp0cnVlfQ";
  const auto signature =
      raw("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q");
  const auto key = Es256Key::make(secret(rfc_key));
  REQUIRE(key);
  CHECK((*key)->verifies(payload, signature));
  CHECK_FALSE((*key)->verifies(payload + "x", signature));
  auto changed = signature;
  changed[40] ^= 1;
  CHECK_FALSE((*key)->verifies(payload, changed));
  // r and s begin with zeros now and then: they keep their 32 bytes.
  for (int i = 0; i < 600; ++i) {
    const auto text = payload + std::to_string(i);
    REQUIRE((*key)->verifies(text, (*key)->sign(text)));
  }
}

TEST_CASE("base64url of RFC 7515 has no padding", "[coinbase]") {
  std::string out;
  append_base64url(out, std::string_view{"\x03\xec\xff\xe0\xc1", 5});
  CHECK(out == "A-z_4ME");
}

TEST_CASE("a key is read with real line ends and with written ones, and no other key",
          "[coinbase]") {
  std::string written;
  for (const char c : rfc_key) written += c == '\n' ? std::string{"\\n"} : std::string{c};
  CHECK(Es256Key::make(secret(written)));
  CHECK_FALSE(Es256Key::make(Secret{}));
  for (const std::string& bad :
       {std::string{"nothing"}, std::string{rfc_key.substr(0, 100)}, std::string(5000, 'A')}) {
    const auto key = Es256Key::make(secret(bad));
    REQUIRE_FALSE(key);
    CHECK(key.error().what.find(bad) == std::string::npos);
  }
  CountingRandom random;
  CHECK_THROWS_AS(Tokens("h", secret("a \"name\""), secret(rfc_key), random),
                  std::invalid_argument);
  CHECK_THROWS_AS(Tokens("h", secret(key_name), secret("x"), random), std::invalid_argument);
}

SCENARIO("a token is bound to one request and to its time", "[coinbase]") {
  CountingRandom random;
  Tokens tokens{"api.coinbase.com", secret(key_name), secret(rfc_key), random};
  const auto token =
      tokens.take("GET", "/api/v3/brokerage/accounts", at_second(1735689661) + 900ms);
  const auto parts = parts_of(token);
  CHECK(parts.header == R"({"alg":"ES256","typ":"JWT","kid":"organizations/o-1/apiKeys/k-1",)"
                        R"("nonce":"00000000000000010000000000000002"})");
  CHECK(parts.claims ==
        R"({"sub":"organizations/o-1/apiKeys/k-1","iss":"cdp","nbf":1735689661,"exp":1735689781,)"
        R"("uri":"GET api.coinbase.com/api/v3/brokerage/accounts"})");
  CHECK(tokens.key().verifies(parts.payload, raw(parts.signature)));
  CHECK(parts_of(tokens.take_unbound(at_second(1))).claims.find("uri") == std::string::npos);
}

SCENARIO("tokens of hot routes are made ahead, used once and thrown away when old", "[coinbase]") {
  CountingRandom random;
  Tokens tokens{"h", secret(key_name), secret(rfc_key), random};
  tokens.keep_ready("POST", "/orders");
  tokens.keep_ready("POST", "/cancel");
  const auto made = at_second(1000);
  std::size_t signed_ahead = 0;
  while (tokens.refill_one(made)) ++signed_ahead;
  CHECK(signed_ahead == 2 * Tokens::ready_max);
  CHECK(tokens.ready("POST", "/orders", made) == Tokens::ready_max);

  std::set<std::string> seen;
  for (std::size_t i = 0; i < 2 * Tokens::ready_max; ++i)
    CHECK(seen.insert(tokens.take("POST", "/orders", made + 5s)).second);
  CHECK(tokens.ready("POST", "/orders", made + 5s) == 0);
  CHECK(tokens.ready("POST", "/cancel", made + 5s) == Tokens::ready_max);

  // Old ones are not sent: the one that is taken was signed on the spot.
  const auto late = made + token_age_max + 1s;
  CHECK(tokens.ready("POST", "/cancel", late) == 0);
  CHECK(parts_of(tokens.take("POST", "/cancel", late)).claims.find("\"nbf\":1061") !=
        std::string::npos);
  // Nor are those from a future that the clock, measured again, has not reached.
  REQUIRE(tokens.refill_one(late));
  CHECK(tokens.ready("POST", "/orders", made) + tokens.ready("POST", "/cancel", made) == 0);
}
