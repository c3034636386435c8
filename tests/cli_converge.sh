#!/bin/sh
# cli_converge.sh - agreement of members from a file and from a log: tables,
# JSON, CSV and pictures as they have always been; bad files say where.
. "$(dirname "$0")/cli/lib.sh"
votes=$here/cli/votes.csv
cd "$here/cli" || exit 3

# picture NAME: $work/picture.svg is tests/golden/cli/NAME.svg
picture() {
    cp "$work/picture.svg" "$work/out"
    golden "$1.svg"
}

run 0 converge votes.csv --svg "$work/picture.svg"
golden converge
picture converge_matrix
run 0 converge votes.csv --json --map "$work/picture.svg"
golden converge_json
says '{"a":"DK","b":"SE","same":3,"adjacent":2,"joint":5,"coincidence":"4/5"}'
picture converge_map
run 0 converge votes.csv --csv
golden converge_csv
says "a,b,same,adjacent,joint,coincidence" "FI,IS,3,0,4,3/4"
cp "$work/out" "$work/first"
(sed -n 1p votes.csv && sed 1d votes.csv | sort -r) >"$work/mixed.csv"
run 0 converge "$work/mixed.csv" --csv
cmp -s "$work/out" "$work/first" && ok || bad "another order of rows"
run 0 converge - --csv <votes.csv
cmp -s "$work/out" "$work/first" && ok || bad "standard input"

# Movement, by periods, rolls and with a gap between.
run 0 converge votes.csv --period 2025,2026 --json
says '"movement":{"before":{"name":"2025","rolls":3,"coincidence":"21/52"' \
    '{"code":"FI","before":"11/12","after":"0/1"}'
run 0 converge votes.csv --before 9 --after 11 --list 1
says "before 9" "from 11"
run 0 converge votes.csv --after 2026
says "before 2026" "from 2026"
run 2 converge votes.csv --period 2025,2027
says "no roll is '2027'"
run 2 converge votes.csv --period 2025
says "expected two periods"
run 2 converge votes.csv --period 2025,2026 --before 9
run 2 converge votes.csv --json --csv
run 2 converge votes.csv --list 0
run 2 converge votes.csv --positions
run 2 converge "$work/none.csv"
says "none.csv"
run 2 converge --json "$work"
says '{"error":{"code":"input"'

# Bad files.
printf 'code,name\nNO,x\nSE,x\nDK,x\nFI,x\n' >"$work/members.csv"
run 2 converge votes.csv --members "$work/members.csv"
says "votes.csv:6: code: IS is not among the members"
printf 'IS,x\nEE,x\n' >>"$work/members.csv"
run 0 converge votes.csv --members "$work/members.csv" --json
says '"members":6' '"joint":0,"coincidence":null'
printf 'roll,code,position\n1,NO,maybe\n' >"$work/bad.csv"
run 2 converge "$work/bad.csv"
says "bad.csv:2: position: 'maybe' is no position; expected yes, no, abstain"
printf 'roll,code,position\n1,NO,yes\n1,NO,yes\n' >"$work/bad.csv"
run 2 converge "$work/bad.csv"
says "bad.csv:3: code: a second position of NO in roll 1"
: >"$work/bad.csv"
run 2 converge "$work/bad.csv"
says "bad.csv: empty"
printf 'roll,code,position\n1,NO,absent\n' >"$work/one.csv"
run 0 converge "$work/one.csv" --svg "$work/picture.svg" \
    --map "$work/picture.svg"
says "1 member, 1 roll, 0 positions taken"

# From a log.
dir=$work/north
run 2 --dir "$work/nowhere" converge
says "there is no log here"
new_log "$dir"
now=2026-01-05T09:00:00Z
does 2 converge
says "no proposal has been voted on and decided yet"
for state in $states; do
    does 0 sign --as $state/delegate
    does 0 ratify --as $state/delegate
done
at 2026-01-07T09:00:00Z
does 0 advance
does 0 propose --title T --text X --matter action --group affected=FI,DK \
    --open --as NO/delegate
does 0 vote 2026-001 yes --as NO/delegate
does 0 vote 2026-001 yes --as SE/delegate
does 0 vote 2026-001 yes --as DK/delegate
does 0 vote 2026-001 abstain --as FI/delegate
does 2 converge
does 0 close 2026-001 --as NO/delegate
does 0 state "Ready." --on-behalf-of pair --as NO/delegate
does 0 endorse S-1 --as SE/delegate
does 0 converge --svg "$work/picture.svg"
says "EXERCISE" "4 members, 1 roll, 4 positions taken"
grep -q EXERCISE "$work/picture.svg" && ok || bad "a picture without EXERCISE"
does 0 converge --json
says '"exercise":true' \
    '{"a":"DK","b":"FI","same":0,"adjacent":1,"joint":1,"coincidence":"1/2"}'
does 0 converge --positions --csv
says "NO,SE,2,0,2,1/1"
done_testing
