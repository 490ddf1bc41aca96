#pragma once

#include <string>

#include "job/document.hpp"
#include "job/mistakes.hpp"
#include "job/section.hpp"
#include "results/stored_table.hpp"
#include "storage/file_reader.hpp"
#include "storage/schema.hpp"

namespace tessera::trial {

/// Hands the job that a results file was made by to `read`, as the top section of a job file. What `read` finds wrong
/// is thrown as for a job file: Error(kBadJob). Throws Error(kBadData) if the text is no job at all.
template <class Read>
void read_stored_job(const storage::FileReader& reader, const std::string& path, Read&& read) {
  namespace schema = storage::schema;
  auto parsed = job::parse_document(reader.text(std::string(schema::run::kPath), std::string(schema::run::kJob)));
  auto* document = std::get_if<job::Table>(&parsed);
  if (document == nullptr) results::refuse(path, "its job cannot be read");
  job::Mistakes mistakes(path + " (its job)", {});
  job::Section top(mistakes, document, {.line = 1, .column = 1}, "", "the job");
  read(top);
  mistakes.throw_if_any();
}

}  // namespace tessera::trial
