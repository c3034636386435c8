#include "record/log_parts.h"

#include <string.h>

enum { BUNDLE_BYTES_MAX = TILE_WIDTH * (LOG_ENTRY_MAX + 2) };

/* ---- files ---- */

static bool has_right_length(struct tile tile, const struct buf *bytes)
{
    return tile.level == TILE_ENTRIES ||
           bytes->len == (size_t)tile.width * HASH_BYTES;
}

static enum err read_exact(const struct log *log, struct tile tile,
                           struct buf *out, struct why *why)
{
    char path[LOG_PATH_SIZE], name[TILE_PATH_SIZE];

    log_tile_path(log, tile, path);
    TRY(log_read_file(log, path, BUNDLE_BYTES_MAX, out, why));
    if (has_right_length(tile, out))
        return ERR_NONE;
    tile_path(tile, name);
    return fail(why, ERR_INPUT, "log/%s: %zu bytes; expected %zu", name,
                out->len, (size_t)tile.width * HASH_BYTES);
}

/* A partial tile that has gone has been superseded: learn by what. */
static bool is_grown(struct log *log)
{
    struct checkpoint checkpoint;
    struct buf bytes = {0};
    bool is_more;

    is_more = !log->signer &&
              log_read_checkpoint(log, &bytes, &checkpoint, NULL) == ERR_NONE &&
              checkpoint.size > log->files_size;
    if (is_more)
        log->files_size = checkpoint.size;
    buf_clear(&bytes);
    return is_more;
}

enum err log_read_tile(struct log *log, int level, uint64_t index,
                       unsigned need, struct buf *out, unsigned *width,
                       struct why *why)
{
    struct tile tile = {level, index, 0};
    struct tile full = {level, index, TILE_WIDTH};
    enum err err;

    do {
        tile.width = tile_width(level, index, log->files_size);
        if (tile.width < need)
            return fail(why, ERR_ABSENT, "beyond the end of the log");
        err = read_exact(log, tile, out, why);
        if (err == ERR_ABSENT && tile.width < TILE_WIDTH &&
            read_exact(log, full, out, NULL) == ERR_NONE) {
            tile = full;
            err = ERR_NONE;
        }
    } while (err == ERR_ABSENT && tile.width < TILE_WIDTH && is_grown(log));
    *width = tile.width;
    if (err == ERR_ABSENT) { /* a log without one of its files is damaged */
        err = ERR_INPUT;
        if (why)
            why->code = err;
    }
    return err;
}

enum err log_hash_bundle(const struct buf *bundle, uint64_t index,
                         unsigned width, struct hash *leaf, struct why *why)
{
    struct slice rest = {bundle->data, bundle->len}, entry;
    const struct tile tile = {TILE_ENTRIES, index, width};
    char name[TILE_PATH_SIZE];
    unsigned i = 0;

    while (i < width && tile_next_entry(&rest, &entry))
        leaf[i++] = hash_leaf(entry.at, entry.len);
    if (i == width && rest.len == 0)
        return ERR_NONE;
    tile_path(tile, name);
    if (i < width)
        return fail(why, ERR_INPUT,
                    "entry %llu: log/%s is cut off or damaged there",
                    (unsigned long long)(index * TILE_WIDTH + i), name);
    return fail(why, ERR_INPUT, "log/%s: %zu bytes after its last entry", name,
                rest.len);
}

/* ---- cached tiles ---- */

/* Nodes of height h over a tile begin at this place in log_cached.node. */
static size_t row(unsigned height)
{
    return 2 * TILE_WIDTH - ((size_t)(2 * TILE_WIDTH) >> height);
}

static void fill_nodes(struct hash *node, unsigned width)
{
    for (unsigned h = 1; h <= 8; h++)
        for (unsigned i = 0; i < width >> h; i++)
            node[row(h) + i] = hash_node(&node[row(h - 1) + 2 * i],
                                         &node[row(h - 1) + 2 * i + 1]);
}

struct hash log_tile_root(const struct hash hash[TILE_WIDTH])
{
    struct hash node[LOG_NODES];

    memcpy(node, hash, TILE_WIDTH * sizeof *hash);
    fill_nodes(node, TILE_WIDTH);
    return node[LOG_NODES - 1];
}

static enum err find_tile(struct log *log, int level, uint64_t index,
                          unsigned need, const struct log_cached **tile,
                          struct why *why)
{
    size_t slot = (index + (uint64_t)level * 17) % LOG_CACHE_TILES;
    struct log_cached *cached = log->cached[slot];
    struct buf bytes = {0};
    unsigned width;
    enum err err;

    if (!cached)
        cached = log->cached[slot] = mem_new(1, sizeof *cached);
    *tile = cached;
    if (cached->width >= need && cached->level == level &&
        cached->index == index)
        return ERR_NONE;
    err = log_read_tile(log, level, index, need, &bytes, &width, why);
    if (!err) {
        cached->level = level;
        cached->index = index;
        cached->width = width;
        memcpy(cached->node, bytes.data, width * sizeof *cached->node);
        fill_nodes(cached->node, width);
    }
    buf_clear(&bytes);
    return err;
}

enum err log_read_hash(void *context, unsigned level, uint64_t index,
                       struct hash *hash, struct why *why)
{
    unsigned height = level % 8;
    uint64_t place = index & ((UINT64_C(1) << (8 - height)) - 1);
    const struct log_cached *tile;

