#include "cli/script.h"

#include "base/csv.h"
#include "base/mem.h"
#include "base/text.h"
#include "rule/position.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static enum err read_text(const struct value *item, const char **text,
                          struct why *why)
{
    if (item == NULL)
        return ERR_NONE;
    if (item->kind != VALUE_TEXT || item->text_len == 0)
        return value_fail(item, why, ERR_INPUT, "expected a text");
    *text = item->text;
    return ERR_NONE;
}

static enum err read_when(const struct value *item, struct when *when,
                          struct why *why)
{
    if (item->kind != VALUE_TEXT ||
        when_parse((struct slice){item->text, item->text_len}, when, NULL) !=
            ERR_NONE)
        return value_fail(item, why, ERR_INPUT,
                          "expected a time such as 2026-02-10T10:00:00Z");
    return ERR_NONE;
}

/* A text or a list of texts. */
static enum err read_list(const struct script *script, const struct value *item,
                          struct script_list *list, struct why *why)
{
    const struct value *const *from = &item;
    const char **text;

    list->count = 0;
    if (item == NULL)
        return ERR_NONE;
    list->count = 1;
    if (item->kind == VALUE_LIST) {
        from = item->item;
        list->count = item->count;
    }
    text = arena_new(script->arena, list->count, sizeof *text);
    for (size_t i = 0; i < list->count; i++)
        TRY(read_text(from[i], &text[i], why));
    list->item = text;
    return ERR_NONE;
}

/* A list of codes of the members' file. */
static enum err read_codes(const struct script *script,
                           const struct value *item, struct script_list *list,
                           struct why *why)
{
    TRY(read_list(script, item, list, why));
    for (size_t i = 0; i < list->count; i++)
        if (script_find(script, slice_of(list->item[i])) == SIZE_MAX)
            return value_fail(item, why, ERR_INPUT,
                              "there is no member '%s' in %s", list->item[i],
                              script->members);
    return ERR_NONE;
}

size_t script_find(const struct script *script, struct slice code)
{
    for (size_t i = 0; i < script->states; i++)
        if (slice_is(code, script->state[i].code))
            return i;
    return SIZE_MAX;
}

static const char *path_beside(const struct script *script, const char *path)
{
    size_t len = strlen(script->folder) + strlen(path);
    char *whole = arena_new(script->arena, len + 1, 1);

    if (path[0] == '/')
        return path;
    snprintf(whole, len + 1, "%s%s", script->folder, path);
    return whole;
}

/*
 * The members' file: only its codes; what else it says goes into the founding
 * act as it stands.
 */

static enum err read_rows(struct script *script, struct csv *csv,
                          struct script_state *state, struct why *why)
{
    size_t code = csv_find(csv, "code");
    bool more;

    if (code == SIZE_MAX)
        return csv_fail(csv, SIZE_MAX, why, ERR_INPUT,
                        "expected a column 'code'");
    for (;;) {
        TRY(csv_next(csv, &more, why));
        if (!more)
            return ERR_NONE;
        struct slice text = csv_field(csv, code);
        if (!text_is_name(text))
            return csv_fail(csv, code, why, ERR_INPUT,
                            "expected letters and digits");
        if (script_find(script, text) != SIZE_MAX)
            return csv_fail(csv, code, why, ERR_INPUT, "given twice");
        if (script->states == SCRIPT_STATES_MAX)
            return csv_fail(csv, code, why, ERR_LIMIT, "more than %d members",
                            SCRIPT_STATES_MAX);
        state[script->states++].code =
            arena_text(script->arena, text.at, text.len);
    }
}

static enum err read_members(struct script *script, struct script_state *state,
                             struct why *why)
{
    struct csv *csv;
    enum err err;

    TRY(csv_open_file(script->members, &csv, why));
    err = read_rows(script, csv, state, why);
    csv_close(csv);
    return err;
}

