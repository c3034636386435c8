#!/bin/sh
# cli_flip.sh - any byte of the log changed: verify says so and names the
# entry or the file. Any file of the log missing: likewise.
. "$(dirname "$0")/cli/lib.sh"
dir=$work/north
new_log "$dir"
at 2026-01-05T10:00:00Z

# More than a full tile of 256 entries, so that there is a second level.
nonce=0
while [ $nonce -lt 270 ]; do
    nonce=$((nonce + 1))
    echo "$work/a$nonce"
    "$entente" --dir "$dir" state "Statement $nonce." --as NO/delegate \
        --nonce $nonce --sign-only "$work/a$nonce" >/dev/null
done >"$work/files"
does 0 submit $(cat "$work/files")
run 0 --dir "$dir" verify
cp "$dir/log/checkpoint" "$work/checkpoint"

# flip FILE OFFSET: change one byte in place.
flip() {
    byte=$(od -An -tu1 -j "$2" -N 1 "$1" | tr -d ' ')
    printf "\\$(printf %03o $((byte ^ 1)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# named FILE: the last run's reason names the file or an entry.
named() {
    if grep -qE "$(basename "$1")|entry [0-9]+|checkpoint|root" "$work/err"
    then
        ok
    else
        bad "not named: $1"
        sed 's/^/    /' "$work/err"
    fi
}

# not_held FILE: verify ends with 1, naming the place.
not_held() {
    "$entente" --dir "$dir" verify >/dev/null 2>"$work/err"
    got=$?
    if [ $got -eq 1 ]; then
        ok
    else
        bad "status $got, not 1, with a changed $1"
        sed 's/^/    /' "$work/err"
    fi
    named "$1"
}

find "$dir/log" -type f | sort >"$work/log_files"
while read -r file; do
    size=$(wc -c <"$file")
    for part in 0 1 2 3; do
        offset=$(((size - 1) * part / 3))
        flip "$file" $offset
        not_held "$file"
        flip "$file" $offset
    done
done <"$work/log_files"
[ "$(wc -l <"$work/log_files")" -ge 6 ] && ok || bad "few files"

# The entry is named by its number.
flip "$dir/log/tile/entries/000" 9000
not_held tile/entries/000
grep -qE "entry [0-9]+|entries/000" "$work/err" && ok || bad "which entry?"
flip "$dir/log/tile/entries/000" 9000

# Missing files.
while read -r file; do
    case $file in
    */000.p/* | */001.p/* | */checkpoint) continue ;;
    esac
    mv "$file" "$work/away"
    "$entente" --dir "$dir" verify >/dev/null 2>"$work/err" &&
        bad "holds without $file" || ok
    mv "$work/away" "$file"
done <"$work/log_files"
run 0 --dir "$dir" verify
done_testing
