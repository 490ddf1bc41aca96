#include "ingest/categories_in_use.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace tessera::intake {
namespace {

/// One bit a category; every rank gets those of all ranks.
std::vector<std::uint32_t> used_bits(const parallel::Communicator& comm, const CategoryColumn& column) {
  std::vector<std::uint32_t> bits((column.categories.size() + 31) / 32);
  for (const std::int32_t code : column.codes) {
    if (code < 0) continue;
    const auto c = static_cast<std::uint32_t>(code);
    bits[c / 32] |= 1U << (c % 32);
  }
  comm.all_reduce<parallel::Reduce::kBitOr>(std::span<std::uint32_t>(bits));
  return bits;
}

}  // namespace

void keep_categories_in_use(const parallel::Communicator& comm, AccountTable& accounts) {
  for (Column& any : accounts.columns) {
    auto* column = std::get_if<CategoryColumn>(&any.data);
    if (column == nullptr) continue;
    const std::vector<std::uint32_t> bits = used_bits(comm, *column);
    std::vector<std::string> kept;
    std::vector<std::int32_t> new_code(column->categories.size(), -1);
    for (std::size_t c = 0; c < column->categories.size(); ++c) {
      if ((bits[c / 32] >> (c % 32) & 1U) == 0) continue;
      new_code[c] = static_cast<std::int32_t>(kept.size());
      kept.push_back(std::move(column->categories[c]));
    }
    const bool all_kept = kept.size() == column->categories.size();
    column->categories = std::move(kept);
    if (all_kept) continue;
    for (std::int32_t& code : column->codes) {
      if (code >= 0) code = new_code[static_cast<std::size_t>(code)];
    }
  }
}

}  // namespace tessera::intake
