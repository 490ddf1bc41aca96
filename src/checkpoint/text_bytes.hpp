#pragma once

#include <cstdint>
#include <string>

#include "parallel/communicator.hpp"
#include "storage/file_reader.hpp"
#include "storage/file_writer.hpp"
#include "tessera/account_table.hpp"

namespace tessera::checkpoint {

/// Texts end to end, with where each ends: padded to the longest, one long text would make a column of it out of every
/// short one. TABLE/texts/NAME has the columns `ends` (of every row, in the whole) and, in a table of its own, `bytes`.
/// Collective.
void write_texts(const parallel::Communicator& comm, storage::FileWriter& writer, const std::string& table,
                 const std::string& name, const TextColumn& texts);

/// Reads them; not collective. What does not fit together throws an Error, as the reader does.
class StoredTexts {
 public:
  StoredTexts(const storage::FileReader& file, const std::string& table, const std::string& name);
  [[nodiscard]] std::uint64_t size() const { return file_.rows(ends_); }
  [[nodiscard]] TextColumn read(std::uint64_t first, std::uint64_t count) const;

 private:
  [[nodiscard]] std::vector<std::uint64_t> ends(std::uint64_t first, std::uint64_t count) const;

  const storage::FileReader& file_;
  std::string ends_, bytes_;
};

}  // namespace tessera::checkpoint
