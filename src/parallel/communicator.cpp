#include "parallel/communicator.hpp"

#include <mpi.h>

#include <cstring>
#include <numeric>
#include <utility>

#include "parallel/native.hpp"
#include "parallel/pieces.hpp"

namespace tessera::parallel {
namespace {

std::size_t the_piece_bytes = kPieceBytes;

MPI_Datatype datatype_of(Scalar scalar) {
  switch (scalar) {
    case Scalar::kInt32:
      return MPI_INT32_T;
    case Scalar::kUint32:
      return MPI_UINT32_T;
    case Scalar::kInt64:
      return MPI_INT64_T;
    case Scalar::kUint64:
      return MPI_UINT64_T;
    case Scalar::kDouble:
      break;
  }
  return MPI_DOUBLE;
}

std::size_t bytes_of(Scalar scalar) {
  return scalar == Scalar::kInt32 || scalar == Scalar::kUint32 ? 4 : 8;
}

MPI_Op operation_of(Reduce op) {
  switch (op) {
    case Reduce::kSum:
      return MPI_SUM;
    case Reduce::kMin:
      return MPI_MIN;
    case Reduce::kMax:
      return MPI_MAX;
    case Reduce::kBitOr:
      break;
  }
  return MPI_BOR;
}

/// Calls work(offset, length) for consecutive pieces of `count` elements of at most `most` each; lengths fit an int.
template <class Work>
void in_pieces(std::size_t count, std::size_t most, Work&& work) {
  for (std::size_t offset = 0; offset < count; offset += most) {
    work(offset, static_cast<int>(std::min(most, count - offset)));
  }
}

constexpr int kGatherTag = 1;
constexpr int kExchangeTag = 2;

/// Where each rank's contribution begins among all of them, as MPI's gathers take it. The total fits an int.
struct Layout {
  std::vector<int> counts;
  std::vector<int> offsets;
};

Layout layout_of(const std::vector<std::uint64_t>& sizes) {
  Layout layout{std::vector<int>(sizes.begin(), sizes.end()), std::vector<int>(sizes.size())};
  std::exclusive_scan(layout.counts.begin(), layout.counts.end(), layout.offsets.begin(), 0);
  return layout;
}

std::vector<std::uint64_t> sizes_of_ranks(MPI_Comm comm, int ranks, std::uint64_t mine) {
  std::vector<std::uint64_t> sizes(static_cast<std::size_t>(ranks));
  MPI_Allgather(&mine, 1, MPI_UINT64_T, sizes.data(), 1, MPI_UINT64_T, comm);
  return sizes;
}

std::uint64_t total_of(const std::vector<std::uint64_t>& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::uint64_t{0});
}

}  // namespace

std::size_t piece_bytes() noexcept {
  return the_piece_bytes;
}
void set_piece_bytes(std::size_t bytes) noexcept {
  the_piece_bytes = std::clamp<std::size_t>(bytes, 8, kPieceBytes);
}

MPI_Comm native(const Communicator& comm) {
  return comm.handle().comm;
}
MPI_Info no_info() {
  return MPI_INFO_NULL;
}

Communicator::Communicator(std::unique_ptr<Handle> handle) : handle_(std::move(handle)) {
  MPI_Comm_rank(handle_->comm, &rank_);
  MPI_Comm_size(handle_->comm, &size_);
}

Communicator::~Communicator() {
  int finalized = 0;
  MPI_Finalized(&finalized);
  if (finalized == 0) MPI_Comm_free(&handle_->comm);
}

void Communicator::barrier() const {
  MPI_Barrier(handle_->comm);
}

std::uint64_t Communicator::sum_of_ranks_before(std::uint64_t value) const {
  std::uint64_t sum = 0;
  MPI_Exscan(&value, &sum, 1, MPI_UINT64_T, MPI_SUM, handle_->comm);
  return rank_ == 0 ? 0 : sum;  // MPI leaves rank 0's result undefined
}

void Communicator::reduce_scalars(void* values, std::size_t count, Scalar scalar, Reduce op) const {
  const std::size_t element = bytes_of(scalar);
  in_pieces(count, piece_bytes() / element, [&](std::size_t offset, int length) {
    MPI_Allreduce(MPI_IN_PLACE, static_cast<std::byte*>(values) + offset * element, length, datatype_of(scalar),
                  operation_of(op), handle_->comm);
  });
}

void Communicator::broadcast_bytes(void* bytes, std::size_t count, int root) const {
  in_pieces(count, piece_bytes(), [&](std::size_t offset, int length) {
    MPI_Bcast(static_cast<std::byte*>(bytes) + offset, length, MPI_BYTE, root, handle_->comm);
  });
}

std::string Communicator::broadcast_text(std::string text, int root) const {
  text.resize(broadcast<std::uint64_t>(text.size(), root));
  broadcast_bytes(text.data(), text.size(), root);
  return text;
}

std::vector<std::byte> Communicator::all_gather_equal_bytes(std::span<const std::byte> bytes) const {
  std::vector<std::byte> all(bytes.size() * static_cast<std::size_t>(size_));
  if (all.size() > piece_bytes()) {
    gather_by_broadcasts(bytes, std::vector<std::uint64_t>(static_cast<std::size_t>(size_), bytes.size()), all);
    return all;
  }
  const int length = static_cast<int>(bytes.size());
  MPI_Allgather(bytes.data(), length, MPI_BYTE, all.data(), length, MPI_BYTE, handle_->comm);
  return all;
}

