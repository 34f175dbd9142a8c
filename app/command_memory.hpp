#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string_view>
#include <tuple>
#include <vector>

#include "actors/outlet.hpp"
#include "messages/records.hpp"

namespace signalbox {

/// Which commands were done, so that one that is sent again after a doubt is answered again and
/// not done again: the last `remembered_max`, of this process and, by the journal's records, of
/// those before it. Signals and place_order have a memory of their own. What was refused is not
/// remembered: it may be tried again. One thread.
class CommandMemory {
 public:
  static constexpr std::size_t remembered_max = 10'000;  ///< commands

  /// Ids are the sender's: two strategies may use the same one.
  using Key = std::tuple<AccountName, StrategyName, SignalId>;

  struct Begun {
    enum class As : std::uint8_t {
      fresh = 1,
      under_way,  ///< the same was sent before: `client` gets its answer when there is one
      done,       ///< the same was done before: `answer`
      id_reused,  ///< something else was sent under this id
    } as = As::fresh;
    std::optional<Reply> answer;
  };
  Begun begin(const Key& key, std::string_view content, ClientToken client);

  /// What the journal shall keep of a command that began and ends with this reply.
  std::optional<CommandDoneRecord> record_of(const Key& key, const Reply& reply) const;
  void remember(const CommandDoneRecord& done);

  /// The last reply to a command that began. Answers who else waits for it.
  std::vector<ClientToken> finish(const Key& key, const Reply& reply);

 private:
  struct Entry {
    std::uint64_t digest = 0;  ///< of type and content
    std::optional<Reply> answer;
    std::vector<ClientToken> waiting;
  };
  void keep(const Key& key);

  std::map<Key, Entry> entries_;
  std::deque<Key> done_order_;
};

}  // namespace signalbox
