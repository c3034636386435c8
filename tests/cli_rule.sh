#!/bin/sh
# cli_rule.sh - rule try and rule check on files: what they answer, and that
# hostile or mistaken files get an answer that names file, line and field.
. "$(dirname "$0")/cli/lib.sh"
cd "$work" || exit 3

# The fields that a script may rely on.
cat >rules.yaml <<'END'
act_together:
  all: [{ge: 2/3}, {sum: contribution, ge: 60%}, {of: [no], in: affected, le: 0}]
  effects: {bound: [yes], exempt: [no, abstain, out], opt_in: open}
END
cat >members.csv <<'END'
code,name,contribution,affected
NO,Norge,20.000000001,1
FR,France,30,0
DE,Deutschland,30.5,0
ON,Ontario,19.499999999,0
END
printf 'code,position\nNO,yes\nDE,yes\n' >votes.csv

# tries STATUS [OPTION...] / checks STATUS: with the files above.
tries() {
    status=$1
    shift
    run "$status" rule try rules.yaml --rule act_together \
        --members members.csv --votes votes.csv "$@"
}
checks() {
    run "$1" rule check rules.yaml --rule act_together \
        --members members.csv --json
}
tries 0 --json
says '"outcome":"open"' '"bound":[]' '"exempt":[]' \
    '"to_adopt":{"fewest":1,"members":["FR"]' '"to_block":{"fewest":1,' \
    '"sum":"50.500000001"' '"clauses":[{'
tries 0 --json --closed
says '"outcome":"rejected"'
printf 'FR,yes\nON,abstain\n' >>votes.csv
tries 0 --json
says '"outcome":"adopted"' '"bound":["NO","FR","DE"]' '"exempt":["ON"]'
checks 0
says '"monotone":true' '"proper":true' '"dictators":[]' '"vetoers":["NO"]' \
    '"dummies":[]' '"smallest_block":{"fewest":1,"members":["NO"]'

# As files come: BOM, CRLF, JSON.
for file in rules.yaml members.csv votes.csv; do
    cp $file $file.good
    { printf '\357\273\277'; sed 's/$/\r/' $file.good; } >$file
done
tries 0 --json
says '"outcome":"adopted"'
printf '{"act_together":{"ge":"2/3","default":{"silent":"no"}}}' >rules.yaml
tries 0 --json
says '"outcome":"adopted"'

restore() {
    for file in rules.yaml members.csv votes.csv; do
        cp $file.good $file
    done
}

# wrong FILE SED-SCRIPT TEXT...: the file changed so is refused in these words.
wrong() {
    restore
    sed "$2" "$1.good" >"$1"
    shift 2
    tries 2
    says "$@"
}
wrong rules.yaml 's/2.3/167%/' "rules.yaml:2: act_together.all[0].ge: '167%'"
wrong rules.yaml 's/2.3/-2/' "rules.yaml:2: act_together.all[0].ge:"
wrong rules.yaml 's/sum/sums/' "rules.yaml:2: act_together.all[1].sums:"
wrong rules.yaml 's/no]/nay]/' "rules.yaml:2: act_together.all[2].of[0]:"
wrong rules.yaml 's/contribution/gdp/' "rules.yaml:2: act_together.all[1]" \
    "no weight 'gdp'"
wrong rules.yaml 's/in: affected/in: near/' "no group 'near'"
wrong rules.yaml 's/act_together/act_alone/' "no rule 'act_together'" act_alone
wrong rules.yaml 's/  all/\tall/' "rules.yaml:2:"
wrong rules.yaml 's/act_together:/& \&a/' "rules.yaml:1:" anchors
wrong members.csv 's/^FR/NO/' "members.csv:3: code: NO is there already"
wrong members.csv 's/,30,/,,/' "members.csv:3: contribution: FR has none"
wrong members.csv 's/,30,/,-30,/' "members.csv:3: contribution: '-30' of FR"
wrong members.csv 's/,30,/,30.0000000001,/' "members.csv:3:" "nine places"
wrong members.csv 's/,30,/,9999999999999999999,/' "members.csv:3:" "10^18"
wrong members.csv 's/,1$/,2/' "members.csv:2: affected: NO"
wrong members.csv 's/code/kode/' "members.csv:1:" "a column 'code'"
wrong votes.csv 's/NO,yes/NO,true/' "votes.csv:2: position: 'true'"
wrong votes.csv 's/^DE/NO/' "votes.csv:3: code: NO votes a second time"
wrong votes.csv 's/^DE/XX/' "votes.csv:3: code: 'XX' is no member"
wrong votes.csv 's/DE,yes/DE/' "votes.csv:3:" "2 fields"
wrong votes.csv 's/,[a-z-]*$/,out/;1s/out/position/' "votes.csv: position:" \
    "everybody"
for any in rules.yaml members.csv votes.csv; do
    wrong $any "2s/\$/$(printf '\377')/" "$any:2: bytes that are not UTF-8"
    : >$any
    tries 2
    says "$any"
    rm $any
    tries 2
    says "$any: No such file"
    mkdir $any
    tries 2
    says "$any: Is a directory"
    rmdir $any
done

# A charter says by which names its rules call the columns.
run 0 rule check "$here/../examples/willing/charter.yaml" --rule act_together \
    --members "$here/../examples/willing/members.csv" --json
says '"fit":true' '"smallest_block":{"fewest":4,'
run 0 power "$here/../examples/willing/charter.yaml" --rule act_together \
    --members "$here/../examples/willing/members.csv" --json
says '"members":34'

# Two million lines, and no end of brackets: at once.
restore
{ cat members.csv.good; seq 2000000 | sed 's/^/M/;s/$/,x,1,0/'; } >members.csv
tries 2
says "members.csv:1026: code: more than 1024 members"
cp members.csv.good members.csv
{ cat votes.csv.good; yes NO,yes | head -n 2000000; } >votes.csv
tries 2
says "votes.csv:6: code: NO votes a second time"
{ printf 'act_together: '; yes '{all: [' | head -n 2000000; } >rules.yaml
tries 2
says "rules.yaml:"
done_testing
