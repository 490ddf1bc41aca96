#include "checkpoint/text_bytes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>
#include <vector>

#include "storage/table.hpp"
#include "tessera/errors.hpp"

namespace tessera::checkpoint {
namespace {

std::string folder_of(const std::string& table, const std::string& name) {
  return storage::child_path(table, "texts " + name);
}

[[noreturn]] void damaged(const std::string& column) {
  throw Error(ExitCode::kBadData, fmt::format("the texts {} of the checkpoint do not fit together", column));
}

/// The reader takes no more rows at once than have room as numbers of 8 bytes, half of which this is.
constexpr std::uint64_t kPiece = std::uint64_t{1} << 28U;

}  // namespace

void write_texts(const parallel::Communicator& comm, storage::FileWriter& writer, const std::string& table,
                 const std::string& name, const TextColumn& texts) {
  const std::uint64_t before = comm.sum_of_ranks_before(texts.bytes.size());
  std::vector<std::uint64_t> ends(texts.ends);
  for (std::uint64_t& end : ends) end += before;
  const std::string folder = folder_of(table, name);
  const std::span<const std::int8_t> bytes(reinterpret_cast<const std::int8_t*>(texts.bytes.data()),
                                           texts.bytes.size());
  using storage::RowsOf;
  writer.write(storage::Table{
      folder, RowsOf::kEveryRank, ends.size(), {{"ends", "", "", std::span<const std::uint64_t>(ends), 1, false}}});
  writer.write(storage::Table{folder, RowsOf::kEveryRank, bytes.size(), {{"bytes", "", "", bytes, 1, false}}});
}

StoredTexts::StoredTexts(const storage::FileReader& file, const std::string& table, const std::string& name)
    : file_(file), ends_(folder_of(table, name) + "/ends"), bytes_(folder_of(table, name) + "/bytes") {}

std::vector<std::uint64_t> StoredTexts::ends(std::uint64_t first, std::uint64_t count) const {
  storage::OwnedCells cells = file_.read(ends_, first, count);
  if (!std::holds_alternative<std::vector<std::uint64_t>>(cells)) damaged(ends_);
  return std::get<std::vector<std::uint64_t>>(std::move(cells));
}

TextColumn StoredTexts::read(std::uint64_t first, std::uint64_t count) const {
  TextColumn texts;
  if (count == 0) return texts;
  std::uint64_t begin = first == 0 ? 0 : ends(first - 1, 1).front();
  texts.ends = ends(first, count);
  std::uint64_t last = begin;
  for (std::uint64_t& end : texts.ends) {
    if (end < last) damaged(ends_);
    last = end;
    end -= begin;
  }
  if (last > file_.rows(bytes_)) damaged(bytes_);
  texts.bytes.reserve(last - begin);
  while (begin < last) {
    const std::uint64_t some = std::min(kPiece, last - begin);
    const storage::OwnedCells cells = file_.read(bytes_, begin, some);
    const auto* piece = std::get_if<std::vector<std::int8_t>>(&cells);
    if (piece == nullptr) damaged(bytes_);
    texts.bytes.append(reinterpret_cast<const char*>(piece->data()), piece->size());
    begin += some;
  }
  return texts;
}

}  // namespace tessera::checkpoint
