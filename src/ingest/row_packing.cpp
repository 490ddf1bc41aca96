#include "ingest/row_packing.hpp"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <utility>

#include "core/huge_pages.hpp"
#include "ingest/parallel_blocks.hpp"
#include "ingest/text_copy.hpp"

namespace tessera::intake {
namespace {

/// What a message begins with; the bytes of each text column follow it.
struct MessageHead {
  std::uint32_t n_rows = 0;
  std::uint32_t reader = 0;
  std::uint64_t bytes = 0;  ///< of the whole message
  std::uint64_t id_bytes = 0;
};

std::uint64_t text_bytes(const TextColumn& texts, std::span<const std::uint32_t> rows) noexcept {
  if (rows.size() == texts.size()) return texts.bytes.size();
  std::uint64_t bytes = 0;
  for (const std::uint32_t row : rows) bytes += texts.at(row).size();
  return bytes;
}

/// Every part of a message begins at a multiple of this.
constexpr std::size_t kAlignment = 8;

constexpr std::size_t aligned(std::size_t bytes) noexcept {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

std::size_t bytes_of_value(const CellValues& column) noexcept {
  if (std::holds_alternative<std::vector<double>>(column)) return sizeof(double);
  return std::holds_alternative<std::vector<std::int8_t>>(column) ? sizeof(std::int8_t) : sizeof(std::int32_t);
}

class Packer {
 public:
  /// `all`: the rows are all there are, so columns are copied whole.
  Packer(std::span<const std::uint32_t> rows, bool all, std::byte* out)
      : rows_(rows), all_(all), begin_(out), out_(out) {}

  template <class T>
  void put(const T& value) noexcept {
    std::memcpy(out_, &value, sizeof value);
    out_ += sizeof value;
  }
  template <class T>
  void put_values(const std::vector<T>& values) noexcept {
    if (all_) {
      std::memcpy(out_, values.data(), values.size() * sizeof(T));
      out_ += values.size() * sizeof(T);
    } else {
      for (const std::uint32_t row : rows_) put(values[row]);
    }
    end_part();
  }
  void put_texts(const TextColumn& texts) noexcept {
    for (const std::uint32_t row : rows_) put(static_cast<std::uint32_t>(texts.at(row).size()));
    end_part();
    if (all_) {
      std::memcpy(out_, texts.bytes.data(), texts.bytes.size());
      out_ += texts.bytes.size();
    } else {
      for (const std::uint32_t row : rows_) {
        const std::string_view text = texts.at(row);
        copy_text(reinterpret_cast<char*>(out_), text);
        out_ += text.size();
      }
    }
    end_part();
  }
  void end_part() noexcept { out_ = begin_ + aligned(static_cast<std::size_t>(out_ - begin_)); }

 private:
  std::span<const std::uint32_t> rows_;
  bool all_;
  std::byte* begin_;
  std::byte* out_;
};

/// One message, as it came.
class Message {
 public:
  Message(const std::byte* bytes, std::uint32_t rank) : at_(bytes), rank_(rank) { take(head_); }

  [[nodiscard]] const MessageHead& head() const noexcept { return head_; }
  [[nodiscard]] std::uint32_t rank() const noexcept { return rank_; }
  /// Where each part begins: sequence, keys, ids, columns.
  [[nodiscard]] std::vector<const std::byte*> parts(const std::vector<Column>& columns) {
    const std::size_t n = head_.n_rows;
    std::vector<std::uint64_t> column_bytes;
    column_bytes.reserve(columns.size());
    for (const Column& column : columns) column_bytes.push_back(bytes_of(column.type));
    std::vector<const std::byte*> parts;
    const auto part = [&](std::uint64_t bytes) {
      parts.push_back(at_);
      at_ += aligned(bytes);
    };
    part(n * sizeof(std::uint64_t));
    part(n * sizeof(AccountKey));
    part(aligned(n * sizeof(std::uint32_t)) + head_.id_bytes);
    for (const std::uint64_t bytes : column_bytes) part(bytes);
    return parts;
  }

 private:
  template <class T>
  void take(T& value) noexcept {
    std::memcpy(&value, at_, sizeof value);
    at_ += sizeof value;
  }
  std::uint64_t bytes_of(ColumnType type) noexcept {
    const std::uint64_t n = head_.n_rows;
    switch (type) {
      case ColumnType::kNumber:
        return n * sizeof(double);
      case ColumnType::kCategory:
      case ColumnType::kDate:
        return n * sizeof(std::int32_t);
      case ColumnType::kFlag:
        return n * sizeof(std::int8_t);
      case ColumnType::kText:
        break;
    }
    std::uint64_t texts = 0;
    take(texts);
    return aligned(n * sizeof(std::uint32_t)) + texts;
  }

  const std::byte* at_;
  std::uint32_t rank_;
  MessageHead head_;
};

template <class T>
void append(std::vector<T>& values, const std::byte* bytes, std::size_t n) {
  const T* const begin = reinterpret_cast<const T*>(bytes);
  values.insert(values.end(), begin, begin + n);
}

void append(TextColumn& texts, const std::byte* bytes, std::size_t n) {
  const auto* const lengths = reinterpret_cast<const std::uint32_t*>(bytes);
  const char* const text = reinterpret_cast<const char*>(bytes + aligned(n * sizeof(std::uint32_t)));
  const std::uint64_t begin = texts.bytes.size();
  std::uint64_t end = begin;
  const std::size_t first = texts.ends.size();
  texts.ends.resize(first + n);
  for (std::size_t i = 0; i < n; ++i) texts.ends[first + i] = end += lengths[i];
  // The first rows tell how much there will be: growing by doubling would copy all of it twice over. Where they are
  // long, the others may not be, and room for all of them might be more than there is.
  constexpr std::uint64_t kMostReserved = 64;  // bytes a text
  if (first == 0 && n > 0 && texts.ends.capacity() > n) {
    texts.bytes.reserve(std::min(end / n + 1, kMostReserved) * texts.ends.capacity());
    advise_huge_pages(texts.bytes.data(), texts.bytes.capacity());
  }
  texts.bytes.append(text, end - begin);
}

void append(Column& column, const std::byte* bytes, std::size_t n) {
  if (auto* numbers = std::get_if<NumberColumn>(&column.data)) return append(numbers->values, bytes, n);
  if (auto* categories = std::get_if<CategoryColumn>(&column.data)) return append(categories->codes, bytes, n);
  if (auto* flags = std::get_if<FlagColumn>(&column.data)) return append(flags->values, bytes, n);
  if (auto* dates = std::get_if<DateColumn>(&column.data)) return append(dates->days, bytes, n);
  append(std::get<TextColumn>(column.data), bytes, n);
}

Column empty_column(const std::string& source, const ColumnPlan& plan, std::size_t expected_rows) {
  Column column{source, plan.name, plan.type, {}};
  const auto reserved = [expected_rows](auto values) {
    reserve_in_huge_pages(values, expected_rows);
    return values;
  };
  switch (plan.type) {
    case ColumnType::kNumber:
      column.data = NumberColumn{reserved(std::vector<double>())};
      break;
    case ColumnType::kFlag:
      column.data = FlagColumn{reserved(std::vector<std::int8_t>())};
      break;
    case ColumnType::kDate:
      column.data = DateColumn{reserved(std::vector<std::int32_t>())};
      break;
    case ColumnType::kCategory:
      column.data = CategoryColumn{reserved(std::vector<std::int32_t>()), plan.categories};
      break;
    case ColumnType::kText:
      column.data = TextColumn{.ends = reserved(std::vector<std::uint64_t>()), .bytes = {}};
      break;
  }
  return column;
}

}  // namespace

RowsByOwner rows_by_owner(const BlockRows& block, int n_ranks) {
  RowsByOwner sorted;
  sorted.first.assign(static_cast<std::size_t>(n_ranks) + 1, 0);
  if (n_ranks == 1) {
    sorted.rows = block.good;
    sorted.first.back() = static_cast<std::uint32_t>(block.good.size());
    return sorted;
  }
  const auto owner = [&](std::uint32_t row) { return static_cast<std::size_t>(owner_of(block.keys[row], n_ranks)); };
  for (const std::uint32_t row : block.good) ++sorted.first[owner(row) + 1];
  std::partial_sum(sorted.first.begin(), sorted.first.end(), sorted.first.begin());
  std::vector<std::uint32_t> next(sorted.first.begin(), sorted.first.end() - 1);
  sorted.rows.resize(block.good.size());
  for (const std::uint32_t row : block.good) sorted.rows[next[owner(row)]++] = row;
  return sorted;
}

std::size_t packed_size(const BlockRows& block, std::span<const std::uint32_t> rows) {
  const std::size_t n = rows.size();
  const auto bytes_of_texts = [&](const TextColumn& texts) {
    return aligned(n * sizeof(std::uint32_t)) + aligned(text_bytes(texts, rows));
  };
  std::size_t bytes =
      sizeof(MessageHead) + n * (sizeof(std::uint64_t) + sizeof(AccountKey)) + bytes_of_texts(block.ids);
  for (const CellValues& column : block.columns) {
    if (const auto* texts = std::get_if<TextColumn>(&column)) {
      bytes += sizeof(std::uint64_t) + bytes_of_texts(*texts);
    } else {
      bytes += aligned(n * bytes_of_value(column));
    }
  }
  return bytes;
}

void pack_rows(const BlockRows& block, std::span<const std::uint32_t> rows, std::uint32_t reader, std::byte* out) {
  Packer packer(rows, rows.size() == block.places.size(), out);
  packer.put(MessageHead{static_cast<std::uint32_t>(rows.size()), reader, packed_size(block, rows),
                         text_bytes(block.ids, rows)});
  for (const CellValues& column : block.columns) {
    if (const auto* texts = std::get_if<TextColumn>(&column)) packer.put(text_bytes(*texts, rows));
  }
  for (const std::uint32_t row : rows) packer.put(block.places[row].sequence);
  packer.put_values(block.keys);
  packer.put_texts(block.ids);
  for (const CellValues& column : block.columns) {
    if (const auto* texts = std::get_if<TextColumn>(&column)) packer.put_texts(*texts);
    if (const auto* numbers = std::get_if<std::vector<double>>(&column)) packer.put_values(*numbers);
    if (const auto* wholes = std::get_if<std::vector<std::int32_t>>(&column)) packer.put_values(*wholes);
    if (const auto* flags = std::get_if<std::vector<std::int8_t>>(&column)) packer.put_values(*flags);
  }
}

ArrivedRows no_rows(const std::string& source, const SourcePlan& plan, std::size_t expected_rows) {
  ArrivedRows rows;
  reserve_in_huge_pages(rows.sequence, expected_rows);
  reserve_in_huge_pages(rows.keys, expected_rows);
  reserve_in_huge_pages(rows.ids.ends, expected_rows);
  for (const ColumnPlan& column : plan.columns) {
    if (column.stored) rows.columns.push_back(empty_column(source, column, expected_rows));
  }
  return rows;
}

void unpack_rows(const std::vector<std::vector<std::byte>>& messages, int threads, ArrivedRows& rows) {
  struct Came {
    std::size_t n_rows = 0;
    std::vector<const std::byte*> parts;
  };
  std::vector<Came> all;
  for (std::size_t rank = 0; rank < messages.size(); ++rank) {
    for (std::size_t at = 0; at < messages[rank].size();) {
      Message message(messages[rank].data() + at, static_cast<std::uint32_t>(rank));
      rows.runs.push_back({message.rank(), message.head().reader, message.head().n_rows});
      all.push_back({message.head().n_rows, message.parts(rows.columns)});
      at += message.head().bytes;
    }
  }
  constexpr std::size_t kFirstColumn = 3;
  for_each_in_parallel(threads, kFirstColumn + rows.columns.size(), [&](std::size_t part) {
    for (const Came& one : all) {
      if (part == 0) append(rows.sequence, one.parts[part], one.n_rows);
      if (part == 1) append(rows.keys, one.parts[part], one.n_rows);
      if (part == 2) append(rows.ids, one.parts[part], one.n_rows);
      if (part >= kFirstColumn) append(rows.columns[part - kFirstColumn], one.parts[part], one.n_rows);
    }
  });
}

}  // namespace tessera::intake
