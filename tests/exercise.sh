#!/bin/sh
# exercise.sh - the examples end as they always have, and a script that is
# wrong, or turns out otherwise, says where. Roots are pinned in
# tests/golden/exercises; a change of them is a change of formats or rules.
passed=0 failed=0
entente=${ENTENTE:-build/entente}
golden=tests/golden/exercises
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT

# report NAME STATUS: one test
report() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        echo "exercise.sh: $1: failed"
        failed=$((failed + 1))
    fi
}

# play EXAMPLE DIR: the summary's root
play() {
    "$entente" --dir "$2" exercise "examples/$1/exercise.yaml" --quiet |
        sed -n 's/^ *root //p'
}

for example in examples/*/exercise.yaml; do
    name=$(basename "$(dirname "$example")")
    root=$(play "$name" "$work/$name")
    grep -qxF "$name $root" $golden
    report "$name ends with the root in $golden, not '$root'" $?
    [ "$(play "$name" "$work/$name")" = "$root" ]
    report "$name played again in the same folder gives the same log" $?
    "$entente" --dir "$work/$name" verify >"$work/out" 2>&1
    report "the log of $name verifies" $?
    "$entente" --dir "$work/told" exercise "$example" >"$work/out" 2>&1 &&
        head -n 1 "$work/out" | grep -q '^EXERCISE' &&
        tail -n +2 "$work/out" | grep -q 'root '
    report "$name is told with everything it shows" $?
done

"$entente" --json --dir "$work/bank" exercise examples/bank/exercise.yaml |
    grep -q '"exercise":true.*"refused":4,"root":"'
report "the summary is there as JSON" $?

# shown ID LINE...: what a decision did to the record
shown() {
    "$entente" --dir "$work/bank" show "$1" >"$work/out" 2>&1
    id=$1
    shift
    for line; do
        grep -q "$line" "$work/out"
        report "show $id says '$line'" $?
    done
}
shown 2026-004 'effect  *invite HOL, Holmia' 'keys  *bank.example/HOL/governor+'
shown 2026-005 'effect  *suspend GAL'
shown 2026-007 'effect  *amend the charter' 'The amendment of the charter' \
    'asked  *8 states' 'Accepted by' 'ALD  *2026-09-21 09:00'

# wrong EDIT STATUS PART: the bank's script, edited, ends so and says that
cp -r examples/bank "$work/script"
wrong() {
    sed "$1" examples/bank/exercise.yaml >"$work/script/exercise.yaml"
    "$entente" --dir "$work/wrong" exercise "$work/script/exercise.yaml" \
        >"$work/out" 2>&1
    status=$?
    [ $status -eq "$2" ] && grep -qF "$3" "$work/out"
    report "$1 should end with status $2 and '$3'" $?
}
wrong 's/expect: refused/expect: accepted/' 1 'exercise.yaml:'
wrong '0,/act: signature/s//act: ballot/' 1 'steps[0]: act 1 was refused'
wrong 's/because: needs 2/because: needs 3/' 1 'expected a reason with "needs 3"'
wrong 's/^seed:/sead:/' 2 'sead'
wrong '0,/by: all/s//by: XYZ/' 2 "expected a member of"
wrong 's/act: accession/act: acession/' 2 "there is no kind of act 'acession'"
wrong 's/at: 2026-02-16T10:00:00Z/at: 2026-02-01T10:00:00Z/' 2 'time does not go back'
wrong 's/expect: refused/expect: maybe/' 2 'expected accepted or refused'
wrong 's/members: members.csv/members: none.csv/' 2 'none.csv'
wrong 's/\$file charter-2.yaml/$fiel charter-2.yaml/' 2 'expected $vkey'
wrong 's/show: explain 2026-001/show: exercise script.yaml/' 1 'ended with status 2'
sed -i '3s/18.00/18.0O/' "$work/script/members.csv"
wrong '' 2 'members.csv:3: shares: expected a decimal'
sed -i '1s/shares/capital/' "$work/script/members.csv"
wrong '' 2 "members.csv:1: expected a column 'shares'"
sed -i '1s/code/kode/' "$work/script/members.csv"
wrong '' 2 "members.csv:1: expected a column 'code'"

mkdir "$work/other" && echo mine >"$work/other/EXERCISE"
"$entente" --dir "$work/other" exercise examples/bank/exercise.yaml \
    >"$work/out" 2>&1
[ $? -eq 1 ] && [ "$(cat "$work/other/EXERCISE")" = mine ]
report "a folder that no exercise made is left alone" $?

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
