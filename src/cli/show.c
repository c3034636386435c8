/*
 * show.c - `entente show ID`: anything that has a name, in full.
 */
#include "cli/show.h"
#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/find.h"
#include "cli/options.h"
#include "cli/tell.h"

#include <inttypes.h>
#include <string.h>

/* Labels and texts of a document, one after the other: FIELD, label. */
struct shown {
    const char *field;
    const char *label;
};

static void show_fields(FILE *out, const json_t *doc, const struct shown *shown)
{
    for (; shown->field != NULL; shown++)
        tell_value(out, shown->label, json_object_get(doc, shown->field));
}

/* Who stands how, and since when. */
static void show_stances(FILE *out, const json_t *doc, const char *key,
                         const char *heading)
{
    const json_t *stances = json_map(doc, key);
    const char *code;
    json_t *stance;

    if (json_object_size(stances) > 0)
        tell_heading(out, heading);
    json_object_foreach ((json_t *)stances, code, stance) {
        const char *text = json_text(stance, "text");
        const char *how = json_text(stance, "how");
        char time[TELL_TIME_SIZE];

        tell_linef(out, code, "%s%s%s%s%s%s%s",
                   tell_time(json_is_string(stance) ? json_string_value(stance)
                                                    : json_text(stance, "at"),
                             time),
                   how == NULL ? "" : ", ", how == NULL ? "" : how,
                   json_flag(stance, "qualified") ? ", no treaty relation" : "",
                   json_flag(stance, "late") ? ", late: without effect" : "",
                   text == NULL ? "" : ": ", text == NULL ? "" : text);
    }
}

/*
 * Proposals and their decisions.
 */

static void show_ballots(FILE *out, const json_t *proposal, const char *key,
                         const char *heading)
{
    const json_t *ballots = json_map(proposal, key);
    const json_t *explanations = json_map(proposal, "explanations");
    const char *code;
    json_t *ballot;

    if (json_object_size(ballots) == 0)
        return;
    tell_heading(out, heading);
    json_object_foreach ((json_t *)ballots, code, ballot) {
        const char *proxy = json_text(ballot, "proxy");
        const char *text = json_text(ballot, "text");
        const char *more =
            json_text(json_object_get(explanations, code), "text");
        char time[TELL_TIME_SIZE];

        tell_linef(out, code, "%s%s%s, %s%s%s%s%s",
                   json_text(ballot, "position"),
                   proxy == NULL ? "" : ", cast by its proxy ",
                   proxy == NULL ? "" : proxy,
                   tell_time(json_text(ballot, "at"), time),
                   text == NULL ? "" : ": ", text == NULL ? "" : text,
                   more == NULL ? "" : " — ", more == NULL ? "" : more);
    }
}

static void show_amendments(FILE *out, const json_t *proposal)
{
    const json_t *list = json_list(proposal, "amendments");

    if (json_array_size(list) > 0)
        tell_heading(out, "Amendments tabled by others");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        char number[16];

        snprintf(number, sizeof number, "%" PRId64,
                 json_int(item, "number", 0));
        tell_linef(out, number, "by %s, %s: %s", json_text(item, "by"),
                   json_text(item, "status"), json_text(item, "text"));
    }
}

static void show_decision(FILE *out, const json_t *decision)
{
    static const struct shown fields[] = {{"status", "status"},
                                          {"adopted_at", "adopted"},
                                          {"until", "until"},
                                          {"bound", "binds"},
                                          {"exempt", "not bound"},
                                          {"opt_in", "open to join"},
                                          {"entry", "entry"},
                                          {"effect_lapsed", "no effect"},
                                          {"repealed_by", "repealed by"},
                                          {NULL, NULL}};
    const json_t *duties = json_map(decision, "duty");
    const json_t *joined = json_map(decision, "opted_in");
    const char *code;
    json_t *duty;
    json_t *at;
    char time[TELL_TIME_SIZE];

    if (decision == NULL)
        return;
    tell_heading(out, "The decision");
    show_fields(out, decision, fields);
    json_object_foreach ((json_t *)duties, code, duty) {
        tell_linef(out, "duty", "%s: %s", code, json_string_value(duty));
    }
    json_object_foreach ((json_t *)joined, code, at) {
        tell_linef(out, "joined later", "%s, %s", code,
                   tell_time(json_string_value(at), time));
    }
}

