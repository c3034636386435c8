/*
 * institution.c - judge, fold, advance: the order of checks every act meets.
 *
 * Follows docs/institution.md, procedures 2 to 4.
 */
#include "institution/institution.h"

#include "institution/handlers.h"

#include "base/mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NONCE_WINDOW = 53 }; /* bits of the mask; |n| < 2^53 in documents */

/* Milliseconds since 1970 may serve as nonces; a slip of the hand does not
 * spend them all. */
static const uint64_t NONCE_LEAP = UINT64_C(1) << 42;

enum { KEY_CACHE = 256 };

/* A verifier key as on record and what it says: reading one takes a hash. */
struct cached_key {
    char text[KEY_VKEY_SIZE];
    struct vkey key;
};

struct institution {
    struct state *state;
    const struct history *history;
    struct charter *charter;
    struct charter **old; /* replaced ones: scenes may still point there */
    size_t olds;
    struct cached_key *cache; /* [KEY_CACHE] by identity */
};

static enum err read_charter(struct institution *in, struct why *why)
{
    const json_t *doc = state_get(in->state, "charter", "charter");
    const char *text = json_text(doc, "text");

    TRY(state_failure(in->state, why));
    if (text == NULL)
        return ERR_NONE;
    return charter_parse("charter", text, strlen(text), &in->charter, why);
}

enum err institution_open(struct state *state, const struct history *history,
                          struct institution **out, struct why *why)
{
    struct institution *in = mem_new(1, sizeof *in);
    enum err err;

    in->state = state;
    in->history = history;
    in->cache = mem_new(KEY_CACHE, sizeof *in->cache);
    err = read_charter(in, why);
    if (err != ERR_NONE) {
        institution_close(in);
        return err;
    }
    *out = in;
    return ERR_NONE;
}

void institution_close(struct institution *in)
{
    if (in == NULL)
        return;
    charter_close(in->charter);
    for (size_t i = 0; i < in->olds; i++)
        charter_close(in->old[i]);
    mem_free(in->old);
    mem_free(in->cache);
    mem_free(in);
}

struct state *institution_state(struct institution *in)
{
    return in->state;
}

const struct charter *institution_charter(const struct institution *in)
{
    return in->charter;
}

bool institution_is_exercise(struct institution *in)
{
    return json_flag(coalition_get(in->state), "exercise");
}

static void replace_charter(struct institution *in, struct charter *charter)
{
    if (in->charter != NULL) {
        in->old = mem_resize(in->old, in->olds + 1, sizeof(*in->old));
        in->old[in->olds++] = in->charter;
    }
    in->charter = charter;
}

void institution_adopt_charter(struct institution *in, const char *text)
{
    struct charter *charter;
    struct hash hash = hash_bytes(text, strlen(text));
    char hex[2 * HASH_BYTES + 1];

    if (charter_parse("charter", text, strlen(text), &charter, NULL) !=
        ERR_NONE)
        return; /* its judge parsed it */
    replace_charter(in, charter);
    text_hex(hash.b, HASH_BYTES, hex);
    state_put(in->state, "charter", "charter",
              json_pack("{s:s,s:s,s:I}", "text", text, "sha256", hex, "version",
                        (json_int_t)charter->version));
    json_set_int(coalition_edit(in->state), "version", charter->version);
}

/*
 * Signers.
 */

static enum err founding_signer(const struct act *act, const json_t *body,
                                struct act_signers *signers, struct why *why)
{
    const char *text = json_text(body, "secretariat");

    if (text == NULL)
        return fail(why, ERR_INPUT,
                    "founding: field 'secretariat' must be the "
                    "registrar's verifier key");
    TRY(vkey_parse(slice_of(text), &signers->key[0], why));
    if (act->count != 1 || !slice_is(act->by_state, "secretariat") ||
        !slice_is(act->signature[0].name, signers->key[0].name) ||
        act->signature[0].key_id != signers->key[0].id)
        return fail(why, ERR_AUTHORITY,
                    "founding: the registrar alone signs "
                    "it, by: secretariat/<role>, with the key it names");
    signers->count = 1;
    return ERR_NONE;
}

