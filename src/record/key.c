#include "record/key.h"

#include "record/hash.h"
#include "record/key_secret.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* A key in memory that can be locked and is wiped when freed. */
struct key {
    struct vkey vkey;
    uint8_t *secret; /* sodium_malloc, crypto_sign_SECRETKEYBYTES */
};

static pthread_once_t once = PTHREAD_ONCE_INIT;

static void start_sodium(void)
{
    if (sodium_init() < 0)
        abort(); /* without randomness there are no keys */
}

void key_start(void)
{
    pthread_once(&once, start_sodium);
}

/* Spaces of Unicode (White_Space) from U+0080 on, as UTF-8. */
static bool has_wide_space(struct slice text)
{
    static const char *const spaces[] = {
        "\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80", "\xe2\x80\xa8",
        "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"};

    for (size_t i = 0; i + 1 < text.len; i++) {
        const char *at = text.at + i;
        size_t left = text.len - i;
        for (size_t k = 0; k < sizeof spaces / sizeof *spaces; k++) {
            size_t n = strlen(spaces[k]);
            if (left >= n && memcmp(at, spaces[k], n) == 0)
                return true;
        }
        if (left >= 3 && memcmp(at, "\xe2\x80", 2) == 0 &&
            (uint8_t)at[2] >= 0x80 && (uint8_t)at[2] <= 0x8a)
            return true; /* U+2000 to U+200A */
    }
    return false;
}

bool key_is_name(struct slice name)
{
    bool is_wide = false;

    if (name.len == 0 || name.len > KEY_NAME_MAX)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = (uint8_t)name.at[i];
        if (c <= 0x20 || c == 0x7f || c == '+')
            return false;
        is_wide |= c >= 0x80;
    }
    return !is_wide ||
           (text_is_utf8(name.at, name.len) && !has_wide_space(name));
}

static uint32_t compute_id(const struct vkey *vkey)
{
    uint8_t bytes[KEY_NAME_MAX + 2 + KEY_PUBLIC_BYTES];
    size_t len = strlen(vkey->name);
    struct hash hash;

    memcpy(bytes, vkey->name, len);
    bytes[len++] = '\n';
    bytes[len++] = (uint8_t)vkey->type;
    memcpy(bytes + len, vkey->public_key, KEY_PUBLIC_BYTES);
    hash = hash_bytes(bytes, len + KEY_PUBLIC_BYTES);
    return (uint32_t)hash.b[0] << 24 | (uint32_t)hash.b[1] << 16 |
           (uint32_t)hash.b[2] << 8 | hash.b[3];
}

enum err vkey_make(struct slice name, enum key_type type,
                   const uint8_t public_key[KEY_PUBLIC_BYTES],
                   struct vkey *vkey, struct why *why)
{
    struct vkey made = {.type = type};

    if (!key_is_name(name))
        return fail(why, ERR_INPUT,
                    "\"%.*s\" is no key name (1 to %d bytes of UTF-8 without "
                    "spaces or '+')",
                    (int)(name.len < 80 ? name.len : 80), name.at,
                    KEY_NAME_MAX);
    memcpy(made.name, name.at, name.len);
    memcpy(made.public_key, public_key, KEY_PUBLIC_BYTES);
    made.id = compute_id(&made);
    *vkey = made;
    return ERR_NONE;
}

enum err vkey_parse(struct slice text, struct vkey *vkey, struct why *why)
{
    struct slice rest = text, name, digits;
    uint8_t id[4], blob[1 + KEY_PUBLIC_BYTES];
    struct vkey made;
    size_t len;

