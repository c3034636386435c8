/*
 * desk.h - one coalition's folder, opened for one command.
 *
 * What time it is: --now, if given; else the clock. An exercise has its own
 * time, that of its last entry, and only there may --now be used to write.
 * A command that reads shows what is due by then although nobody has entered
 * it in the log yet.
 */
#pragma once

#include "cli/cli.h"
#include "institution/session.h"

struct desk {
    struct session *session;
    struct institution *institution;
    struct state *state;
    struct log *log;
    const struct charter *charter; /* NULL: not founded */
    struct when now;
    bool exercise;
};

/* Owns: desk_close. Fails as session_open; ERR_STATE when the log is empty. */
enum err desk_open(struct cli *cli, enum session_mode mode, struct desk *desk,
                   struct why *why) MUST_CHECK;
void desk_close(struct desk *desk);

/* --now, or the clock. */
enum err desk_clock(const struct cli *cli, struct when *now,
                    struct why *why) MUST_CHECK;

/* The line that every screen of an exercise has; nothing otherwise. */
void desk_mark(struct cli *cli, const struct desk *desk);
/* The first lines of a screen: what is shown, and EXERCISE if it is one. */
void desk_head(struct cli *cli, const struct desk *desk, const char *format,
               ...) PRINTF_LIKE(3, 4);
/* As cli_print_json, with "exercise". */
void desk_print_json(struct cli *cli, const struct desk *desk, json_t *json);
/* Say why, and close. */
int desk_fail(struct cli *cli, struct desk *desk, const struct why *why);