/* What adoption does, or did, to the record. */
static void show_effect(FILE *out, const json_t *proposal)
{
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)json_map(proposal, "effect"), name, value) {
        const char *state = json_string_value(value);
        const char *described = json_text(value, "name");

        if (state == NULL)
            state = json_text(value, "state");
        if (state == NULL)
            state = json_text(value, "code");
        tell_linef(out, "effect", "%s %s%s%s", name,
                   state == NULL ? "the charter" : state,
                   described == NULL ? "" : ", ",
                   described == NULL ? "" : described);
        for (size_t i = 0; i < json_array_size(json_list(value, "keys")); i++)
            tell_line(
                out, i == 0 ? "keys" : "",
                json_string_value(json_array_get(json_list(value, "keys"), i)));
    }
}

static void show_charter_amendment(FILE *out, const json_t *amendment)
{
    static const struct shown fields[] = {{"status", "status"},
                                          {"enters_at", "enters"},
                                          {"in_force_at", "in force"},
                                          {"version", "version"},
                                          {NULL, NULL}};
    const json_t *parties = json_list(amendment, "parties");

    if (amendment == NULL)
        return;
    tell_heading(out, "The amendment of the charter");
    show_fields(out, amendment, fields);
    tell_linef(out, "asked", "%zu states, parties at its adoption",
               json_array_size(parties));
    show_stances(out, amendment, "acceptances", "Accepted by");
}

static void show_proposal(struct cli *cli, const struct desk *desk,
                          const json_t *doc)
{
    static const struct shown fields[] = {{"by", "put by"},
                                          {"proposed_at", "put"},
                                          {"matter", "matter"},
                                          {"rule", "rule"},
                                          {"status", "status"},
                                          {"version", "version"},
                                          {"opened_at", "opened"},
                                          {"closes_at", "closes"},
                                          {"decided_at", "decided"},
                                          {"duration", "stands for"},
                                          {"subject", "about"},
                                          {"annex", "annex"},
                                          {"sha256", "sha256"},
                                          {"entry", "entry"},
                                          {"outcome_entry", "outcome"},
                                          {NULL, NULL}};
    const json_t *groups = json_map(doc, "groups");
    const json_t *receipts = json_map(doc, "receipts");
    const char *name;
    json_t *states;

    desk_head(cli, desk, "Proposal %s: %s", json_text(doc, "id"),
              json_text(doc, "title"));
    show_fields(cli->out, doc, fields);
    json_object_foreach ((json_t *)groups, name, states) {
        tell_value(cli->out, name, states);
    }
    show_effect(cli->out, doc);
    if (json_object_size(receipts) > 0)
        tell_linef(cli->out, "acknowledged", "by %zu states",
                   json_object_size(receipts));
    tell_heading(cli->out, "Text");
    term_wrap(cli->out, 2, json_text(doc, "text"));
    show_amendments(cli->out, doc);
    show_ballots(cli->out, doc, "ballots", "Votes");
    show_ballots(cli->out, doc, "late", "Too late, without effect");
    show_decision(cli->out,
                  state_get(desk->state, "decision", json_text(doc, "id")));
    show_charter_amendment(
        cli->out, state_get(desk->state, "amendment", json_text(doc, "id")));
    fprintf(cli->out, "\n`entente explain %s` has the tally.\n",
            json_text(doc, "id"));
}

/*
 * Reservations, statements, keys.
 */

static void show_reservation(struct cli *cli, const struct desk *desk,
                             const json_t *doc)
{
    static const struct shown fields[] = {{"by", "by"},
                                          {"article", "to article"},
                                          {"text", "text"},
                                          {"status", "status"},
                                          {"formulated_at", "formulated"},
                                          {"made_at", "made"},
                                          {"tacit_at", "objections until"},
                                          {"withdrawn_at", "withdrawn"},
                                          {"entry", "entry"},
                                          {NULL, NULL}};

    desk_head(cli, desk, "Reservation %s", json_text(doc, "id"));
    show_fields(cli->out, doc, fields);
    show_stances(cli->out, doc, "objections", "Objections");
    show_stances(cli->out, doc, "acceptances", "Acceptances");
}

static void show_statement(struct cli *cli, const struct desk *desk,
                           const json_t *doc)
{
    static const struct shown fields[] = {
        {"by", "by"},          {"as", "on behalf of"},   {"at", "stated"},
        {"status", "status"},  {"made_at", "made"},      {"matter", "matter"},
        {"proposal", "about"}, {"position", "position"}, {"entry", "entry"},
        {NULL, NULL}};

    desk_head(cli, desk, "Statement %s", json_text(doc, "id"));
    show_fields(cli->out, doc, fields);
    tell_heading(cli->out, "Text");
    term_wrap(cli->out, 2, json_text(doc, "text"));
    if (json_text(doc, "as") != NULL)
        show_stances(cli->out, doc, "endorsements", "Endorsed by");
}

