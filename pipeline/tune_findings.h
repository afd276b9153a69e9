// What the figures of a sweep say to the author of the rule: suggestions with
// their patch, and cautions where there is too little to go by.
#ifndef MQWARDEN_PIPELINE_TUNE_FINDINGS_H_
#define MQWARDEN_PIPELINE_TUNE_FINDINGS_H_

#include "mqwarden/pipeline/tune.h"
#include "mqwarden/pipeline/tune_variants.h"

namespace mqwarden {

// Fills `suggestions` and `cautions` of `result`, whose figures stand.
void AddFindings(const TuneVariants& variants, const TuneOptions& options,
                 TuneResult* result);

}  // namespace mqwarden

#endif  // MQWARDEN_PIPELINE_TUNE_FINDINGS_H_