std::vector<std::byte> Communicator::all_gather_bytes(std::span<const std::byte> bytes) const {
  const std::vector<std::uint64_t> sizes = sizes_of_ranks(handle_->comm, size_, bytes.size());
  std::vector<std::byte> all(total_of(sizes));
  if (all.empty()) return all;
  if (all.size() > piece_bytes()) {
    gather_by_broadcasts(bytes, sizes, all);
    return all;
  }
  const Layout layout = layout_of(sizes);
  MPI_Allgatherv(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, all.data(), layout.counts.data(),
                 layout.offsets.data(), MPI_BYTE, handle_->comm);
  return all;
}

/// For so much data that a broadcast from each rank in turn costs no time worth counting.
void Communicator::gather_by_broadcasts(std::span<const std::byte> bytes, const std::vector<std::uint64_t>& sizes,
                                        std::vector<std::byte>& all) const {
  std::size_t offset = 0;
  for (int r = 0; r < size_; ++r) {
    const std::size_t size = sizes[static_cast<std::size_t>(r)];
    if (r == rank_) std::copy(bytes.begin(), bytes.end(), all.data() + offset);
    broadcast_bytes(all.data() + offset, size, r);
    offset += size;
  }
}

std::vector<std::byte> Communicator::gather_bytes(std::span<const std::byte> bytes, int root) const {
  const std::vector<std::uint64_t> sizes = sizes_of_ranks(handle_->comm, size_, bytes.size());
  const std::uint64_t total = total_of(sizes);
  std::vector<std::byte> all(rank_ == root ? total : 0);
  if (total <= piece_bytes()) {
    const Layout layout = layout_of(sizes);
    MPI_Gatherv(bytes.data(), static_cast<int>(bytes.size()), MPI_BYTE, all.data(), layout.counts.data(),
                layout.offsets.data(), MPI_BYTE, root, handle_->comm);
    return all;
  }
  if (rank_ != root) {
    in_pieces(bytes.size(), piece_bytes(), [&](std::size_t offset, int length) {
      MPI_Send(bytes.data() + offset, length, MPI_BYTE, root, kGatherTag, handle_->comm);
    });
    return all;
  }
  std::byte* place = all.data();
  for (int r = 0; r < size_; ++r) {
    const std::size_t size = sizes[static_cast<std::size_t>(r)];
    if (r == rank_) std::copy(bytes.begin(), bytes.end(), place);
    if (r != rank_) {
      in_pieces(size, piece_bytes(), [&](std::size_t offset, int length) {
        MPI_Recv(place + offset, length, MPI_BYTE, r, kGatherTag, handle_->comm, MPI_STATUS_IGNORE);
      });
    }
    place += size;
  }
  return all;
}

std::vector<std::string> Communicator::all_gather_texts(std::span<const std::string> texts) const {
  std::vector<std::uint64_t> sizes;
  std::string bytes;
  for (const std::string& text : texts) {
    sizes.push_back(text.size());
    bytes += text;
  }
  const std::vector<std::uint64_t> all_sizes = all_gather_varied(std::span<const std::uint64_t>(sizes));
  const std::vector<char> all_bytes = all_gather_varied(std::span<const char>(bytes));
  std::vector<std::string> all;
  all.reserve(all_sizes.size());
  const char* next = all_bytes.data();
  for (const std::uint64_t size : all_sizes) {
    all.emplace_back(next, size);
    next += size;
  }
  return all;
}

/// Point to point rather than MPI_Alltoallv: straight from and into the callers' buffers, and pairs with nothing to say
/// stay silent. Messages of one pair keep their order, so pieces need no numbers.
std::vector<std::vector<std::byte>> Communicator::exchange(std::vector<std::vector<std::byte>> outgoing) const {
  std::vector<std::vector<std::byte>> incoming;
  exchange(outgoing, incoming);
  return incoming;
}

void Communicator::exchange(std::vector<std::vector<std::byte>>& outgoing,
                            std::vector<std::vector<std::byte>>& incoming) const {
  const auto ranks = static_cast<std::size_t>(size_);
  const auto self = static_cast<std::size_t>(rank_);
  std::vector<std::uint64_t> sending(ranks);
  std::vector<std::uint64_t> receiving(ranks);
  for (std::size_t r = 0; r < ranks; ++r) sending[r] = outgoing[r].size();
  MPI_Alltoall(sending.data(), 1, MPI_UINT64_T, receiving.data(), 1, MPI_UINT64_T, handle_->comm);

  incoming.resize(ranks);
  std::vector<MPI_Request> requests;
  for (std::size_t step = 1; step < ranks; ++step) {
    const std::size_t from = (self + ranks - step) % ranks;
    incoming[from].resize(receiving[from]);
    in_pieces(receiving[from], piece_bytes(), [&](std::size_t offset, int length) {
      MPI_Irecv(incoming[from].data() + offset, length, MPI_BYTE, static_cast<int>(from), kExchangeTag, handle_->comm,
                &requests.emplace_back());
    });
  }
  // Each rank begins with its successor, so that not all send to the same rank at once.
  for (std::size_t step = 1; step < ranks; ++step) {
    const std::size_t to = (self + step) % ranks;
    in_pieces(sending[to], piece_bytes(), [&](std::size_t offset, int length) {
      MPI_Isend(outgoing[to].data() + offset, length, MPI_BYTE, static_cast<int>(to), kExchangeTag, handle_->comm,
                &requests.emplace_back());
    });
  }
  std::swap(incoming[self], outgoing[self]);
  MPI_Waitall(static_cast<int>(requests.size()), requests.data(), MPI_STATUSES_IGNORE);
}

}  // namespace tessera::parallel
