#include "mqwarden/engine/each_keys.h"

#include <algorithm>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "mqwarden/engine/value_text.h"

namespace mqwarden {
namespace {

// A hostile event may have many lists of many elements.
constexpr size_t kMaxKeys = 4096;

}  // namespace

bool EachKeys::HasEach(const std::vector<KeyPart>& by) {
  return std::any_of(by.begin(), by.end(),
                     [](const KeyPart& part) { return part.each; });
}

std::span<const EachKeys::Key> EachKeys::Of(const std::vector<KeyPart>& by,
                                            bool only_shapes) {
  keys_.clear();
  keys_.emplace_back();
  for (const KeyPart& part : by) {
    const Value value = evaluator_->Eval(part.expr);
    std::vector<Value> choices;
    if (part.each && value.form == Value::Form::kList) {
      for (const std::string_view element : value.list) {
        choices.push_back(Value::Text(ValueType::kFolded, element));
      }
    } else {
      choices.push_back(value);
    }
    if (choices.empty()) choices.push_back(Value::Missing());
    std::vector<Key> longer;
    for (const Key& key : keys_) {
      for (const Value& choice : choices) {
        if (choice.missing() && !part.optional && (part.each || !only_shapes)) {
          continue;
        }
        if (longer.size() == kMaxKeys) break;
        Key& next = longer.emplace_back(key);
        AppendIdentity(choice, &next.bytes);
        AppendSortKey(choice, &next.sort_key);
        next.values.push_back(choice);
      }
    }
    keys_ = std::move(longer);
  }
  std::sort(keys_.begin(), keys_.end(), [](const Key& a, const Key& b) {
    return a.sort_key < b.sort_key;
  });
  // Elements that differ in case alone are one value.
  keys_.erase(std::unique(keys_.begin(), keys_.end(),
                          [](const Key& a, const Key& b) {
                            return a.bytes == b.bytes;
                          }),
              keys_.end());
  return keys_;
}

void EachKeys::Select(const std::vector<KeyPart>& by, std::string_view bytes) {
  Of(by, /*only_shapes=*/true);  // known to have its key
  const auto key =
      std::find_if(keys_.begin(), keys_.end(),
                   [bytes](const Key& k) { return k.bytes == bytes; });
  evaluator_->SetEach(key == keys_.end() ? std::span<const Value>()
                                         : std::span<const Value>(key->values));
}

}  // namespace mqwarden
