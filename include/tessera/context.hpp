#pragma once

#include <chrono>
#include <memory>
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
  /// Of a stage that takes its time it tells so often how far it has come; on a terminal in one line that is written
  /// again and again.
  explicit Journal(bool speaks, std::chrono::milliseconds every = std::chrono::minutes(1));
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  /// Something a person should know, and the run goes on. Kept for the results and written to stderr.
  void warn(const std::string& message);
  /// A line of progress.
  void info(const std::string& message) const;
  /// A stage begins, and how it ended. Outside of stages nothing but warn() and info() is heard.
  void begin_stage(const std::string& stage);
  void end_stage(const std::string& stage, double seconds, const std::string& made);
  /// How far the stage has come on this rank: "iteration 57". Any thread may say it, as often as it likes.
  void at(const std::string& how_far) const;
  [[nodiscard]] const std::vector<std::string>& warnings() const noexcept { return warnings_; }

 private:
  class Ticker;
  bool speaks_;
  std::chrono::milliseconds every_;
  std::vector<std::string> warnings_;
  std::unique_ptr<Ticker> ticker_;  ///< null: no stage was begun
};

/// Passed explicitly to every stage. Holds references only: the session, the journal and the communicator outlive it.
struct Context {
  const parallel::Communicator& comm;
  Journal& journal;
  int threads = 1;  ///< the thread budget of this rank; OpenMP and oneTBB both take their size from it
};

}  // namespace tessera
