#!/bin/sh
# cli_refused.sh - hostile and mistaken input: each gets a clear answer that
# names where and what, status 1 or 2, and changes nothing.
. "$(dirname "$0")/cli/lib.sh"
dir=$work/north
at 2026-01-05T10:00:00Z

# founds STATUS CHARTER MEMBERS: try it in a folder that must stay empty.
founds() {
    rm -rf "$work/try"
    run "$1" --dir "$work/try" --now 2026-01-05T09:00:00Z found "$2" \
        --members "$3" --vkeys "$dir.vkeys" --exercise --no-passphrase
    if [ "$1" -eq 0 ] || [ ! -e "$work/try" ]; then
        ok
    else
        bad "something was left behind"
    fi
}

# charter SED-SCRIPT; members SED-SCRIPT: changed copies.
charter() {
    sed "$1" "$here/cli/charter.yaml" >"$work/charter.yaml"
}
members() {
    sed "$1" "$here/cli/members.csv" >"$work/members.csv"
}

new_log "$dir"
good_charter=$here/cli/charter.yaml
good_members=$here/cli/members.csv

# The charter.
founds 2 "$work/nothing.yaml" "$good_members"
says "nothing.yaml"
charter 's/rule: act_together/rule: act_alone/'
founds 2 "$work/charter.yaml" "$good_members"
says "charter.yaml:" "act_alone"
charter 's/ge: 2\/3}/ge: 4\/3}/'
founds 2 "$work/charter.yaml" "$good_members"
says "charter.yaml:28: rules.act_together.all[0].ge: '4/3' is more"
charter 's/ge: 2\/3}/ge: 5}/'
founds 2 "$work/charter.yaml" "$good_members"
says "charter.yaml: charter: rule 'act_together' is not fit"
charter 's/contribution: gdp}/contribution: gnp}/'
founds 2 "$work/charter.yaml" "$good_members"
says "members.csv:1" "gnp"
charter 's/in: affected/in: afflicted/'
founds 2 "$work/charter.yaml" "$good_members"
says "afflicted"
charter 's/deposits: 3/deposits: 30/'
founds 2 "$work/charter.yaml" "$good_members"
says "deposits"
{ printf 'x: '; printf '[%.0s' $(seq 100); printf ']%.0s' $(seq 100); } \
    >"$work/deep.yaml"
founds 2 "$work/deep.yaml" "$good_members"
says "deep.yaml:1" "64"
printf 'id: north.example\nname: \377\n' >"$work/bytes.yaml"
founds 2 "$work/bytes.yaml" "$good_members"
says "bytes.yaml" "UTF-8"
printf 'a: &a [x]\nb: *a\n' >"$work/alias.yaml"
founds 2 "$work/alias.yaml" "$good_members"
says "alias.yaml"

# The members. Norway is a state; a BOM and CRLF are how files come.
{ printf '\357\273\277'; sed 's/$/\r/' "$good_members"; } >"$work/crlf.csv"
founds 0 "$good_charter" "$work/crlf.csv"
run 0 --dir "$work/try" members NO
says "NO: Norge" "gdp: 485.5"
members 's/^SE,/NO,/'
founds 2 "$good_charter" "$work/members.csv"
says "NO"
members 's/,485.5/,/'
founds 2 "$good_charter" "$work/members.csv"
says "members.csv:2: gdp"
members 's/,485.5/,-485.5/'
founds 2 "$good_charter" "$work/members.csv"
says "members.csv:2: gdp"
members 's/,485.5/,99999999999999999999/'
founds 2 "$good_charter" "$work/members.csv"
says "gdp"
members 's/,485.5/,485.5,7/'
founds 2 "$good_charter" "$work/members.csv"
says "members.csv:2"
printf 'code,name,population,gdp\nNO,\377,1,1\n' >"$work/bytes.csv"
founds 2 "$good_charter" "$work/bytes.csv"
says "bytes.csv:2" "UTF-8"
printf 'code,name,population,gdp\n' >"$work/empty.csv"
founds 2 "$good_charter" "$work/empty.csv"
awk 'BEGIN { print "code,name,population,gdp"
    for (i = 0; i < 2000000; i++) print "S" i ",State,1,1" }' >"$work/many.csv"
founds 2 "$good_charter" "$work/many.csv"
says "many.csv:" "1024"
rm "$work/many.csv"

# The keys.
echo "north.example/NO/delegate+00000000+AAAA" >"$work/bad.vkeys"
run 2 --dir "$work/try2" found "$good_charter" --members "$good_members" \
    --vkeys "$work/bad.vkeys" --no-passphrase
says "bad.vkeys:1"
cat "$dir.vkeys" "$dir.vkeys" >"$work/twice.vkeys"
run 2 --dir "$work/try2" found "$good_charter" --members "$good_members" \
    --vkeys "$work/twice.vkeys" --no-passphrase
says "there twice"
run 2 --dir "$work/try2" --now 2026-01-05 found "$good_charter" \
    --members "$good_members" --vkeys "$dir.vkeys" --no-passphrase
says "--now: only an exercise"

