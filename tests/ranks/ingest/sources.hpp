#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/limits.hpp"
#include "ranks_test.hpp"
#include "tessera/errors.hpp"
#include "tessera/ingest.hpp"

namespace tessera::test {

using Texts = std::vector<std::string>;

/// A job on files of its own, in a folder that all ranks share and that goes with it.
class Sources {
 public:
  Sources();
  ~Sources();
  Sources(const Sources&) = delete;
  Sources& operator=(const Sources&) = delete;

  /// Collective. (Over)writes a file of the folder.
  std::string write(const std::string& name, std::string_view text) const;
  [[nodiscard]] std::string path(const std::string& name) const { return folder_ + "/" + name; }
  /// Adds a [[source]] named by the stem of `name`, with key "id".
  SourceSpec& source(const std::string& name);
  ColumnSpec& column(const std::string& name);
  void type(const std::string& name, ColumnType type) { column(name).type = type; }
  void feature(const std::string& name, Transform transform = Transform::kNone);

  /// Collective: heads, columns checked, ingested. Small blocks and rounds, unless told.
  [[nodiscard]] Ingested ingest(std::uint64_t block_bytes = 64) const;

  Job job;

 private:
  std::string folder_;
};

/// Collective. Every account of all ranks in their order: "id name=value name=value", missing values as "~".
[[nodiscard]] Texts accounts_of(const AccountTable& accounts);
/// Collective. Every row in quarantine, sorted: "file:line column: reason [text]", files without their folder.
[[nodiscard]] Texts quarantine_of(const IngestReport& report);
/// "read used duplicates unmatched quarantined".
[[nodiscard]] std::string counts_of(const SourceReport& report);
/// The choice for a column: "number".
[[nodiscard]] std::string type_of(const Ingested& ingested, const std::string& column);
/// Lines as accounts_of() gives them, brought into canonical order.
[[nodiscard]] Texts in_canonical_order(Texts accounts);
/// All ranks throw this error, and its text has all of the parts.
void expect_error(ExitCode code, const Texts& parts, const std::function<void()>& work);
/// Folder of the real data, or empty where it is absent.
[[nodiscard]] std::string real_data(const std::string& file);

}  // namespace tessera::test
