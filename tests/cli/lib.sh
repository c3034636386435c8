# lib.sh - read in by tests/cli_*.sh: runs the program and counts what holds.
passed=0 failed=0 skipped=0
script=$(basename "$0")
entente=$(realpath "${ENTENTE:-build/entente}")
here=$(realpath "$(dirname "$0")")
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
unset ENTENTE_DIR ENTENTE_PASSPHRASE
states="NO SE DK FI"

ok() {
    passed=$((passed + 1))
}

bad() {
    echo "$script: $*"
    failed=$((failed + 1))
}

# run STATUS ARGUMENT...: the program ends with this status. What it says is in
# $work/out and $work/err.
run() {
    wanted=$1
    shift
    "$entente" "$@" >"$work/out" 2>"$work/err"
    got=$?
    if [ $got -eq "$wanted" ]; then
        ok
    else
        bad "status $got, not $wanted: entente $*"
        sed 's/^/    /' "$work/out" "$work/err" | head -n 20
    fi
}

# says TEXT...: the last run said so, on either stream.
says() {
    for text in "$@"; do
        if grep -qF -- "$text" "$work/out" "$work/err"; then
            ok
        else
            bad "not said: $text"
            sed 's/^/    /' "$work/out" "$work/err" | head -n 20
        fi
    done
}

# golden NAME: the last run's output is tests/golden/cli/NAME. With
# UPDATE_GOLDEN set it becomes that; the diff is the review.
golden() {
    [ -z "$UPDATE_GOLDEN" ] || cp "$work/out" "$here/golden/cli/$1"
    if diff -u "$here/golden/cli/$1" "$work/out" >"$work/diff"; then
        ok
    else
        bad "output is not tests/golden/cli/$1"
        head -n 40 "$work/diff"
    fi
}

# at TIME: when the next acts of the exercise are done.
at() {
    now=$1
}

# does STATUS ARGUMENT...: run in $dir at $now.
does() {
    status=$1
    shift
    run "$status" --dir "$dir" --now "$now" "$@"
}

# new_keys DIR: a key for the delegate of each state, not encrypted.
new_keys() {
    for state in $states; do
        "$entente" --dir "$1" key new "north.example/$state/delegate" \
            --no-passphrase >>"$1.vkeys" 2>/dev/null || exit 3
    done
}

# new_log DIR: founded by the four states at 2026-01-05, an exercise.
new_log() {
    new_keys "$1"
    "$entente" --dir "$1" --now 2026-01-05T09:00:00Z found \
        "$here/cli/charter.yaml" --members "$here/cli/members.csv" \
        --vkeys "$1.vkeys" --exercise --no-passphrase >/dev/null || exit 3
}

# root DIR: the log's size and root.
root() {
    sed -n 2,3p "$1/log/checkpoint"
}

# done_testing: the closing line.
done_testing() {
    line="$passed passed, $failed failed"
    [ $skipped -eq 0 ] || line="$line, $skipped skipped"
    echo "$line"
    [ $failed -eq 0 ]
    exit
}
