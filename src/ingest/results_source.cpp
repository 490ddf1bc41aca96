#include "ingest/results_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/iso_date.hpp"
#include "storage/file_reader.hpp"
#include "storage/schema.hpp"
#include "storage/table.hpp"
#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

namespace schema = storage::schema;
using storage::child_path;
using storage::OwnedCells;

constexpr const char* kAdvice =
    "Of HDF5 files a source of accounts reads Tessera's own results, whole and of this version (a matrix needs kind = "
    "\"matrix\"): correct the source's path, or run that night again";

/// HDF5 knows one thread at a time.
std::mutex one_at_a_time;

/// One column of the text.
struct ResultsColumn {
  std::string name;
  std::string path;
  bool is_date = false;
  bool is_segment = false;
  std::vector<std::string> segments;  ///< the text of each row of the segments table
};

/// A results file as a table of accounts.
class Results {
 public:
  explicit Results(const std::string& path) : path_(path), reader_(path, ExitCode::kBadData, kAdvice) {
    check_format();
    const std::string accounts(schema::accounts::kPath);
    for (const std::string& link : reader_.children(accounts))
      add_account_column(fmt::format("{}/{}", accounts, link), link);
    const std::string parent(schema::segmentation::kParent);
    if (reader_.has(parent)) {
      for (const std::string& link : reader_.children(parent)) add_segments(fmt::format("{}/{}", parent, link));
    }
    rows_ = reader_.rows(child_path(accounts, schema::accounts::kAccountId.name));
    check_columns();
  }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const ResultsColumn& column : columns_) names.push_back(column.name);
    return names;
  }

  void write(UnpackedText& text) const {
    std::uint64_t row_bytes = 1;
    for (const ResultsColumn& column : columns_) row_bytes += reader_.row_bytes(column.path);
    const std::uint64_t most = std::clamp<std::uint64_t>(kBlockBytes / row_bytes, 1, kBlockRows);
    for (std::uint64_t first = 0; first < rows_; first += most) write_block(first, std::min(most, rows_ - first), text);
  }

 private:
  static constexpr std::uint64_t kBlockBytes = std::uint64_t{64} << 20;
  static constexpr std::uint64_t kBlockRows = std::uint64_t{1} << 18;

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(ExitCode::kBadData, fmt::format("{}: {}. {}", path_, what, kAdvice));
  }

  void check_format() const {
    const std::string root(schema::root::kPath);
    const std::string format = reader_.text(root, std::string(schema::root::kFormatAttribute));
    if (format != schema::kFormat) refuse(fmt::format("its format is \"{}\", not \"{}\"", format, schema::kFormat));
    const std::int64_t version = reader_.integer(root, std::string(schema::root::kVersion));
    if (version != schema::kFormatVersion)
      refuse(fmt::format("its format version is {}; this program reads {}", version, schema::kFormatVersion));
  }

  void check_columns() const {
    std::set<std::string> seen;
    for (const ResultsColumn& column : columns_) {
      if (reader_.rows(column.path) != rows_) refuse(column.path + " is not as long as the table of accounts");
      if (!seen.insert(column.name).second)
        refuse(fmt::format("two of its columns would be called \"{}\"", column.name));
    }
  }

  void add_account_column(const std::string& path, const std::string& link) {
    ResultsColumn column;
    // A link that is not the name itself has something escaped.
    column.name = link.find('%') == std::string::npos ? link : reader_.text(path, std::string(schema::kName));
    std::replace(column.name.begin(), column.name.end(), '.', '_');
    column.path = path;
    const OwnedCells none = reader_.read(path, 0, 0);
    column.is_date = std::holds_alternative<std::vector<std::int32_t>>(none) &&
                     reader_.text(path, std::string(schema::kUnit)) == schema::kDateUnit;
    columns_.push_back(std::move(column));
  }

  /// The columns of one segmentation: id and name at each level that has segments.
  void add_segments(const std::string& path) {
    const std::string table = child_path(path, schema::segmentation::kSegments);
    const std::vector<std::string> ids = texts(child_path(table, schema::segments::kId.name));
    const std::vector<std::string> names = texts(child_path(table, schema::segments::kName.name));
    const std::vector<std::string> levels = texts(child_path(table, schema::segments::kLevel.name));
    std::string segmentation = reader_.text(path, std::string(schema::kName));
    std::replace(segmentation.begin(), segmentation.end(), '.', '_');
    for (const schema::ColumnName& level :
         {schema::assignment::kMacro, schema::assignment::kCore, schema::assignment::kMicro}) {
      if (std::find(levels.begin(), levels.end(), level.name) == levels.end()) continue;
      const std::string rows = child_path(child_path(path, schema::segmentation::kAssignment), level.name);
      const std::string name = fmt::format("{}_{}", segmentation, level.name);
      columns_.push_back({name, rows, false, true, ids});
      columns_.push_back({name + "_name", rows, false, true, names});
    }
  }

  [[nodiscard]] std::vector<std::string> texts(const std::string& path) const {
    const OwnedCells cells = reader_.read(path, 0, reader_.rows(path));
    std::vector<std::string> texts;
    if (const auto* column = std::get_if<TextColumn>(&cells)) {
      for (std::size_t i = 0; i < column->size(); ++i) texts.emplace_back(column->at(i));
    } else if (const auto* category = std::get_if<CategoryColumn>(&cells)) {
      for (const std::int32_t code : category->codes)
        texts.push_back(code < 0 ? "" : category->categories[static_cast<std::size_t>(code)]);
    } else {
      refuse(path + " is no text");
    }
    return texts;
  }

  void write_block(std::uint64_t first, std::uint64_t count, UnpackedText& text) const {
    std::vector<OwnedCells> block;
    for (const ResultsColumn& column : columns_) {
      block.push_back(reader_.read(column.path, first, count));
      if (storage::row_count(storage::view(block.back()), 1) != count) refuse(column.path + " is no column");
    }
    for (std::size_t i = 0; i < count; ++i) {
      for (std::size_t c = 0; c < columns_.size(); ++c)
        std::visit([&](const auto& cells) { write_cell(columns_[c], cells, i, text); }, block[c]);
      text.end_row();
    }
  }

  template <class T>
  static void write_number(T value, UnpackedText& text) {
    fmt::memory_buffer digits;
    fmt::format_to(std::back_inserter(digits), "{}", value);
    text.cell({digits.data(), digits.size()});
  }

  void write_cell(const ResultsColumn& /*column*/, const std::vector<double>& cells, std::size_t i,
                  UnpackedText& text) const {
    std::isnan(cells[i]) ? text.cell({}) : write_number(cells[i], text);
  }
  template <class Integer>
  void write_cell(const ResultsColumn& /*column*/, const std::vector<Integer>& cells, std::size_t i,
                  UnpackedText& text) const {
    write_number(cells[i], text);
  }
  /// A flag.
  void write_cell(const ResultsColumn& /*column*/, const std::vector<std::int8_t>& cells, std::size_t i,
                  UnpackedText& text) const {
    cells[i] < 0 ? text.cell({}) : write_number(int{cells[i]}, text);
  }
  /// A date, a row of the segments table, or a number.
  void write_cell(const ResultsColumn& column, const std::vector<std::int32_t>& cells, std::size_t i,
                  UnpackedText& text) const {
    const std::int32_t value = cells[i];
    if (column.is_date) return text.cell(value == kMissingDate ? "" : iso_date(value));
    if (!column.is_segment) return write_number(value, text);
    if (value < -1 || value >= static_cast<std::int64_t>(column.segments.size()))
      refuse(fmt::format("{} names row {} of a table of {}", column.path, value, column.segments.size()));
    text.cell(value < 0 ? "" : column.segments[static_cast<std::size_t>(value)]);
  }
  void write_cell(const ResultsColumn& /*column*/, const TextColumn& cells, std::size_t i, UnpackedText& text) const {
    text.cell(cells.at(i));
  }
  void write_cell(const ResultsColumn& /*column*/, const CategoryColumn& cells, std::size_t i,
                  UnpackedText& text) const {
    text.cell(cells.codes[i] < 0 ? "" : cells.categories[static_cast<std::size_t>(cells.codes[i])]);
  }

  std::string path_;
  storage::FileReader reader_;
  std::vector<ResultsColumn> columns_;
  std::uint64_t rows_ = 0;
};

}  // namespace

bool is_hdf5(const InputFile& file) {
  constexpr std::string_view kSignature = "\x89HDF\r\n\x1A\n";
  std::array<char, kSignature.size()> start{};
  if (file.bytes() >= start.size()) file.read(0, start);
  return std::string_view(start.data(), start.size()) == kSignature || file.path().ends_with(".h5") ||
         file.path().ends_with(".hdf5");
}

CsvHeader ResultsText::header(const InputFile& file) const {
  const std::lock_guard alone(one_at_a_time);
  CsvHeader header;
  header.columns = Results(file.path()).names();
  header.delimiter = kUnpackedDelimiter;
  return header;
}

void ResultsText::unpack(const InputFile& file, UnpackedText& text) const {
  const std::lock_guard alone(one_at_a_time);
  Results(file.path()).write(text);
}

}  // namespace tessera::intake
