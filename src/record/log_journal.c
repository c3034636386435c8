/*
 * The journal: records one after another, each
 *
 *      0   8  "EntJrnl1"
 *      8   8  size of the log before
 *     16   4  number of entries
 *     20   4  bytes of entries
 *     24  32  root before
 *     56  32  root after
 *     88   n  entries, each after its length in two bytes
 *     88+n 32 SHA-256 of all of the above
 *
 * Numbers are big-endian.
 */
#include "record/log_parts.h"

#include <string.h>

static const char MAGIC[8] = {'E', 'n', 't', 'J', 'r', 'n', 'l', '1'};
enum { HEAD = 88 };

static void add_number(struct buf *out, uint64_t number, unsigned bytes)
{
    while (bytes-- > 0)
        buf_add_byte(out, (uint8_t)(number >> (8 * bytes)));
}

static uint64_t read_number(const char *at, unsigned bytes)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < bytes; i++)
        number = number << 8 | (uint8_t)at[i];
    return number;
}

void log_record_write(struct buf *out, uint64_t before,
                      const struct hash *root_before,
                      const struct hash *root_after,
                      const struct slice *entries, size_t count)
{
    size_t start = out->len, bytes = 0;
    struct hash hash;

    for (size_t i = 0; i < count; i++)
        bytes += 2 + entries[i].len;
    buf_add(out, MAGIC, sizeof MAGIC);
    add_number(out, before, 8);
    add_number(out, count, 4);
    add_number(out, bytes, 4);
    buf_add(out, root_before->b, HASH_BYTES);
    buf_add(out, root_after->b, HASH_BYTES);
    for (size_t i = 0; i < count; i++) {
        add_number(out, entries[i].len, 2);
        buf_add(out, entries[i].at, entries[i].len);
    }
    hash = hash_bytes(out->data + start, out->len - start);
    buf_add(out, hash.b, HASH_BYTES);
}

bool log_record_read(struct slice bytes, struct log_record *record)
{
    struct slice rest, entry;
    struct hash hash;
    uint64_t len;

    if (bytes.len < HEAD + HASH_BYTES ||
        memcmp(bytes.at, MAGIC, sizeof MAGIC) != 0)
        return false;
    record->before = read_number(bytes.at + 8, 8);
    record->count = (uint32_t)read_number(bytes.at + 16, 4);
    len = read_number(bytes.at + 20, 4);
    if (len > bytes.len - HEAD - HASH_BYTES ||
        record->before > MERKLE_SIZE_MAX || record->count == 0)
        return false;
    hash = hash_bytes(bytes.at, HEAD + len);
    if (memcmp(hash.b, bytes.at + HEAD + len, HASH_BYTES) != 0)
        return false;
    memcpy(record->root_before.b, bytes.at + 24, HASH_BYTES);
    memcpy(record->root_after.b, bytes.at + 56, HASH_BYTES);
    record->entries = rest = (struct slice){bytes.at + HEAD, len};
    record->bytes = HEAD + len + HASH_BYTES;
    for (uint32_t i = 0; i < record->count; i++)
        if (!tile_next_entry(&rest, &entry))
            return false;
    return rest.len == 0;
}

/* Is there a whole record anywhere in these bytes? */
static bool has_record(struct slice bytes, size_t *at)
{
    struct log_record record;

    for (*at = 0; *at + sizeof MAGIC <= bytes.len; (*at)++) {
        const char *found =
            memmem(bytes.at + *at, bytes.len - *at, MAGIC, sizeof MAGIC);
        if (!found)
            return false;
        *at = (size_t)(found - bytes.at);
        if (log_record_read((struct slice){found, bytes.len - *at}, &record))
            return true;
    }
    return false;
}

static bool continues(const struct log_record *last,
                      const struct log_record *next)
{
    return next->before == last->before + last->count &&
           hash_same(&next->root_before, &last->root_after);
}

enum err log_journal_split(struct slice bytes, struct log_record **records,
                           size_t *count, size_t *torn, struct why *why)
{
    struct log_record *made = NULL, record;
    struct slice rest = bytes;
    size_t n = 0, later;

    while (log_record_read(rest, &record)) {
        if (n > 0 && !continues(&made[n - 1], &record)) {
            mem_free(made);
            return fail(why, ERR_INPUT,
                        "journal, byte %zu: the record does not continue the "
                        "one before it",
                        (size_t)(rest.at - bytes.at));
        }
        if ((n & (n - 1)) == 0) /* room for twice as many */
            made = mem_resize(made, n ? 2 * n : 1, sizeof *made);
        made[n++] = record;
        rest.at += record.bytes;
        rest.len -= record.bytes;
    }
    if (rest.len > 0 &&
        has_record((struct slice){rest.at + 1, rest.len - 1}, &later)) {
        mem_free(made);
        return fail(why, ERR_INPUT,
                    "journal, byte %zu: a damaged record, before a whole one "
                    "at byte %zu",
                    (size_t)(rest.at - bytes.at),
                    (size_t)(rest.at - bytes.at) + 1 + later);
    }
    *records = made;
    *count = n;
    *torn = rest.len;
    return ERR_NONE;
}
