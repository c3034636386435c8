/*
 * effect.c - what the adoption of a proposal does to the record.
 *
 * A proposal may carry one effect: {"invite": … or "XX"}, {"suspend": "XX"},
 * {"restore": "XX"}, {"rekey": …}, {"amend": …} or {"repeal": "2026-003"}. It
 * must be put under the matter that the charter names for it, a repeal under
 * that of the decision. Follows docs/council.md, procedure 10.
 */
#include "institution/scene.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/* The only key of an effect, or NULL. */
static const char *effect_name(const json_t *effect)
{
    if (json_object_size(effect) != 1)
        return NULL;
    return json_object_iter_key(json_object_iter((json_t *)effect));
}

/* The state on record that an effect is about, or NULL: that of suspend,
 * restore and rekey, and of an invitation by code. */
static const char *effect_state(const json_t *effect)
{
    const char *name = effect_name(effect);
    const json_t *value = json_object_get(effect, name);

    if (name == NULL || strcmp(name, "repeal") == 0)
        return NULL;
    if (strcmp(name, "rekey") == 0)
        return json_text(value, "state");
    return json_string_value(value);
}

json_t *effect_subject(const struct scene *scene, const json_t *effect)
{
    const char *code = effect_state(effect);
    const char *repealed = json_text(effect, "repeal");
    const json_t *proposal =
        repealed == NULL ? NULL : state_get(scene->state, "proposal", repealed);

    if (code != NULL)
        return json_pack("[s]", code);
    return proposal == NULL ? NULL
                            : json_deep_copy(json_list(proposal, "subject"));
}

static enum err need_matter(const char *name, const char *wanted,
                            const char *matter, struct why *why)
{
    if (wanted == NULL)
        return fail(why, ERR_STATE,
                    "proposal: the charter does not provide "
                    "for the effect '%s'",
                    name);
    if (strcmp(wanted, matter) != 0)
        return fail(why, ERR_STATE,
                    "proposal: the effect '%s' needs a "
                    "decision on matter '%s', not '%s'",
                    name, wanted, matter);
    return ERR_NONE;
}

static enum err judge_keys(const struct scene *scene, const json_t *keys,
                           const char *code, struct why *why)
{
    if (json_array_size(keys) == 0 || json_array_size(keys) > 16)
        return fail(why, ERR_INPUT,
                    "proposal: effect: field 'keys' must list "
                    "1 to 16 verifier keys");
    for (size_t i = 0; i < json_array_size(keys); i++) {
        const char *text = json_string_value(json_array_get(keys, i));

        if (text == NULL)
            return fail(why, ERR_INPUT,
                        "proposal: effect: field 'keys[%zu]' "
                        "must be a verifier key",
                        i);
        TRY(key_judge_new(scene, text, code, why));
    }
    return ERR_NONE;
}

static enum err judge_invite(const struct scene *scene, const json_t *state,
                             struct why *why)
{
    const char *code = json_text(state, "code");
    const json_t *keys = json_list(state, "keys");
    size_t needed = scene->charter->officers_solemn;
    enum err err;

    if (code == NULL || json_text(state, "name") == NULL)
        return fail(why, ERR_INPUT,
                    "proposal: effect 'invite' needs "
                    "{\"code\",\"name\",\"keys\"} and may have \"english\", "
                    "\"weights\", \"groups\"");
    if (member_get(scene->state, code) != NULL)
        return fail(why, ERR_STATE,
                    "proposal: effect 'invite': %s is on "
                    "record already",
                    code);
    err = member_judge_new(scene, state, why);
    if (err != ERR_NONE)
        return fail_within(why, err, "proposal: effect 'invite'");
    TRY(judge_keys(scene, keys, code, why));
    if (keys_officers(scene->charter, keys, code) < needed)
        return fail(why, ERR_INPUT,
                    "proposal: effect 'invite': the charter asks for %zu "
                    "officers on solemn acts; 'keys' names fewer",
                    needed);
    return ERR_NONE;
}

/* May a state on record be invited? One that has withdrawn, or has let the time
 * for signature pass. */
