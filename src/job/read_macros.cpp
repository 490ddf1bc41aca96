#include <fmt/format.h>

#include <string>
#include <utility>

#include "core/special_numbers.hpp"
#include "job/sections.hpp"

namespace tessera::job {

namespace {

/// The run itself calls accounts so that match no band or group, or have no value.
void check_label(Mistakes& mistakes, const std::string& name, Place place) {
  if (name != "Other" && name != "Unknown") return;
  mistakes.add(place,
               fmt::format("{} is the run's own name for accounts that fit nowhere or have no value; expected another "
                           "name",
                           shown(name)));
}

std::string band_text(const Band& band) {
  return fmt::format("{} from {} to below {}", shown(band.name), band.from.value_or(-kInfinity),
                     band.below.value_or(kInfinity));
}

/// `before` is the band above in the file, or null.
void check_order(Mistakes& mistakes, const Band* before, const Band& band, Place place) {
  const double from = band.from.value_or(-kInfinity);
  const double below = band.below.value_or(kInfinity);
  if (from >= below) {
    return mistakes.add(place, fmt::format("the band {} is empty; expected from < below", band_text(band)));
  }
  if (before == nullptr) return;
  if (before->from.value_or(-kInfinity) >= below) {
    mistakes.add(place, fmt::format("the band {} is out of order; it lies under {}; expected bands in ascending order",
                                    band_text(band), band_text(*before)));
  } else if (from < before->below.value_or(kInfinity)) {
    mistakes.add(place, fmt::format("the band {} overlaps {}; expected from ≥ the \"below\" of the band before it",
                                    band_text(band), band_text(*before)));
  }
}

void read_bands(Section& section, MacroSpec& macro) {
  const Array* bands = section.array("bands", "a list of { name, from, below }");
  if (bands == nullptr) return;
  if (bands->empty()) section.wrong("bands", "is empty; got []; expected at least one { name, from, below }");
  Names names(section.mistakes(), "two bands have one name");
  for (std::size_t i = 0; i < bands->size(); ++i) {
    const Value& item = (*bands)[i];
    if (item.table() == nullptr) {
      section.mistakes().add(
          item.place, fmt::format("a band of {} is no table; got {}; expected {{ name, from, below }}", section.title(),
                                  shown(item)));
      continue;
    }
    Section one(section.mistakes(), item.table(), item.place, "macro.bands",
                fmt::format("band {} of {}", i + 1, section.title()));
    Band band;
    band.name = read_name(one, names);
    check_label(section.mistakes(), band.name, one.place("name"));
    band.from = one.number("from", {});
    band.below = one.number("below", {});
    one.finish();
    check_order(section.mistakes(), macro.bands.empty() ? nullptr : &macro.bands.back(), band, item.place);
    macro.bands.push_back(std::move(band));
  }
}

void read_groups(Section& section, MacroSpec& macro) {
  constexpr std::string_view kExpected = "a table of Name = [\"value\", …]";
  const Table* groups = section.table("groups", kExpected);
  if (groups == nullptr) return;
  if (groups->entries.empty()) section.wrong("groups", fmt::format("is empty; expected {}", kExpected));
  Mistakes& mistakes = section.mistakes();
  Names values(mistakes, "a value is named twice in groups");
  for (const Entry& entry : groups->entries) {
    const std::string title = fmt::format("the group {} of {}", shown(entry.key), section.title());
    check_word(mistakes, entry.key, entry.place, "the name of a group");
    check_label(mistakes, entry.key, entry.place);
    const Array* items = entry.value.array();
    if (items == nullptr || items->empty()) {
      mistakes.add(entry.value.place,
                   fmt::format("{} has no values; got {}; expected [\"value\", …]", title, shown(entry.value)));
      continue;
    }
    MacroSpec::Group group{.name = entry.key, .values = {}};
    for (const Value& item : *items) {
      if (item.text() == nullptr) {
        mistakes.add(item.place,
                     fmt::format("{} has a value that is no text; got {}; expected it in quotes", title, shown(item)));
      } else if (check_word(mistakes, *item.text(), item.place, "a value of " + title)) {
        values.claim(*item.text(), item.place);
        group.values.push_back(*item.text());
      }
    }
    macro.groups.push_back(std::move(group));
  }
}

}  // namespace

void read_macros(Section& top, Job& job) {
  const Array* macros = tables_of(top, "macro", Need::kOptional);
  if (macros == nullptr) return;
  Names names(top.mistakes(), "two macros have one name");
  for (std::size_t i = 0; i < macros->size(); ++i) {
    const Value& item = (*macros)[i];
    if (item.table() == nullptr) continue;
    Section section(top.mistakes(), item.table(), item.place, "macro", title_of("macro", *item.table(), i));
    MacroSpec macro;
    macro.name = read_name(section, names);
    macro.column = section.column("column", Need::kRequired);
    read_bands(section, macro);
    read_groups(section, macro);
    if (section.has("bands") == section.has("groups")) {
      top.mistakes().add(
          item.place,
          fmt::format("{} has {}; expected either bands of a number or groups of categories", section.title(),
                      section.has("bands") ? "both bands and groups" : "no bands and no groups"));
    }
    section.finish();
    job.macros.push_back(std::move(macro));
  }
}

}  // namespace tessera::job
