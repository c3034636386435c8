/*
 * keys.c - officers' keys and their full powers.
 *
 * Follows docs/keys.md. A key speaks for a state from its grant until it is
 * retired, expires or is declared compromised; what it signed before stays
 * valid by its place in the log. Source: full powers, VCLT articles 2(1)(c)
 * and 7.
 */
#include "institution/handlers.h"
#include "institution/institution.h"
#include "institution/kinds.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

/* The name without the coalition's, or NULL when it is another's. */
static const char *key_owner(const struct charter *charter, const char *name)
{
    size_t len = strlen(charter->id);

    if (strncmp(name, charter->id, len) != 0 || name[len] != '/')
        return NULL;
    return name + len + 1;
}

void key_doc_id(const struct charter *charter, const struct vkey *key,
                char id[KEY_ID_SIZE])
{
    const char *owner = key_owner(charter, key->name);

    snprintf(id, KEY_ID_SIZE, "%s+%08x", owner == NULL ? key->name : owner,
             key->id);
}

/* Could it sign, now or later? */
static bool is_alive(const json_t *key, struct when now)
{
    struct when until;

    return strcmp(json_text(key, "status"), "active") == 0 &&
           !(when_at(key, "until", &until) && now.s >= until.s);
}

/* The keys of a state that could sign; NULL for the secretariat. */
static json_t *alive_keys(const struct scene *scene, const char *state)
{
    json_t *member = member_edit(scene->state, state);
    json_t *keys = json_object_get(member, "keys");

    if (member != NULL && keys == NULL) {
        keys = json_array();
        json_set_new(member, "keys", keys);
    }
    for (size_t i = json_array_size(keys); i-- > 0;)
        if (!is_alive(state_get(scene->state, "key",
                                json_string_value(json_array_get(keys, i))),
                      scene->now))
            json_array_remove(keys, i);
    return keys;
}

/* "FR/delegate" of "FR/delegate+1a2b3c4d". */
static size_t officer_length(const char *id)
{
    return strcspn(id, "+");
}

static bool is_same_officer(const char *a, const char *b)
{
    size_t len = officer_length(a);

    return len == officer_length(b) && memcmp(a, b, len) == 0;
}

/* A new key of an officer without one begins with fresh nonces: what its
 * former keys have signed cannot be entered any more, and whoever stole one
 * may have spent them all. */
static void begin_nonces(const struct scene *scene, const json_t *keys,
                         const char *id)
{
    char officer[KEY_ID_SIZE];

    for (size_t i = 0; i < json_array_size(keys); i++)
        if (is_same_officer(id, json_string_value(json_array_get(keys, i))))
            return;
    snprintf(officer, sizeof officer, "%.*s", (int)officer_length(id), id);
    if (state_get(scene->state, "nonce", officer) != NULL)
        state_put(scene->state, "nonce", officer,
                  json_pack("{s:I,s:I}", "last", (json_int_t)0, "mask",
                            (json_int_t)0));
}

void key_put(const struct scene *scene, const char *state, const char *text,
             const json_t *powers, const char *from, const char *until)
{
    json_t *keys = alive_keys(scene, state);
    struct vkey vkey;
    char id[KEY_ID_SIZE];
    json_t *doc;

    if (vkey_parse(slice_of(text), &vkey, NULL) != ERR_NONE)
        return; /* every judge has parsed it */
    key_doc_id(scene->charter, &vkey, id);
    if (state_get(scene->state, "key", id) == NULL)
        begin_nonces(scene, keys, id);
    doc = json_pack("{s:s,s:s,s:s,s:s,s:o,s:I}", "id", id, "state", state,
                    "vkey", text, "status", "active", "granted_at",
                    json_when(scene->now), "entry", (json_int_t)scene->index);
    if (powers != NULL)
        json_set_new(doc, "powers", json_deep_copy(powers));
    if (from != NULL)
        json_set_text(doc, "from", from);
    if (until != NULL)
        json_set_text(doc, "until", until);
    state_put(scene->state, "key", id, doc);
    if (keys != NULL && !list_has(keys, id))
        json_array_append_new(keys, json_string(id));
}

