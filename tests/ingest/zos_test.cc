// Messages of the z/OS console. All of them are synthetic.
#include "mqwarden/ingest/formats/zos.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/tests/ingest/line_cases.h"
#include "mqwarden/tests/ingest/line_testing.h"

namespace mqwarden {
namespace {

using ::testing::HasSubstr;

const std::vector<LineCase>& Cases() {
  static const auto& cases = *new std::vector<LineCase>{
     {.name = "Classes",
      .lines = R"x(ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.BATCH CL(MQCONN  )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(READ   )  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.ALTER.QMGR CL(MQCMDS  )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(ALTER  )  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.PAYROLL.IN CL(MQQUEUE )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.NL1 CL(MQNLIST )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(READ   )  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.P1 CL(MQPROC  )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(READ   )  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.CONTEXT.Q1 CL(MQADMIN )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(CONTROL)  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.ALTERNATE.USER.x CL(MXADMIN )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.a.b CL(MXQUEUE )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.nl CL(MXNLIST )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(READ   )  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.p CL(MXPROC  )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(READ   )  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.PUBLISH.ORDERS CL(MXTOPIC )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
)x",
      .expected = R"x({"source":"zos","kind":"authz","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"BATCH","object_type":"other","access":["read"],"attr":{"NAME":"A USER","CL":"MQCONN","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"command","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"ALTER.QMGR","object_type":"other","access":["alter"],"command_name":"ALTER QMGR","attr":{"NAME":"A USER","CL":"MQCMDS","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"PAYROLL.IN","object_type":"queue","access":["update"],"attr":{"NAME":"A USER","CL":"MQQUEUE","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"NL1","object_type":"namelist","access":["read"],"attr":{"NAME":"A USER","CL":"MQNLIST","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"P1","object_type":"process","access":["read"],"attr":{"NAME":"A USER","CL":"MQPROC","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"other","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"CONTEXT.Q1","object_type":"other","access":["control"],"attr":{"NAME":"A USER","CL":"MQADMIN","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"other","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"ALTERNATE.USER.x","object_type":"other","access":["update"],"attr":{"NAME":"A USER","CL":"MXADMIN","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"a.b","object_type":"queue","access":["update"],"attr":{"NAME":"A USER","CL":"MXQUEUE","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"nl","object_type":"namelist","access":["read"],"attr":{"NAME":"A USER","CL":"MXNLIST","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"p","object_type":"process","access":["read"],"attr":{"NAME":"A USER","CL":"MXPROC","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"PUBLISH.ORDERS","object_type":"topic","access":["update"],"attr":{"NAME":"A USER","CL":"MXTOPIC","ACCESS_ALLOWED":"NONE"}}
)x"},
     {.name = "ClassOfAnotherProduct",
      .lines = R"x(ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  EZB.STACKACCESS.SYS1.TCPIP CL(SERVAUTH)
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(READ   )  ACCESS ALLOWED(NONE   )
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  SYS1.PARMLIB CL(DATASET ) VOL(VOL001)
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(READ   )  ACCESS ALLOWED(NONE   )
)x",
      .expected = R"x({"source":"zos","kind":"os_auth","action":"open","outcome":"failure","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","platform":"zos","user":"APPUSR1","group":"APPS","object":"EZB.STACKACCESS.SYS1.TCPIP","object_type":"other","access":["read"],"attr":{"NAME":"A USER","CL":"SERVAUTH","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"os_auth","action":"open","outcome":"failure","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","platform":"zos","user":"APPUSR1","group":"APPS","object":"SYS1.PARMLIB","object_type":"other","access":["read"],"attr":{"NAME":"A USER","VOL":"VOL001","CL":"DATASET","ACCESS_ALLOWED":"NONE"}}
)x"},
     {.name = "GenericProfile",
      .lines = R"x(ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.PAYROLL.IN CL(MQQUEUE )
  INSUFFICIENT ACCESS AUTHORITY
  FROM QM1.PAYROLL.** (G)
  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
)x",
      .expected = R"x({"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"PAYROLL.IN","object_type":"queue","access":["update"],"attr":{"NAME":"A USER","CL":"MQQUEUE","FROM":"QM1.PAYROLL.**","ACCESS_ALLOWED":"NONE"}}
)x"},
     {.name = "ProfileNotFound",
      .lines = R"x(ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              )
  QM1.CONTEXT.Q1 CL(MQADMIN )
  PROFILE NOT FOUND - REQUIRED FOR AUTHORITY CHECKING
  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
)x",
      .expected = R"x({"source":"zos","kind":"authz","action":"other","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"PROFILE NOT FOUND - REQUIRED FOR AUTHORITY CHECKING","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"CONTEXT.Q1","object_type":"other","access":["update"],"attr":{"NAME":"A USER","CL":"MQADMIN","ACCESS_ALLOWED":"NONE"}}
)x"},
     {.name = "SignOnRefused",
      .lines = R"x(ICH408I USER(NOTDFND ) GROUP(0000    ) NAME(???                 ) 92
  LOGON/JOB INITIATION - USER AT TERMINAL          NOT RACF-DEFINED
IRR012I  VERIFICATION FAILED. USER PROFILE NOT FOUND.
ICH408I USER(ANN     ) GROUP(        ) NAME(????????????????????) SUBMITTER(BEN     )
  LOGON/JOB INITIATION - INVALID PASSWORD
)x",
      .expected = R"x({"source":"zos","kind":"os_auth","action":"login","outcome":"failure","message_id":"ICH408I","message":"LOGON/JOB INITIATION - USER AT TERMINAL NOT RACF-DEFINED","platform":"zos","user":"NOTDFND"}
passed over companion
{"source":"zos","kind":"os_auth","action":"login","outcome":"failure","message_id":"ICH408I","message":"LOGON/JOB INITIATION - INVALID PASSWORD","platform":"zos","user":"ANN","attr":{"SUBMITTER":"BEN"}}
)x"},
     {.name = "NameWithAParenthesis",
      .lines = R"x(ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(USER (X)            ) 171
  QM1.CICS CL(MQCONN  )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
)x",
      .expected = R"x({"source":"zos","kind":"authz","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"CICS","object_type":"other","access":["update"],"attr":{"NAME":"USER (X)","CL":"MQCONN","ACCESS_ALLOWED":"NONE"}}
)x"},
     {.name = "Interleaved",
      .lines = R"x(ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
ICH408I USER(APPUSR2 ) GROUP(APPS    ) NAME(A USER              ) 172
  QM1.A CL(MQQUEUE )
  QM1.B CL(MQQUEUE )
  INSUFFICIENT ACCESS AUTHORITY
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
)x",
      .expected = R"x({"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"A","object_type":"queue","access":["update"],"attr":{"NAME":"A USER","CL":"MQQUEUE","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR2","group":"APPS","object":"B","object_type":"queue","access":["update"],"attr":{"NAME":"A USER","CL":"MQQUEUE","ACCESS_ALLOWED":"NONE"}}
)x"},
     {.name = "InterleavedWithAChannel",
      .lines = R"x(+CSQX511I QM1 CSQXRESP Channel APP.SVRCONN started 924
ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
 connection 192.0.2.7
  QM1.A CL(MQQUEUE )
  INSUFFICIENT ACCESS AUTHORITY
  ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
)x",
      .expected = R"x({"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"A","object_type":"queue","access":["update"],"attr":{"NAME":"A USER","CL":"MQQUEUE","ACCESS_ALLOWED":"NONE"}}
{"source":"zos","kind":"diag","action":"other","outcome":"unknown","message_id":"CSQX511I","message":"Channel APP.SVRCONN started connection 192.0.2.7","qmgr":"QM1","platform":"zos","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"csect":"CSQXRESP"}}
)x"},
     {.name = "Folded",
      .lines = R"x(ICH408I USER(APPUSR1 ) GROUP(APPS ) NAME(A USER ) 171 QM1.A CL(MQQUEUE ) INSUFFICIENT ACCESS AUTHORITY ACCESS INTENT(UPDATE ) ACCESS ALLOWED(NONE )
)x",
      .expected = R"x({"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"A","object_type":"queue","access":["update"],"attr":{"NAME":"A USER","CL":"MQQUEUE","ACCESS_ALLOWED":"NONE"}}
)x"},
     {.name = "IndentedWithBlanksBehind",
      .lines = R"x(   ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171    
     QM1.A CL(MQQUEUE )    
     INSUFFICIENT ACCESS AUTHORITY    
     ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )    
)x",
      .expected = R"x({"source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","platform":"zos","user":"APPUSR1","group":"APPS","object":"A","object_type":"queue","access":["update"],"attr":{"NAME":"A USER","CL":"MQQUEUE","ACCESS_ALLOWED":"NONE"}}
)x"},
     {.name = "CutOff",
      .lines = R"x(ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
)x",
      .expected = R"x(rejected truncated at 0
)x"},
     {.name = "CutOffBeforeTheClass",
      .lines = R"x(ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
  QM1.A CL(
)x",
      .expected = R"x(rejected truncated at 0
)x"},
     {.name = "HardcopyLog",
      .lines = R"x(M 0000000 SYS1     2026324 10:04:57.27 STC01234 00000090  ICH408I USER(APPUSR1 ) GROUP(APPS    ) NAME(A USER              ) 171
N 0000000 SYS1     2026324 10:04:57.28 STC01234 00000090  IEF403I OTHER - STARTED
M 0000000 SYS1     26324 10:04:57.29          00000090  ICH408I USER(APPUSR2 ) GROUP(APPS    ) NAME(A USER              ) 172
D 171 00000090    QM1.A CL(MQQUEUE )
D 172 00000090    QM1.B CL(MQQUEUE )
D 172 00000090    INSUFFICIENT ACCESS AUTHORITY
E 172 00000090    ACCESS INTENT(READ   )  ACCESS ALLOWED(NONE   )
D 171 00000090    INSUFFICIENT ACCESS AUTHORITY
E 171 00000090    ACCESS INTENT(UPDATE )  ACCESS ALLOWED(NONE   )
E 300 00000090    words
N 0000000 SYS1     2026324 10:04:58.00 STC01234 00000090  +CSQX511I QM1 CSQXRESP Channel APP.SVRCONN started
)x",
      .expected = R"x(passed over other message
{"time":"2026-11-20T08:04:57.290Z","time_quality":"exact","source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","host":"SYS1","platform":"zos","user":"APPUSR2","group":"APPS","object":"B","object_type":"queue","access":["read"],"attr":{"NAME":"A USER","CL":"MQQUEUE","ACCESS_ALLOWED":"NONE"}}
{"time":"2026-11-20T08:04:57.270Z","time_quality":"exact","source":"zos","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","host":"SYS1","platform":"zos","user":"APPUSR1","group":"APPS","object":"A","object_type":"queue","access":["update"],"attr":{"NAME":"A USER","CL":"MQQUEUE","ACCESS_ALLOWED":"NONE"}}
passed over other message
{"time":"2026-11-20T08:04:58Z","time_quality":"exact","source":"zos","kind":"diag","action":"other","outcome":"unknown","message_id":"CSQX511I","message":"Channel APP.SVRCONN started","qmgr":"QM1","host":"SYS1","platform":"zos","channel":"APP.SVRCONN","attr":{"csect":"CSQXRESP"}}
)x",
      .zone = "+02:00"},
     {.name = "ChannelsBlocked",
      .lines = R"x(+CSQX776E QM1 CSQXRESP Channel APP.SVRCONN from 192.0.2.7 has been blocked due to userid, Detail: CLNTUSER(ann) 31

CSQX777E QM1 CSQXRESP Channel APP.SVRCONN from 192.0.2.7 has been
CSQX777E CSQXRESP Channel APP.SVRCONN from 192.0.2.7 has been
 blocked due to USERSRC(NOACCESS), Detail: CLNTUSER(ann)
CSQX782E QM1 CSQXRESP Connection from address 192.0.2.7 has been blocked
)x",
      .expected = R"x({"source":"zos","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"CSQX776E","message":"Channel APP.SVRCONN from 192.0.2.7 has been blocked due to userid, Detail: CLNTUSER(ann) 31","qmgr":"QM1","platform":"zos","user":"ann","client_user":"ann","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"csect":"CSQXRESP"}}
{"source":"zos","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"CSQX777E","message":"Channel APP.SVRCONN from 192.0.2.7 has been","qmgr":"QM1","platform":"zos","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"csect":"CSQXRESP"}}
{"source":"zos","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"CSQX777E","message":"Channel APP.SVRCONN from 192.0.2.7 has been blocked due to USERSRC(NOACCESS), Detail: CLNTUSER(ann)","platform":"zos","user":"ann","client_user":"ann","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"csect":"CSQXRESP"}}
{"source":"zos","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"CSQX782E","message":"Connection from address 192.0.2.7 has been blocked","qmgr":"QM1","platform":"zos","connection":"192.0.2.7","source_ip":"192.0.2.7","attr":{"csect":"CSQXRESP"}}
)x"},
     {.name = "ConnectionEnded",
      .lines = R"x(+CSQX209E QM1 CSQXRESP Connection unexpectedly terminated, 926
 channel APP.SVRCONN
 connection 192.0.2.7 (192.0.2.7)
 (queue manager QM1)
 TRPTYPE=TCP RC=00000000
+CSQX512I QM1 CSQXRESP Channel APP.SVRCONN no longer active
)x",
      .expected = R"x({"source":"zos","kind":"diag","action":"other","outcome":"unknown","message_id":"CSQX209E","message":"Connection unexpectedly terminated, channel APP.SVRCONN connection 192.0.2.7 (192.0.2.7) (queue manager QM1) TRPTYPE=TCP RC=00000000","qmgr":"QM1","platform":"zos","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"csect":"CSQXRESP"}}
{"source":"zos","kind":"diag","action":"other","outcome":"unknown","message_id":"CSQX512I","message":"Channel APP.SVRCONN no longer active","qmgr":"QM1","platform":"zos","channel":"APP.SVRCONN","attr":{"csect":"CSQXRESP"}}
)x"},
  };
  return cases;
}

