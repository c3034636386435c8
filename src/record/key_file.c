/*
 * Key files.
 *
 *     entente-key/v1
 *     vkey: willing.example/FR/delegate+...
 *     kdf: argon2id13 3 268435456 <base64 of 16 bytes of salt>   (or "none")
 *     secret: <base64>
 *     check: <base64 of SHA-256 of the lines above>
 *
 * The check line tells damage from a wrong passphrase. The secret is the
 * seed, or nonce and XChaCha20-Poly1305 of the seed with the three lines
 * above it as additional data.
 */
#include "base/file.h"
#include "record/hash.h"
#include "record/key.h"
#include "record/key_secret.h"

#include <sodium.h>
#include <string.h>

enum {
    NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SALT = crypto_pwhash_argon2id_SALTBYTES,
    SEALED = NONCE + KEY_SEED_BYTES + TAG,
    OPS_MAX = 16, /* what a file may ask of the reader */
};
#define MEMORY_MAX (UINT64_C(1) << 30)

/* The lines of a key file, read but not opened. */
struct key_lines {
    struct vkey vkey;
    bool is_encrypted;
    uint64_t ops, memory;
    uint8_t salt[SALT];
    struct slice head;   /* the lines above "secret:" */
    struct slice secret; /* base64 */
};

static enum err derive(const char *passphrase, uint64_t ops, uint64_t memory,
                       const uint8_t salt[SALT], uint8_t key[32],
                       struct why *why)
{
    key_start();
    if (crypto_pwhash(key, 32, passphrase, strlen(passphrase), salt, ops,
                      (size_t)memory, crypto_pwhash_ALG_ARGON2ID13) != 0)
        return fail(why, ERR_SYSTEM,
                    "no memory to try the passphrase (%llu MiB needed)",
                    (unsigned long long)memory >> 20);
    return ERR_NONE;
}

static enum err add_sealed(const uint8_t seed[KEY_SEED_BYTES],
                           const char *passphrase, enum key_cost cost,
                           struct buf *text, struct why *why)
{
    bool is_moderate = cost == KEY_COST_MODERATE;
    uint64_t ops = is_moderate ? crypto_pwhash_argon2id_OPSLIMIT_MODERATE
                               : crypto_pwhash_argon2id_OPSLIMIT_INTERACTIVE;
    uint64_t memory = is_moderate ? crypto_pwhash_argon2id_MEMLIMIT_MODERATE
                                  : crypto_pwhash_argon2id_MEMLIMIT_INTERACTIVE;
    uint8_t salt[SALT], key[32], sealed[SEALED];
    char salt_text[2 * SALT], sealed_text[2 * SEALED];
    enum err err;

    randombytes_buf(salt, sizeof salt);
    randombytes_buf(sealed, NONCE);
    text_base64(salt, sizeof salt, salt_text);
    buf_addf(text, "kdf: argon2id13 %llu %llu %s\n", (unsigned long long)ops,
             (unsigned long long)memory, salt_text);
    err = derive(passphrase, ops, memory, salt, key, why);
    if (err)
        return err;
    crypto_aead_xchacha20poly1305_ietf_encrypt(
        sealed + NONCE, NULL, seed, KEY_SEED_BYTES, (uint8_t *)text->data,
        text->len, NULL, sealed, key);
    sodium_memzero(key, sizeof key);
    text_base64(sealed, sizeof sealed, sealed_text);
    buf_addf(text, "secret: %s\n", sealed_text);
    return ERR_NONE;
}

static void add_open(const uint8_t seed[KEY_SEED_BYTES], struct buf *text)
{
    char seed_text[2 * KEY_SEED_BYTES];

    text_base64(seed, KEY_SEED_BYTES, seed_text);
    buf_addf(text, "kdf: none\nsecret: %s\n", seed_text);
    sodium_memzero(seed_text, sizeof seed_text);
}

enum err key_format(const struct key *key, const char *passphrase,
                    enum key_cost cost, struct buf *out, struct why *why)
{
    uint8_t seed[KEY_SEED_BYTES];
    char vkey[KEY_VKEY_SIZE], check[HASH_TEXT_SIZE];
    struct buf text = {0};
    struct hash hash;
    enum err err = ERR_NONE;

