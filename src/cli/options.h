/*
 * options.h - a command's options: declared once, read, and listed by --help.
 */
#pragma once

#include "cli/cli.h"

#include <stdbool.h>
#include <stddef.h>

enum { OPTIONS_MAX = 64, WORDS_MAX = 64 };

/* Values of an option that may be repeated, or takes several. */
struct words {
    const char **item; /* [count] in the command's arena */
    size_t count;
};

enum option_kind { OPTION_FLAG, OPTION_TEXT, OPTION_LIST, OPTION_FILES };

struct option {
    const char *name;  /* without the dashes */
    const char *value; /* what it takes, for help; NULL: a flag */
    const char *help;
    enum option_kind kind;
    void *to; /* bool *, const char ** or struct words * */
};

/* Start from {0}. */
struct options {
    struct option item[OPTIONS_MAX];
    size_t count;
};

void options_flag(struct options *options, const char *name, bool *to,
                  const char *help);
void options_text(struct options *options, const char *name, const char *value,
                  const char **to, const char *help);
/* May be repeated. */
void options_list(struct options *options, const char *name, const char *value,
                  struct words *to, const char *help);
/* Takes every word up to the next option; may be repeated. */
void options_files(struct options *options, const char *name, const char *value,
                   struct words *to, const char *help);

enum { OPTIONS_GO_ON = -1 };

/*
 * Read a command line. Options are --name VALUE or --name=VALUE and may stand
 * anywhere; after "--" everything is a word.
 *
 *   least, most  in   how many words there must be
 *   rest         out  the words that belong to no option
 *
 * Returns  OPTIONS_GO_ON, or the exit status when help was asked for or the
 *          line is wrong (said already).
 */
int options_read(struct cli *cli, const struct options *options, int argc,
                 char **argv, size_t least, size_t most, struct words *rest);
