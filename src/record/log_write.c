/*
 * Writing: the lock, recovery, groups, coming to rest.
 *
 *  1. the group goes to the journal, which is synced: now it is durable
 *  2. tiles and bundles are written beside those they supersede, which go
 *     when the tile is full
 *  3. the checkpoint is signed and put in place: now it is published
 *  4. now and then everything is synced and the journal emptied
 *
 * A failure before the signature undoes the group; one after it leaves the
 * group durable, and the log refuses to go on until it is opened again.
 * Files of the size that was synced last stay until the next sync, so that
 * the journal always has something to stand on.
 */
#include "record/log_parts.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* A journal holds at most one group more than it is meant to. */
#define JOURNAL_BYTES_MAX (UINT64_C(256) << 20)

/* ---- the lock ---- */

static void read_holder(int fd, char holder[16])
{
    ssize_t n = pread(fd, holder, 15, 0);

    holder[n > 0 ? n : 0] = '\0';
    holder[strspn(holder, "0123456789")] = '\0';
}

enum err log_lock(struct log *log, unsigned wait_ms, struct why *why)
{
    const struct timespec pause = {0, 10 * 1000 * 1000};
    char path[LOG_PATH_SIZE], holder[16];
    unsigned waited_ms = 0;

    log_path(log, "lock", path);
    log->lock_fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (log->lock_fd < 0)
        return log_fail_errno(log, path, why);
    while (flock(log->lock_fd, LOCK_EX | LOCK_NB) < 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return log_fail_errno(log, path, why);
        if (waited_ms >= wait_ms) {
            read_holder(log->lock_fd, holder);
            return fail(why, ERR_STATE,
                        "%s: process %s is writing this log (waited %u ms)",
                        path, *holder ? holder : "(unknown)", waited_ms);
        }
        nanosleep(&pause, NULL);
        waited_ms += 10;
    }
    snprintf(holder, sizeof holder, "%ld\n", (long)getpid());
    if (ftruncate(log->lock_fd, 0) < 0 ||
        pwrite(log->lock_fd, holder, strlen(holder), 0) < 0)
        return log_fail_errno(log, path, why);
    return ERR_NONE;
}

enum err log_open_files(struct log *log, struct why *why)
{
    char path[LOG_PATH_SIZE];

    log_path(log, "log", path);
    log->folder_fd =
        log->disk->open(log->disk->context, path, O_RDONLY | O_DIRECTORY, 0);
    if (log->folder_fd < 0)
        return log_fail_errno(log, path, why);
    log_path(log, "journal", path);
    log->journal_fd =
        log->disk->open(log->disk->context, path, O_RDWR | O_CREAT, 0666);
    if (log->journal_fd < 0)
        return log_fail_errno(log, path, why);
    return ERR_NONE;
}

/* ---- tiles ---- */

/* A log_emit_fn: write a tile and, with a tile of level 0, its bundle. */
static enum err write_tile(void *context, struct tile tile,
                           const struct hash *hash, const struct buf *bundle,
                           struct why *why)
{
    const struct log *log = context;
    char path[LOG_PATH_SIZE];

    log_tile_path(log, tile, path);
    TRY(log_write_file(log, path, hash, tile.width * sizeof *hash, why));
    if (!bundle)
        return ERR_NONE;
    tile.level = TILE_ENTRIES;
    log_tile_path(log, tile, path);
    return log_write_file(log, path, bundle->data, bundle->len, why);
}

/* Take back what was written for a log of `size` that is not of log->size. */
static bool remove_tiles(struct log *log, uint64_t size)
{
    char path[LOG_PATH_SIZE];
    bool is_clean = true;

    for (int level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
        uint64_t first = tile_count(level, log->size);
        for (uint64_t i = first > 0 ? first - 1 : 0;
             i < tile_count(level, size); i++) {
            struct tile tile = {level, i, tile_width(level, i, size)};
            if (tile.width == tile_width(level, i, log->size))
                continue;
            log_tile_path(log, tile, path);
            is_clean &= log->disk->unlink(log->disk->context, path) == 0 ||
                        errno == ENOENT;
        }
    }
    return is_clean;
}

/* Partial files stay until the full one is there, since checkpoints of their
 * sizes were published, and longer while the journal stands on them. Wider
 * ones than the log is are of a group that was undone. */
static bool is_kept(const struct log *log, struct tile tile)
{
    unsigned width = tile_width(tile.level, tile.index, log->size);

    return (width < TILE_WIDTH && tile.width <= width) ||
           tile.width == tile_width(tile.level, tile.index, log->rested);
}