static bool key_id_text(const struct act *act, size_t index,
                        char id[KEY_ID_SIZE])
{
    const struct act_signature *signature = &act->signature[index];
    int len = snprintf(id, KEY_ID_SIZE, "%.*s+%08x", (int)signature->by.len,
                       signature->by.at, signature->key_id);

    return len > 0 && len < KEY_ID_SIZE;
}

/* The key on record for a signature line; NULL when there is none. */
static const struct vkey *key_on_record(struct institution *in,
                                        const struct act *act, size_t index,
                                        const json_t **doc)
{
    char id[KEY_ID_SIZE];
    struct cached_key *cached =
        &in->cache[act->signature[index].key_id % KEY_CACHE];
    const char *text;

    *doc = NULL;
    if (!key_id_text(act, index, id))
        return NULL;
    *doc = state_get(in->state, "key", id);
    text = json_text(*doc, "vkey");
    if (text == NULL || strlen(text) >= sizeof cached->text)
        return NULL;
    if (strcmp(cached->text, text) != 0) {
        cached->text[0] = '\0';
        if (vkey_parse(slice_of(text), &cached->key, NULL) != ERR_NONE)
            return NULL;
        memcpy(cached->text, text, strlen(text) + 1);
    }
    return &cached->key;
}

enum err institution_signers(struct institution *in, const struct act *act,
                             const json_t *body, struct act_signers *signers,
                             struct why *why)
{
    signers->count = 0;
    if (coalition_get(in->state) == NULL)
        return founding_signer(act, body, signers, why);
    if (act->count > ACT_SIGNERS_MAX)
        return fail(why, ERR_LIMIT, "%zu signatures; at most %d", act->count,
                    ACT_SIGNERS_MAX);
    for (size_t i = 0; i < act->count; i++) {
        const json_t *doc;
        const struct vkey *key = key_on_record(in, act, i, &doc);

        if (key == NULL)
            return fail(why, ERR_AUTHORITY, "key %.*s+%08x is not on record",
                        (int)act->signature[i].by.len, act->signature[i].by.at,
                        act->signature[i].key_id);
        signers->key[signers->count++] = *key;
    }
    return state_failure(in->state, why);
}

/*
 * The envelope.
 */

/* An act's words as C strings, for one judgement. */
struct words {
    char kind[65];
    char by[65];
    char officer[130];
};

static bool copy_word(char *to, size_t size, struct slice from)
{
    if (from.len >= size)
        return false;
    memcpy(to, from.at, from.len);
    to[from.len] = '\0';
    return true;
}

static enum err read_words(const struct act *act, struct words *words,
                           struct why *why)
{
    if (!copy_word(words->kind, sizeof words->kind, act->kind) ||
        !copy_word(words->by, sizeof words->by, act->by_state) ||
        !copy_word(words->officer, sizeof words->officer, act->by))
        return fail(why, ERR_INPUT, "by or kind is too long");
    return ERR_NONE;
}

static enum err judge_times(struct institution *in, const struct act *act,
                            struct when now, struct why *why)
{
    bool known = false;
    char text[WHEN_TEXT_SIZE];

    if (act->has_expires && now.s >= act->expires.s) {
        when_format(act->expires, text);
        return fail(why, ERR_STATE, "the act expired at %s", text);
    }
    TRY(in->history->has(in->history->ctx, act->seen_size, &act->seen_root,
                         &known, why));
    if (!known)
        return fail(why, ERR_STATE,
                    "seen: this log never had size %llu with "
                    "that root; the signer saw another history",
                    (unsigned long long)act->seen_size);
    return ERR_NONE;
}

/*
 * A nonce is spent once used. The last NONCE_WINDOW of an officer may come in
 * any order; what is older counts as spent.
 */

