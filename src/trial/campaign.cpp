#include "trial/campaign.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <unordered_map>

#include "core/utf8.hpp"
#include "ingest/blocks_alone.hpp"
#include "ingest/cell.hpp"
#include "ingest/csv_source.hpp"
#include "ingest/limits.hpp"
#include "ingest/row_reader.hpp"
#include "ingest/written_number.hpp"
#include "tessera/errors.hpp"

namespace tessera::trial {
namespace {

using intake::CsvSource;
using intake::RowReader;

constexpr int kAbsent = -1;
constexpr std::size_t kMostMistakes = 20;

intake::CsvSource open_campaign(const std::string& path) {
  SourceSpec spec;
  spec.name = "campaign";
  spec.path = path;
  CsvSource source = intake::open_csv_source(spec, {path});
  if (source.any_packed())
    throw Error(ExitCode::kBadData, fmt::format("{}: the campaign is no plain text; unpack it to a CSV file", path));
  return source;
}

/// Where the file has what the job calls by a name.
struct Columns {
  int key = kAbsent, response = kAbsent, sent = kAbsent, revenue = kAbsent, cost = kAbsent, arm = kAbsent;
};

Columns find_columns(const CsvSource& source, const std::string& path, const StoredJob& job) {
  const auto place = [&](const std::string& name) {
    const auto at = std::ranges::find(source.columns, name);
    return at == source.columns.end() ? kAbsent : static_cast<int>(at - source.columns.begin());
  };
  std::vector<std::string> lacking;
  const auto needed = [&](const std::string& name, const char* what) {
    if (name.empty()) return kAbsent;
    const int column = place(name);
    if (column == kAbsent) lacking.push_back(fmt::format("\"{}\" ({})", name, what));
    return column;
  };
  Columns columns;
  columns.key = job.key.empty() ? place("account_id") : needed(job.key, "the account's id");
  if (columns.key == kAbsent && lacking.empty()) lacking.emplace_back("\"account_id\" (the account's id)");
  if (job.trial.results) {
    const TrialSpec::Results& results = *job.trial.results;
    columns.response = needed(results.response.text, "whether it responded");
    columns.sent = needed(results.sent.text, "when it was sent something");
    columns.revenue = needed(results.revenue.text, "revenue");
    columns.cost = needed(results.cost.text, "cost");
    columns.arm = results.arm.empty() ? place("arm") : needed(results.arm.text, "the arm that it was in after all");
  } else {
    columns = {columns.key,        needed("responded", "whether it responded"),
               place("sent_date"), place("revenue"),
               place("cost"),      place("arm")};
  }
  if (!lacking.empty())
    throw Error(
        ExitCode::kBadData,
        fmt::format("{}:1: the file has no column {}; its columns are {}. [trial] results of the job says which "
                    "columns to read",
                    path, fmt::join(lacking, ", "), fmt::join(source.columns, ", ")));
  return columns;
}

/// Reads the rows and adds them to their accounts; what cannot be read is told together.
class CampaignReading {
 public:
  CampaignReading(const std::string& path, const StoredTrial& stored)
      : path_(path), job_(stored.job), source_(open_campaign(path)), columns_(find_columns(source_, path, job_)) {
    account_of_.reserve(stored.account_ids.size());
    for (std::size_t i = 0; i < stored.account_ids.size(); ++i) account_of_.emplace(stored.account_ids[i], i);
    campaign_.outcomes.resize(stored.account_ids.size());
    campaign_.has_sent = columns_.sent != kAbsent;
    campaign_.has_revenue = columns_.revenue != kAbsent;
    campaign_.has_cost = columns_.cost != kAbsent;
    campaign_.has_actual_arm = columns_.arm != kAbsent;
  }

  Campaign read() && {
    const auto blocks = intake::plan_blocks_alone(source_, {});
    const auto files = intake::open_files(source_, blocks);
    RowReader reader(source_);
    for (const intake::Block& block : blocks) {
      reader.open(*files[block.file], block);
      while (reader.read()) take(reader);
    }
    if (n_mistakes_ == 0) return std::move(campaign_);
    const std::string more =
        n_mistakes_ > mistakes_.size() ? fmt::format("\n… and {} more", n_mistakes_ - mistakes_.size()) : "";
    throw Error(ExitCode::kBadData, fmt::format("{}{}", fmt::join(mistakes_, "\n"), more));
  }

