#!/bin/sh
# cli_kill.sh - the program is killed at random while it submits, 300 times:
# no act that was acknowledged is lost, no state is torn.
. "$(dirname "$0")/cli/lib.sh"
dir=$work/north
kills=${KILLS:-300}
new_log "$dir"
at 2026-01-05T09:00:00Z

# Acts enough for all, each with its own nonce, in bundles of a few.
"$entente" --dir "$dir" log checkpoint >"$work/checkpoint"
sign() {
    "$entente" --dir "$dir" state "Statement $1." --as NO/delegate \
        --nonce "$1" --sign-only - --checkpoint "$work/checkpoint" \
        --vkey "$dir/vkey"
}
number=0
while [ $number -le $((kills * 3)) ]; do
    number=$((number + 1))
    sign $number >"$work/a$number"
done

# How long one submission takes here, in microseconds; the kill comes at a
# random moment of one and a quarter times that.
sign 1 >"$work/first"
start=$(date +%s%N)
does 0 submit "$work/first"
span=$((($(date +%s%N) - start) / 800))
random() {
    od -An -N 4 -tu4 /dev/urandom |
        awk -v span=$span '{ printf "%.6f", $1 % span / 1000000 }'
}

killed=0 torn=0 number=1
: >"$work/acks"
while [ $killed -lt "$kills" ]; do
    killed=$((killed + 1))
    set --
    for act in 1 2 3; do
        number=$((number + 1))
        set -- "$@" "$work/a$number"
    done
    "$entente" --dir "$dir" --json submit "$@" >>"$work/acks" 2>"$work/err" &
    pid=$!
    sleep "$(random)"
    kill -9 $pid 2>/dev/null
    wait $pid 2>/dev/null
    # Whoever only looks sees a log and tables that fit each other.
    "$entente" --dir "$dir" --json status >"$work/status" 2>"$work/err" ||
        torn=$((torn + 1))
    case $((killed % 50)) in
    0) "$entente" --dir "$dir" advance >/dev/null 2>"$work/err" &&
        "$entente" --dir "$dir" verify >/dev/null 2>>"$work/err" || {
        torn=$((torn + 1))
        cat "$work/err"
    } ;;
    esac
done
[ $torn -eq 0 ] && ok || bad "$torn times torn"

# The first writer afterwards picks everything up.
run 0 --dir "$dir" advance
run 0 --dir "$dir" verify
says "The log holds."

# Every acknowledged act stands where the answer said. A last answer that was
# cut off by the kill is no answer.
pairs='s/.*"entry":\([0-9]*\),"id":"\([0-9a-f]*\)".*}$/\1 \2/p'
grep '"accepted":true' "$work/acks" | sed -n "$pairs" | sort >"$work/promised"
"$entente" --dir "$dir" --json log 0.. | tr '{' '\n' |
    sed -n 's/^"index":\([0-9]*\),.*"id":"\([0-9a-f]*\)".*/\1 \2/p' |
    sort >"$work/kept"
lost=$(comm -23 "$work/promised" "$work/kept" | wc -l)
[ "$lost" -eq 0 ] && ok || bad "$lost acknowledged acts are lost"

# The kills must have hit: some acts got in, some did not.
acked=$(wc -l <"$work/promised")
kept=$(wc -l <"$work/kept")
if [ "$acked" -gt 0 ] && [ "$kept" -lt $((kills * 3 + 1)) ]; then
    ok
else
    bad "no kill hit: $acked acknowledged, $kept kept of $((kills * 3))"
fi
echo "$script: $kills kills, $acked acts acknowledged, $kept in the log"
done_testing