static enum err judge_nonce(struct institution *in, const struct act *act,
                            const char *officer, struct why *why)
{
    const json_t *doc = state_get(in->state, "nonce", officer);
    uint64_t last = (uint64_t)json_int(doc, "last", 0);
    uint64_t mask = (uint64_t)json_int(doc, "mask", 0);

    if (act->nonce > last && act->nonce - last > NONCE_LEAP)
        return fail(why, ERR_LIMIT,
                    "nonce %llu of %s is too far ahead of the last, %llu: at "
                    "most 2^42",
                    (unsigned long long)act->nonce, officer,
                    (unsigned long long)last);
    if (doc == NULL || act->nonce > last)
        return ERR_NONE;
    if (last - act->nonce >= NONCE_WINDOW ||
        (mask >> (last - act->nonce) & 1) != 0)
        return fail(why, ERR_STATE, "nonce %llu of %s is spent (last: %llu)",
                    (unsigned long long)act->nonce, officer,
                    (unsigned long long)last);
    return ERR_NONE;
}

static void spend_nonce(struct institution *in, const struct act *act,
                        const char *officer)
{
    json_t *doc = state_edit(in->state, "nonce", officer);
    uint64_t last;
    uint64_t mask;

    if (doc == NULL)
        doc = state_put(in->state, "nonce", officer,
                        json_pack("{s:I,s:I}", "last", (json_int_t)act->nonce,
                                  "mask", (json_int_t)0));
    last = (uint64_t)json_int(doc, "last", 0);
    mask = (uint64_t)json_int(doc, "mask", 0);
    if (act->nonce > last) {
        uint64_t shift = act->nonce - last;

        mask = shift >= NONCE_WINDOW ? 0 : mask << shift;
        last = act->nonce;
    }
    mask |= UINT64_C(1) << (last - act->nonce);
    mask &= (UINT64_C(1) << NONCE_WINDOW) - 1;
    json_set_int(doc, "last", (int64_t)last);
    json_set_int(doc, "mask", (int64_t)mask);
}

/* An officer stops its own key alone and whatever its powers: the judge of
 * the kind says who may stop which (docs/keys.md, procedure 3). */
static bool is_stopping(const struct words *words)
{
    return strcmp(words->kind, "key-compromise") == 0;
}

static enum err judge_key(struct institution *in, const struct act *act,
                          size_t index, const struct words *words,
                          const struct vkey *signer, struct when now,
                          bool *empowered, struct why *why)
{
    const json_t *key;
    const struct vkey *on_record = key_on_record(in, act, index, &key);
    const char *id = json_text(key, "id");

    if (on_record == NULL || !vkey_same(on_record, signer))
        return fail(why, ERR_AUTHORITY, "key %.*s is not on record",
                    (int)act->signature[index].by.len,
                    act->signature[index].by.at);
    if (strcmp(json_text(key, "state"), words->by) != 0)
        return fail(why, ERR_AUTHORITY, "key %s speaks for %s, not for %s", id,
                    json_text(key, "state"), words->by);
    if (strcmp(json_text(key, "status"), "active") != 0)
        return fail(why, ERR_AUTHORITY, "key %s is %s", id,
                    json_text(key, "status"));
    if (!key_is_active(key, now))
        return fail(why, ERR_AUTHORITY, "key %s is not valid at this time", id);
    *empowered = key_may_sign(key, words->kind);
    if (!*empowered && !is_stopping(words))
        return fail(why, ERR_AUTHORITY, "key %s has no full powers for %s", id,
                    words->kind);
    return ERR_NONE;
}

/* Every signature line is a valid key's of this state, `by` is among them, and
 * they are enough. */
static enum err judge_keys(struct institution *in, const struct act *act,
                           const struct act_kind *kind,
                           const struct words *words,
                           const struct act_signers *signers, struct when now,
                           size_t *empowered, struct why *why)
{
    const json_t *officers =
        json_map(member_get(in->state, words->by), "officers");
    int64_t needed =
        json_int(officers, kind->solemn ? "solemn" : "ordinary", 1);
    bool by_signed = false;

    *empowered = 0;
    if (is_stopping(words))
        needed = 1;
    for (size_t i = 0; i < signers->count; i++) {
        bool may = false;

        TRY(judge_key(in, act, i, words, &signers->key[i], now, &may, why));
        *empowered += may;
        by_signed |= slice_is(act->signature[i].by, words->officer);
    }
    if (!by_signed)
        return fail(why, ERR_AUTHORITY,
                    "%s, whose act it is, has not signed "
                    "it",
                    words->officer);
    if ((int64_t)signers->count < needed)
        return fail(why, ERR_AUTHORITY,
                    "%zu officer%s of %s signed; %s needs "
                    "%lld",
                    signers->count, signers->count == 1 ? "" : "s", words->by,
                    words->kind, (long long)needed);
    return ERR_NONE;
}

