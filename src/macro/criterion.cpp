#include "macro/criterion.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "tessera/errors.hpp"

namespace tessera {
namespace {

[[noreturn]] void refuse(const MacroSpec& spec, const std::string& what) {
  throw Error(ExitCode::kBadJob,
              fmt::format("{}:{}: macro criterion \"{}\": column \"{}\" {}", spec.column.line, spec.column.column,
                          spec.name, spec.column.text, what),
              true);
}

std::string rule_of_band(const std::string& column, const Band& band) {
  if (band.from && band.below) return fmt::format("{} {} to below {}", column, *band.from, *band.below);
  if (band.from) return fmt::format("{} {} or more", column, *band.from);
  if (band.below) return fmt::format("{} below {}", column, *band.below);
  return fmt::format("{} known", column);
}

}  // namespace

Criterion::Criterion(const MacroSpec& spec, const AccountTable& accounts)
    : spec_(&spec), column_(accounts.find(spec.column.text)), named_(std::max(spec.bands.size(), spec.groups.size())) {
  if (column_ == nullptr) refuse(spec, "is not in the accounts, or in more than one source: name it as source.column");
  if (!spec.bands.empty()) {
    if (!std::holds_alternative<NumberColumn>(column_->data)) refuse(spec, "has bands but is no number: use groups");
  } else if (const auto* categories = std::get_if<CategoryColumn>(&column_->data)) {
    for (const std::string& category : categories->categories) case_of_code_.push_back(group_of(category));
  } else if (std::holds_alternative<FlagColumn>(column_->data)) {
    case_of_code_ = {group_of("no"), group_of("yes")};
  } else {
    refuse(spec, "has groups but is neither a category nor a flag: use bands, or state its type under [columns]");
  }
}

std::size_t Criterion::group_of(const std::string& value) const noexcept {
  const auto found = std::ranges::find_if(spec_->groups, [&](const MacroSpec::Group& group) {
    return std::ranges::find(group.values, value) != group.values.end();
  });
  return found == spec_->groups.end() ? other() : static_cast<std::size_t>(found - spec_->groups.begin());
}

std::size_t Criterion::band_of(double value) const noexcept {
  if (std::isnan(value)) return unknown();
  const auto found = std::ranges::find_if(spec_->bands, [&](const Band& band) {
    return (!band.from || value >= *band.from) && (!band.below || value < *band.below);
  });
  return found == spec_->bands.end() ? other() : static_cast<std::size_t>(found - spec_->bands.begin());
}

std::size_t Criterion::case_of(std::size_t account) const noexcept {
  if (const auto* numbers = std::get_if<NumberColumn>(&column_->data)) return band_of(numbers->values[account]);
  const auto* categories = std::get_if<CategoryColumn>(&column_->data);
  const int code =
      categories != nullptr ? categories->codes[account] : std::get<FlagColumn>(column_->data).values[account];
  return code < 0 ? unknown() : case_of_code_[static_cast<std::size_t>(code)];
}

std::string Criterion::label(std::size_t which) const {
  if (which == unknown()) return "Unknown";
  if (which == other()) return "Other";
  return spec_->bands.empty() ? spec_->groups[which].name : spec_->bands[which].name;
}

std::string Criterion::name(std::size_t which) const {
  if (which == unknown()) return spec_->name + " unknown";
  if (which == other()) return spec_->name + " other";
  return label(which);
}

std::string Criterion::rule(std::size_t which) const {
  const std::string& column = spec_->column.text;
  if (which == unknown()) return column + " unknown";
  if (!spec_->bands.empty())
    return which == other() ? column + " in no band of " + spec_->name : rule_of_band(column, spec_->bands[which]);
  if (which == other()) return column + " in no group of " + spec_->name;
  std::vector<std::string> values = spec_->groups[which].values;
  std::ranges::sort(values);
  return fmt::format("{} in ({})", column, fmt::join(values, ", "));
}

}  // namespace tessera
