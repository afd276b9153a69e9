// Finds the rows that fit an event and merges what they say.
//
// Model: go through all rows in order and test each. What the code does instead,
// and why it is the same answer:
// First, a row is filed under its exact columns, those without a wildcard: one
// hash table for each subset of {qmgr, host, channel} that occurs, keyed by a
// hash of the folded texts. A row can only fit when they are equal, so the tables
// give every row that fits; each candidate is then tested in full, so a collision
// of hashes does no harm. Rows with no exact column are candidates always.
// Second, an event without a host fits whatever host a row with a qmgr names.
// Such events have tables of their own, in which the host is never a key and
// rows with a host but no qmgr do not stand.
// Third, each table yields row numbers in rising order; merging the at most eight
// lists visits the candidates in the order of the rows.
#include "mqwarden/schema/inventory.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "mqwarden/base/glob.h"
#include "mqwarden/base/text.h"

namespace mqwarden {
namespace {

constexpr size_t kColumns = 3;  // qmgr, host, channel
constexpr size_t kHostColumn = 1;
constexpr size_t kMasks = size_t{1} << kColumns;

// The columns of a row, or what an event has for them; "" where it has nothing.
using Columns = std::array<std::string_view, kColumns>;

Columns ColumnsOf(const InventoryRow& row) {
  return {row.qmgr, row.host, row.channel};
}

Columns ColumnsOf(const Event& event) {
  const auto text = [&event](FieldId f) {
    return event.Has(f) ? event.Text(f) : std::string_view();
  };
  return {text(FieldId::kQmgr), text(FieldId::kHost), text(FieldId::kChannel)};
}

uint64_t HashOf(const Columns& columns, size_t mask) {
  uint64_t hash = mask;
  for (size_t i = 0; i < kColumns; ++i) {
    if ((mask >> i & 1) == 0) continue;
    hash = hash * 0x9E3779B97F4A7C15u + FoldedHash()(columns[i]);
  }
  return hash;
}

std::optional<int64_t> EnumOrNothing(EnumType type, std::string_view name) {
  return name.empty() ? std::nullopt : FindEnumValue(type, name);
}

}  // namespace

struct Inventory::Index {
  struct Row {
    Columns columns;
    std::array<bool, kColumns> is_glob{};
    std::vector<std::string_view> tags;
    std::string_view host;  // "" where none can be taken
    std::optional<int64_t> platform;
    std::optional<int64_t> channel_type;
  };
  struct Table {
    std::array<absl::flat_hash_map<uint64_t, std::vector<uint32_t>>, kMasks>
        by_mask;
  };

  std::vector<Row> rows;
  Table with_host;     // for events that have a host
  Table without_host;  // for those that do not

