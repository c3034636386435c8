#include "cli/desk.h"

#include "base/file.h"
#include "base/json.h"
#include "base/table.h"
#include "cli/secret.h"

#include <stdarg.h>
#include <string.h>

enum err desk_clock(const struct cli *cli, struct when *now, struct why *why)
{
    if (cli->now == NULL) {
        *now = when_clock();
        return ERR_NONE;
    }
    if (when_parse(slice_of(cli->now), now, why) != ERR_NONE)
        return fail_within(why, ERR_INPUT, "--now");
    return ERR_NONE;
}

static enum err open_session(struct cli *cli, enum session_mode mode,
                             struct session **session, struct why *why)
{
    char *passphrase = NULL;
    enum err err;

    if (!file_exists(cli_path(cli, "log")))
        return fail(why, ERR_ABSENT,
                    "%s: there is no log here; name its folder with --dir, or "
                    "make one with `entente found`",
                    cli_dir(cli));
    if (mode == SESSION_WRITE)
        TRY(secret_of_file(cli, cli_path(cli, "keys/log.key"), &passphrase,
                           why));
    err = session_open(cli_dir(cli), mode, passphrase, session, why);
    secret_forget(passphrase);
    return err;
}

static enum err set_time(const struct cli *cli, enum session_mode mode,
                         struct desk *desk, struct why *why)
{
    size_t due;

    if (mode == SESSION_WRITE && cli->now != NULL && !desk->exercise)
        return fail(why, ERR_INPUT,
                    "--now: only an exercise is written at another time than "
                    "the clock's");
    TRY(desk_clock(cli, &desk->now, why));
    if (desk->exercise && cli->now == NULL)
        desk->now = session_time(desk->session);
    if (desk->now.s < session_time(desk->session).s) {
        if (cli->now != NULL)
            return fail(why, ERR_INPUT,
                        "--now: the log has entries of a later time");
        desk->now = session_time(desk->session);
    }
    return mode == SESSION_WRITE
               ? ERR_NONE
               : session_advance(desk->session, desk->now, &due, why);
}

enum err desk_open(struct cli *cli, enum session_mode mode, struct desk *desk,
                   struct why *why)
{
    enum err err;

    memset(desk, 0, sizeof *desk);
    TRY(open_session(cli, mode, &desk->session, why));
    desk->institution = session_institution(desk->session);
    desk->log = session_log(desk->session);
    desk->state = institution_state(desk->institution);
    if (institution_charter(desk->institution) == NULL) {
        desk_close(desk);
        return fail(why, ERR_STATE, "%s: the log is empty", cli_dir(cli));
    }
    desk->exercise = institution_is_exercise(desk->institution);
    err = set_time(cli, mode, desk, why);
    if (err != ERR_NONE)
        desk_close(desk);
    else
        desk->charter = institution_charter(desk->institution);
    return err;
}

void desk_close(struct desk *desk)
{
    session_close(desk->session);
    desk->session = NULL;
}

int desk_fail(struct cli *cli, struct desk *desk, const struct why *why)
{
    desk_close(desk);
    return cli_fail(cli, why);
}

void desk_mark(struct cli *cli, const struct desk *desk)
{
    if (desk->exercise)
        term_print(cli->out, INK_YELLOW,
                   "EXERCISE: acts, votes and words are invented\n");
}

void desk_head(struct cli *cli, const struct desk *desk, const char *format,
               ...)
{
    struct buf text = {0};
    va_list args;

    desk_mark(cli, desk);
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    term_print(cli->out, INK_BOLD, "%s\n", buf_text(&text));
    buf_clear(&text);
}

void desk_print_json(struct cli *cli, const struct desk *desk, json_t *json)
{
    json_set_flag(json, "exercise", desk->exercise);
    cli_print_json(cli, json);
}
