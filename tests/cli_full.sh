#!/bin/sh
# cli_full.sh - the disk is full at any write: refused, the log intact.
. "$(dirname "$0")/cli/lib.sh"
dir=$work/north
at 2026-01-05T10:00:00Z
new_log "$dir"

# An act that is long enough to be missed.
long=$(printf 'x%.0s' $(seq 30000))
nonce=0
more() {
    nonce=$((nonce + 1))
    "$entente" --dir "$dir" --now $now state "$long" --as NO/delegate \
        --nonce $nonce >"$work/out" 2>"$work/err"
}

# attempt WHAT: either accepted and the log grew, or refused by the system and
# it did not.
refused=0 accepted=0
attempt() {
    before=$(root "$dir")
    "$2"
    status=$?
    case $status in
    0) accepted=$((accepted + 1))
        [ "$before" != "$(root "$dir")" ] && ok || bad "$1: accepted and lost" ;;
    3) refused=$((refused + 1))
        [ "$before" = "$(root "$dir")" ] && ok || bad "$1: refused, but there" ;;
    *) bad "$1: status $status: $(cat "$work/err")" ;;
    esac
    # The log holds at every moment; its tables may have to catch up.
    "$entente" --dir "$dir" verify >/dev/null 2>"$work/err"
    [ ! -s "$work/err" ] && ok || bad "$1: $(cat "$work/err")"
}

# Files may grow to so many blocks of 512 bytes, no further; the limit creeps
# up so that it is met in the journal, in bundles, in tiles, in the tables.
limited() {
    (
        trap '' XFSZ
        ulimit -f "$blocks"
        more
    )
}
for blocks in $(seq 2 6 400); do
    attempt "files of $blocks blocks" limited
    nonce=$((nonce + 1))
done
[ $refused -gt 0 ] && ok || bad "the limit was never met"
more && ok || bad "with room again: $(cat "$work/err")"
run 0 --dir "$dir" verify
says "The log holds."

# The same on a file system that is really full, where one may be mounted.
mkdir "$work/small"
if mount -t tmpfs -o size=400k tmpfs "$work/small" 2>/dev/null; then
    trap 'umount "$work/small"; rm -rf "$work"' EXIT
    rm "$dir.vkeys"
    dir=$work/small/north
    new_log "$dir"
    nonce=0 refused=0
    while [ $refused -lt 5 ] && [ $nonce -lt 100 ]; do
        attempt "a small disk" more
    done
    [ $refused -eq 5 ] && ok || bad "the disk never filled"
    mount -o remount,size=4m "$work/small"
    more && ok || bad "with room again: $(cat "$work/err")"
    run 0 --dir "$dir" verify
else
    echo "$script: skipped: no file system may be mounted here"
    skipped=$((skipped + 1))
fi
done_testing
