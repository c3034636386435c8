/*
 * keyfile_fuzz.c - key files, without a passphrase (trying one is slow by
 * design): what opens is written the same again.
 */
#include "record/key.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *bytes = (const char *)data;
    struct buf again = {0};
    struct key *key = NULL;
    char text[KEY_VKEY_SIZE];
    struct vkey vkey;
    bool encrypted;

    if (vkey_parse((struct slice){bytes, size}, &vkey, NULL) == ERR_NONE) {
        vkey_format(&vkey, text);
        assert(strlen(text) == size && strncasecmp(text, bytes, size) == 0);
    }
    if (key_parse("key", bytes, size, NULL, &key, NULL) != ERR_NONE) {
        assert(!key);
        return 0;
    }
    assert(key_peek("key", bytes, size, &vkey, &encrypted, NULL) == ERR_NONE);
    assert(!encrypted && vkey_same(&vkey, key_vkey(key)));
    assert(key_format(key, NULL, KEY_COST_INTERACTIVE, &again, NULL) ==
           ERR_NONE);
    assert(again.len == size && memcmp(again.data, data, size) == 0);
    buf_clear(&again);
    key_close(key);
    return 0;
}
