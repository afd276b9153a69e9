// Records of IBM MQ's error logs, in text and JSON. All of them are synthetic.
#include "mqwarden/ingest/formats/amqerr_text.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/ingest/formats/amqerr_json.h"
#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/message_table.h"
#include "mqwarden/ingest/json_scanner.h"
#include "mqwarden/schema/event_json.h"
#include "mqwarden/tests/ingest/line_cases.h"
#include "mqwarden/tests/ingest/line_testing.h"

namespace mqwarden {
namespace {

using ::testing::HasSubstr;

const std::vector<LineCase>& TextCases() {
  static const auto& cases = *new std::vector<LineCase>{
     {.name = "BlockedByRecord",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.271Z)
                    RemoteHost(192.0.2.7)
                    CommentInsert1(APP.SVRCONN)
                    CommentInsert2(192.0.2.7)
                    CommentInsert3(CLNTUSER(alice))

AMQ9777E: Channel was blocked

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00.271Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"AMQ9777","message":"Channel was blocked","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"alice","client_user":"alice","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
)x"},
     {.name = "BlockedByUser",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
                    CommentInsert1(APP.SVRCONN)
                    CommentInsert2(gateway (192.0.2.7))
                    CommentInsert3(MCAUSER(mqm) CLNTUSER(bob@example))

AMQ9776E: Channel was blocked by userid

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"AMQ9776","message":"Channel was blocked by userid","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"bob@example","mca_user":"mqm","client_user":"bob@example","user_domain":"example","connection":"gateway (192.0.2.7)","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
)x"},
     {.name = "BlockedWithOtherActiveValues",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
                    CommentInsert1(TO.QM1)
                    CommentInsert2(2001:db8::7)
                    CommentInsert3(SSLPEER(CN="a (b)",O=c) QMNAME(QM2) ADDRESS(2001:db8::7))

AMQ9777E: Channel was blocked

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"AMQ9777","message":"Channel was blocked","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","connection":"2001:db8::7","source_ip":"2001:db8::7","channel":"TO.QM1","remote_qmgr":"QM2","tls_peer":"CN=\"a (b)\",O=c","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm","ADDRESS":"2001:db8::7"}}
)x"},
     {.name = "ConnectionRefusedTwiceOver",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
                    CommentInsert1(appuser)
                    CommentInsert2(QM1 [qmgr])
                    CommentInsert3(connect)

AMQ8077W: Entity 'appuser' has insufficient authority

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.005Z)
                    ArithInsert1(2) ArithInsert2(2035)
                    CommentInsert1(appuser)

AMQ9557E: Queue Manager User ID initialization failed

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"warning","kind":"authz","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ8077","message":"Entity 'appuser' has insufficient authority","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"appuser","object":"QM1","object_type":"qmgr","access":["connect"],"attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
{"time":"2026-11-20T10:00:00.005Z","time_quality":"exact","source":"amqerr","level":"error","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ9557","message":"Queue Manager User ID initialization failed","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"appuser","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm","ArithInsert1":"2","ArithInsert2":"2035"}}
)x"},
     {.name = "OneRefusalExplainsOneMessage",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ8077W: x [CommentInsert1(ann), CommentInsert2(QM1 [qmgr]), CommentInsert3(connect)]
2026-11-20T10:00:01.000Z AMQ9557E: y [ArithInsert1(2), ArithInsert2(2035), CommentInsert1(ANN)]
2026-11-20T10:00:01.000Z AMQ9557E: y [ArithInsert1(2), ArithInsert2(2035), CommentInsert1(ann)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"warning","kind":"authz","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ8077","message":"x","user":"ann","object":"QM1","object_type":"qmgr","access":["connect"]}
{"time":"2026-11-20T10:00:01Z","time_quality":"exact","source":"amqerr","level":"error","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ9557","message":"y","user":"ANN","attr":{"ArithInsert1":"2","ArithInsert2":"2035"}}
{"time":"2026-11-20T10:00:01Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ9557","message":"y","user":"ann","attr":{"ArithInsert1":"2"}}
)x"},
     {.name = "ARefusalExplainsForTwoSeconds",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ5534E: x [CommentInsert1(ann)]
2026-11-20T10:00:00.000Z AMQ5534E: x [CommentInsert1(ben)]
2026-11-20T10:00:02.000Z AMQ9557E: y [ArithInsert1(2), ArithInsert2(2035), CommentInsert1(os), CommentInsert2(ann)]
2026-11-20T10:00:02.001Z AMQ9557E: y [ArithInsert1(2), ArithInsert2(2035), CommentInsert1(ben)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ5534","message":"x","user":"ann"}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ5534","message":"x","user":"ben"}
{"time":"2026-11-20T10:00:02Z","time_quality":"exact","source":"amqerr","level":"error","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ9557","message":"y","user":"ann","csp_user":"ann","attr":{"ArithInsert1":"2","ArithInsert2":"2035","CommentInsert1":"os"}}
{"time":"2026-11-20T10:00:02.001Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ9557","message":"y","user":"ben","attr":{"ArithInsert1":"2"}}
)x"},
     {.name = "ARefusalWithoutAUserExplainsAny",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ5540E: x [CommentInsert1(app)]
2026-11-20T10:00:01.000Z AMQ9557E: y [ArithInsert1(2), ArithInsert2(2035), CommentInsert1(ann)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ5540","message":"x","attr":{"CommentInsert1":"app"}}
{"time":"2026-11-20T10:00:01Z","time_quality":"exact","source":"amqerr","level":"error","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ9557","message":"y","user":"ann","attr":{"ArithInsert1":"2","ArithInsert2":"2035"}}
)x"},
     {.name = "AnotherQueueManagerExplainsNothing",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
                    CommentInsert1(ann)

AMQ5534E: x

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM2)
                    Time(2026-11-20T10:00:01.000Z)
                    ArithInsert1(2)
                    ArithInsert2(2035)
                    CommentInsert1(ann)

AMQ9557E: y

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ5534","message":"x","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"ann","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
{"time":"2026-11-20T10:00:01Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ9557","message":"y","qmgr":"QM2","host":"mqhost1","mq_version":"9.4.0.5","user":"ann","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm","ArithInsert1":"2"}}
)x"},
     {.name = "AnotherReasonIsNotExplained",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ5534E: x [CommentInsert1(ann)]
2026-11-20T10:00:00.000Z AMQ9557E: y [ArithInsert1(2), ArithInsert2(2063), CommentInsert1(ann)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ5534","message":"x","user":"ann"}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2063,"reason_name":"MQRC_SECURITY_ERROR","message_id":"AMQ9557","message":"y","user":"ann","attr":{"ArithInsert1":"2"}}
)x"},
     {.name = "InitialisationFailedForATypedUser",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ9557E: y [ArithInsert1(2), ArithInsert2(2035), CommentInsert1(mqm), CommentInsert2(admin), CommentInsert3(admin)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ9557","message":"y","user":"admin","csp_user":"admin","attr":{"ArithInsert1":"2","CommentInsert1":"mqm","CommentInsert3":"admin"}}
)x"},
     {.name = "OpenRefused",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
                    CommentInsert1(appuser)
                    CommentInsert2(PAYROLL.IN [queue])
                    CommentInsert3(put/inq)

AMQ8077W: Entity 'appuser' has insufficient authority to
access object PAYROLL.IN [queue].

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"warning","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ8077","message":"Entity 'appuser' has insufficient authority to access object PAYROLL.IN [queue].","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"appuser","object":"PAYROLL.IN","object_type":"queue","access":["put","inq"],"attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
)x"},
     {.name = "OpenOfATopicRefused",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ8077W: x [CommentInsert1(appuser), CommentInsert2(a/b [c] [topic]), CommentInsert3(sub)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"warning","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ8077","message":"x","user":"appuser","object":"a/b [c]","object_type":"topic","access":["sub"]}
)x"},
     {.name = "PasswordRefused",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ5534E: x [CommentInsert1(ann)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ5534","message":"x","user":"ann"}
)x"},
     {.name = "PasswordRefusedBefore9_1",
      .lines = R"x(02/26/20 10:04:57 - Process(587.6) User(mqm) Program(java)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.0.1.0) QMgr(QM1)

AMQ5534: User ID 'user' authentication failed

EXPLANATION:
Something.
----- amqzfuca.c : 4486 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2020-02-26T10:04:57Z","time_quality":"no_zone","source":"amqerr","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ5534","message":"User ID 'user' authentication failed","qmgr":"QM1","host":"mqhost1","mq_version":"9.0.1.0","attr":{"module":"amqzfuca.c : 4486","Installation":"Installation1","Process":"587.6","Program":"java","User":"mqm"}}
)x"},
     {.name = "NoUserIdGiven",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ5540E: x [CommentInsert1(amqsput)]
2026-11-20T10:00:00.000Z AMQ9791E: x [CommentInsert1(APP.SVRCONN), CommentInsert2(host (192.0.2.7))]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ5540","message":"x","attr":{"CommentInsert1":"amqsput"}}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ9791","message":"x","connection":"host (192.0.2.7)","source_ip":"192.0.2.7","channel":"APP.SVRCONN"}
)x"},
     {.name = "SettingsOnlyExplain",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ5541E: x [CommentInsert1(ann), CommentInsert2(AUTH), CommentInsert3(CHCKCLNT(REQUIRED))]
2026-11-20T10:00:00.000Z AMQ5542I: x [CommentInsert1(ann), CommentInsert2(AUTH), CommentInsert3(CHCKLOCL(OPTIONAL))]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ5541","message":"x","user":"ann","attr":{"CommentInsert2":"AUTH","CommentInsert3":"CHCKCLNT(REQUIRED)"}}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"info","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ5542","message":"x","user":"ann","attr":{"CommentInsert2":"AUTH","CommentInsert3":"CHCKLOCL(OPTIONAL)"}}
)x"},
     {.name = "TlsFailures",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ9631E: x [CommentInsert1(a), CommentInsert2(gateway (192.0.2.7)), CommentInsert3(APP.SVRCONN)]
2026-11-20T10:00:00.000Z AMQ9633E: x [CommentInsert1(a), CommentInsert2(gateway (192.0.2.7)), CommentInsert3(APP.SVRCONN)]
2026-11-20T10:00:00.000Z AMQ9636E: x [CommentInsert1(a), CommentInsert2(gateway (192.0.2.7)), CommentInsert3(APP.SVRCONN)]
2026-11-20T10:00:00.000Z AMQ9637E: x [CommentInsert1(a), CommentInsert2(gateway (192.0.2.7)), CommentInsert3(APP.SVRCONN)]
2026-11-20T10:00:00.000Z AMQ9639E: x [CommentInsert1(a), CommentInsert2(gateway (192.0.2.7)), CommentInsert3(APP.SVRCONN)]
2026-11-20T10:00:00.000Z AMQ9665E: x [CommentInsert1(a), CommentInsert2(gateway (192.0.2.7)), CommentInsert3(APP.SVRCONN)]
2026-11-20T10:00:00.000Z AMQ9716E: x [CommentInsert1(a), CommentInsert2(gateway (192.0.2.7)), CommentInsert3(APP.SVRCONN)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"tls","outcome":"failure","reason":2371,"reason_name":"MQRC_CHANNEL_SSL_ERROR","message_id":"AMQ9631","message":"x","connection":"gateway (192.0.2.7)","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"CommentInsert1":"a"}}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"tls","outcome":"failure","reason":2371,"reason_name":"MQRC_CHANNEL_SSL_ERROR","message_id":"AMQ9633","message":"x","connection":"gateway (192.0.2.7)","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"CommentInsert1":"a"}}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"tls","outcome":"failure","reason":2371,"reason_name":"MQRC_CHANNEL_SSL_ERROR","message_id":"AMQ9636","message":"x","connection":"gateway (192.0.2.7)","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"CommentInsert1":"a"}}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"tls","outcome":"failure","reason":2371,"reason_name":"MQRC_CHANNEL_SSL_ERROR","message_id":"AMQ9637","message":"x","connection":"gateway (192.0.2.7)","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"CommentInsert1":"a"}}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"tls","outcome":"failure","reason":2371,"reason_name":"MQRC_CHANNEL_SSL_ERROR","message_id":"AMQ9639","message":"x","connection":"gateway (192.0.2.7)","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"CommentInsert1":"a"}}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"tls","outcome":"failure","reason":2371,"reason_name":"MQRC_CHANNEL_SSL_ERROR","message_id":"AMQ9665","message":"x","connection":"gateway (192.0.2.7)","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"CommentInsert1":"a"}}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"tls","outcome":"failure","reason":2371,"reason_name":"MQRC_CHANNEL_SSL_ERROR","message_id":"AMQ9716","message":"x","connection":"gateway (192.0.2.7)","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"CommentInsert1":"a"}}
)x"},
     {.name = "EndsInEitherPlace",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ9637E: x [CommentInsert1(APP.SVRCONN), CommentInsert3(192.0.2.7)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"tls","outcome":"failure","reason":2371,"reason_name":"MQRC_CHANNEL_SSL_ERROR","message_id":"AMQ9637","message":"x","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN"}
)x"},
     {.name = "UnknownChannelOfAHandshake",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ9637E: x [CommentInsert2(192.0.2.7), CommentInsert3(????)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"tls","outcome":"failure","reason":2371,"reason_name":"MQRC_CHANNEL_SSL_ERROR","message_id":"AMQ9637","message":"x","connection":"192.0.2.7","source_ip":"192.0.2.7"}
)x"},
     {.name = "ChannelNotFound",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ9519E: x [CommentInsert1(NO.SUCH)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"connect","outcome":"failure","message_id":"AMQ9519","message":"x","channel":"NO.SUCH"}
)x"},
     {.name = "ConnectionsClosed",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ9209E: x [CommentInsert1(gateway (192.0.2.7)), CommentInsert3(APP.SVRCONN)]
2026-11-20T10:00:00.000Z AMQ9999E: x [CommentInsert1(APP.SVRCONN), CommentInsert2(1234), CommentInsert3(192.0.2.7)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ9209","message":"x","connection":"gateway (192.0.2.7)","source_ip":"192.0.2.7","channel":"APP.SVRCONN"}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ9999","message":"x","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"CommentInsert2":"1234"}}
)x"},
     {.name = "ControlCommand",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(ann) Program(setmqaut)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5)
                    Time(2026-11-20T10:00:00.000Z)
                    CommentInsert1(setmqaut)
                    CommentInsert2(setmqaut -m QM1 -t qmgr -p secret +connect)

AMQ6206I: Command setmqaut was issued: setmqaut -p secret

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"info","kind":"command","action":"command","outcome":"success","message_id":"AMQ6206","message":"Command setmqaut was issued: setmqaut -p ***","host":"mqhost1","mq_version":"9.4.0.5","user":"ann","event_user":"ann","app":"setmqaut","pid":740,"command_name":"setmqaut","command_text":"setmqaut -m QM1 -t qmgr -p *** +connect","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36"}}
)x"},
     {.name = "QueueManagerStartedAndEnded",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ8003I: x [CommentInsert1(QM1)]
2026-11-20T10:00:00.000Z AMQ8004I: x [CommentInsert1(QM1)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"info","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003","message":"x","attr":{"CommentInsert1":"QM1"}}
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"info","kind":"qmgr","action":"stop","outcome":"success","reason":2223,"reason_name":"MQRC_Q_MGR_NOT_ACTIVE","message_id":"AMQ8004","message":"x","attr":{"CommentInsert1":"QM1"}}
)x"},
     {.name = "AnyOtherMessage",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
                    ArithInsert1(5)
                    CommentInsert1(9.4.0.20 (p940-020-260211))

AMQ6287S: x

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"severe","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ6287","message":"x","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm","ArithInsert1":"5","CommentInsert1":"9.4.0.20 (p940-020-260211)"}}
)x"},
     {.name = "Translated",
      .lines = R"x(20.11.2026 10:00:00 - Process(1.2) User(mqm) Program(amqzlaa0)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.2.0.0) QMgr(QM1)
                    CommentInsert1(ann)
                    CommentInsert2(Q1 [queue])
                    CommentInsert3(get)

AMQ8077: Die Einheit ann hat keine ausreichende Berechtigung,
um auf das Objekt zuzugreifen.
ERKLÄRUNG:
Etwas.
AKTION:
Etwas.
-------------------------------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"no_zone","source":"amqerr","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ8077","message":"Die Einheit ann hat keine ausreichende Berechtigung, um auf das Objekt zuzugreifen.","qmgr":"QM1","host":"mqhost1","mq_version":"9.2.0.0","user":"ann","object":"Q1","object_type":"queue","access":["get"],"attr":{"Installation":"Installation1","Process":"1.2","Program":"amqzlaa0","User":"mqm"}}
)x"},
     {.name = "Folded",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa) Host(mqhost1) Installation(Installation1) VRMF(9.4.0.5) QMgr(QM1) Time(2026-11-20T10:00:00.000Z) RemoteHost(192.0.2.7) ArithInsert1(0) ArithInsert2(0) CommentInsert1(APP.SVRCONN) CommentInsert2(192.0.2.7) CommentInsert3(CLNTUSER(alice)) AMQ9777E: Channel was blocked EXPLANATION: What happened. ACTION: What to do.
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"AMQ9777","message":"Channel was blocked","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"alice","client_user":"alice","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm","ArithInsert1":"0","ArithInsert2":"0"}}
)x"},
     {.name = "NoLineOfDashes",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)