/* Who signs for each state, and which states are not there from the start. */
static enum err read_states(struct script *script, const struct value *root,
                            struct why *why)
{
    static const char *const alone[] = {"delegate"};
    struct script_list all = {alone, 1};
    struct script_list later;
    struct script_state *state =
        arena_new(script->arena, SCRIPT_STATES_MAX, sizeof *state);
    const struct value *keys = value_at(root, "keys");

    script->state = state;
    TRY(read_members(script, state, why));
    if (value_at(root, "officers") != NULL)
        TRY(read_list(script, value_at(root, "officers"), &all, why));
    for (size_t i = 0; i < script->states; i++)
        state[i].officers = all;
    if (keys != NULL && keys->kind != VALUE_MAP)
        return value_fail(keys, why, ERR_INPUT,
                          "expected members and their officers");
    for (size_t i = 0; keys != NULL && i < keys->count; i++) {
        const struct value *item = keys->item[i];
        size_t at = script_find(script, slice_of(item->key));

        if (at == SIZE_MAX)
            return value_fail(item, why, ERR_INPUT,
                              "expected a member of %s and its officers",
                              script->members);
        TRY(read_list(script, item, &state[at].officers, why));
    }
    TRY(read_codes(script, value_at(root, "later"), &later, why));
    for (size_t i = 0; i < later.count; i++)
        state[script_find(script, slice_of(later.item[i]))].later = true;
    for (size_t i = 0; i < script->states; i++) {
        const struct script_list *officers = &state[i].officers;

        if (officers->count == 0 || officers->count > SCRIPT_OFFICERS_MAX)
            return value_fail(root, why, ERR_LIMIT,
                              "%s: expected 1 to %d officers", state[i].code,
                              SCRIPT_OFFICERS_MAX);
        for (size_t j = 0; j < officers->count; j++)
            if (!text_is_name(slice_of(officers->item[j])))
                return value_fail(root, why, ERR_INPUT,
                                  "officer '%s' of %s: expected letters and "
                                  "digits",
                                  officers->item[j], state[i].code);
    }
    return ERR_NONE;
}

/*
 * Steps.
 */

/* "FR", "FR/minister", "FR/delegate#2": the officer in full. */
static enum err read_officer(const struct script *script,
                             const struct value *item, const char *text,
                             const char **officer, struct why *why)
{
    struct slice rest = slice_of(text);
    struct slice code;
    bool whole = slice_cut(&rest, '/', &code);
    size_t at = script_find(script, whole ? code : slice_of(text));
    char name[160];

    if (at == SIZE_MAX)
        return value_fail(item, why, ERR_INPUT,
                          "'%s': expected a member of %s, or member/officer",
                          text, script->members);
    if (whole && rest.len > 0 && rest.len < 80) {
        *officer = text;
        return ERR_NONE;
    }
    if (whole)
        return value_fail(item, why, ERR_INPUT, "'%s': expected member/officer",
                          text);
    snprintf(name, sizeof name, "%s/%s", script->state[at].code,
             script->state[at].officers.item[0]);
    *officer = arena_text(script->arena, name, strlen(name));
    return ERR_NONE;
}

static enum err read_by(const struct script *script, const struct value *map,
                        struct script_step *step, struct why *why)
{
    const struct value *item = value_at(map, "by");
    struct script_list names, except;
    const char **by;
    bool all;

    TRY(read_list(script, item, &names, why));
    TRY(read_codes(script, value_at(map, "except"), &except, why));
    if (names.count == 0)
        return value_fail(map, why, ERR_INPUT,
                          "expected by: all, a member or a list of members");
    all = names.count == 1 && strcmp(names.item[0], "all") == 0;
    if (all) {
        const char **code =
            arena_new(script->arena, script->states, sizeof *code);

        for (size_t i = 0; i < script->states; i++)
            code[i] = script->state[i].code;
        names = (struct script_list){code, script->states};
    }
    by = arena_new(script->arena, names.count, sizeof *by);
    step->by.item = by;
    for (size_t i = 0; i < names.count; i++) {
        bool left_out = false;

        for (size_t j = 0; j < except.count; j++)
            left_out |= strcmp(except.item[j], names.item[i]) == 0;
        if (!left_out)
            TRY(read_officer(script, item, names.item[i], &by[step->by.count++],
                             why));
    }
    return ERR_NONE;
}

