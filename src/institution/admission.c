/*
 * admission.c - what may be put on record as a state, and putting it there.
 *
 * Follows docs/institution.md, procedure 1, and docs/council.md, procedure 10.
 * A state that cannot be counted by every rule would make the votes it takes
 * part in undecidable: it is refused before it is on record.
 */
#include "institution/scene.h"

#include "base/mem.h"
#include "base/ratio.h"
#include "institution/kinds.h"

#include <string.h>

/* Words that keys and rules use for something else. */
static bool is_reserved(const char *name)
{
    static const char *const words[] = {"secretariat", "members",
                                        "participating", "subject"};

    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

static enum err check_weights(const json_t *weights, const char *code,
                              struct why *why)
{
    const char *column;
    json_t *value;

    json_object_foreach ((json_t *)weights, column, value) {
        __int128 units;
        int places;

        if (!json_is_string(value))
            return fail(why, ERR_INPUT,
                        "state %s: weight '%s' must be a "
                        "decimal in quotes",
                        code, column);
        enum err err = decimal_parse(slice_of(json_string_value(value)), &units,
                                     &places, why);
        if (err != ERR_NONE)
            return fail_within(why, err, "state %s: weight '%s'", code, column);
    }
    return ERR_NONE;
}

static bool is_list_of_names(const json_t *list)
{
    if (!json_is_array(list))
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));

        if (text == NULL || !text_is_name(slice_of(text)))
            return false;
    }
    return true;
}

enum err member_document_check(const json_t *member, struct why *why)
{
    const char *code = json_text(member, "code");
    const char *key;
    json_t *value;

    if (code == NULL || !text_is_name(slice_of(code)) ||
        json_text(member, "name") == NULL)
        return fail(why, ERR_INPUT,
                    "a state needs 'code' (letters, digits, _ "
                    ". -) and 'name'");
    if (is_reserved(code))
        return fail(why, ERR_INPUT,
                    "'%s' cannot be a state's code: the word has another "
                    "meaning",
                    code);
    json_object_foreach ((json_t *)member, key, value) {
        if (strcmp(key, "weights") == 0 && json_is_object(value))
            TRY(check_weights(value, code, why));
        else if (strcmp(key, "groups") == 0 && is_list_of_names(value))
            continue;
        else if (strcmp(key, "keys") == 0 && json_is_array(value))
            continue; /* an invitation's: judged there */
        else if ((strcmp(key, "code") == 0 || strcmp(key, "name") == 0 ||
                  strcmp(key, "english") == 0) &&
                 json_is_string(value) &&
                 text_is_line(slice_of(json_string_value(value))))
            continue;
        else
            return fail(why, ERR_INPUT,
                        "state %s: field '%s' is unknown or of "
                        "the wrong type; expected code, name, english (a line "
                        "each), weights {column: \"decimal\"}, groups "
                        "[name]",
                        code, key);
    }
    return ERR_NONE;
}

void member_put(const struct scene *scene, const json_t *described,
                bool invited)
{
    const json_t *weights = json_map(described, "weights");
    const json_t *groups = json_list(described, "groups");
    const char *english = json_text(described, "english");
    json_t *doc = json_pack(
        "{s:s,s:s,s:s,s:s,s:[],s:{s:I,s:I},s:{}}", "code",
        json_text(described, "code"), "name", json_text(described, "name"),
        "english", english == NULL ? json_text(described, "name") : english,
        "status", STATUS_NONE, "history", "officers", "ordinary",
        (json_int_t)scene->charter->officers_ordinary, "solemn",
        (json_int_t)scene->charter->officers_solemn, "proxies");

    json_set_new(doc, "weights",
                 weights == NULL ? json_object() : json_deep_copy(weights));
    json_set_new(doc, "groups",
                 groups == NULL ? json_array() : list_sorted(groups));
    if (invited)
        json_set_flag(doc, "invited", true);
    state_put(scene->state, "member", json_text(described, "code"), doc);
}

/*
 * Names: what a rule says must mean one thing.
 */

static bool is_weight(const struct charter *charter, const char *name)
{
    for (size_t i = 0; i < charter->weights; i++)
        if (strcmp(charter->weight[i].name, name) == 0)
            return true;
    return false;
}

/* The groups in which a state always stands. */
static enum err check_standing(const struct charter *charter,
                               struct state *state, const char *code,
                               struct why *why)
{
    const json_t *groups = json_list(member_get(state, code), "groups");

    for (size_t i = 0; i < json_array_size(groups); i++) {
        const char *name = json_string_value(json_array_get(groups, i));

        if (is_reserved(name) || charter_has_group(charter, name) ||
            is_weight(charter, name) || member_get(state, name) != NULL)
            return fail(why, ERR_INPUT,
                        "state %s: '%s' cannot be a group of it: the name is "
                        "a state's, a weight's, reserved, or that of a group "
                        "which proposals fill",
                        code, name);
    }
    return ERR_NONE;
}

enum err names_check(const struct charter *charter, struct state *state,
                     const json_t *codes, struct why *why)
{
    for (size_t i = 0; i < json_array_size(codes); i++) {
        const char *code = json_string_value(json_array_get(codes, i));

        TRY(check_standing(charter, state, code, why));
        if (charter_has_group(charter, code))
            return fail(why, ERR_INPUT,
                        "charter: groups: '%s' is a state's code", code);
    }
    return ERR_NONE;
}

/* The record as it would be with one more state. */
static struct state *record_with(const struct scene *scene,
                                 const json_t *described)
{
    struct scene dry = *scene;
    size_t count;
    const char **code = state_ids(scene->state, "member", &count);

    dry.state = state_open(NULL, NULL);
    for (size_t i = 0; i < count; i++)
        state_put(dry.state, "member", code[i],
                  json_incref((json_t *)member_get(scene->state, code[i])));
    mem_free(code);
    member_put(&dry, described, true);
    return dry.state;
}

enum err member_judge_new(const struct scene *scene, const json_t *described,
                          struct why *why)
{
    struct state *with;
    enum err err;

    TRY(member_document_check(described, why));
    with = record_with(scene, described);
    err = charter_check(scene->charter, with, false, why);
    state_close(with);
    return err;
}
