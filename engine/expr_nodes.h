// The expressions of a plan in the form in which they are evaluated: each node with
// what the loop needs in one place. Made once a plan and shared by its engines.
// Immutable.
#ifndef MQWARDEN_ENGINE_EXPR_NODES_H_
#define MQWARDEN_ENGINE_EXPR_NODES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "mqwarden/engine/network_trie.h"
#include "mqwarden/engine/plan.h"
#include "mqwarden/engine/regex_group.h"
#include "mqwarden/schema/field_catalog.h"

namespace mqwarden {

class ExprNodes {
 public:
  struct Node {
    ExprOp op;
    ValueType type;
    EnumType enum_type;
    bool event_only;
    // kEq and its kin between a numeric field and a numeric constant.
    bool field_with_number;
    FieldId field;
    uint32_t a;
    uint32_t b;
    uint32_t child_begin;
    uint32_t child_count;
    int64_t number;
  };

  // The pool has passed Plan::Verify() and outlives the object.
  explicit ExprNodes(const PlanPool& pool);

  size_t size() const { return nodes_.size(); }
  const Node& node(ExprId id) const { return nodes_[id]; }
  ExprId child(const Node& node, size_t i) const {
    return children_[node.child_begin + i];
  }
  // Whether some member of a text set is as long as `text`: most texts are refused
  // by their length.
  bool MayHoldLength(uint32_t text_set, size_t size) const {
    return (member_lengths_[text_set] >> std::min<size_t>(size, 63) & 1) != 0;
  }
  const NetworkTrie& networks(uint32_t network_set) const {
    return networks_[network_set];
  }
  const RegexGroup& regexes(uint32_t regex_set) const {
    return *regexes_[regex_set];
  }

 private:
  std::vector<Node> nodes_;  // as PlanPool::exprs
  std::vector<ExprId> children_;
  // By text set: bit min(n, 63) is set where a member has n bytes.
  std::vector<uint64_t> member_lengths_;
  std::vector<NetworkTrie> networks_;               // by network set
  std::vector<std::unique_ptr<RegexGroup>> regexes_;  // by regex set
};

}  // namespace mqwarden

#endif  // MQWARDEN_ENGINE_EXPR_NODES_H_