std::string Read(std::string_view lines, const TextOptions& options = {}) {
  return ReadLines(MakeZosDecoder(options).get(), lines).shown;
}

class ZosTest : public ::testing::TestWithParam<LineCase> {};

TEST_P(ZosTest, BecomesWhatItSays) {
  const LineCase& c = GetParam();
  EXPECT_EQ(Read(c.lines, OptionsOf(c)), c.expected);
}

INSTANTIATE_TEST_SUITE_P(Cases, ZosTest, ::testing::ValuesIn(Cases()),
                         [](const auto& info) { return info.param.name; });

TEST(ZosTest, MayBeCutOffAnywhere) {
  for (const LineCase& c : Cases()) {
    ExpectDamageIsSafe(MakeZosDecoder, c.lines, OptionsOf(c));
  }
}

// However the lines of two refusals are mixed, each keeps its own.
TEST(ZosTest, EveryMixtureOfTwoRefusalsComesApart) {
  const auto lines_of = [](std::string_view user, std::string_view queue) {
    std::string u(user);
    std::string q(queue);
    return std::vector<std::string>{
        "ICH408I USER(" + u + ") GROUP(APPS    ) NAME(A USER              ) 71\n",
        "  QM1." + q + " CL(MQQUEUE )\n", "  INSUFFICIENT ACCESS AUTHORITY\n",
        "  FROM QM1." + q + " (G)\n",
        "  ACCESS INTENT(READ   )  ACCESS ALLOWED(NONE   )\n"};
  };
  const auto first = lines_of("ANN     ", "A");
  const auto second = lines_of("BEN     ", "B");
  const size_t n = first.size();
  int mixtures = 0;
  for (unsigned mask = 0; mask < (1u << (2 * n)); ++mask) {
    if (static_cast<size_t>(__builtin_popcount(mask)) != n) continue;
    std::string text;
    size_t a = 0;
    size_t b = 0;
    bool in_step = true;  // the first is never behind the second
    for (size_t i = 0; i < 2 * n; ++i) {
      text += (mask >> i & 1) != 0 ? first[a++] : second[b++];
      in_step = in_step && a >= b;
    }
    if (!in_step) continue;
    ++mixtures;
    const std::string shown = Read(text);
    for (const std::string_view part :
         {R"("user":"ANN","group":"APPS","object":"A")",
          R"("user":"BEN","group":"APPS","object":"B")", R"("FROM":"QM1.A")",
          R"("FROM":"QM1.B")"}) {
      EXPECT_THAT(shown, HasSubstr(std::string(part))) << text;
    }
  }
  EXPECT_EQ(mixtures, 42);  // the Catalan number
}

