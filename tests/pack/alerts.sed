# One alert of a file of alerts as one line of an expectation:
#   time severity state rule count {group} [held N] [muted] -- summary
# Reports are left out. Evidence and fields go first, since they repeat names that
# the alert itself has.
/^\{"schema":"mqwarden\.alert\.v1",/!d
s/,"evidence":\[.*\]//
s/,"fields":\{[^}]*\}//
s/,"(tags|notify)":\[[^]]*\]//g
s/,"runbook":"[^"]*"//
s/,"muted":"(\\.|[^"\\])*"/ muted/
s/,"held":([0-9]+)/ held \1/
s/,"group":(\{[^}]*\})/ \1/
s/^.*"rule":"([^"]*)","version":"[^"]*","state":"([^"]*)","severity":"([^"]*)","title":"[^"]*","summary":"([^"]*)","time":"([^"]*)".*"count":([0-9]+)(.*)\}$/\5 \3 \2 \1 \6\7 -- \4/
s/\.000000000Z/Z/
