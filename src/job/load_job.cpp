#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <memory>
#include <string>
#include <system_error>
#include <utility>

#include "job/document.hpp"
#include "job/mistakes.hpp"
#include "job/overrides.hpp"
#include "job/paths.hpp"
#include "job/read_checkpoint.hpp"
#include "job/resolved.hpp"
#include "job/section.hpp"
#include "job/sections.hpp"
#include "tessera/errors.hpp"
#include "tessera/job.hpp"
#include "tessera/resolved_job.hpp"

namespace tessera {

namespace {

constexpr std::size_t kLargestFile = std::size_t{16} << 20U;

std::string read_file(const std::string& path) {
  const auto unreadable = [&](const std::string& why) {
    return Error(ExitCode::kNoInput,
                 fmt::format("{}: the job file cannot be read: {}; give the path of a job file", path, why));
  };
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw unreadable("it is a folder");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), &std::fclose);
  if (!file) throw unreadable(std::generic_category().message(errno));
  std::string text;
  std::array<char, 65536> block{};
  while (const std::size_t got = std::fread(block.data(), 1, block.size(), file.get())) {
    text.append(block.data(), got);
    if (text.size() > kLargestFile) {
      throw Error(ExitCode::kBadJob,
                  fmt::format("{}: larger than {} MiB; expected a job file", path, kLargestFile >> 20U));
    }
  }
  if (std::ferror(file.get()) != 0) throw unreadable(std::generic_category().message(errno));
  return text;
}

void read_name(job::Section& top, Job& job) {
  job.name = top.text("name", "the job's name, in quotes", job::Need::kRequired).value_or("");
  job::check_safe_in_path(top.mistakes(), job.name, top.place("name"), "name of the job");
}

void read_top(job::Section& top, const std::filesystem::path& folder, Job& job) {
  read_name(top, job);
  constexpr auto kLargestSeed = std::numeric_limits<std::int64_t>::max();
  job.seed = static_cast<std::uint64_t>(top.integer("seed", 0, kLargestSeed).value_or(0));
  const job::Table* table = top.table("ingest", "a table [ingest]");
  job::Section ingest(top.mistakes(), table, top.place("ingest"), "ingest", "[ingest]");
  constexpr job::Range kShare = {.low = 0.0, .high = 1.0, .expected = "a share from 0 to 1"};
  job.max_quarantined = ingest.number("max_quarantined", kShare).value_or(job.max_quarantined);
  job.public_domains = job::read_public_domains(ingest);
  ingest.finish();
  job::read_sources(top, folder, job);
  job::read_columns(top, job);
  job::read_macros(top, job);
  job::check_kinds(top, job);
  job::read_value(top, job);
  job::read_duplicates(top, job);
  job::read_kpis(top, job);
  job::read_affinities(top, job);
  job::read_segmentations(top, folder, job);
  job::read_trial(top, job);
  job::read_privacy(top, folder, job);
  job::read_previous(top, folder, job);
  job::read_gate(top, job);
  job::read_review(top, folder, job);
  job::read_checkpoint(top, folder, job);
  job::read_output(top, folder, job);
  top.finish();
}

/// The job that `text` describes; `folder` is what its paths are relative to.
Job read_text(const std::string& text, const std::string& file, const std::filesystem::path& folder,
              const std::vector<std::string>& sets) {
  job::Mistakes mistakes(file, sets);
  auto parsed = job::parse_document(text);
  if (const auto* syntax = std::get_if<job::SyntaxMistake>(&parsed)) {
    mistakes.add(syntax->place,
                 fmt::format("not TOML: {}; mend it, and the rest of the file will be checked", syntax->what));
    mistakes.throw_if_any();
  }
  auto& document = std::get<job::Table>(parsed);
  job::apply_sets(document, sets, mistakes);

  Job job;
  job.file = file;
  job::Section top(mistakes, &document, {.line = 1, .column = 1}, "", "the job file");
  read_top(top, folder, job);
  mistakes.throw_if_any();
  job.resolved_toml = job::resolved(job);
  return job;
}

}  // namespace

Job load_job(const std::string& path, const std::vector<std::string>& sets) {
  return read_text(read_file(path), path, std::filesystem::absolute(path).parent_path(), sets);
}

std::optional<Job> where_a_job_would_write(const std::string& path, const std::vector<std::string>& sets) {
  try {
    auto parsed = job::parse_document(read_file(path));
    auto* document = std::get_if<job::Table>(&parsed);
    if (document == nullptr) return std::nullopt;
    job::Mistakes elsewhere(path, sets), here(path, sets);
    job::apply_sets(*document, sets, elsewhere);
    job::Section top(here, document, {.line = 1, .column = 1}, "", "the job file");
    Job job;
    read_name(top, job);
    job::read_output(top, std::filesystem::absolute(path).parent_path(), job);
    here.throw_if_any();
    return job;
  } catch (const Error&) {
    return std::nullopt;
  }
}

Job read_resolved_job(const std::string& resolved_toml, const std::string& where) {
  return read_text(resolved_toml, where, {}, {});
}

}  // namespace tessera
