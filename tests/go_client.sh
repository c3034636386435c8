#!/bin/sh
# go_client.sh - our logs, read by golang.org/x/mod/sumdb: accepted as they
# are, refused with a flipped byte. Skipped without Go or its module.
cd "$(dirname "$0")/.." || exit 3
PATH="$PATH:/usr/local/go/bin"
BUILD="${BUILD:-build}"
skip() {
    echo "skipped: $1"
    echo "0 passed, 0 failed, 1 skipped"
    exit 0
}
command -v go >/dev/null || skip "Go is not installed"

work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT
export GOFLAGS="-buildvcs=false -mod=readonly" GOTOOLCHAIN=local
(cd tests/go && go build -o "$work/client" .) >"$work/out" 2>&1 ||
    { tail -n 3 "$work/out"; skip "golang.org/x/mod cannot be had"; }
case $BUILD in *san*) sanitize=-fsanitize=address,undefined ;; esac
${CC:-gcc} -std=c17 -D_GNU_SOURCE -Isrc $sanitize -o "$work/make" \
    tests/go/log/make_log.c "$BUILD/libentente.a" \
    $(pkg-config --libs libsodium libcrypto sqlite3 jansson yaml-0.1) \
    -pthread || exit 3

passed=0 failed=0
for size in 1 255 256 257 511 512 70000; do
    log="$work/$size"
    if "$work/make" "$log" $size &&
        "$work/client" "$log/log" "$(cat "$log/vkey")"; then
        passed=$((passed + 1))
    else
        echo "go_client.sh: a log of $size entries is not accepted"
        failed=$((failed + 1))
    fi
done
# One byte in the middle of each file that a log of 257 entries consists of.
log="$work/257"
for file in checkpoint tile/0/000 tile/0/001.p/1 tile/1/000.p/1 \
    tile/entries/000 tile/entries/001.p/1; do
    cp "$log/log/$file" "$work/kept"
    middle=$(($(wc -c <"$work/kept") / 2))
    printf '\001' | dd of="$log/log/$file" bs=1 seek=$middle conv=notrunc \
        status=none
    if "$work/client" "$log/log" "$(cat "$log/vkey")" 2>/dev/null; then
        echo "go_client.sh: $file may be altered unnoticed"
        failed=$((failed + 1))
    else
        passed=$((passed + 1))
    fi
    cp "$work/kept" "$log/log/$file"
done
echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
