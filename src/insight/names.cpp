#include "insight/names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "insight/words.hpp"

namespace tessera::insight {

namespace {

constexpr std::size_t kFewestTraits = 2;
constexpr std::size_t kUsualTraits = 3;
constexpr std::size_t kMostTraits = 4;
constexpr double kAnotherNumber = 0.7;  ///< numbers tend to rise and fall together: each further one tells less
constexpr double kWorthAThird = 0.3;    ///< of the first trait's score
constexpr const char* kBetween = " · ";
constexpr std::size_t kMostLettersOfParent = kMostLettersOfName / 2;

/// "sales, profits and assets"; "monthly and total charges" where all end in the same word.
std::string enumeration(std::vector<std::string_view> subjects) {
  const auto last_word = [](std::string_view text) { return text.substr(std::min(text.rfind(' '), text.size())); };
  const std::string_view shared = last_word(subjects.back());
  if (std::ranges::all_of(subjects, [&](std::string_view s) { return last_word(s) == shared; }))
    for (std::size_t i = 0; i + 1 < subjects.size(); ++i) subjects[i].remove_suffix(shared.size());
  std::string text;
  for (std::size_t i = 0; i < subjects.size(); ++i) {
    if (i > 0) text += i + 1 == subjects.size() ? " and " : ", ";
    text += subjects[i];
  }
  return text;
}

/// The traits' texts, numbers of one degree together: "high sales, profits and assets".
std::vector<std::string> phrases(const std::vector<Trait>& traits) {
  std::vector<std::string> found;
  std::vector<bool> is_said(traits.size(), false);
  for (std::size_t i = 0; i < traits.size(); ++i) {
    if (is_said[i]) continue;
    const std::string_view text = traits[i].text;
    const std::string_view degree = text.substr(0, traits[i].degree_length);
    std::vector<std::string_view> subjects{text.substr(degree.size())};
    for (std::size_t j = i + 1; j < traits.size() && !degree.empty(); ++j) {
      const std::string_view other = traits[j].text;
      if (other.substr(0, traits[j].degree_length) != degree) continue;
      subjects.push_back(other.substr(degree.size()));
      is_said[j] = true;
    }
    found.push_back(std::string(degree) + enumeration(std::move(subjects)));
  }
  return found;
}

/// A name in the making.
struct Draft {
  std::size_t segment = 0;
  std::string given;          ///< words that stand first whatever comes: a parent's given name
  std::vector<Trait> chosen;  ///< most telling first; a trait of the parent stands before them all
  std::vector<Trait> others;  ///< what could be added, most telling first
  std::size_t inherited = 0;  ///< how many of `chosen` are the parent's

