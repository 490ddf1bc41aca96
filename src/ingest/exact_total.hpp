#pragma once

#include <cstdint>
#include <memory>

#include "core/exact_sum.hpp"
#include "ingest/wire.hpp"

namespace tessera::intake {

/// An ExactSum of money, small enough to have one an account: what fits is added in units of 2^-80, as a whole number
/// of 128 bits; an ExactSum takes the rest, and is made only where there is one (amounts from 2^40 on, or finer than
/// 2^-80).
class ExactTotal {
 public:
  void add(double x);  ///< finite
  void add(const ExactTotal& other);
  /// The sum, correctly rounded; infinite where it is beyond double.
  [[nodiscard]] double value() const;

  void put(WireWriter& out) const;
  void add_packed(WireReader& in);

 private:
  enum class Packed : std::uint8_t { kNothing, kWhole, kBoth };
  void add_units(__int128 units);
  void spill(__int128 units);
  ExactSum& rest();
  [[nodiscard]] __int128 units() const noexcept {
    return static_cast<__int128>((static_cast<unsigned __int128>(high_) << 64U) | low_);
  }
  void set_units(__int128 units) noexcept {
    high_ = static_cast<std::uint64_t>(static_cast<unsigned __int128>(units) >> 64U);
    low_ = static_cast<std::uint64_t>(units);
  }

  // Two halves, as a whole __int128 would align every account to 16 bytes.
  std::uint64_t high_ = 0;
  std::uint64_t low_ = 0;
  std::unique_ptr<ExactSum> rest_;
};

}  // namespace tessera::intake
