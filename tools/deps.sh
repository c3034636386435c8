#!/bin/sh
# deps.sh [test|ci] - install what is missing of the Debian packages we need.
#
#   (nothing)  to build and run
#   test       and to test; what is optional may fail, its tests then skip
#   ci         the same, and all of it must be there
#
# Silent when all is there.
mode=${1:-run}

needed="gcc make libc6-dev pkg-config libsodium-dev libssl-dev libsqlite3-dev \
libjansson-dev libyaml-dev libgmp-dev"
optional="clang libclang-rt-14-dev clang-format clang-tidy cppcheck mandoc \
sqlite3 jq"

is_there() {
    case $1 in
    pkg-config) command -v pkg-config >/dev/null ;;
    golang-go) command -v go >/dev/null || [ -x /usr/local/go/bin/go ] ;;
    *) dpkg-query -W -f '${Status}\n' "$1" 2>/dev/null |
        grep -q '^install ok installed$' ;;
    esac
}

missing_of() {
    for package in "$@"; do
        is_there "$package" || printf '%s ' "$package"
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        env DEBIAN_FRONTEND=noninteractive "$@"
    else
        sudo env DEBIAN_FRONTEND=noninteractive "$@"
    fi
}

updated=no
install() { # install PACKAGE...: quietly, saying only what failed
    log=$(mktemp) || return 1
    echo "installing $*" >&2
    if [ $updated = no ]; then
        as_root apt-get update -qq </dev/null >"$log" 2>&1 || cat "$log" >&2
        updated=yes
    fi
    as_root apt-get install -y -qq --no-install-recommends "$@" \
        </dev/null >"$log" 2>&1
    status=$?
    [ $status -eq 0 ] || tail -n 5 "$log" >&2
    rm -f "$log"
    return $status
}

if ! command -v dpkg-query >/dev/null; then
    echo "deps.sh: this is no Debian; make sure that there are: $needed" >&2
    exit 0
fi

missing=$(missing_of $needed)
if [ -n "$missing" ]; then
    install $missing || exit 3
fi
[ "$mode" = run ] && exit 0

missing=$(missing_of $optional golang-go)
if [ -n "$missing" ] && ! install $missing; then
    # One that cannot be had must not take the others with it.
    for package in $missing; do
        is_there "$package" || install "$package"
    done
    missing=$(missing_of $optional golang-go)
    [ -z "$missing" ] || echo "deps.sh: still missing: $missing" >&2
    [ "$mode" = ci ] && [ -n "$missing" ] && exit 3
fi
exit 0
