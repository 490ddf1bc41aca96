#include <fmt/format.h>
#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>

#include "tessera/context.hpp"

namespace tessera {
namespace {

/// stdout is for what the user asked to see, so the journal speaks on stderr.
spdlog::logger& logger() {
  static const std::shared_ptr<spdlog::logger> the_logger = [] {
    auto made = std::make_shared<spdlog::logger>("tessera", std::make_shared<spdlog::sinks::stderr_color_sink_mt>());
    made->set_pattern("%H:%M:%S %^%l%$: %v");
    made->flush_on(spdlog::level::info);
    return made;
  }();
  return *the_logger;
}

/// "42 s", "7 min", "2 h 05 min".
std::string time_in_words(std::chrono::steady_clock::duration time) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time).count();
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min", seconds / 60);
  return fmt::format("{} h {:02} min", seconds / 3600, seconds / 60 % 60);
}

}  // namespace

/// Says of a stage that goes on how far it is, from a thread of its own: stages do not know of time.
class Journal::Ticker {
 public:
  explicit Ticker(std::chrono::milliseconds every)
      : on_terminal_(::isatty(STDERR_FILENO) == 1),
        every_(on_terminal_ ? std::min(every, kOnTerminal) : every),
        thread_([this](const std::stop_token& stop) { tick(stop); }) {}

  /// An empty name: no stage.
  void enter(const std::string& stage) {
    const std::lock_guard lock(mutex_);
    stage_ = stage;
    how_far_.clear();
    begin_ = Clock::now();
    ++entered_;
    wake_.notify_all();
  }
  void at(const std::string& how_far) {
    const std::lock_guard lock(mutex_);
    how_far_ = how_far;
  }
  /// What is said in lines of its own does not stand in the line that is written again.
  template <class Say>
  void with_clear_line(Say say) {
    const std::lock_guard lock(mutex_);
    clear_line();
    say();
  }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kOnTerminal{500};

  void tick(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
      const auto entered = entered_;
      if (wake_.wait_for(lock, stop, every_, [&] { return entered_ != entered; }) || stage_.empty()) continue;
      if (stop.stop_requested()) break;
      const std::string line =
          fmt::format("{} so far{}{}", time_in_words(Clock::now() - begin_), how_far_.empty() ? "" : ", ", how_far_);
      if (on_terminal_) {
        fmt::print(stderr, "\r\033[K{}: {}", stage_, line);
        is_shown_ = true;
      } else {
        logger().info("stage {}: {}", stage_, line);
      }
    }
    clear_line();
  }
  void clear_line() {
    if (is_shown_) fmt::print(stderr, "\r\033[K");
    is_shown_ = false;
  }

  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::string stage_, how_far_;
  Clock::time_point begin_;
  std::uint64_t entered_ = 0;
  bool on_terminal_, is_shown_ = false;
  std::chrono::milliseconds every_;
  std::jthread thread_;  ///< the last: it sees the others
};

Journal::Journal(bool speaks, std::chrono::milliseconds every) : speaks_(speaks), every_(every) {}
Journal::~Journal() = default;

void Journal::warn(const std::string& message) {
  warnings_.push_back(message);
  if (!speaks_) return;
  if (!ticker_) return logger().warn("{}", message);
  ticker_->with_clear_line([&] { logger().warn("{}", message); });
}

void Journal::info(const std::string& message) const {
  if (!speaks_) return;
  if (!ticker_) return logger().info("{}", message);
  ticker_->with_clear_line([&] { logger().info("{}", message); });
}

void Journal::begin_stage(const std::string& stage) {
  if (!speaks_) return;
  if (!ticker_) ticker_ = std::make_unique<Ticker>(every_);
  ticker_->enter(stage);
  info("stage " + stage);
}

void Journal::end_stage(const std::string& stage, double seconds, const std::string& made) {
  if (ticker_) ticker_->enter("");
  info(fmt::format("stage {} took {:.2f} s{}{}", stage, seconds, made.empty() ? "" : ": ", made));
}

void Journal::at(const std::string& how_far) const {
  if (ticker_) ticker_->at(how_far);
}

}  // namespace tessera
