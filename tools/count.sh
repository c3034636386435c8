# count.sh - adds up closing lines "N passed, N failed[, N skipped]"; read in
# (`. tools/count.sh`) by tools/check.sh and .ci/run.
passed=0 failed=0 skipped=0
count_out=$(mktemp) || exit 3
trap 'rm -f "$count_out"' EXIT

# count NAME COMMAND...: run it, show its output, add up its last such line.
# One that says nothing of the kind, or fails in another way, is one failure.
count() {
    name=$1
    shift
    echo "== $name"
    { "$@" 2>&1 </dev/null; echo "status $?"; } | tee "$count_out" |
        grep -v '^status [0-9]*$'
    status=$(tail -n 1 "$count_out")
    set -- $(grep -E '^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$' \
        "$count_out" | tail -n 1 | tr -d ',')
    passed=$((passed + ${1:-0}))
    failed=$((failed + ${3:-0}))
    skipped=$((skipped + ${5:-0}))
    if [ $# -eq 0 ] || { [ "$status" != "status 0" ] && [ "$3" -eq 0 ]; }; then
        echo "$name: ended with $status${1:+ although no test failed}"
        failed=$((failed + 1))
    fi
}

# count_one NAME COMMAND...: the command is one test.
count_one() {
    name=$1
    shift
    if "$@" </dev/null; then
        passed=$((passed + 1))
    else
        echo "$name: ended with status $?"
        failed=$((failed + 1))
    fi
}

# The closing line; status 1 if anything failed.
sum_up() {
    line="$passed passed, $failed failed"
    [ $skipped -eq 0 ] || line="$line, $skipped skipped"
    echo "$line"
    [ $failed -eq 0 ]
}