AMQ8003I: one

EXPLANATION:
What happened.
ACTION:
What to do.
11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:01.000Z)

AMQ8004I: two

EXPLANATION:
What happened.
ACTION:
What to do.
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"info","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003","message":"one","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","attr":{"Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
{"time":"2026-11-20T10:00:01Z","time_quality":"exact","source":"amqerr","level":"info","kind":"qmgr","action":"stop","outcome":"success","reason":2223,"reason_name":"MQRC_Q_MGR_NOT_ACTIVE","message_id":"AMQ8004","message":"two","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","attr":{"Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
)x"},
     {.name = "DashesOfARecordBefore",
      .lines = R"x(----- amqrmrsa.c : 945 --------------------------------------------------------
2026-11-20T10:00:00.000Z AMQ8003I: one
)x",
      .expected = R"x(passed over trailer
{"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"info","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003","message":"one"}
)x"},
     {.name = "ExplanationNamesAMessage",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)

AMQ8003I: one

EXPLANATION:
See the message
AMQ9999E: for more.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"info","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003","message":"one","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
)x"},
     {.name = "NoMessage",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
)x",
      .expected = R"x(rejected truncated at 0: no message id
)x"},
     {.name = "CutBeforeTheNextRecord",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:01.000Z)

AMQ8003I: one

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x(rejected truncated at 0: no message id
{"time":"2026-11-20T10:00:01Z","time_quality":"exact","source":"amqerr","level":"info","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003","message":"one","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
)x"},
     {.name = "InsertsOfOneLine",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
                    RemoteHost(192.0.2.7)  ArithInsert1(2) ArithInsert2(2035)
                    CommentInsert1(os) CommentInsert2(ann) CommentInsert3(x)

AMQ9557E: y

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ9557","message":"y","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"ann","csp_user":"ann","connection":"192.0.2.7","source_ip":"192.0.2.7","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm","ArithInsert1":"2","CommentInsert1":"os","CommentInsert3":"x"}}
)x"},
     {.name = "AnInsertIsNoLabelOfALineOfItsOwn",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
                    CommentInsert1(x) CommentInsert2(root [qmgr]) CommentInsert3(y)
                    CommentInsert2(PAYROLL.IN [queue])
                    CommentInsert3(get)

AMQ8077W: z

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"warning","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ8077","message":"z","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"x) CommentInsert2(root [qmgr]) CommentInsert3(y","object":"PAYROLL.IN","object_type":"queue","access":["get"],"attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
)x"},
     {.name = "UnknownFacts",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
                    Severity(20)
                    Words without a fact

AMQ8003I: one

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"info","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003","message":"one","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","attr":{"module":"amqzfuca.c : 4527","Severity":"20","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
)x"},
     {.name = "ConsoleWithoutATime",
      .lines = R"x(AMQ8077W: Entity 'ann' has insufficient authority to access object Q1 [queue]. [CommentInsert1(ann), CommentInsert2(Q1 [queue]), CommentInsert3(get)]
)x",
      .expected = R"x({"source":"amqerr","level":"warning","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ8077","message":"Entity 'ann' has insufficient authority to access object Q1 [queue].","user":"ann","object":"Q1","object_type":"queue","access":["get"]}
)x"},
     {.name = "NothingInPlaceOfValues",
      .lines = R"x(2026-11-20T10:00:00.000Z AMQ9557E: y [ArithInsert2(2035), CommentInsert1(N/A), CommentInsert2(), CommentInsert3(???)]
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ9557","message":"y"}
)x"},
     {.name = "AnotherRemoteHost",
      .lines = R"x(11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa)
                    Host(mqhost1) Installation(Installation1)
                    VRMF(9.4.0.5) QMgr(QM1)
                    Time(2026-11-20T10:00:00.000Z)
                    RemoteHost(gateway (192.0.2.9))

AMQ8003I: x

EXPLANATION:
What happened.
ACTION:
What to do.
----- amqzfuca.c : 4527 -------------------------------------------------------
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"info","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003","message":"x","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","connection":"gateway (192.0.2.9)","source_ip":"192.0.2.9","attr":{"module":"amqzfuca.c : 4527","Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm"}}
)x"},
     {.name = "LocalTimeInAZone",
      .lines = R"x(26/11/20 14:04:57 - Process(1.2) User(mqm) Program(a)
                    QMgr(QM1)

AMQ8003: x
----
)x",
      .expected = R"x({"time":"2026-11-20T12:04:57Z","time_quality":"exact","source":"amqerr","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003","message":"x ----","qmgr":"QM1","attr":{"Process":"1.2","Program":"a","User":"mqm"}}
)x",
      .zone = "+02:00",
      .order = "ymd"},
     {.name = "LocalTimeThatMayBeTwo",
      .lines = R"x(03/04/26 14:04:57 - Process(1.2) User(mqm) Program(a)
                    QMgr(QM1)

AMQ8003: x
)x",
      .expected = R"x({"source":"amqerr","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003","message":"x","qmgr":"QM1","attr":{"Process":"1.2","Program":"a","User":"mqm"}}
)x"},
  };
  return cases;
}