static void show_key(struct cli *cli, const struct desk *desk,
                     const json_t *doc)
{
    static const struct shown fields[] = {{"state", "speaks for"},
                                          {"status", "status"},
                                          {"vkey", "verifier key"},
                                          {"powers", "may sign"},
                                          {"granted_at", "granted"},
                                          {"from", "valid from"},
                                          {"until", "valid until"},
                                          {"ended_at", "ended"},
                                          {"suspect_since", "suspect since"},
                                          {"text", "what happened"},
                                          {"entry", "entry"},
                                          {NULL, NULL}};

    desk_head(cli, desk, "Key %s", json_text(doc, "id"));
    show_fields(cli->out, doc, fields);
    if (json_list(doc, "powers") == NULL)
        tell_line(cli->out, "may sign", "every kind of act");
}

/*
 * The charter, one entry.
 */

static void show_charter(struct cli *cli, const struct desk *desk,
                         const json_t *doc)
{
    char *text;

    desk_head(cli, desk, "%s, version %" PRId64, desk->charter->name,
              desk->charter->version);
    tell_line(cli->out, "sha256", json_text(doc, "sha256"));
    text =
        mem_copy_text(json_text(doc, "text"), strlen(json_text(doc, "text")));
    text_tame(text, true);
    fprintf(cli->out, "\n%s", text);
    mem_free(text);
}

static int show_entry(struct cli *cli, const struct desk *desk, uint64_t index)
{
    struct reading reading;
    struct why why;

    if (reading_open(desk->log, index, &reading, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    if (cli->json) {
        desk_print_json(cli, desk, tell_json(&reading, index));
    } else {
        char *bytes = mem_copy_text(reading.bytes.data, reading.bytes.len);

        desk_head(cli, desk, "Entry %" PRIu64, index);
        text_tame(bytes, true);
        fprintf(cli->out, "%s%s", bytes,
                reading.bytes.data[reading.bytes.len - 1] == '\n' ? "" : "\n");
        mem_free(bytes);
    }
    reading_close(&reading);
    return 0;
}

/* SHOWN: kind of document, how it is shown. */
static const struct {
    const char *kind;
    void (*show)(struct cli *cli, const struct desk *desk, const json_t *doc);
} shows[] = {
    {"proposal", show_proposal},
    {"reservation", show_reservation},
    {"statement", show_statement},
    {"member", show_member},
    {"key", show_key},
    {"charter", show_charter},
};

static int show_document(struct cli *cli, const struct desk *desk,
                         const struct found *found)
{
    const json_t *doc = state_get(desk->state, found->kind, found->id);
    const json_t *decision = state_get(desk->state, "decision", found->id);
    const json_t *amendment = state_get(desk->state, "amendment", found->id);
    json_t *json;

    if (cli->json) {
        json = json_pack("{s:s,s:O}", "kind", found->kind, "document", doc);
        if (strcmp(found->kind, "proposal") == 0 && decision != NULL)
            json_set_new(json, "decision", json_incref((json_t *)decision));
        if (strcmp(found->kind, "proposal") == 0 && amendment != NULL)
            json_set_new(json, "amendment", json_incref((json_t *)amendment));
        desk_print_json(cli, desk, json);
        return 0;
    }
    for (size_t i = 0; i < sizeof shows / sizeof *shows; i++)
        if (strcmp(shows[i].kind, found->kind) == 0)
            shows[i].show(cli, desk, doc);
    return 0;
}

int cmd_show(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    struct desk desk;
    struct found found;
    struct why why;
    int status = options_read(cli, &options, argc, argv, 1, 1, &words);

    if (status != OPTIONS_GO_ON)
        return status;
    if (desk_open(cli, SESSION_READ, &desk, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    if (find_thing(&desk, words.item[0], &found, &why) != ERR_NONE)
        return desk_fail(cli, &desk, &why);
    if (strcmp(found.kind, "charter") == 0)
        found.id = "charter";
    status = strcmp(found.kind, "entry") == 0
                 ? show_entry(cli, &desk, found.entry)
                 : show_document(cli, &desk, &found);
    desk_close(&desk);
    return status;
}
