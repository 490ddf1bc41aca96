#include <string_view>

#include "tessera/publish.hpp"

namespace tessera {

NightFiles night_files(const std::string& results_path) {
  constexpr std::string_view kEnding = ".h5";
  std::string stem = results_path;
  if (stem.size() > kEnding.size() && stem.ends_with(kEnding)) stem.resize(stem.size() - kEnding.size());
  return {results_path, stem + ".json", stem + ".held.h5", stem + ".held.json", stem + ".prom", stem + ".txt"};
}

}  // namespace tessera
