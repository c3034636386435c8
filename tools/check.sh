#!/bin/sh
# check.sh BUILD - run everything that `make built` made there and sum it up.
# Scripts in tests/ find the program in $ENTENTE and its folder in $BUILD.
export BUILD="$1" ENTENTE="$1/entente"
export PATH="$PATH:/usr/local/go/bin" # where Go is when Debian's is not used
. tools/count.sh

count tests "$BUILD/tests"
echo "== seeds"
for target in fuzz/*_fuzz.c; do
    [ -f "$target" ] || continue
    target=$(basename "$target" _fuzz.c)
    count_one "seeds of $target" "$BUILD/replay/$target" "fuzz/corpus/$target"
done
for script in tests/*.sh; do
    [ ! -f "$script" ] || count "$script" "$script"
done
echo "== layers"
count_one layers tools/layers.sh
echo "== in all"
sum_up
