#include "results/content_sums.hpp"

#include <algorithm>
#include <cstring>
#include <deque>

#include "parallel/agreement.hpp"
#include "parallel/communicator.hpp"
#include "storage/file_reader.hpp"
#include "tessera/errors.hpp"

namespace tessera::results {

namespace schema = storage::schema;
using storage::Cells;
using storage::FileReader;
using storage::OwnedCells;

struct Inventory {
  /// One thing that a file must hold, as this rank knows it: a column, the dictionary of a category column, or an
  /// attribute.
  struct Item {
    std::string path;
    bool in_digest = false;
    bool is_mine = true;  ///< false: the root alone sees to it
    Cells cells;
    std::size_t width = 1;
    RowKeys keys;
    std::uint64_t first = 0;                        ///< place of this rank's first row in the data set
    const storage::Attribute* attribute = nullptr;  ///< or that it is one
  };

  std::vector<Item> items;
  std::deque<OwnedCells> made;
};

namespace {

using Item = Inventory::Item;

/// Rows read back at a time.
constexpr std::uint64_t kRowsAtATime = std::uint64_t{1} << 18;

bool is_digested(std::string_view path) {
  return path.starts_with("/ingest") || path.starts_with(schema::accounts::kPath) ||
         path.starts_with(schema::kValueCurve) || path.starts_with(schema::kLookalikeModel) ||
         path.starts_with(schema::segmentation::kParent);
}

TextColumn texts_of(std::span<const std::string> texts) {
  TextColumn column;
  for (const std::string& text : texts) column.push_back(text);
  return column;
}

OwnedCells cell_of(std::int64_t value) {
  return std::vector<std::int64_t>{value};
}
OwnedCells cell_of(double value) {
  return std::vector<double>{value};
}
OwnedCells cell_of(const std::string& value) {
  return texts_of(std::span(&value, 1));
}

void add_items(Inventory& inventory, const Entry& entry, std::uint64_t first, bool is_mine, bool is_root) {
  for (const storage::TableColumn& column : entry.table.columns) {
    const std::string path = storage::child_path(entry.table.path, column.name);
    const bool in_digest = is_digested(path) && std::ranges::count(entry.not_digested, column.name) == 0;
    inventory.items.push_back({path, in_digest, is_mine, column.cells, column.width, entry.keys, first});
    // The digest has categories by their text in each row; that the file has the whole dictionary is checked apart.
    if (const auto* cells = std::get_if<storage::CategoryCells>(&column.cells)) {
      const OwnedCells& texts = inventory.made.emplace_back(texts_of(cells->categories));
      inventory.items.push_back(
          {storage::child_path(path, schema::kCategories), false, is_root, storage::view(texts), 1, {}, 0});
    }
  }
}

/// Collective.
Inventory take_inventory(const Context& context, const Content& content) {
  Inventory inventory;
  const bool is_root = context.comm.is_root();
  for (const Entry& entry : content.tables()) {
    const bool of_every_rank = entry.table.rows_of == storage::RowsOf::kEveryRank;
    const std::uint64_t first = of_every_rank ? context.comm.sum_of_ranks_before(entry.table.n_local) : 0;
    add_items(inventory, entry, first, of_every_rank || is_root, is_root);
  }
  for (const storage::Attribute& attribute : content.attributes()) {
    const OwnedCells& cell =
        inventory.made.emplace_back(std::visit([](const auto& value) { return cell_of(value); }, attribute.value));
    inventory.items.push_back({attribute.path + "@" + attribute.name,
                               is_digested(attribute.path),
                               is_root,
                               storage::view(cell),
                               1,
                               {},
                               0,
                               &attribute});
  }
  return inventory;
}

HashSum sum_in_memory(const Item& item, int threads) {
  return hash_column(item.path, item.cells, item.width, item.keys, threads);
}

OwnedCells read_attribute(const FileReader& reader, const storage::Attribute& attribute) {
  if (std::holds_alternative<std::string>(attribute.value)) return cell_of(reader.text(attribute.path, attribute.name));
  if (std::holds_alternative<double>(attribute.value)) return cell_of(reader.number(attribute.path, attribute.name));
  return cell_of(reader.integer(attribute.path, attribute.name));
}

/// Whether rows that were read back are those of a column in memory from row `first` on.
struct SameRows {
  const OwnedCells& read;
  std::size_t first, width;

