/*
 * notification.c - a notification as it stands in the log.
 *
 * docs/notifications.md lists the fields. A vote of a thousand members, or a
 * rule of two hundred clauses, can give more than an entry holds; what is too
 * long is then said by its hash, because a deadline that could not be entered
 * would stop the log.
 */
#include "institution/institution.h"

#include "institution/scene.h"

#include "base/mem.h"
#include "record/entry.h"
#include "record/hash.h"

#include <string.h>

/* The field with the longest value, the first by name of equals. */
static const char *longest(const json_t *notification)
{
    const char *found = NULL;
    size_t most = 0;
    const char *name;
    json_t *value;

    json_object_foreach ((json_t *)notification, name, value) {
        char *text = json_canonical(value);
        size_t len = strlen(text);

        if (found == NULL || len > most ||
            (len == most && strcmp(name, found) < 0)) {
            found = name;
            most = len;
        }
        mem_free(text);
    }
    return found;
}

static json_t *by_hash(const json_t *value)
{
    char *text = json_canonical(value);
    struct hash hash = hash_bytes(text, strlen(text));
    char hex[2 * HASH_BYTES + 1];

    mem_free(text);
    text_hex(hash.b, HASH_BYTES, hex);
    return json_pack("{s:s}", "sha256", hex);
}

bool notification_is_cut(const json_t *notification)
{
    char *text = json_canonical(notification);
    bool cut = strlen(text) + 1 > ENTRY_PAYLOAD_MAX;

    mem_free(text);
    return cut;
}

char *institution_line(const json_t *notification)
{
    json_t *short_one = json_copy((json_t *)notification);
    struct buf line = {0};
    char *text = json_canonical(short_one);

    while (strlen(text) + 1 > ENTRY_PAYLOAD_MAX) {
        const char *name = longest(short_one);

        json_set_new(short_one, name,
                     by_hash(json_object_get(short_one, name)));
        mem_free(text);
        text = json_canonical(short_one);
    }
    json_decref(short_one);
    buf_addf(&line, "%s\n", text);
    mem_free(text);
    return line.data;
}