 private:
  void mistake(std::uint64_t line, int column, std::string_view cell, std::string_view what) {
    if (++n_mistakes_ > kMostMistakes) return;
    const std::string where =
        column < 0 ? ""
                   : fmt::format("{}: column \"{}\": ", column + 1, source_.columns[static_cast<std::size_t>(column)]);
    mistakes_.push_back(
        fmt::format("{}:{}:{}{}; got \"{}\"", path_, line, where.empty() ? " " : where, what, shown(cell)));
  }

  std::vector<std::string_view> cells(RowReader& reader, int column) const {
    std::vector<std::string_view> found;
    if (column == kAbsent) return found;
    reader.cells(static_cast<std::size_t>(column), found);
    for (std::string_view& cell : found) cell = intake::trimmed(cell);
    return found;
  }

  void take(RowReader& reader) {
    for (const intake::RefusedRow& row : reader.refused())
      mistake(row.place.line, row.fault.column, row.fault.text, row.fault.reason);
    campaign_.rows += reader.size() + reader.refused().size();
    const auto keys = cells(reader, columns_.key), responses = cells(reader, columns_.response),
               sent = cells(reader, columns_.sent), revenues = cells(reader, columns_.revenue),
               costs = cells(reader, columns_.cost), arms = cells(reader, columns_.arm);
    for (std::size_t r = 0; r < reader.size(); ++r) {
      const std::uint64_t line = reader.place(r).line;
      const auto id = intake::account_id(keys[r], job_.key_format);
      if (!id || id->empty()) {
        mistake(line, columns_.key, keys[r], "is no account id");
        continue;
      }
      // What is wrong is told of rows of strangers as well: the file is read by people.
      Outcome row;
      row.responded = response_of(line, responses[r]);
      if (!sent.empty()) row.sent = is_sent(sent[r]);
      if (!revenues.empty()) row.revenue = amount_of(line, columns_.revenue, revenues[r]);
      if (!costs.empty()) row.cost = amount_of(line, columns_.cost, costs[r]);
      if (!arms.empty()) row.actual_arm = arm_of(arms[r]);
      const auto account = account_of_.find(*id);
      if (account == account_of_.end()) {
        ++campaign_.unknown_rows;
      } else {
        add(row, campaign_.outcomes[account->second]);
      }
    }
  }

  void add(const Outcome& row, Outcome& account) const {
    account.responded = std::max(account.responded, row.responded);
    account.sent = account.sent || row.sent;
    account.revenue += row.revenue;
    account.cost += row.cost;
    const bool is_first = !account.is_known || account.actual_arm < 0;
    if (is_first) {
      account.actual_arm = row.actual_arm;
    } else if (row.actual_arm >= 0 && row.actual_arm != account.actual_arm) {
      account.actual_arm = static_cast<std::int32_t>(job_.trial.arms.size());
    }
    account.is_known = true;
  }

  std::int8_t response_of(std::uint64_t line, std::string_view cell) {
    if (intake::is_missing(cell)) return -1;
    const auto flag = intake::parse_flag(cell);
    if (!flag) mistake(line, columns_.response, cell, "is neither yes nor no");
    return flag.value_or(false) ? 1 : 0;
  }
  static bool is_sent(std::string_view cell) {
    return !intake::is_missing(cell) && intake::parse_flag(cell).value_or(true);
  }
  double amount_of(std::uint64_t line, int column, std::string_view cell) {
    if (intake::is_missing(cell)) return 0.0;
    const auto number = intake::parse_number(cell, DecimalMark::kPoint);
    if (!number) mistake(line, column, cell, "is no number");
    return number.value_or(0.0);
  }
  [[nodiscard]] std::int32_t arm_of(std::string_view cell) const {
    if (intake::is_missing(cell)) return -1;
    const auto arm = std::ranges::find(job_.trial.arms, cell, &TrialSpec::Arm::name);
    return static_cast<std::int32_t>(arm - job_.trial.arms.begin());
  }

  const std::string& path_;
  const StoredJob& job_;
  CsvSource source_;
  Columns columns_;
  std::unordered_map<std::string_view, std::size_t> account_of_;
  Campaign campaign_;
  std::vector<std::string> mistakes_;
  std::size_t n_mistakes_ = 0;
};

}  // namespace

Campaign read_campaign(const std::string& path, const StoredTrial& stored) {
  return CampaignReading(path, stored).read();
}

}  // namespace tessera::trial
