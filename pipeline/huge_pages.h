// Huge pages for the state of millions of keys: what EngineOptions::on_large_block
// is for. A request that the system may refuse, without harm.
#ifndef MQWARDEN_PIPELINE_HUGE_PAGES_H_
#define MQWARDEN_PIPELINE_HUGE_PAGES_H_

#include <cstddef>

namespace mqwarden {

void AskForHugePages(void* block, size_t bytes);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_HUGE_PAGES_H_
