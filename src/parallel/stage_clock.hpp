#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "parallel/communicator.hpp"
#include "tessera/results.hpp"

namespace tessera::parallel {

/// Adds up wall time by stage on this rank; all_stages() agrees on the extremes over ranks.
class StageClock {
 public:
  /// Time from construction to destruction counts for `stage`.
  class Scope {
   public:
    Scope(StageClock& clock, std::string stage) : clock_(clock), stage_(std::move(stage)) {
      clock_.open_.push_back(this);
      clock_.enter(stage_);
    }
    ~Scope() {
      clock_.open_.pop_back();
      clock_.add(stage_, time());
    }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

    [[nodiscard]] const std::string& stage() const noexcept { return stage_; }
    [[nodiscard]] std::chrono::steady_clock::duration time() const { return std::chrono::steady_clock::now() - begin_; }

   private:
    StageClock& clock_;
    std::string stage_;
    std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  };

  /// Who is told each time that another stage begins than the last, and what became of that one.
  struct Listener {
    std::function<void(const std::string& stage)> begins;
    std::function<void(const std::string& stage, double seconds, const std::string& made)> ends;
  };
  void tell(Listener listener) { listener_ = std::move(listener); }
  /// What the stage has made: "20,000 accounts"; told with its end.
  void made(std::string what) { made_ = std::move(what); }
  /// The stage that was begun last has ended, and no other follows at once.
  void close();
  void add(const std::string& stage, std::chrono::steady_clock::duration time);
  /// The stage that was begun last; empty: none was.
  [[nodiscard]] const std::string& latest() const noexcept { return latest_; }
  /// What earlier attempts at the same run took counts as well.
  void go_on_from(std::vector<StageTime> earlier) { earlier_ = std::move(earlier); }
  /// Collective: all ranks have passed the same stages. One under way counts as far as it has come.
  [[nodiscard]] std::vector<StageTime> all_stages(const Communicator& comm) const;
  /// Of this rank alone, and as far as it got. Not collective.
  [[nodiscard]] std::vector<StageTime> stages_here() const;

 private:
  struct Entry {
    std::string stage;
    double seconds = 0.0;
    unsigned long long peak_memory_bytes = 0;
  };
  void enter(const std::string& stage);
  [[nodiscard]] StageClock with_open_closed() const;
  [[nodiscard]] std::vector<StageTime> own_stages(const Communicator& comm) const;

  std::vector<Entry> entries_;
  std::vector<const Scope*> open_;  ///< the innermost last
  std::vector<StageTime> earlier_;
  std::string latest_;
  bool is_open_ = false;       ///< `latest_` was not told to have ended
  double open_seconds_ = 0.0;  ///< that it took since it began
  std::string made_;
  Listener listener_;
};

}  // namespace tessera::parallel
