// The command behind the lens `run test`.
#ifndef MQWARDEN_PIPELINE_LANGUAGE_SERVER_RUN_TEST_H_
#define MQWARDEN_PIPELINE_LANGUAGE_SERVER_RUN_TEST_H_

#include <optional>
#include <string>

#include "mqwarden/base/json_writer.h"
#include "mqwarden/pipeline/language_server/json_value.h"
#include "mqwarden/pipeline/language_server/requests.h"
#include "mqwarden/pipeline/language_server/workspace.h"

namespace mqwarden {

struct TestRun {
  bool passed = false;
  std::string message;  // a line for people; more of them where it failed
};

// `params` of workspace/executeCommand: the command with the arguments URI, name
// and rule. Checks the set where it changed, runs the test and notes a failure in
// the set. Writes {"passed":…,"failure":…,"expectations":…}.
std::optional<RequestError> RunTestCommand(Workspace* workspace,
                                           JsonValue params, TestRun* run,
                                           JsonWriter* out);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_LANGUAGE_SERVER_RUN_TEST_H_
