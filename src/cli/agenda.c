/*
 * agenda.c - `agenda` and `decisions`: what is before the council, and what it
 * has decided.
 */
#include "base/json.h"
#include "base/table.h"
#include "cli/account.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/tell.h"

#include <string.h>

static bool is_status(const json_t *doc, const char *status)
{
    return strcmp(json_text(doc, "status"), status) == 0;
}

static void add_when(const struct desk *desk, const json_t *proposal,
                     struct buf *out)
{
    const char *text = json_text(proposal, "closes_at");
    struct when at;
    char time[TELL_TIME_SIZE];

    if (!is_status(proposal, "open") || text == NULL ||
        when_parse(slice_of(text), &at, NULL) != ERR_NONE)
        return;
    buf_addf(out, "%s, ", tell_time(text, time));
    tell_left(desk->now, at, out);
}

static enum err add_row(const struct desk *desk, const json_t *proposal,
                        struct table *table, json_t *json, struct why *why)
{
    struct account account;
    struct buf brief = {0};
    struct buf when = {0};

    enum err err = account_of(desk, proposal, &account, why);

    /* Its matter may have gone with an amendment of the charter. */
    if (err == ERR_STATE)
        buf_add_text(&brief, why->text);
    else
        TRY(err);
    if (json != NULL) {
        json_t *item = json_pack("{s:O}", "proposal", proposal);
        json_t *live = account_json(&account);

        if (live != NULL)
            json_set_new(item, "live", live);
        json_array_append_new(json, item);
    } else {
        account_brief(&account, &brief);
        add_when(desk, proposal, &when);
        table_cell(table, json_text(proposal, "id"));
        table_cell(table, json_text(proposal, "title"));
        table_cell(table, json_text(proposal, "matter"));
        table_cell_ink(table,
                       is_status(proposal, "open") ? INK_GREEN : INK_YELLOW,
                       json_text(proposal, "status"));
        table_cell(table, buf_text(&when));
        table_cell(table, buf_text(&brief));
    }
    account_clear(&account);
    buf_clear(&brief);
    buf_clear(&when);
    return ERR_NONE;
}

static enum err add_proposals(const struct desk *desk, struct table *table,
                              json_t *json, struct why *why)
{
    size_t count;
    const char **id = council_docket(desk->state, &count);
    enum err err = ERR_NONE;

    for (size_t i = 0; i < count && err == ERR_NONE; i++) {
        err = add_row(desk, state_get(desk->state, "proposal", id[i]), table,
                      json, why);
    }
    mem_free(id);
    return err;
}

/* Deadlines ahead: closings are in the table above already. */
static void say_deadlines(struct cli *cli, const struct desk *desk)
{
    const json_t *due =
        json_list(state_get(desk->state, "agenda", "agenda"), "due");
    struct table *table = table_open("deadline (UTC)||what");

    for (size_t i = 0; i < json_array_size(due); i++) {
        const json_t *item = json_array_get(due, i);
        struct when at = {json_integer_value(json_array_get(item, 0))};
        const char *what = json_string_value(json_array_get(item, 1));
        char time[TELL_TIME_SIZE];
        struct buf left = {0};

        if (strcmp(what, "closing") == 0)
            continue;
        tell_when(at, time);
        tell_left(desk->now, at, &left);
        table_cell(table, time);
        table_cell(table, buf_text(&left));
        table_cellf(table, "%s %s", what,
                    json_string_value(json_array_get(item, 2)));
        buf_clear(&left);
    }
    if (table_rows(table) > 0) {
        fputc('\n', cli->out);
        table_print(table, cli->out);
    }
    table_close(table);
}

int cmd_agenda(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    struct desk desk;
    struct why why;
    struct table *table;
    json_t *json;
    enum err err;
    int status = options_read(cli, &options, argc, argv, 0, 0, &words);

    if (status != OPTIONS_GO_ON)
        return status;
    if (desk_open(cli, SESSION_READ, &desk, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    table =
        table_open("proposal|title|matter|status|closes (UTC)|as it stands");
    json = cli->json ? json_array() : NULL;
    err = add_proposals(&desk, table, json, &why);
    if (err == ERR_NONE && cli->json) {
        desk_print_json(
            cli, &desk,
            json_pack(
                "{s:O,s:O?}", "proposals", json, "deadlines",
                json_list(state_get(desk.state, "agenda", "agenda"), "due")));
    } else if (err == ERR_NONE) {
        desk_head(cli, &desk, "Before the council of the %s",
                  desk.charter->name);
        if (table_rows(table) == 0)
            fprintf(cli->out, "Nothing is before the council.\n");
        else
            table_print(table, cli->out);
        say_deadlines(cli, &desk);
    }
    table_close(table);
    json_decref(json);
    status = err == ERR_NONE ? 0 : cli_fail(cli, &why);
    desk_close(&desk);
    return status;
}

/*
 * decisions [--all]
 */

static void add_decision(const struct desk *desk, const json_t *proposal,
                         struct table *table)
{
    const json_t *decision =
        state_get(desk->state, "decision", json_text(proposal, "id"));
    const char *status =
        json_text(decision == NULL ? proposal : decision, "status");
    bool stands = strcmp(status, "in force") == 0;
    char time[TELL_TIME_SIZE];

    table_cell(table, json_text(proposal, "id"));
    table_cell(table, json_text(proposal, "title"));
    table_cell(table, json_text(proposal, "matter"));
    table_cell(table, tell_time(json_text(proposal, "decided_at"), time));
    table_cell_ink(table, stands ? INK_GREEN : INK_DIM, status);
    table_cell(table, tell_time(json_text(decision, "until"), time));
    if (decision == NULL) {
        table_cell(table, "");
        table_cell(table, "");
        return;
    }
    table_cellf(table, "%zu", json_array_size(json_list(decision, "bound")));
    table_cellf(table, "%zu", json_array_size(json_list(decision, "exempt")));
}

int cmd_decisions(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    struct desk desk;
    struct why why;
    struct table *table;
    json_t *json;
    const char **id;
    size_t count;
    bool all = false;
    int status;

    options_flag(&options, "all", &all,
                 "also what was rejected, broken, withdrawn, or has lapsed");
    status = options_read(cli, &options, argc, argv, 0, 0, &words);
    if (status != OPTIONS_GO_ON)
        return status;
    if (desk_open(cli, SESSION_READ, &desk, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    table = table_open("number|title|matter|decided (UTC)|status|until|>binds|"
                       ">not");
    json = json_array();
    id = state_ids(desk.state, "proposal", &count);
    for (size_t i = 0; i < count; i++) {
        const json_t *proposal = state_get(desk.state, "proposal", id[i]);
        const json_t *decision = state_get(desk.state, "decision", id[i]);

        if (is_status(proposal, "open") || is_status(proposal, "draft") ||
            (!all && (decision == NULL || !is_status(decision, "in force"))))
            continue;
        add_decision(&desk, proposal, table);
        json_array_append(json,
                          (json_t *)(decision == NULL ? proposal : decision));
    }
    if (cli->json) {
        desk_print_json(cli, &desk, json_pack("{s:O}", "decisions", json));
    } else {
        desk_head(cli, &desk, "Decisions of the %s", desk.charter->name);
        if (table_rows(table) == 0)
            fprintf(cli->out, "Nothing has been decided.\n");
        else
            table_print(table, cli->out);
    }
    mem_free(id);
    table_close(table);
    json_decref(json);
    desk_close(&desk);
    return 0;
}
