// Reads tables as ingest does, cut into the ranges of any number of ranks and blocks of any size, and prints their
// rows: what csv_conformance.py compares with other readers. Standard input is a sequence of tables, each "BYTES RANKS
// BLOCK_BYTES\n" and its bytes; standard output has a line of JSON for each.

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "ingest/block_plan.hpp"
#include "read_block.hpp"
#include "tessera/errors.hpp"

namespace {

using nlohmann::json;
using namespace tessera::intake;

class JsonSink : public tessera::test::RowSink {
 public:
  void row(const RowPlace& place, std::span<const std::string_view> cells) override {
    rows_.push_back({place.line, std::vector<std::string>(cells.begin(), cells.end())});
  }
  void refused(const RowPlace& place, const Fault& fault) override { rows_.push_back({place.line, fault.reason}); }
  [[nodiscard]] json& rows() noexcept { return rows_; }

 private:
  json rows_ = json::array();
};

/// The passages of all ranges in a row, as the ranks compose theirs.
json rows_of(const CsvSource& source, std::uint64_t ranks, std::uint64_t block_bytes) {
  const CsvFile& file = source.files.front();
  const InputFile input(file.path);
  JsonSink sink;
  Passage so_far = file_start(file.header_lines);
  for (std::uint64_t rank = 0; rank < ranks; ++rank) {
    for (Block& block :
         cut_blocks(source, source.bytes * rank / ranks, source.bytes * (rank + 1) / ranks, block_bytes)) {
      block.state = so_far.next[0];
      block.line = so_far.lines + 1;
      tessera::test::read_block(source, input, block, sink);
      std::string bytes(block.end - block.begin, '\0');
      input.read(block.begin, bytes);
      so_far = compose(so_far, scan_passage(bytes, block.begin, source.delimiter));
    }
  }
  return std::move(sink.rows());
}

json table_of(const std::string& path, std::uint64_t ranks, std::uint64_t block_bytes) {
  try {
    const CsvSource source = open_csv_source({}, {path});
    return {{"columns", source.columns}, {"rows", rows_of(source, ranks, block_bytes)}};
  } catch (const tessera::Error& error) {
    return {{"error", error.what()}};
  }
}

}  // namespace

int main() {
  std::string folder = (std::filesystem::temp_directory_path() / "tessera-csv-rows-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return EXIT_FAILURE;
  const std::string path = folder + "/table.csv";
  std::uint64_t bytes = 0;
  std::uint64_t ranks = 0;
  std::uint64_t block_bytes = 0;
  while (std::cin >> bytes >> ranks >> block_bytes) {
    std::string text(bytes, '\0');
    std::cin.get();
    std::cin.read(text.data(), static_cast<std::streamsize>(bytes));
    std::ofstream(path, std::ios::binary) << text;
    std::cout << table_of(path, ranks, block_bytes).dump() << '\n';
  }
  std::filesystem::remove_all(folder);
  return EXIT_SUCCESS;
}