static enum err judge_standing(struct institution *in,
                               const struct act_kind *kind, const char *by,
                               struct why *why)
{
    bool secretariat = strcmp(by, "secretariat") == 0;

    if ((kind->signer == SIGNER_SECRETARIAT) != secretariat)
        return fail(why, ERR_AUTHORITY, "%s is an act of %s", kind->name,
                    secretariat ? "a state" : "the secretariat");
    if (kind->signer == SIGNER_PARTY && !charter_in_force(in->state))
        return fail(why, ERR_STATE, "%s: the charter is not in force",
                    kind->name);
    if (kind->signer == SIGNER_PARTY && !member_is(in->state, by, STATUS_PARTY))
        return fail(why, ERR_AUTHORITY,
                    "%s is an act of a party; %s has "
                    "status '%s'",
                    kind->name, by, member_status(in->state, by));
    return ERR_NONE;
}

/* Codes named in fields must be states on record. */
static enum err judge_codes(struct institution *in, const struct act_kind *kind,
                            const json_t *body, struct why *why)
{
    for (size_t i = 0; i < kind->fields; i++) {
        const struct act_field *field = &kind->field[i];
        const json_t *value = json_object_get(body, field->name);
        size_t count = field->type == FIELD_CODES ? json_array_size(value) : 1;

        if (value == NULL ||
            (field->type != FIELD_CODE && field->type != FIELD_CODES))
            continue;
        for (size_t j = 0; j < count; j++) {
            const char *code = json_string_value(
                field->type == FIELD_CODES ? json_array_get(value, j) : value);

            if (member_get(in->state, code) == NULL)
                return fail(why, ERR_ABSENT,
                            "%s: field '%s': no state '%s' on "
                            "record",
                            kind->name, field->name, code);
        }
    }
    return ERR_NONE;
}

static struct scene make_scene(struct institution *in, const json_t *body,
                               const struct words *words, struct when now,
                               uint64_t index)
{
    return (struct scene){
        .institution = in,
        .state = in->state,
        .charter = in->charter,
        .body = body,
        .kind = words->kind,
        .by = words->by,
        .officer = words->officer,
        .now = now,
        .index = index,
    };
}

static enum err judge_coalition(struct institution *in, const struct act *act,
                                const json_t *body, struct why *why)
{
    const char *text = json_text(body, "charter");
    struct charter *charter;
    bool same;

    if (in->charter != NULL) {
        if (!slice_is(act->coalition, in->charter->id))
            return fail(why, ERR_INPUT, "the act is for '%.*s'; this is %s",
                        (int)act->coalition.len, act->coalition.at,
                        in->charter->id);
        return ERR_NONE;
    }
    if (!slice_is(act->kind, "founding"))
        return fail(why, ERR_STATE,
                    "the coalition is not founded; the first "
                    "act must be a founding");
    if (text == NULL)
        return fail(why, ERR_INPUT, "founding: field 'charter' must be a text");
    TRY(charter_parse("charter", text, strlen(text), &charter, why));
    same = slice_is(act->coalition, charter->id);
    charter_close(charter);
    if (!same)
        return fail(why, ERR_INPUT,
                    "the act is for '%.*s', its charter has "
                    "another id",
                    (int)act->coalition.len, act->coalition.at);
    return ERR_NONE;
}