static void end_key(const struct scene *scene, const char *id,
                    const char *status)
{
    json_t *key = state_edit(scene->state, "key", id);

    json_set_text(key, "status", status);
    set_when(key, "ended_at", scene->now);
}

void keys_retire(const struct scene *scene, const char *state)
{
    const json_t *keys = json_list(member_get(scene->state, state), "keys");

    for (size_t i = 0; i < json_array_size(keys); i++) {
        const char *id = json_string_value(json_array_get(keys, i));

        if (is_alive(state_get(scene->state, "key", id), scene->now))
            end_key(scene, id, "retired");
    }
}

bool key_is_known(const struct scene *scene, const char *text)
{
    struct vkey vkey;
    char id[KEY_ID_SIZE];

    if (vkey_parse(slice_of(text), &vkey, NULL) != ERR_NONE)
        return false;
    key_doc_id(scene->charter, &vkey, id);
    return state_get(scene->state, "key", id) != NULL;
}

bool key_is_active(const json_t *key, struct when now)
{
    struct when at;

    return strcmp(json_text(key, "status"), "active") == 0 &&
           !(when_at(key, "from", &at) && now.s < at.s) &&
           !(when_at(key, "until", &at) && now.s >= at.s);
}

bool key_may_sign(const json_t *key, const char *kind)
{
    const json_t *powers = json_list(key, "powers");

    return powers == NULL || list_has(powers, kind);
}

static bool may_now(struct state *state, const char *id, struct when now,
                    const char *kind, const char *except_id)
{
    const json_t *key = state_get(state, "key", id);

    return key_is_active(key, now) && key_may_sign(key, kind) &&
           (except_id == NULL || strcmp(id, except_id) != 0);
}

size_t officers_active(struct state *state, const char *code, struct when now,
                       const char *kind, const char *except_id)
{
    const json_t *keys = json_list(member_get(state, code), "keys");
    size_t officers = 0;

    for (size_t i = 0; i < json_array_size(keys); i++) {
        const char *id = json_string_value(json_array_get(keys, i));
        bool counts = may_now(state, id, now, kind, except_id);

        for (size_t j = 0; j < i && counts; j++) {
            const char *other = json_string_value(json_array_get(keys, j));

            counts = !is_same_officer(id, other) ||
                     !may_now(state, other, now, kind, except_id);
        }
        officers += counts;
    }
    return officers;
}

/* The officer's name in a verifier key: what stands before the first '+'. */
static struct slice officer_of(const json_t *vkey)
{
    struct slice rest = slice_of(json_string_value(vkey));
    struct slice name = {rest.at, 0};

    slice_cut(&rest, '+', &name);
    return name;
}

size_t keys_officers(const struct charter *charter, const json_t *keys,
                     const char *code)
{
    struct buf prefix = {0};
    size_t officers = 0;

    buf_addf(&prefix, "%s/%s/", charter->id, code);
    for (size_t i = 0; i < json_array_size(keys); i++) {
        struct slice name = officer_of(json_array_get(keys, i));
        bool counts = name.len > prefix.len &&
                      memcmp(name.at, prefix.data, prefix.len) == 0;

        for (size_t j = 0; j < i && counts; j++) {
            struct slice other = officer_of(json_array_get(keys, j));

            counts = other.len != name.len ||
                     memcmp(other.at, name.at, name.len) != 0;
        }
        officers += counts;
    }
    buf_clear(&prefix);
    return officers;
}

