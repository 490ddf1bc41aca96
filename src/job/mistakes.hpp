#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "job/document.hpp"

namespace tessera::job {

/// Collects what is wrong with a job file, so that people mend it in one go.
class Mistakes {
 public:
  /// `file` as people gave it; `sets` as --set gave them: Place::set counts in it.
  Mistakes(std::string file, std::vector<std::string> sets);

  /// `what` says what is wrong; the value; what was expected.
  void add(Place place, std::string what);
  /// Enough has been found: a file of a million mistakes should not take a million messages.
  [[nodiscard]] bool full() const noexcept { return found_.size() >= kMostKept; }
  /// Throws Error(kBadJob) if there is any mistake: one a line, by place, those of --set last.
  void throw_if_any() const;

 private:
  static constexpr std::size_t kMostKept = 1000;
  static constexpr std::size_t kMostShown = 100;

  struct Mistake {
    Place place;
    std::string what;
  };
  [[nodiscard]] std::string line(const Mistake& mistake) const;

  std::string file_;
  std::vector<std::string> sets_;
  std::vector<Mistake> found_;
  std::size_t not_kept_ = 0;
};

/// Finds names given twice.
class Names {
 public:
  /// `what` says what is wrong with a name given twice: "two sources have one name".
  Names(Mistakes& mistakes, std::string_view what) : mistakes_(mistakes), what_(what) {}
  void claim(const std::string& name, Place place);

 private:
  Mistakes& mistakes_;
  std::string what_;
  std::map<std::string, Place> first_;
};

}  // namespace tessera::job
