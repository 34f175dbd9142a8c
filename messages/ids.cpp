#include "messages/ids.hpp"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace signalbox {
namespace {

constexpr std::string_view base36 = "0123456789abcdefghijklmnopqrstuvwxyz";
constexpr std::size_t book_size = Book::capacity;
constexpr std::size_t hash_size = SignalHash::capacity;
constexpr std::size_t generation_size = 3;
constexpr std::size_t id_size = ClientOrderId::capacity;
static_assert(book_size + hash_size + 1 + generation_size == id_size);

// One character a leg: e, u, c, 0..7 for stops, k..r for targets.
constexpr char entry_char = 'e';
constexpr char lone_entry_char = 'u';
constexpr char close_char = 'c';
constexpr char first_stop_char = '0';
constexpr char first_target_char = 'k';

[[noreturn]] void stop_at(const char* what) {
  std::fprintf(stderr, "signalbox: %s, stopping: a wrong client order id can double an order\n",
               what);
  std::abort();
}

bool is_base36(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z'); }

void write_base36(char* out, std::size_t width, std::uint64_t value) {
  for (std::size_t i = width; i-- > 0; value /= 36) out[i] = base36[value % 36];
}

char leg_char(LegId leg) {
  if (leg.index < legs_per_kind_max) switch (leg.kind) {
      case LegKind::entry:
        if (leg.index == 0) return entry_char;
        if (leg == lone_entry) return lone_entry_char;
        break;
      case LegKind::close:
        if (leg.index == 0) return close_char;
        break;
      case LegKind::stop: return static_cast<char>(first_stop_char + leg.index);
      case LegKind::target: return static_cast<char>(first_target_char + leg.index);
    }
  stop_at("no such leg");
}

std::optional<LegId> leg_of(char c) {
  const auto index_from = [c](char first) -> std::optional<std::uint8_t> {
    if (c < first || c >= first + static_cast<int>(legs_per_kind_max)) return std::nullopt;
    return static_cast<std::uint8_t>(c - first);
  };
  if (c == entry_char) return LegId{LegKind::entry, 0};
  if (c == lone_entry_char) return lone_entry;
  if (c == close_char) return LegId{LegKind::close, 0};
  if (const auto index = index_from(first_stop_char)) return LegId{LegKind::stop, *index};
  if (const auto index = index_from(first_target_char)) return LegId{LegKind::target, *index};
  return std::nullopt;
}

/// SHA-256 with its context kept, so that hashing allocates nothing after a thread's first time.
class Sha256 {
 public:
  Sha256() : md_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {}

  /// The first eight bytes of the digest, most significant first.
  std::uint64_t first_bytes(const char* data, std::size_t size) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest;
    if (EVP_DigestInit_ex(context_.get(), md_.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context_.get(), data, size) != 1 ||
        EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr) != 1)
      stop_at("SHA-256 is not available");
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) value = value << 8 | digest[i];
    return value;
  }

 private:
  struct Free {
    void operator()(EVP_MD* p) const { EVP_MD_free(p); }
    void operator()(EVP_MD_CTX* p) const { EVP_MD_CTX_free(p); }
  };
  std::unique_ptr<EVP_MD, Free> md_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

/// Each name with its length before it: ("a", "bc") and ("ab", "c") are different signals.
struct Names {
  static constexpr std::size_t names = 3;
  std::array<char, names + AccountName::capacity + StrategyName::capacity + SignalId::capacity>
      bytes;
  std::size_t size = 0;

  void append(std::string_view name) {
    bytes[size++] = static_cast<char>(name.size());
    std::copy(name.begin(), name.end(), bytes.begin() + static_cast<std::ptrdiff_t>(size));
    size += name.size();
  }
  std::string_view view() const { return {bytes.data(), size}; }
};

}  // namespace

SignalHash signal_hash(const AccountName& account, const StrategyName& strategy,
                       const SignalId& signal) {
  Names names;
  names.append(account.view());
  names.append(strategy.view());
  names.append(signal.view());

  // Risk, its checks and its memory ask one after the other for the same signal's.
  thread_local Names last;
  thread_local SignalHash hash_of_last;
  if (names.view() == last.view()) return hash_of_last;

  thread_local Sha256 sha256;
  const auto first_64_bits = sha256.first_bytes(names.bytes.data(), names.size);
  std::array<char, hash_size> text;
  write_base36(text.data(), hash_size, first_64_bits >> (64 - 51));
  hash_of_last = SignalHash{std::string_view{text.data(), text.size()}};
  last = names;
  return hash_of_last;
}

ClientOrderId client_order_id(const Book& book, const SignalHash& signal, LegId leg,
                              std::uint32_t generation) {
  if (book.size() != book_size || signal.size() != hash_size) stop_at("a book or hash is not set");
  if (generation > generation_max) stop_at("no generation is left for this leg");
  std::array<char, id_size> text;
  char* at = std::copy_n(book.view().data(), book_size, text.data());
  at = std::copy_n(signal.view().data(), hash_size, at);
  *at++ = leg_char(leg);
  write_base36(at, generation_size, generation);
  return ClientOrderId{std::string_view{text.data(), text.size()}};
}

std::optional<ParsedClientOrderId> parse_client_order_id(std::string_view id) {
  if (id.size() != id_size || !std::all_of(id.begin(), id.end(), is_base36)) return std::nullopt;
  const auto leg = leg_of(id[book_size + hash_size]);
  if (!leg) return std::nullopt;
  ParsedClientOrderId parsed{Book{id.substr(0, book_size)},
                             SignalHash{id.substr(book_size, hash_size)}, *leg, 0};
  for (const char c : id.substr(id_size - generation_size))
    parsed.generation = parsed.generation * 36 + static_cast<std::uint32_t>(base36.find(c));
  return parsed;
}

}  // namespace signalbox