enum err key_judge_new(const struct scene *scene, const char *text,
                       const char *code, struct why *why)
{
    struct vkey vkey;
    char id[KEY_ID_SIZE];
    const char *owner;
    size_t len = strlen(code);

    TRY(vkey_parse(slice_of(text), &vkey, why));
    owner = key_owner(scene->charter, vkey.name);
    if (vkey.type != KEY_ED25519 || owner == NULL ||
        strncmp(owner, code, len) != 0 || owner[len] != '/' ||
        !text_is_name(slice_of(owner + len + 1)))
        return fail(why, ERR_INPUT,
                    "%s: key '%s' must be an Ed25519 key named "
                    "%s/%s/<role>",
                    scene->kind, vkey.name, scene->charter->id, code);
    key_doc_id(scene->charter, &vkey, id);
    if (state_get(scene->state, "key", id) != NULL)
        return fail(why, ERR_STATE, "%s: key %s is on record already",
                    scene->kind, id);
    return ERR_NONE;
}

/* Each is looked at whenever officers are counted. */
static enum err judge_room(const struct scene *scene, struct why *why)
{
    const json_t *keys = json_list(member_get(scene->state, scene->by), "keys");
    size_t alive = 0;

    for (size_t i = 0; i < json_array_size(keys); i++)
        alive += is_alive(state_get(scene->state, "key",
                                    json_string_value(json_array_get(keys, i))),
                          scene->now);
    if (alive >= STATE_KEYS_MAX)
        return fail(why, ERR_LIMIT,
                    "key-grant: %s has %zu active keys, at most %d; retire one "
                    "first",
                    scene->by, alive, STATE_KEYS_MAX);
    return ERR_NONE;
}

/* 1. Granting. */
enum err judge_key_grant(const struct scene *scene, struct why *why)
{
    const json_t *powers = json_list(scene->body, "powers");
    struct when from = scene->now;
    struct when until;

    for (size_t i = 0; i < json_array_size(powers); i++) {
        const char *kind = json_string_value(json_array_get(powers, i));

        if (kind == NULL || act_kind_find(kind) == NULL)
            return fail(why, ERR_INPUT,
                        "key-grant: field 'powers[%zu]' must "
                        "be a kind of act, not '%s'",
                        i, kind == NULL ? "?" : kind);
    }
    if (powers != NULL && json_array_size(powers) == 0)
        return fail(why, ERR_INPUT,
                    "key-grant: field 'powers' must name at "
                    "least one kind of act, or be left out");
    TRY(judge_room(scene, why));
    when_at(scene->body, "from", &from);
    if (when_at(scene->body, "until", &until) &&
        (until.s <= from.s || until.s <= scene->now.s))
        return fail(why, ERR_INPUT,
                    "key-grant: field 'until' must be later "
                    "than 'from' and than now");
    return key_judge_new(scene, json_text(scene->body, "vkey"), scene->by, why);
}

void fold_key_grant(const struct scene *scene)
{
    key_put(scene, scene->by, json_text(scene->body, "vkey"),
            json_list(scene->body, "powers"), json_text(scene->body, "from"),
            json_text(scene->body, "until"));
}

static enum err own_key(const struct scene *scene, struct why *why)
{
    const char *id = json_text(scene->body, "key");
    const json_t *key = state_get(scene->state, "key", id);

    if (key == NULL)
        return fail(why, ERR_ABSENT, "%s: there is no key %s", scene->kind, id);
    if (strcmp(json_text(key, "state"), scene->by) != 0)
        return fail(why, ERR_AUTHORITY, "%s: key %s is %s's", scene->kind, id,
                    json_text(key, "state"));
    return ERR_NONE;
}

static enum err already(const struct scene *scene, struct why *why)
{
    const char *id = json_text(scene->body, "key");

    return fail(why, ERR_STATE, "%s: key %s is %s already", scene->kind, id,
                json_text(state_get(scene->state, "key", id), "status"));
}

static bool has_status(const struct scene *scene, const char *status)
{
    const json_t *key =
        state_get(scene->state, "key", json_text(scene->body, "key"));

    return strcmp(json_text(key, "status"), status) == 0;
}

