#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tessera/evolve.hpp"

namespace tessera::evolve {

/// People's notes on the segments of one segmentation, and who inherits them tonight.
class NotesOnSegments {
 public:
  /// `seeds` have their ids. What is given outlives this.
  NotesOnSegments(const SegmentNotes* notes, const std::string& segmentation, const CarriedOn& carried,
                  const std::vector<SegmentSeed>& seeds);

  void apply(std::vector<SegmentSeed>& seeds) const;
  /// Whether people gave the segment a name.
  [[nodiscard]] bool has_named(const std::string& id) const;
  /// Null: there is none.
  [[nodiscard]] const SegmentNote* note_on(const std::string& id) const;
  /// Notes on ids that are not there tonight, and what these were followed by, for people; empty: there are none.
  [[nodiscard]] std::string lost() const;

 private:
  [[nodiscard]] SegmentMemory memory_of(const Segment& last) const;
  void inherit(const LedgerEntry& entry, SegmentSeed& seed) const;
  [[nodiscard]] std::string fate_of_id(const std::string& id) const;

  const SegmentNotes* notes_;
  const CarriedOn& carried_;
  std::map<std::string, const SegmentNote*> by_id_;
  std::map<std::string, std::string> followed_by_;  ///< by id of what is retired
  std::map<std::string, std::string> retired_on_;   ///< by id; tonight: empty
  std::set<std::string> is_there_;                  ///< ids of tonight's segments
};

}  // namespace tessera::evolve
