#!/bin/sh
# docs.sh - the documents say what the code does, as far as a script can tell:
# what is made from tables is up to date, what is named exists, and what
# exists is named.
passed=0 failed=0
entente=${ENTENTE:-build/entente}
build=${BUILD:-build}
pages="README.md CONTRIBUTING.md CHANGELOG.md docs/*.md examples/*/README.md"
work=$(mktemp -d) || exit 3
trap 'rm -rf "$work"' EXIT

# report NAME STATUS: one test
report() {
    if [ "$2" -eq 0 ]; then
        passed=$((passed + 1))
    else
        echo "docs.sh: $1: failed"
        failed=$((failed + 1))
    fi
}

# none NAME: $work/wrong lists what is wrong, a line each
none() {
    sed 's/^/docs.sh: /' "$work/wrong"
    ! [ -s "$work/wrong" ]
    report "$1" $?
}

# same NAME LEFT RIGHT WHERE-LEFT WHERE-RIGHT: two lists of words, a line each,
# hold the same, and something
same() {
    sort -u "$2" >"$work/left"
    sort -u "$3" >"$work/right"
    {
        [ -s "$work/left" ] || echo "$4: nothing found"
        comm -23 "$work/left" "$work/right" | sed "s|\$|: in $4, not in $5|"
        comm -13 "$work/left" "$work/right" | sed "s|\$|: in $5, not in $4|"
    } >"$work/wrong"
    none "$1"
}

# first_column PAGE HEADING: the first word in backticks of each row of the
# first table whose head begins so
first_column() {
    awk -v head="| $2 " 'index($0, head) == 1 { on = 1; next }
        on && !/^\|/ { exit }
        on && /^\| `/ { split($0, part, "`"); print part[2] }' "$1"
}

# words SED-EXPRESSION FILE...: what it finds in the text without line breaks
words() {
    pattern=$1
    shift
    cat "$@" | tr -s '\n ' ' ' | grep -oE "$pattern" | grep -oE '"[a-z-]+"' |
        tr -d '"'
}

"$build/tools/acts_reference" | diff -u docs/acts.md - >"$work/diff"
status=$?
head -n 20 "$work/diff"
report "docs/acts.md is what 'make docs' writes" $status

for page in $pages; do
    grep -oE '\]\([^)# ]+' "$page" | sed 's/^](//' | grep -v '^[a-z]*:' |
        while read -r target; do
            [ -e "$(dirname "$page")/$target" ] || echo "$page: $target"
        done
done >"$work/wrong"
none "every relative link leads somewhere"

{
    grep -HoE '`(src|docs|tests|tools|data|examples|fuzz|bench)/[^` ]*`' $pages
    grep -HoE '(data|examples)/[a-z0-9_/.-]+' docs/man/*.1
} | tr -d '`' | grep -v '[*<]' | while IFS=: read -r page path; do
        [ -e "$path" ] || echo "$page: $path"
    done >"$work/wrong"
none "every path that is named is there"

grep -HoE '`[a-z_]+\.[ch]`' docs/*.md | tr -d '`' |
    while IFS=: read -r page name; do
        ls src/*/"$name" >/dev/null 2>&1 || echo "$page: $name"
    done >"$work/wrong"
none "every source file that is named is there"

for header in src/*/*.h; do
    name=$(basename "$header")
    [ "$(sed -n 1p "$header")" = '/*' ] &&
        sed -n 2p "$header" | grep -qE "^ \* $name - ." || echo "$header"
done >"$work/wrong"
none "every header begins with what it is"

"$entente" --json help | grep -oE '"command":"[a-z-]+"' |
    sed 's/.*:"//; s/"//' >"$work/commands"
ls docs/man | sed -n 's/^entente-power-.*/power/p; t
s/^entente-\(.*\)\.1$/\1/p' |
    grep -vxFf "$work/commands" >"$work/wrong" # cli_man.sh asks the reverse
none "every page of the manual has a command"

# Commands that documents name, in backticks or on indented lines.
grep -HoE '(`|^    (\$ )?)(build/)?entente( --(dir|now) [^ ]+| --json)* [a-z][a-z-]*' \
    $pages | sed 's/:.* /: /' | sort -u |
    while IFS=': ' read -r page command; do
        grep -qxF -- "$command" "$work/commands" || echo "$page: $command"
    done >"$work/wrong"
none "every command that is named exists"

first_column docs/notifications.md kind >"$work/listed"
words '("kind", |about_state\(|\? )"[a-z-]+"( : "[a-z-]+")?' \
    src/institution/due.c src/institution/amendment.c |
    grep -vx kind >"$work/made"
same "every kind of notification is described" "$work/made" "$work/listed" \
    src/institution docs/notifications.md

first_column docs/institution.md kind >"$work/listed"
words 'state_put\([a-z>-]+, "[a-z]+"' src/institution/*.c >"$work/made"
same "every kind of document is described" "$work/made" "$work/listed" \
    "the code" docs/institution.md

# The tour: what README.md shows is what its commands print. A line "…" stands
# for what was left out.
mkdir "$work/tour" "$work/tour/build"
ln -s "$(realpath "$entente")" "$work/tour/build/entente"
ln -s "$PWD/examples" "$PWD/data" "$PWD/tests" "$work/tour"
awk -v to="$work/tour/step" '/^```/ { inside = !inside; on = 0 }
    !inside || /^```/ || $0 == "…" { next }
    /^\$ / { on = 1; step++; print substr($0, 3) >(to step ".command"); next }
    on { print >(to step ".shown") }' README.md
step=1
while [ -f "$work/tour/step$step.command" ]; do
    (cd "$work/tour" && sh "step$step.command" 2>&1 </dev/null) |
        sed 's/ *$//' >"$work/tour/step$step.out"
    [ ! -f "$work/tour/step$step.shown" ] ||
        awk -v out="$work/tour/step$step.out" '{
            do
                if ((getline line <out) <= 0) {
                    print "not printed, or not there: " $0
                    exit
                }
            while (line != $0) }' "$work/tour/step$step.shown"
    step=$((step + 1))
done >"$work/wrong"
[ $step -gt 5 ] || echo "no tour found" >>"$work/wrong"
none "README.md shows what the commands print"

echo "$passed passed, $failed failed"
[ $failed -eq 0 ]