  [[nodiscard]] std::vector<Trait> in_reading_order() const {
    std::vector<Trait> order = chosen;
    std::stable_sort(order.begin() + static_cast<std::ptrdiff_t>(inherited), order.end(),
                     [](const Trait& a, const Trait& b) { return a.kind < b.kind; });
    return order;
  }
  [[nodiscard]] std::string name() const {
    std::string text = given;
    for (const std::string& phrase : phrases(in_reading_order())) {
      if (!text.empty()) text += kBetween;
      text += phrase;
    }
    return text;
  }
  [[nodiscard]] bool has_room_for(const Trait& trait) const {
    const bool is_said = std::ranges::any_of(chosen, [&](const Trait& said) {
      return said.key.column == trait.key.column || lower_case(said.text) == lower_case(trait.text);
    });
    if (is_said || chosen.size() >= kMostTraits) return false;
    Draft longer = *this;
    longer.chosen.push_back(trait);
    return name().empty() || words::letters(longer.name()) <= kMostLettersOfName;
  }
  /// Moves others[i] into the name.
  void take(std::size_t i) {
    chosen.push_back(others[i]);
    others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
  }
  [[nodiscard]] double telling(const Trait& trait) const {
    const auto numbers = std::ranges::count(chosen, Trait::Kind::kNumber, &Trait::kind);
    double score = trait.score;
    if (trait.kind == Trait::Kind::kNumber)
      for (std::ptrdiff_t i = 0; i < numbers; ++i) score *= kAnotherNumber;
    return score;
  }
  /// The next trait to add: the most telling of the strong ones, then of the others; npos if none fits.
  [[nodiscard]] std::optional<std::size_t> next() const {
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < others.size(); ++i) {
      if (!has_room_for(others[i])) continue;
      if (best && others[*best].strong && !others[i].strong) break;
      if (!best || telling(others[i]) > telling(others[*best])) best = i;
    }
    return best;
  }
};

/// Own traits: strong ones up to the usual number as long as they tell enough, others only to reach the fewest.
void choose_traits(Draft& draft) {
  double first = 0.0;
  while (draft.chosen.size() < kUsualTraits) {
    const std::optional<std::size_t> next = draft.next();
    if (!next) return;
    const Trait& trait = draft.others[*next];
    const bool enough = draft.chosen.size() >= kFewestTraits;
    if (enough && (!trait.strong || draft.telling(trait) < kWorthAThird * first)) return;
    first = std::max(first, trait.score);
    draft.take(*next);
  }
}

/// Names of one level after another, and what the levels below inherit.
class Namer {
 public:
  Namer(const TraitBook& book, std::vector<Segment>& segments)
      : book_(book), segments_(segments), shown_(segments.size()) {
    for (const Segment& segment : segments)
      if (!segment.name.empty()) used_.insert(segment.name);
    for (const Segment& segment : segments)
      if (segment.parent >= 0) ++children_[segment.parent];
  }

  void name_level(Level level) {
    std::vector<Draft> drafts;
    for (std::size_t s = 0; s < segments_.size(); ++s)
      if (segments_[s].level == level && segments_[s].name.empty()) drafts.push_back(draft(s));
    tell_apart(drafts);
    for (const Draft& draft : drafts) {
      Segment& segment = segments_[draft.segment];
      segment.name = unused(plain_name(draft));
      used_.insert(segment.name);
      shown_[draft.segment] = draft.in_reading_order();
      segment.memory.name_traits = is_after_parent(draft) ? kNamedAfterParent : told(shown_[draft.segment]);
    }
  }

 private:
  [[nodiscard]] static std::string told(const std::vector<Trait>& traits) {
    std::string lines;
    for (const Trait& trait : traits) lines += (lines.empty() ? "" : "\n") + trait.text;
    return lines;
  }
  [[nodiscard]] bool is_after_parent(const Draft& draft) const {
    return segments_[draft.segment].parent >= 0 &&
           (is_only_child(draft.segment) || segments_[draft.segment].is_outliers);
  }
  [[nodiscard]] bool is_only_child(std::size_t segment) const {
    const Segment& mine = segments_[segment];
    return mine.parent >= 0 && children_.at(mine.parent) == 1 &&
           mine.accounts == segments_[static_cast<std::size_t>(mine.parent)].accounts;
  }

  Draft draft(std::size_t segment) const {
    Draft draft;
    draft.segment = segment;
    draft.others = book_.ranked(segment);
    const std::int32_t parent = segments_[segment].parent;
    if (parent < 0) {
      choose_traits(draft);
      return draft;
    }
    const auto parent_row = static_cast<std::size_t>(parent);
    if (is_after_parent(draft)) {
      draft.given = segments_[parent_row].name + (segments_[segment].is_outliers ? kOutliersOfParent : kAllOfParent);
      draft.others.clear();
      return draft;
    }
    inherit(draft, parent_row);
    choose_traits(draft);
    return draft;
  }

