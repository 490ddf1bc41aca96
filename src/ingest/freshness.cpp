#include <fmt/format.h>

#include <algorithm>

#include "core/iso_date.hpp"
#include "ingest/content_hash.hpp"
#include "tessera/errors.hpp"
#include "tessera/ingest.hpp"

namespace tessera {
namespace {

constexpr std::int64_t kSecondsADay = 86'400;

Freshness freshness_of(const SourceReport& report, const std::optional<TimeSpan>& max_age, std::int64_t night_s) {
  Freshness fresh;
  fresh.source = report.name;
  for (const SourceFile& file : report.files)
    fresh.newest_s = &file == report.files.data() ? file.modified_s : std::max(fresh.newest_s, file.modified_s);
  const std::int64_t age_s = std::max<std::int64_t>(0, night_s - fresh.newest_s);
  fresh.age_days = static_cast<double>(age_s) / double{kSecondsADay};
  if (max_age) {
    fresh.max_age_days = static_cast<double>(max_age->seconds) / double{kSecondsADay};
    fresh.is_older = age_s > max_age->seconds;
  }
  fresh.content_hash = intake::hash_of(report.files);
  return fresh;
}

}  // namespace

std::vector<Freshness> freshness_of(const Context& context, const Job& job, const IngestReport& report,
                                    const std::string& night) {
  const std::optional<std::int32_t> day = parse_iso_date(night);
  if (!day)
    throw Error(ExitCode::kUsage, fmt::format("the night \"{}\" is no date of the calendar, such as 2026-01-31", night),
                true);
  std::vector<Freshness> all;
  for (std::size_t s = 0; s < report.sources.size(); ++s) {
    const std::optional<TimeSpan>& max_age = job.sources[s].max_age;
    all.push_back(freshness_of(report.sources[s], max_age, *day * kSecondsADay));
    if (all.back().is_older)
      context.journal.warn(
          fmt::format("source \"{}\" is {:.1f} days old on the night of {}, more than max_age = \"{}\": "
                      "its newest file may be last week's delivery",
                      all.back().source, all.back().age_days, night, max_age->text));
  }
  return all;
}

}  // namespace tessera
