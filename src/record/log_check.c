/*
 * Checking a log: entries first, since all else follows from them.
 */
#include "record/log_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

struct check {
    struct log *log;
    struct log_report report;
    struct log_edge edge;     /* of the entries read so far */
    struct buf bytes, wanted; /* of the file at hand, reused */
};

/* Is the tile or the bundle to blame for a leaf on which they differ? The
 * parent knows: the hash above a full tile, the root above the last one. */
static bool is_tile_wrong(struct check *check, struct tile tile,
                          const struct hash *from_entries)
{
    struct log *log = check->log;
    struct hash parent, actual;
    struct buf above = {0};
    unsigned width;

    if (tile.width == TILE_WIDTH) {
        unsigned place = (unsigned)(tile.index % TILE_WIDTH);
        bool is_read = log_read_tile(log, 1, tile.index / TILE_WIDTH, place + 1,
                                     &above, &width, NULL) == ERR_NONE;
        if (is_read)
            memcpy(parent.b, above.data + place * HASH_BYTES, HASH_BYTES);
        buf_clear(&above);
        actual = log_tile_root(from_entries);
        return is_read && hash_same(&parent, &actual);
    }
    struct merkle_range range = check->edge.range;
    for (unsigned i = 0; i < tile.width; i++)
        merkle_add(&range, &from_entries[i]);
    actual = merkle_root(&range);
    return hash_same(&actual, &log->root);
}

static enum err blame(struct check *check, struct tile tile,
                      const struct hash *leaf, unsigned place, struct why *why)
{
    unsigned long long entry = tile.index * TILE_WIDTH + place;
    char name[TILE_PATH_SIZE];

    if (is_tile_wrong(check, tile, leaf)) {
        tile_path(tile, name);
        return fail(why, ERR_INPUT,
                    "log/%s: the hash of entry %llu (byte %u) is wrong", name,
                    entry, place * HASH_BYTES);
    }
    tile.level = TILE_ENTRIES;
    tile_path(tile, name);
    return fail(why, ERR_INPUT, "entry %llu (in log/%s) is not what was logged",
                entry, name);
}

/* A log_emit_fn: the tile's file must be the hashes we arrived at. Level 0
 * was compared with the entries. */
static enum err compare_tile(void *context, struct tile tile,
                             const struct hash *hash, const struct buf *bundle,
                             struct why *why)
{
    struct check *check = context;
    char name[TILE_PATH_SIZE];
    unsigned width;

    (void)bundle;
    if (tile.level == 0)
        return ERR_NONE;
    TRY(log_read_tile(check->log, tile.level, tile.index, tile.width,
                      &check->bytes, &width, why));
    check->report.files++;
    for (unsigned i = 0; i < tile.width; i++) {
        if (memcmp(check->bytes.data + i * HASH_BYTES, hash[i].b, HASH_BYTES) ==
            0)
            continue;
        tile_path(tile, name);
        return fail(why, ERR_INPUT, "log/%s: hash %u (byte %u) is wrong", name,
                    i, i * HASH_BYTES);
    }
    return ERR_NONE;
}

/* One bundle, with its tile of level 0. */
static enum err check_bundle(struct check *check, uint64_t index,
                             struct why *why)
{
    struct log *log = check->log;
    struct tile tile = {0, index, tile_width(0, index, log->size)};
    struct hash leaf[TILE_WIDTH];
    const struct slice nothing = {"", 0};
    unsigned width;

    TRY(log_read_tile(log, TILE_ENTRIES, index, tile.width, &check->bytes,
                      &width, why));
    TRY(log_hash_bundle(&check->bytes, index, width, leaf, why));
    TRY(log_read_tile(log, 0, index, tile.width, &check->bytes, &width, why));
    check->report.files += 2;
    for (unsigned i = 0; i < tile.width; i++)
        if (memcmp(check->bytes.data + i * HASH_BYTES, leaf[i].b, HASH_BYTES) !=
            0)
            return blame(check, tile, leaf, i, why);
    for (unsigned i = 0; i < tile.width; i++)
        TRY(log_edge_add(&check->edge, &leaf[i], nothing, compare_tile, check,
                         why));
    check->report.entries += tile.width;
    return ERR_NONE;
}

static enum err check_tree(struct check *check, struct progress *progress,
                           struct why *why)
{
    struct log *log = check->log;
    struct hash root;

