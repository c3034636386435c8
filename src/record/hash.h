/*
 * hash.h - SHA-256, and the two ways RFC 6962 uses it.
 *
 * libcrypto with a digest fetched once: several times faster than libsodium's
 * or a fetch per call. Safe in any number of threads (a context each).
 */
#pragma once

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HASH_BYTES = 32, HASH_TEXT_SIZE = 45 };

struct hash {
    uint8_t b[HASH_BYTES];
};

/* SHA-256 of `len` bytes. */
struct hash hash_bytes(const void *data, size_t len);
/* SHA-256 of 0x00 and the entry. Source: RFC 6962 section 2.1. */
struct hash hash_leaf(const void *data, size_t len);
/* SHA-256 of 0x01, left and right. Source: RFC 6962 section 2.1. */
struct hash hash_node(const struct hash *left, const struct hash *right);
/* SHA-256 of nothing: the root of the empty tree. */
struct hash hash_empty(void);

bool hash_same(const struct hash *a, const struct hash *b);
/* 44 characters of base64 and NUL. */
void hash_text(const struct hash *hash, char text[HASH_TEXT_SIZE]);
/* False unless canonical base64 of exactly 32 bytes. */
bool hash_from_text(struct slice text, struct hash *hash);