enum err institution_judge(struct institution *in, const struct act *act,
                           const json_t *body,
                           const struct act_signers *signers, struct when now,
                           uint64_t index, struct why *why)
{
    const struct act_kind *kind;
    struct words words;
    struct scene scene;
    size_t empowered = 0;

    TRY(read_words(act, &words, why));
    kind = act_kind_find(words.kind);
    if (kind == NULL)
        return fail(why, ERR_INPUT, "there is no kind of act '%s'", words.kind);
    TRY(judge_coalition(in, act, body, why));
    TRY(judge_times(in, act, now, why));
    if (in->charter != NULL) {
        TRY(judge_keys(in, act, kind, &words, signers, now, &empowered, why));
        TRY(judge_nonce(in, act, words.officer, why));
        TRY(judge_standing(in, kind, words.by, why));
    }
    TRY(act_kind_check(kind, body, why));
    TRY(judge_codes(in, kind, body, why));
    scene = make_scene(in, body, &words, now, index);
    scene.signers = empowered;
    TRY(kind->judge(&scene, why));
    return state_failure(in->state, why);
}

static void count_one(struct institution *in, const char *what)
{
    json_t *counts = json_object_get(coalition_edit(in->state), "counts");

    json_set_int(counts, what, json_int(counts, what, 0) + 1);
}

void institution_fold(struct institution *in, const struct act *act,
                      const json_t *body, struct when now, uint64_t index)
{
    struct words words;
    struct scene scene;
    const struct act_kind *kind;

    if (read_words(act, &words, NULL) != ERR_NONE)
        return; /* judged */
    kind = act_kind_find(words.kind);
    if (in->charter == NULL) {
        const char *text = json_text(body, "charter");
        struct charter *charter;

        if (charter_parse("charter", text, strlen(text), &charter, NULL) !=
            ERR_NONE)
            return; /* judged */
        in->charter = charter;
    }
    scene = make_scene(in, body, &words, now, index);
    kind->fold(&scene);
    spend_nonce(in, act, words.officer);
    count_one(in, "acts");
    state_tidy(in->state);
}

/*
 * What follows by rule or by time.
 */

static struct scene due_scene(struct institution *in, const json_t *body,
                              const char *what, struct when at, uint64_t index)
{
    return (struct scene){
        .institution = in,
        .state = in->state,
        .charter = in->charter,
        .body = body,
        .kind = what,
        .by = "",
        .officer = "",
        .now = at,
        .index = index,
    };
}

bool institution_next_deadline(struct institution *in, struct when *at)
{
    const char *what;
    const char *id;

    return agenda_first(in->state, at, &what, &id);
}

enum err institution_due(struct institution *in, struct when now,
                         json_t **notification, struct why *why)
{
    struct when at;
    const char *what;
    const char *id;
    struct scene scene;

    *notification = NULL;
    if (!agenda_first(in->state, &at, &what, &id) || at.s > now.s)
        return state_failure(in->state, why);
    if (due_kind_find(what) == NULL)
        return fail(why, ERR_SYSTEM, "agenda: unknown deadline '%s'", what);
    scene = due_scene(in, NULL, what, at, 0);
    *notification = due_kind_find(what)->compute(&scene, id);
    set_when(*notification, "effective", at);
    if (institution_is_exercise(in)) /* a proof of it must not be mistaken */
        json_set_flag(*notification, "exercise", true);
    if (state_failure(in->state, why) != ERR_NONE) {
        json_decref(*notification);
        *notification = NULL;
        return ERR_SYSTEM;
    }
    return ERR_NONE;
}

void institution_notify(struct institution *in, const json_t *notification,
                        struct when now, uint64_t index)
{
    struct when at = now;
    const char *what;
    const char *first;
    char id[KEY_ID_SIZE];
    const struct due_kind *kind;
    struct scene scene;

    if (!agenda_first(in->state, &at, &what, &first))
        return; /* institution_due gave it from there */
    snprintf(id, sizeof id, "%s", first);
    kind = due_kind_find(what);
    agenda_drop(in->state, kind->what, id);
    scene = due_scene(in, notification, kind->what, at, index);
    kind->fold(&scene, id);
    count_one(in, "notifications");
    state_tidy(in->state);
}
