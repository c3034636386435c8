/*
 * act_fuzz.c - acts: what parses has one text only, which its parts give
 * again; a further signature leaves the act what it was.
 */
#include "record/act.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *copy(struct slice text)
{
    return mem_copy_text(text.at, text.len);
}

/* Written again from its parts, the header is the same. */
static void check_text(const struct act *act)
{
    json_t *body = json_object();
    struct act_draft draft = {
        .coalition = copy(act->coalition),
        .by = copy(act->by),
        .kind = copy(act->kind),
        .nonce = act->nonce,
        .seen_size = act->seen_size,
        .seen_root = act->seen_root,
        .has_expires = act->has_expires,
        .expires = act->expires,
        .body = body,
    };
    size_t header = (size_t)(act->body.at - act->text.at);
    struct buf text = {0};

    assert(act_format(&draft, &text, NULL) == ERR_NONE);
    assert(text.len == header + 3 &&
           memcmp(text.data, act->text.at, header) == 0);
    buf_clear(&text);
    json_decref(body);
    mem_free((char *)draft.coalition);
    mem_free((char *)draft.by);
    mem_free((char *)draft.kind);
}

static void check_sign(const struct act *act)
{
    static const uint8_t seed[KEY_SEED_BYTES] = {1};
    struct buf name = {0}, bytes = {0};
    struct act signed_;
    struct key *key;

    buf_add(&name, act->coalition.at, act->coalition.len);
    buf_add_text(&name, "/ZZ/zzz");
    assert(key_from_seed(slice_of(buf_text(&name)), KEY_ED25519, seed, &key,
                         NULL) == ERR_NONE);
    buf_add(&bytes, act->bytes.at, act->bytes.len);
    if (act_sign(&bytes, key, NULL) == ERR_NONE) {
        assert(act_parse(bytes.data, bytes.len, &signed_, NULL) == ERR_NONE);
        assert(hash_same(&signed_.id, &act->id));
        assert(signed_.count == act->count + 1);
    } else {
        assert(bytes.len == act->bytes.len);
    }
    key_close(key);
    buf_clear(&name);
    buf_clear(&bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    struct act act;
    struct why why;
    json_t *body;

    if (act_parse(bytes, size, &act, &why) != ERR_NONE &&
        act_parse_text(bytes, size, &act, &why) != ERR_NONE) {
        assert(strncmp(why.text, "act", 3) == 0);
        return 0;
    }
    assert(act.bytes.len == size && act.nonce <= ACT_NONCE_MAX);
    check_text(&act);
    check_sign(&act);
    if (act_body(&act, &body, &why) == ERR_NONE)
        json_decref(body);
    return 0;
}