static int64_t officers_needed(const struct scene *scene, bool solemn)
{
    const json_t *officers =
        json_map(member_get(scene->state, scene->by), "officers");

    return json_int(officers, solemn ? "solemn" : "ordinary", 1);
}

/* 2. Retiring: enough must remain to grant another. */
enum err judge_key_retire(const struct scene *scene, struct why *why)
{
    const char *id = json_text(scene->body, "key");
    int64_t needed = officers_needed(scene, true);
    size_t left;

    TRY(own_key(scene, why));
    if (!has_status(scene, "active"))
        return already(scene, why);
    left =
        officers_active(scene->state, scene->by, scene->now, "key-grant", id);
    if ((int64_t)left < needed)
        return fail(why, ERR_STATE,
                    "key-retire: %zu officers of %s with power to "
                    "grant keys would be left, %lld must sign; grant a new one "
                    "first",
                    left, scene->by, (long long)needed);
    return ERR_NONE;
}

void fold_key_retire(const struct scene *scene)
{
    end_key(scene, json_text(scene->body, "key"), "retired");
}

/*
 * 3. Compromise: at once, whatever is left; a state left without keys is given
 * new ones by a decision of the others (effect rekey).
 */

/* An officer stops its own key alone. To stop another's takes as many as a
 * solemn act, or all the others if they are fewer: a thief with one key of
 * three does not lock the state out. */
static enum err judge_stopping(const struct scene *scene, struct why *why)
{
    const char *id = json_text(scene->body, "key");
    bool active = has_status(scene, "active");
    int64_t needed = officers_needed(scene, active);
    int64_t others = (int64_t)officers_active(scene->state, scene->by,
                                              scene->now, "key-compromise", id);

    if (active && others < needed)
        needed = others < 1 ? 1 : others;
    if (is_same_officer(id, scene->officer) ||
        (int64_t)scene->signers >= needed)
        return ERR_NONE;
    return fail(why, ERR_AUTHORITY,
                "key-compromise: %s is another officer's key; %lld with full "
                "powers must sign",
                id, (long long)needed);
}

enum err judge_key_compromise(const struct scene *scene, struct why *why)
{
    struct when since;

    TRY(own_key(scene, why));
    if (has_status(scene, "compromised"))
        return already(scene, why);
    TRY(judge_stopping(scene, why));
    if (when_at(scene->body, "since", &since) && since.s > scene->now.s)
        return fail(why, ERR_INPUT,
                    "key-compromise: field 'since' must not "
                    "be in the future");
    return ERR_NONE;
}

void fold_key_compromise(const struct scene *scene)
{
    const char *id = json_text(scene->body, "key");
    json_t *key = state_edit(scene->state, "key", id);

    if (strcmp(json_text(key, "status"), "active") == 0)
        end_key(scene, id, "compromised");
    json_set_text(key, "status", "compromised");
    json_set_text(key, "suspect_since", json_text(scene->body, "since"));
    if (json_text(scene->body, "text") != NULL)
        json_set_text(key, "text", json_text(scene->body, "text"));
}

/* 4. How many officers must sign. */
enum err judge_officers(const struct scene *scene, struct why *why)
{
    int64_t ordinary = json_int(scene->body, "ordinary", 0);
    int64_t solemn = json_int(scene->body, "solemn", 0);
    size_t able =
        officers_active(scene->state, scene->by, scene->now, "officers", NULL);

    if (able > ACT_SIGNERS_MAX)
        able = ACT_SIGNERS_MAX;
    if (ordinary < 1 || solemn < ordinary || solemn > (int64_t)able)
        return fail(why, ERR_INPUT,
                    "officers: expected 1 <= ordinary <= "
                    "solemn <= %zu (officers of %s who may set it, at most %d)",
                    able, scene->by, ACT_SIGNERS_MAX);
    return ERR_NONE;
}

void fold_officers(const struct scene *scene)
{
    json_set_new(member_edit(scene->state, scene->by), "officers",
                 json_deep_copy(scene->body));
}