/* Remove the partial files of one tile that are not kept. */
static void tidy_tile(struct log *log, int level, uint64_t index)
{
    struct tile tile = {level, index, 1};
    char path[LOG_PATH_SIZE];
    struct dirent *item;
    uint64_t width;
    DIR *folder;

    log_tile_path(log, tile, path);
    *strrchr(path, '/') = '\0';
    folder = opendir(path);
    if (!folder)
        return;
    while ((item = readdir(folder))) {
        if (!text_parse_u64(slice_of(item->d_name), TILE_WIDTH - 1, &width))
            continue;
        tile.width = (unsigned)width;
        if (width == 0 || is_kept(log, tile))
            continue;
        log_tile_path(log, tile, path);
        log->disk->unlink(log->disk->context, path);
    }
    closedir(folder);
    if (tile_width(level, index, log->size) == TILE_WIDTH) {
        *strrchr(path, '/') = '\0';
        log->disk->rmdir(log->disk->context, path); /* if it is empty */
    }
}

/* The tiles that were the right edge of a log of `size`. */
static void tidy_edge(struct log *log, uint64_t size)
{
    for (int level = TILE_ENTRIES; level < TILE_LEVELS; level++)
        tidy_tile(log, level, size >> (level > 0 ? 8 * level : 0) >> 8);
}

/* Those of them that have become full. */
static void tidy_full(struct log *log, uint64_t size)
{
    for (int level = TILE_ENTRIES; level < TILE_LEVELS; level++) {
        uint64_t index = size >> (level > 0 ? 8 * level : 0) >> 8;
        if (tile_width(level, index, size) > 0 &&
            tile_width(level, index, log->size) == TILE_WIDTH)
            tidy_tile(log, level, index);
    }
}

/* ---- coming to rest ---- */

static enum err rest(struct log *log, struct why *why)
{
    const struct disk_ops *disk = log->disk;
    uint64_t rested = log->rested;
    char path[LOG_PATH_SIZE];

    log_path(log, "journal", path);
    if (disk->sync_all(disk->context, log->folder_fd) < 0 ||
        disk->truncate(disk->context, log->journal_fd, 0) < 0)
        return log_fail_errno(log, path, why);
    log->journal_len = 0;
    log->rested = log->size;
    tidy_full(log, rested);
    return ERR_NONE;
}

void log_close_writer(struct log *log)
{
    const struct disk_ops *disk = log->disk;

    if (!log->is_broken && log->journal_len > 0 && rest(log, NULL))
        log->is_broken = true; /* the journal has it all; replayed later */
    if (log->journal_fd >= 0)
        disk->close(disk->context, log->journal_fd);
    if (log->folder_fd >= 0)
        disk->close(disk->context, log->folder_fd);
    if (log->lock_fd >= 0)
        close(log->lock_fd);
}

/* ---- the checkpoint ---- */

static void format_checkpoint(const struct log *log, uint64_t size,
                              const struct hash *root,
                              const uint8_t signature[KEY_SIGNATURE_BYTES],
                              struct buf *out)
{
    buf_reset(out);
    checkpoint_format(log->vkey.name, size, root, out);
    buf_add_byte(out, '\n');
    note_add_line(out, log->vkey.name, log->vkey.id, signature,
                  KEY_SIGNATURE_BYTES);
}

/* A checkpoint about to be published. */
struct publication {
    uint64_t size;
    struct hash root;
    struct buf bytes;
    char path[LOG_PATH_SIZE]; /* the file beside the one it will replace */
    int fd;
};

/* Take the room it needs before there is a signature to lose: a disk may be
 * full. */
static enum err prepare(struct log *log, struct publication *next,
                        struct why *why)
{
    static const uint8_t none[KEY_SIGNATURE_BYTES];

    log_path(log, "checkpoint.new", next->path);
    next->fd = log->disk->open(log->disk->context, next->path,
                               O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (next->fd < 0)
        return log_fail_errno(log, next->path, why);
    format_checkpoint(log, next->size, &next->root, none, &next->bytes);
    TRY(log_write_at(log, next->fd, next->path, next->bytes.data,
                     next->bytes.len, 0, why));
    return ERR_NONE;
}

static enum err put_in_place(struct log *log, struct publication *next,
                             struct why *why)
{
    const struct disk_ops *disk = log->disk;
    char path[LOG_PATH_SIZE];
    int fd = next->fd;

