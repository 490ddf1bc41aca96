#include <fcntl.h>
#include <fmt/format.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <system_error>

#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "tessera/errors.hpp"
#include "tessera/privacy.hpp"

namespace tessera {
namespace {

constexpr std::size_t kDigits = 2 * PseudonymKey::kBytes;
constexpr const char* kForm = "64 hexadecimal digits, as `openssl rand -hex 32` gives them";

using KeyBytes = std::array<unsigned char, PseudonymKey::kBytes>;

[[noreturn]] void refuse(const std::string& where, const std::string& what) {
  throw Error(ExitCode::kBadJob, fmt::format("[privacy] {}: {}", where, what));
}

/// Text that is wiped when it goes.
struct Secret {
  std::array<char, kDigits + 64> text{};
  std::size_t size = 0;
  ~Secret() { sodium_memzero(text.data(), text.size()); }
};

class KeyFile {
 public:
  explicit KeyFile(const std::string& path) : id_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY)) {}
  ~KeyFile() {
    if (id_ >= 0) ::close(id_);
  }
  KeyFile(const KeyFile&) = delete;
  KeyFile& operator=(const KeyFile&) = delete;
  [[nodiscard]] int id() const noexcept { return id_; }

 private:
  int id_;
};

/// Asks the file that was opened, not the path, who may read it: a path can mean another file a moment later.
void read_file(const std::string& where, const std::string& path, Secret& secret) {
  const KeyFile file(path);
  struct stat state {};
  if (file.id() < 0 || ::fstat(file.id(), &state) != 0)
    refuse(where, fmt::format("cannot be read ({}): put {} there, and let only its owner read it (chmod 600)",
                              std::generic_category().message(errno), kForm));
  if (!S_ISREG(state.st_mode)) refuse(where, fmt::format("is no file: put {} in a file", kForm));
  if ((state.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    refuse(where,
           fmt::format("others than its owner can use it (mode {:o}): chmod 600 it, and take a new key if anyone "
                       "may have read this one",
                       state.st_mode & 07777U));
  const ssize_t got = ::read(file.id(), secret.text.data(), secret.text.size());
  if (got < 0) refuse(where, fmt::format("cannot be read ({})", std::generic_category().message(errno)));
  secret.size = static_cast<std::size_t>(got);
}

void read_environment(const std::string& where, const std::string& name, Secret& secret) {
  const char* value = std::getenv(name.c_str());  // NOLINT(concurrency-mt-unsafe): nobody changes the environment
  if (value == nullptr) refuse(where, fmt::format("the environment has no such variable: set it to {}", kForm));
  while (value[secret.size] != '\0' && secret.size < secret.text.size()) {
    secret.text[secret.size] = value[secret.size];
    ++secret.size;
  }
}

void decode(const std::string& where, Secret& secret, KeyBytes& bytes) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (secret.size > 0 && is_blank(secret.text[secret.size - 1])) --secret.size;
  std::size_t decoded = 0;
  const int bad =
      sodium_hex2bin(bytes.data(), bytes.size(), secret.text.data(), secret.size, nullptr, &decoded, nullptr);
  if (bad != 0 || secret.size != kDigits)
    refuse(where, fmt::format("holds no key (not shown): expected {}; there are {} characters", kForm,
                              secret.size == secret.text.size() ? "too many" : std::to_string(secret.size)));
}

}  // namespace

PseudonymKey::~PseudonymKey() {
  sodium_memzero(bytes_.data(), bytes_.size());
}

std::unique_ptr<const PseudonymKey> read_pseudonym_key(const Context& context, const PrivacySpec& privacy) {
  KeyBytes bytes{};
  parallel::run_together(context.comm, [&] {
    if (sodium_init() < 0) throw Error(ExitCode::kInternal, "libsodium cannot be used on this machine");
    if (!context.comm.is_root()) return;
    Secret secret;
    const bool in_file = !privacy.key_file.empty();
    const std::string where = in_file ? "key_file " + privacy.key_file : "key_env " + privacy.key_env;
    in_file ? read_file(where, privacy.key_file, secret) : read_environment(where, privacy.key_env, secret);
    decode(where, secret, bytes);
  });
  context.comm.broadcast(std::span<unsigned char>(bytes));
  auto key = std::make_unique<const PseudonymKey>(bytes);
  sodium_memzero(bytes.data(), bytes.size());
  return key;
}

}  // namespace tessera
