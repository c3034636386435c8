/*
 * status.c - `entente status`: one screen, from a handful of documents.
 *
 * Nothing here scans proposals or entries: what is open or due stands in the
 * agenda.
 */
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/options.h"
#include "cli/tell.h"

#include <inttypes.h>
#include <string.h>

/* STANDING: every status of a member, in the order of the screen. */
static const char *const standings[] = {"party", "consented", "signatory",
                                        "none",  "suspended", "withdrawn"};
enum { STANDINGS = sizeof standings / sizeof *standings };

static const json_t *coalition_of(const struct desk *desk)
{
    return state_get(desk->state, "coalition", "coalition");
}

/* [[seconds, what, id], ...] by time. */
static const json_t *agenda_of(const struct desk *desk)
{
    return json_list(state_get(desk->state, "agenda", "agenda"), "due");
}

static json_t *count_members(const struct desk *desk)
{
    size_t count;
    const char **code = state_ids(desk->state, "member", &count);
    json_t *counts = json_object();

    for (size_t s = 0; s < STANDINGS; s++) {
        int64_t with = 0;

        for (size_t i = 0; i < count; i++)
            with += strcmp(json_text(state_get(desk->state, "member", code[i]),
                                     "status"),
                           standings[s]) == 0;
        json_set_int(counts, standings[s], with);
    }
    mem_free(code);
    return counts;
}

static void say_force(struct cli *cli, const struct desk *desk)
{
    const json_t *coalition = coalition_of(desk);
    char time[TELL_TIME_SIZE];
    int64_t deposits = json_int(coalition, "deposits", 0);

    if (json_text(coalition, "in_force_at") != NULL)
        tell_linef(cli->out, "in force",
                   "since %s, version %" PRId64 " (%" PRId64 " deposits)",
                   tell_time(json_text(coalition, "in_force_at"), time),
                   json_int(coalition, "version", 1), deposits);
    else if (json_text(coalition, "enters_at") != NULL)
        tell_linef(cli->out, "in force", "from %s (%" PRId64 " deposits)",
                   tell_time(json_text(coalition, "enters_at"), time),
                   deposits);
    else
        tell_linef(cli->out, "in force",
                   "not yet: %" PRId64 " of %zu deposits made", deposits,
                   desk->charter->deposits);
}

static void say_members(struct cli *cli, const struct desk *desk)
{
    json_t *counts = count_members(desk);
    struct buf text = {0};

    for (size_t s = 0; s < STANDINGS; s++)
        if (json_int(counts, standings[s], 0) > 0)
            buf_addf(&text, "%s%" PRId64 " %s", text.len == 0 ? "" : ", ",
                     json_int(counts, standings[s], 0), standings[s]);
    tell_line(cli->out, "members", buf_text(&text));
    buf_clear(&text);
    json_decref(counts);
}

static void say_presidency(struct cli *cli, const struct desk *desk)
{
    const json_t *presidency = json_map(coalition_of(desk), "presidency");
    char time[TELL_TIME_SIZE];

    if (json_text(presidency, "holder") != NULL)
        tell_linef(cli->out, "presidency", "%s until %s",
                   json_text(presidency, "holder"),
                   tell_time(json_text(presidency, "until"), time));
}

static void describe_deadline(const struct desk *desk, const json_t *due,
                              struct buf *out)
{
    const char *what = json_string_value(json_array_get(due, 1));
    const char *id = json_string_value(json_array_get(due, 2));
    struct when at = {json_integer_value(json_array_get(due, 0))};
    char time[TELL_TIME_SIZE];

    tell_when(at, time);
    buf_addf(out, "%s, ", time);
    tell_left(desk->now, at, out);
    buf_addf(out, ": %s%s%s", what, strcmp(id, "charter") == 0 ? "" : " ",
             strcmp(id, "charter") == 0 ? "" : id);
}

