#pragma once

#include <array>
#include <string>
#include <utility>
#include <vector>

#include "storage/schema_evolution.hpp"
#include "storage/stored_table.hpp"
#include "tessera/insight.hpp"

namespace tessera::storage {

/// A column of the segments table, and what it holds of a segment's memory.
struct MemoryColumn {
  schema::ColumnName column;
  std::string SegmentMemory::*member;
};

inline constexpr std::array<MemoryColumn, 10> kMemoryColumns = {
    {{schema::segment_memory::kColour, &SegmentMemory::colour},
     {schema::segment_memory::kOwner, &SegmentMemory::owner},
     {schema::segment_memory::kStatus, &SegmentMemory::status},
     {schema::segment_memory::kMessage, &SegmentMemory::message},
     {schema::segment_memory::kChannel, &SegmentMemory::channel},
     {schema::segment_memory::kNextAction, &SegmentMemory::next_action},
     {schema::segment_memory::kInheritedFrom, &SegmentMemory::inherited_from},
     {schema::segment_memory::kMergedNotes, &SegmentMemory::merged_notes},
     {schema::segment_memory::kNameTraits, &SegmentMemory::name_traits},
     {schema::segment_memory::kNameDoubt, &SegmentMemory::name_doubt}}};

/// Fills in the memory of the rows of a segments table, and which hold outliers. Files of earlier versions lack these.
inline void read_memory(const StoredTable& table, std::vector<Segment>& segments) {
  for (const MemoryColumn& one : kMemoryColumns) {
    if (!table.has(one.column)) continue;
    std::vector<std::string> texts = table.texts(one.column);
    for (std::size_t i = 0; i < segments.size(); ++i) segments[i].memory.*one.member = std::move(texts[i]);
  }
  if (!table.has(schema::segment_memory::kIsOutliers)) return;
  const std::vector<bool> flags = table.flags(schema::segment_memory::kIsOutliers);
  for (std::size_t i = 0; i < segments.size(); ++i) segments[i].is_outliers = flags[i];
}

}  // namespace tessera::storage