static bool may_be_invited(const struct scene *scene, const char *code)
{
    const struct charter *charter = scene->charter;

    if (json_flag(member_get(scene->state, code), "invited"))
        return false;
    return member_is(scene->state, code, STATUS_WITHDRAWN) ||
           (member_is(scene->state, code, STATUS_NONE) &&
            charter->has_signature_until &&
            scene->now.s >= charter->signature_until.s);
}

static enum err judge_invite_again(const struct scene *scene, const char *code,
                                   struct why *why)
{
    if (member_get(scene->state, code) == NULL)
        return fail(why, ERR_ABSENT,
                    "proposal: effect 'invite': no state '%s' on record; "
                    "describe a new one",
                    code);
    if (may_be_invited(scene, code))
        return ERR_NONE;
    return fail(why, ERR_STATE,
                "proposal: effect 'invite': %s has status '%s' and may sign, "
                "is bound or invited already",
                code, member_status(scene->state, code));
}

static enum err judge_standing(const struct scene *scene, const char *name,
                               const json_t *value, const char *wanted,
                               struct why *why)
{
    const char *code = json_string_value(value);

    if (code == NULL || member_get(scene->state, code) == NULL)
        return fail(why, ERR_ABSENT,
                    "proposal: effect '%s' must name a state "
                    "on record",
                    name);
    if (!member_is(scene->state, code, wanted))
        return fail(why, ERR_STATE,
                    "proposal: effect '%s': %s has status "
                    "'%s', not '%s'",
                    name, code, member_status(scene->state, code), wanted);
    return ERR_NONE;
}

/* Its keys must be new when it is put. Whoever grants one of them meanwhile,
 * with a stolen key perhaps, does not undo the decision. */
static enum err judge_rekey(const struct scene *scene, const json_t *value,
                            bool adopted, struct why *why)
{
    const char *code = json_text(value, "state");

    if (code == NULL || member_get(scene->state, code) == NULL)
        return fail(why, ERR_ABSENT,
                    "proposal: effect 'rekey': field 'state' "
                    "must name a state on record");
    if (json_object_size(value) != 2)
        return fail(why, ERR_INPUT,
                    "proposal: effect 'rekey' has two fields, 'state' and "
                    "'keys'");
    if (adopted)
        return ERR_NONE;
    return judge_keys(scene, json_list(value, "keys"), code, why);
}

static enum err judge_amend(const struct scene *scene, const json_t *value,
                            bool adopted, struct why *why)
{
    const char *text = json_text(value, "charter");

    if (text == NULL || json_object_size(value) != 1)
        return fail(why, ERR_INPUT,
                    "proposal: effect 'amend': its one field 'charter' "
                    "must be the text of the charter as amended");
    return amendment_may_enter(scene, text, !adopted, why);
}

/* What was decided on a matter is undone on that matter, by its rule. */
static enum err judge_repeal(const struct scene *scene, const json_t *value,
                             const char *matter, struct why *why)
{
    const char *id = json_string_value(value);
    const json_t *decision =
        id == NULL ? NULL : state_get(scene->state, "decision", id);

    if (decision == NULL)
        return fail(why, ERR_ABSENT,
                    "proposal: effect 'repeal' must name a decision");
    if (strcmp(json_text(decision, "status"), "in force") != 0)
        return fail(why, ERR_STATE, "proposal: effect 'repeal': %s is %s", id,
                    json_text(decision, "status"));
    if (strcmp(json_text(decision, "matter"), matter) != 0)
        return fail(why, ERR_STATE,
                    "proposal: effect 'repeal': %s was decided on matter '%s' "
                    "and is repealed on it, not on '%s'",
                    id, json_text(decision, "matter"), matter);
    return ERR_NONE;
}

