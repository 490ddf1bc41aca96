#include "ingest/quarantine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "ingest/wire.hpp"

namespace tessera::intake {
namespace {

auto place_of(const QuarantinedRow& row) {
  return std::tie(row.source, row.file, row.line);
}

}  // namespace

std::string Quarantine::name_of(const QuarantinedRow& row) {
  return row.column.empty() ? row.reason : row.column + ": " + row.reason;
}

void Quarantine::add(QuarantinedRow row) {
  if (row.source < withheld_.size() && withheld_[row.source]) row.text = kWithheld;
  Reason& reason = reasons_[name_of(row)];
  if (reason.count == 0 || place_of(row) < place_of(reason.first)) reason.first = row;
  ++reason.count;
  ++count_;
  if (rows_.size() < most_kept_) rows_.push_back(std::move(row));
}

void Quarantine::add(Quarantine&& other) {
  for (auto& [name, theirs] : other.reasons_) {
    Reason& reason = reasons_[name];
    if (reason.count == 0 || place_of(theirs.first) < place_of(reason.first)) reason.first = std::move(theirs.first);
    reason.count += theirs.count;
  }
  count_ += other.count_;
  for (QuarantinedRow& row : other.rows_) {
    if (rows_.size() < most_kept_) rows_.push_back(std::move(row));
  }
}

std::string Quarantine::commonest(const parallel::Communicator& comm) const {
  std::vector<std::string> mine;
  for (const auto& [name, reason] : reasons_) {
    WireWriter out;
    out.put_text(name);
    out.put(reason.count);
    out.put(reason.first.source);
    out.put_text(reason.first.file);
    out.put(reason.first.line);
    mine.emplace_back(out.bytes());
  }
  std::map<std::string, Reason> all;
  for (const std::string& packed : comm.all_gather_texts(mine)) {
    WireReader in(packed);
    Reason& reason = all[in.get_text()];
    const auto count = in.get<std::uint64_t>();
    QuarantinedRow first;
    first.source = in.get<std::uint32_t>();
    first.file = in.get_text();
    first.line = in.get<std::uint64_t>();
    if (reason.count == 0 || place_of(first) < place_of(reason.first)) reason.first = std::move(first);
    reason.count += count;
  }
  std::vector<std::pair<std::string, Reason>> by_count(all.begin(), all.end());
  std::stable_sort(by_count.begin(), by_count.end(),
                   [](const auto& a, const auto& b) { return a.second.count > b.second.count; });
  constexpr std::size_t kShown = 5;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, by_count.size()); ++i) {
    const auto& [name, reason] = by_count[i];
    text += fmt::format("\n  {} × {} (first: {}:{})", reason.count, name, reason.first.file, reason.first.line);
  }
  return text;
}

}  // namespace tessera::intake
