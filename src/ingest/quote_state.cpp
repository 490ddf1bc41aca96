#include "ingest/quote_state.hpp"

#include <algorithm>

#include "ingest/structure_scan.hpp"

namespace tessera::intake {
namespace {

struct Walk {
  QuoteState state = QuoteState::kRowStart;
  std::size_t opened = std::string_view::npos;
};

/// Crosses the bytes from quote to quote: outside quotes, the byte before a quote tells whether it opens.
Walk walk(QuoteState state, std::string_view bytes, char delimiter) noexcept {
  Walk walked{state};
  if (bytes.empty()) return walked;
  std::size_t at = 0;
  bool quoted = state == QuoteState::kInQuotes;
  if (state == QuoteState::kAfterQuote && bytes.front() == '"') {
    quoted = true;
    at = 1;
  }
  while (true) {
    const std::size_t quote = bytes.find('"', at);
    if (quote == std::string_view::npos) break;
    at = quote + 1;
    if (quoted) {
      if (at == bytes.size()) return {QuoteState::kAfterQuote, walked.opened};
      if (bytes[at] == '"') {
        ++at;
      } else {
        quoted = false;
      }
      continue;
    }
    quoted = quote == 0 ? state == QuoteState::kRowStart || state == QuoteState::kFieldStart
                        : bytes[quote - 1] == delimiter || bytes[quote - 1] == '\n';
    if (quoted) walked.opened = quote;
  }
  walked.state = quoted                      ? QuoteState::kInQuotes
                 : bytes.back() == '\n'      ? QuoteState::kRowStart
                 : bytes.back() == delimiter ? QuoteState::kFieldStart
                                             : QuoteState::kInField;
  return walked;
}

/// The same by bit masks, but for words with quotes in the midst of a field.
Walk walk_words(QuoteState state, std::string_view bytes, char delimiter) noexcept {
  constexpr std::size_t kWord = 64;
  Walk walked{state};
  const auto take = [&](QuoteState reached, std::size_t opened, std::size_t at) {
    walked.state = reached;
    if (opened != std::string_view::npos) walked.opened = at + opened;
  };
  for (std::size_t at = 0; at < bytes.size();) {
    const QuoteWalk words = walk_quotes(walked.state, bytes.substr(at), delimiter);
    take(words.state, words.opened, at);
    at += words.done;
    const std::string_view word = bytes.substr(at, kWord);
    const Walk by_hand = walk(walked.state, word, delimiter);
    take(by_hand.state, by_hand.opened, at);
    at += word.size();
  }
  return walked;
}

}  // namespace

Passage no_passage() noexcept {
  Passage passage;
  for (std::size_t s = 0; s < kQuoteStates; ++s) passage.next[s] = static_cast<QuoteState>(s);
  passage.opened.fill(kNowhere);
  return passage;
}

Passage file_start(std::uint64_t header_lines) noexcept {
  Passage passage;
  passage.next.fill(QuoteState::kRowStart);
  passage.opened.fill(kNowhere);
  passage.lines = header_lines;
  passage.restarts = true;
  return passage;
}

Passage compose(const Passage& before, const Passage& after) noexcept {
  if (after.restarts) return after;
  Passage both;
  for (std::size_t s = 0; s < kQuoteStates; ++s) {
    const auto middle = static_cast<std::size_t>(before.next[s]);
    both.next[s] = after.next[middle];
    both.opened[s] = after.opened[middle] != kNowhere ? after.opened[middle] : before.opened[s];
  }
  both.lines = before.lines + after.lines;
  both.restarts = before.restarts;
  return both;
}

QuoteState step(QuoteState state, char byte, char delimiter) noexcept {
  if (state == QuoteState::kInQuotes) return byte == '"' ? QuoteState::kAfterQuote : QuoteState::kInQuotes;
  if (byte == '\n') return QuoteState::kRowStart;
  if (byte == delimiter) return QuoteState::kFieldStart;
  const bool opens = byte == '"' && state != QuoteState::kInField;  // after a quote it is the second of a "" pair
  return opens ? QuoteState::kInQuotes : QuoteState::kInField;
}

Passage scan_passage(std::string_view bytes, std::uint64_t offset, char delimiter) noexcept {
  // The five walks soon meet, so states are walked piece by piece and equal ones only once.
  constexpr std::size_t kFirstPiece = 1024;
  constexpr std::size_t kPiece = 16 * 1024;
  Passage passage = no_passage();
  for (std::size_t begin = 0; begin < bytes.size(); begin += begin == 0 ? kFirstPiece : kPiece) {
    const std::string_view piece = bytes.substr(begin, begin == 0 ? kFirstPiece : kPiece);
    std::array<std::optional<Walk>, kQuoteStates> walks;
    for (std::size_t s = 0; s < kQuoteStates; ++s) {
      std::optional<Walk>& walked = walks[static_cast<std::size_t>(passage.next[s])];
      if (!walked) walked = walk_words(passage.next[s], piece, delimiter);
      passage.next[s] = walked->state;
      if (walked->opened != std::string_view::npos) passage.opened[s] = offset + begin + walked->opened;
    }
  }
  passage.lines = static_cast<std::uint64_t>(std::count(bytes.begin(), bytes.end(), '\n'));
  return passage;
}

std::optional<std::size_t> first_row_start(QuoteState state, std::string_view bytes, char delimiter) noexcept {
  if (state == QuoteState::kRowStart) return 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    state = step(state, bytes[i], delimiter);
    if (state == QuoteState::kRowStart) return i + 1;
  }
  return std::nullopt;
}

}  // namespace tessera::intake
