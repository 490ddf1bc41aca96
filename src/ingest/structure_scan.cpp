// Compiled once for each target of Highway; all give the same masks.

// Scalable vectors are longer than a word of the masks. Between AVX2 and the byte by byte target, which CPUs without it
// get, nothing is worth its compile time.
#define HWY_DISABLED_TARGETS (HWY_SVE | HWY_SVE2 | HWY_SVE_256 | HWY_SVE2_128 | HWY_SSSE3 | HWY_SSE4)

#include "ingest/structure_scan.hpp"

#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "ingest/structure_scan.cpp"
#include <hwy/foreach_target.h>
//
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace tessera::intake {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

using ByteTag = hn::CappedTag<std::uint8_t, 64>;
using SignedTag = hn::RebindToSigned<ByteTag>;
constexpr std::size_t kWord = 64;

// A bit for each of 64 bytes.
struct Masks {
  std::uint64_t quotes = 0, delimiters = 0, feeds = 0, returns = 0, strange = 0;
};

template <class Tag, class Mask>
HWY_INLINE std::uint64_t bits_of(Tag tag, Mask mask) {
  std::uint64_t bits = 0;
  hn::StoreMaskBits(tag, mask, reinterpret_cast<std::uint8_t*>(&bits));
  return bits;
}

HWY_INLINE Masks masks_of(const std::uint8_t* bytes, std::uint8_t delimiter) {
  const ByteTag tag;
  const SignedTag as_signed;
  constexpr std::size_t kLanes = hn::MaxLanes(ByteTag());
  Masks masks;
  for (std::size_t part = 0; part < kWord; part += kLanes) {
    const auto text = hn::LoadU(tag, bytes + part);
    const auto bits = [&](auto mask) HWY_ATTR { return bits_of(tag, mask) << part; };
    masks.quotes |= bits(hn::Eq(text, hn::Set(tag, std::uint8_t{'"'})));
    masks.delimiters |= bits(hn::Eq(text, hn::Set(tag, delimiter)));
    masks.feeds |= bits(hn::Eq(text, hn::Set(tag, std::uint8_t{'\n'})));
    masks.returns |= bits(hn::Eq(text, hn::Set(tag, std::uint8_t{'\r'})));
    const auto strange = hn::Lt(hn::BitCast(as_signed, text), hn::Set(as_signed, std::int8_t{1}));
    masks.strange |= bits_of(as_signed, strange) << part;  // NUL, and what is negative: past ASCII
  }
  return masks;
}

HWY_INLINE std::uint64_t prefix_xor(std::uint64_t bits) {
  for (int shift = 1; shift < 64; shift *= 2) bits ^= bits << shift;
  return bits;
}

// All bits up to this one, which is 63 at most.
HWY_INLINE std::uint64_t up_to(int bit) {
  return ~std::uint64_t{0} >> (63 - bit);
}

// What one word hands to the next.
struct Quoting {
  std::uint64_t inside = 0;    // all ones: within quotes
  std::uint64_t may_open = 1;  // the byte before ends a field, or closes a quote (then "" is one quote of the text)
  std::uint64_t closed = 0;    // the byte before closes a quote
  std::uint64_t closed_return = 0;  // so does the one before it, and it is a carriage return
};

struct Structure {
  std::uint64_t opening = 0;   // quotes that open a field
  std::uint64_t ends = 0;      // of fields
  std::uint64_t trailing = 0;  // text between a closing quote and the field's end
  int stop = 64;               // the first quote that opens where none may
};

HWY_INLINE Structure structure_of(const Masks& masks, Quoting& quoting) {
  Structure found;
  found.ends = masks.delimiters | masks.feeds;
  std::uint64_t close = 0;
  if ((masks.quotes | quoting.inside | quoting.closed | quoting.closed_return) != 0) {
    const std::uint64_t inside = prefix_xor(masks.quotes) ^ quoting.inside;
    const std::uint64_t open = masks.quotes & inside;
    close = masks.quotes & ~inside;
    found.ends &= ~inside;
    const std::uint64_t wrong_open = open & ~(((found.ends | close) << 1U) | quoting.may_open);
    if (wrong_open != 0) found.stop = std::countr_zero(wrong_open);
    found.opening = open & ~((close << 1U) | quoting.closed);
    const std::uint64_t text_behind = ((close << 1U) | quoting.closed) & ~(found.ends | open);
    const std::uint64_t returns = text_behind & masks.returns;
    found.trailing = (text_behind & ~returns) | (((returns << 1U) | quoting.closed_return) & ~masks.feeds);
    quoting.inside = std::uint64_t{0} - (inside >> 63U);
    quoting.closed = close >> 63U;
    quoting.closed_return = returns >> 63U;
  }
  quoting.may_open = (found.ends | close) >> 63U;
  return found;
}

HWY_INLINE void put_positions(std::uint64_t bits, std::uint32_t base, std::uint32_t* out) {
  // Eight at a time, whether there are as many or not: there is room, and the branch is easy to foretell.
  const std::size_t n = hwy::PopCount(bits);
  for (std::size_t i = 0; i < n; i += 8) {
    for (std::size_t j = 0; j < 8; ++j) {
      out[i + j] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
      bits &= bits - 1;
    }
  }
}

ScanResult ScanStructure(std::string_view text, std::size_t begin, std::size_t row_limit, char delimiter,
                         std::size_t n_columns, ScanRoom room) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  ScanResult taken{1, 0, 0, begin};
  if (begin >= row_limit) return taken;
  Quoting quoting;
  ScannedRow row{1, 0, RowLook::kPlain};
  std::size_t n_ends = 1;
  std::uint32_t lines = 0;
  bool odd = false;
  bool strange = false;
  for (std::size_t base = begin; base < text.size(); base += kWord) {
    if (n_ends + 2 * kWord > room.ends.size() || taken.n_rows + kWord > room.rows.size()) break;
    Masks masks = masks_of(bytes + base, static_cast<std::uint8_t>(delimiter));
    if (text.size() - base < kWord) {
      const std::uint64_t held = (std::uint64_t{1} << (text.size() - base)) - 1;
      for (std::uint64_t* mask : {&masks.quotes, &masks.delimiters, &masks.feeds, &masks.returns, &masks.strange})
        *mask &= held;
    }
    Structure found = structure_of(masks, quoting);
    put_positions(found.ends, static_cast<std::uint32_t>(base), room.ends.data() + n_ends);
    for (std::uint64_t feeds = masks.feeds & found.ends; feeds != 0; feeds &= feeds - 1) {
      const int bit = std::countr_zero(feeds);
      if (bit > found.stop) break;
      const std::uint64_t row_bits = up_to(bit);
      const std::size_t end = n_ends + hwy::PopCount(found.ends & row_bits);
      odd = odd || (found.trailing & row_bits) != 0 || end - row.first != n_columns;
      strange = strange || (masks.strange & row_bits) != 0;
      row.look = odd ? RowLook::kOdd : strange ? RowLook::kNotAscii : RowLook::kPlain;
      room.rows[taken.n_rows++] = row;
      found.trailing &= ~row_bits;
      masks.strange &= ~row_bits;
      odd = strange = false;
      row.first = static_cast<std::uint32_t>(end);
      row.line = lines + static_cast<std::uint32_t>(hwy::PopCount(masks.feeds & row_bits));
      taken.next_row = base + static_cast<std::size_t>(bit) + 1;
      if (taken.next_row >= row_limit) break;
    }
    if (taken.next_row >= row_limit || found.stop < 64) break;
    odd = odd || found.trailing != 0;
    strange = strange || masks.strange != 0;
    n_ends += hwy::PopCount(found.ends);
    lines += static_cast<std::uint32_t>(hwy::PopCount(masks.feeds));
  }
  taken.n_ends = row.first;
  taken.lines = row.line;
  return taken;
}