    for (uint64_t i = 0; i < tile_count(TILE_ENTRIES, log->size); i++) {
        TRY(check_bundle(check, i, why));
        if (progress)
            progress_at(progress, check->report.entries);
    }
    TRY(log_edge_end(&check->edge, 0, compare_tile, check, why));
    root = merkle_root(&check->edge.range);
    if (!hash_same(&root, &log->root))
        return fail(why, ERR_INPUT,
                    "log/checkpoint: its root is not that of the %llu "
                    "entries",
                    (unsigned long long)log->size);
    return ERR_NONE;
}

/* ---- files that are there besides ---- */

static void note_stranger(struct check *check, const char *name)
{
    if (check->report.strangers++ == 0)
        snprintf(check->report.stranger, sizeof check->report.stranger, "%s",
                 name);
}

/* How many bytes of a bundle its first `width` entries take. */
static size_t bundle_prefix(const struct buf *bundle, unsigned width)
{
    struct slice rest = {buf_text(bundle), bundle->len}, entry;

    while (width-- > 0 && tile_next_entry(&rest, &entry))
        ;
    return bundle->len - rest.len;
}

/* A superseded partial tile is the beginning of the one that is there now. */
static enum err check_superseded(struct check *check, struct tile tile,
                                 const char *name, struct why *why)
{
    struct log *log = check->log;
    char path[LOG_PATH_SIZE];
    unsigned width;
    size_t len;
    enum err err;

    log_tile_path(log, tile, path);
    err = log_read_file(log, path, SIZE_MAX, &check->bytes, why);
    if (err)
        return err == ERR_ABSENT ? ERR_NONE : err; /* tidied meanwhile */
    TRY(log_read_tile(log, tile.level, tile.index, tile.width, &check->wanted,
                      &width, why));
    len = tile.level == TILE_ENTRIES ? bundle_prefix(&check->wanted, tile.width)
                                     : (size_t)tile.width * HASH_BYTES;
    check->report.files++;
    if (check->bytes.len != len ||
        memcmp(check->bytes.data, check->wanted.data, len) != 0)
        return fail(why, ERR_INPUT,
                    "log/%s: not the beginning of the tile that superseded "
                    "it",
                    name);
    return ERR_NONE;
}

static enum err check_file(struct check *check, const char *name,
                           struct why *why)
{
    struct tile tile;
    unsigned width;

    if (strcmp(name, "checkpoint") == 0)
        return ERR_NONE;
    if (tile_parse(slice_of(name), &tile, NULL) != ERR_NONE) {
        note_stranger(check, name);
        return ERR_NONE;
    }
    width = tile_width(tile.level, tile.index, check->log->size);
    if (tile.width > width)
        check->report.ahead++;
    else if (tile.width < width)
        return check_superseded(check, tile, name, why);
    return ERR_NONE;
}

/* `name` is a folder under log/, "" for log/ itself. */
static enum err walk(struct check *check, const char *name, struct why *why)
{
    char path[LOG_PATH_SIZE], inner[2 * TILE_PATH_SIZE];
    struct dirent *item;
    struct stat about;
    enum err err = ERR_NONE;
    DIR *folder;

    snprintf(path, sizeof path, "%s/log/%s", check->log->dir, name);
    folder = opendir(path);
    if (!folder)
        return errno == ENOENT ? ERR_NONE
                               : log_fail_errno(check->log, path, why);
    while (!err && (item = readdir(folder))) {
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0)
            continue;
        int len = snprintf(inner, sizeof inner, "%s%s%s", name,
                           *name ? "/" : "", item->d_name);
        if (fstatat(dirfd(folder), item->d_name, &about, AT_SYMLINK_NOFOLLOW) <
            0)
            continue; /* tidied meanwhile */
        if (len >= TILE_PATH_SIZE)
            note_stranger(check, inner); /* longer than any tile's path */
        else if (S_ISDIR(about.st_mode))
            err = walk(check, inner, why);
        else
            err = check_file(check, inner, why);
    }
    closedir(folder);
    return err;
}

enum err log_check(const char *dir, const struct vkey *vkey,
                   struct progress *progress, struct log_report *report,
                   struct why *why)
{
    const struct log_options options = {.vkey = vkey};
    struct check *check = mem_new(1, sizeof *check);
    enum err err = log_open(dir, &options, &check->log, why);

    if (!err) {
        if (progress)
            progress_start(progress, "checking", "entries", check->log->size);
        err = check_tree(check, progress, why);
        if (progress)
            progress_end(progress);
    }
    if (!err)
        err = walk(check, "", why);
    if (report)
        *report = check->report;
    log_close(check->log);
    buf_clear(&check->edge.bundle);
    buf_clear(&check->bytes);
    buf_clear(&check->wanted);
    mem_free(check);
    return err;
}
