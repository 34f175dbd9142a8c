#include "messages/codec_writer.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <msgpack.hpp>

#include "messages/codec_text.hpp"

namespace signalbox::codec {

// A record of a signal is some two hundred short pieces: appended one by one to a string, each
// costs more than its bytes.
void Writer::write(const char* bytes, std::size_t size) {
  if (size > room - gathered_) {
    flush();
    if (size > room) {
      out_.append(bytes, size);
      return;
    }
  }
  std::memcpy(bytes_.data() + gathered_, bytes, size);
  gathered_ += size;
}

void Writer::flush() {
  out_.append(bytes_.data(), gathered_);
  gathered_ = 0;
}

/// As msgpack's packer writes it. Most texts are short: their header is one byte.
void Writer::pack_text(std::string_view text) {
  constexpr std::size_t short_max = 31;  // bytes
  constexpr unsigned short_header = 0xa0;
  if (text.size() <= short_max && room - gathered_ > text.size()) {
    bytes_[gathered_++] = static_cast<char>(short_header | text.size());
    std::memcpy(bytes_.data() + gathered_, text.data(), text.size());
    gathered_ += text.size();
    return;
  }
  msgpack::packer<Writer> packer{*this};
  packer.pack_str(static_cast<std::uint32_t>(text.size()));
  packer.pack_str_body(text.data(), static_cast<std::uint32_t>(text.size()));
}

void Writer::map(std::size_t pairs) {
  msgpack::packer<Writer>{*this}.pack_map(static_cast<std::uint32_t>(pairs));
}

void Writer::list(std::size_t items) {
  msgpack::packer<Writer>{*this}.pack_array(static_cast<std::uint32_t>(items));
}

void Writer::key(std::string_view name) { pack_text(name); }

void Writer::text(std::string_view text) {
  if (is_printable(text))
    pack_text(text);
  else
    pack_text(printable(text));
}

void Writer::decimal(Decimal value) {
  std::array<char, Decimal::text_max> text;
  const char* end = value.write(text.data());
  pack_text({text.data(), static_cast<std::size_t>(end - text.data())});
}

void Writer::boolean(bool value) {
  msgpack::packer<Writer> packer{*this};
  value ? packer.pack_true() : packer.pack_false();
}

void Writer::unsigned_integer(std::uint64_t value) {
  msgpack::packer<Writer>{*this}.pack_uint64(value);
}

void Writer::signed_integer(std::int64_t value) {
  msgpack::packer<Writer>{*this}.pack_int64(value);
}

void write_fields(Writer& w, std::span<const WriteSlot> slots) {
  w.map(static_cast<std::size_t>(std::ranges::count_if(slots, &WriteSlot::present)));
  for (const auto& slot : slots) {
    if (!slot.present) continue;
    w.key(slot.name);
    slot.write(w, slot.value);
  }
}

}  // namespace signalbox::codec
