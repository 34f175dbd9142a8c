#pragma once

#include <string>
#include <string_view>

#include "messages/ids.hpp"

namespace signalbox::codec {

/// Which texts a type of name may hold. Rules live here and not in the types, because a name made
/// by our own code needs no check; one that crosses a socket does.
struct TextRule {
  enum class Alphabet : std::uint8_t {
    printable = 1,    ///< UTF-8 without control characters: assets may have Chinese names
    printable_ascii,  ///< also refuses what looks alike in two scripts
    slug,             ///< [a-z0-9_-]: parts of event topics
    base36,           ///< [0-9a-z]: parts of client order ids
  };
  Alphabet alphabet = Alphabet::printable;
  bool required = false;  ///< may not be empty
  bool full = false;      ///< empty or of exactly the type's length
};

/// Texts and names without a line here: printable, may be empty.
template <class T>
inline constexpr TextRule text_rule{};
template <>
inline constexpr TextRule text_rule<SignalId>{TextRule::Alphabet::printable_ascii, true};
template <>
inline constexpr TextRule text_rule<AccountName>{TextRule::Alphabet::slug, true};
template <>
inline constexpr TextRule text_rule<StrategyName>{TextRule::Alphabet::slug, true};
template <>
inline constexpr TextRule text_rule<VenueName>{TextRule::Alphabet::slug, true};
template <>
inline constexpr TextRule text_rule<Symbol>{TextRule::Alphabet::printable, true};
template <>
inline constexpr TextRule text_rule<Book>{TextRule::Alphabet::base36, false, true};
template <>
inline constexpr TextRule text_rule<SignalHash>{TextRule::Alphabet::base36, false, true};
template <>
inline constexpr TextRule text_rule<ClientOrderId>{TextRule::Alphabet::base36, false, true};

/// Valid UTF-8 without control characters (C0, DEL, C1): safe in a log, a terminal, and for peers
/// whose strings must be UTF-8.
bool is_printable(std::string_view text);

/// The same text with '?' for every byte `is_printable` objects to.
std::string printable(std::string_view text);

bool matches(TextRule::Alphabet alphabet, std::string_view text);

}  // namespace signalbox::codec
