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
#include "base/mem.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct cli {
    const char *dir; /* the coalition's folder: log/, state.db, keys/; NULL:
                      * not said (cli_dir) */
    bool json;       /* machines read the output */
    const char *now; /* --now TIME, or NULL: see desk.h */
    const char *passphrase_file; /* --passphrase-file FILE, or NULL */
    FILE *out;
    FILE *err;

    /* Set by cli_run. */
    const struct command *command; /* that runs */
    struct arena *arena;           /* dropped when the command has ended */
};

/*
 * Say why a command failed: `entente: <text>` on err or, with --json,
 * {"error":{"code","text"}} on out.
 *
 * Returns the exit status: 2 for input, absent, limit; 1 for authority, state;
 * 3 for system.
 */
int cli_fail(struct cli *cli, const struct why *why);
/* The status alone. */
int cli_status(enum err code);

/* Dispatch one command line: argv[0] is the command's name, or a global
 * option (--dir, --json, --now, --passphrase-file), which may stand anywhere
 * before a "--". */
int cli_run(struct cli *cli, int argc, char **argv);

/* The folder: as said, else the working folder. */
const char *cli_dir(const struct cli *cli);
/* "<dir>/<name>", in the command's arena. */
char *cli_path(struct cli *cli, const char *name);
/* One line of JSON on out; takes the reference. */
void cli_print_json(struct cli *cli, json_t *json);
