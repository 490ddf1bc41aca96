#include "storage/table.hpp"

namespace tessera::storage {
namespace {

struct View {
  template <class T>
  Cells operator()(const std::vector<T>& values) const {
    return std::span<const T>(values);
  }
  Cells operator()(const TextColumn& texts) const { return &texts; }
  Cells operator()(const CategoryColumn& column) const { return CategoryCells{column.codes, column.categories}; }
};

struct CountRows {
  std::size_t width;
  template <class T>
  std::size_t operator()(std::span<const T> values) const {
    return values.size() / width;
  }
  std::size_t operator()(const TextColumn* texts) const { return texts->size(); }
  std::size_t operator()(const CategoryCells& cells) const { return cells.codes.size(); }
};

}  // namespace

Cells view(const OwnedCells& cells) {
  return std::visit(View{}, cells);
}

std::size_t row_count(const Cells& cells, std::size_t width) {
  return std::visit(CountRows{width}, cells);
}

std::string link_name(std::string_view name) {
  if (name.empty()) return "%";
  if (name == ".") return "%2E";
  std::string link;
  for (const char c : name) {
    if (c == '/')
      link += "%2F";
    else if (c == '%')
      link += "%25";
    else
      link += c;
  }
  return link;
}

std::string child_path(std::string_view path, std::string_view name) {
  return std::string(path == "/" ? "" : path) + "/" + link_name(name);
}

}  // namespace tessera::storage
