/*
 * cli.h - what every command of the program shares.
 *
 * One file per command. A command gets its own arguments (argv[0] is its name)
 * and returns the exit status: 0 done; 1 the lawful answer is no (refused,
 * rejected, denied, verification failed); 2 usage or malformed input; 3 the
 * system failed.
 */
#pragma once

#include "base/err.h"

#include <stdbool.h>
#include <stdio.h>

struct cli {
    const char *dir; /* the coalition's folder: log/, state.db, keys/ */
    bool json;       /* machines read the output */
    const char *now; /* --now TIME, or NULL: the clock; exercises only */
    FILE *out;
    FILE *err;
};

/*
 * Say why a command failed: `entente: <text>` on err or, with --json,
 * {"error":{"code","text"}} on out.
 *
 * Returns the exit status: 2 for input, absent, limit; 1 for authority, state;
 * 3 for system.
 */
int cli_fail(struct cli *cli, const struct why *why);
