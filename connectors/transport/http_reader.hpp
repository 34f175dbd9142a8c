#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace signalbox {

struct HttpBounds {
  std::size_t header_bytes_max = std::size_t{16} << 10;
  std::size_t body_bytes_max = std::size_t{16} << 20;
};

/// Reads one HTTP/1.x answer at a time from bytes as they come. Strict: what two readers could
/// understand differently (two lengths, a bare line feed, a folded header) is `bad`, because a
/// misread answer is worse than an unknown one. Chunked bodies are joined in place. The buffer is
/// kept from answer to answer. Pure; one thread, the owner's.
class HttpReader {
 public:
  enum class State : std::uint8_t { more = 1, complete = 2, bad = 3 };

  explicit HttpReader(HttpBounds bounds) : bounds_(bounds) {}

  /// A new answer. Its parts stay readable until the next `space`.
  void start(bool to_head_request);
  /// Where to put received bytes, then how many were put there.
  std::span<char> space();
  State received(std::size_t bytes);
  /// The peer ended the connection in good order: the end of a body without a length.
  State ended();

  /// Parts of a complete answer.
  int status() const { return status_; }
  std::string_view headers() const { return view(headers_from_, headers_to_); }
  std::string_view body() const { return view(body_from_, body_to_); }
  /// The connection may carry another request.
  bool keeps_alive() const { return keeps_alive_; }
  /// Why the answer is bad; holds none of its bytes.
  std::string_view why() const { return why_; }

 private:
  enum class Part : std::uint8_t {
    head,
    body,
    body_to_end,
    chunk_size,
    chunk,
    chunk_end,
    trailer,
    over
  };
  static constexpr std::size_t space_min = std::size_t{4} << 10;
  static constexpr std::size_t buffer_first = std::size_t{64} << 10;
  static constexpr std::size_t buffer_kept_max = std::size_t{1} << 20;
  static constexpr std::size_t chunk_line_max = 256;
  static constexpr int interim_answers_max = 8;

  std::string_view view(std::size_t from, std::size_t to) const {
    return {buffer_.get() + from, to - from};
  }
  /// What one step of reading came to: another step, more bytes needed, the end of it.
  enum class Step : std::uint8_t { next, wait, complete, bad };
  Step bad(std::string_view why);
  Step step();
  Step read_head();
  bool read_status_line(std::string_view line);
  bool read_header(std::string_view line);
  Step after_head();
  Step read_body();
  Step read_body_to_end();
  Step read_chunk_size();
  Step read_chunk();
  Step read_chunk_end();
  Step read_trailer();
  void close_gap();
  void reserve(std::size_t bytes);

  HttpBounds bounds_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
  std::size_t size_ = 0;  // received bytes in the buffer
  std::size_t at_ = 0;    // the first byte not yet understood; between it and the end of a joined
                          // body there may be a gap

  Part part_ = Part::head;
  bool to_head_ = false;
  int interim_answers_ = 0;
  int status_ = 0;
  bool version_1_0_ = false;
  bool keeps_alive_ = true;
  bool chunked_ = false;
  bool has_length_ = false;
  std::size_t left_ = 0;  // of the body or chunk
  std::size_t trailer_bytes_ = 0;
  std::size_t headers_from_ = 0, headers_to_ = 0;
  std::size_t body_from_ = 0, body_to_ = 0;
  std::string_view why_;
};

}  // namespace signalbox
