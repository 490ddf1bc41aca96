#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace tessera::intake {

/// Puts values end to end as bytes, for ranks of one run to send each other.
class WireWriter {
 public:
  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (capacity_ - size_ < sizeof value) grow(sizeof value);
    std::memcpy(bytes_.get() + size_, &value, sizeof value);
    size_ += sizeof value;
  }
  void put_text(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    append(text);
  }
  void put_texts(const std::vector<std::string>& texts) {
    put<std::uint64_t>(texts.size());
    for (const std::string& text : texts) put_text(text);
  }
  void append(std::string_view bytes) {
    if (capacity_ - size_ < bytes.size()) grow(bytes.size());
    std::copy(bytes.begin(), bytes.end(), bytes_.get() + size_);
    size_ += bytes.size();
  }
  void clear() noexcept { size_ = 0; }
  [[nodiscard]] std::string_view bytes() const noexcept { return {bytes_.get(), size_}; }

 private:
  void grow(std::size_t more) {
    constexpr std::size_t kLeast = 256;
    capacity_ = std::max({kLeast, 2 * capacity_, size_ + more});
    auto grown = std::make_unique_for_overwrite<char[]>(capacity_);
    std::copy_n(bytes_.get(), size_, grown.get());
    bytes_ = std::move(grown);
  }

  // Not a std::string: a cell is a few bytes, and resizing would cost more than copying it.
  std::unique_ptr<char[]> bytes_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

/// Takes the values back, in the same order. The bytes come from a rank of the same binary, so they are not doubted.
class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : bytes_(bytes) {}
  [[nodiscard]] bool done() const noexcept { return bytes_.empty(); }

  template <class T>
  [[nodiscard]] T get() {
    T value;
    std::memcpy(&value, bytes_.data(), sizeof value);
    bytes_.remove_prefix(sizeof value);
    return value;
  }
  /// A view into the bytes.
  [[nodiscard]] std::string_view view_text() {
    const auto n = get<std::uint32_t>();
    const std::string_view text = bytes_.substr(0, n);
    bytes_.remove_prefix(n);
    return text;
  }
  [[nodiscard]] std::string get_text() { return std::string(view_text()); }
  [[nodiscard]] std::vector<std::string> get_texts() {
    std::vector<std::string> texts(get<std::uint64_t>());
    for (std::string& text : texts) text = get_text();
    return texts;
  }

 private:
  std::string_view bytes_;
};

}  // namespace tessera::intake
