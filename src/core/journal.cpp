#include <spdlog/sinks/stdout_color_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>

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

}  // namespace

void Journal::warn(const std::string& message) {
  warnings_.push_back(message);
  if (speaks_) logger().warn("{}", message);
}

void Journal::info(const std::string& message) const {
  if (speaks_) logger().info("{}", message);
}

}  // namespace tessera
