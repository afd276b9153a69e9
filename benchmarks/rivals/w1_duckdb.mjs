// The conditions of W1's rules in DuckDB's SQL, from the file: as w1.sql.
//   node w1_duckdb.mjs MODULE LOG THREADS
const { DuckDBInstance } = await import(process.argv[2]);
const [log, threads] = process.argv.slice(3);
const instance = await DuckDBInstance.create(":memory:", { threads });
const connection = await instance.connect();
const rows = async (sql) => (await connection.runAndReadAll(sql)).getRows();

await connection.run(`create view event as select * from read_json('${log}', format = 'newline_delimited', columns = {
  time: 'TIMESTAMP', kind: 'VARCHAR', action: 'VARCHAR', outcome: 'VARCHAR', reason: 'INTEGER',
  channel_type: 'VARCHAR', channel: 'VARCHAR', "user": 'VARCHAR', source_ip: 'VARCHAR', tags: 'VARCHAR[]'})
  where not list_contains(tags, 'lab')`);
// One reading of the file for all three.
await connection.run(`create temp table hit as select * from event where
  (kind in ('authz', 'authn') and reason = 2035 and channel_type = 'svrconn')
  or (kind = 'channel' and action = 'block' and regexp_matches(channel, '^PROD\\..*\\.SDR$'))
  or (kind in ('authn', 'authz', 'session') and action = 'connect' and outcome = 'success'
      and "user" in ('bgadmin1', 'bgadmin2', 'bgadmin3', 'bgadmin4', 'bgadmin5'))`);
for (const [address] of await rows(`select distinct source_ip from (
    select source_ip, time - lag(time, 9) over (partition by source_ip order by time) span
    from hit where kind in ('authz', 'authn') and reason = 2035 and channel_type = 'svrconn')
  where span < interval 5 minutes`)) {
  console.log("address", address);
}
for (const [count] of await rows(`select count(*) from hit where kind = 'channel' and action = 'block'`)) {
  console.log("matches r2", String(count));
}
for (const [count] of await rows(`select count(*) from hit where action = 'connect' and outcome = 'success' and "user" like 'bgadmin%'`)) {
  console.log("matches r3", String(count));
}
