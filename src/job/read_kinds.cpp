// Sources of kind "enrichment", "contacts", "feedback" and "market", and how sources are matched.

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>

#include "core/iso_date.hpp"
#include "job/sections.hpp"

namespace tessera::job {

namespace {

void read_title(const Entry& entry, Mistakes& mistakes, const std::string& title, ContactsSpec& contacts) {
  constexpr std::string_view kExpected = "{ seniority = \"…\", department = \"…\" }";
  if (!check_word(mistakes, entry.key, entry.place, "a title of " + title)) return;
  if (entry.value.table() == nullptr) {
    return mistakes.add(entry.value.place, fmt::format("the title {} of {} is no table; got {}; expected {}",
                                                       shown(entry.key), title, shown(entry.value), kExpected));
  }
  Section section(mistakes, entry.value.table(), entry.value.place, "source.titles",
                  fmt::format("the title {} of {}", shown(entry.key), title));
  TitleRule rule;
  rule.words = entry.key;
  rule.seniority = section.choice("seniority", kSeniorityWords);
  rule.department = section.text("department", "the name of a department").value_or("");
  section.finish();
  if (entry.value.table()->entries.empty())
    mistakes.add(entry.value.place,
                 fmt::format("the title {} of {} says nothing; expected {}", shown(entry.key), title, kExpected));
  contacts.titles.push_back(std::move(rule));
}

void read_decision_makers(Section& section, ContactsSpec& contacts) {
  constexpr std::string_view kExpected = "a list such as [\"c_level\", \"vp\", \"director\"]";
  const Array* words = section.array("decision_makers", kExpected);
  if (words == nullptr) return;
  contacts.decision_makers.clear();
  for (const Value& item : *words) {
    const auto* const known = std::ranges::find_if(kSeniorityWords, [&](const Choice<Seniority>& one) {
      return item.text() != nullptr && one.word == *item.text();
    });
    if (known != std::end(kSeniorityWords)) {
      contacts.decision_makers.push_back(known->value);
      continue;
    }
    std::string all;
    for (const Choice<Seniority>& one : kSeniorityWords)
      all += fmt::format("{}\"{}\"", all.empty() ? "" : ", ", one.word);
    section.mistakes().add(item.place, fmt::format("decision_makers of {} has what is no seniority; got {}; expected "
                                                   "some of {}",
                                                   section.title(), shown(item), all));
  }
}

void check_parent(Section& top, const Job& job) {
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    const SourceSpec& source = job.sources[s];
    if (source.parent.empty() || s == population_source(job)) continue;
    top.mistakes().add({.line = source.parent.line, .column = source.parent.column},
                       fmt::format("parent of [[source]] {} has no meaning here; only the source that names the "
                                   "population has one; remove it",
                                   shown(source.name)));
  }
}

void check_match(Section& top, const Job& job) {
  for (std::size_t s = 0; s < job.sources.size(); ++s) {
    const SourceSpec& source = job.sources[s];
    if (source.match != Match::kDomain || s != population_source(job)) continue;
    top.mistakes().add({.line = source.line, .column = 1},
                       fmt::format("[[source]] {} names the population, so there is nothing to match it with; got "
                                   "match = \"domain\"; remove it",
                                   shown(source.name)));
  }
}

}  // namespace

void read_match(Section& section, SourceSpec& source) {
  source.match = section.choice("match", kMatches).value_or(Match::kKey);
  const bool by_domain = source.match == Match::kDomain;
  source.match_column = section.column("match_column", by_domain ? Need::kRequired : Need::kOptional);
  if (!by_domain && section.has("match_column"))
    section.wrong("match_column", "has no meaning here; only match = \"domain\" has one; remove it");
  if (by_domain && section.has("key_format"))
    section.wrong("key_format", "has no meaning here; match = \"domain\" reads the key as an address; remove it");
}

std::vector<std::string> read_public_domains(Section& ingest) {
  constexpr std::string_view kExpected = "a list such as [\"mail.example\"]";
  std::vector<std::string> domains;
  const Array* list = ingest.array("public_domains", kExpected);
  if (list == nullptr) return domains;
  for (const Value& item : *list) {
    // What is a domain is for ingest to say; here only what plainly is none.
    const bool is_domain = item.text() != nullptr && item.text()->find('.') != std::string::npos &&
                           item.text()->find_first_of(" @/:") == std::string::npos;
    if (is_domain) {
      domains.push_back(*item.text());
    } else {
      ingest.mistakes().add(item.place, fmt::format("public_domains of [ingest] has what is no domain; got {}; "
                                                    "expected {}",
                                                    shown(item), kExpected));
    }
  }
  return domains;
}

void read_enrichment(Section& section, EnrichmentSpec& enrichment) {
  constexpr std::string_view kExpected = "a table of column = \"their column\"";
  const Table* table = section.table("fills", kExpected);
  if (table == nullptr) return;
  enrichment.fills.emplace();
  Names theirs(section.mistakes(), "two columns are to be filled from one");
  for (const Entry& entry : table->entries) {
    if (entry.value.text() == nullptr) {
      section.mistakes().add(entry.value.place,
                             fmt::format("fills of {} has for {} what is no text; got {}; expected {}", section.title(),
                                         shown(entry.key), shown(entry.value), kExpected));
      continue;
    }
    EnrichmentSpec::Fill fill;
    fill.column = column_ref(section.mistakes(), entry.key, entry.place);
    fill.theirs = column_ref(section.mistakes(), *entry.value.text(), entry.value.place);
    theirs.claim(fill.theirs.text, entry.value.place);
    enrichment.fills->push_back(std::move(fill));
  }
}

void read_contacts(Section& section, ContactsSpec& contacts) {
  contacts.title = section.column("title");
  contacts.email = section.column("email");
  contacts.opt_out = section.column("opt_out");
  const Table* titles = section.table("titles", "a table of \"words\" = { seniority = \"…\", department = \"…\" }");
  if (titles != nullptr) {
    for (const Entry& entry : titles->entries) read_title(entry, section.mistakes(), section.title(), contacts);
  }
  read_decision_makers(section, contacts);
  for (const std::string_view key : {"titles", "decision_makers"}) {
    if (section.has(key) && !section.has("title"))
      section.wrong(key,
                    "has no meaning here; it goes with title, the column of people's titles; add that or remove it");
  }
  if (section.has("opt_out") && !section.has("email"))
    section.wrong("opt_out", "has no meaning here; it goes with email; add that or remove it");
}

void read_feedback(Section& section, FeedbackSpec& feedback) {
  feedback.score = section.column("score", Need::kRequired);
  feedback.theme = section.column("theme");
  feedback.time = section.column("time");
  feedback.as_of = read_as_of(section);
}

void read_market(Section& section, MarketSpec& market) {
  market.companies = section.column("companies");
  market.spend = section.column("spend");
  if (!section.has("companies") && !section.has("spend"))
    section.mistakes().add(section.place(), fmt::format("{} says nothing of the market; expected companies, spend or "
                                                        "both, each the name of a column",
                                                        section.title()));
}

void check_kinds(Section& top, const Job& job) {
  check_parent(top, job);
  check_match(top, job);
  for (const SourceSpec& source : job.sources) {
    if (source.kind == SourceKind::kMarket && job.macros.empty())
      top.mistakes().add({.line = source.line, .column = 1},
                         fmt::format("[[source]] {} is a market, which goes by macro segments, but the job has no "
                                     "[[macro]]; add one or remove this [[source]]",
                                     shown(source.name)));
  }
}

}  // namespace tessera::job
