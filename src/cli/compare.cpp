#include "cli/compare.hpp"

#include <fmt/format.h>

#include <cmath>
#include <iostream>
#include <nlohmann/json.hpp>
#include <span>

#include "cli/commands.hpp"
#include "cli/figures.hpp"
#include "cli/gate.hpp"
#include "cli/level_name.hpp"
#include "cli/moves.hpp"
#include "cli/options.hpp"
#include "cli/text_table.hpp"
#include "core/iso_date.hpp"
#include "insight/words.hpp"

namespace tessera::cli {

const char* word_of(Advice advice) noexcept {
  switch (advice) {
    case Advice::kKeep:
      return "keep";
    case Advice::kWatch:
      return "watch";
    case Advice::kRetire:
      return "retire";
    case Advice::kNew:
      return "new";
  }
  return "";
}

const char* word_of(SourceChange change) noexcept {
  switch (change) {
    case SourceChange::kSameBytes:
      return "same bytes";
    case SourceChange::kOtherBytes:
      return "changed";
    case SourceChange::kNew:
      return "new";
    case SourceChange::kGone:
      return "gone";
  }
  return "";
}

namespace {

namespace po = boost::program_options;

constexpr std::size_t kMostSegments = 20;

double share(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? std::nan("") : static_cast<double>(part) / static_cast<double>(whole);
}

void print_ledger(std::ostream& out, const ComparedDesigns& designs) {
  TextTable table({"segment", "name", "accounts then", "now", "value then", "now", "what became of it"});
  table.keep_left(1);
  table.keep_left(6);
  const auto rows = std::span(designs.ledger).first(std::min(kMostSegments, designs.ledger.size()));
  for (const SegmentChange& change : rows)
    table.add({change.id, words::shorten(change.name, 40), count(change.accounts_then), count(change.accounts_now),
               words::number_in_words(change.value_then), words::number_in_words(change.value_now), change.story});
  table.print(out);
  if (designs.ledger.size() > rows.size()) out << fmt::format("  … and {} more\n", designs.ledger.size() - rows.size());
}

/// Two designs: which segment of one goes with which of the other.
void print_crosswise(std::ostream& out, const ComparedDesigns& designs) {
  const ComparedSegmentation& compared = designs.compared;
  TextTable table({designs.then_name, designs.now_name, "accounts", "of the first", "of the second"});
  table.keep_left(1);
  for (const SharedAccounts& pair : compared.shared) {
    const Segment& then = compared.then[static_cast<std::size_t>(pair.then)];
    const Segment& now = compared.now[static_cast<std::size_t>(pair.now)];
    table.add({fmt::format("{} {}", then.id, words::shorten(then.name, 30)),
               fmt::format("{} {}", now.id, words::shorten(now.name, 30)), count(pair.accounts),
               words::share_in_words(share(pair.accounts, then.accounts)),
               words::share_in_words(share(pair.accounts, now.accounts))});
  }
  table.print(out);
}

void print_designs(std::ostream& out, const ComparedDesigns& designs) {
  const char* level = level_name(designs.compared.level);
  if (!designs.same_design) {
    out << fmt::format(
        "\n\"{}\" beside \"{}\", {} segments of {} accounts; they agree to {:.2f} (1 the same, 0 as by "
        "chance)\n",
        designs.then_name, designs.now_name, level, count(designs.shared), designs.agreement);
    print_crosswise(out, designs);
    return;
  }
  out << fmt::format("\nSegmentation \"{}\": {} kept their {} segment, {} of {} accounts moved\n", designs.now_name,
                     words::share_in_words(share(designs.kept, designs.shared)), level,
                     count(designs.shared - designs.kept), count(designs.shared));
  print_why(out, designs);
  if (designs.by_accounts)
    out << "  The two files are of no one chain of nights: segments are taken for the same by the accounts that they "
           "share\n";
  print_ledger(out, designs);
  print_drift(out, "Features", designs.drift);
}

void print_comparison(std::ostream& out, const NightsComparison& comparison) {
  out << fmt::format("From {} to {}: {} accounts are on both nights, {} left, {} joined\n", comparison.earlier_night,
                     comparison.later_night, count(comparison.shared),
                     count(comparison.accounts_then - comparison.shared),
                     count(comparison.accounts_now - comparison.shared));
  for (const ComparedSource& source : comparison.sources)
    out << fmt::format("  source {}: {}\n", source.source, word_of(source.change));
  for (const ComparedDesigns& designs : comparison.designs) print_designs(out, designs);
}

void print_review(std::ostream& out, const NightsReview& review) {
  print_comparison(out, review.comparison);
  out << fmt::format("\nOver {} nights\n", review.nights.size());
  for (const Advice advice : {Advice::kRetire, Advice::kWatch, Advice::kNew, Advice::kKeep})
    for (const SegmentReview& segment : review.segments) {
      if (segment.advice != advice) continue;
      std::string reasons;
      for (const std::string& reason : segment.reasons) reasons += (reasons.empty() ? ": " : "; ") + reason;
      out << fmt::format("  {:<7} {} {} of \"{}\"{}\n", word_of(advice), segment.id, segment.name, segment.segmentation,
                         reasons);
    }
}

struct Request {
  std::vector<std::string> files;
  std::string since;
  bool as_json = false;
};

Request read_request(const po::variables_map& values) {
  Request request;
  if (values.count("files") != 0) request.files = values["files"].as<std::vector<std::string>>();
  if (values.count("since") != 0) request.since = values["since"].as<std::string>();
  request.as_json = values.count("json") != 0;
  if (!request.since.empty() && !parse_iso_date(request.since))
    throw po::error(fmt::format("--since takes a date like 2026-01-31, not \"{}\"", request.since));
  if (request.since.empty() && request.files.size() != 2)
    throw po::error("compare needs two results files, or two designs such as A.h5:one A.h5:other");
  if (!request.since.empty() && request.files.size() != 1)
    throw po::error("compare --since takes the newest results file alone; the nights before it are beside it");
  return request;
}

}  // namespace

int compare_command(const std::vector<std::string>& words_of_command) {
  po::options_description options("Options");
  options.add_options()("files", po::value<std::vector<std::string>>(), "results of an earlier and of a later night")(
      "since", po::value<std::string>(),
      "yyyy-mm-dd: go through the nights beside NEW.h5 from this one on, and say of each segment keep, watch, retire "
      "or "
      "new, and why")("json", "as JSON");
  po::positional_options_description positional;
  positional.add("files", -1);
  const Parsed parsed = parse(words_of_command, options, positional,
                              "tessera compare OLD.h5 NEW.h5 [--json]\n       tessera compare A.h5:one A.h5:other\n"
                              "       tessera compare NEW.h5 --since DATE",
                              "tessera compare results/company/2026-01-31.h5 results/company/latest.h5");
  if (parsed.help) return 0;
  const Request request = read_request(parsed.values);
  if (!request.since.empty()) {
    const NightsReview review = review_nights(request.files[0], request.since);
    if (request.as_json)
      std::cout << review_json(review).dump(2) << "\n";
    else
      print_review(std::cout, review);
    return 0;
  }
  const NightsComparison comparison = compare_nights(design_of(request.files[0]), design_of(request.files[1]));
  if (request.as_json)
    std::cout << comparison_json(comparison).dump(2) << "\n";
  else
    print_comparison(std::cout, comparison);
  return 0;
}

}  // namespace tessera::cli
