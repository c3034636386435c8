/* libcrypto has a type of that name; it is never used here. */
#define ERR_STATE OPENSSL_ERR_STATE
#include <openssl/evp.h>
#undef ERR_STATE

#include "record/hash.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const EVP_MD *digest;
static pthread_key_t context_key;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static _Thread_local EVP_MD_CTX *context;

static void free_context(void *held)
{
    EVP_MD_CTX_free(held);
}

static void fetch_digest(void)
{
    digest = EVP_MD_fetch(NULL, "SHA256", NULL);
    if (!digest || pthread_key_create(&context_key, free_context) != 0)
        abort(); /* a libcrypto without SHA-256 is none */
}

static EVP_MD_CTX *begin(void)
{
    if (!context) {
        pthread_once(&once, fetch_digest);
        context = EVP_MD_CTX_new();
        if (!context || pthread_setspecific(context_key, context) != 0)
            abort();
    }
    if (EVP_DigestInit_ex2(context, digest, NULL) != 1)
        abort();
    return context;
}

static struct hash hash_parts(const void *head, size_t head_len,
                              const void *data, size_t len)
{
    EVP_MD_CTX *ctx = begin();
    struct hash hash;

    if ((head_len && EVP_DigestUpdate(ctx, head, head_len) != 1) ||
        (len && EVP_DigestUpdate(ctx, data, len) != 1) ||
        EVP_DigestFinal_ex(ctx, hash.b, NULL) != 1)
        abort();
    return hash;
}

struct hash hash_bytes(const void *data, size_t len)
{
    return hash_parts(NULL, 0, data, len);
}

struct hash hash_leaf(const void *data, size_t len)
{
    static const uint8_t mark = 0x00;

    return hash_parts(&mark, 1, data, len);
}

struct hash hash_node(const struct hash *left, const struct hash *right)
{
    uint8_t bytes[1 + 2 * HASH_BYTES];

    bytes[0] = 0x01;
    memcpy(bytes + 1, left->b, HASH_BYTES);
    memcpy(bytes + 1 + HASH_BYTES, right->b, HASH_BYTES);
    return hash_parts(NULL, 0, bytes, sizeof bytes);
}

struct hash hash_empty(void)
{
    return hash_bytes(NULL, 0);
}

bool hash_same(const struct hash *a, const struct hash *b)
{
    return memcmp(a->b, b->b, HASH_BYTES) == 0;
}

void hash_text(const struct hash *hash, char text[HASH_TEXT_SIZE])
{
    text_base64(hash->b, HASH_BYTES, text);
}

bool hash_from_text(struct slice text, struct hash *hash)
{
    size_t len;

    return text.len == HASH_TEXT_SIZE - 1 &&
           text_from_base64(text, hash->b, HASH_BYTES, &len) &&
           len == HASH_BYTES;
}