const std::vector<LineCase>& JsonCases() {
  static const auto& cases = *new std::vector<LineCase>{
     {.name = "BlockedByRecord",
      .lines = R"x({"ibm_messageId":"AMQ9777E","ibm_remoteHost":"192.0.2.7","ibm_commentInsert1":"APP.SVRCONN","ibm_commentInsert2":"192.0.2.7","ibm_commentInsert3":"CLNTUSER(alice)","ibm_datetime":"2026-11-20T10:00:00.271Z","ibm_serverName":"QM1","type":"mq_log","host":"mqhost1","loglevel":"ERROR","module":"amqrmrsa.c:945","ibm_sequence":"1795168800_271000000","ibm_processId":"740","ibm_version":"9.4.0.5","ibm_processName":"amqrmppa","ibm_userName":"mqm","message":"AMQ9777E: words"}
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00.271Z","time_quality":"exact","event_id":"1795168800_271000000","source":"amqerr_json","level":"error","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"AMQ9777","message":"words","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"alice","client_user":"alice","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"ibm_processId":"740","ibm_processName":"amqrmppa","ibm_userName":"mqm","type":"mq_log","module":"amqrmrsa.c:945"}}
)x"},
     {.name = "NumbersAsNumbers",
      .lines = R"x({"ibm_messageId":"AMQ9557E","ibm_arithInsert1":2,"ibm_arithInsert2":2035,"ibm_commentInsert1":"ann","ibm_datetime":"2026-11-20T10:00:00Z","ibm_serverName":"QM1","ibm_processId":740,"ibm_threadId":4,"loglevel":"ERROR","message":"words"}
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr_json","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ9557","message":"words","qmgr":"QM1","user":"ann","attr":{"ibm_processId":"740","ibm_arithInsert1":"2","ibm_threadId":"4"}}
)x"},
     {.name = "LevelOfAnIdWithoutLetter",
      .lines = R"x({"ibm_messageId":"AMQ8003","ibm_datetime":"2026-11-20T10:00:00.271Z","ibm_serverName":"QM1","type":"mq_log","host":"mqhost1","loglevel":"WARNING","module":"amqrmrsa.c:945","ibm_sequence":"1795168800_271000000","ibm_processId":"740","ibm_version":"9.4.0.5","ibm_processName":"amqrmppa","ibm_userName":"mqm","message":"AMQ8003: words"}
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00.271Z","time_quality":"exact","event_id":"1795168800_271000000","source":"amqerr_json","level":"warning","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003","message":"words","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","attr":{"ibm_processId":"740","ibm_processName":"amqrmppa","ibm_userName":"mqm","type":"mq_log","module":"amqrmrsa.c:945"}}
)x"},
     {.name = "Companion",
      .lines = R"x({"ibm_messageId":"AMQ8077W","ibm_commentInsert1":"ann","ibm_commentInsert2":"QM1 [qmgr]","ibm_commentInsert3":"connect","ibm_datetime":"2026-11-20T10:00:00.271Z","ibm_serverName":"QM1","type":"mq_log","host":"mqhost1","loglevel":"ERROR","module":"amqrmrsa.c:945","ibm_sequence":"1795168800_271000000","ibm_processId":"740","ibm_version":"9.4.0.5","ibm_processName":"amqrmppa","ibm_userName":"mqm","message":"AMQ8077W: words"}
{"ibm_messageId":"AMQ9557E","ibm_arithInsert2":2035,"ibm_commentInsert1":"ann","ibm_datetime":"2026-11-20T10:00:00.271Z","ibm_serverName":"QM1","type":"mq_log","host":"mqhost1","loglevel":"ERROR","module":"amqrmrsa.c:945","ibm_sequence":"1795168800_271000000","ibm_processId":"740","ibm_version":"9.4.0.5","ibm_processName":"amqrmppa","ibm_userName":"mqm","message":"AMQ9557E: words"}
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00.271Z","time_quality":"exact","event_id":"1795168800_271000000","source":"amqerr_json","level":"warning","kind":"authz","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ8077","message":"words","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"ann","object":"QM1","object_type":"qmgr","access":["connect"],"attr":{"ibm_processId":"740","ibm_processName":"amqrmppa","ibm_userName":"mqm","type":"mq_log","module":"amqrmrsa.c:945"}}
{"time":"2026-11-20T10:00:00.271Z","time_quality":"exact","event_id":"1795168800_271000000","source":"amqerr_json","level":"error","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ9557","message":"words","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"ann","attr":{"ibm_processId":"740","ibm_processName":"amqrmppa","ibm_userName":"mqm","ibm_arithInsert2":"2035","type":"mq_log","module":"amqrmrsa.c:945"}}
)x"},
     {.name = "ControlCommand",
      .lines = R"x({"ibm_messageId":"AMQ6206I","ibm_commentInsert1":"runmqsc","ibm_commentInsert2":"runmqsc -u ann -p secret QM1","ibm_datetime":"2026-11-20T10:00:00.271Z","ibm_serverName":"QM1","type":"mq_log","host":"mqhost1","loglevel":"ERROR","module":"amqrmrsa.c:945","ibm_sequence":"1795168800_271000000","ibm_processId":"740","ibm_version":"9.4.0.5","ibm_processName":"amqrmppa","ibm_userName":"mqm","message":"AMQ6206I: words"}
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00.271Z","time_quality":"exact","event_id":"1795168800_271000000","source":"amqerr_json","level":"info","kind":"command","action":"command","outcome":"success","message_id":"AMQ6206","message":"words","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"mqm","event_user":"mqm","app":"amqrmppa","pid":740,"command_name":"runmqsc","command_text":"runmqsc -u ann -p *** QM1","attr":{"ibm_processId":"740","type":"mq_log","module":"amqrmrsa.c:945"}}
)x"},
     {.name = "WebServer",
      .lines = R"x({"type":"liberty_message","host":"mqhost1","ibm_messageId":"CWWKF0011I","ibm_datetime":"2026-11-20T12:00:00.271+0200","loglevel":"AUDIT","ibm_sequence":"1","message":"words","ibm_threadId":"2","nested":{"a":"b"}}
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00.271Z","time_quality":"exact","event_id":"1","source":"amqerr_json","level":"info","kind":"diag","action":"other","outcome":"unknown","message_id":"CWWKF0011I","message":"words","host":"mqhost1","attr":{"type":"liberty_message","ibm_threadId":"2","a":"b"}}
)x"},
     {.name = "NoMessageId",
      .lines = R"x({"ibm_messageId":"","ibm_datetime":"2026-11-20T10:00:00Z"}
)x",
      .expected = R"x(rejected bad_value: no message id
)x"},
     {.name = "NoTime",
      .lines = R"x({"ibm_messageId":"AMQ8003I","ibm_datetime":"yesterday"}
)x",
      .expected = R"x({"source":"amqerr_json","level":"info","kind":"qmgr","action":"start","outcome":"success","reason":2222,"reason_name":"MQRC_Q_MGR_ACTIVE","message_id":"AMQ8003"}
)x"},
  };
  return cases;
}

