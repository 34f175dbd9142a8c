#include <catch2/catch.hpp>
#include <type_traits>

#include "bus/curve.hpp"

using namespace signalbox;

TEST_CASE("a key pair is rebuilt from its secret half", "[bus]") {
  const auto made = CurveKeys::generate();
  REQUIRE(made);
  const auto again = CurveKeys::from_secret(Secret::take(std::string{made->secret_key.reveal()}));
  REQUIRE(again);
  CHECK(again->public_key == made->public_key);
}

TEST_CASE("a public key survives its text and its bytes", "[bus]") {
  const auto made = CurveKeys::generate();
  REQUIRE(made);
  const auto text = made->public_key.text();
  CHECK(text.size() == CurvePublicKey::text_size);
  CHECK(CurvePublicKey::parse(text) == made->public_key);
  CHECK_FALSE(CurveKeys::generate()->public_key == made->public_key);
}

TEST_CASE("what is no key is refused without repeating it", "[bus][I5]") {
  const auto spoiled = std::string(CurvePublicKey::text_size - 1, 'a') + "~";
  for (const auto& text : {std::string{}, std::string{"short"}, spoiled, std::string(41, 'a'),
                           std::string(40, '\0')}) {
    CHECK_FALSE(CurvePublicKey::parse(text));
    const auto secret = CurveKeys::from_secret(Secret::take(std::string{text}));
    REQUIRE_FALSE(secret);
    if (!text.empty()) CHECK(secret.error().what.find(text) == std::string::npos);
  }
  CHECK_FALSE(CurvePublicKey::from_bytes("31 bytes are not enough for one"));
}

TEST_CASE("the secret half cannot be printed or compared", "[bus][I5]") {
  STATIC_REQUIRE_FALSE(std::is_copy_constructible_v<CurveKeys>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<Secret, std::string_view>);
}
