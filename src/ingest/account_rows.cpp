#include "ingest/account_rows.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

struct KeyedRow {
  AccountKey key;
  std::uint32_t row = 0;
};

template <class T>
std::vector<T> pick_values(const std::vector<T>& values, std::span<const std::uint32_t> rows, T missing) {
  std::vector<T> picked(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) picked[i] = rows[i] == kNoRow ? missing : values[rows[i]];
  return picked;
}

}  // namespace

Winners find_winners(const ArrivedRows& rows) {
  if (rows.sequence.size() >= kNoRow)
    throw Error(ExitCode::kInternal, "more than 4,294,967,294 rows of one source on one rank: use more ranks");
  std::vector<KeyedRow> order(rows.sequence.size());
  for (std::size_t i = 0; i < order.size(); ++i)
    order[i] = {account_key(rows.ids.at(i)), static_cast<std::uint32_t>(i)};
  std::sort(order.begin(), order.end(), [&rows](const KeyedRow& a, const KeyedRow& b) {
    if (a.key != b.key) return a.key < b.key;
    const int ids = rows.ids.at(a.row).compare(rows.ids.at(b.row));
    return ids != 0 ? ids < 0 : rows.sequence[a.row] < rows.sequence[b.row];
  });

  Winners winners;
  std::uint32_t copies = 0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    ++copies;
    const bool last = i + 1 == order.size() || order[i].key != order[i + 1].key ||
                      rows.ids.at(order[i].row) != rows.ids.at(order[i + 1].row);
    if (!last) continue;
    winners.keys.push_back(order[i].key);
    winners.rows.push_back(order[i].row);
    winners.copies.push_back(std::exchange(copies, 0));
  }
  return winners;
}

TextColumn pick(const TextColumn& texts, std::span<const std::uint32_t> rows) {
  TextColumn picked;
  picked.ends.reserve(rows.size());
  std::size_t bytes = 0;
  for (const std::uint32_t row : rows) bytes += row == kNoRow ? 0 : texts.at(row).size();
  picked.bytes.reserve(bytes);
  for (const std::uint32_t row : rows) picked.push_back(row == kNoRow ? std::string_view() : texts.at(row));
  return picked;
}

Column pick(Column&& column, std::span<const std::uint32_t> rows) {
  Column picked{std::move(column.source), std::move(column.name), column.type, {}};
  if (const auto* numbers = std::get_if<NumberColumn>(&column.data)) {
    picked.data = NumberColumn{pick_values(numbers->values, rows, std::numeric_limits<double>::quiet_NaN())};
  } else if (auto* categories = std::get_if<CategoryColumn>(&column.data)) {
    picked.data =
        CategoryColumn{pick_values(categories->codes, rows, std::int32_t{-1}), std::move(categories->categories)};
  } else if (const auto* flags = std::get_if<FlagColumn>(&column.data)) {
    picked.data = FlagColumn{pick_values(flags->values, rows, std::int8_t{-1})};
  } else if (const auto* dates = std::get_if<DateColumn>(&column.data)) {
    picked.data = DateColumn{pick_values(dates->days, rows, kMissingDate)};
  } else {
    picked.data = pick(std::get<TextColumn>(column.data), rows);
  }
  return picked;
}

std::vector<std::uint32_t> match(const AccountTable& accounts, const ArrivedRows& rows, const Winners& winners) {
  std::vector<std::uint32_t> places(accounts.n_local, kNoRow);
  const auto id = [&](std::size_t w) { return rows.ids.at(winners.rows[w]); };
  std::size_t w = 0;
  for (std::size_t i = 0; i < accounts.n_local; ++i) {
    const AccountKey key = accounts.keys[i];
    const std::string_view account = accounts.ids.at(i);
    while (w < winners.keys.size() && (winners.keys[w] < key || (winners.keys[w] == key && id(w) < account))) ++w;
    if (w < winners.keys.size() && winners.keys[w] == key && id(w) == account)
      places[i] = static_cast<std::uint32_t>(w);
  }
  return places;
}

}  // namespace tessera::intake
