#include "made_night.hpp"

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "parallel/communicator.hpp"
#include "ranks_test.hpp"
#include "tessera/evolve.hpp"

namespace tessera::test {
namespace {

std::vector<Segment> segments() {
  std::vector<Segment> rows;
  const auto add = [&](Level level, std::int32_t parent, const std::string& name) {
    Segment& row = rows.emplace_back();
    row.id = segment_id(static_cast<std::int64_t>(rows.size()));
    row.parent = parent;
    row.level = level;
    row.name = name;
  };
  for (const char* name : {"SME", "Größte"}) add(Level::kMacro, -1, name);
  for (const char* name : {"red", "green", "blue"}) add(Level::kCore, -1, name);
  for (const char* name : {"light red", "dark red", "light green", "dark green"})
    add(Level::kMicro, rows.size() < 7 ? 2 : 3, name);
  return rows;
}

}  // namespace

std::vector<Member> in_order(std::vector<Member> members) {
  std::ranges::sort(members, {}, [](const Member& one) { return std::pair(account_key(one.id), one.id); });
  return members;
}

RunResults made_night(const std::string& night, std::vector<Member> members) {
  RunResults run;
  run.night = night;
  run.started = night + "T00:00:00Z";
  run.job.name = "made";
  run.job.value.column = {"value", 0, 0};
  AccountTable& accounts = run.accounts;
  SegmentationResult& one = run.segmentations.emplace_back();
  one.spec.name = "one";
  one.insight.segments = segments();
  one.tree.n_micro = 4;
  NumberColumn value;
  for (const Member& member : in_order(std::move(members))) {
    ++accounts.n_global;
    const AccountKey key = account_key(member.id);
    const int owner = owner_of(key, world().size());
    if (owner < world().rank()) ++accounts.first_global;
    if (owner != world().rank()) continue;
    ++accounts.n_local;
    accounts.ids.push_back(member.id);
    accounts.keys.push_back(key);
    value.values.push_back(member.value);
    one.assignment.macro.push_back(member.macro);
    one.assignment.core.push_back(member.core < 0 ? -1 : kFirstCore + member.core);
    one.assignment.micro.push_back(member.micro < 0 ? -1 : kFirstMicro + member.micro);
  }
  one.distance.assign(accounts.n_local, 0.0);
  one.fit = one.distance;
  one.next_best.assign(accounts.n_local, -1);
  accounts.columns.push_back({"crm", "value", ColumnType::kNumber, std::move(value)});
  return run;
}

SharedFolder::SharedFolder()
    : path_(world().broadcast_text(
          (std::filesystem::temp_directory_path() / ("tessera-evolve-" + std::to_string(::getpid()))).string())) {
  if (world().is_root()) std::filesystem::create_directories(path_);
  world().barrier();
}

SharedFolder::~SharedFolder() {
  world().barrier();
  if (world().is_root()) std::filesystem::remove_all(path_);
  world().barrier();
}

}  // namespace tessera::test