std::string ReadText(std::string_view lines, const TextOptions& options = {}) {
  return ReadLines(MakeAmqerrTextDecoder(options).get(), lines).shown;
}

std::string ReadJson(std::string_view lines) {
  AmqerrJsonDecoder decoder;
  std::string shown;
  while (!lines.empty()) {
    const size_t end = std::min(lines.find('\n'), lines.size());
    const std::string line(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    JsonScanner scanner;
    scanner.Start();
    if (scanner.Scan(line) != JsonScanner::Result::kComplete) continue;
    Event event;
    Provenance provenance;
    if (const auto reject = decoder.Decode(scanner.nodes(), &event, &provenance)) {
      shown += "rejected ";
      shown += reject->reason;
      shown += ": " + reject->detail;
    } else {
      AppendEventJson(event, &shown);
    }
    shown += '\n';
  }
  return shown;
}

class AmqerrTextTest : public ::testing::TestWithParam<LineCase> {};

TEST_P(AmqerrTextTest, BecomesWhatTheIdAndTheInsertsSay) {
  const LineCase& c = GetParam();
  EXPECT_EQ(ReadText(c.lines, OptionsOf(c)), c.expected);
}

INSTANTIATE_TEST_SUITE_P(Cases, AmqerrTextTest, ::testing::ValuesIn(TextCases()),
                         [](const auto& info) { return info.param.name; });

class AmqerrJsonTest : public ::testing::TestWithParam<LineCase> {};

TEST_P(AmqerrJsonTest, BecomesWhatTheIdAndTheInsertsSay) {
  EXPECT_EQ(ReadJson(GetParam().lines), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Cases, AmqerrJsonTest, ::testing::ValuesIn(JsonCases()),
                         [](const auto& info) { return info.param.name; });

// What is cut off ends, and a record without its message's id is never an event.
TEST(AmqerrTextTest, ARecordMayBeCutOffAnywhere) {
  for (const LineCase& c : TextCases()) {
    for (size_t size = 0; size < c.lines.size(); ++size) {
      const std::string_view lines = std::string_view(c.lines).substr(0, size);
      const std::string shown = ReadText(lines, OptionsOf(c));
      if (lines.find("AMQ") == lines.npos) {
        EXPECT_EQ(shown.find('{'), shown.npos) << lines;
      }
    }
  }
}

TEST(AmqerrJsonTest, AnObjectMayBeCutOffAnywhere) {
  for (const LineCase& c : JsonCases()) {
    for (size_t size = 0; size < c.lines.size(); ++size) {
      ReadJson(std::string_view(c.lines).substr(0, size));
    }
  }
}

TEST(AmqerrTextTest, ARecordThatNeverEndsIsBounded) {
  std::string lines = TextCases().front().lines;
  lines = lines.substr(0, lines.find("EXPLANATION"));
  for (int i = 0; i < 2000; ++i) lines += "a line of an explanation without an end\n";
  const std::string shown = ReadText(lines);
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '{'), 2);  // and its attrs
  EXPECT_THAT(shown, HasSubstr("unasked a line"));
}