    vkey_format(key_vkey(key), vkey);
    buf_addf(&text, "entente-key/v1\nvkey: %s\n", vkey);
    key_seed(key, seed);
    if (passphrase)
        err = add_sealed(seed, passphrase, cost, &text, why);
    else
        add_open(seed, &text);
    sodium_memzero(seed, sizeof seed);
    if (!err) {
        hash = hash_bytes(text.data, text.len);
        hash_text(&hash, check);
        buf_add(out, text.data, text.len);
        buf_addf(out, "check: %s\n", check);
    }
    if (text.data)
        sodium_memzero(text.data, text.cap);
    buf_clear(&text);
    return err;
}

/* Take the line "<field>: <value>" off *rest. */
static enum err take_field(const char *name, struct slice *rest,
                           const char *field, struct slice *value,
                           struct why *why)
{
    size_t len = strlen(field);
    struct slice line;

    if (!slice_line(rest, &line) || line.len < len + 2 ||
        memcmp(line.at, field, len) != 0 || memcmp(line.at + len, ": ", 2) != 0)
        return fail(why, ERR_INPUT,
                    "%s: damaged or no key file: expected a line \"%s: ...\"",
                    name, field);
    *value = (struct slice){line.at + len + 2, line.len - len - 2};
    return ERR_NONE;
}

static enum err parse_kdf(const char *name, struct slice text,
                          struct key_lines *lines, struct why *why)
{
    struct slice word;
    size_t len;

    if (slice_is(text, "none"))
        return ERR_NONE;
    lines->is_encrypted = true;
    if (!slice_cut(&text, ' ', &word) || !slice_is(word, "argon2id13"))
        return fail(why, ERR_INPUT, "%s: kdf: expected argon2id13 or none",
                    name);
    if (!slice_cut(&text, ' ', &word) ||
        !text_parse_u64(word, OPS_MAX, &lines->ops) || lines->ops < 1 ||
        !slice_cut(&text, ' ', &word) ||
        !text_parse_u64(word, MEMORY_MAX, &lines->memory) ||
        lines->memory < crypto_pwhash_argon2id_MEMLIMIT_MIN)
        return fail(why, ERR_INPUT,
                    "%s: kdf: costs out of range (1 to %d passes, at most 1 "
                    "GiB)",
                    name, OPS_MAX);
    if (!text_from_base64(text, lines->salt, SALT, &len) || len != SALT)
        return fail(why, ERR_INPUT,
                    "%s: kdf: expected base64 of 16 bytes of salt", name);
    return ERR_NONE;
}

static enum err parse_lines(const char *name, const char *bytes, size_t len,
                            struct key_lines *lines, struct why *why)
{
    struct slice rest = {bytes, len}, line, value;
    struct hash check, actual;
    enum err err;

    *lines = (struct key_lines){0};
    if (len > KEY_FILE_MAX)
        return fail(why, ERR_LIMIT, "%s: longer than a key file (%d bytes)",
                    name, KEY_FILE_MAX);
    if (!slice_line(&rest, &line) || !slice_is(line, "entente-key/v1"))
        return fail(why, ERR_INPUT,
                    "%s: no key file: expected \"entente-key/v1\" in line 1",
                    name);
    TRY(take_field(name, &rest, "vkey", &value, why));
    err = vkey_parse(value, &lines->vkey, why);
    if (err)
        return fail_within(why, err, "%s: line 2", name);
    TRY(take_field(name, &rest, "kdf", &value, why));
    TRY(parse_kdf(name, value, lines, why));
    lines->head = (struct slice){bytes, (size_t)(rest.at - bytes)};
    TRY(take_field(name, &rest, "secret", &lines->secret, why));
    actual = hash_bytes(bytes, (size_t)(rest.at - bytes));
    TRY(take_field(name, &rest, "check", &value, why));
    if (!hash_from_text(value, &check) || !hash_same(&check, &actual) ||
        rest.len > 0)
        return fail(why, ERR_INPUT,
                    "%s: the key file is damaged: its check line does not "
                    "hold",
                    name);
    return ERR_NONE;
}