    TRY(log_write_at(log, fd, next->path, next->bytes.data, next->bytes.len, 0,
                     why));
    next->fd = -1;
    log_path(log, "log/checkpoint", path);
    if (disk->close(disk->context, fd) < 0 ||
        disk->rename(disk->context, next->path, path) < 0)
        return log_fail_errno(log, path, why);
    return ERR_NONE;
}

static void drop_publication(struct log *log, struct publication *next)
{
    if (next->fd >= 0) {
        log->disk->close(log->disk->context, next->fd);
        log->disk->unlink(log->disk->context, next->path);
    }
    buf_clear(&next->bytes);
}

/* Sign and put in place. *is_signed says how far it came. */
static enum err publish(struct log *log, struct publication *next,
                        bool *is_signed, struct why *why)
{
    uint8_t signature[KEY_SIGNATURE_BYTES];

    TRY(prepare(log, next, why));
    TRY(signer_sign(log->signer, next->size, &next->root, signature, why));
    *is_signed = true;
    format_checkpoint(log, next->size, &next->root, signature, &next->bytes);
    TRY(put_in_place(log, next, why));
    buf_reset(&log->checkpoint);
    buf_add(&log->checkpoint, next->bytes.data, next->bytes.len);
    log->size = log->files_size = next->size;
    log->root = next->root;
    log_know_root(log, log->size, &log->root);
    return ERR_NONE;
}

/* ---- appending ---- */

static enum err check_group(const struct log *log, const struct slice *entries,
                            size_t count, struct why *why)
{
    size_t bytes = 0;

    if (!log->signer)
        return fail(why, ERR_STATE, "the log is open for reading only");
    if (log->is_broken)
        return fail(why, ERR_STATE,
                    "the log must be opened again after a failed write");
    if (count == 0 || count > LOG_GROUP_MAX)
        return fail(why, ERR_LIMIT, "a group of %zu entries; 1 to %d", count,
                    LOG_GROUP_MAX);
    if (log->size > MERKLE_SIZE_MAX - count - 1)
        return fail(why, ERR_LIMIT, "the log is full");
    for (size_t i = 0; i < count; i++) {
        if (entries[i].len > LOG_ENTRY_MAX)
            return fail(why, ERR_LIMIT, "entry of %zu bytes; at most %d",
                        entries[i].len, LOG_ENTRY_MAX);
        bytes += entries[i].len;
    }
    if (bytes > LOG_GROUP_BYTES_MAX)
        return fail(why, ERR_LIMIT, "a group of %zu bytes; at most %d", bytes,
                    LOG_GROUP_BYTES_MAX);
    return ERR_NONE;
}

/* Step 1. */
static enum err make_durable(struct log *log, const struct buf *record,
                             struct why *why)
{
    char path[LOG_PATH_SIZE];

    log_path(log, "journal", path);
    TRY(log_write_at(log, log->journal_fd, path, record->data, record->len,
                     log->journal_len, why));
    if (log->disk->sync(log->disk->context, log->journal_fd) < 0) {
        log->is_broken = true; /* who knows what the disk has now */
        return log_fail_errno(log, path, why);
    }
    log->journal_len += record->len;
    return ERR_NONE;
}

/* Step 2. */
static enum err write_tiles(struct log *log, const struct slice *entries,
                            size_t count, struct why *why)
{
    for (size_t i = 0; i < count; i++)
        TRY(log_edge_add(&log->edge, &log->leaf[i], entries[i], write_tile, log,
                         why));
    return log_edge_end(&log->edge, log->size, write_tile, log, why);
}

/* As if the group had never come. */
static void undo(struct log *log, uint64_t journal_len, size_t count)
{
    const struct disk_ops *disk = log->disk;

    if (disk->truncate(disk->context, log->journal_fd, (off_t)journal_len) <
            0 ||
        disk->sync(disk->context, log->journal_fd) < 0)
        log->is_broken = true;
    log->journal_len = journal_len;
    if (!remove_tiles(log, log->size + count) ||
        log_edge_load(log, log->size, &log->root, &log->edge, NULL))
        log->is_broken = true;
}

static void hash_group(struct log *log, const struct slice *entries,
                       size_t count, struct hash *root)
{
    struct merkle_range range = log->edge.range;

    log->leaf = mem_resize(log->leaf, count, sizeof *log->leaf);
    for (size_t i = 0; i < count; i++) {
        log->leaf[i] = hash_leaf(entries[i].at, entries[i].len);
        merkle_add(&range, &log->leaf[i]);
    }
    *root = merkle_root(&range);
}

enum err log_append(struct log *log, const struct slice *entries, size_t count,
                    uint64_t *first, struct why *why)
{
    struct publication next = {.fd = -1};
    uint64_t size = log->size, journal_len = log->journal_len;
    bool is_signed = false;
    enum err err;

    TRY(check_group(log, entries, count, why));
    hash_group(log, entries, count, &next.root);
    next.size = size + count;
    buf_reset(&log->record);
    log_record_write(&log->record, size, &log->root, &next.root, entries,
                     count);
    err = make_durable(log, &log->record, why);
    if (!err)
        err = write_tiles(log, entries, count, why);
    if (!err)
        err = publish(log, &next, &is_signed, why);
    drop_publication(log, &next);
    if (err && is_signed) {
        log->is_broken = true;
        return fail_within(why, err, "the log must be opened again");
    }
    if (err) {
        undo(log, journal_len, count);
        return err;
    }
    tidy_full(log, size);
    if (log->journal_len > log->journal_max && rest(log, NULL))
        log->is_broken = true;
    if (first)
        *first = size;
    return ERR_NONE;
}

/* ---- recovery ---- */

/* What opening finds. */
struct found {
    struct buf journal;
    struct log_record *records;
    size_t count;
    size_t torn;
    bool has_checkpoint;
    struct buf checkpoint_bytes;
    struct checkpoint checkpoint;
};

static enum err read_found(struct log *log, struct found *found,
                           struct why *why)
{
    char path[LOG_PATH_SIZE];
    enum err err;

