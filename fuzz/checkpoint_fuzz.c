/*
 * checkpoint_fuzz.c - checkpoints: what parses is written the same again;
 * nothing opens without the log's signature.
 */
#include "record/checkpoint.h"
#include "record/merkle.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct vkey *log_key(void)
{
    static struct vkey vkey;
    static const uint8_t seed[KEY_SEED_BYTES] = {42};
    struct key *key;

    if (!vkey.id && key_from_seed(slice_of("a.example/log"), KEY_ED25519, seed,
                                  &key, NULL) == ERR_NONE) {
        vkey = *key_vkey(key);
        key_close(key);
    }
    return &vkey;
}

static void check_text(struct slice text)
{
    struct checkpoint checkpoint;
    struct buf again = {0};
    char *origin;

    if (checkpoint_parse(text, &checkpoint, NULL) != ERR_NONE)
        return;
    assert(checkpoint.size <= MERKLE_SIZE_MAX);
    origin = mem_copy_text(checkpoint.origin.at, checkpoint.origin.len);
    checkpoint_format(origin, checkpoint.size, &checkpoint.root, &again);
    buf_add(&again, checkpoint.extension.at, checkpoint.extension.len);
    if (strlen(origin) == checkpoint.origin.len) /* no NUL in it */
        assert(again.len == text.len &&
               memcmp(again.data, text.at, text.len) == 0);
    mem_free(origin);
    buf_clear(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    struct checkpoint checkpoint = {0};
    struct note note;

    check_text((struct slice){bytes, size});
    if (checkpoint_open(bytes, size, log_key(), &checkpoint, NULL) !=
        ERR_NONE) {
        assert(checkpoint.origin.at == NULL); /* nothing half done */
        return 0;
    }
    assert(slice_is(checkpoint.origin, "a.example/log"));
    assert(note_parse(bytes, size, &note, NULL) == ERR_NONE);
    assert(note_verify(&note, log_key(), 1, NULL, NULL) == ERR_NONE);
    return 0;
}
