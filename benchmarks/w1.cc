#include "mqwarden/benchmarks/w1.h"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "mqwarden/rules/compile.h"
#include "mqwarden/rules/diagnostic.h"

namespace mqwarden::benchmarks {

const std::string_view kW1Rules = R"mqw(
list breakglass_users = ["bgadmin1", "bgadmin2", "bgadmin3", "bgadmin4", "bgadmin5"]

policy {
  exclude lab: tags has "lab"
}

rule r1_brute_force {
  title    "Ten 2035 refusals in five minutes from {source_ip}"
  severity high
  on       authz, authn
  where    reason == MQRC_NOT_AUTHORIZED and channel_type == svrconn
  by       source_ip
  when     count() >= 10 in 5m
  limit    1 per 1h by user
}

rule r2_sender_blocked {
  title    "{channel} on {qmgr} was blocked"
  severity critical
  on       channel
  where    action == block and channel matches r"^PROD\..*\.SDR$"
  limit    1 per 1h by user
}

rule r3_breakglass_login {
  title    "{user} logged in to {qmgr}"
  severity critical
  on       authn, authz, session
  where    action == connect and outcome == success and user in breakglass_users
  limit    1 per 1h by user
}
)mqw";

std::shared_ptr<const Plan> CompileW1() {
  const std::vector<RuleSource> sources = {{"w1.mqw", std::string(kW1Rules)}};
  CompileResult result = CompileRules(sources, nullptr, {});
  if (result.plan == nullptr) {
    std::fputs(RenderText(result.diagnostics, {}).c_str(), stderr);
  }
  return std::move(result.plan);
}

std::shared_ptr<const Plan> WithMaxKeys(const std::shared_ptr<const Plan>& plan,
                                        int64_t max_keys) {
  std::vector<std::shared_ptr<const RulePlan>> rules;
  for (const std::shared_ptr<const RulePlan>& rule : plan->rules()) {
    auto larger = std::make_shared<RulePlan>(*rule);
    larger->max_keys = max_keys;
    rules.push_back(std::move(larger));
  }
  return std::make_shared<const Plan>(
      std::make_shared<const PlanPool>(plan->pool()), std::move(rules),
      plan->policy_limits(), nullptr);
}

}  // namespace mqwarden::benchmarks
