// Lines of syslog. All of them are synthetic.
#include "mqwarden/ingest/formats/syslog.h"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "mqwarden/ingest/formats/field_table.h"
#include "mqwarden/ingest/formats/syslog_payloads.h"
#include "mqwarden/schema/event.h"
#include "mqwarden/schema/field_catalog.h"
#include "mqwarden/tests/ingest/line_cases.h"
#include "mqwarden/tests/ingest/line_testing.h"

namespace mqwarden {
namespace {

using ::testing::HasSubstr;

const std::vector<LineCase>& Cases() {
  static const auto& cases = *new std::vector<LineCase>{
     {.name = "AuthorityFailure",
      .lines = R"x(<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [AF@0 event="AF-words" violation="A-words" actual_type="AF-A" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" err_user="ANN" ip_addr="10.0.1.23" port="55875" object="PAYROLL" object_library="LIB1" object_type="*FILE" pgm_name="" workstation=""]
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"os_auth","action":"open","outcome":"failure","message_id":"AF-A","message":"AF-words","host":"10.0.1.11","platform":"ibmi","user":"ANN","source_ip":"10.0.1.23","source_port":55875,"object":"PAYROLL","object_type":"file","attr":{"violation":"A-words","job_name":"QPADEV0001","user_name":"JOBUSER","object_library":"LIB1","facility":"14","app_name":"QAUDJRN"}}
)x"},
     {.name = "SpecialAuthorityFailure",
      .lines = R"x(<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [AF@0 event="AF-words" violation="K-words" actual_type="AF-K" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" err_user="ANN" object="X" object_type="*PGM"]
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"os_auth","action":"open","outcome":"failure","message_id":"AF-K","message":"AF-words","host":"10.0.1.11","platform":"ibmi","user":"ANN","object":"X","object_type":"program","attr":{"violation":"K-words","job_name":"QPADEV0001","user_name":"JOBUSER","facility":"14","app_name":"QAUDJRN"}}
)x"},
     {.name = "PasswordFailures",
      .lines = R"x(<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [PW@0 event="PW-words" violation="P-words" actual_type="PW-P" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" err_user="ANN" ip_addr="10.0.1.23"]
<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [PW@0 event="PW-words" violation="U-words" actual_type="PW-U" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" err_user="" ip_addr="*N"]
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"os_auth","action":"login","outcome":"failure","message_id":"PW-P","message":"PW-words","host":"10.0.1.11","platform":"ibmi","user":"ANN","auth_method":"password","source_ip":"10.0.1.23","attr":{"violation":"P-words","job_name":"QPADEV0001","user_name":"JOBUSER","facility":"14","app_name":"QAUDJRN"}}
{"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"os_auth","action":"login","outcome":"failure","message_id":"PW-U","message":"PW-words","host":"10.0.1.11","platform":"ibmi","auth_method":"password","attr":{"violation":"U-words","job_name":"QPADEV0001","user_name":"JOBUSER","facility":"14","app_name":"QAUDJRN"}}
)x"},
     {.name = "ConfigurationChanges",
      .lines = R"x(<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [CA@0 event="CA-words" violation="A-words" actual_type="CA-A" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" object="ANN" object_type="*USRPRF"]
