#include <fmt/format.h>

#include <optional>
#include <utility>

#include "nights/lock_file.hpp"
#include "nights/staged.hpp"
#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "parallel/stop_signal.hpp"
#include "tessera/errors.hpp"
#include "tessera/publish.hpp"

namespace tessera {

struct NightLock::State {
  explicit State(const std::string& results_path, const std::function<void(const std::string&)>& tell)
      : file(results_path, nights::this_process(nights::new_run_id()), tell, {}, parallel::stop_requested) {}
  nights::LockFile file;
};

NightLock::NightLock(const Context& context, std::string results_path) : results_path_(std::move(results_path)) {
  const parallel::Communicator& comm = context.comm;
  parallel::run_together(comm, [&] {
    if (!comm.is_root()) return;
    // One rank speaks of its own accord: all that is said here is progress.
    const auto tell = [&](const std::string& message) { context.journal.info(message); };
    state_ = std::make_unique<State>(results_path_, tell);
    const nights::Owner& me = state_->file.owner();
    run_id_ = me.run_id;
    attempt_ = me.attempt;
    if (const std::optional<nights::Owner>& before = state_->file.taken_from())
      tell(fmt::format("attempt {} of this night goes on where {} has ended without a word", attempt_,
                       nights::described(*before)));
    if (const int n = nights::remove_staged(results_path_); n > 0)
      tell(fmt::format("removed {} unfinished file{} that an attempt before this one has left", n, n == 1 ? "" : "s"));
  });
  run_id_ = comm.broadcast_text(std::move(run_id_));
  attempt_ = comm.broadcast(attempt_);
}

NightLock::~NightLock() {
  if (!state_) return;
  try {
    state_->file.check();
    nights::remove_staged(results_path_);
  } catch (const Error&) {
    return;  // what is staged is another attempt's
  }
}

std::string NightLock::staged_path(const std::string& what) const {
  nights::Owner owner;
  owner.run_id = run_id_;
  owner.attempt = attempt_;
  return nights::staged_path(results_path_, owner, what);
}

std::string NightLock::taken_from() const {
  return state_ && state_->file.taken_from() ? state_->file.taken_from()->run_id : "";
}

void NightLock::check() const {
  if (state_) state_->file.check();
}

}  // namespace tessera