  bool Fits(const Row& row, const Columns& event) const {
    for (size_t i = 0; i < kColumns; ++i) {
      if (row.columns[i].empty()) continue;
      if (event[i].empty()) {
        // Whether the qmgr fits is tested with its own column.
        if (i == kHostColumn && !row.columns[0].empty()) continue;
        return false;
      }
      if (row.is_glob[i] ? !GlobMatch(row.columns[i], event[i], true)
                         : !EqualsIgnoreAsciiCase(row.columns[i], event[i])) {
        return false;
      }
    }
    return true;
  }
};

Inventory::Inventory(std::vector<InventoryRow> rows) : rows_(std::move(rows)) {
  auto index = std::make_unique<Index>();
  index->rows.reserve(rows_.size());
  for (uint32_t number = 0; number < rows_.size(); ++number) {
    const InventoryRow& given = rows_[number];
    Index::Row& row = index->rows.emplace_back();
    row.columns = ColumnsOf(given);
    size_t exact = 0;
    for (size_t i = 0; i < kColumns; ++i) {
      row.is_glob[i] = HasGlobWildcard(row.columns[i]);
      if (!row.columns[i].empty() && !row.is_glob[i]) exact |= size_t{1} << i;
    }
    row.tags.assign(given.tags.begin(), given.tags.end());
    if (!row.is_glob[kHostColumn]) row.host = row.columns[kHostColumn];
    row.platform = EnumOrNothing(EnumType::kPlatform, given.platform);
    row.channel_type = EnumOrNothing(EnumType::kChannelType, given.channel_type);

    const auto file = [&](Index::Table* table, size_t mask) {
      table->by_mask[mask][HashOf(row.columns, mask)].push_back(number);
    };
    file(&index->with_host, exact);
    if (given.host.empty() || !given.qmgr.empty()) {
      file(&index->without_host, exact & ~(size_t{1} << kHostColumn));
    }
  }
  index_ = std::move(index);
}

Inventory::~Inventory() = default;

void Inventory::Apply(Event* event) const {
  const Columns columns = ColumnsOf(*event);
  const Index::Table& table = columns[kHostColumn].empty()
                                  ? index_->without_host
                                  : index_->with_host;
  // The lists of candidates that are not used up.
  std::array<std::span<const uint32_t>, kMasks> lists;
  size_t list_count = 0;
  for (size_t mask = 0; mask < kMasks; ++mask) {
    const auto& rows_by_hash = table.by_mask[mask];
    if (rows_by_hash.empty()) continue;
    const auto found = rows_by_hash.find(HashOf(columns, mask));
    if (found != rows_by_hash.end()) lists[list_count++] = found->second;
  }

  const Index::Row* first = nullptr;
  size_t first_number = 0;
  absl::InlinedVector<std::string_view, 16> tags;
  while (list_count > 0) {
    size_t least = 0;
    for (size_t i = 1; i < list_count; ++i) {
      if (lists[i].front() < lists[least].front()) least = i;
    }
    const uint32_t number = lists[least].front();
    lists[least] = lists[least].subspan(1);
    if (lists[least].empty()) lists[least] = lists[--list_count];

    const Index::Row& row = index_->rows[number];
    if (!index_->Fits(row, columns)) continue;
    if (first == nullptr) {
      first = &row;
      first_number = number;
    }
    tags.insert(tags.end(), row.tags.begin(), row.tags.end());
  }
  if (first == nullptr) return;

  if (!tags.empty()) {
    if (event->Has(FieldId::kTags)) {
      const std::span<const std::string_view> own =
          event->List(FieldId::kTags);
      tags.insert(tags.begin(), own.begin(), own.end());
    }
    event->SetList(FieldId::kTags, tags);
  }
  const auto take_text = [event](FieldId f, std::string_view text) {
    if (!event->Has(f)) event->SetText(f, text);
  };
  const auto take_enum = [event](FieldId f, std::optional<int64_t> value) {
    if (!event->Has(f) && value.has_value()) event->SetInt(f, *value);
  };
  take_text(FieldId::kHost, first->host);
  take_text(FieldId::kOwner, rows_[first_number].owner);
  take_text(FieldId::kService, rows_[first_number].service);
  take_enum(FieldId::kPlatform, first->platform);
  take_enum(FieldId::kChannelType, first->channel_type);
}

void InferChannelType(Event* event) {
  if (!event->infers_channel_type() || event->Has(FieldId::kChannelType)) return;
  const auto is = [event](FieldId f, int64_t value) {
    return event->Has(f) && event->Int(f) == value;
  };
  constexpr int64_t kNotAuthorized = 2035;
  constexpr int64_t kAuthorized = 3391;
  // Both carry a channel only for client connections, and only they block a
  // client's user.
  const bool is_check = event->Has(FieldId::kChannel) &&
                        (is(FieldId::kReason, kNotAuthorized) ||
                         is(FieldId::kReason, kAuthorized));
  const bool is_block =
      event->Has(FieldId::kClientUser) &&
      is(FieldId::kKind, EnumCode(EnumType::kKind, "channel")) &&
      is(FieldId::kAction, EnumCode(EnumType::kAction, "block"));
  if (is_check || is_block) {
    event->SetInt(FieldId::kChannelType,
                  EnumCode(EnumType::kChannelType, "svrconn"));
  }
}

}  // namespace mqwarden