Quoting quoting_of(QuoteState state) {
  Quoting quoting;
  quoting.inside = state == QuoteState::kInQuotes ? ~std::uint64_t{0} : 0;
  quoting.closed = state == QuoteState::kAfterQuote ? 1 : 0;
  quoting.may_open = state == QuoteState::kInQuotes || state == QuoteState::kInField ? 0 : 1;
  return quoting;
}

QuoteWalk WalkQuotes(QuoteState state, std::string_view text, char delimiter) {
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  QuoteWalk walked{state};
  Quoting quoting = quoting_of(state);
  for (; walked.done + kWord <= text.size(); walked.done += kWord) {
    const Quoting before = quoting;
    const Structure found = structure_of(masks_of(bytes + walked.done, static_cast<std::uint8_t>(delimiter)), quoting);
    if (found.stop < 64) {
      quoting = before;
      break;
    }
    if (found.opening != 0)
      walked.opened = walked.done + 63 - static_cast<std::size_t>(std::countl_zero(found.opening));
  }
  if (walked.done == 0) return walked;
  const char last = text[walked.done - 1];
  walked.state = quoting.inside != 0   ? QuoteState::kInQuotes
                 : quoting.closed != 0 ? QuoteState::kAfterQuote
                 : last == '\n'        ? QuoteState::kRowStart
                 : last == delimiter   ? QuoteState::kFieldStart
                                       : QuoteState::kInField;
  return walked;
}

}  // namespace HWY_NAMESPACE
}  // namespace tessera::intake
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace tessera::intake {
namespace {
HWY_EXPORT(ScanStructure);
HWY_EXPORT(WalkQuotes);
}  // namespace

ScanResult scan_structure(std::string_view text, std::size_t begin, std::size_t row_limit, char delimiter,
                          std::size_t n_columns, ScanRoom room) {
  return HWY_DYNAMIC_DISPATCH(ScanStructure)(text, begin, row_limit, delimiter, n_columns, room);
}

QuoteWalk walk_quotes(QuoteState state, std::string_view text, char delimiter) {
  return HWY_DYNAMIC_DISPATCH(WalkQuotes)(state, text, delimiter);
}

}  // namespace tessera::intake
#endif  // HWY_ONCE