    log_path(log, "journal", path);
    TRY(log_read_file(log, path, JOURNAL_BYTES_MAX, &found->journal, why));
    TRY(log_journal_split(
        (struct slice){buf_text(&found->journal), found->journal.len},
        &found->records, &found->count, &found->torn, why));
    err = log_read_checkpoint(log, &found->checkpoint_bytes, &found->checkpoint,
                              why);
    /* With a journal to stand on, a checkpoint that a power cut has emptied
     * can be made again. */
    found->has_checkpoint = !err;
    return found->count > 0 && found->checkpoint_bytes.len == 0 &&
                   (err == ERR_INPUT || err == ERR_ABSENT)
               ? ERR_NONE
               : err;
}

/* Replay one record on the edge. */
static enum err replay(struct log *log, const struct log_record *record,
                       struct why *why)
{
    struct slice left = record->entries, entry;
    struct hash root;

    while (tile_next_entry(&left, &entry)) {
        struct hash leaf = hash_leaf(entry.at, entry.len);
        TRY(log_edge_add(&log->edge, &leaf, entry, write_tile, log, why));
    }
    root = merkle_root(&log->edge.range);
    if (!hash_same(&root, &record->root_after))
        return fail(why, ERR_INPUT,
                    "journal: entries %llu to %llu do not hash to the root "
                    "recorded with them",
                    (unsigned long long)record->before,
                    (unsigned long long)(record->before + record->count - 1));
    log_know_root(log, log->edge.range.size, &root);
    return ERR_NONE;
}

/* A log_emit_fn: write a partial tile unless it has become full since. */
static enum err write_partial(void *context, struct tile tile,
                              const struct hash *hash, const struct buf *bundle,
                              struct why *why)
{
    const struct log *log = context;

    return tile_width(tile.level, tile.index, log->size) == TILE_WIDTH
               ? ERR_NONE
               : write_tile(context, tile, hash, bundle, why);
}

/* The published checkpoint must be one of the states the journal leads
 * through. */
static enum err check_published(const struct found *found, struct why *why)
{
    const struct checkpoint *published = &found->checkpoint;
    const struct log_record *first = found->records;
    const struct log_record *last = &found->records[found->count - 1];
    bool is_on_the_way = published->size == first->before &&
                         hash_same(&published->root, &first->root_before);

    for (const struct log_record *at = first; at <= last; at++)
        is_on_the_way |= published->size == at->before + at->count &&
                         hash_same(&published->root, &at->root_after);
    if (is_on_the_way)
        return ERR_NONE;
    return fail(why, ERR_INPUT,
                "journal: leads from size %llu to %llu, but log/checkpoint "
                "states size %llu%s",
                (unsigned long long)first->before,
                (unsigned long long)(last->before + last->count),
                (unsigned long long)published->size,
                found->torn ? "; the end of the journal is damaged" : "");
}

/* Nothing in the journal: the files must agree with the checkpoint. */
static enum err open_at_rest(struct log *log, const struct found *found,
                             struct why *why)
{
    TRY(log_edge_load(log, found->checkpoint.size, &found->checkpoint.root,
                      &log->edge, why));
    log->size = log->rested = found->checkpoint.size;
    log->root = found->checkpoint.root;
    return ERR_NONE;
}

/* Files as far as the journal begins were synced; all after it is written
 * again, whatever became of it. */
static enum err open_from_journal(struct log *log, const struct found *found,
                                  struct why *why)
{
    const struct log_record *first = found->records;
    const struct log_record *last = &found->records[found->count - 1];
    uint64_t from =
        found->has_checkpoint ? found->checkpoint.size : first->before;

