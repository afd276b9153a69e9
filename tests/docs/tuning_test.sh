#!/bin/bash
# docs/tuning.md is a true story: every command in it runs and succeeds, in order,
# and every line that it shows of the output is a line of the output.
# Arguments: the binary and the page.
set -uo pipefail

mqwarden=$(readlink -f "$1")
page=$(readlink -f "$2")
export TMPDIR=$TEST_TMPDIR
unset NO_COLOR
mkdir "$TEST_TMPDIR/bin" "$TEST_TMPDIR/work"
ln -s "$mqwarden" "$TEST_TMPDIR/bin/mqwarden"
export PATH=$TEST_TMPDIR/bin:$PATH
cd "$TEST_TMPDIR/work" || exit 1

# A block of commands is run when it ends; the block without a language that
# follows at once, if any, is looked up in what they printed.
failures=0
commands=0
shown=0
state=text
block=
after=no
while IFS= read -r line || [[ -n $line ]]; do
  case $state in
    text)
      if [[ $line == '```sh' ]]; then
        state=sh
        block=
      elif [[ $line == '```' && $after == yes ]]; then
        state=output
      elif [[ $line == '```' ]]; then
        state=other
      fi
      [[ $line == '```' ]] || after=no
      ;;
    sh)
      if [[ $line != '```' ]]; then
        block+=$line$'\n'
        continue
      fi
      : >"$TEST_TMPDIR/out"
      while IFS= read -r command; do
        [[ -n $command ]] || continue
        commands=$((commands + 1))
        # Without a sub-shell: `cd` is part of the story.
        eval "$command" >>"$TEST_TMPDIR/out" 2>"$TEST_TMPDIR/err" || {
          echo "FAIL: \`$command\` exits $?: $(head -c 2000 "$TEST_TMPDIR/err" "$TEST_TMPDIR/out")"
          failures=$((failures + 1))
        }
      done <<<"$block"
      state=text
      after=yes
      ;;
    output)
      if [[ $line == '```' ]]; then
        state=text
        after=no
      else
        shown=$((shown + 1))
        # Columns are as wide as their contents.
        grep -qF -e "$(tr -s ' ' <<<"$line")" <(tr -s ' ' <"$TEST_TMPDIR/out") || {
          echo "FAIL: the page shows \`$line\`, which is not in: $(head -c 3000 "$TEST_TMPDIR/out")"
          failures=$((failures + 1))
        }
      fi
      ;;
    other)
      [[ $line == '```' ]] && state=text
      ;;
  esac
done <"$page"

# A page that is not read must not look like success.
((commands >= 10 && shown >= 20)) || {
  echo "FAIL: only $commands commands and $shown lines of output are found"
  failures=$((failures + 1))
}
echo "$commands commands, $shown lines of output, $failures failures"
exit $((failures != 0))
