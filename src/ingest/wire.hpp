#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
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
    put_bytes(&value, sizeof value);
  }
  void put_text(std::string_view text) {
    put(static_cast<std::uint32_t>(text.size()));
    put_bytes(text.data(), text.size());
  }
  void put_texts(const std::vector<std::string>& texts) {
    put<std::uint64_t>(texts.size());
    for (const std::string& text : texts) put_text(text);
  }
  void append(const WireWriter& other) { bytes_ += other.bytes_; }
  void clear() noexcept { bytes_.clear(); }
  [[nodiscard]] const std::string& bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::string take_text() { return std::move(bytes_); }

 private:
  void put_bytes(const void* from, std::size_t n) { bytes_.append(static_cast<const char*>(from), n); }
  std::string bytes_;
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