# The command line.
run 2
run 2 nonsense
says "there is no command 'nonsense'"
run 2 --dir
does 2 sign --nonsense
does 2 sign
says "who acts?"
does 2 vote 2026-001 --as NO/delegate
does 2 sign --as NO
says "expected an officer"
does 2 sign --as ../delegate
does 2 sign --as XX/delegate
says "there is no key of XX/delegate"
does 2 act signature definitive=perhaps --as NO/delegate
says "expected true or false"
does 2 act signature sealed=true --as NO/delegate
says "signature has no field 'sealed'"
does 2 act signing --as NO/delegate
says "no kind of act 'signing'"
does 2 status --now yesterday
says "--now"
does 2 show 2026-077
does 2 prove 4000
does 2 log 9..3
run 2 --dir "$work/nowhere" status
says "there is no log here"

# Acts. Nothing of this may change the log.
before=$(root "$dir")
does 0 state "Hear, hear." --as NO/delegate --sign-only "$work/good.act"
echo nonsense >"$work/nonsense.act"
does 2 submit "$work/nonsense.act"
head -c 100 "$work/good.act" >"$work/short.act"
does 2 submit "$work/short.act"
sed 's/Hear, hear/Here, here/' "$work/good.act" >"$work/changed.act"
does 1 submit "$work/changed.act"
says "signature"
{ sed '/^— /d' "$work/good.act"; printf 'x%.0s' $(seq 70000); } \
    >"$work/long.act"
does 2 submit "$work/long.act"
says "larger than 65408 bytes"
run 2 --dir "$dir" --now $now state "$(printf 'x%.0s' $(seq 66000))" \
    --as NO/delegate
sed 's/"text":"[^"]*"/"text":"\xff"/' "$work/good.act" >"$work/bytes.act"
does 2 submit "$work/bytes.act"
says "UTF-8"
deep=$(printf '[%.0s' $(seq 40))1$(printf ']%.0s' $(seq 40))
does 2 act founding charter=x exercise=false members="$deep" keys=[] \
    secretariat=x --as NO/delegate

# Another state's signature: the text says NO, the key is Sweden's.
cp "$work/good.act" "$work/wrong.act"
does 0 cosign "$work/wrong.act" --as SE/delegate
sed -i '/^— .*NO\/delegate/d' "$work/wrong.act"
does 1 submit "$work/wrong.act"
says "SE/delegate" "speaks for SE, not for NO"

# An act that has expired.
does 0 state "Until noon." --as NO/delegate --expires 2026-01-05T12:00:00Z \
    --sign-only "$work/expired.act"
run 1 --dir "$dir" --now 2026-01-05T12:00:00Z submit "$work/expired.act"
says "the act expired at 2026-01-05T12:00:00Z"

# An act whose signer saw another history: the same founders, another log.
mkdir -p "$work/fork/keys"
cp -r "$dir"/keys/[A-Z]* "$work/fork/keys/"
"$entente" --dir "$work/fork" --now 2026-01-05T09:00:00Z found \
    "$good_charter" --members "$good_members" --vkeys "$dir.vkeys" \
    --exercise --no-passphrase >/dev/null || bad "no fork was made"
run 0 --dir "$work/fork" state "In the fork." --as NO/delegate \
    --sign-only "$work/fork.act"
does 1 submit "$work/fork.act"
says "seen" "saw another history"
[ "$before" = "$(root "$dir")" ] && ok || bad "a refused act changed the log"

# The same act twice.
does 0 submit "$work/good.act"
before=$(root "$dir")
does 1 submit "$work/good.act"
says "nonce" "is spent"
does 1 submit "$work/good.act" "$work/wrong.act"
says "0 accepted, 2 refused"
does 1 --json submit "$work/good.act" "$work/wrong.act"
[ "$(grep -c '"accepted":false' "$work/out")" = 2 ] && ok || bad "two answers"
printf '\000\005abc' >"$work/cut.bundle"
does 2 submit --bundle "$work/cut.bundle"
printf '\001\005abc' >"$work/cut.bundle"
does 2 submit --bundle "$work/cut.bundle"
says "is cut off"

# An act of a kind that is not.
does 0 act statement text=x --as SE/delegate --sign-only "$work/kind.act"
sed 's/^kind: statement/kind: decree/;/^— /d' "$work/kind.act" |
    sed '$d' >"$work/decree.act"
"$entente" --dir "$dir" cosign "$work/decree.act" --as SE/delegate \
    >/dev/null 2>&1 || bad "cosign an unsigned text"
does 2 submit "$work/decree.act"
says "there is no kind of act 'decree'"
[ "$before" = "$(root "$dir")" ] && ok || bad "a refused act changed the log"

# A log that is no exercise has the clock's time.
run 0 --dir "$work/real" key new north.example/NO/delegate --no-passphrase
run 0 --dir "$work/real" found "$good_charter" --members "$good_members" \
    --vkeys "$dir.vkeys" --no-passphrase
grep -q EXERCISE "$work/out" && bad "no exercise" || ok
run 2 --dir "$work/real" --now 2030-01-01 advance
says "--now: only an exercise"

run 0 --dir "$dir" verify
done_testing
