/*
 * documents.c - reading and writing the documents of the state.
 */
#include "institution/council.h"
#include "institution/scene.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const json_t *coalition_get(struct state *state)
{
    return state_get(state, "coalition", "coalition");
}

json_t *coalition_edit(struct state *state)
{
    return state_edit(state, "coalition", "coalition");
}

bool charter_in_force(struct state *state)
{
    struct when at;

    return when_at(coalition_get(state), "in_force_at", &at);
}

const json_t *member_get(struct state *state, const char *code)
{
    return state_get(state, "member", code);
}

json_t *member_edit(struct state *state, const char *code)
{
    return state_edit(state, "member", code);
}

const char *member_status(struct state *state, const char *code)
{
    const char *status = json_text(member_get(state, code), "status");

    return status == NULL ? "" : status;
}

bool member_is(struct state *state, const char *code, const char *status)
{
    return strcmp(member_status(state, code), status) == 0;
}

bool member_is_contracting(struct state *state, const char *code)
{
    return member_is_bound(state, code) ||
           member_is(state, code, STATUS_CONSENTED);
}

bool member_is_bound(struct state *state, const char *code)
{
    return member_is(state, code, STATUS_PARTY) ||
           member_is(state, code, STATUS_SUSPENDED);
}

json_t *members_bound(struct state *state)
{
    json_t *codes = json_array();
    size_t count;
    const char **code = state_ids(state, "member", &count);

    for (size_t i = 0; i < count; i++)
        if (member_is_bound(state, code[i]))
            json_array_append_new(codes, json_string(code[i]));
    mem_free(code);
    return codes;
}

json_t *json_when(struct when when)
{
    char text[WHEN_TEXT_SIZE];

    when_format(when, text);
    return json_string(text);
}

bool when_at(const json_t *doc, const char *key, struct when *when)
{
    const char *text = json_text(doc, key);

    return text != NULL && when_parse(slice_of(text), when, NULL) == ERR_NONE;
}

void set_when(json_t *doc, const char *key, struct when when)
{
    json_set_new(doc, key, json_when(when));
}

struct period period_at(const json_t *doc, const char *key,
                        struct period otherwise)
{
    const char *text = json_text(doc, key);
    struct period period;

    if (text == NULL || period_parse(slice_of(text), &period, NULL) != ERR_NONE)
        return otherwise;
    return period;
}

bool list_has(const json_t *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(json_string_value(json_array_get(list, i)), text) == 0)
            return true;
    return false;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(json_string_value(*(json_t *const *)a),
                  json_string_value(*(json_t *const *)b));
}

json_t *list_sorted(const json_t *list)
{
    size_t count = json_array_size(list);
    json_t **item = mem_new(count + 1, sizeof *item);
    json_t *sorted = json_array();

    for (size_t i = 0; i < count; i++)
        item[i] = json_array_get(list, i);
    qsort(item, count, sizeof *item, by_text);
    for (size_t i = 0; i < count; i++)
        json_array_append(sorted, item[i]);
    mem_free(item);
    return sorted;
}

/* Proposals are numbered within their year, as councils do. */
static bool is_by_year(const char *series)
{
    return strcmp(series, "proposal") == 0;
}

static void number_key(const char *series, struct when now,
                       char key[NUMBER_TEXT_SIZE], char year[5])
{
    char text[WHEN_TEXT_SIZE];

    when_format(now, text);
    snprintf(year, 5, "%.4s", text);
    if (is_by_year(series))
        snprintf(key, NUMBER_TEXT_SIZE, "%s %s", series, year);
    else
        snprintf(key, NUMBER_TEXT_SIZE, "%s", series);
}

void number_peek(struct state *state, const char *series, struct when now,
                 char text[NUMBER_TEXT_SIZE])
{
    char key[NUMBER_TEXT_SIZE];
    char year[5];
    const json_t *numbers = json_map(coalition_get(state), "numbers");
    int64_t next;

    number_key(series, now, key, year);
    next = json_int(numbers, key, 0) + 1;
    if (is_by_year(series))
        snprintf(text, NUMBER_TEXT_SIZE, "%s-%03lld", year, (long long)next);
    else
        snprintf(text, NUMBER_TEXT_SIZE, "%c-%lld", series[0] - 'a' + 'A',
                 (long long)next);
}

void number_take(struct state *state, const char *series, struct when now,
                 char text[NUMBER_TEXT_SIZE])
{
    char key[NUMBER_TEXT_SIZE];
    char year[5];
    json_t *numbers = json_object_get(coalition_edit(state), "numbers");

    number_peek(state, series, now, text);
    number_key(series, now, key, year);
    json_set_int(numbers, key, json_int(numbers, key, 0) + 1);
}

/* One document lists the proposals before the council, so that nobody has to
 * look through all that were ever put. */
static json_t *docket_edit(struct state *state)
{
    json_t *docket = state_edit(state, "docket", "docket");

    if (docket == NULL)
        docket = state_put(state, "docket", "docket",
                           json_pack("{s:{}}", "proposals"));
    return json_object_get(docket, "proposals");
}

void docket_add(struct state *state, const char *id, const char *by)
{
    json_set_text(docket_edit(state), id, by);
}

size_t docket_of(struct state *state, const char *by)
{
    const json_t *docket =
        json_map(state_get(state, "docket", "docket"), "proposals");
    size_t count = 0;
    const char *id;
    json_t *proposer;

    json_object_foreach ((json_t *)docket, id, proposer) {
        count += strcmp(json_string_value(proposer), by) == 0;
    }
    return count;
}

void docket_drop(struct state *state, const char *id)
{
    json_object_del(docket_edit(state), id);
    state_settle(state, "proposal", id);
}

const char **council_docket(struct state *state, size_t *count)
{
    const json_t *docket =
        json_map(state_get(state, "docket", "docket"), "proposals");
    const char **id = mem_new(json_object_size(docket) + 1, sizeof *id);
    const char *key;
    json_t *by;

    *count = 0;
    json_object_foreach ((json_t *)docket, key, by) {
        id[(*count)++] = key;
    }
    return id;
}
