#!/bin/sh
# cli_man.sh - every command and every option has its place in the manual and
# in the completion of the shell.
. "$(dirname "$0")/cli/lib.sh"
man=$here/../docs/man

# options COMMAND...: as --help lists them.
options() {
    "$entente" "$@" --help | sed -n 's/^--\([a-z-]*\).*/\1/p'
}

# documented COMMAND WORD...: each option of it is in the page.
documented() {
    page=$man/entente-$1.1
    [ ! -f "$man/entente-$1-$2.1" ] || page=$man/entente-$1-$2.1
    [ -f "$page" ] || {
        bad "$1 has no page in docs/man"
        return
    }
    for option in $(options "$@"); do
        grep -qE "^\.It Fl -$option( |\$)" "$page" && ok ||
            bad "$(basename "$page") does not say what --$option does"
    done
}

commands=$("$entente" --json help | grep -oE '"command":"[a-z-]+"' |
    sed 's/.*:"//; s/"//')
for command in $commands; do
    documented "$command"
    grep -qF ".Xr entente-$command 1" "$man/entente.1" && ok ||
        bad "entente.1 does not name $command"
done
for part in new list export passphrase grant retire compromise; do
    documented key $part
done
documented power design
documented power compare
documented log cosign
documented log add-cosignature

if command -v mandoc >/dev/null; then
    for page in "$man"/*.1; do
        mandoc -Tlint -Wwarning "$page" >"$work/out" && ok ||
            bad "$(cat "$work/out")"
    done
else
    echo "$script: skipped: mandoc is not here"
    skipped=$((skipped + 1))
fi

# The completion, as bash would ask for it.
if command -v bash >/dev/null; then
    # completes LINE: the words offered at its end
    completes() {
        PATH=$(dirname "$entente"):$PATH bash -c '
            . "$1"
            COMP_LINE=$2 COMP_POINT=${#2}
            read -ra COMP_WORDS <<<"$2"
            case $2 in *" ") COMP_WORDS+=("") ;; esac
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _entente entente "${COMP_WORDS[COMP_CWORD]}" ""
            printf "%s\n" "${COMPREPLY[@]}"' - \
            "$here/../tools/completion.bash" "$1" >"$work/out" 2>"$work/err"
    }
    # offers LINE WORD...
    offers() {
        completes "$1"
        line=$1
        shift
        for word in "$@"; do
            grep -qxF -- "$word" "$work/out" && ok ||
                bad "'$line' does not offer $word: $(cat "$work/err")"
        done
    }
    offers "entente " $commands
    offers "entente vo" vote
    offers "entente --dir x vote --" $(options vote | sed 's/^/--/') --json
    offers "entente key " new list export passphrase grant retire compromise
    offers "entente key grant --p" --powers
    offers "entente power " design compare
    offers "entente power design --s" --sweep --svg
    offers "entente log " vkey checkpoint cosign add-cosignature
    offers "entente act " ballot key-grant withdrawal-revocation
    offers "entente vote 2026-001 " yes no abstain stand-aside object out
    offers "entente help ver" verify
    cd "$here/cli" || exit 3
    offers "entente found ch" charter.yaml
fi
done_testing
