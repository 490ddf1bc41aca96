#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "job/nearest.hpp"
#include "job/sections.hpp"

namespace tessera::job {

namespace {

constexpr Range kShare = {
    .low = 0.0, .high = 1.0, .low_is_in = false, .high_is_in = false, .expected = "a share above 0 and below 1"};
constexpr Range kRate = {
    .low = 0.0, .high = 1.0, .low_is_in = false, .high_is_in = false, .expected = "a response rate above 0, below 1"};
constexpr double kShareError = 1e-9;  ///< of a sum of decimal fractions

/// The order of the job file must not matter: who is the holdout would change with it.
void put_in_order(TrialSpec& trial) {
  std::ranges::sort(trial.arms, [&](const TrialSpec::Arm& a, const TrialSpec::Arm& b) {
    const bool a_is_control = a.name == trial.control;
    return a_is_control != (b.name == trial.control) ? a_is_control : a.name < b.name;
  });
}

void check_arms(Section& section, const TrialSpec& trial) {
  double total = 0.0;
  std::vector<std::string> names;
  for (const TrialSpec::Arm& arm : trial.arms) {
    total += arm.share;
    names.push_back(arm.name);
  }
  if (std::ranges::find(names, trial.control) == names.end()) {
    const std::string near = nearest(trial.control, names);
    section.wrong(section.has("control") ? "control" : "arms",
                  fmt::format("has no arm {}, which is the control; expected an arm of that name{}",
                              shown(trial.control), near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
  } else if (names.size() < 2) {
    section.wrong("arms", "has the control alone; expected one more arm at the least");
  }
  if (std::abs(total - 1.0) > kShareError)
    section.wrong("arms", fmt::format("does not share out all accounts; the shares add up to {}; expected 1",
                                      number_text(total)));
}

void read_arms(Section& section, TrialSpec& trial) {
  constexpr std::string_view kExpected = "a table such as { control = 0.1, a = 0.45, b = 0.45 }";
  const Value* value = section.value("arms", kExpected, Need::kRequired);
  if (value == nullptr) return;
  const Table* table = value->table();
  if (table == nullptr) {
    section.wrong("arms", fmt::format("is of the wrong type; got {}; expected {}", shown(*value), kExpected));
    return;
  }
  Section arms(section.mistakes(), table, value->place, "trial.arms", "arms of [trial]");
  bool all_read = true;
  for (const Entry& entry : table->entries) {
    const bool is_word = check_word(section.mistakes(), entry.key, entry.place, "the name of an arm");
    const auto share = arms.number(entry.key, kShare);
    if (is_word && share) trial.arms.push_back({entry.key, *share});
    all_read = all_read && is_word && share;
  }
  if (all_read) check_arms(section, trial);
  put_in_order(trial);
}

/// A [[source]] that the response comes from has a row an account.
void check_source(Section& section, const Job& job, const std::string& name) {
  std::vector<std::string> known;
  for (const SourceSpec& source : job.sources)
    if (source.kind == SourceKind::kAccounts) known.push_back(source.name);
  if (std::ranges::find(known, name) != known.end()) return;
  const std::string near = nearest(name, known);
  section.wrong("source", fmt::format("is no source of accounts; got {}; expected the name of a [[source]] with a row "
                                      "an account, or no source at all{}",
                                      shown(name), near.empty() ? "" : fmt::format("; did you mean \"{}\"?", near)));
}

void read_results(Section& outer, const Job& job, TrialSpec& trial) {
  const Table* table = outer.table("results", "a table such as { source = \"campaign\", response = \"responded\" }");
  if (table == nullptr) return;
  Section section(outer.mistakes(), table, outer.place("results"), "trial.results", "results of [trial]");
  TrialSpec::Results results;
  if (const auto source = section.text("source", "the name of a [[source]]")) {
    check_source(section, job, *source);
    results.source = *source;
  }
  results.sent = section.column("sent");
  results.response = section.column("response", Need::kRequired);
  results.revenue = section.column("revenue");
  results.cost = section.column("cost");
  results.arm = section.column("arm");
  results.expected = section.number("expected", kRate);
  section.finish();
  trial.results = std::move(results);
}

}  // namespace

void read_trial(Section& top, Job& job) {
  const Table* table = top.table("trial", "a table [trial]");
  if (table == nullptr) return;
  Section section(top.mistakes(), table, top.place("trial"), "trial", "[trial]");
  TrialSpec trial;
  trial.line = section.place().line;
  trial.campaign = section.text("campaign", "the campaign's name", Need::kRequired).value_or("");
  trial.control = section.text("control", "the name of the arm that is sent nothing").value_or(trial.control);
  read_arms(section, trial);
  read_results(section, job, trial);
  section.finish();
  job.trial = std::move(trial);
}

}  // namespace tessera::job
