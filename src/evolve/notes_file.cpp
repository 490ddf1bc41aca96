#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <span>
#include <utility>

#include "core/utf8.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"
#include "tessera/evolve.hpp"

namespace tessera {

namespace {

constexpr std::uintmax_t kLargestFile = std::uintmax_t{16} << 20U;
constexpr std::size_t kMostMistakes = 50;

struct Row {
  std::int64_t line = 0;  ///< on which it begins
  std::vector<std::string> cells;
};

/// What parts cells: spreadsheets write what their country uses. Of the first line, as no name of a column has it.
char delimiter_of(std::string_view text) {
  const std::string_view header = text.substr(0, text.find('\n'));
  for (const char delimiter : {',', ';', '\t'})
    if (header.find(delimiter) != header.npos) return delimiter;
  return ',';
}

bool is_blank(std::string_view cell) {
  return cell.find_first_not_of(" \t") == cell.npos;
}

/// Cuts CSV (RFC 4180) into rows; those of nothing are left out. Adds what is wrong to `mistakes`.
std::vector<Row> rows_of(std::string_view text, const std::string& file, std::vector<std::string>& mistakes) {
  std::vector<Row> rows;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const char delimiter = delimiter_of(text);
  std::int64_t line = 1;
  while (!text.empty()) {
    Row row{line, {""}};
    bool is_quoted = false;
    std::size_t at = 0;
    for (; at < text.size() && (is_quoted || text[at] != '\n'); ++at) {
      const char c = text[at];
      std::string& cell = row.cells.back();
      if (c == '\n') ++line;
      if (is_quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
        cell += text[++at];
      } else if (c == '"' && (is_quoted || cell.empty())) {
        is_quoted = !is_quoted;
      } else if (c == delimiter && !is_quoted) {
        row.cells.emplace_back();
      } else if (c != '\r') {
        cell += c;
      }
    }
    if (is_quoted) mistakes.push_back(fmt::format("{}:{}: a quote is opened here and never closed", file, row.line));
    text.remove_prefix(std::min(text.size(), at + 1));
    ++line;
    if (!std::ranges::all_of(row.cells, is_blank)) rows.push_back(std::move(row));
  }
  return rows;
}

/// Without the blanks at either end.
std::string trimmed(const std::string& cell) {
  if (is_blank(cell)) return "";
  const std::size_t first = cell.find_first_not_of(" \t");
  return cell.substr(first, cell.find_last_not_of(" \t") - first + 1);
}

struct NoteColumn {
  std::string_view name;
  std::string SegmentMemory::*said;
};
constexpr std::array<NoteColumn, 5> kSaid = {{{"owner", &SegmentMemory::owner},
                                              {"status", &SegmentMemory::status},
                                              {"message", &SegmentMemory::message},
                                              {"channel", &SegmentMemory::channel},
                                              {"next_action", &SegmentMemory::next_action}}};
constexpr std::string_view kExpected = "id, segmentation, name, owner, status, message, channel, next_action";

/// Reads the rows of one file, and gathers what is wrong with them.
class NotesReader {
 public:
  NotesReader(const Job& job, std::string file) : job_(job) { notes_.file = std::move(file); }

  /// Segmentations that notes are on and the job does not have, each once.
  [[nodiscard]] const std::set<std::string>& strangers() const { return strangers_; }

  SegmentNotes read(std::string_view text) {
    const std::vector<Row> rows = rows_of(text, notes_.file, mistakes_);
    if (rows.empty())
      mistakes_.push_back(fmt::format("{}:1: is empty; expected a first line with some of {}", notes_.file, kExpected));
    else
      read_header(rows.front());
    if (mistakes_.empty())
      for (std::size_t i = 1; i < rows.size(); ++i) read_row(rows[i]);
    if (!mistakes_.empty()) {
      std::string all =
          fmt::format("the notes on segments have {} mistake{}:", mistakes_.size(), mistakes_.size() == 1 ? "" : "s");
      for (const std::string& mistake : std::span(mistakes_).first(std::min(kMostMistakes, mistakes_.size())))
        all += "\n" + mistake;
      if (mistakes_.size() > kMostMistakes) all += fmt::format("\n… and {} more", mistakes_.size() - kMostMistakes);
      throw Error(ExitCode::kBadJob, all, true);
    }
    return std::move(notes_);
  }

 private:
  void wrong(std::int64_t line, const std::string& what) {
    mistakes_.push_back(fmt::format("{}:{}: {}", notes_.file, line, what));
  }
  [[nodiscard]] bool has_column(std::string_view name) const { return std::ranges::count(columns_, name) > 0; }

