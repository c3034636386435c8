/*
 * founding.c - the first entry: charter, states, keys.
 *
 * Follows docs/institution.md, procedure 1. The founding act is signed by the
 * registrar whose key it names; every state confirms it by signing the
 * charter with its own.
 */
#include "institution/handlers.h"

#include "base/mem.h"
#include "base/ratio.h"
#include "record/hash.h"
#include "rule/check.h"

#include <string.h>

static enum err check_weights(const json_t *weights, const char *code,
                              struct why *why)
{
    const char *column;
    json_t *value;

    json_object_foreach ((json_t *)weights, column, value) {
        int64_t units;
        int places;

        if (!json_is_string(value))
            return fail(why, ERR_INPUT,
                        "state %s: weight '%s' must be a "
                        "decimal in quotes",
                        code, column);
        if (decimal_parse(slice_of(json_string_value(value)), &units, &places,
                          why) != ERR_NONE)
            return fail_within(why, ERR_INPUT, "state %s: weight '%s'", code,
                               column);
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
    json_object_foreach ((json_t *)member, key, value) {
        if (strcmp(key, "weights") == 0 && json_is_object(value))
            TRY(check_weights(value, code, why));
        else if (strcmp(key, "groups") == 0 && is_list_of_names(value))
            continue;
        else if (strcmp(key, "keys") == 0 && json_is_array(value))
            continue; /* an invitation's: judged there */
        else if ((strcmp(key, "code") == 0 || strcmp(key, "name") == 0 ||
                  strcmp(key, "english") == 0) &&
                 json_is_string(value))
            continue;
        else
            return fail(why, ERR_INPUT,
                        "state %s: field '%s' is unknown or of "
                        "the wrong type; expected code, name, english, weights "
                        "{column: \"decimal\"}, groups [name]",
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
 * Static checks.
 */

static bool is_state_group(struct state *state, const json_t *codes,
                           const char *name)
{
    for (size_t i = 0; i < json_array_size(codes); i++)
        if (list_has(json_list(member_get(state, json_string_value(
                                                     json_array_get(codes, i))),
                               "groups"),
                     name))
            return true;
    return false;
}

static enum err check_group(const struct charter *charter, struct state *state,
                            const json_t *codes, const char *rule,
                            const struct rule_group *group, struct why *why)
{
    if (group == NULL)
        return ERR_NONE;
    for (size_t i = 0; i < group->count; i++)
        TRY(check_group(charter, state, codes, rule, group->item[i], why));
    if (group->kind != GROUP_NAMED || strcmp(group->name, "subject") == 0 ||
        charter_has_group(charter, group->name) ||
        list_has(codes, group->name) ||
        is_state_group(state, codes, group->name))
        return ERR_NONE;
    return fail(why, ERR_ABSENT,
                "charter: rule '%s' names a group '%s' that "
                "is no column of the members, not under 'groups', and not "
                "'subject'",
                rule, group->name);
}

static enum err check_groups(const struct charter *charter, struct state *state,
                             const json_t *codes, const struct rule *rule,
                             struct why *why)
{
    for (size_t i = 0; i < rule->count; i++) {
        const struct rule_leaf *leaf = rule->clause[i]->leaf;

        if (leaf == NULL)
            continue;
        TRY(check_group(charter, state, codes, rule->name, leaf->in, why));
        TRY(check_group(charter, state, codes, rule->name, leaf->base, why));
        TRY(check_group(charter, state, codes, rule->name, leaf->min_in, why));
    }
    return ERR_NONE;
}

static enum err check_rule(const struct charter *charter, struct state *state,
                           const json_t *codes, const struct rule *rule,
                           struct why *why)
{
    struct roster *roster = roster_open();
    struct rule_program *program = NULL;
    struct arena *arena = arena_open();
    struct rule_check check;
    enum err err;

    err = tally_roster(state, charter, rule, codes, NULL, roster, why);
    if (err == ERR_NONE)
        err = program_compile(rule, roster, NULL, &program, why);
    if (err == ERR_NONE) {
        rule_check(program, arena, &check);
        if (!check.fit)
            err = fail(why, ERR_INPUT, "charter: rule '%s' is not fit: %s",
                       rule->name, check.unfit);
    }
    program_close(program);
    roster_close(roster);
    arena_close(arena);
    return err;
}

enum err charter_check(const struct charter *charter, struct state *state,
                       struct why *why)
{
    size_t count;
    const char **code = state_ids(state, "member", &count);
    json_t *codes = json_array();
    enum err err = ERR_NONE;

    for (size_t i = 0; i < count; i++)
        json_array_append_new(codes, json_string(code[i]));
    for (size_t i = 0; i < charter->rules && err == ERR_NONE; i++) {
        const struct rule *rule = charter->rule[i].rule;

        err = check_groups(charter, state, codes, rule, why);
        if (err == ERR_NONE)
            err = check_rule(charter, state, codes, rule, why);
    }
    json_decref(codes);
    mem_free(code);
    return err;
}

/*
 * The act.
 */

static enum err judge_members(const struct charter *charter,
                              const json_t *members, struct why *why)
{
    size_t count = json_array_size(members);

    if (count == 0 || count > ROSTER_MEMBERS_MAX)
        return fail(why, ERR_INPUT,
                    "founding: field 'members' must list 1 to "
                    "%d states",
                    ROSTER_MEMBERS_MAX);
    for (size_t i = 0; i < count; i++) {
        const json_t *member = json_array_get(members, i);

        if (!json_is_object(member))
            return fail(why, ERR_INPUT,
                        "founding: members[%zu] must be a "
                        "map",
                        i);
        TRY(member_document_check(member, why));
        if (json_object_get(member, "keys") != NULL)
            return fail(why, ERR_INPUT,
                        "founding: members[%zu]: keys stand in "
                        "the field 'keys'",
                        i);
        for (size_t j = 0; j < i; j++)
            if (strcmp(json_text(member, "code"),
                       json_text(json_array_get(members, j), "code")) == 0)
                return fail(why, ERR_INPUT,
                            "founding: members[%zu] and "
                            "members[%zu] have the same code %s",
                            j, i, json_text(member, "code"));
    }
    if (charter->deposits > count)
        return fail(why, ERR_INPUT,
                    "charter: treaty.deposits is %zu, but "
                    "there are %zu states",
                    charter->deposits, count);
    return ERR_NONE;
}

static const char *code_of_key(const struct charter *charter,
                               const json_t *members, const struct vkey *key)
{
    size_t len = strlen(charter->id);

    if (strncmp(key->name, charter->id, len) != 0 || key->name[len] != '/')
        return NULL;
    for (size_t i = 0; i < json_array_size(members); i++) {
        const char *code = json_text(json_array_get(members, i), "code");
        const char *rest = key->name + len + 1;

        if (strncmp(rest, code, strlen(code)) == 0 &&
            rest[strlen(code)] == '/' &&
            text_is_name(slice_of(rest + strlen(code) + 1)))
            return code;
    }
    return NULL;
}

static enum err judge_keys(const struct charter *charter, const json_t *body,
                           struct why *why)
{
    const json_t *keys = json_list(body, "keys");
    struct vkey key;
    struct vkey other;

    for (size_t i = 0; i < json_array_size(keys); i++) {
        const char *text = json_string_value(json_array_get(keys, i));

        if (text == NULL || vkey_parse(slice_of(text), &key, why) != ERR_NONE)
            return fail(why, ERR_INPUT,
                        "founding: keys[%zu] must be a "
                        "verifier key",
                        i);
        if (key.type != KEY_ED25519 ||
            code_of_key(charter, json_list(body, "members"), &key) == NULL)
            return fail(why, ERR_INPUT,
                        "founding: key '%s' must be an Ed25519 "
                        "key named %s/<state>/<role>",
                        key.name, charter->id);
        for (size_t j = 0; j < i; j++)
            if (vkey_parse(slice_of(json_string_value(json_array_get(keys, j))),
                           &other, NULL) == ERR_NONE &&
                strcmp(other.name, key.name) == 0 && other.id == key.id)
                return fail(why, ERR_INPUT,
                            "founding: keys[%zu] is there "
                            "twice",
                            i);
    }
    return ERR_NONE;
}

/* The state as it would be, to check the rules on it. */
static enum err judge_rules(const struct scene *scene,
                            const struct charter *charter, struct why *why)
{
    struct scene dry = *scene;
    const json_t *members = json_list(scene->body, "members");
    enum err err;

    dry.state = state_open(NULL, NULL);
    dry.charter = charter;
    for (size_t i = 0; i < json_array_size(members); i++)
        member_put(&dry, json_array_get(members, i), false);
    err = charter_check(charter, dry.state, why);
    state_close(dry.state);
    return err;
}

enum err judge_founding(const struct scene *scene, struct why *why)
{
    const char *text = json_text(scene->body, "charter");
    struct charter *charter;
    enum err err;

    if (coalition_get(scene->state) != NULL || scene->index != 0)
        return fail(why, ERR_STATE, "founding: this log is founded already");
    TRY(charter_parse("charter", text, strlen(text), &charter, why));
    err = judge_members(charter, json_list(scene->body, "members"), why);
    if (err == ERR_NONE)
        err = judge_keys(charter, scene->body, why);
    if (err == ERR_NONE)
        err = judge_rules(scene, charter, why);
    charter_close(charter);
    return err;
}

void fold_founding(const struct scene *scene)
{
    const struct charter *charter = scene->charter;
    const json_t *members = json_list(scene->body, "members");
    const json_t *keys = json_list(scene->body, "keys");
    const char *text = json_text(scene->body, "charter");
    struct hash hash = hash_bytes(text, strlen(text));
    char hex[2 * HASH_BYTES + 1];

    text_hex(hash.b, HASH_BYTES, hex);
    state_put(scene->state, "coalition", "coalition",
              json_pack("{s:s,s:s,s:b,s:o,s:i,s:i,s:{},s:{}}", "id",
                        charter->id, "name", charter->name, "exercise",
                        json_flag(scene->body, "exercise"), "founded_at",
                        json_when(scene->now), "version", (int)charter->version,
                        "deposits", 0, "numbers", "counts"));
    state_put(scene->state, "charter", "charter",
              json_pack("{s:s,s:s,s:I}", "text", text, "sha256", hex, "version",
                        (json_int_t)charter->version));
    for (size_t i = 0; i < json_array_size(members); i++)
        member_put(scene, json_array_get(members, i), false);
    key_put(scene, "secretariat", json_text(scene->body, "secretariat"), NULL,
            NULL, NULL);
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const char *key = json_string_value(json_array_get(keys, i));
        struct vkey vkey;

        if (vkey_parse(slice_of(key), &vkey, NULL) == ERR_NONE)
            key_put(scene, code_of_key(charter, members, &vkey), key, NULL,
                    NULL, NULL);
    }
    if (charter->has_presidency_from && charter->presidents > 0)
        agenda_add(scene->state, charter->presidency_from, "presidency", "1");
}