    if (!slice_cut(&rest, '+', &name) || !slice_cut(&rest, '+', &digits))
        return fail(why, ERR_INPUT,
                    "not a verifier key; expected NAME+8HEX+BASE64");
    if (digits.len != 8 || !text_from_hex(digits, id, sizeof id))
        return fail(why, ERR_INPUT,
                    "verifier key: expected eight hexadecimal digits "
                    "after the name");
    if (!text_from_base64(rest, blob, sizeof blob, &len) || len != sizeof blob)
        return fail(why, ERR_INPUT,
                    "verifier key: expected base64 of a type byte and 32 "
                    "bytes of key");
    if (blob[0] != KEY_ED25519 && blob[0] != KEY_COSIGNATURE)
        return fail(why, ERR_INPUT,
                    "verifier key: type %u; expected 1 (Ed25519) or 4 "
                    "(cosignature)",
                    blob[0]);
    TRY(vkey_make(name, (enum key_type)blob[0], blob + 1, &made, why));
    if (made.id != ((uint32_t)id[0] << 24 | (uint32_t)id[1] << 16 |
                    (uint32_t)id[2] << 8 | id[3]))
        return fail(why, ERR_INPUT,
                    "verifier key: its digits should be %08x; is it cut or "
                    "mistyped?",
                    made.id);
    *vkey = made;
    return ERR_NONE;
}

void vkey_format(const struct vkey *vkey, char text[KEY_VKEY_SIZE])
{
    uint8_t blob[1 + KEY_PUBLIC_BYTES];
    size_t len = strlen(vkey->name);
    uint8_t id[4] = {(uint8_t)(vkey->id >> 24), (uint8_t)(vkey->id >> 16),
                     (uint8_t)(vkey->id >> 8), (uint8_t)vkey->id};

    blob[0] = (uint8_t)vkey->type;
    memcpy(blob + 1, vkey->public_key, KEY_PUBLIC_BYTES);
    memcpy(text, vkey->name, len);
    text[len++] = '+';
    text_hex(id, sizeof id, text + len);
    len += 8;
    text[len++] = '+';
    text_base64(blob, sizeof blob, text + len);
}

bool vkey_same(const struct vkey *a, const struct vkey *b)
{
    return a->type == b->type && strcmp(a->name, b->name) == 0 &&
           memcmp(a->public_key, b->public_key, KEY_PUBLIC_BYTES) == 0;
}

bool vkey_verify(const struct vkey *vkey, const void *data, size_t len,
                 const uint8_t signature[KEY_SIGNATURE_BYTES])
{
    return crypto_sign_verify_detached(signature, data, len,
                                       vkey->public_key) == 0;
}

enum err key_from_seed(struct slice name, enum key_type type,
                       const uint8_t seed[KEY_SEED_BYTES], struct key **key,
                       struct why *why)
{
    uint8_t public_key[KEY_PUBLIC_BYTES];
    struct key *made;
    enum err err;

    key_start();
    made = mem_new(1, sizeof *made);
    made->secret = sodium_malloc(crypto_sign_SECRETKEYBYTES);
    if (!made->secret) {
        mem_free(made);
        return fail(why, ERR_SYSTEM, "no protected memory for a key");
    }
    crypto_sign_seed_keypair(public_key, made->secret, seed);
    err = vkey_make(name, type, public_key, &made->vkey, why);
    if (err) {
        key_close(made);
        return err;
    }
    sodium_mprotect_readonly(made->secret);
    *key = made;
    return ERR_NONE;
}

enum err key_generate(struct slice name, enum key_type type, struct key **key,
                      struct why *why)
{
    uint8_t seed[KEY_SEED_BYTES];
    enum err err;

    key_start();
    randombytes_buf(seed, sizeof seed);
    err = key_from_seed(name, type, seed, key, why);
    sodium_memzero(seed, sizeof seed);
    return err;
}

void key_close(struct key *key)
{
    if (!key)
        return;
    sodium_free(key->secret);
    mem_free(key);
}

const struct vkey *key_vkey(const struct key *key)
{
    return &key->vkey;
}

void key_sign(const struct key *key, const void *data, size_t len,
              uint8_t signature[KEY_SIGNATURE_BYTES])
{
    crypto_sign_detached(signature, NULL, data, len, key->secret);
}

void key_seed(const struct key *key, uint8_t seed[KEY_SEED_BYTES])
{
    crypto_sign_ed25519_sk_to_seed(seed, key->secret);
}
