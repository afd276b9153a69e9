"""The libraries and Bazel rules that Debian 12 has installed, as repositories.

Every library stands under the labels of its upstream Bazel build, as a
`cc_library` that only links: the headers are in /usr/include. An embedder who
declares upstream's archives under the same repository names uses these
instead; a name that is declared already is left alone.

Nothing here is downloaded. tools/bazel installs the packages.
"""

# All components of Debian's Abseil that a label below can need, dependents or
# not: only the ones that a binary uses become dependencies of it.
_ABSL_SHARED = [
    "bad_optional_access",
    "bad_variant_access",
    "base",
    "city",
    "civil_time",
    "cord",
    "cord_internal",
    "cordz_functions",
    "cordz_handle",
    "cordz_info",
    "debugging_internal",
    "demangle_internal",
    "examine_stack",
    "exponential_biased",
    "failure_signal_handler",
    "graphcycles_internal",
    "hash",
    "hashtablez_sampler",
    "int128",
    "leak_check",
    "log_severity",
    "low_level_hash",
    "malloc_internal",
    "random_distributions",
    "random_internal_platform",
    "random_internal_pool_urbg",
    "random_internal_randen",
    "random_internal_randen_hwaes",
    "random_internal_randen_hwaes_impl",
    "random_internal_randen_slow",
    "random_internal_seed_material",
    "random_seed_gen_exception",
    "random_seed_sequences",
    "raw_hash_set",
    "raw_logging_internal",
    "spinlock_wait",
    "stacktrace",
    "status",
    "statusor",
    "str_format_internal",
    "strerror",
    "strings",
    "strings_internal",
    "symbolize",
    "synchronization",
    "throw_delegate",
    "time",
    "time_zone",
]

# Package of upstream's build -> its libraries.
_ABSL_LABELS = {
    "absl/algorithm": ["algorithm", "container"],
    "absl/base": ["base", "config", "core_headers", "dynamic_annotations", "endian", "log_severity", "prefetch"],
    "absl/cleanup": ["cleanup"],
    "absl/container": [
        "btree",
        "fixed_array",
        "flat_hash_map",
        "flat_hash_set",
        "hash_container_defaults",
        "inlined_vector",
        "node_hash_map",
        "node_hash_set",
    ],
    "absl/debugging": ["failure_signal_handler", "leak_check", "stacktrace", "symbolize"],
    "absl/functional": ["any_invocable", "bind_front", "function_ref"],
    "absl/hash": ["hash", "hash_testing"],
    "absl/memory": ["memory"],
    "absl/meta": ["type_traits"],
    "absl/numeric": ["bits", "int128"],
    "absl/random": ["bit_gen_ref", "distributions", "random", "seed_sequences"],
    "absl/status": ["status", "statusor"],
    "absl/strings": ["cord", "str_format", "strings"],
    "absl/synchronization": ["synchronization"],
    "absl/time": ["civil_time", "time"],
    "absl/types": ["any", "compare", "optional", "span", "variant"],
    "absl/utility": ["utility"],
}

_HEADER = """package(default_visibility = ["//visibility:public"])
"""

_PROTOC = """#!/bin/sh
exec /usr/bin/protoc "$@"
"""

_PROTO_RULES = """
sh_binary(
    name = "protoc",
    srcs = ["protoc.sh"],
)

proto_lang_toolchain(
    name = "cc_toolchain",
    command_line = "--cpp_out=$(OUT)",
    runtime = ":protobuf",
)
"""

def _library(name, linkopts = [], deps = []):
    return """
cc_library(
    name = "{}",
    linkopts = {},
    deps = {},
)
""".format(name, repr(linkopts), repr(deps))

def _absl_impl(ctx):
    # Several libraries define what only inline code of another's header calls,
    # so each label offers all. Not --as-needed: where an embedder links our
    # libraries as shared objects, gold does not see what those need.
    linkopts = (["-Wl,--push-state,--no-as-needed"] +
                ["-labsl_" + name for name in _ABSL_SHARED] +
                ["-Wl,--pop-state"])
    ctx.file("BUILD.bazel", _HEADER + _library("shared_objects", linkopts))
    for package, names in _ABSL_LABELS.items():
        ctx.file(
            package + "/BUILD.bazel",
            _HEADER + "".join([_library(name, deps = ["//:shared_objects"]) for name in names]),
        )

def _re2_impl(ctx):
    ctx.file("BUILD.bazel", _HEADER + _library("re2", ["-lre2", "-pthread"]))

def _protobuf_impl(ctx):
    ctx.file("protoc.sh", _PROTOC, executable = True)
    ctx.file("BUILD.bazel", _HEADER +
                            _library("protobuf", ["-lprotobuf", "-pthread"]) +
                            _library("protobuf_lite", ["-lprotobuf-lite", "-pthread"]) +
                            _PROTO_RULES)

def _googletest_impl(ctx):
    # Debian ships archives, so a user comes before what it uses. As upstream,
    # both targets hold GoogleMock too.
    ctx.file("BUILD.bazel", _HEADER +
                            _library("gtest", ["-lgmock", "-lgtest", "-pthread"]) +
                            _library("gtest_main", ["-lgmock_main"], [":gtest"]))

def _benchmark_impl(ctx):
    ctx.file("BUILD.bazel", _HEADER +
                            _library("benchmark", ["-lbenchmark", "-pthread"]) +
                            _library("benchmark_main", ["-lbenchmark_main"], [":benchmark"]))

def _single_impl(ctx):
    ctx.file("BUILD.bazel", _HEADER + _library(ctx.attr.library, ctx.attr.libs))

_absl = repository_rule(implementation = _absl_impl, local = True)
_re2 = repository_rule(implementation = _re2_impl, local = True)
_protobuf = repository_rule(implementation = _protobuf_impl, local = True)
_googletest = repository_rule(implementation = _googletest_impl, local = True)
_benchmark = repository_rule(implementation = _benchmark_impl, local = True)
_single = repository_rule(
    implementation = _single_impl,
    local = True,
    attrs = {
        "library": attr.string(mandatory = True),
        "libs": attr.string_list(),
    },
)

def _missing(name):
    return name not in native.existing_rules()

def system_libraries():
    """Declares every library that mqwarden or its tests link."""
    for name, rule in {
        "com_github_google_benchmark": _benchmark,
        "com_google_absl": _absl,
        "com_google_googletest": _googletest,
        "com_google_protobuf": _protobuf,
        "com_googlesource_code_re2": _re2,
    }.items():
        if _missing(name):
            rule(name = name)
    for name, libs in {
        "cli11": [],
        "simdjson": ["-lsimdjson"],
        "xxhash": ["-lxxhash"],
        "zlib": ["-lz"],
        "zstd": ["-lzstd"],
    }.items():
        if _missing(name):
            _single(name = name, library = name, libs = libs)

def bazel_rules(mqwarden = "."):
    """Declares the rules that Bazel itself refers to, as Debian packages them.

    Args:
      mqwarden: path of this repository from the calling workspace.
    """
    for name, path in {
        "bazel_skylib": "/usr/share/bazel/tools/skylib",
        "platforms": "/usr/share/bazel/tools/platforms",
        "remote_coverage_tools": mqwarden + "/third_party/remote_coverage_tools",
        # Debian's bazel-rules-cc 0.0.4 does not load under its Bazel 4.2.3.
        "rules_cc": mqwarden + "/third_party/rules_cc",
        "rules_java": "/usr/share/bazel/rules/java",
        "rules_proto": "/usr/share/bazel/rules/proto",
    }.items():
        if _missing(name):
            native.local_repository(name = name, path = path)