<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [CP@0 event="CP-words" violation="A-words" actual_type="CP-A" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" object="ANN" object_type="*USRPRF"]
<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [AD@0 event="AD-words" violation="A-words" actual_type="AD-A" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" object="ANN" object_type="*USRPRF"]
<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [OW@0 event="OW-words" violation="A-words" actual_type="OW-A" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" object="ANN" object_type="*USRPRF"]
<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [SV@0 event="SV-words" violation="A-words" actual_type="SV-A" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" object="ANN" object_type="*USRPRF"]
<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [DS@0 event="DS-words" violation="A-words" actual_type="DS-A" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" object="ANN" object_type="*USRPRF"]
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"config","action":"change","outcome":"success","message_id":"CA-A","message":"CA-words","host":"10.0.1.11","platform":"ibmi","user":"JOBUSER","event_user":"JOBUSER","object":"ANN","object_type":"other","attr":{"violation":"A-words","job_name":"QPADEV0001","object_type":"*USRPRF","facility":"14","app_name":"QAUDJRN"}}
{"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"config","action":"change","outcome":"success","message_id":"CP-A","message":"CP-words","host":"10.0.1.11","platform":"ibmi","user":"JOBUSER","event_user":"JOBUSER","object":"ANN","object_type":"other","attr":{"violation":"A-words","job_name":"QPADEV0001","object_type":"*USRPRF","facility":"14","app_name":"QAUDJRN"}}
{"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"config","action":"change","outcome":"success","message_id":"AD-A","message":"AD-words","host":"10.0.1.11","platform":"ibmi","user":"JOBUSER","event_user":"JOBUSER","object":"ANN","object_type":"other","attr":{"violation":"A-words","job_name":"QPADEV0001","object_type":"*USRPRF","facility":"14","app_name":"QAUDJRN"}}
{"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"config","action":"change","outcome":"success","message_id":"OW-A","message":"OW-words","host":"10.0.1.11","platform":"ibmi","user":"JOBUSER","event_user":"JOBUSER","object":"ANN","object_type":"other","attr":{"violation":"A-words","job_name":"QPADEV0001","object_type":"*USRPRF","facility":"14","app_name":"QAUDJRN"}}
{"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"config","action":"change","outcome":"success","message_id":"SV-A","message":"SV-words","host":"10.0.1.11","platform":"ibmi","user":"JOBUSER","event_user":"JOBUSER","object":"ANN","object_type":"other","attr":{"violation":"A-words","job_name":"QPADEV0001","object_type":"*USRPRF","facility":"14","app_name":"QAUDJRN"}}
{"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"config","action":"change","outcome":"success","message_id":"DS-A","message":"DS-words","host":"10.0.1.11","platform":"ibmi","user":"JOBUSER","event_user":"JOBUSER","object":"ANN","object_type":"other","attr":{"violation":"A-words","job_name":"QPADEV0001","object_type":"*USRPRF","facility":"14","app_name":"QAUDJRN"}}
)x"},
     {.name = "OtherEntries",
      .lines = R"x(<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [ST@0 event="ST-words" violation="A-words" actual_type="ST-A" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" ]
<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [CD@0 event="CD-words" violation="C-words" actual_type="CD-C" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" command="CHGUSRPRF USRPRF(ANN) PASSWORD(secret)"]
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"diag","action":"other","outcome":"unknown","message_id":"ST-A","message":"ST-words","host":"10.0.1.11","platform":"ibmi","user":"JOBUSER","attr":{"violation":"A-words","job_name":"QPADEV0001","facility":"14","app_name":"QAUDJRN"}}
{"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"diag","action":"other","outcome":"unknown","message_id":"CD-C","message":"CD-words","host":"10.0.1.11","platform":"ibmi","user":"JOBUSER","attr":{"violation":"C-words","job_name":"QPADEV0001","command":"CHGUSRPRF USRPRF(ANN) PASSWORD(***)","facility":"14","app_name":"QAUDJRN"}}
)x"},
     {.name = "EntryWithoutItsType",
      .lines = R"x(<118>Apr 18 16:32:58 10.0.1.11 QAUDJRN: [AF@0 violation="A-words" timestamp="20260418163258988000"]
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","source":"ibmi","level":"info","kind":"os_auth","action":"open","outcome":"failure","message_id":"AF-A","host":"10.0.1.11","platform":"ibmi","attr":{"violation":"A-words","facility":"14","app_name":"QAUDJRN"}}
)x"},
     {.name = "EntryInAZone",
      .lines = R"x(<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [AF@0 event="AF-words" violation="A-words" actual_type="AF-A" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" err_user="ANN"]
)x",
      .expected = R"x({"time":"2026-04-18T21:32:58.988Z","time_quality":"exact","event_id":"1001","source":"ibmi","level":"info","kind":"os_auth","action":"open","outcome":"failure","message_id":"AF-A","message":"AF-words","host":"10.0.1.11","platform":"ibmi","user":"ANN","attr":{"violation":"A-words","job_name":"QPADEV0001","user_name":"JOBUSER","facility":"14","app_name":"QAUDJRN"}}
)x",
      .zone = "-05:00"},
     {.name = "EscapedValues",
      .lines = R"x(<118> Apr 18 16:32:58 10.0.1.11 QAUDJRN: [AF@0 event="AF-words" violation="A-words" actual_type="AF-A" jrn_seq="1001" timestamp="20260418163258988000" job_name="QPADEV0001" user_name="JOBUSER" err_user="A\"N\]N" object="a\\b"]
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58.988Z","time_quality":"no_zone","event_id":"1001","source":"ibmi","level":"info","kind":"os_auth","action":"open","outcome":"failure","message_id":"AF-A","message":"AF-words","host":"10.0.1.11","platform":"ibmi","user":"A\"N]N","object":"a\\b","attr":{"violation":"A-words","job_name":"QPADEV0001","user_name":"JOBUSER","facility":"14","app_name":"QAUDJRN"}}
)x"},
     {.name = "EntryAsStructuredData",
      .lines = R"x(<118>1 2026-04-18T16:32:58Z ibmi1 QAUDJRN - - [PW@0 actual_type="PW-U" err_user="ANN"] words
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"exact","source":"ibmi","level":"info","kind":"os_auth","action":"login","outcome":"failure","message_id":"PW-U","message":"words","host":"ibmi1","platform":"ibmi","user":"ANN","auth_method":"password","attr":{"facility":"14","app_name":"QAUDJRN"}}
)x"},
     {.name = "EntryCutOff",
      .lines = R"x(<118>Apr 18 16:32:58 10.0.1.11 QAUDJRN: [AF@0 event="AF-words" err_user="AN
)x",
      .expected = R"x(rejected truncated at 0: a damaged message
)x"},
     {.name = "LeefWithTabs",
      .lines = R"x(<176>Apr 24 15:31:58 ibmi1 LEEF:1.0|Raz-Lee iSecurity|Firewall|1.0|GRE7860|usrName=ANN	devTime=2026-04-24-15.31.58.250	devTimeFormat=yyyy-MM-dd-HH.mm.ss.SSS	source=192.0.2.1	sev=10	jobName=948290/QUSER/QRWTSRVR
)x",
      .expected = R"x({"time":"2026-04-24T15:31:58.250Z","time_quality":"no_zone","source":"ibmi","level":"severe","kind":"diag","action":"other","outcome":"unknown","message_id":"GRE7860","host":"ibmi1","platform":"ibmi","user":"ANN","source_ip":"192.0.2.1","attr":{"vendor":"Raz-Lee iSecurity","product":"Firewall","version":"1.0","devTimeFormat":"yyyy-MM-dd-HH.mm.ss.SSS","jobName":"948290/QUSER/QRWTSRVR","facility":"22"}}
)x"},
     {.name = "LeefWithBlanks",
      .lines = R"x(Jan 29 01:33:34 IBMI1 LEEF:1.0|Arpeggio|SIFT-IT|3.1|PW_U|sev=3 usrName=ADMIN src=192.0.2.14 srcPort=543 jrmtIP=192.0.2.14 jUser=ROOT jMsgTxt=Invalid user id ROOT. Device X.
)x",
      .expected = R"x({"time":"2026-01-29T01:33:34Z","time_quality":"no_year","source":"ibmi","level":"info","kind":"os_auth","action":"login","outcome":"failure","message_id":"PW-U","message":"Invalid user id ROOT. Device X.","host":"IBMI1","platform":"ibmi","user":"ROOT","auth_method":"password","source_ip":"192.0.2.14","source_port":543,"attr":{"vendor":"Arpeggio","product":"SIFT-IT","version":"3.1","usrName":"ADMIN"}}
)x",
      .from = "2026-01-01T00:00:00Z"},
     {.name = "LeefTwoWithItsDelimiter",
      .lines = R"x(<13>1 2026-04-18T16:32:58Z fw1 - - - - LEEF:2.0|Vendor|Product|1|Login|^|usrName=ann^src=192.0.2.1^password=secret
<13>1 2026-04-18T16:32:58Z fw1 - - - - LEEF:2.0|Vendor|Product|1|Login|x7C|usrName=ann|src=2001:db8::1
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"exact","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message_id":"Login","host":"fw1","user":"ann","source_ip":"192.0.2.1","attr":{"vendor":"Vendor","product":"Product","version":"1","password":"***","facility":"1"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"exact","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message_id":"Login","host":"fw1","user":"ann","source_ip":"2001:db8::1","attr":{"vendor":"Vendor","product":"Product","version":"1","facility":"1"}}
)x"},
     {.name = "LeefOfARemoteAddressAlone",
      .lines = R"x(<13>1 2026-04-18T16:32:58Z ibmi1 - - - - LEEF:1.0|Arpeggio|SIFT-IT|3.1|AF_A|jrmtIP=192.0.2.14	jrmtPort=543
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"exact","source":"ibmi","level":"info","kind":"os_auth","action":"open","outcome":"failure","message_id":"AF-A","host":"ibmi1","platform":"ibmi","source_ip":"192.0.2.14","source_port":543,"attr":{"vendor":"Arpeggio","product":"SIFT-IT","version":"3.1","facility":"1"}}
)x"},
     {.name = "LeefCutOff",
      .lines = R"x(<13>Apr 24 15:31:58 ibmi1 LEEF:1.0|Vendor|Prod
)x",
      .expected = R"x(rejected truncated at 0: a damaged message
)x"},
     {.name = "Cef",
      .lines = R"x(<13>1 2026-04-18T16:32:58Z ibmi1 - - - - CEF:0|BalaBit|IBM i agent|1|AF-A|Authority \| failure|7|suser=ANN src=192.0.2.1 spt=1024 fname=PAYROLL msg=a \= b rt=1776529978000 dvchost=ibmi2
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"exact","source":"ibmi","level":"error","kind":"os_auth","action":"open","outcome":"failure","message_id":"AF-A","message":"a = b","host":"ibmi2","platform":"ibmi","user":"ANN","source_ip":"192.0.2.1","source_port":1024,"object":"PAYROLL","attr":{"vendor":"BalaBit","product":"IBM i agent","version":"1","name":"Authority | failure","facility":"1"}}
)x"},
     {.name = "CefOfATargetAlone",
      .lines = R"x(<13>1 2026-04-18T16:32:58Z fw1 - - - - CEF:0|Vendor|Product|1|100|name|9|duser=ann cs1=x cs1Label=y
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"exact","source":"syslog","level":"severe","kind":"diag","action":"other","outcome":"unknown","message_id":"100","host":"fw1","user":"ann","attr":{"vendor":"Vendor","product":"Product","version":"1","name":"name","cs1":"x","cs1Label":"y","facility":"1"}}
)x"},
     {.name = "SignOnRefused",
      .lines = R"x(<38>Apr 18 16:32:58 ibmi1 QSYSOPR: CPF1107 40 words about it
<38>Apr 18 16:32:58 ibmi1 QSYSOPR: CPF1120 40 words about it
<38>Apr 18 16:32:58 ibmi1 QSYSOPR: CPF1393 40 words about it
<38>Apr 18 16:32:58 ibmi1 QSYSOPR: CPF2234 40 words about it
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"ibmi","level":"severe","kind":"os_auth","action":"login","outcome":"failure","message_id":"CPF1107","message":"words about it","host":"ibmi1","platform":"ibmi","attr":{"severity":"40","facility":"4","app_name":"QSYSOPR"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"ibmi","level":"severe","kind":"os_auth","action":"login","outcome":"failure","message_id":"CPF1120","message":"words about it","host":"ibmi1","platform":"ibmi","attr":{"severity":"40","facility":"4","app_name":"QSYSOPR"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"ibmi","level":"severe","kind":"os_auth","action":"login","outcome":"failure","message_id":"CPF1393","message":"words about it","host":"ibmi1","platform":"ibmi","attr":{"severity":"40","facility":"4","app_name":"QSYSOPR"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"ibmi","level":"severe","kind":"os_auth","action":"login","outcome":"failure","message_id":"CPF2234","message":"words about it","host":"ibmi1","platform":"ibmi","attr":{"severity":"40","facility":"4","app_name":"QSYSOPR"}}
)x",
      .from = "2026-01-01T00:00:00Z"},
     {.name = "OtherOperatorMessages",
      .lines = R"x(<38>Apr 18 16:32:58 ibmi1 QSYSOPR: CPI1E23 00 words
<38>Apr 18 16:32:58 ibmi1 QSYSMSG: job 1/A/B CPF1124: words
<38>Apr 18 16:32:58 ibmi1 logger: CPA5305 (99) words
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"ibmi","level":"info","kind":"diag","action":"other","outcome":"unknown","message_id":"CPI1E23","message":"words","host":"ibmi1","platform":"ibmi","attr":{"severity":"00","facility":"4","app_name":"QSYSOPR"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"ibmi","level":"info","kind":"diag","action":"other","outcome":"unknown","message_id":"CPF1124","message":"words","host":"ibmi1","platform":"ibmi","attr":{"facility":"4","app_name":"QSYSMSG"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"ibmi","level":"severe","kind":"diag","action":"other","outcome":"unknown","message_id":"CPA5305","message":"words","host":"ibmi1","platform":"ibmi","attr":{"severity":"99","facility":"4","app_name":"logger"}}
)x",
      .from = "2026-01-01T00:00:00Z"},
     {.name = "MqMessagesOfTheOperator",
      .lines = R"x(<38>Apr 18 16:32:58 ibmi1 QSYSOPR: AMQ9777 30 words
<38>Apr 18 16:32:58 ibmi1 QSYSOPR: AMQ8077 30 words
<38>Apr 18 16:32:59 ibmi1 QSYSOPR: AMQ9557 30 words
<38>Apr 18 16:32:59 ibmi2 QSYSOPR: AMQ9557 30 words
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"ibmi","level":"severe","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"AMQ9777","message":"words","host":"ibmi1","platform":"ibmi","attr":{"severity":"30","facility":"4","app_name":"QSYSOPR"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"ibmi","level":"severe","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ8077","message":"words","host":"ibmi1","platform":"ibmi","attr":{"severity":"30","facility":"4","app_name":"QSYSOPR"}}
{"time":"2026-04-18T16:32:59Z","time_quality":"no_year","source":"ibmi","level":"severe","kind":"diag","action":"other","outcome":"unknown","message_id":"AMQ9557","message":"words","host":"ibmi1","platform":"ibmi","attr":{"severity":"30","facility":"4","app_name":"QSYSOPR"}}
{"time":"2026-04-18T16:32:59Z","time_quality":"no_year","source":"ibmi","level":"severe","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ9557","message":"words","host":"ibmi2","platform":"ibmi","attr":{"severity":"30","facility":"4","app_name":"QSYSOPR"}}
)x",
      .from = "2026-01-01T00:00:00Z"},
     {.name = "OwnPattern",
      .lines = R"x(<38>Apr 18 16:32:58 ibmi1 logger: job X said id=CPF1107/40 words
<38>Apr 18 16:32:58 ibmi1 logger: CPF1107 40 words
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"ibmi","level":"severe","kind":"os_auth","action":"login","outcome":"failure","message_id":"CPF1107","message":"words","host":"ibmi1","platform":"ibmi","attr":{"severity":"40","facility":"4","app_name":"logger"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"CPF1107 40 words","host":"ibmi1","attr":{"facility":"4","app_name":"logger"}}
)x",
      .from = "2026-01-01T00:00:00Z",
      .pattern = R"x(id=(?P<id>[A-Z]{3}[0-9]{4})/(?P<sev>[0-9]{2}))x"},
     {.name = "ConsoleOfAContainer",
      .lines = R"x(<30>1 2026-04-18T16:32:58Z mqhost1 ibm-mq 12 - - AMQ8077W: x [CommentInsert1(ann), CommentInsert2(Q1 [queue]), CommentInsert3(get)]
<30>Apr 18 16:32:58 mqhost1 ibm-mq[12]: 2026-04-18T16:32:57Z AMQ9557E: x [ArithInsert2(2035), CommentInsert1(ann)]
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"exact","source":"amqerr","level":"warning","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ8077","message":"x","host":"mqhost1","user":"ann","object":"Q1","object_type":"queue","access":["get"],"attr":{"facility":"3","app_name":"ibm-mq","procid":"12"}}
{"time":"2026-04-18T16:32:57Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ9557","message":"x","host":"mqhost1","user":"ann","attr":{"facility":"3","app_name":"ibm-mq","procid":"12"}}
)x"},
     {.name = "JsonOfAnErrorLog",
      .lines = R"x(<30>Apr 18 16:32:58 loghost ibm-mq[12]: {"ibm_messageId":"AMQ9777E","ibm_datetime":"2026-04-18T16:32:57Z","ibm_serverName":"QM1","host":"mqhost1","ibm_commentInsert1":"APP.SVRCONN","ibm_commentInsert2":"192.0.2.7","ibm_commentInsert3":"CLNTUSER(ann)"}
<30>Apr 18 16:32:58 loghost ibm-mq[12]: {"ibm_messageId":"AMQ97
)x",
      .expected = R"x({"time":"2026-04-18T16:32:57Z","time_quality":"exact","source":"amqerr_json","level":"error","kind":"channel","action":"block","outcome":"failure","reason":2577,"reason_name":"MQRC_CHANNEL_BLOCKED","message_id":"AMQ9777","qmgr":"QM1","host":"mqhost1","user":"ann","client_user":"ann","connection":"192.0.2.7","source_ip":"192.0.2.7","channel":"APP.SVRCONN","attr":{"facility":"3","app_name":"ibm-mq","procid":"12"}}
rejected truncated at 252: a damaged message
)x"},
     {.name = "FoldedErrorLogRecord",
      .lines = R"x(<30>1 2026-04-18T16:32:58Z loghost mq - - - 11/20/26 10:00:00 - Process(740.36) User(mqm) Program(amqrmppa) Host(mqhost1) Installation(Installation1) VRMF(9.4.0.5) QMgr(QM1) Time(2026-11-20T10:00:00.000Z) CommentInsert1(ann) AMQ5534E: words EXPLANATION: What happened. ACTION: What to do.
)x",
      .expected = R"x({"time":"2026-11-20T10:00:00Z","time_quality":"exact","source":"amqerr","level":"error","kind":"authn","action":"connect","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"AMQ5534","message":"words","qmgr":"QM1","host":"mqhost1","mq_version":"9.4.0.5","user":"ann","attr":{"Installation":"Installation1","Process":"740.36","Program":"amqrmppa","User":"mqm","facility":"3","app_name":"mq"}}
)x"},
     {.name = "FoldedRacfMessage",
      .lines = R"x(<30>1 2026-04-18T16:32:58Z zos1 BPXM - - - ICH408I USER(ANN     ) GROUP(APPS    ) NAME(A USER              ) QM1.Q1 CL(MQQUEUE ) INSUFFICIENT ACCESS AUTHORITY ACCESS INTENT(UPDATE ) ACCESS ALLOWED(READ   )
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"exact","source":"zos","level":"info","kind":"authz","action":"open","outcome":"failure","reason":2035,"reason_name":"MQRC_NOT_AUTHORIZED","message_id":"ICH408I","message":"INSUFFICIENT ACCESS AUTHORITY","qmgr":"QM1","host":"zos1","platform":"zos","user":"ANN","group":"APPS","object":"Q1","object_type":"queue","access":["update"],"attr":{"NAME":"A USER","CL":"MQQUEUE","ACCESS_ALLOWED":"READ","facility":"3","app_name":"BPXM"}}
)x"},
     {.name = "AnythingElse",
      .lines = R"x(<38>Apr 18 16:32:58 host1 sshd[1234]: Accepted publickey for ann
)x",
      .expected = R"x({"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"Accepted publickey for ann","host":"host1","attr":{"facility":"4","app_name":"sshd","procid":"1234"}}
)x",
      .from = "2026-04-18T16:32:58Z"},
     {.name = "Rfc5424",
      .lines = R"x(<165>1 2026-04-18T16:32:58.123456+02:00 host1 app 77 ID47 [a@1 x="1" y="a\"b"][b@1] )x" "\xEF\xBB\xBF" R"x(words
<165>1 - - - - - - words
<34>1 2026-04-18T16:32:58Z host1 app - - [cut x="1
)x",
      .expected = R"x({"time":"2026-04-18T14:32:58.123456Z","time_quality":"exact","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","host":"host1","attr":{"facility":"20","app_name":"app","procid":"77","msgid":"ID47","x":"1","y":"a\"b"}}
{"source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","attr":{"facility":"20"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"exact","source":"syslog","level":"severe","kind":"diag","action":"other","outcome":"unknown","message":"[cut x=\"1","host":"host1","attr":{"facility":"4","app_name":"app"}}
)x"},
     {.name = "NoYear",
      .lines = R"x(<38>Apr 18 16:32:58 host1 sshd: words
)x",
      .expected = R"x(rejected no_year at 0: nothing says which year it is
)x"},
     {.name = "YearsGoOn",
      .lines = R"x(<38>Dec 31 23:59:59 host1 a: words
<38>Jan  1 00:00:01 host1 a: words
)x",
      .expected = R"x({"time":"2026-12-31T23:59:59Z","time_quality":"no_year","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","host":"host1","attr":{"facility":"4","app_name":"a"}}
{"time":"2027-01-01T00:00:01Z","time_quality":"no_year","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","host":"host1","attr":{"facility":"4","app_name":"a"}}
)x",
      .from = "2026-06-01T00:00:00Z"},
     {.name = "YearInTheHeader",
      .lines = R"x(<38>Apr 18 2026 16:32:58 host1 a: words
<38>2026-04-18T16:32:58.5+02:00 host1 a: words
<38>2026-04-18 16:32:58 host1 a: words
)x",
      .expected = R"x({"time":"2026-04-18T14:32:58Z","time_quality":"exact","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","host":"host1","attr":{"facility":"4","app_name":"a"}}
{"time":"2026-04-18T14:32:58.500Z","time_quality":"exact","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","host":"host1","attr":{"facility":"4","app_name":"a"}}
{"time":"2026-04-18T14:32:58Z","time_quality":"exact","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","host":"host1","attr":{"facility":"4","app_name":"a"}}
)x",
      .zone = "+02:00"},
     {.name = "OddHeads",
      .lines = R"x(<38>Apr  8 6:32:58 host1 words without a tag
<38>tag: words
<191>words
<38>Apr 18 16:32:58 tag[1]: words
<38>Apr 18 16:32:58 2001:db8::1 tag: words
)x",
      .expected = R"x({"time":"2026-04-08T06:32:58Z","time_quality":"no_year","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words without a tag","host":"host1","attr":{"facility":"4"}}
{"source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","attr":{"facility":"4","app_name":"tag"}}
{"source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","attr":{"facility":"23"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","attr":{"facility":"4","app_name":"tag","procid":"1"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"no_year","source":"syslog","level":"info","kind":"diag","action":"other","outcome":"unknown","message":"words","host":"2001:db8::1","attr":{"facility":"4","app_name":"tag"}}
)x",
      .from = "2026-01-01T00:00:00Z"},
     {.name = "MessagesWithoutAHead",
      .lines = R"x(LEEF:1.0|Arpeggio|SIFT-IT|3.1|PW_U|jUser=ROOT	devTime=2026-04-24-15.31.58.250
QAUDJRN: [AF@0 timestamp="20260418163258" err_user="ANN"]
CEF:0|Vendor|Product|1|100|name|9|
)x",
      .expected = R"x({"time":"2026-04-24T15:31:58.250Z","time_quality":"no_zone","source":"ibmi","kind":"os_auth","action":"login","outcome":"failure","message_id":"PW-U","platform":"ibmi","user":"ROOT","auth_method":"password","attr":{"vendor":"Arpeggio","product":"SIFT-IT","version":"3.1"}}
{"time":"2026-04-18T16:32:58Z","time_quality":"no_zone","source":"ibmi","kind":"os_auth","action":"open","outcome":"failure","message_id":"AF","platform":"ibmi","user":"ANN","attr":{"app_name":"QAUDJRN"}}
{"source":"syslog","level":"severe","kind":"diag","action":"other","outcome":"unknown","message_id":"100","attr":{"vendor":"Vendor","product":"Product","version":"1","name":"name"}}
)x"},
     {.name = "NoSyslog",
      .lines = R"x(<192>words
<>words
words and words
April 18 words
)x",
      .expected = R"x(unasked <192>words
