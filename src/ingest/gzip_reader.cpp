#include "ingest/gzip_reader.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "tessera/errors.hpp"

namespace tessera::intake {
namespace {

constexpr std::size_t kPiece = std::size_t{1} << 18;
constexpr std::array<char, 2> kMagic{'\x1F', '\x8B'};

[[noreturn]] void refuse(const InputFile& file, const std::string& what) {
  throw Error(ExitCode::kBadData,
              fmt::format("{}: the gzip file {}: deliver it again, and test it by gzip -t", file.path(), what));
}

}  // namespace

struct GzipReader::Stream {
  z_stream zlib{};
  std::vector<char> input = std::vector<char>(kPiece);
};

bool is_gzip(const InputFile& file) {
  std::array<char, kMagic.size()> start{};
  if (file.bytes() < start.size()) return false;
  file.read(0, start);
  return start == kMagic;
}

GzipReader::GzipReader(const InputFile& file) : file_(file), stream_(std::make_unique<Stream>()) {
  constexpr int kLargestWindow = 15;
  constexpr int kGzip = 16;
  if (inflateInit2(&stream_->zlib, kLargestWindow + kGzip) != Z_OK)
    throw Error(ExitCode::kInternal, "zlib could not be started");
}

GzipReader::~GzipReader() {
  inflateEnd(&stream_->zlib);
}

void GzipReader::refill() {
  const std::size_t n = std::min<std::uint64_t>(kPiece, file_.bytes() - next_);
  file_.read(next_, std::span(stream_->input).first(n));
  next_ += n;
  stream_->zlib.next_in = reinterpret_cast<Bytef*>(stream_->input.data());
  stream_->zlib.avail_in = static_cast<uInt>(n);
}

std::size_t GzipReader::read(std::span<char> out) {
  z_stream& zlib = stream_->zlib;
  std::size_t filled = 0;
  while (filled < out.size()) {
    if (zlib.avail_in == 0) refill();
    if (zlib.avail_in == 0 && between_members_) break;
    if (zlib.avail_in == 0) refuse(file_, fmt::format("is cut short at byte {}", next_));
    if (between_members_) {
      if (*zlib.next_in == 0 && next_ > kMagic.size()) {  // what fills up a tape's last block
        ++zlib.next_in;
        --zlib.avail_in;
        continue;
      }
      inflateReset(&zlib);
      between_members_ = false;
    }
    const std::size_t most = std::min(out.size() - filled, kPiece);
    zlib.next_out = reinterpret_cast<Bytef*>(out.data() + filled);
    zlib.avail_out = static_cast<uInt>(most);
    const int state = inflate(&zlib, Z_NO_FLUSH);
    filled += most - zlib.avail_out;
    if (state == Z_STREAM_END) {
      between_members_ = true;
    } else if (state != Z_OK && state != Z_BUF_ERROR) {
      refuse(file_, fmt::format("is damaged before byte {} ({})", next_ - zlib.avail_in,
                                zlib.msg == nullptr ? "no gzip data" : zlib.msg));
    }
  }
  return filled;
}

void for_each_piece(const InputFile& file, const std::function<void(std::string_view)>& take) {
  std::string piece(kPiece, '\0');
  if (is_gzip(file)) {
    GzipReader reader(file);
    while (const std::size_t n = reader.read(piece)) take(std::string_view(piece).substr(0, n));
    return;
  }
  for (std::uint64_t at = 0; at < file.bytes(); at += piece.size()) {
    piece.resize(std::min<std::uint64_t>(kPiece, file.bytes() - at));
    file.read(at, piece);
    take(piece);
  }
}

}  // namespace tessera::intake
