#include "cli/in_session.hpp"

#include <fmt/format.h>

#include <exception>

#include "tessera/errors.hpp"

namespace tessera::cli {
namespace {

int fail(parallel::Session& session, const Error& error) {
  const bool together = error.everywhere() || session.world().size() == 1;
  if (!together || session.world().is_root()) fmt::print(stderr, "tessera: {}\n", error.what());
  if (!together) session.abort(static_cast<int>(error.code()));
  return static_cast<int>(error.code());
}

}  // namespace

int in_session(int* argc, char*** argv, const char* given, const std::function<int(parallel::Session&)>& work) {
  parallel::Session session(argc, argv);
  try {
    return work(session);
  } catch (const Error& error) {
    return fail(session, error);
  } catch (const std::exception& error) {
    return fail(session,
                Error(ExitCode::kInternal,
                      fmt::format("an unforeseen error on rank {}: {}. This is a bug of Tessera's; please report "
                                  "it with {}",
                                  session.world().rank(), error.what(), given)));
  }
}

}  // namespace tessera::cli
