#include "job/overrides.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "job/key_depth.hpp"
#include "job/nearest.hpp"

namespace tessera::job {

namespace {

constexpr std::array<std::string_view, 3> kLists = {"source", "macro", "segmentation"};

struct Assignment {
  std::vector<std::string> path;
  std::string_view value;
};

/// Parts "a.'b.c'.d=value"; nullopt if a part is empty, a quote is not closed or "=" is not there.
std::optional<Assignment> parted(std::string_view set) {
  Assignment out;
  std::string part;
  char quote = 0;
  bool was_quoted = false;
  for (std::size_t at = 0; at < set.size(); ++at) {
    const char c = set[at];
    if (quote != 0) {
      if (c == quote) {
        quote = 0;
      } else {
        part += c;
      }
    } else if ((c == '"' || c == '\'') && part.empty() && !was_quoted) {
      quote = c;
      was_quoted = true;
    } else if (c == '.' || c == '=') {
      if (part.empty()) return std::nullopt;
      out.path.push_back(std::exchange(part, ""));
      was_quoted = false;
      if (c == '=') {
        out.value = set.substr(at + 1);
        return out;
      }
    } else {
      part += c;
    }
  }
  return std::nullopt;
}

/// What people call an element of a list: its name, or a feature's column.
const std::string* name_of(const Value& item) {
  if (item.table() == nullptr) return nullptr;
  for (const std::string_view key : {"name", "column"}) {
    const Entry* entry = item.table()->find(key);
    if (entry != nullptr && entry->value.text() != nullptr) return entry->value.text();
  }
  return nullptr;
}

/// The one walk of a --set to the place that it names.
class Override {
 public:
  Override(Mistakes& mistakes, Place place) : mistakes_(mistakes), place_(place) {}

  void lay(Table& top, std::span<const std::string> path, Value value) {
    Table* table = &top;
    while (path.size() > 1) {
      const bool is_list = table == &top && std::find(kLists.begin(), kLists.end(), path.front()) != kLists.end();
      Entry* entry = table->find(path.front());
      if (entry == nullptr && is_list) return nobody_named(path.front(), path[1], {});
      if (entry == nullptr) {
        table->entries.push_back({path.front(), place_, {.data = Table{}, .place = place_}});
        entry = &table->entries.back();
      }
      table = step(entry->value, path);
      if (table == nullptr) return;
    }
    Entry* entry = table->find(path.front());
    if (entry == nullptr) {
      table->entries.push_back({path.front(), place_, std::move(value)});
    } else {
      entry->value = std::move(value);
    }
  }

 private:
  /// Steps into `value`, named by the path's first part, or by its first two where it is a list.
  Table* step(Value& value, std::span<const std::string>& path) {
    if (auto* table = std::get_if<Table>(&value.data)) {
      path = path.subspan(1);
      return table;
    }
    auto* items = std::get_if<Array>(&value.data);
    if (items == nullptr) {
      mistakes_.add(place_, fmt::format("{} has no keys of its own; got {}; expected the key of a table",
                                        shown(path.front()), shown(value)));
      return nullptr;
    }
    Table* found = element(*items, path);
    if (found != nullptr) path = path.subspan(2);
    return found;
  }

  Table* element(Array& items, std::span<const std::string> path) {
    std::vector<std::string> known;
    for (Value& item : items) {
      const std::string* name = name_of(item);
      if (name == nullptr) continue;
      known.push_back(*name);
      if (*name != path[1]) continue;
      if (path.size() > 2) return std::get_if<Table>(&item.data);
      mistakes_.add(place_,
                    fmt::format("{}.{} is a whole table; expected one of its keys behind it, such as {}.{}.KEY=value",
                                path[0], path[1], path[0], path[1]));
      return nullptr;
    }
    nobody_named(path[0], path[1], known);
    return nullptr;
  }

  void nobody_named(const std::string& list, const std::string& name, const std::vector<std::string>& known) {
    const std::string near = nearest(name, known);
    const std::string hint =
        near.empty() ? "expected the name of one in the job file" : fmt::format("did you mean {}?", shown(near));
    mistakes_.add(place_, fmt::format("no {} is named {}; {}", list, shown(name), hint));
  }

  Mistakes& mistakes_;
  Place place_;
};

}  // namespace

void apply_sets(Table& top, const std::vector<std::string>& sets, Mistakes& mistakes) {
  for (std::size_t i = 0; i < sets.size(); ++i) {
    const Place place{.set = static_cast<int>(i)};
    const auto assignment = parted(sets[i]);
    if (!assignment) {
      mistakes.add(
          place, "is not key=value; expected such as segmentation.expansion.k=8, with names that hold a dot in quotes");
      continue;
    }
    if (assignment->path.size() > kMostKeyParts) {
      mistakes.add(place, fmt::format("the key has more than {} parts; expected the key of a table", kMostKeyParts));
      continue;
    }
    // A text read back through the parser is known to be UTF-8, which the command line does not promise.
    const bool is_text = parse_value(toml_text(sets[i]), place).has_value();
    auto value = is_text ? parse_value(assignment->value, place) : std::nullopt;
    if (is_text && !value) value = Value{.data = std::string(assignment->value), .place = place};
    if (!value) {
      mistakes.add(place, "is not UTF-8; expected text");
      continue;
    }
    Override(mistakes, place).lay(top, assignment->path, std::move(*value));
  }
}

}  // namespace tessera::job
