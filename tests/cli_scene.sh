#!/bin/sh
# cli_scene.sh - four states found a coalition by hand, ratify, decide, object,
# withdraw; everything can be shown, explained, proved and checked.
. "$(dirname "$0")/cli/lib.sh"
dir=$work/north

# Keys, then the log. Nobody but the registrar signs the founding.
new_keys "$dir"
run 0 --dir "$dir" key new north.example/FI/minister --no-passphrase
cat "$work/out" >>"$dir.vkeys"
at 2026-01-05T09:00:00Z
does 0 found "$here/cli/charter.yaml" --members "$here/cli/members.csv" \
    --vkeys "$dir.vkeys" --exercise --no-passphrase
says EXERCISE "by 4 states with 5 officers' keys" "north.example/log+"
does 1 found "$here/cli/charter.yaml" --members "$here/cli/members.csv" \
    --vkeys "$dir.vkeys" --exercise --no-passphrase
says "there is a log or its keys already"

# Before the charter is in force nobody proposes anything.
does 1 propose --title T --text X --matter action --as NO/delegate
says "the charter is not in force"
for state in $states; do
    does 0 sign --as $state/delegate
done
does 1 sign --as NO/delegate
says "has status 'signatory'"

# Finland wants two officers; the minister signs on another machine, which has
# the act and her key and nothing else.
does 0 act officers ordinary=1 solemn=2 --as FI/delegate
says "accepted" "officers by FI/delegate: ordinary 1, solemn 2"
does 1 ratify --as FI/delegate
says "1 officer of FI signed; ratification needs 2"
does 0 ratify --as FI/delegate --sign-only "$work/fi.act"
mkdir "$work/elsewhere"
mv "$dir/keys/FI/minister.key" "$work/elsewhere/minister.key"
cp "$work/fi.act" "$work/elsewhere/"
(cd "$work/elsewhere" && "$entente" cosign fi.act --key minister.key) \
    >"$work/out" 2>&1 && ok || bad "cosign elsewhere"
does 1 submit "$work/fi.act"
does 0 submit "$work/elsewhere/fi.act"
says "fi.act"

# A machine without a log, but with its checkpoint, can draft an act too.
"$entente" --dir "$dir" log checkpoint >"$work/elsewhere/checkpoint"
"$entente" --dir "$dir" log vkey >"$work/elsewhere/vkey"
cp "$dir/keys/DK/delegate.key" "$work/elsewhere/"
run 0 --dir "$work/elsewhere" reserve 2 --text "Only within our constitution." \
    --key "$work/elsewhere/delegate.key" --nonce 2 \
    --checkpoint "$work/elsewhere/checkpoint" --vkey "$work/elsewhere/vkey" \
    --sign-only "$work/dk.act"
does 0 submit "$work/dk.act"
does 0 ratify --as NO/delegate
does 0 show R-1
golden reservation
at 2026-01-06T09:00:00Z
does 0 ratify --confirms R-1 --as DK/delegate --json
says '"accepted":true' '"exercise":true'
does 0 status
says "from 2026-01-06 10:00 (3 deposits)"

# Reading shows what is due although nobody has entered it yet.
size=$(root "$dir")
at 2026-01-06T12:00:00Z
does 0 status
says "since 2026-01-06 10:00" "3 party, 1 signatory" "presidency    NO"
[ "$size" = "$(root "$dir")" ] && ok || bad "reading changed the log"
does 0 advance
says "the charter enters into force for 3 states: DK, FI, NO" \
    "the presidency passes to NO"
does 0 advance
says "Nothing is due."
does 0 ratify --as SE/delegate
does 0 object R-1 --text "Against the aims." --as SE/delegate
at 2026-01-07T09:00:00Z
does 0 relations
golden relations
does 0 relations DK SE
golden relations_pair
does 0 relations NO
does 2 relations NO XX

# A decision although not all agree.
does 0 propose --title "Patrols in the strait" --matter action \
    --text "The members bound by this keep two ships there." \
    --group affected=FI,DK --open --as NO/delegate
says "It is number 2026-001." "proposal 2026-001 opens"
does 0 agenda
golden agenda
does 0 vote 2026-001 yes --as NO/delegate
does 0 vote 2026-001 yes --as SE/delegate
does 1 close 2026-001 --as NO/delegate
says "DK has not voted"
does 0 vote 2026-001 yes --as DK/delegate
does 0 explain 2026-001
golden explain_open
does 0 vote 2026-001 abstain --text "No ships to spare." --as FI/delegate
does 0 close 2026-001 --as NO/delegate
says "proposal 2026-001 is adopted: 3 yes, 1 abstain; binds 3 states"
does 0 explain 2026-001
golden explain_adopted
does 0 show 2026-001
golden show_proposal
does 0 opt-in 2026-001 --as FI/delegate
does 0 show 2026-001
says "joined later  FI, 2026-01-07 09:00"
does 0 decisions
golden decisions
does 1 vote 2026-001 no --as FI/delegate
says "it is not open for votes"
does 1 propose --title D --text X --matter defence --as NO/delegate
says "is reserved to each state, article 1"

# Proved to somebody who has one file and one key.
does 0 prove 2026-001 --out "$work/elsewhere/2026-001.proof"
cd "$work/elsewhere" || exit 3
run 0 check 2026-001.proof --vkey "$(cat vkey)"
says "Proved." "proposal 2026-001 is adopted: 3 yes, 1 abstain" \
    "3 of 4, at least 2/3"
run 0 check 2026-001.proof --vkey vkey --json
says '"proved":true'
run 0 key new witness.example --witness --no-passphrase --out witness.key
cp "$work/out" witness.vkey
printf 'log %s\nwitness w %s\nquorum w\n' "$(cat vkey)" "$(cat witness.vkey)" \
    >policy
