#include "prepare/depth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "tessera/errors.hpp"

namespace tessera {
namespace {

constexpr std::size_t kMostNamed = 20;

/// The column's values as they stand in a job file.
std::string values_of(const CategoryColumn& column) {
  std::string values;
  for (std::size_t v = 0; v < std::min(kMostNamed, column.categories.size()); ++v)
    values += fmt::format("{}\"{}\"", v == 0 ? "" : ", ", column.categories[v]);
  if (column.categories.size() > kMostNamed)
    values += fmt::format(" and {} more", column.categories.size() - kMostNamed);
  return values;
}

[[noreturn]] void refuse(const Job& job, const SegmentationSpec& segmentation, const std::string& what) {
  const ColumnRef& ref = segmentation.refine->depth_by;
  throw Error(ExitCode::kBadJob,
              fmt::format("{}:{}:{}: segmentation \"{}\": depth_by = \"{}\" {}", job.file, ref.line, ref.column,
                          segmentation.name, ref.text, what),
              true);
}

/// By category code, and last for a missing one.
std::vector<Depth> depth_by_code(const Context& context, const SegmentationSpec& segmentation,
                                 const CategoryColumn& column, bool is_sensitive) {
  std::vector<Depth> depth(column.categories.size() + 1, Depth::kMicro);
  const auto stop = [&](const std::vector<std::string>& values, Depth at) {
    for (const std::string& value : values) {
      const auto found = std::ranges::lower_bound(column.categories, value);
      if (found != column.categories.end() && *found == value) {
        depth[static_cast<std::size_t>(found - column.categories.begin())] = at;
      } else if (value == kUnknownValue) {
        depth.back() = at;
      } else {
        context.journal.warn(fmt::format("segmentation \"{}\": no account has \"{}\" as {}{}", segmentation.name, value,
                                         segmentation.refine->depth_by.text,
                                         is_sensitive ? "" : "; there are: " + values_of(column)));
      }
    }
  };
  stop(segmentation.refine->stop_at_macro, Depth::kMacro);
  stop(segmentation.refine->stop_at_core, Depth::kCore);
  return depth;
}

}  // namespace

std::vector<Depth> depth_of(const Context& context, const AccountTable& accounts, const Job& job,
                            const SegmentationSpec& segmentation, std::span<const std::uint32_t> rows) {
  std::vector<Depth> depth(rows.size(), Depth::kMicro);
  if (!segmentation.refine || segmentation.refine->depth_by.empty()) return depth;
  const Column* column = accounts.find(segmentation.refine->depth_by.text);
  const auto* stages = column == nullptr ? nullptr : std::get_if<CategoryColumn>(&column->data);
  if (stages == nullptr)
    refuse(job, segmentation,
           "is no category of the accounts: name a column with few values, such as a funnel's stage");
  if (segmentation.refine->stop_at_macro.empty() && segmentation.refine->stop_at_core.empty())
    refuse(job, segmentation,
           fmt::format("does not say who stops where: give stop_at_macro or stop_at_core, lists of its values{}; "
                       "\"{}\" means accounts without one",
                       column->is_sensitive ? "" : ", which are " + values_of(*stages), kUnknownValue));
  const std::vector<Depth> by_code = depth_by_code(context, segmentation, *stages, column->is_sensitive);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int32_t code = stages->codes[rows[i]];
    depth[i] = code < 0 ? by_code.back() : by_code[static_cast<std::size_t>(code)];
  }
  return depth;
}

}  // namespace tessera
