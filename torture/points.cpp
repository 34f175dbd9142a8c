#include "torture/points.hpp"

#include <charconv>

namespace signalbox::torture {

std::optional<KillPoint> KillPoint::parse(std::string_view text) {
  std::vector<std::string_view> parts;
  while (true) {
    const auto colon = text.find(':');
    parts.push_back(text.substr(0, colon));
    if (colon == text.npos) break;
    text.remove_prefix(colon + 1);
  }
  if (parts.size() != 5) return std::nullopt;
  KillPoint point{std::string{parts[0]}, std::string{parts[1]}, std::string{parts[2]}, 0,
                  std::string{parts[4]}};
  const auto* end = parts[3].data() + parts[3].size();
  const auto [stopped, error] = std::from_chars(parts[3].data(), end, point.nth);
  if (error != std::errc{} || stopped != end || point.nth == 0) return std::nullopt;
  return point;
}

std::string KillPoint::text() const {
  return role + ':' + site + ':' + state + ':' + std::to_string(nth) + ':' + when;
}

bool Places::reached(const std::string& role, const std::string& site, const std::string& state,
                     const std::string& when) {
  const auto count = ++counts_[{role, site, state, when}];
  return target_ && target_->nth == count && target_->role == role && target_->site == site &&
         target_->state == state && target_->when == when;
}

std::string Places::text() const {
  std::string out;
  for (const auto& [place, count] : counts_)
    out += KillPoint{place[0], place[1], place[2], count, place[3]}.text() + '\n';
  return out;
}

}  // namespace signalbox::torture