/* Open proposals are those with a closing on the agenda. */
static void say_open(struct cli *cli, const struct desk *desk)
{
    const json_t *agenda = agenda_of(desk);
    size_t open = 0;

    for (size_t i = 0; i < json_array_size(agenda); i++) {
        const json_t *due = json_array_get(agenda, i);
        const char *id = json_string_value(json_array_get(due, 2));
        struct when at = {json_integer_value(json_array_get(due, 0))};
        const json_t *proposal;
        struct buf left = {0};

        if (strcmp(json_string_value(json_array_get(due, 1)), "closing") != 0)
            continue;
        proposal = state_get(desk->state, "proposal", id);
        tell_left(desk->now, at, &left);
        tell_linef(cli->out, open++ == 0 ? "open" : "",
                   "%s %s (%zu of %zu have voted, closes %s)", id,
                   json_text(proposal, "title"),
                   json_object_size(json_map(proposal, "ballots")),
                   json_array_size(json_list(proposal, "roster")),
                   buf_text(&left));
        buf_clear(&left);
    }
    if (open == 0)
        tell_line(cli->out, "open", "no proposal is open for votes");
}

static void say_log(struct cli *cli, const struct desk *desk)
{
    struct hash root = log_root(desk->log);
    char text[HASH_TEXT_SIZE];
    char time[TELL_TIME_SIZE];
    const json_t *counts = json_map(coalition_of(desk), "counts");

    hash_text(&root, text);
    tell_when(session_time(desk->session), time);
    tell_linef(cli->out, "log",
               "%" PRIu64 " entries (%" PRId64 " acts), the last of %s",
               log_size(desk->log), json_int(counts, "acts", 0), time);
    tell_linef(cli->out, "root", "%s", text);
}

static void say_status(struct cli *cli, const struct desk *desk)
{
    char now[TELL_TIME_SIZE];
    struct buf next = {0};
    const json_t *first = json_array_get(agenda_of(desk), 0);

    desk_head(cli, desk, "%s (%s)", desk->charter->name, desk->charter->id);
    tell_when(desk->now, now);
    tell_linef(cli->out, "now", "%s UTC", now);
    say_force(cli, desk);
    say_members(cli, desk);
    say_presidency(cli, desk);
    say_open(cli, desk);
    if (first != NULL)
        describe_deadline(desk, first, &next);
    tell_line(cli->out, "next deadline", buf_text(&next));
    say_log(cli, desk);
    buf_clear(&next);
}

static json_t *agenda_json(const struct desk *desk, const char *only)
{
    const json_t *agenda = agenda_of(desk);
    json_t *list = json_array();

    for (size_t i = 0; i < json_array_size(agenda); i++) {
        const json_t *due = json_array_get(agenda, i);
        const char *what = json_string_value(json_array_get(due, 1));
        char at[WHEN_TEXT_SIZE];

        if (only != NULL && strcmp(only, what) != 0)
            continue;
        when_format((struct when){json_integer_value(json_array_get(due, 0))},
                    at);
        json_array_append_new(list,
                              json_pack("{s:s,s:s,s:O}", "at", at, "what", what,
                                        "id", json_array_get(due, 2)));
    }
    return list;
}

static json_t *status_json(const struct desk *desk)
{
    static const char *const copied[] = {"in_force_at", "enters_at",  "version",
                                         "deposits",    "presidency", "counts"};
    const json_t *coalition = coalition_of(desk);
    struct hash root = log_root(desk->log);
    char text[HASH_TEXT_SIZE];
    char now[WHEN_TEXT_SIZE];
    json_t *json;

    hash_text(&root, text);
    when_format(desk->now, now);
    json = json_pack("{s:s,s:s,s:s,s:o,s:o,s:o,s:{s:I,s:s}}", "id",
                     desk->charter->id, "name", desk->charter->name, "now", now,
                     "members", count_members(desk), "open",
                     agenda_json(desk, "closing"), "deadlines",
                     agenda_json(desk, NULL), "log", "size",
                     (json_int_t)log_size(desk->log), "root", text);
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
        json_t *value = json_object_get(coalition, copied[i]);

        if (value != NULL)
            json_set_new(json, copied[i], json_incref(value));
    }
    return json;
}

int cmd_status(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    struct desk desk;
    struct why why;
    int status = options_read(cli, &options, argc, argv, 0, 0, &words);

    if (status != OPTIONS_GO_ON)
        return status;
    if (desk_open(cli, SESSION_READ, &desk, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    if (cli->json)
        desk_print_json(cli, &desk, status_json(&desk));
    else
        say_status(cli, &desk);
    desk_close(&desk);
    return 0;
}