TEST(ZosTest, HostileLinesEnd) {
  constexpr std::string_view kParts[] = {
      " CL(", "CL(", ")", " ", "FROM ", "channel ", "connection (", "CLNTUSER(",
      "ACCESS INTENT(", "\xff"};
  constexpr std::string_view kHeads[] = {
      "ICH408I USER(A) ", "CSQX777E QM1 CSQXRESP ",
      "ICH408I USER(A) GROUP(B) NAME(C)\n  QM1.A CL(MQQUEUE )\n  "};
  ReadHostileLines(kHeads, kParts, "\n", [](const std::string& text) {
    Read(text + text.substr(text.size() / 2));
  });
  // Messages that never end, more of them than are kept open.
  std::string lines;
  for (int i = 0; i < 5000; ++i) lines += "ICH408I USER(A) GROUP(B) NAME(C)\n words\n";
  EXPECT_THAT(Read(lines), HasSubstr("os_auth"));
}

TEST(ZosTest, SaysWhatFilledWhat) {
  const std::string explained =
      ReadLines(MakeZosDecoder({}).get(), Cases().front().lines).explained;
  for (const std::string_view line :
       {"message_id<-id\n", "user<-USER\n", "group<-GROUP\n",
        "qmgr<-resource\n", "object<-resource\n", "kind<-CL\n"}) {
    EXPECT_THAT(explained, HasSubstr(std::string(line)));
  }
}


// The table of the manual has what the decoder does.
TEST(ZosTest, FillsWhatItsTablesSay) {
  std::set<std::string> notes;
  for (const LineCase& c : Cases()) {
    AddLines(ReadLines(MakeZosDecoder(OptionsOf(c)).get(), c.lines).explained, &notes);
  }
  std::set<std::string> rows;
  for (const FieldRow& row : ZosFields()) {
    rows.insert(NoteOf(row.field, row.name));
  }
  for (const std::string& row : rows) {
    EXPECT_TRUE(notes.contains(row)) << row << " is filled by no case";
  }
  for (const std::string& note : notes) {
    const bool in_detail = note.ends_with("<-detail");  // as AMQERR has it
    EXPECT_TRUE(rows.contains(note) || in_detail) << note << " is in no table";
  }
}

}  // namespace
}  // namespace mqwarden
