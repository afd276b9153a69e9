#include "mqwarden/pipeline/huge_pages.h"

#include <sys/mman.h>

namespace mqwarden {

void AskForHugePages([[maybe_unused]] void* block,
                     [[maybe_unused]] size_t bytes) {
#ifdef MADV_HUGEPAGE
  madvise(block, bytes, MADV_HUGEPAGE);
#endif
}

}  // namespace mqwarden
