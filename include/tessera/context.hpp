#pragma once

#include <string>
#include <vector>

namespace tessera {

namespace parallel {
class Communicator;
}

/// What the run wants to tell people besides its results. Every call is made by all ranks with the same text; rank 0
/// speaks.
class Journal {
 public:
  explicit Journal(bool speaks) : speaks_(speaks) {}
  /// Something a person should know, and the run goes on. Kept for the results and written to stderr.
  void warn(const std::string& message);
  /// A line of progress.
  void info(const std::string& message) const;
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  bool speaks_;
  std::vector<std::string> warnings_;
};

/// Passed explicitly to every stage. Holds references only: the session, the journal and the communicator outlive it.
struct Context {
  const parallel::Communicator& comm;
  Journal& journal;
  int threads = 1;  ///< the thread budget of this rank; OpenMP and oneTBB both take their size from it
};

}  // namespace tessera