  template <class T>
  bool operator()(std::span<const T> values) const {
    const auto* const found = std::get_if<std::vector<T>>(&read);
    return found != nullptr &&
           std::memcmp(found->data(), values.data() + first * width, found->size() * sizeof(T)) == 0;
  }
  bool operator()(const TextColumn* texts) const {
    const auto* const found = std::get_if<TextColumn>(&read);
    if (found == nullptr) return false;
    for (std::size_t i = 0; i < found->size(); ++i)
      if (found->at(i) != texts->at(first + i)) return false;
    return true;
  }
  bool operator()(const storage::CategoryCells& cells) const { return (*this)(cells.codes); }
};

bool is_in_file(const Item& item, const FileReader& reader) {
  if (item.attribute != nullptr) {
    const OwnedCells read = read_attribute(reader, *item.attribute);
    return std::visit(SameRows{read, 0, 1}, item.cells);
  }
  const bool has_codes = std::holds_alternative<storage::CategoryCells>(item.cells);
  const std::string dataset = has_codes ? storage::child_path(item.path, schema::kCodes) : item.path;
  const std::uint64_t count = storage::row_count(item.cells, item.width);
  for (std::uint64_t done = 0; done < count; done += kRowsAtATime) {
    const OwnedCells read = reader.read(dataset, item.first + done, std::min(kRowsAtATime, count - done));
    if (!std::visit(SameRows{read, done, item.width}, item.cells)) return false;
  }
  return true;
}

}  // namespace

ContentSums::ContentSums(const Context& context, const Content& content)
    : inventory_(std::make_unique<Inventory>(take_inventory(context, content))), mine_(inventory_->items.size()) {}
ContentSums::~ContentSums() = default;

void ContentSums::add_mine(int threads) {
  for (std::size_t i = 0; i < mine_.size(); ++i)
    if (inventory_->items[i].is_mine) mine_[i] = sum_in_memory(inventory_->items[i], threads);
}

std::vector<ContentSum> ContentSums::over_ranks(const Context& context) const {
  const std::vector<HashSum> all = all_sum(context.comm, mine_);
  std::vector<ContentSum> sums;
  for (std::size_t i = 0; i < all.size(); ++i)
    sums.push_back({inventory_->items[i].path, inventory_->items[i].in_digest, all[i]});
  return sums;
}

std::string what_differs(const Context& context, const Content& content, const std::string& path) {
  const Inventory inventory = take_inventory(context, content);
  std::vector<std::uint64_t> differs(inventory.items.size(), 0);
  parallel::run_together(context.comm, [&] {
    const FileReader reader(path, ExitCode::kCannotWrite,
                            "What was written cannot be read back: look after the disk or file system.");
    for (std::size_t i = 0; i < differs.size(); ++i)
      differs[i] = inventory.items[i].is_mine && !is_in_file(inventory.items[i], reader) ? 1 : 0;
  });
  context.comm.all_reduce<parallel::Reduce::kMax>(std::span<std::uint64_t>(differs));
  const auto found = std::ranges::find(differs, std::uint64_t{1});
  return found == differs.end() ? "" : inventory.items[static_cast<std::size_t>(found - differs.begin())].path;
}

std::string digest_of(const std::vector<ContentSum>& sums) {
  HashSum total;
  for (const ContentSum& sum : sums)
    if (sum.in_digest) total.add(sum.sum);
  return to_hex(total);
}

}  // namespace tessera::results
