#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace tessera::parallel {

enum class Reduce { kSum, kMin, kMax, kBitOr };

/// Element types that MPI reduces. Everything else travels as bytes.
enum class Scalar { kInt32, kUint32, kInt64, kUint64, kDouble };

template <class T>
concept Reducible = std::is_same_v<T, std::int32_t> || std::is_same_v<T, std::uint32_t> ||
    std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t> || std::is_same_v<T, double>;

template <class T>
concept Movable = std::is_trivially_copyable_v<T>;

/// The ranks of a run and their collectives: typed, value-returning, with counts beyond 2^31 sent in pieces.
/// Every member but rank() and size() is collective: all ranks call it, in the same order. Errors of MPI end the job.
class Communicator {
 public:
  struct Handle;  ///< holds the MPI communicator; see parallel/native.hpp
  explicit Communicator(std::unique_ptr<Handle> handle);
  ~Communicator();
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  [[nodiscard]] int rank() const noexcept { return rank_; }
  [[nodiscard]] int size() const noexcept { return size_; }
  [[nodiscard]] bool is_root() const noexcept { return rank_ == 0; }

  void barrier() const;

  /// Element-wise over ranks, in place. Sums of floating-point numbers do not compile: see ExactSum. Extremes are of
  /// numbers: what becomes of NaN depends on the ranks.
  template <Reduce op, Reducible T>
  void all_reduce(std::span<T> values) const {
    static_assert(op != Reduce::kSum || std::is_integral_v<T>, "a floating-point sum depends on the rank count");
    static_assert(op != Reduce::kBitOr || std::is_integral_v<T>, "only integers have bits to combine");
    reduce_scalars(values.data(), values.size(), scalar_of<T>(), op);
  }
  template <Reduce op, Reducible T>
  [[nodiscard]] T all_reduce(T value) const {
    all_reduce<op>(std::span<T>(&value, 1));
    return value;
  }
  /// Sum of the ranks before this one; 0 on rank 0.
  [[nodiscard]] std::uint64_t sum_of_ranks_before(std::uint64_t value) const;

  template <Movable T>
  void broadcast(std::span<T> values, int root = 0) const {
    broadcast_bytes(values.data(), values.size_bytes(), root);
  }
  template <Movable T>
  [[nodiscard]] T broadcast(T value, int root = 0) const {
    broadcast_bytes(&value, sizeof(T), root);
    return value;
  }
  [[nodiscard]] std::string broadcast_text(std::string text, int root = 0) const;
  template <Movable T>
  [[nodiscard]] std::vector<T> broadcast_vector(std::vector<T> values, int root = 0) const {
    values.resize(broadcast<std::uint64_t>(values.size(), root));
    broadcast(std::span<T>(values), root);
    return values;
  }

  /// One value of every rank, in rank order, on every rank.
  template <Movable T>
  [[nodiscard]] std::vector<T> all_gather(const T& value) const {
    return all_gather_equal(std::span<const T>(&value, 1));
  }
  /// The ranks' values end to end, in rank order, on every rank. All ranks bring equally many: one message fewer than
  /// all_gather_varied(), which has to learn first how many come.
  template <Movable T>
  [[nodiscard]] std::vector<T> all_gather_equal(std::span<const T> values) const {
    return from_bytes<T>(all_gather_equal_bytes(std::as_bytes(values)));
  }
  /// The ranks' values end to end, in rank order, on every rank.
  template <Movable T>
  [[nodiscard]] std::vector<T> all_gather_varied(std::span<const T> values) const {
    return from_bytes<T>(all_gather_bytes(std::as_bytes(values)));
  }
  /// The same, on the root alone; empty elsewhere.
  template <Movable T>
  [[nodiscard]] std::vector<T> gather_varied(std::span<const T> values, int root = 0) const {
    return from_bytes<T>(gather_bytes(std::as_bytes(values), root));
  }
  /// Every rank's texts, end to end in rank order, on every rank.
  [[nodiscard]] std::vector<std::string> all_gather_texts(std::span<const std::string> texts) const;

  /// outgoing[r] goes to rank r (outgoing.size() == size()); returns what came from each rank, by rank. The caller
  /// bounds a round's bytes; rounds are the caller's loop, as only it knows whether more is to come.
  [[nodiscard]] std::vector<std::vector<std::byte>> exchange(std::vector<std::vector<std::byte>> outgoing) const;
  /// The same for many rounds: `incoming` keeps its memory, `outgoing` is left with memory to write the next round into
  /// and no meaning.
  void exchange(std::vector<std::vector<std::byte>>& outgoing, std::vector<std::vector<std::byte>>& incoming) const;

  /// Position-wise exclusive scan by a caller's associative operation, for small states: returns the composition of the
  /// ranks before this one in rank order (`identity` on rank 0).
  template <Movable T, class Compose>
  [[nodiscard]] T scan_before(const T& mine, T identity, Compose compose) const {
    const std::vector<T> all = all_gather(mine);
    for (int r = 0; r < rank_; ++r) identity = compose(identity, all[static_cast<std::size_t>(r)]);
    return identity;
  }

  [[nodiscard]] const Handle& handle() const noexcept { return *handle_; }

 private:
  template <Reducible T>
  static constexpr Scalar scalar_of() {
    if constexpr (std::is_same_v<T, std::int32_t>) return Scalar::kInt32;
    if constexpr (std::is_same_v<T, std::uint32_t>) return Scalar::kUint32;
    if constexpr (std::is_same_v<T, std::int64_t>) return Scalar::kInt64;
    if constexpr (std::is_same_v<T, std::uint64_t>) return Scalar::kUint64;
    return Scalar::kDouble;
  }
  template <Movable T>
  static std::vector<T> from_bytes(const std::vector<std::byte>& bytes) {
    std::vector<T> values(bytes.size() / sizeof(T));
    if (!values.empty()) std::copy_n(bytes.data(), bytes.size(), reinterpret_cast<std::byte*>(values.data()));
    return values;
  }
  void reduce_scalars(void* values, std::size_t count, Scalar scalar, Reduce op) const;
  void broadcast_bytes(void* bytes, std::size_t count, int root) const;
  [[nodiscard]] std::vector<std::byte> all_gather_equal_bytes(std::span<const std::byte> bytes) const;
  [[nodiscard]] std::vector<std::byte> all_gather_bytes(std::span<const std::byte> bytes) const;
  void gather_by_broadcasts(std::span<const std::byte> bytes, const std::vector<std::uint64_t>& sizes,
                            std::vector<std::byte>& all) const;
  [[nodiscard]] std::vector<std::byte> gather_bytes(std::span<const std::byte> bytes, int root) const;

  std::unique_ptr<Handle> handle_;
  int rank_ = 0;
  int size_ = 1;
};

}  // namespace tessera::parallel
