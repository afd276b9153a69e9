-- The conditions of W1's rules as a program in SQL has them: every address whose
-- ten refusals lie within five minutes, and how many events meet R2 and R3. Refire
-- and the limits of an hour need state that windows of SQL do not have.
-- Read by sqlite3 after `create table line(text)` has been filled.
create table event as
select text ->> 'kind' kind, text ->> 'action' action, text ->> 'outcome' outcome,
       text ->> 'reason' reason, text ->> 'channel_type' channel_type,
       text ->> 'channel' channel, text ->> 'user' user, text ->> 'source_ip' source_ip,
       text ->> 'time' time
from line where instr(text, '"lab"') = 0;

select 'address ' || source_ip from (
  select source_ip,
         (julianday(time) - julianday(lag(time, 9) over (partition by source_ip order by time))) * 86400 span
  from event where kind in ('authz', 'authn') and reason = 2035 and channel_type = 'svrconn')
where span < 299.9995 group by source_ip;

select 'matches r2 ' || count(*) from event
where kind = 'channel' and action = 'block' and channel glob 'PROD.*.SDR';
select 'matches r3 ' || count(*) from event
where kind in ('authn', 'authz', 'session') and action = 'connect' and outcome = 'success'
  and user in ('bgadmin1', 'bgadmin2', 'bgadmin3', 'bgadmin4', 'bgadmin5');