static enum err read_act(const struct script *script, const struct value *map,
                         struct script_step *step, struct why *why)
{
    const struct value *item = value_at(map, "act");
    const char *name = NULL;

    step->kind = STEP_ACT;
    TRY(read_text(item, &name, why));
    step->act = act_kind_find(name);
    if (step->act == NULL)
        return value_fail(item, why, ERR_INPUT, "there is no kind of act '%s'",
                          name);
    TRY(read_by(script, map, step, why));
    TRY(read_list(script, value_at(map, "signers"), &step->signers, why));
    step->with = value_at(map, "with");
    if (step->with != NULL && step->with->kind != VALUE_MAP)
        return value_fail(step->with, why, ERR_INPUT,
                          "expected the fields of the act");
    return ERR_NONE;
}

static enum err read_ballots(const struct script *script,
                             const struct value *map, struct script_step *step,
                             struct why *why)
{
    const struct value *ballots = value_at(map, "ballots");
    const struct value *proposal;
    struct script_list codes;
    enum position position;

    step->kind = STEP_BALLOTS;
    step->act = act_kind_find("ballot");
    step->with = ballots;
    TRY(value_need(ballots, "proposal", VALUE_TEXT, &proposal, why));
    for (size_t i = 0; i < ballots->count; i++) {
        const struct value *item = ballots->item[i];

        if (item == proposal)
            continue;
        if (!position_parse(slice_of(item->key), &position))
            return value_fail(item, why, ERR_INPUT,
                              "expected proposal or a position: %s",
                              position_words());
        if (item->kind != VALUE_LIST)
            return value_fail(item, why, ERR_INPUT,
                              "expected a list of members");
        TRY(read_codes(script, item, &codes, why));
    }
    return ERR_NONE;
}

static enum err read_expectation(const struct value *map,
                                 struct script_step *step, struct why *why)
{
    const struct value *item = value_at(map, "expect");
    const char *word = "accepted";

    TRY(read_text(item, &word, why));
    step->refused = strcmp(word, "refused") == 0;
    if (!step->refused && strcmp(word, "accepted") != 0)
        return value_fail(item, why, ERR_INPUT, "expected accepted or refused");
    return read_text(value_at(map, "because"), &step->because, why);
}

/* What the step does: at most one thing. */
static enum err read_deed(const struct script *script, const struct value *map,
                          struct script_step *step, struct why *why)
{
    static const char *const deeds[] = {"act", "ballots", "again", "show",
                                        "advance"};
    const struct value *deed = NULL;
    bool truth = true;

    for (size_t i = 0; i < sizeof deeds / sizeof *deeds; i++) {
        const struct value *item = value_at(map, deeds[i]);

        if (item != NULL && deed != NULL)
            return value_fail(item, why, ERR_INPUT,
                              "a step does one thing; it has '%s' already",
                              deed->key);
        if (item != NULL)
            deed = item;
    }
    if (deed == NULL)
        return ERR_NONE;
    if (strcmp(deed->key, "act") == 0)
        return read_act(script, map, step, why);
    if (strcmp(deed->key, "ballots") == 0)
        return read_ballots(script, map, step, why);
    if (strcmp(deed->key, "show") == 0) {
        step->kind = STEP_SHOW;
        return read_list(script, deed, &step->show, why);
    }
    if (strcmp(deed->key, "again") == 0)
        step->kind = STEP_AGAIN;
    TRY(value_bool(deed, &truth, why));
    if (!truth)
        return value_fail(deed, why, ERR_INPUT, "expected true");
    return ERR_NONE;
}

