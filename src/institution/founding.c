/*
 * founding.c - the first entry: charter, states, keys.
 *
 * Follows docs/institution.md, procedure 1. The founding act is signed by the
 * registrar whose key it names; every state confirms it by signing the
 * charter with its own.
 */
#include "institution/handlers.h"

#include "base/mem.h"
#include "record/hash.h"
#include "rule/check.h"

#include <string.h>

/*
 * Static checks.
 */

/* For all rules of a charter together: whoever proposes an amendment could
 * otherwise keep everyone who replays the log busy for minutes. */
static const uint64_t CHECK_STEPS = 4 * 1000 * 1000;

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

static bool is_known(const struct charter *charter, struct state *state,
                     const json_t *codes, const char *name)
{
    return strcmp(name, "subject") == 0 || charter_has_group(charter, name) ||
           list_has(codes, name) || is_state_group(state, codes, name);
}

static enum err check_group(const struct charter *charter, struct state *state,
                            const json_t *codes, const char *rule,
                            const struct rule_group *group, struct why *why)
{
    if (group == NULL)
        return ERR_NONE;
    for (size_t i = 0; i < group->count; i++)
        TRY(check_group(charter, state, codes, rule, group->item[i], why));
    if (group->kind != GROUP_NAMED ||
        is_known(charter, state, codes, group->name))
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
    const char *breaker = rule->procedure.breaker;

    if (breaker != NULL && strcmp(breaker, "any") != 0 &&
        !is_known(charter, state, codes, breaker))
        return fail(why, ERR_ABSENT,
                    "charter: rule '%s': procedure.breaker: nobody is called "
                    "'%s': the silence could not be broken",
                    rule->name, breaker);
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
                           uint64_t *steps, struct why *why)
{
    struct roster *roster = roster_open();
    struct rule_program *program = NULL;
    struct arena *arena = arena_open();
    struct rule_check check;
    enum err err;

    err = tally_roster(state, charter, rule, codes, NULL, roster, why);
    if (err == ERR_NONE)
        err = program_compile(rule, roster, NULL, &program, why);
    if (err == ERR_NONE && steps != NULL) {
        rule_check_fit(program, arena, steps, &check);
        if (!check.fit)
            err = fail(why, ERR_INPUT, "charter: rule '%s' is not fit: %s",
                       rule->name, check.unfit);
    }
    program_close(program);
    roster_close(roster);
    arena_close(arena);
    return err;
}

/* Who presides and who speaks for all must be states on record. */
static enum err check_states(const json_t *codes, const char *where,
                             const char *const *state, size_t count,
                             struct why *why)
{
    for (size_t i = 0; i < count; i++)
        if (!list_has(codes, state[i]))
            return fail(why, ERR_ABSENT, "charter: %s: no state '%s' on record",
                        where, state[i]);
    return ERR_NONE;
}

static enum err check_offices(const struct charter *charter,
                              const json_t *codes, struct why *why)
{
    TRY(check_states(codes, "presidency.order", charter->presidency,
                     charter->presidents, why));
    for (size_t i = 0; i < charter->representations; i++)
        TRY(check_states(codes, "representation",
                         charter->representation[i].state,
                         charter->representation[i].states, why));
    return ERR_NONE;
}

enum err charter_check(const struct charter *charter, struct state *state,
                       bool fit, struct why *why)
{
    size_t count;
    const char **code = state_ids(state, "member", &count);
    json_t *codes = json_array();
    uint64_t steps = CHECK_STEPS;
    enum err err;

    for (size_t i = 0; i < count; i++)
        json_array_append_new(codes, json_string(code[i]));
    err = names_check(charter, state, codes, why);
    if (err == ERR_NONE)
        err = check_offices(charter, codes, why);
    for (size_t i = 0; i < charter->rules && err == ERR_NONE; i++) {
        const struct rule *rule = charter->rule[i].rule;

        err = check_groups(charter, state, codes, rule, why);
        if (err == ERR_NONE)
            err = check_rule(charter, state, codes, rule, fit ? &steps : NULL,
                             why);
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

/* A state whose officers are fewer than must sign could never act; states
 * without any are given keys by decision, once the charter is in force. */
static enum err judge_officers_of(const struct charter *charter,
                                  const json_t *body, struct why *why)
{
    const json_t *members = json_list(body, "members");
    size_t able = 0;

    for (size_t i = 0; i < json_array_size(members); i++) {
        const char *code = json_text(json_array_get(members, i), "code");
        size_t officers = keys_officers(charter, json_list(body, "keys"), code);

        if (officers > 0 && officers < charter->officers_solemn)
            return fail(why, ERR_INPUT,
                        "founding: keys: %s has %zu officer%s; the charter "
                        "asks for %zu on solemn acts (officers.solemn)",
                        code, officers, officers == 1 ? "" : "s",
                        charter->officers_solemn);
        able += officers > 0;
    }
    if (able < charter->deposits)
        return fail(why, ERR_INPUT,
                    "founding: keys: %zu states have officers; the charter "
                    "needs %zu deposits (treaty.deposits)",
                    able, charter->deposits);
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
    err = charter_check(charter, dry.state, true, why);
    state_close(dry.state);
    return err;
}

/* Its key is a state's of that name, which no state has. */
static enum err judge_registrar(const struct charter *charter,
                                const json_t *body, struct why *why)
{
    json_t *keys = json_pack("[s]", json_text(body, "secretariat"));
    size_t officers = keys_officers(charter, keys, "secretariat");

    json_decref(keys);
    if (officers == 1)
        return ERR_NONE;
    return fail(why, ERR_INPUT,
                "founding: field 'secretariat' must be a key named "
                "%s/secretariat/<role>",
                charter->id);
}

enum err judge_founding(const struct scene *scene, struct why *why)
{
    const char *text = json_text(scene->body, "charter");
    struct charter *charter;
    enum err err;

    if (coalition_get(scene->state) != NULL || scene->index != 0)
        return fail(why, ERR_STATE, "founding: this log is founded already");
    TRY(charter_parse("charter", text, strlen(text), &charter, why));
    err = judge_registrar(charter, scene->body, why);
    if (err == ERR_NONE)
        err = judge_members(charter, json_list(scene->body, "members"), why);
    if (err == ERR_NONE)
        err = judge_keys(charter, scene->body, why);
    if (err == ERR_NONE)
        err = judge_officers_of(charter, scene->body, why);
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
