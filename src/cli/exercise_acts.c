/*
 * exercise_acts.c - keys, bodies and acts of an exercise.
 */
#include "cli/exercise.h"

#include "base/file.h"
#include "base/json.h"
#include "record/act.h"
#include "record/hash.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

/*
 * Keys.
 */

/* The label without "#2": the officer. */
static size_t officer_length(const char *label)
{
    return strcspn(label, "#");
}

enum err play_derive_key(const struct play *play, const char *label,
                         struct key **key, struct why *why)
{
    struct buf seed = {0};
    struct buf name = {0};
    struct hash hash;
    enum err err;

    buf_addf(&seed, "%s\n%s/%s", play->script->seed, play->charter->id, label);
    buf_addf(&name, "%s/%.*s", play->charter->id, (int)officer_length(label),
             label);
    hash = hash_bytes(seed.data, seed.len);
    err = key_from_seed((struct slice){name.data, name.len}, KEY_ED25519,
                        hash.b, key, why);
    buf_clear(&seed);
    buf_clear(&name);
    return err;
}

/* <dir>/keys/FR/delegate.key, not encrypted; the newest replaces the older. */
static enum err write_key(const struct play *play, const char *label,
                          const struct key *key, struct why *why)
{
    struct buf path = {0};
    enum err err;

    buf_addf(&path, "%s/keys/%.*s", play->dir, (int)strcspn(label, "/"), label);
    err = file_make_folders(buf_text(&path), why);
    buf_addf(&path, "%.*s.key",
             (int)(officer_length(label) - strcspn(label, "/")),
             label + strcspn(label, "/"));
    if (err == ERR_NONE && unlink(buf_text(&path)) != 0 && errno != ENOENT)
        err = fail(why, ERR_SYSTEM, "%s: cannot be replaced", buf_text(&path));
    if (err == ERR_NONE)
        err = key_write(key, buf_text(&path), NULL, KEY_COST_INTERACTIVE, why);
    buf_clear(&path);
    return err;
}

/* "PL/delegate" is that officer's newest key, "#1" its first, "#2" its second.
 */
static const struct key *find_key(const struct play *play, const char *label)
{
    size_t officer = officer_length(label);
    bool newest = label[officer] == '\0';

    for (size_t i = play->actors; i-- > 0;) {
        const char *other = play->actor[i].label;

        if (strcmp(other, label) == 0 ||
            (newest && officer_length(other) == officer &&
             strncmp(other, label, officer) == 0))
            return play->actor[i].key;
    }
    return NULL;
}

enum err play_key(struct play *play, const char *label, const struct key **key,
                  struct why *why)
{
    char whole[LABEL_MAX];
    struct key *made;

    *key = find_key(play, label);
    if (*key != NULL)
        return ERR_NONE;
    snprintf(whole, sizeof whole, "%s%s", label,
             strchr(label, '#') == NULL ? "#1" : "");
    TRY(play_derive_key(play, whole, &made, why));
    play->actor =
        mem_resize(play->actor, play->actors + 1, sizeof *play->actor);
    play->actor[play->actors++] =
        (struct actor){mem_copy_text(whole, strlen(whole)), made};
    *key = made;
    return write_key(play, whole, made, why);
}

/*
 * Bodies of acts, from the script's values.
 */

json_t *play_vkey(const struct key *key)
{
    char text[KEY_VKEY_SIZE];

    vkey_format(key_vkey(key), text);
    return json_string(text);
}

/* A state of the members' file with its officers' keys: for an invitation. */
enum err play_state(struct play *play, const char *code, json_t **json,
                    struct why *why)
{
    size_t at = script_find(play->script, slice_of(code));
    const struct script_list *officers;
    json_t *keys = json_array();

    if (at == SIZE_MAX) {
        json_decref(keys);
        return fail(why, ERR_INPUT, "there is no member '%s'", code);
    }
    *json = json_deep_copy(json_array_get(play->members, at));
    json_set_new(*json, "keys", keys);
    officers = &play->script->state[at].officers;
    for (size_t i = 0; i < officers->count; i++) {
        char label[LABEL_MAX];
        const struct key *key;
        enum err err;

        snprintf(label, sizeof label, "%s/%s", code, officers->item[i]);
        err = play_key(play, label, &key, why);
        if (err != ERR_NONE) {
            json_decref(*json);
            return err;
        }
        json_array_append_new(keys, play_vkey(key));
    }
    return ERR_NONE;
}

