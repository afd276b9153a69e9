// mqwarden: a correlation rules engine for IBM MQ audit events.
//
// Compile rules once, push events in time order, take the alerts:
//
//   mqwarden::CompileResult rules = mqwarden::CompileRules(sources, &files, {});
//   if (rules.plan == nullptr) {
//     std::fputs(mqwarden::RenderText(rules.diagnostics, {}).c_str(), stderr);
//     return 2;
//   }
//   MySink sink;                      // OnAlert(const mqwarden::Alert&)
//   auto engine = mqwarden::Engine::Create(rules.plan, {}, &sink);
//   if (!engine.ok()) return 3;
//
//   mqwarden::Event event;            // reused: no allocation per event
//   while (NextFromMyQueue(&event)) (*engine)->Process(&event);
//   (*engine)->AdvanceWatermark(last_time);
//
// examples/quickstart.cc is this, whole and tested. Reading IBM MQ's own formats
// is opt-in (mqwarden/ingest/event_stream.h), as are ready sinks and replay.
#ifndef MQWARDEN_MQWARDEN_H_
#define MQWARDEN_MQWARDEN_H_

#include "mqwarden/engine/engine.h"      // IWYU pragma: export
#include "mqwarden/engine/options.h"     // IWYU pragma: export
#include "mqwarden/rules/compile.h"      // IWYU pragma: export
#include "mqwarden/rules/diagnostic.h"   // IWYU pragma: export
#include "mqwarden/schema/alert.h"       // IWYU pragma: export
#include "mqwarden/schema/event.h"       // IWYU pragma: export
#include "mqwarden/schema/report.h"      // IWYU pragma: export

#endif  // MQWARDEN_MQWARDEN_H_
