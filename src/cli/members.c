/*
 * members.c - `entente members`: the states and where each stands.
 */
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/options.h"
#include "cli/show.h"
#include "cli/tell.h"

#include <inttypes.h>
#include <string.h>

static enum ink ink_of(const char *status)
{
    if (strcmp(status, "party") == 0)
        return INK_GREEN;
    if (strcmp(status, "suspended") == 0 || strcmp(status, "withdrawn") == 0)
        return INK_RED;
    return strcmp(status, "none") == 0 ? INK_DIM : INK_YELLOW;
}

/* What is to come or special: "withdraws 2027-04-20", "from 2026-04-01". */
static void add_note(const json_t *member, struct buf *out)
{
    char time[TELL_TIME_SIZE];

    if (json_text(member, "withdraws_at") != NULL)
        buf_addf(out, "withdraws %s",
                 tell_time(json_text(member, "withdraws_at"), time));
    else if (json_text(member, "enters_at") != NULL)
        buf_addf(out, "party from %s",
                 tell_time(json_text(member, "enters_at"), time));
    else if (json_map(member, "provisional") != NULL)
        buf_add_text(out, "applies the charter provisionally");
    else if (json_flag(member, "invited"))
        buf_add_text(out, "invited to accede");
}

/* When it came to stand as it does. */
static const char *since(const json_t *member)
{
    const json_t *history = json_list(member, "history");

    return json_text(json_array_get(history, json_array_size(history) - 1),
                     "at");
}

static void add_row(struct table *table, const struct charter *charter,
                    const json_t *member)
{
    const char *status = json_text(member, "status");
    char time[TELL_TIME_SIZE];
    struct buf note = {0};

    add_note(member, &note);
    table_cell(table, json_text(member, "code"));
    table_cell(table, json_text(member, "english"));
    table_cell_ink(table, ink_of(status), status);
    table_cell(table, tell_time(since(member), time));
    for (size_t i = 0; i < charter->weights; i++)
        table_cell(table, json_text(json_map(member, "weights"),
                                    charter->weight[i].column));
    table_cell(table, buf_text(&note));
    buf_clear(&note);
}

static struct table *open_table(const struct charter *charter)
{
    struct buf columns = {0};
    struct table *table;

    buf_add_text(&columns, "state|name|status|since (UTC)");
    for (size_t i = 0; i < charter->weights; i++)
        buf_addf(&columns, "|>%s", charter->weight[i].name);
    buf_add_text(&columns, "|");
    table = table_open(buf_text(&columns));
    buf_clear(&columns);
    return table;
}

static void list(struct cli *cli, const struct desk *desk)
{
    size_t count;
    const char **code = state_ids(desk->state, "member", &count);
    struct table *table = open_table(desk->charter);
    json_t *json = json_array();

    for (size_t i = 0; i < count; i++) {
        const json_t *member = state_get(desk->state, "member", code[i]);

        if (cli->json)
            json_array_append(json, (json_t *)member);
        else
            add_row(table, desk->charter, member);
    }
    if (cli->json) {
        desk_print_json(cli, desk, json_pack("{s:O}", "members", json));
    } else {
        desk_head(cli, desk, "%s: %zu states", desk->charter->name, count);
        table_print(table, cli->out);
    }
    json_decref(json);
    table_close(table);
    mem_free(code);
}

/*
 * One state.
 */

static void show_history(FILE *out, const json_t *member)
{
    const json_t *history = json_list(member, "history");
    char time[TELL_TIME_SIZE];

    for (size_t i = 0; i < json_array_size(history); i++) {
        const json_t *move = json_array_get(history, i);

        tell_linef(out, i == 0 ? "became" : "", "%s, %s (entry %" PRId64 ")",
                   json_text(move, "status"),
                   tell_time(json_text(move, "at"), time),
                   json_int(move, "entry", 0));
    }
}

static void show_weights(FILE *out, const json_t *member)
{
    const json_t *weights = json_map(member, "weights");
    const char *column;
    json_t *value;
    struct buf groups = {0};

    json_object_foreach ((json_t *)weights, column, value) {
        tell_linef(out, "weight", "%s: %s", column, json_string_value(value));
    }
    tell_list(json_list(member, "groups"), &groups);
    tell_line(out, "groups", buf_text(&groups));
    buf_clear(&groups);
}

static void show_proxies(FILE *out, const json_t *member)
{
    const json_t *proxies = json_map(member, "proxies");
    const char *code;
    json_t *proxy;
    char time[TELL_TIME_SIZE];

    json_object_foreach ((json_t *)proxies, code, proxy) {
        tell_linef(out, "proxy to", "%s%s%s", code,
                   json_text(proxy, "until") == NULL ? "" : ", until ",
                   tell_time(json_text(proxy, "until"), time));
    }
}

static void show_keys(struct cli *cli, const struct desk *desk,
                      const char *code)
{
    size_t count;
    const char **id = state_ids(desk->state, "key", &count);
    struct table *table = table_open("key|status|granted (UTC)|may sign");

    for (size_t i = 0; i < count; i++) {
        const json_t *key = state_get(desk->state, "key", id[i]);
        struct buf powers = {0};
        char time[TELL_TIME_SIZE];

        if (strcmp(json_text(key, "state"), code) != 0)
            continue;
        tell_list(json_list(key, "powers"), &powers);
        table_cell(table, id[i]);
        table_cell(table, json_text(key, "status"));
        table_cell(table, tell_time(json_text(key, "granted_at"), time));
        table_cell(table, powers.len == 0 ? "everything" : buf_text(&powers));
        buf_clear(&powers);
    }
    if (table_rows(table) > 0) {
        tell_heading(cli->out, "Officers' keys");
        table_print(table, cli->out);
    }
    table_close(table);
    mem_free(id);
}

void show_member(struct cli *cli, const struct desk *desk, const json_t *doc)
{
    const json_t *officers = json_map(doc, "officers");
    struct buf note = {0};

    desk_head(cli, desk, "%s: %s", json_text(doc, "code"),
              json_text(doc, "name"));
    tell_line(cli->out, "in English", json_text(doc, "english"));
    tell_line(cli->out, "status", json_text(doc, "status"));
    add_note(doc, &note);
    tell_line(cli->out, "", buf_text(&note));
    buf_clear(&note);
    show_history(cli->out, doc);
    tell_line(cli->out, "consent by", json_text(doc, "consent_by"));
    tell_line(cli->out, "instrument", json_text(doc, "instrument"));
    tell_linef(cli->out, "officers",
               "%" PRId64 " for ordinary, %" PRId64 " for solemn acts",
               json_int(officers, "ordinary", 1),
               json_int(officers, "solemn", 1));
    show_weights(cli->out, doc);
    show_proxies(cli->out, doc);
    show_keys(cli, desk, json_text(doc, "code"));
}

int cmd_members(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    struct desk desk;
    struct why why;
    const json_t *doc;
    int status = options_read(cli, &options, argc, argv, 0, 1, &words);

    if (status != OPTIONS_GO_ON)
        return status;
    if (desk_open(cli, SESSION_READ, &desk, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    if (words.count == 0) {
        list(cli, &desk);
        desk_close(&desk);
        return 0;
    }
    doc = state_get(desk.state, "member", words.item[0]);
    if (doc == NULL) {
        fail(&why, ERR_ABSENT, "there is no state '%s' on record",
             words.item[0]);
        return desk_fail(cli, &desk, &why);
    }
    if (cli->json)
        desk_print_json(cli, &desk, json_pack("{s:O}", "member", doc));
    else
        show_member(cli, &desk, doc);
    desk_close(&desk);
    return 0;
}
