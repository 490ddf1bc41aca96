// Loaded into the program by LD_PRELOAD: the Nth call that changes names or syncs in a folder fails, or is the last
// thing that the process does. So every point of publishing can be the one at which a night ends, with no hook in the
// product.
//
//   TESSERA_FAULT_FOLDER   calls outside of it are not counted
//   TESSERA_FAULT_AT       which call, from 1
//   TESSERA_FAULT_HOW      "kill" before it, "kill-after" it, or the number of an error
//   TESSERA_FAULT_LOG      a file that gets a line a call

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::string setting(const char* name) {
  const char* found = std::getenv(name);
  return found == nullptr ? "" : found;
}

template <class Call>
Call next(const char* name) {
  return reinterpret_cast<Call>(::dlsym(RTLD_NEXT, name));
}

void note(int number, const char* call, const std::string& path) {
  static const std::string log = setting("TESSERA_FAULT_LOG");
  if (log.empty()) return;
  const std::string line = std::to_string(number) + " " + call + " " + path + "\n";
  const int file = next<int (*)(const char*, int, ...)>("open")(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  [[maybe_unused]] const auto n = next<ssize_t (*)(int, const void*, size_t)>("write")(file, line.data(), line.size());
  ::close(file);
}

std::string path_of(int file) {
  std::array<char, 4096> path{};
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  return ::readlink(link.c_str(), path.data(), path.size() - 1) > 0 ? path.data() : "";
}

enum class Turn { kGoOn, kFail, kDie, kDieAfterwards };

/// What is to become of a call; sets errno where it has to fail.
Turn turn_of(const char* call, const std::string& path) {
  static const std::string folder = setting("TESSERA_FAULT_FOLDER");
  static const std::string how = setting("TESSERA_FAULT_HOW");
  static const int at = std::atoi(setting("TESSERA_FAULT_AT").c_str());
  static std::atomic<int> count{0};
  if (folder.empty() || path.find(folder) == std::string::npos) return Turn::kGoOn;
  const int number = ++count;
  note(number, call, path);
  if (number != at) return Turn::kGoOn;
  if (how == "kill") return Turn::kDie;
  if (how == "kill-after") return Turn::kDieAfterwards;
  errno = std::atoi(how.c_str());
  return Turn::kFail;
}

/// Makes the call, unless it is the one that must not be.
template <class Work>
auto counted(const char* call, const std::string& path, Work&& work) -> decltype(work()) {
  const Turn turn = turn_of(call, path);
  if (turn == Turn::kFail) return -1;
  if (turn == Turn::kDie) ::kill(::getpid(), SIGKILL);
  const auto result = work();
  if (turn == Turn::kDieAfterwards) ::kill(::getpid(), SIGKILL);
  return result;
}

}  // namespace

extern "C" {

int rename(const char* from, const char* to) {
  return counted("rename", to, [&] { return next<int (*)(const char*, const char*)>("rename")(from, to); });
}
int link(const char* from, const char* to) noexcept {
  return counted("link", to, [&] { return next<int (*)(const char*, const char*)>("link")(from, to); });
}
int symlink(const char* from, const char* to) noexcept {
  return counted("symlink", to, [&] { return next<int (*)(const char*, const char*)>("symlink")(from, to); });
}
int unlink(const char* path) noexcept {
  return counted("unlink", path, [&] { return next<int (*)(const char*)>("unlink")(path); });
}
int remove(const char* path) noexcept {
  return counted("remove", path, [&] { return next<int (*)(const char*)>("remove")(path); });
}
int fsync(int file) {
  return counted("fsync", path_of(file), [&] { return next<int (*)(int)>("fsync")(file); });
}
ssize_t write(int file, const void* bytes, size_t size) {
  return counted("write", path_of(file),
                 [&] { return next<ssize_t (*)(int, const void*, size_t)>("write")(file, bytes, size); });
}
int fallocate(int file, int mode, off_t offset, off_t length) {
  return counted("fallocate", path_of(file),
                 [&] { return next<int (*)(int, int, off_t, off_t)>("fallocate")(file, mode, offset, length); });
}

}  // extern "C"
