#include "parallel/agreement.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <exception>
#include <new>
#include <string>

namespace tessera::parallel {

void throw_together(const Communicator& comm, const std::optional<Error>& mine) {
  const auto first = comm.all_reduce<Reduce::kMin>(static_cast<std::int32_t>(mine ? comm.rank() : comm.size()));
  if (first == comm.size()) return;
  const bool is_mine = comm.rank() == first;
  const ExitCode code = comm.broadcast(is_mine ? mine->code() : ExitCode::kDone, first);
  const std::string text = comm.broadcast_text(is_mine ? mine->what() : "", first);
  throw Error(code, text, true);
}

void run_together(const Communicator& comm, const std::function<void()>& work) {
  std::optional<Error> mine;
  try {
    work();
  } catch (const Error& error) {
    mine = error;
  } catch (const std::bad_alloc&) {
    mine.emplace(ExitCode::kInternal,
                 fmt::format("rank {} of {} is out of memory: use more nodes, or fewer ranks on a node", comm.rank(),
                             comm.size()));
  } catch (const std::exception& error) {
    mine.emplace(ExitCode::kInternal, fmt::format("rank {}: {}", comm.rank(), error.what()));
  } catch (...) {
    mine.emplace(ExitCode::kInternal, fmt::format("rank {}: an exception of unknown type", comm.rank()));
  }
  throw_together(comm, mine);
}

}  // namespace tessera::parallel
