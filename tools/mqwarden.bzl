"""Rules for the targets of this repository.

Every header is included, and every proto imported, below `mqwarden/`: a path
such as `engine/engine.h` is too common for a library that others embed. The
prefixes work in pairs, since on its own each is relative to the package, and
they hold when another workspace builds these targets.
"""

load("@rules_cc//cc:defs.bzl", "cc_library", "cc_proto_library")
load("@rules_proto//proto:defs.bzl", "proto_library")

def mqwarden_cc_library(name, **kwargs):
    """A `cc_library` whose headers are included as "mqwarden/<package>/<file>"."""
    cc_library(
        name = name,
        strip_include_prefix = "/",
        include_prefix = "mqwarden",
        **kwargs
    )

def mqwarden_proto_library(name, visibility = None, **kwargs):
    """A proto library, imported as "mqwarden/<package>/<file>", and its C++ code.

    Args:
      name: `<stem>_proto`; the C++ code becomes `<stem>_cc_proto`.
      visibility: of both targets.
      **kwargs: of `proto_library`.
    """
    if not name.endswith("_proto"):
        fail("the name of a proto library ends in _proto, unlike " + name)
    proto_library(
        name = name,
        strip_import_prefix = "/",
        import_prefix = "mqwarden",
        visibility = visibility,
        **kwargs
    )
    cc_proto_library(
        name = name[:-len("_proto")] + "_cc_proto",
        visibility = visibility,
        deps = [":" + name],
    )