static enum err open_sealed(const char *name, const struct key_lines *lines,
                            const char *passphrase,
                            uint8_t seed[KEY_SEED_BYTES], struct why *why)
{
    uint8_t sealed[SEALED], key[32];
    size_t len;
    int status;

    if (!text_from_base64(lines->secret, sealed, sizeof sealed, &len) ||
        len != sizeof sealed)
        return fail(why, ERR_INPUT, "%s: secret: expected base64 of %d bytes",
                    name, SEALED);
    if (!passphrase)
        return fail(why, ERR_AUTHORITY, "%s: this key needs its passphrase",
                    name);
    TRY(derive(passphrase, lines->ops, lines->memory, lines->salt, key, why));
    status = crypto_aead_xchacha20poly1305_ietf_decrypt(
        seed, NULL, NULL, sealed + NONCE, SEALED - NONCE,
        (const uint8_t *)lines->head.at, lines->head.len, sealed, key);
    sodium_memzero(key, sizeof key);
    if (status != 0)
        return fail(why, ERR_AUTHORITY, "%s: wrong passphrase", name);
    return ERR_NONE;
}

static enum err open_seed(const char *name, const struct key_lines *lines,
                          const char *passphrase, uint8_t seed[KEY_SEED_BYTES],
                          struct why *why)
{
    size_t len;

    if (lines->is_encrypted)
        return open_sealed(name, lines, passphrase, seed, why);
    if (!text_from_base64(lines->secret, seed, KEY_SEED_BYTES, &len) ||
        len != KEY_SEED_BYTES)
        return fail(why, ERR_INPUT, "%s: secret: expected base64 of %d bytes",
                    name, KEY_SEED_BYTES);
    return ERR_NONE;
}

enum err key_parse(const char *name, const char *bytes, size_t len,
                   const char *passphrase, struct key **key, struct why *why)
{
    uint8_t seed[KEY_SEED_BYTES];
    struct key_lines lines;
    struct key *made;
    enum err err;

    TRY(parse_lines(name, bytes, len, &lines, why));
    err = open_seed(name, &lines, passphrase, seed, why);
    if (!err)
        err = key_from_seed(slice_of(lines.vkey.name), lines.vkey.type, seed,
                            &made, why);
    sodium_memzero(seed, sizeof seed);
    if (err)
        return err;
    if (!vkey_same(key_vkey(made), &lines.vkey)) {
        key_close(made);
        return fail(why, ERR_INPUT,
                    "%s: the secret is not that of the public key in line 2",
                    name);
    }
    *key = made;
    return ERR_NONE;
}

enum err key_peek(const char *name, const char *bytes, size_t len,
                  struct vkey *vkey, bool *encrypted, struct why *why)
{
    struct key_lines lines;

    TRY(parse_lines(name, bytes, len, &lines, why));
    *vkey = lines.vkey;
    *encrypted = lines.is_encrypted;
    return ERR_NONE;
}

static void wipe(struct buf *text)
{
    if (text->data)
        sodium_memzero(text->data, text->cap);
    buf_clear(text);
}

enum err key_write(const struct key *key, const char *path,
                   const char *passphrase, enum key_cost cost, struct why *why)
{
    struct buf text = {0};
    enum err err = key_format(key, passphrase, cost, &text, why);

    if (!err)
        err = file_create(path, text.data, text.len, 0600, why);
    wipe(&text);
    return err;
}

enum err key_read(const char *path, const char *passphrase, struct key **key,
                  struct why *why)
{
    struct buf text = {0};
    enum err err = file_read(path, KEY_FILE_MAX, &text, why);

    if (!err)
        err = key_parse(path, buf_text(&text), text.len, passphrase, key, why);
    wipe(&text);
    return err;
}

enum err key_read_public(const char *path, struct vkey *vkey, bool *encrypted,
                         struct why *why)
{
    struct buf text = {0};
    enum err err = file_read(path, KEY_FILE_MAX, &text, why);

    if (!err)
        err = key_peek(path, buf_text(&text), text.len, vkey, encrypted, why);
    wipe(&text);
    return err;
}

enum err key_change_passphrase(const char *path, const char *before,
                               const char *after, enum key_cost cost,
                               struct why *why)
{
    struct buf text = {0};
    struct key *key;
    enum err err;

    TRY(key_read(path, before, &key, why));
    err = key_format(key, after, cost, &text, why);
    key_close(key);
    if (!err)
        err = file_write(path, text.data, text.len, 0600, true, why);
    wipe(&text);
    return err;
}
