#!/bin/bash
# The layers of this workspace hold; and planted includes show that tools/layering
# would say so if they did not. Arguments: tools/layering and the WORKSPACE file,
# whose real place is the tree to read.
set -euo pipefail

layering=$1
workspace=$(dirname "$(readlink -f "$2")")
planted=$TEST_TMPDIR/planted
failures=0

fail() {
  printf 'FAIL: %s\n' "$1"
  failures=$((failures + 1))
}

# Reads a tree of one file with one line.
read_planted() {
  rm -rf "$planted"
  mkdir -p "$planted/$(dirname "$1")"
  printf '// First line.\n%s\n' "$2" >"$planted/$1"
  output=$("$layering" "$planted") && status=0 || status=$?
}

allowed() {
  read_planted "$1" "$2"
  ((status == 0)) || fail "$1 may have \`$2\`, but: $output"
}

# The fault stands in the planted line, and is named in the words of $3.
rejected() {
  read_planted "$1" "$2"
  if ((status != 1)) || [[ $output != *"$1:2: "*"$3"* ]]; then
    fail "$1 must not have \`$2\`; status $status, output: $output"
  fi
}

allowed base/a.cc '#include "absl/strings/str_cat.h"'
allowed base/a.cc '#include "mqwarden/base/b.h"'
allowed schema/a.cc '#include "mqwarden/base/b.h"'
allowed schema/event_proto.cc '#include "mqwarden/schema/event.pb.h"'
allowed engine/a.cc '#include "mqwarden/schema/event.h"'
allowed engine/a.cc '#include <chrono>'
allowed engine/a.cc 'int window_clock = 0;  // no std::chrono::system_clock::now() here'
allowed rules/a.cc '#include "mqwarden/engine/plan.h"'
allowed rules/a.cc '#include "mqwarden/engine/expr_ops.h"'
allowed ingest/a.cc '#include <simdjson.h>'
allowed pipeline/a.cc '#include "mqwarden/ingest/reader.h"'
allowed pipeline/a.cc '#include <thread>'
allowed cli/a.cc '#include <CLI/CLI.hpp>'
allowed cli/a.cc '#include "mqwarden/pipeline/runner.h"'
allowed examples/a.cc '#include "mqwarden/mqwarden.h"'
allowed tests/engine/a.cc '#include "mqwarden/engine/key_table.h"'
allowed schema/a.proto 'import "mqwarden/schema/b.proto";'
allowed schema/write_readme.cc 'std::FILE* out = std::fopen(path, "wb");'
allowed mqwarden.h '#include "mqwarden/engine/engine.h"'

rejected base/a.h '#include "mqwarden/schema/event.h"' 'base/ must not include schema/event.h'
rejected schema/a.h '#include "mqwarden/engine/plan.h"' 'schema/ must not include engine/plan.h'
rejected schema/a.cc '#include "mqwarden/schema/event.pb.h"' 'protobuf'
rejected engine/a.h '#include "mqwarden/rules/ast.h"' 'engine/ must not include rules/ast.h'
rejected engine/a.h '#include "mqwarden/ingest/reader.h"' 'engine/ must not include'
rejected engine/a.h '#include "mqwarden/sinks/jsonl_sink.h"' 'engine/ must not include'
rejected engine/window/a.h '  #  include "mqwarden/pipeline/runner.h"' 'engine/ must not include'
rejected engine/a.h '#include "mqwarden/schema/event.pb.h"' 'protobuf'
rejected engine/a.h '#include "mqwarden/schema/event_proto.h"' 'protobuf'
rejected engine/a.h '#include <google/protobuf/message.h>' 'protobuf'
rejected engine/a.cc '#include <simdjson.h>' 'must not use simdjson'
rejected engine/a.cc '#include <iostream>' 'must not print'
rejected engine/a.cc '#include <thread>' 'must not use threads'
rejected engine/a.cc '#include "absl/synchronization/mutex.h"' 'must not use threads'
rejected engine/a.cc '#include "absl/time/clock.h"' 'must not read a clock'
rejected engine/a.cc 'auto t = std::chrono::steady_clock::now();' 'must not read a clock'
rejected engine/a.cc '#include <fstream>' 'must not touch files'
rejected engine/a.cc 'std::FILE* f = std::fopen(path, "r");' 'must not touch files'
rejected schema/write_readme.cc '#include "mqwarden/engine/plan.h"' 'schema/ must not include'
rejected rules/a.h '#include "mqwarden/engine/engine.h"' 'rules/ must not include engine/engine.h'
rejected rules/a.h '#include "mqwarden/ingest/reader.h"' 'rules/ must not include'
rejected rules/a.cc 'std::printf("%d", n);' 'must not print'
rejected ingest/a.h '#include "mqwarden/engine/engine.h"' 'ingest/ must not include'
rejected ingest/a.h '#include "mqwarden/rules/compile.h"' 'ingest/ must not include'
rejected sinks/a.h '#include "mqwarden/ingest/reader.h"' 'sinks/ must not include'
rejected sinks/a.cc 'std::cerr << text;' 'must not print'
rejected pipeline/a.h '#include "mqwarden/cli/main.h"' 'pipeline/ must not include'
rejected pipeline/a.h '#include "mqwarden/mqwarden.h"' 'pipeline/ must not include'
rejected cli/a.cc '#include "mqwarden/tests/testing/events.h"' 'cli/ must not include'
rejected examples/a.cc '#include "mqwarden/engine/key_table.h"' 'examples/ must not include'
rejected base/a.h '#include "base/b.h"' 'without the mqwarden/ prefix'
rejected base/a.h '#include "b.h"' 'without the mqwarden/ prefix'
rejected base/a.h '#include <mqwarden/base/b.h>' 'angle brackets'
rejected schema/a.proto 'import "schema/b.proto";' 'without the mqwarden/ prefix'
rejected mqwarden.h '#include "mqwarden/engine/key_table.h"' 'must not include'

read_planted util/a.h '#include <vector>'
if ((status != 1)) || [[ $output != *"no layer is known for folder util"* ]]; then
  fail "a folder outside the layers passed: $output"
fi

rm -rf "$planted"
mkdir "$planted"
"$layering" "$planted" >/dev/null && fail "an empty tree passed"

"$layering" "$workspace" || fail "the includes above cross the layers of $workspace"

((failures == 0))
