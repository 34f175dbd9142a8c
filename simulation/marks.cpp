#include "simulation/marks.hpp"

#include <algorithm>

namespace signalbox::simulation {
namespace {

bool is_impossible(Trouble what, BracketMark when) {
  const auto all = impossible_pairs();
  return std::any_of(all.begin(), all.end(),
                     [&](const auto& each) { return each.what == what && each.when == when; });
}

}  // namespace

void Marks::add(const Marks& other) {
  for (std::size_t i = 0; i < count_.size(); ++i)
    for (std::size_t j = 0; j < count_[i].size(); ++j) count_[i][j] += other.count_[i][j];
}

std::vector<Impossible> impossible_pairs() { return {}; }

std::vector<std::string> missing(const Marks& marks) {
  std::vector<std::string> names;
  for (const auto& what : enum_names<Trouble>)
    for (const auto& when : enum_names<BracketMark>)
      if (marks.count(what.value, when.value) == 0 && !is_impossible(what.value, when.value))
        names.push_back(std::string{what.name} + " while " + std::string{when.name});
  return names;
}

std::string table_of(const Marks& marks) {
  const auto cell = [](std::string text, std::size_t width) {
    text.insert(0, width - std::min(width, text.size()), ' ');
    return text;
  };
  std::string table = std::string(28, ' ');
  for (const auto& when : enum_names<BracketMark>) table += cell(std::string{when.name}, 11);
  for (const auto& what : enum_names<Trouble>) {
    std::string name{what.name};
    name.resize(28, ' ');
    table += '\n' + name;
    for (const auto& when : enum_names<BracketMark>) {
      const auto count = marks.count(what.value, when.value);
      table += cell(
          count == 0 && is_impossible(what.value, when.value) ? "-" : std::to_string(count), 11);
    }
  }
  return table + '\n';
}

}  // namespace signalbox::simulation
