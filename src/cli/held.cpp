#include "cli/held.hpp"

#include <fmt/format.h>

#include <cmath>
#include <filesystem>

#include "nights/newest.hpp"

namespace tessera::cli {
namespace {

namespace fs = std::filesystem;

/// What stays published beside held results: what latest.h5 leads to or, where a job has one file for all nights, that
/// file. Empty: nothing is.
std::string published_beside(const std::string& held) {
  constexpr std::string_view kEnding = ".held.h5";
  std::error_code none;
  for (const fs::path& path : {fs::path(held).parent_path() / nights::kNewest,
                               fs::path(held.substr(0, held.size() - kEnding.size()) + ".h5")}) {
    fs::path real = fs::canonical(path, none);
    if (!none) return real.string();
  }
  return "";
}

}  // namespace

std::string shell_word(const std::string& text) {
  constexpr std::string_view kPlain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+=.,:/@%";
  if (!text.empty() && text.find_first_not_of(kPlain) == std::string::npos) return text;
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string held_words(const Published& held, const GateVerdict& verdict) {
  const std::string before = published_beside(held.path), file = shell_word(held.path);
  std::string text = before.empty() ? "HELD by the gate: nothing is published.\n"
                                    : fmt::format("HELD by the gate: {} stays what is published.\n", before);
  for (const GateFinding& one : verdict.holds) {
    const bool has_limit = std::isfinite(one.value) && std::isfinite(one.limit);
    text += fmt::format("  Why:     {}{}\n", one.message,
                        has_limit ? fmt::format(" [{:.4g}, limit {:.4g}]", one.value, one.limit) : "");
  }
  const std::string look = before.empty() ? fmt::format("tessera show {}", file)
                                          : fmt::format("tessera compare {} {}", shell_word(before), file);
  return text + fmt::format("  Look:    {}\n  Publish: tessera release {} --by NAME --because WHY\n", look, file);
}

}  // namespace tessera::cli
