#include "sources.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "ingest/column_use.hpp"

namespace tessera::test {
namespace {

std::string cell_text(const Column& column, std::size_t i) {
  if (const auto* numbers = std::get_if<NumberColumn>(&column.data))
    return std::isnan(numbers->values[i]) ? "~" : fmt::format("{}", numbers->values[i]);
  if (const auto* categories = std::get_if<CategoryColumn>(&column.data)) {
    const std::int32_t code = categories->codes[i];
    return code < 0 ? "~" : categories->categories[static_cast<std::size_t>(code)];
  }
  if (const auto* flags = std::get_if<FlagColumn>(&column.data))
    return flags->values[i] < 0 ? "~" : std::to_string(flags->values[i]);
  if (const auto* dates = std::get_if<DateColumn>(&column.data))
    return dates->days[i] == kMissingDate ? "~" : std::to_string(dates->days[i]);
  const std::string_view text = std::get<TextColumn>(column.data).at(i);
  return text.empty() ? "~" : std::string(text);
}

}  // namespace

Sources::Sources() {
  static int n = 0;
  const std::filesystem::path mine =
      std::filesystem::temp_directory_path() / fmt::format("tessera-ingest-{}-{}", ::getpid(), n++);
  folder_ = world().broadcast_text(mine.string());
  if (world().is_root()) std::filesystem::create_directories(folder_);
  world().barrier();
  job.file = "test.toml";
  job.max_quarantined = 1.0;
}

Sources::~Sources() {
  world().barrier();
  std::error_code ignored;
  if (world().is_root()) std::filesystem::remove_all(folder_, ignored);
}

std::string Sources::write(const std::string& name, std::string_view text) const {
  world().barrier();
  if (world().is_root()) std::ofstream(path(name), std::ios::binary) << text;
  world().barrier();
  return path(name);
}

SourceSpec& Sources::source(const std::string& name) {
  SourceSpec& spec = job.sources.emplace_back();
  spec.name = name.substr(0, name.find_first_of(".*-"));
  spec.path = path(name);
  spec.key = "id";
  return spec;
}

ColumnSpec& Sources::column(const std::string& name) {
  ColumnSpec& spec = job.columns.emplace_back();
  spec.column.text = name;
  return spec;
}

void Sources::feature(const std::string& name, Transform transform) {
  if (job.segmentations.empty()) job.segmentations.emplace_back().name = "test";
  FeatureSpec& feature = job.segmentations[0].features.emplace_back();
  feature.column = {name, 9, 5};
  feature.transform = transform;
}

Ingested Sources::ingest(std::uint64_t block_bytes) const {
  Journal journal(false);
  const Context context{world(), journal, 2};
  const std::vector<SourceHead> heads = read_heads(context, job);
  check_columns(job, heads);
  return intake::ingest_within(context, job, heads, {block_bytes, 4 * block_bytes});
}

Texts accounts_of(const AccountTable& accounts) {
  Texts mine;
  for (std::size_t i = 0; i < accounts.n_local; ++i) {
    std::string& line = mine.emplace_back(accounts.id(i));
    for (const Column& column : accounts.columns) line += " " + column.name + "=" + cell_text(column, i);
  }
  return world().all_gather_texts(mine);
}

Texts quarantine_of(const IngestReport& report) {
  Texts mine;
  for (const QuarantinedRow& row : report.quarantine)
    mine.push_back(fmt::format("{}:{} {}: {} [{}]", std::filesystem::path(row.file).filename().string(), row.line,
                               row.column, row.reason, row.text));
  Texts all = world().all_gather_texts(mine);
  std::sort(all.begin(), all.end());
  return all;
}

std::string counts_of(const SourceReport& report) {
  EXPECT_EQ(report.rows_read,
            report.used + report.duplicates + report.unmatched + report.forgotten + report.quarantined);
  return fmt::format("{} {} {} {} {}", report.rows_read, report.used, report.duplicates, report.unmatched,
                     report.quarantined);
}

std::string type_of(const Ingested& ingested, const std::string& column) {
  for (const ColumnChoice& choice : ingested.report.columns) {
    if (choice.column == column) return intake::type_name(choice.type);
  }
  return "no such column";
}

Texts in_canonical_order(Texts accounts) {
  const auto id = [](const std::string& line) { return line.substr(0, line.find(' ')); };
  std::sort(accounts.begin(), accounts.end(), [&](const std::string& a, const std::string& b) {
    return std::pair(account_key(id(a)), id(a)) < std::pair(account_key(id(b)), id(b));
  });
  return accounts;
}

void expect_error(ExitCode code, const Texts& parts, const std::function<void()>& work) {
  try {
    work();
    ADD_FAILURE() << "nothing was thrown; expected: " << (parts.empty() ? "" : parts.front());
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), code) << error.what();
    EXPECT_TRUE(error.everywhere()) << error.what();
    for (const std::string& part : parts)
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << part << "\nis not in\n" << error.what();
  }
}

std::string real_data(const std::string& file) {
  const char* set = std::getenv("TESSERA_TEST_DATA");
  const std::string data = set != nullptr ? set : TESSERA_SOURCE_DIR "/../shared/data";
  const std::string path = data + "/" + file;
  return std::filesystem::exists(path) ? path : "";
}

}  // namespace tessera::test