static enum err key_json(struct play *play, const char *label, bool whole,
                         json_t **json, struct why *why)
{
    const struct key *key;
    char text[LABEL_MAX + 16];

    TRY(play_key(play, label, &key, why));
    if (whole) {
        *json = play_vkey(key);
        return ERR_NONE;
    }
    snprintf(text, sizeof text, "%.*s+%08" PRIx32, (int)officer_length(label),
             label, key_vkey(key)->id);
    *json = json_string(text);
    return ERR_NONE;
}

static enum err file_json(const struct play *play, const char *name,
                          json_t **json, struct why *why)
{
    struct buf path = {0};
    struct buf text = {0};
    enum err err;

    buf_addf(&path, "%s%s", play->script->folder, name);
    err = file_read(buf_text(&path), CHARTER_MAX, &text, why);
    if (err == ERR_NONE) {
        *json = json_stringn(text.data, text.len);
        if (*json == NULL)
            err = fail(why, ERR_INPUT, "%s: not UTF-8", buf_text(&path));
    }
    buf_clear(&path);
    buf_clear(&text);
    return err;
}

/* `$vkey PL/delegate#2`, `$key …`, `$state NZ`, `$file charter-2.yaml`,
 * `$sha256 words`: what only the run can know. */
static enum err substitute(struct play *play, const char *text, json_t **json,
                           struct why *why)
{
    struct slice rest = slice_of(text);
    struct slice word;
    struct hash hash;
    char hex[2 * HASH_BYTES + 1];

    if (!slice_cut(&rest, ' ', &word))
        word = rest;
    if (slice_is(word, "$vkey") || slice_is(word, "$key"))
        return key_json(play, rest.at, slice_is(word, "$vkey"), json, why);
    if (slice_is(word, "$state"))
        return play_state(play, rest.at, json, why);
    if (slice_is(word, "$file"))
        return file_json(play, rest.at, json, why);
    if (slice_is(word, "$sha256")) {
        hash = hash_bytes(rest.at, rest.len);
        text_hex(hash.b, HASH_BYTES, hex);
        *json = json_string(hex);
        return ERR_NONE;
    }
    return fail(why, ERR_INPUT,
                "expected $vkey, $key, $state, $file or "
                "$sha256 (or the text in quotes)");
}

static enum err text_json(struct play *play, const struct value *value,
                          json_t **json, struct why *why)
{
    enum err err;

    if (value->quoted || value->text[0] != '$') {
        *json = json_stringn(value->text, value->text_len);
        return ERR_NONE;
    }
    err = substitute(play, value->text, json, why);
    if (err == ERR_INPUT)
        return value_fail(value, why, err, "%s", why->text);
    return err;
}

/* Inside a field: words are text, but whole numbers, true and false are what
 * they look like unless quoted. */
static enum err value_json(struct play *play, const struct value *value,
                           json_t **json, struct why *why);

static enum err items_json(struct play *play, const struct value *value,
                           json_t *json, struct why *why)
{
    for (size_t i = 0; i < value->count; i++) {
        json_t *item;

        TRY(value_json(play, value->item[i], &item, why));
        if (value->kind == VALUE_LIST)
            json_array_append_new(json, item);
        else
            json_set_new(json, value->item[i]->key, item);
    }
    return ERR_NONE;
}

static enum err value_json(struct play *play, const struct value *value,
                           json_t **json, struct why *why)
{
    struct slice text = {value->text, value->text_len};
    uint64_t number;
    enum err err;

    if (value->kind == VALUE_TEXT) {
        if (!value->quoted && text_parse_u64(text, ACT_NONCE_MAX, &number))
            *json = json_integer((json_int_t)number);
        else if (!value->quoted &&
                 (slice_is(text, "true") || slice_is(text, "false")))
            *json = json_boolean(slice_is(text, "true"));
        else
            return text_json(play, value, json, why);
        return ERR_NONE;
    }
    *json = value->kind == VALUE_LIST ? json_array() : json_object();
    err = items_json(play, value, *json, why);
    if (err != ERR_NONE)
        json_decref(*json);
    return err;
}

