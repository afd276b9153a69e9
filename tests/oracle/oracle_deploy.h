// A rule set as it is deployed: section 5 of the language. Overrides stand in
// place of what they replace, amendments are part of their rules, disabled
// rules are gone, and every `param` is the literal that it stands for. The rest
// of the oracle knows none of these.
#ifndef MQWARDEN_TESTS_ORACLE_ORACLE_DEPLOY_H_
#define MQWARDEN_TESTS_ORACLE_ORACLE_DEPLOY_H_

#include <span>

#include "mqwarden/rules/ast.h"

namespace mqwarden::oracle {

ast::File Deploy(std::span<const ast::File> files);

}  // namespace mqwarden::oracle

#endif  // MQWARDEN_TESTS_ORACLE_ORACLE_DEPLOY_H_