  void read_header(const Row& row) {
    for (const std::string& name : row.cells) columns_.push_back(trimmed(name));
    for (const std::string& name : columns_) {
      const bool is_known = name == "id" || name == "segmentation" || name == "name" ||
                            std::ranges::count(kSaid, name, &NoteColumn::name) > 0;
      if (!is_known) wrong(row.line, fmt::format("unknown column \"{}\"; expected some of {}", shown(name), kExpected));
      if (std::ranges::count(columns_, name) > 1)
        wrong(row.line, fmt::format("has the column \"{}\" twice", shown(name)));
    }
    if (!has_column("id")) wrong(row.line, "lacks the column \"id\", such as S-0042");
    if (job_.segmentations.size() > 1 && !has_column("segmentation"))
      wrong(row.line, "lacks the column \"segmentation\": the job has several, and each has its own ids");
  }

  void read_row(const Row& row) {
    if (row.cells.size() != columns_.size())
      return wrong(row.line, fmt::format("has {} cells; expected {}", row.cells.size(), columns_.size()));
    SegmentNote note;
    note.line = row.line;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
      const std::string cell = trimmed(row.cells[c]);
      if (cell.find('\0') != std::string::npos) return wrong(row.line, "has a NUL byte");
      if (!is_utf8(cell))
        return wrong(row.line, fmt::format("\"{}\" is not UTF-8: save the file as \"CSV UTF-8\"", shown(cell)));
      if (columns_[c] == "id") note.id = cell;
      if (columns_[c] == "segmentation") note.segmentation = cell;
      if (columns_[c] == "name") note.name = cell;
      for (const NoteColumn& one : kSaid)
        if (columns_[c] == one.name) note.said.*one.said = cell;
    }
    if (!note.segmentation.empty() && !is_of_the_job(note.segmentation)) {
      strangers_.insert(note.segmentation);
      return;
    }
    check(note);
    notes_.notes.push_back(std::move(note));
  }

  [[nodiscard]] bool is_of_the_job(const std::string& segmentation) const {
    return std::ranges::count(job_.segmentations, segmentation, &SegmentationSpec::name) > 0;
  }

  void check(SegmentNote& note) {
    if (!segment_number(note.id))
      return wrong(note.line, fmt::format("\"{}\" is no id of a segment; expected one such as S-0042", note.id));
    if (note.segmentation.empty() && job_.segmentations.size() > 1)
      return wrong(note.line, "does not say of which segmentation; the job has several, and each has its own ids");
    if (note.segmentation.empty()) note.segmentation = job_.segmentations.front().name;
    if (!seen_.emplace(note.segmentation, note.id).second)
      wrong(note.line, fmt::format("{} has a line already", note.id));
    if (std::ranges::any_of(note.name, [](char c) { return static_cast<unsigned char>(c) < ' '; }))
      wrong(note.line, "a name cannot have line breaks or control characters");
  }

  const Job& job_;
  SegmentNotes notes_;
  std::vector<std::string> mistakes_;
  std::vector<std::string> columns_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::set<std::string> strangers_;
};

/// The file's text; nothing: it is not there.
std::optional<std::string> text_of(const std::string& path) {
  std::error_code none;
  if (!std::filesystem::exists(path, none)) return std::nullopt;
  std::ifstream file(path, std::ios::binary);
  const std::uintmax_t bytes = std::filesystem::file_size(path, none);
  if (!file || none)
    throw Error(ExitCode::kNoInput,
                fmt::format("{}: the notes on segments cannot be read; let the run read the file, or remove `notes` of "
                            "[previous]",
                            path));
  if (bytes > kLargestFile)
    throw Error(ExitCode::kBadJob,
                fmt::format("{}: larger than {} MiB; expected notes on segments", path, kLargestFile >> 20U));
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

std::optional<SegmentNotes> read_notes(const Context& context, const Job& job) {
  if (!job.previous || job.previous->notes.empty() || job.segmentations.empty()) return std::nullopt;
  const std::string& path = job.previous->notes;
  const std::optional<std::string> mine = parallel::compute_together(
      context.comm, [&] { return context.comm.is_root() ? text_of(path) : std::optional<std::string>(); });
  const bool is_there = context.comm.broadcast<std::int32_t>(mine ? 1 : 0) != 0;
  const std::string text = context.comm.broadcast_text(mine.value_or(""));
  if (!is_there) {
    context.journal.info(fmt::format("{} is not there: nobody has noted anything of segments yet", path));
    return std::nullopt;
  }
  NotesReader reader(job, path);
  SegmentNotes notes = reader.read(text);
  if (!reader.strangers().empty())
    context.journal.warn(
        fmt::format("{} has notes on segmentations that the job does not have, which wait until it "
                    "does: \"{}\"",
                    path, fmt::join(reader.strangers(), "\", \"")));
  return notes;
}

}  // namespace tessera