    TRY(find_tile(context, (int)(level / 8), index >> (8 - height),
                  (unsigned)((place + 1) << height), &tile, why));
    *hash = tile->node[row(height) + place];
    return ERR_NONE;
}

void log_forget_tiles(struct log *log)
{
    for (size_t i = 0; i < LOG_CACHE_TILES; i++)
        if (log->cached[i])
            log->cached[i]->width = 0;
    memset(log->known, 0, sizeof log->known);
    log->bundle_width = 0;
}

/* ---- the edge ---- */

static void add_to_bundle(struct buf *bundle, struct slice entry)
{
    buf_add_byte(bundle, (uint8_t)(entry.len >> 8));
    buf_add_byte(bundle, (uint8_t)entry.len);
    buf_add(bundle, entry.at, entry.len);
}

enum err log_edge_add(struct log_edge *edge, const struct hash *leaf,
                      struct slice entry, log_emit_fn emit, void *context,
                      struct why *why)
{
    struct hash hash = *leaf;

    add_to_bundle(&edge->bundle, entry);
    for (int level = 0; level < TILE_LEVELS; level++) {
        uint64_t place = edge->range.size >> (8 * level);
        edge->hash[level][place % TILE_WIDTH] = hash;
        if (place % TILE_WIDTH != TILE_WIDTH - 1)
            break;
        const struct tile tile = {level, place / TILE_WIDTH, TILE_WIDTH};
        TRY(emit(context, tile, edge->hash[level],
                 level == 0 ? &edge->bundle : NULL, why));
        if (level == 0)
            buf_reset(&edge->bundle);
        hash = log_tile_root(edge->hash[level]);
    }
    merkle_add(&edge->range, leaf);
    return ERR_NONE;
}

enum err log_edge_end(const struct log_edge *edge, uint64_t size,
                      log_emit_fn emit, void *context, struct why *why)
{
    for (int level = 0; level < TILE_LEVELS; level++) {
        uint64_t hashes = edge->range.size >> (8 * level);
        const struct tile tile = {level, hashes / TILE_WIDTH,
                                  (unsigned)(hashes % TILE_WIDTH)};
        if (tile.width > 0 && hashes != size >> (8 * level))
            TRY(emit(context, tile, edge->hash[level],
                     level == 0 ? &edge->bundle : NULL, why));
    }
    return ERR_NONE;
}

/* The partial bundle, cut to `width` entries, each of which must hash to its
 * place in the partial tile of level 0. */
static enum err load_bundle(struct log *log, uint64_t index, unsigned width,
                            struct log_edge *edge, struct why *why)
{
    struct hash leaf[TILE_WIDTH];
    struct slice rest, entry;
    unsigned wide;

    TRY(log_read_tile(log, TILE_ENTRIES, index, width, &edge->bundle, &wide,
                      why));
    TRY(log_hash_bundle(&edge->bundle, index, wide, leaf, why));
    rest = (struct slice){edge->bundle.data, edge->bundle.len};
    for (unsigned i = 0; i < width; i++) {
        if (!tile_next_entry(&rest, &entry) ||
            !hash_same(&leaf[i], &edge->hash[0][i]))
            return fail(why, ERR_INPUT,
                        "entry %llu does not hash to its place in the last "
                        "tile of level 0",
                        (unsigned long long)(index * TILE_WIDTH + i));
    }
    edge->bundle.len = (size_t)(rest.at - edge->bundle.data);
    return ERR_NONE;
}

/* Roots of the full subtrees of a tree, from its partial tiles. */
static void collect_range(const struct log_edge *edge, uint64_t size,
                          struct merkle_range *range)
{
    size_t parts = 0;

    for (int level = TILE_LEVELS - 1; level >= 0; level--) {
        unsigned width = (unsigned)(size >> (8 * level)) % TILE_WIDTH;
        struct merkle_range tile = {0};
        for (unsigned i = 0; i < width; i++)
            merkle_add(&tile, &edge->hash[level][i]);
        size_t count = (size_t)__builtin_popcount(width);
        memcpy(&range->part[parts], tile.part, count * sizeof *tile.part);
        parts += count;
    }
    range->size = size;
}

enum err log_edge_load(struct log *log, uint64_t size, const struct hash *root,
                       struct log_edge *edge, struct why *why)
{
    struct hash actual;
    struct buf bytes = {0};
    unsigned width;
    enum err err = ERR_NONE;

    buf_reset(&edge->bundle);
    for (int level = 0; level < TILE_LEVELS && !err; level++) {
        uint64_t hashes = size >> (8 * level);
        unsigned need = (unsigned)(hashes % TILE_WIDTH);
        if (need == 0)
            continue;
        err = log_read_tile(log, level, hashes / TILE_WIDTH, need, &bytes,
                            &width, why);
        if (!err)
            memcpy(edge->hash[level], bytes.data, need * HASH_BYTES);
    }
    buf_clear(&bytes);
    if (err)
        return err;
    collect_range(edge, size, &edge->range);
    actual = merkle_root(&edge->range);
    if (!hash_same(&actual, root))
        return fail(why, ERR_INPUT,
                    "the last tiles (log/tile/0 to the top, at size %llu) do "
                    "not hash to the root; `verify` names the place",
                    (unsigned long long)size);
    width = (unsigned)(size % TILE_WIDTH);
    return width ? load_bundle(log, size / TILE_WIDTH, width, edge, why)
                 : ERR_NONE;
}
