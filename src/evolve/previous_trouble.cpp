#include "evolve/previous_trouble.hpp"

#include <fmt/format.h>

#include <string>

namespace tessera::evolve {

Error trouble_with_previous(const Error& error, const Job& job) {
  if (error.code() != ExitCode::kBadData && error.code() != ExitCode::kNoInput) return error;
  const std::string told = fmt::format(
      "last night's results, by [previous] path = \"{}\": {}\nSegments go on from that file, with their ids and names. "
      "Where nobody has it any more, let [previous] (or latest.h5, a link) lead to the night before it: tonight then "
      "goes on from there",
      job.previous->path, error.what());
  return {error.code(), told, error.everywhere()};
}

}  // namespace tessera::evolve
