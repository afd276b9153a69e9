// Checks for our own errors, and for nothing else: a false condition means that
// the program is wrong, not the input, the disk or the embedder. A failed check
// writes the invariant to standard error and aborts.
#ifndef MQWARDEN_BASE_CHECK_H_
#define MQWARDEN_BASE_CHECK_H_

namespace mqwarden {

[[noreturn]] void FailCheck(const char* file, int line, const char* condition,
                            const char* invariant);

}  // namespace mqwarden

// MQWARDEN_CHECK(plan.Verify().ok(), "a plan is verified before it is run");
#define MQWARDEN_CHECK(condition, invariant)                               \
  (__builtin_expect(static_cast<bool>(condition), 1)                       \
       ? static_cast<void>(0)                                              \
       : ::mqwarden::FailCheck(__FILE__, __LINE__, #condition, invariant))

// The same in builds without NDEBUG; otherwise compiled and not evaluated.
#ifdef NDEBUG
#define MQWARDEN_DCHECK(condition, invariant) \
  (true ? static_cast<void>(0) : MQWARDEN_CHECK(condition, invariant))
#else
#define MQWARDEN_DCHECK(condition, invariant) \
  MQWARDEN_CHECK(condition, invariant)
#endif

#endif  // MQWARDEN_BASE_CHECK_H_
