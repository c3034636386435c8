/*
 * key.h - Ed25519 keys: names, public keys, key files, signatures.
 *
 * Signatures are libsodium's, and so is the rule of which are accepted: other
 * libraries differ on crafted ones, and two members who differ would fork.
 * Public keys travel as C2SP verifier keys: NAME+8HEX+BASE64(type, key).
 * Secrets live in sodium_malloc and never leave `struct key` but into a file.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    KEY_NAME_MAX = 255, /* bytes */
    KEY_PUBLIC_BYTES = 32,
    KEY_SEED_BYTES = 32,
    KEY_SIGNATURE_BYTES = 64,
    KEY_VKEY_SIZE = KEY_NAME_MAX + 1 + 8 + 1 + 44 + 1, /* with NUL */
    KEY_FILE_MAX = 4096,                               /* bytes */
};

/* The signature types of C2SP signed-note that we make and verify. */
enum key_type {
    KEY_ED25519 = 0x01,     /* acts, and checkpoints by their log */
    KEY_COSIGNATURE = 0x04, /* checkpoints by a witness, with a time */
};

/* A public key with its name. A plain value. */
struct vkey {
    char name[KEY_NAME_MAX + 1];
    enum key_type type;
    uint32_t id; /* first four bytes of SHA-256(name, LF, type, key) */
    uint8_t public_key[KEY_PUBLIC_BYTES];
};

/* 1..KEY_NAME_MAX bytes of UTF-8 without spaces (Unicode's), control bytes or
 * '+'. Source: C2SP signed-note. */
bool key_is_name(struct slice name);

/* Fails ERR_INPUT when `name` is no key name. */
enum err vkey_make(struct slice name, enum key_type type,
                   const uint8_t public_key[KEY_PUBLIC_BYTES],
                   struct vkey *vkey, struct why *why) MUST_CHECK;
/* Fails ERR_INPUT naming the part that is wrong: also when the eight digits
 * are not the identity of the key. */
enum err vkey_parse(struct slice text, struct vkey *vkey,
                    struct why *why) MUST_CHECK;
void vkey_format(const struct vkey *vkey, char text[KEY_VKEY_SIZE]);
bool vkey_same(const struct vkey *a, const struct vkey *b);
/* Did this key sign these bytes? About 40 us. Safe in any thread. */
bool vkey_verify(const struct vkey *vkey, const void *data, size_t len,
                 const uint8_t signature[KEY_SIGNATURE_BYTES]);

/* A key that can sign. */
struct key;

/* A fresh key from the system's randomness. Owns: *key, by key_close. */
enum err key_generate(struct slice name, enum key_type type, struct key **key,
                      struct why *why) MUST_CHECK;
/* The key that these 32 bytes determine: exercises and tests. */
enum err key_from_seed(struct slice name, enum key_type type,
                       const uint8_t seed[KEY_SEED_BYTES], struct key **key,
                       struct why *why) MUST_CHECK;
void key_close(struct key *key); /* wipes; NULL does nothing */
const struct vkey *key_vkey(const struct key *key);
void key_sign(const struct key *key, const void *data, size_t len,
              uint8_t signature[KEY_SIGNATURE_BYTES]);

/* What a passphrase costs to try: MODERATE takes 0.5 s and 256 MiB;
 * INTERACTIVE (64 MiB) is for tests. */
enum key_cost { KEY_COST_MODERATE, KEY_COST_INTERACTIVE };

/* Key files: text, described in docs/formats.md. `passphrase` NULL: not
 * encrypted. key_parse and key_format are the same without the disk;
 * `name` is what errors call the file. */
enum err key_format(const struct key *key, const char *passphrase,
                    enum key_cost cost, struct buf *out,
                    struct why *why) MUST_CHECK;
/*
 * Fails  ERR_INPUT when the text is no key file or is damaged (its check line
 *        does not hold), ERR_AUTHORITY when it is whole but the passphrase is
 *        wrong or missing, ERR_SYSTEM without memory for the KDF.
 */
enum err key_parse(const char *name, const char *bytes, size_t len,
                   const char *passphrase, struct key **key,
                   struct why *why) MUST_CHECK;
/* The public half, and whether a passphrase is needed; asks for none. */
enum err key_peek(const char *name, const char *bytes, size_t len,
                  struct vkey *vkey, bool *encrypted,
                  struct why *why) MUST_CHECK;

/* A new file, mode 0600, durable. Fails ERR_STATE if the path exists. */
enum err key_write(const struct key *key, const char *path,
                   const char *passphrase, enum key_cost cost,
                   struct why *why) MUST_CHECK;
enum err key_read(const char *path, const char *passphrase, struct key **key,
                  struct why *why) MUST_CHECK;
enum err key_read_public(const char *path, struct vkey *vkey, bool *encrypted,
                         struct why *why) MUST_CHECK;
/* Replace the file by one under another passphrase (NULL: none). */
enum err key_change_passphrase(const char *path, const char *before,
                               const char *after, enum key_cost cost,
                               struct why *why) MUST_CHECK;