enum err effect_judge(const struct scene *scene, const json_t *effect,
                      const char *matter, bool adopted, struct why *why)
{
    const struct charter *charter = scene->charter;
    const char *name = effect_name(effect);
    const json_t *value;

    if (name == NULL)
        return fail(why, ERR_INPUT,
                    "proposal: field 'effect' must have "
                    "exactly one key: invite, suspend, restore, rekey, "
                    "amend or repeal");
    value = json_object_get(effect, name);
    if (strcmp(name, "invite") == 0) {
        TRY(need_matter(name, charter->matter_admission, matter, why));
        if (json_is_string(value))
            return judge_invite_again(scene, json_string_value(value), why);
        return judge_invite(scene, value, why);
    }
    if (strcmp(name, "suspend") == 0) {
        TRY(need_matter(name, charter->matter_suspension, matter, why));
        return judge_standing(scene, name, value, STATUS_PARTY, why);
    }
    if (strcmp(name, "restore") == 0) {
        TRY(need_matter(name, charter->matter_suspension, matter, why));
        return judge_standing(scene, name, value, STATUS_SUSPENDED, why);
    }
    if (strcmp(name, "rekey") == 0) {
        TRY(need_matter(name, charter->matter_rekeying, matter, why));
        return judge_rekey(scene, value, adopted, why);
    }
    if (strcmp(name, "amend") == 0) {
        TRY(need_matter(name, charter->matter_amendment, matter, why));
        return judge_amend(scene, value, adopted, why);
    }
    if (strcmp(name, "repeal") == 0)
        return judge_repeal(scene, value, matter, why);
    return fail(why, ERR_INPUT,
                "proposal: unknown effect '%s'; expected "
                "invite, suspend, restore, rekey, amend or repeal",
                name);
}

/* One that the state has granted meanwhile comes first: a new key of the same
 * officer would let its nonces begin anew. */
static void fold_keys(const struct scene *scene, const char *code,
                      const json_t *keys)
{
    for (int known = 1; known >= 0; known--)
        for (size_t i = 0; i < json_array_size(keys); i++) {
            const char *vkey = json_string_value(json_array_get(keys, i));

            if (key_is_known(scene, vkey) == (known != 0))
                key_put(scene, code, vkey, NULL, NULL, NULL);
        }
}

static void fold_rekey(const struct scene *scene, const json_t *value)
{
    const char *code = json_text(value, "state");

    keys_retire(scene, code);
    json_set_new(member_edit(scene->state, code), "officers",
                 json_pack("{s:i,s:i}", "ordinary", 1, "solemn", 1));
    fold_keys(scene, code, json_list(value, "keys"));
}

/* The text is adopted; it enters into force when enough parties accept it. */
static void fold_amend(const struct scene *scene, const char *proposal,
                       const json_t *value)
{
    const char *text = json_text(value, "charter");
    json_t *doc =
        json_pack("{s:s,s:s,s:o,s:s,s:o,s:{}}", "id", proposal, "status",
                  "adopted", "adopted_at", json_when(scene->now), "text", text,
                  "parties", members_bound(scene->state), "acceptances");

    state_put(scene->state, "amendment", proposal, doc);
    amendment_weigh(scene, proposal);
}

static void fold_invite(const struct scene *scene, const json_t *value)
{
    const char *code = json_string_value(value);

    if (code != NULL) {
        json_set_flag(member_edit(scene->state, code), "invited", true);
    } else {
        member_put(scene, value, true);
        fold_keys(scene, json_text(value, "code"), json_list(value, "keys"));
    }
}

static void fold_repeal(const struct scene *scene, const char *proposal,
                        const char *id)
{
    json_t *decision = state_edit(scene->state, "decision", id);

    json_set_text(decision, "status", "repealed");
    json_set_text(decision, "repealed_by", proposal);
    set_when(decision, "repealed_at", scene->now);
    agenda_drop(scene->state, "decision-lapse", id);
}

void effect_fold(const struct scene *scene, const char *proposal,
                 const json_t *effect)
{
    const char *name = effect_name(effect);
    const json_t *value = json_object_get(effect, name);

    if (strcmp(name, "invite") == 0) {
        fold_invite(scene, value);
    } else if (strcmp(name, "suspend") == 0) {
        member_move(scene, json_string_value(value), STATUS_SUSPENDED);
        presidency_fill(scene);
    } else if (strcmp(name, "restore") == 0) {
        member_move(scene, json_string_value(value), STATUS_PARTY);
        presidency_fill(scene);
    } else if (strcmp(name, "rekey") == 0) {
        fold_rekey(scene, value);
    } else if (strcmp(name, "amend") == 0) {
        fold_amend(scene, proposal, value);
    } else if (strcmp(name, "repeal") == 0) {
        fold_repeal(scene, proposal, json_string_value(value));
    }
}
