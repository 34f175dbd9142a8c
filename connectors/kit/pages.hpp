#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "connectors/kit/core.hpp"

namespace signalbox::kit {

/// Several questions one after the other, each page by page, and one answer to all of them: the
/// first that fails ends it. Keeps itself alive until `done` was called, once. Loop thread only.
class Pages : public std::enable_shared_from_this<Pages> {
 public:
  static constexpr std::size_t pages_max = 400;  // of all questions together

  struct Question {
    /// The first page has an empty cursor.
    std::function<RequestBytes(std::string_view cursor)> write;
    /// The cursor of the next page; empty when this was the last.
    std::function<Result<std::string>(std::string_view body)> take;
    /// A refusal of this class is no failure: there is nothing to be had.
    Refusal unless = Refusal::none;
    std::uint32_t weight = 0;  ///< of each page, of the venue's budget
  };
  struct Terms {
    MonoTime deadline{};  ///< of each request
    Duration within{};    ///< of each once it has left; zero: until the deadline
    PaceClass who = PaceClass::entry;
    /// Instead of the plain way out, for venues whose requests need more than one try.
    std::function<void(Ask)> send = {};
  };
  /// `asked` is when the first request left.
  using Done = std::function<void(const Verdict&, MonoTime asked)>;

  static void ask(Core& core, std::vector<Question> questions, const Terms& terms, Done done);

  Pages(Core& core, std::vector<Question> questions, const Terms& terms, Done done);

 private:
  void next();
  void answered(const Reply& reply);
  void finish(const Verdict& verdict);

  Core& core_;
  std::vector<Question> questions_;
  Terms terms_;
  Done done_;
  std::size_t at_ = 0;
  std::size_t pages_ = 0;
  std::string cursor_;
  bool asked_once_ = false;
  MonoTime asked_{};
};

}  // namespace signalbox::kit