unasked <>words
unasked words and words
unasked April 18 words
)x"},
  };
  return cases;
}

std::string Read(std::string_view lines, const TextOptions& options = {}) {
  return ReadLines(MakeSyslogDecoder(options, nullptr).get(), lines).shown;
}

class SyslogTest : public ::testing::TestWithParam<LineCase> {};

TEST_P(SyslogTest, BecomesWhatItSays) {
  const LineCase& c = GetParam();
  EXPECT_EQ(Read(c.lines, OptionsOf(c)), c.expected);
}

INSTANTIATE_TEST_SUITE_P(Cases, SyslogTest, ::testing::ValuesIn(Cases()),
                         [](const auto& info) { return info.param.name; });

TEST(SyslogTest, MayBeCutOffAnywhere) {
  const auto make = [](const TextOptions& options) {
    return MakeSyslogDecoder(options, nullptr);
  };
  for (const LineCase& c : Cases()) {
    ExpectDamageIsSafe(make, c.lines, OptionsOf(c));
  }
}

// Recognises messages that begin with `own `.
class OwnPayloads final : public SyslogPayloads {
 public:
  bool Decode(std::string_view payload, Event* event,
              Provenance* provenance) override {
    // What a decoder leaves behind that refuses a message does not show.
    event->SetText(FieldId::kUser, "left behind");
    if (provenance != nullptr) provenance->Note("own", FieldId::kUser);
    if (!payload.starts_with("own ")) return false;
    event->SetText(FieldId::kUser, payload.substr(4));
    return true;
  }
};