// The sum of lengths is quadratic in none of these.
TEST(AmqerrTextTest, HostileLinesEnd) {
  const std::string head = "02/26/20 10:04:57 - Process(1.2) User(m) Program(p)\n";
  ReadText(") AMQ9777E: x - Process(1.2) User(m) Program(p)\n");
  constexpr std::string_view kParts[] = {
      ")", "( ", ") CommentInsert1(", ") CLNTUSER(", " AMQ9777E: ", "A: ",
      "/", " [CommentInsert1(", "(((((", "[", "\xff", " "};
  constexpr std::string_view kInserts[] = {
      "CommentInsert1(", "CommentInsert3(CLNTUSER(", "CommentInsert3(", ""};
  ReadHostileLines(kInserts, kParts, ")\n", [&](const std::string& text) {
    ReadText(head + text + "AMQ9777E: x\n");
    ReadText(head + text + "AMQ8077E: x\n");
  });
  constexpr std::string_view kNothing[] = {""};
  ReadHostileLines(kNothing, kParts, "", [](const std::string& text) {
    ReadText("AMQ8077W: " + text + " [CommentInsert3(" + text + ")]\n");
    ReadText("02/26/20 10:04:57 - Process(1.2) " + text + "\n");
  });
}

TEST(AmqerrTextTest, DamageIsSafe) {
  for (const LineCase& c : TextCases()) {
    ExpectDamageIsSafe(MakeAmqerrTextDecoder, c.lines, OptionsOf(c));
  }
}