static enum err read_step(const struct script *script, const struct value *map,
                          struct when before, struct script_step *step,
                          struct why *why)
{
    static const char *const keys[] = {
        "at",      "say",   "act",     "by",   "except", "signers", "with",
        "ballots", "again", "advance", "show", "expect", "because", NULL};
    const struct value *item;

    if (map->kind != VALUE_MAP)
        return value_fail(map, why, ERR_INPUT, "expected a step");
    TRY(value_only(map, keys, why));
    step->value = map;
    step->at = before;
    item = value_at(map, "at");
    if (item != NULL)
        TRY(read_when(item, &step->at, why));
    if (step->at.s < before.s)
        return value_fail(item, why, ERR_INPUT,
                          "time does not go back: the step before is later");
    TRY(read_text(value_at(map, "say"), &step->say, why));
    TRY(read_deed(script, map, step, why));
    return read_expectation(map, step, why);
}

static enum err read_steps(struct script *script, const struct value *root,
                           struct why *why)
{
    const struct value *list;
    struct script_step *step;
    struct when before = script->founded;

    TRY(value_need(root, "steps", VALUE_LIST, &list, why));
    if (list->count > SCRIPT_STEPS_MAX)
        return value_fail(list, why, ERR_LIMIT, "more than %d steps",
                          SCRIPT_STEPS_MAX);
    step = arena_new(script->arena, list->count, sizeof *step);
    for (size_t i = 0; i < list->count; i++) {
        TRY(read_step(script, list->item[i], before, &step[i], why));
        before = step[i].at;
        if (step[i].kind == STEP_AGAIN &&
            (i == 0 || (step[i - 1].kind != STEP_ACT &&
                        step[i - 1].kind != STEP_BALLOTS)))
            return value_fail(step[i].value, why, ERR_INPUT,
                              "again: there is no act in the step before");
    }
    script->step = step;
    script->steps = list->count;
    return ERR_NONE;
}

static enum err read_script(struct script *script, const struct value *root,
                            struct why *why)
{
    static const char *const keys[] = {
        "exercise", "seed",  "charter", "members", "now", "officers",
        "keys",     "later", "steps",   "next",    NULL};
    const struct value *item;

    if (root->kind != VALUE_MAP)
        return value_fail(root, why, ERR_INPUT, "expected an exercise");
    TRY(value_only(root, keys, why));
    TRY(value_need(root, "exercise", VALUE_TEXT, &item, why));
    TRY(read_text(item, &script->title, why));
    TRY(value_need(root, "seed", VALUE_TEXT, &item, why));
    TRY(read_text(item, &script->seed, why));
    TRY(value_need(root, "charter", VALUE_TEXT, &item, why));
    TRY(read_text(item, &script->charter, why));
    script->charter = path_beside(script, script->charter);
    TRY(value_need(root, "members", VALUE_TEXT, &item, why));
    TRY(read_text(item, &script->members, why));
    script->members = path_beside(script, script->members);
    TRY(value_need(root, "now", VALUE_TEXT, &item, why));
    TRY(read_when(item, &script->founded, why));
    TRY(read_states(script, root, why));
    TRY(read_list(script, value_at(root, "next"), &script->next, why));
    return read_steps(script, root, why);
}

enum err script_read(const char *path, struct script **script, struct why *why)
{
    struct script *new = mem_new(1, sizeof *new);
    const char *slash = strrchr(path, '/');
    const struct value *root;
    enum err err;

    new->arena = arena_open();
    new->folder = arena_text(new->arena, path,
                             slash == NULL ? 0 : (size_t)(slash + 1 - path));
    err = document_read(path, &new->document, &root, why);
    if (err == ERR_NONE)
        err = read_script(new, root, why);
    if (err != ERR_NONE) {
        script_close(new);
        return err;
    }
    *script = new;
    return ERR_NONE;
}

void script_close(struct script *script)
{
    if (script == NULL)
        return;
    document_close(script->document);
    arena_close(script->arena);
    mem_free(script);
}