TEST(SyslogTest, AHostMayKnowMoreMessages) {
  OwnPayloads payloads;
  const auto decoder = MakeSyslogDecoder({}, &payloads);
  const std::string shown =
      ReadLines(decoder.get(),
                "<38>1 2026-04-18T16:32:58Z host1 app - - - own ann\n"
                "<38>1 2026-04-18T16:32:58Z host1 app - - - words\n")
          .shown;
  EXPECT_THAT(shown, HasSubstr(R"("user":"ann")"));
  EXPECT_THAT(shown, HasSubstr(R"("message":"words")"));
  EXPECT_THAT(shown, ::testing::Not(HasSubstr("left behind")));
}

TEST(SyslogTest, APatternThatIsNoneIsRefused) {
  EXPECT_TRUE(CheckQsysoprPattern("").ok());
  EXPECT_TRUE(CheckQsysoprPattern("([A-Z]{3}[0-9]{4})").ok());
  EXPECT_FALSE(CheckQsysoprPattern("(").ok());
  EXPECT_FALSE(CheckQsysoprPattern("()()()()()()()()()").ok());
  TextOptions options;
  options.qsysopr_pattern = "(";
  EXPECT_THAT(Read("<38>1 - host1 QSYSOPR - - - CPF1107 40 words\n", options),
              HasSubstr(R"("source":"syslog")"));
}

