#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "job/paths.hpp"
#include "job/sections.hpp"

namespace tessera::job {

namespace {

/// The key itself, put where its place was asked for: it must not be said again, and not go on into the results.
bool looks_like_a_key(std::string_view text) {
  constexpr std::size_t kFewestDigits = 32;
  return text.size() >= kFewestDigits && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

/// A mistake that does not repeat the value, nor the --set that it stands in.
void refuse_key(Section& section, std::string_view key, std::string_view expected) {
  const Place place = section.place(key);
  section.mistakes().add(
      place.set < 0 ? place : Place{.line = 1, .column = 1},
      fmt::format("{} of [privacy] looks like a key itself, not shown here; expected {}", key, expected));
}

bool is_variable_name(std::string_view text) {
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && is_letter(text.front()) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void read_key_file(Section& section, const std::filesystem::path& folder, PrivacySpec& privacy) {
  const auto written = section.text("key_file", "the path of a file that holds the key");
  if (!written) return;
  if (looks_like_a_key(*written)) return refuse_key(section, "key_file", "the path of the file that holds it");
  const auto path =
      resolve_path(section.mistakes(), *written, section.place("key_file"), "key_file of [privacy]", folder);
  if (!path) return;
  privacy.key_file = path->absolute;
  privacy.key_file_as_written = path->as_written;
}

void read_key_env(Section& section, PrivacySpec& privacy) {
  constexpr std::string_view kExpected = "the name of an environment variable, such as \"TESSERA_KEY\"";
  const auto name = section.text("key_env", kExpected);
  if (!name) return;
  if (looks_like_a_key(*name)) {
    refuse_key(section, "key_env", kExpected);
  } else if (!is_variable_name(*name)) {
    section.wrong("key_env", fmt::format("is no such name; got {}; expected {}", shown(*name), kExpected));
  } else {
    privacy.key_env = *name;
  }
}

void read_sensitive(Section& section, PrivacySpec& privacy) {
  constexpr std::string_view kExpected = "names of columns, such as [\"contact_email\", \"crm.phone\"]";
  const Array* columns = section.array("sensitive", kExpected);
  if (columns == nullptr) return;
  Names names(section.mistakes(), "sensitive names a column twice");
  for (const Value& column : *columns) {
    const std::string* text = column.text();
    if (text == nullptr) {
      section.mistakes().add(column.place, fmt::format("sensitive of [privacy] has an entry that is no text; got {}; "
                                                       "expected {}",
                                                       shown(column), kExpected));
      continue;
    }
    ColumnRef ref = column_ref(section.mistakes(), *text, column.place);
    if (ref.empty()) continue;
    names.claim(*text, column.place);
    privacy.sensitive.push_back(std::move(ref));
  }
}

void check_key(Section& section, const Job& job) {
  const PrivacySpec& privacy = job.privacy;
  if (section.has("key_file") && section.has("key_env"))
    section.wrong("key_env", "cannot go with key_file; the key is in one place; remove one of the two");
  if (!privacy.pseudonymise) return;
  if (!section.has("key_file") && !section.has("key_env"))
    section.wrong("pseudonymise",
                  "= true lacks a key; expected key_file = \"PATH\" or key_env = \"VARIABLE\", where 64 hexadecimal "
                  "digits stand, as `openssl rand -hex 32` gives them");
  const bool has_matrix = std::any_of(job.sources.begin(), job.sources.end(),
                                      [](const SourceSpec& source) { return source.kind == SourceKind::kMatrix; });
  if (has_matrix)
    section.wrong("pseudonymise",
                  "= true has no meaning for a matrix, whose ids are the numbers of its rows; remove it");
}

}  // namespace

void read_privacy(Section& top, const std::filesystem::path& folder, Job& job) {
  const Table* table = top.table("privacy", "a table [privacy]");
  Section section(top.mistakes(), table, top.place("privacy"), "privacy", "[privacy]");
  job.privacy.pseudonymise = section.flag("pseudonymise").value_or(false);
  job.privacy.line = section.place("pseudonymise").line;
  read_key_file(section, folder, job.privacy);
  read_key_env(section, job.privacy);
  read_sensitive(section, job.privacy);
  check_key(section, job);
  section.finish();
}

}  // namespace tessera::job
