#include "journal/record.hpp"

#include <algorithm>
#include <cstring>

#include "journal/crc32c.hpp"
#include "journal/little_endian.hpp"

namespace signalbox {
namespace {

constexpr std::size_t checksum_at = 0;
constexpr std::size_t size_at = 4;
constexpr std::size_t version_at = 8;
constexpr std::size_t account_size_at = 9;
constexpr std::size_t kind_at = 10;
constexpr std::size_t account_at = 12;
constexpr std::size_t number_at = 36;
constexpr std::size_t epoch_at = 44;
constexpr std::size_t time_at = 52;
static_assert(account_at + AccountName::capacity == number_at);
static_assert(time_at + 8 == record_header_bytes);

std::uint32_t checksum_of(std::span<const std::byte> record) {
  return crc32c(record.subspan(size_at));
}

}  // namespace

Result<std::size_t> encode_record(const RecordView& record, std::span<std::byte> out) {
  const std::size_t size = record_bytes(record.payload.size());
  if (record.payload.size() > Journal::payload_max)
    return failed(Fault::bad_input, "a journal payload has at most " +
                                        std::to_string(Journal::payload_max) + " bytes, this one " +
                                        std::to_string(record.payload.size()));
  if (record.number == LogNumber::none)
    return failed(Fault::bad_input, "a journal record needs a log number");
  if (out.size() < size)
    return failed(Fault::full, "a journal record of " + std::to_string(size) +
                                   " bytes does not fit into " + std::to_string(out.size()));

  std::byte* at = out.data();
  const auto account = record.account.view();
  store_le(at + size_at, static_cast<std::uint32_t>(size));
  at[version_at] = std::byte{record_version};
  at[account_size_at] = static_cast<std::byte>(account.size());
  store_le(at + kind_at, record.kind);
  std::memset(at + account_at, 0, AccountName::capacity);
  std::memcpy(at + account_at, account.data(), account.size());
  store_le(at + number_at, static_cast<std::uint64_t>(record.number));
  store_le(at + epoch_at, static_cast<std::uint64_t>(record.epoch));
  store_le(at + time_at, static_cast<std::uint64_t>(ns(record.time)));
  if (!record.payload.empty())
    std::memcpy(at + record_header_bytes, record.payload.data(), record.payload.size());
  store_le(at + checksum_at, checksum_of(out.first(size)));
  return size;
}

Result<RecordView> decode_record(std::span<const std::byte> bytes) {
  if (bytes.size() < record_header_bytes)
    return failed(Fault::corrupt, "a journal record is cut short: " + std::to_string(bytes.size()) +
                                      " of " + std::to_string(record_header_bytes) +
                                      " header bytes");
  const std::size_t size = claimed_record_bytes(bytes);
  if (size < record_header_bytes || size > record_bytes_max)
    return failed(Fault::corrupt,
                  "a journal record claims an impossible size of " + std::to_string(size));
  if (bytes.size() < size)
    return failed(Fault::corrupt, "a journal record is cut short: " + std::to_string(bytes.size()) +
                                      " of " + std::to_string(size) + " bytes");
  const auto record = bytes.first(size);
  if (checksum_of(record) != record_checksum(record))
    return failed(Fault::corrupt, "the checksum of a journal record does not match");

  // From here on the bytes are what somebody wrote; only the writer can be wrong.
  const std::byte* at = record.data();
  if (const auto version = static_cast<unsigned>(at[version_at]); version != record_version)
    return failed(Fault::refused, "a journal record has format " + std::to_string(version) +
                                      "; this build reads format " +
                                      std::to_string(record_version));
  const auto account_size = static_cast<std::size_t>(at[account_size_at]);
  RecordView view;
  view.number = LogNumber{load_le<std::uint64_t>(at + number_at)};
  if (account_size > AccountName::capacity || view.number == LogNumber::none)
    return failed(Fault::corrupt, "a journal record has an impossible account or log number");
  char account[AccountName::capacity];
  std::memcpy(account, at + account_at, sizeof account);
  view.account = AccountName{std::string_view{account, account_size}};
  view.epoch = Epoch{load_le<std::uint64_t>(at + epoch_at)};
  view.kind = load_le<RecordKind>(at + kind_at);
  view.time = wall_from_ns(static_cast<std::int64_t>(load_le<std::uint64_t>(at + time_at)));
  view.payload = record.subspan(record_header_bytes);
  return view;
}

std::size_t claimed_record_bytes(std::span<const std::byte> header) {
  return load_le<std::uint32_t>(header.data() + size_at);
}

std::uint32_t record_checksum(std::span<const std::byte> encoded) {
  return load_le<std::uint32_t>(encoded.data() + checksum_at);
}

}  // namespace signalbox
