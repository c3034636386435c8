#!/bin/sh
# cli_power.sh - entente power: the JSON of its interface, tables, refusals,
# and a rule of a charter.
. "$(dirname "$0")/cli/lib.sh"

cat >"$work/council.csv" <<'END'
code,permanent
CN,1
FR,1
RU,1
UK,1
US,1
N0,0
N1,0
N2,0
N3,0
N4,0
N5,0
N6,0
N7,0
N8,0
N9,0
END
cat >"$work/rules.yaml" <<'END'
rules:
  six: {sum: votes, ge: 12}
  empty: {sum: votes, ge: 18}
  falls: {le: 2}
  substantive: {all: [{ge: 9}, {of: [no], in: permanent, le: 0}]}
END
cat >"$work/six.csv" <<'END'
code,votes
DE,4
FR,4
IT,4
BE,2
NL,2
LU,1
END

# A rule of a file, of several.
run 0 power "$work/rules.yaml" --rule six --members "$work/six.csv" --list 2 \
    --json
golden power_json
run 0 power "$work/rules.yaml" --rule six --members "$work/six.csv" --list 2
golden power
run 0 power "$work/rules.yaml" --rule six --members "$work/six.csv" --csv \
    --union benelux=BE,NL,LU
golden power_csv
run 0 power "$work/rules.yaml" --rule substantive \
    --members "$work/council.csv" --json
says '"winning":"848"' '"shapley":"421/2145"' '"shapley":"4/2145"' \
    '"ternary":{"adopted":"146796","profiles":"14348907"}' \
    '"vetoers":["CN","FR","RU","UK","US"]'
run 0 power "$work/rules.yaml" --rule six --members "$work/six.csv" \
    --sample 1000 --seed 7
cp "$work/out" "$work/first"
says "estimated from 1000 coalitions"
run 0 power "$work/rules.yaml" --rule six --members "$work/six.csv" \
    --sample 1000 --seed 7
cmp -s "$work/out" "$work/first" && ok || bad "the same seed drew otherwise"
run 0 power "$work/rules.yaml" --rule six --members "$work/six.csv" \
    --svg "$work/six.svg"
grep -q '<svg' "$work/six.svg" && ok || bad "no picture"

# What is wrong is said, with what was expected, and nothing else is.
wrong() { # wrong STATUS ARGUMENT... -- TEXT
    status=$1
    shift
    run "$status" power "$@"
    [ -s "$work/out" ] && bad "printed all the same: $*" || ok
}
wrong 2 "$work/rules.yaml" --rule empty --members "$work/six.csv"
says "the rule is empty"
wrong 2 "$work/rules.yaml" --rule falls --members "$work/six.csv"
says "not monotone"
wrong 2 "$work/rules.yaml" --rule none --members "$work/six.csv"
says "none"
wrong 2 "$work/rules.yaml" --rule six --members "$work/council.csv"
says "votes"
wrong 2 "$work/rules.yaml" --rule six --members "$work/six.csv" \
    --union x=BE,PL
says "there is no member 'PL'"
wrong 2 "$work/rules.yaml" --rule six --members "$work/six.csv" \
    --union x=BE,NL --union y=NL,LU
says "NL is in two unions"
wrong 2 "$work/rules.yaml" --rule six --members "$work/six.csv" --union BE,NL
says "expected NAME=MEMBER"
wrong 2 "$work/rules.yaml" --rule six --members "$work/six.csv" --list many
says "expected 0 to"
wrong 2 "$work/rules.yaml" --rule six --members "$work/six.csv" --seed 7
says "--sample"
wrong 2 "$work/rules.yaml" --rule six --members "$work/six.csv" --sample 10 \
    --list 3
says "leave"
wrong 2 "$work/rules.yaml" --rule six --members "$work/six.csv" \
    --svg "$work/x.svg" --weight gold
says "gold"

# A rule of a charter: its parties are the members.
run 0 --dir "$work/willing" exercise "$here/../examples/willing/exercise.yaml" \
    --quiet
run 0 --dir "$work/willing" power act_together
says "EXERCISE" "article 7" "coalitions win"
run 0 --dir "$work/willing" --json power amend
says '"exercise":true' '"winning":"' '"shapley":"'
wrong 2 --dir "$work/willing" unheard_of
says "the charter has no rule 'unheard_of'" "act_together"
done_testing