run 1 check 2026-001.proof --vkey vkey --policy policy
says "did not sign" "NOT met"
"$entente" --dir "$dir" log checkpoint >checkpoint
run 0 log cosign --key witness.key --checkpoint checkpoint --vkey vkey
cp "$work/out" cosignature
does 0 log add-cosignature cosignature --vkey witness.vkey
does 0 prove 2026-001 --out cosigned.proof
run 0 check cosigned.proof --policy policy
says "witness w saw it at" "quorum of witnesses is met"
sed 's/^\(extra .\{40\}\)./\1x/' 2026-001.proof >flipped.proof
cmp -s flipped.proof 2026-001.proof && bad "nothing was flipped"
run 1 check flipped.proof --vkey vkey
"$entente" key new other.example/log --no-passphrase --out o.key \
    >other.vkey 2>/dev/null
run 1 check 2026-001.proof --vkey other.vkey
run 2 check policy --vkey vkey
run 2 check nothing --vkey vkey
cd "$OLDPWD" || exit 3

# Silence, broken in writing; a proxy; a statement for two.
at 2026-01-20T09:00:00Z
does 0 propose --title "One voice" --text "We speak with one voice." \
    --matter position --open --as SE/delegate
does 0 receipt 2026-002 --as NO/delegate
does 2 object 2026-002 --as DK/delegate
says "must be written: field 'text'"
does 0 object 2026-002 --text "We speak for ourselves." --as DK/delegate
says "silence on proposal 2026-002 is broken by DK"
does 0 explain 2026-002
golden explain_broken
does 0 amend 2026-002 --text "We try to speak with one voice." --as SE/delegate
does 0 open 2026-002 --as SE/delegate
does 0 receipt 2026-002 --as NO/delegate
at 2026-01-23T09:00:00Z
does 0 advance
says "proposal 2026-002 is adopted: 2 yes, 2 absent; binds 2 states"
does 0 explain 2026-002
golden explain_silence
does 0 proxy NO --as FI/delegate
does 0 propose --title "Tow" --text "Tow the hulk." --matter action \
    --closes 2026-03-01 --open --as NO/delegate
does 0 vote 2026-003 yes --for FI --as NO/delegate
does 0 extend 2026-003 2026-03-02 --as NO/delegate
does 0 proxy NO --revoke --as FI/delegate
does 0 withdraw 2026-003 --as NO/delegate
does 0 state "Ready." --on-behalf-of pair --as NO/delegate
does 0 endorse S-1 --as SE/delegate
does 0 show S-1
golden statement

# Leaving, and staying after all.
does 0 withdraw --as DK/delegate
does 0 members
golden members
does 0 withdraw --revoke --as DK/delegate
does 0 withdraw R-1 --as DK/delegate

# Keys: another officer, with some powers; retired; compromised.
"$entente" --dir "$dir" key new SE/ballots --no-passphrase >/dev/null 2>&1
does 0 key grant "$dir/keys/SE/ballots.key" --powers ballot,receipt \
    --as SE/delegate
does 1 state "No." --as SE/ballots
says "has no full powers for statement"
id=$("$entente" --dir "$dir" key export SE/ballots |
    sed 's/^north.example.\([^+]*+[^+]*\)+.*/\1/')
does 0 key compromise "$id" --since 2026-01-22 --as SE/delegate
does 0 show "$id"
says "compromised" "ballot, receipt"
does 1 vote 2026-003 yes --as SE/ballots
says "is compromised"
does 0 key list
says "SE/ballots" "compromised" "open"

# Everything has a machine's answer.
for command in status agenda decisions members "members NO" relations \
    "relations NO SE" "show 2026-001" "show R-1" "show NO" "show charter" \
    "show 0" "explain 2026-001" log "log vkey" "log checkpoint" "key list" \
    "prove 2026-001" help; do
    does 0 --json $command
    case $(wc -l <"$work/out"):$(cut -c 1 "$work/out") in
    1:{) ok ;;
    *) bad "no JSON: $command" ;;
    esac
done
does 0 log 0..2
says "founding by secretariat/registrar" "signature by NO/delegate"
act=$("$entente" --dir "$dir" --json log 3 | sed 's/.*"id":"\([0-9a-f]*\)".*/\1/')
does 0 show "$(echo "$act" | cut -c 1-12)"
says "kind: signature"

# All of it holds; the tables can be made anew.
run 0 --dir "$dir" verify
says "The log holds."
rm -f "$dir/state.db"*
run 0 --dir "$dir" verify
says "no state.db here"
run 0 --dir "$dir" --json verify
says '"tables_agree":null'
run 0 --dir "$dir" status
echo "no database" >"$dir/state.db"
run 1 --dir "$dir" verify
says "state.db does not agree"
run 0 --dir "$dir" status
run 0 --dir "$dir" rebuild
run 0 --dir "$dir" --json verify --threads 1
says '"tables_agree":true'

# Passphrases.
printf 'first words\n' >"$work/first"
printf 'other words\n' >"$work/other"
run 0 --passphrase-file "$work/first" key new a.example/XX/one \
    --out "$work/xx.key"
run 1 --passphrase-file "$work/other" cosign "$work/dk.act" --key "$work/xx.key"
says "passphrase"
run 0 --passphrase-file "$work/first" key passphrase "$work/xx.key" \
    --new-passphrase-file "$work/other"
run 0 --passphrase-file "$work/other" key passphrase "$work/xx.key" \
    --no-passphrase
run 0 key export "$work/xx.key"
says "a.example/XX/one+"
chmod 644 "$work/xx.key"
run 2 cosign "$work/out" --key "$work/xx.key"
says "others may read it"
done_testing
