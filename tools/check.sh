#!/bin/sh
# check.sh BUILD - run everything `make check` built there and sum it up.
# Scripts in tests/ find the program in $ENTENTE and its folder in $BUILD.
build=$1
export BUILD="$build" ENTENTE="$build/entente"
passed=0 failed=0 skipped=0
out=$(mktemp) || exit 3
trap 'rm -f "$out"' EXIT

number() { # number WORD: the number before it in the closing line
    echo "$line" | sed -n "s/.*\b\([0-9][0-9]*\) $1.*/\1/p"
}

count() { # count COMMAND...: run it and add up its closing line
    { "$@" 2>&1 </dev/null; echo "status $?"; } | tee "$out" |
        grep -v '^status [0-9]*$'
    line=$(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' "$out" |
        tail -n 1)
    if [ -z "$line" ]; then
        echo "$*: ended ($(tail -n 1 "$out")) without counting its tests"
        failed=$((failed + 1))
        return
    fi
    passed=$((passed + $(number passed)))
    failed=$((failed + $(number failed)))
    more=$(number skipped)
    skipped=$((skipped + ${more:-0}))
    if [ "$(tail -n 1 "$out")" != "status 0" ] &&
        [ "$(number failed)" -eq 0 ]; then
        echo "$*: ended with $(tail -n 1 "$out")"
        failed=$((failed + 1))
    fi
}

echo "== tests"
count "$build/tests"

for replay in "$build"/replay/*; do
    [ -x "$replay" ] || continue
    [ -f "fuzz/${replay##*/}_fuzz.c" ] || continue
    if "$replay" "fuzz/corpus/${replay##*/}" >"$out" 2>&1; then
        cat "$out" | tail -n 1 | tr '\r' '\n' | tail -n 1
        passed=$((passed + 1))
    else
        cat "$out"
        echo "${replay##*/}: replay of its seeds failed"
        failed=$((failed + 1))
    fi
done

for script in tests/*.sh; do
    [ -f "$script" ] || continue
    echo "== $script"
    count "$script"
done

echo "== in all"
line="$passed passed, $failed failed"
[ "$skipped" -gt 0 ] && line="$line, $skipped skipped"
echo "$line"
[ "$failed" -eq 0 ]