  /// The first trait of the parent's name that is true of this segment too and that its own traits do not say better.
  void inherit(Draft& draft, std::size_t parent) const {
    if (shown_[parent].empty()) {
      draft.given = words::shorten(segments_[parent].name, kMostLettersOfParent);
      return;
    }
    Draft own = draft;
    choose_traits(own);
    const std::size_t n_own = std::min<std::size_t>(own.chosen.size(), kFewestTraits);
    for (const Trait& trait : shown_[parent]) {
      const bool said_better =
          std::any_of(own.chosen.begin(), own.chosen.begin() + static_cast<std::ptrdiff_t>(n_own),
                      [&](const Trait& mine) { return mine.strong && mine.key.column == trait.key.column; });
      if (said_better || !book_.is_typical(draft.segment, trait.key)) continue;
      draft.chosen.push_back(trait);
      draft.inherited = 1;
      break;
    }
    // What else the parent is known for may tell equal names apart, after everything of the segment's own.
    for (const Trait& trait : shown_[parent])
      if (book_.is_typical(draft.segment, trait.key)) {
        draft.others.push_back(trait);
        draft.others.back().strong = false;
        draft.others.back().score = 0.0;
      }
  }

  void tell_apart(std::vector<Draft>& drafts) const;
  [[nodiscard]] std::string plain_name(const Draft& draft) const {
    std::string name = draft.name();
    if (!draft.chosen.empty() || is_after_parent(draft)) return name;
    const std::string nothing = segments_[draft.segment].accounts == 0 ? "Empty segment" : "Mixed accounts";
    return name.empty() ? nothing : name + kBetween + lower_case(nothing);
  }
  [[nodiscard]] std::string unused(const std::string& name) const {
    std::string candidate = name;
    for (int number = 2; used_.contains(candidate); ++number) candidate = fmt::format("{} {}", name, number);
    return candidate;
  }

  const TraitBook& book_;
  std::vector<Segment>& segments_;
  std::vector<std::vector<Trait>> shown_;  ///< by segment: its name's traits in reading order; empty for given names
  std::map<std::int32_t, int> children_;   ///< by row
  std::set<std::string> used_;
};

/// Whether some other draft of the group could not add the same trait.
bool sets_apart(const Trait& trait, const Draft& mine, const std::vector<Draft*>& group) {
  const auto has_it = [&](const Draft* other) {
    return std::ranges::any_of(other->others, [&](const Trait& t) { return t.key == trait.key; });
  };
  return !std::ranges::all_of(group, [&](const Draft* other) { return other == &mine || has_it(other); }) ||
         group.size() == 1;
}

/// The most telling trait that tells a draft from the others of its name; nothing if there is none.
std::optional<std::size_t> distinguishing(const Draft& draft, const std::vector<Draft*>& group) {
  for (std::size_t i = 0; i < draft.others.size(); ++i)
    if (draft.has_room_for(draft.others[i]) && sets_apart(draft.others[i], draft, group)) return i;
  return std::nullopt;
}

void Namer::tell_apart(std::vector<Draft>& drafts) const {
  for (bool changed = true; changed;) {
    changed = false;
    std::map<std::string, std::vector<Draft*>> by_name;
    for (Draft& draft : drafts) by_name[plain_name(draft)].push_back(&draft);
    for (auto& [name, group] : by_name) {
      if (group.size() == 1 && !used_.contains(name)) continue;
      // All choose before any takes, or the first's choice would change what sets the next apart.
      std::vector<std::optional<std::size_t>> choices;
      for (const Draft* draft : group) choices.push_back(distinguishing(*draft, group));
      for (std::size_t i = 0; i < group.size(); ++i) {
        if (choices[i]) group[i]->take(*choices[i]);
        changed = changed || choices[i].has_value();
      }
    }
  }
}

}  // namespace

std::string under_parent(const std::string& name, const std::string& before, const std::string& now) {
  const auto prefix = [](const std::string& parent) {
    return parent.empty() ? "" : words::shorten(parent, kMostLettersOfParent) + kBetween;
  };
  const std::string was = prefix(before);
  return name.starts_with(was) ? prefix(now) + name.substr(was.size()) : name;
}

void name_segments(const TraitBook& book, std::vector<Segment>& segments) {
  for (std::size_t s = 0; s < segments.size(); ++s)
    if (!segments[s].name.empty()) segments[s].memory.name_doubt = book.doubts(s, segments[s].memory.name_traits);
  Namer namer(book, segments);
  for (const Level level : {Level::kMacro, Level::kCore, Level::kMicro}) namer.name_level(level);
}

}  // namespace tessera::insight
