#include "record/log_parts.h"

#include <string.h>

/* ---- one entry ---- */

static enum err find_bundle(struct log *log, uint64_t index, unsigned need,
                            struct why *why)
{
    if (log->bundle_width >= need && log->bundle_index == index)
        return ERR_NONE;
    log->bundle_width = 0;
    TRY(log_read_tile(log, TILE_ENTRIES, index, need, &log->bundle,
                      &log->bundle_width, why));
    log->bundle_index = index;
    return ERR_NONE;
}

static enum err check_leaf(struct log *log, uint64_t index, struct slice entry,
                           struct why *why)
{
    struct hash leaf = hash_leaf(entry.at, entry.len), stored;

    TRY(log_read_hash(log, 0, index, &stored, why));
    if (!hash_same(&leaf, &stored))
        return fail(why, ERR_INPUT,
                    "entry %llu does not hash to its place in the tile of "
                    "level 0",
                    (unsigned long long)index);
    return ERR_NONE;
}

enum err log_entry(struct log *log, uint64_t index, struct buf *out,
                   struct why *why)
{
    struct slice rest, entry = {0};

    if (index >= log->size)
        return fail(why, ERR_ABSENT, "no entry %llu in a log of %llu",
                    (unsigned long long)index, (unsigned long long)log->size);
    TRY(find_bundle(log, index / TILE_WIDTH, (unsigned)(index % TILE_WIDTH) + 1,
                    why));
    rest = (struct slice){buf_text(&log->bundle), log->bundle.len};
    for (uint64_t i = 0; i <= index % TILE_WIDTH; i++)
        if (!tile_next_entry(&rest, &entry))
            return fail(why, ERR_INPUT,
                        "entry %llu: its bundle is cut off or damaged there",
                        (unsigned long long)index);
    TRY(check_leaf(log, index, entry, why));
    buf_add(out, entry.at, entry.len);
    return ERR_NONE;
}

/* ---- entries in order ---- */

struct log_reader {
    struct log *log;
    uint64_t next, end;
    struct hash root; /* of the log of `end` entries */
    bool is_whole;    /* read from 0 */
    struct merkle_range range;
    struct hash leaf[TILE_WIDTH]; /* of the present bundle */
    struct buf bundle;
    struct slice rest; /* of the bundle */
};

struct log_reader *log_reader_open(struct log *log, uint64_t from)
{
    struct log_reader *reader = mem_new(1, sizeof *reader);

    reader->log = log;
    reader->next = from;
    reader->end = log->size;
    reader->root = log->root;
    reader->is_whole = from == 0;
    return reader;
}

void log_reader_close(struct log_reader *reader)
{
    if (!reader)
        return;
    buf_clear(&reader->bundle);
    mem_free(reader);
}

/* Read the bundle that `next` is in, and check it. */
static enum err load(struct log_reader *reader, struct why *why)
{
    uint64_t index = reader->next / TILE_WIDTH;
    uint64_t start = index * TILE_WIDTH;
    unsigned need = tile_width(TILE_ENTRIES, index, reader->end), width;
    struct slice entry;
    struct hash stored;

    TRY(log_read_tile(reader->log, TILE_ENTRIES, index, need, &reader->bundle,
                      &width, why));
    TRY(log_hash_bundle(&reader->bundle, index, width, reader->leaf, why));
    reader->rest =
        (struct slice){buf_text(&reader->bundle), reader->bundle.len};
    for (unsigned i = 0; i < need; i++) {
        TRY(log_read_hash(reader->log, 0, start + i, &stored, why));
        if (!hash_same(&reader->leaf[i], &stored))
            return fail(why, ERR_INPUT,
                        "entry %llu does not hash to its place in the tile "
                        "of level 0",
                        (unsigned long long)(start + i));
        if (reader->is_whole)
            merkle_add(&reader->range, &reader->leaf[i]);
    }
    while (start++ < reader->next)
        if (!tile_next_entry(&reader->rest, &entry))
            return fail(why, ERR_INPUT, "entry %llu is cut off",
                        (unsigned long long)(start - 1));
    return ERR_NONE;
}

enum err log_reader_next(struct log_reader *reader, struct slice *entry,
                         uint64_t *index, bool *more, struct why *why)
{
    struct hash root;

    *more = reader->next < reader->end;
    if (!*more) {
        root = merkle_root(&reader->range);
        if (reader->is_whole && !hash_same(&root, &reader->root))
            return fail(why, ERR_INPUT,
                        "the entries do not hash to the root of the "
                        "checkpoint");
        return ERR_NONE;
    }
    if (reader->rest.len == 0)
        TRY(load(reader, why));
    if (!tile_next_entry(&reader->rest, entry))
        return fail(why, ERR_INPUT, "entry %llu is cut off",
                    (unsigned long long)reader->next);
    *index = reader->next++;
    if (reader->next % TILE_WIDTH == 0)
        reader->rest.len = 0;
    return ERR_NONE;
}

/* ---- proofs ---- */

enum err log_prove_inclusion(struct log *log, uint64_t index, uint64_t size,
                             struct merkle_proof *proof, struct why *why)
{
    struct hash root, leaf;

    if (size > log->size || index >= size)
        return fail(why, ERR_ABSENT, "no entry %llu in a log of %llu",
                    (unsigned long long)index,
                    (unsigned long long)(size > log->size ? log->size : size));
    TRY(log_root_at(log, size, &root, why));
    TRY(log_read_hash(log, 0, index, &leaf, why));
    TRY(merkle_prove_inclusion(index, size, log_read_hash, log, proof, why));
    if (!merkle_verify_inclusion(index, size, &leaf, proof->hash, proof->count,
                                 &root))
        return fail(why, ERR_INPUT,
                    "the tiles do not lead from entry %llu to the root at "
                    "size %llu; `verify` names the place",
                    (unsigned long long)index, (unsigned long long)size);
    return ERR_NONE;
}

enum err log_prove_consistency(struct log *log, uint64_t old, uint64_t size,
                               struct merkle_proof *proof, struct why *why)
{
    struct hash before, root;

    if (size > log->size || old > size)
        return fail(why, ERR_ABSENT, "no size %llu in a log of %llu",
                    (unsigned long long)(size > log->size ? size : old),
                    (unsigned long long)log->size);
    TRY(log_root_at(log, old, &before, why));
    TRY(log_root_at(log, size, &root, why));
    TRY(merkle_prove_consistency(old, size, log_read_hash, log, proof, why));
    if (old > 0 && !merkle_verify_consistency(old, size, &before, &root,
                                              proof->hash, proof->count))
        return fail(why, ERR_INPUT,
                    "the tiles do not lead from size %llu to size %llu; "
                    "`verify` names the place",
                    (unsigned long long)old, (unsigned long long)size);
    return ERR_NONE;
}
