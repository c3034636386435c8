#!/bin/sh
# Print every include that climbs (src/LAYERS) and every use of SQLite outside
# a file named *_sqlite.c. Status 1 if there is any.
cd "$(dirname "$0")/.." || exit 3

grep -Hn '^[[:space:]]*#[[:space:]]*include' src/*/*.[ch] | awk -F: '
    BEGIN {
        while ((getline line < "src/LAYERS") > 0) {
            if (line ~ /^#/ || split(line, side, ":") < 2)
                continue
            may[side[1], side[1]] = listed[side[1]] = 1
            count = split(side[2], lower, " ")
            for (i = 1; i <= count; i++) {
                if (!(lower[i] in listed)) {
                    print "src/LAYERS: " side[1] " may not include " \
                        lower[i] ", which is not below it"
                    bad = 1
                }
                may[side[1], lower[i]] = 1
            }
        }
    }
    {
        split($1, path, "/")
        split($3, quoted, "\"")
        target = quoted[2]
        if (!(path[2] in listed) && !(path[2] in told)) {
            print "src/LAYERS does not name src/" path[2]
            told[path[2]] = bad = 1
        }
        if ($3 ~ /<sqlite3\.h>/ && $1 !~ /_sqlite\.c$/) {
            print $1 ":" $2 ": SQLite belongs in a file named *_sqlite.c"
            bad = 1
        }
        if (target == "")
            next
        if (split(target, part, "/") != 2) {
            print $1 ":" $2 ": \"" target "\" should name its folder"
            bad = 1
        } else if (!((path[2], part[1]) in may)) {
            print $1 ":" $2 ": " path[2] " may not include " part[1]
            bad = 1
        }
    }
    END { exit bad }'
