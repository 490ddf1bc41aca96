#include "parallel/stop_signal.hpp"

#include <array>
#include <csignal>
#include <utility>

namespace tessera::parallel {
namespace {

volatile std::sig_atomic_t the_stop_flag = 0;
bool stops_are_taken = false;

constexpr std::array kStopSignals{SIGUSR1, SIGTERM, SIGINT};

extern "C" void note_stop(int) {
  the_stop_flag = 1;
}

sigset_t stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : kStopSignals) sigaddset(&signals, signal);
  return signals;
}

std::function<bool()>& the_other_cause() {
  static std::function<bool()> cause;
  return cause;
}

}  // namespace

void note_stop_signals() {
  struct sigaction action {};
  action.sa_handler = note_stop;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;  // reads and writes under way go on
  for (const int signal : kStopSignals) sigaction(signal, &action, nullptr);
  const sigset_t signals = stop_signals();
  sigprocmask(SIG_UNBLOCK, &signals, nullptr);
}

void hold_back_stop_signals() {
  const sigset_t signals = stop_signals();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
}

void catch_stop_signals() {
  note_stop_signals();
  stops_are_taken = true;
}

void stop_also_when(std::function<bool()> cause) {
  the_other_cause() = std::move(cause);
}

bool stop_requested() {
  if (!stops_are_taken) return false;
  return the_stop_flag != 0 || (the_other_cause() && the_other_cause()());
}

void take_no_more_stops() noexcept {
  stops_are_taken = false;
}

}  // namespace tessera::parallel
