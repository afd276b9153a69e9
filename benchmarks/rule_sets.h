// Rule sets of any size for the workload, as the texts of rule files.
//
// One event in a hundred passes the `where` of some rule, whatever the size: 200
// of the 20,000 users are watched, and divided over the rules that watch users.
// The others ask for what the workload does not have, each in its own way: a
// queue, a channel by glob or by regular expression, a network, a user, all of
// them with the equalities that real rules begin with. So the size of the set is
// the only thing that changes.
#ifndef MQWARDEN_BENCHMARKS_RULE_SETS_H_
#define MQWARDEN_BENCHMARKS_RULE_SETS_H_

#include <string>
#include <vector>

#include "mqwarden/benchmarks/corpus.h"

namespace mqwarden::benchmarks {

std::vector<std::string> RuleSetOf(int rules, const Corpus& corpus);

}  // namespace mqwarden::benchmarks

#endif  // MQWARDEN_BENCHMARKS_RULE_SETS_H_