TEST(SyslogTest, HostileLinesEnd) {
  constexpr std::string_view kParts[] = {
      "a=\"b\" ", "a=", "\\", "[", "] ", "=", " ", "|", "\"", "k=v\t", "{",
      "[a@1 x=\"", ": ", "\xff"};
  constexpr std::string_view kHeads[] = {
      "<38>1 - - - - - ", "<38>1 - - - - - [a ", "<38>1 - - - - - [AF@0 ",
      "<38>LEEF:1.0|a|b|c|d|", "<38>LEEF:2.0|a|b|c|d|", "<38>CEF:0|a|b|c|d|",
      "<38>CEF:0|a|b|c|d|e|1|", "<38>", "<38>{\"ibm_messageId\":\"",
      "<38>AMQ8077W: ", "<38>ICH408I USER(A) "};
  ReadHostileLines(kHeads, kParts, "\n",
                   [](const std::string& text) { Read(text); });
  EXPECT_THAT(Read("<38>" + std::string(70'000, 'a') + "\n"),
              HasSubstr("rejected too_long"));
}

TEST(SyslogTest, SaysWhatFilledWhat) {
  const std::string explained =
      ReadLines(MakeSyslogDecoder({}, nullptr).get(), Cases().front().lines)
          .explained;
  for (const std::string_view line :
       {"message_id<-actual_type\n", "time<-timestamp\n", "user<-err_user\n",
        "source_ip<-ip_addr\n", "host<-host\n", "level<-PRI\n"}) {
    EXPECT_THAT(explained, HasSubstr(std::string(line)));
  }
}


// The table of the manual has what the decoder does.
TEST(SyslogTest, FillsWhatItsTablesSay) {
  std::set<std::string> notes;
  for (const LineCase& c : Cases()) {
    AddLines(ReadLines(MakeSyslogDecoder(OptionsOf(c), nullptr).get(), c.lines).explained, &notes);
  }
  std::set<std::string> rows;
  for (const FieldRow& row : SyslogFields()) {
    rows.insert(NoteOf(row.field, row.name));
  }
  for (const PayloadKey& key : PayloadKeys()) {
    if (const auto field = FieldOfRole(key.role)) {
      rows.insert(NoteOf(*field, key.key));
    }
  }
  for (const std::string& row : rows) {
    EXPECT_TRUE(notes.contains(row)) << row << " is filled by no case";
  }
}

}  // namespace
}  // namespace mqwarden
