/*
 * entry_fuzz.c - entries of the log: what parses is written the same again.
 */
#include "record/entry.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf again = {0};
    struct entry entry;
    struct why why;
    json_t *json;

    if (entry_parse((const char *)data, size, &entry, &why) != ERR_NONE)
        return 0;
    assert(entry_format(&entry, &again, &why) == ERR_NONE);
    assert(again.len == size && memcmp(again.data, data, size) == 0);
    if (entry_notification(&entry, &json, &why) == ERR_NONE) {
        char *text = json_canonical(json);
        assert(entry.payload.len == strlen(text) + 1 &&
               memcmp(entry.payload.at, text, strlen(text)) == 0);
        mem_free(text);
        json_decref(json);
    }
    buf_clear(&again);
    return 0;
}