TEST(AmqerrTextTest, SaysWhatFilledWhat) {
  const std::string explained =
      ReadLines(MakeAmqerrTextDecoder({}).get(), TextCases().front().lines)
          .explained;
  for (const std::string_view line :
       {"message_id<-id\n", "time<-Time\n", "qmgr<-QMgr\n",
        "source_ip<-RemoteHost\n", "channel<-CommentInsert1\n",
        "client_user<-CommentInsert3\n", "kind<-id\n"}) {
    EXPECT_THAT(explained, HasSubstr(std::string(line)));
  }
}

// All that the cases note, as `FIELD<-SOURCE`.
std::set<std::string> TextExplained() {
  std::set<std::string> notes;
  for (const LineCase& c : TextCases()) {
    const auto decoder = MakeAmqerrTextDecoder(OptionsOf(c));
    AddLines(ReadLines(decoder.get(), c.lines).explained, &notes);
  }
  return notes;
}

// The table of the manual has what the decoder does, and nothing else.
TEST(AmqerrTextTest, FillsWhatItsTablesSay) {
  std::set<std::string> rows;
  for (const FieldRow& row : AmqerrTextFields()) {
    rows.insert(NoteOf(row.field, row.name));
  }
  const std::set<std::string> notes = TextExplained();
  for (const std::string& row : rows) {
    EXPECT_TRUE(notes.contains(row)) << row << " is filled by no case";
  }
  constexpr std::string_view kInserts[] = {"ArithInsert1", "ArithInsert2",
                                           "CommentInsert1", "CommentInsert2",
                                           "CommentInsert3"};
  for (const MessageMeaning& meaning : MessageMeanings()) {
    for (size_t i = 0; i < std::size(kInserts); ++i) {
      for (const FieldId field : FieldsOfInsert(meaning.inserts[i])) {
        rows.insert(NoteOf(field, kInserts[i]));
      }
    }
  }
  for (const std::string& note : notes) {
    EXPECT_TRUE(rows.contains(note)) << note << " is in no table";
  }
}

TEST(AmqerrJsonTest, NamesTheFactsAsTheTextDoes) {
  std::set<FieldId> text;
  for (const FieldRow& row : AmqerrTextFields()) text.insert(row.field);
  std::set<FieldId> json;
  for (const FieldRow& row : AmqerrJsonFields()) json.insert(row.field);
  text.insert(FieldId::kEventId);
  EXPECT_EQ(text, json);
}

}  // namespace
}  // namespace mqwarden