    if (found->has_checkpoint)
        TRY(check_published(found, why));
    log->files_size = log->size = log->rested = first->before;
    TRY(log_edge_load(log, first->before, &first->root_before, &log->edge,
                      why));
    log->size = last->before + last->count;
    for (const struct log_record *at = first; at <= last; at++) {
        TRY(replay(log, at, why));
        TRY(log_edge_end(&log->edge, at->before, write_partial, log, why));
    }
    for (const struct log_record *at = first; at <= last; at++)
        tidy_full(log, at->before);
    log->root = last->root_after;
    log->recovered = log->size - from;
    return ERR_NONE;
}

/* Cosignatures of a checkpoint that still stands are kept. */
static enum err publish_found(struct log *log, const struct found *found,
                              struct why *why)
{
    struct publication next = {.size = log->size, .root = log->root, .fd = -1};
    bool is_signed = false;
    enum err err = ERR_NONE;

    if (found->has_checkpoint && found->checkpoint.size == log->size)
        buf_add(&log->checkpoint, found->checkpoint_bytes.data,
                found->checkpoint_bytes.len);
    else
        err = publish(log, &next, &is_signed, why);
    drop_publication(log, &next);
    log->files_size = log->size;
    log_know_root(log, log->size, &log->root);
    return err;
}

static enum err recover(struct log *log, struct found *found, struct why *why)
{
    log->files_size = found->has_checkpoint ? found->checkpoint.size : 0;
    TRY(found->count > 0 ? open_from_journal(log, found, why)
                         : open_at_rest(log, found, why));
    TRY(publish_found(log, found, why));
    log->dropped = found->torn;
    if (found->journal.len > 0)
        TRY(rest(log, why));
    tidy_edge(log, log->size);
    return ERR_NONE;
}

enum err log_open_writer(struct log *log, unsigned lock_wait_ms,
                         struct why *why)
{
    struct found found = {0};
    enum err err;

    TRY(log_lock(log, lock_wait_ms, why));
    TRY(log_open_files(log, why));
    err = read_found(log, &found, why);
    if (!err)
        err = recover(log, &found, why);
    mem_free(found.records);
    buf_clear(&found.journal);
    buf_clear(&found.checkpoint_bytes);
    return err;
}

/* ---- cosignatures ---- */

enum err log_add_cosignature(
    struct log *log, const struct vkey *witness,
    const uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES], struct why *why)
{
    struct slice bytes = log_checkpoint(log), lines, line;
    struct buf made = {0};
    char path[LOG_PATH_SIZE];
    struct note note;
    struct when when;
    enum err err;

    if (!log->signer)
        return fail(why, ERR_STATE, "the log is open for reading only");
    TRY(note_parse(bytes.at, bytes.len, &note, why));
    if (!checkpoint_is_cosigned(note.text, witness, payload, &when))
        return fail(why, ERR_AUTHORITY,
                    "the cosignature by %s does not hold for size %llu",
                    witness->name, (unsigned long long)log->size);
    if (note.count == NOTE_SIGNATURES_MAX)
        return fail(why, ERR_LIMIT, "more than %d signatures",
                    NOTE_SIGNATURES_MAX);
    buf_add(&made, note.text.at, note.text.len);
    buf_add_byte(&made, '\n');
    lines = (struct slice){bytes.at + note.text.len + 1,
                           bytes.len - note.text.len - 1};
    for (size_t i = 0; slice_line(&lines, &line); i++)
        if (note.signature[i].key_id != witness->id ||
            !slice_is(note.signature[i].name, witness->name))
            buf_addf(&made, "%.*s\n", (int)line.len, line.at);
    note_add_line(&made, witness->name, witness->id, payload,
                  CHECKPOINT_COSIGNATURE_BYTES);
    log_path(log, "log/checkpoint", path);
    err = made.len > CHECKPOINT_BYTES_MAX
              ? fail(why, ERR_LIMIT, "checkpoint of more than %d bytes",
                     CHECKPOINT_BYTES_MAX)
              : log_write_durably(log, path, made.data, made.len, why);
    if (err) {
        buf_clear(&made);
        return err;
    }
    buf_clear(&log->checkpoint);
    log->checkpoint = made;
    return ERR_NONE;
}