static const struct act_field *find_field(const struct act_kind *kind,
                                          const char *name)
{
    for (size_t i = 0; i < kind->fields; i++)
        if (strcmp(kind->field[i].name, name) == 0)
            return &kind->field[i];
    return NULL;
}

/* Only fields that are numbers, flags, lists or maps are read as such: article
 * 7 and proposal 2026 stay texts. */
static bool is_plain_text(const struct act_kind *kind, const char *name)
{
    const struct act_field *field = find_field(kind, name);

    return field != NULL && field->type != FIELD_NUMBER &&
           field->type != FIELD_FLAG;
}

enum err play_fields(struct play *play, const struct act_kind *kind,
                     const struct value *with, json_t *body, struct why *why)
{
    for (size_t i = 0; with != NULL && i < with->count; i++) {
        const struct value *value = with->item[i];
        json_t *item;

        if (value->kind == VALUE_TEXT && is_plain_text(kind, value->key))
            TRY(text_json(play, value, &item, why));
        else
            TRY(value_json(play, value, &item, why));
        json_set_new(body, value->key, item);
    }
    return ERR_NONE;
}

/*
 * Acts.
 */

void play_forget_acts(struct play *play)
{
    for (size_t i = 0; i < play->acts; i++)
        buf_clear(&play->act[i]);
    mem_free(play->act);
    mem_free(play->receipt);
    play->act = NULL;
    play->receipt = NULL;
    play->acts = 0;
}

static uint64_t next_nonce(struct play *play, const char *by)
{
    int64_t nonce = json_int(play->nonces, by, 0) + 1;

    json_set_int(play->nonces, by, nonce);
    return (uint64_t)nonce;
}

/* "delegate" is the state's own officer, "DE/delegate" another's. */
static enum err sign_as(struct play *play, const char *by, const char *signer,
                        struct buf *act, struct why *why)
{
    char label[LABEL_MAX];
    const struct key *key;

    if (strchr(signer, '/') != NULL)
        snprintf(label, sizeof label, "%s", signer);
    else
        snprintf(label, sizeof label, "%.*s/%s", (int)strcspn(by, "/"), by,
                 signer);
    TRY(play_key(play, label, &key, why));
    return act_sign(act, key, why);
}

/* Make one act, signed, as the next of this step. */
enum err play_add_act(struct play *play, const char *kind, const char *label,
                      const struct script_list *signers, const json_t *body,
                      struct why *why)
{
    char by[LABEL_MAX];
    struct log *log = session_log(play->session);
    struct act_draft draft = {
        .coalition = play->charter->id,
        .by = by,
        .kind = kind,
        .seen_size = log_size(log),
        .seen_root = log_root(log),
        .body = body,
    };
    struct buf *act;

    snprintf(by, sizeof by, "%.*s", (int)officer_length(label), label);
    draft.nonce = next_nonce(play, by);
    play->act = mem_resize(play->act, play->acts + 1, sizeof *play->act);
    act = &play->act[play->acts++];
    *act = (struct buf){0};
    TRY(act_format(&draft, act, why));
    if (signers == NULL || signers->count == 0)
        return sign_as(play, by, label, act, why);
    for (size_t i = 0; i < signers->count; i++)
        TRY(sign_as(play, by, signers->item[i], act, why));
    return ERR_NONE;
}

enum err play_submit(struct play *play, struct when now, struct why *why)
{
    struct slice *slices = mem_new(play->acts + 1, sizeof *slices);
    enum err err;

    mem_free(play->receipt);
    play->receipt = mem_new(play->acts + 1, sizeof *play->receipt);
    for (size_t i = 0; i < play->acts; i++)
        slices[i] = (struct slice){play->act[i].data, play->act[i].len};
    err = session_submit(play->session, slices, play->acts, now, play->receipt,
                         why);
    mem_free(slices);
    for (size_t i = 0; err == ERR_NONE && i < play->acts; i++) {
        play->accepted += play->receipt[i].accepted;
        play->refused += !play->receipt[i].accepted;
    }
    return err;
}
