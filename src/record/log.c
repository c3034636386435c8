#include "record/log_parts.h"

#include <string.h>

enum { VKEY_FILE_MAX = 1024 };

/* ---- the checkpoint file ---- */

enum err log_read_checkpoint(const struct log *log, struct buf *bytes,
                             struct checkpoint *checkpoint, struct why *why)
{
    char path[LOG_PATH_SIZE];
    enum err err;

    log_path(log, "log/checkpoint", path);
    TRY(log_read_file(log, path, CHECKPOINT_BYTES_MAX, bytes, why));
    err = checkpoint_open(buf_text(bytes), bytes->len, &log->vkey, checkpoint,
                          why);
    return err ? fail_within(why, err, "log/checkpoint") : ERR_NONE;
}

static enum err read_vkey(struct log *log, struct why *why)
{
    char path[LOG_PATH_SIZE];
    struct buf bytes = {0};
    struct slice rest, line;
    enum err err;

    log_path(log, "vkey", path);
    err = log_read_file(log, path, VKEY_FILE_MAX, &bytes, why);
    if (!err) {
        rest = (struct slice){bytes.data, bytes.len};
        err = slice_line(&rest, &line) && rest.len == 0
                  ? vkey_parse(line, &log->vkey, why)
                  : fail(why, ERR_INPUT, "expected one line");
        if (err)
            err = fail_within(why, err, "vkey");
    }
    buf_clear(&bytes);
    return err;
}

/* ---- opening and closing ---- */

static struct log *make_log(const char *dir, const struct disk_ops *disk)
{
    struct log *log = mem_new(1, sizeof *log);

    log->disk = disk ? disk : &disk_posix;
    log->dir = mem_copy_text(dir, strlen(dir));
    log->lock_fd = log->journal_fd = log->folder_fd = -1;
    log->journal_max = LOG_JOURNAL_MAX;
    return log;
}

static enum err open_reader(struct log *log, struct why *why)
{
    struct checkpoint checkpoint;

    TRY(log_read_checkpoint(log, &log->checkpoint, &checkpoint, why));
    log->size = log->files_size = checkpoint.size;
    log->root = checkpoint.root;
    log_know_root(log, log->size, &log->root);
    return ERR_NONE;
}

static enum err open_log(struct log *log, const struct log_options *options,
                         struct why *why)
{
    enum err err = ERR_NONE;

    if (options->journal_max)
        log->journal_max = options->journal_max;
    if (options->vkey)
        log->vkey = *options->vkey;
    else
        err = read_vkey(log, why);
    if (err == ERR_ABSENT)
        return fail(why, ERR_ABSENT, "%s: no log here", log->dir);
    if (err)
        return err;
    log->signer = options->signer;
    if (!log->signer)
        return open_reader(log, why);
    if (!vkey_same(&log->vkey, signer_vkey(log->signer)))
        return fail(why, ERR_AUTHORITY,
                    "the key %s is not the one of this log (file vkey)",
                    signer_vkey(log->signer)->name);
    return log_open_writer(log, options->lock_wait_ms, why);
}

enum err log_open(const char *dir, const struct log_options *options,
                  struct log **log, struct why *why)
{
    struct log *made;
    enum err err;

    if (strlen(dir) > LOG_DIR_MAX)
        return fail(why, ERR_LIMIT, "folder name of more than %d bytes",
                    LOG_DIR_MAX);
    made = make_log(dir, options->disk);
    err = open_log(made, options, why);
    if (err) {
        made->is_broken = true; /* nothing to bring to rest */
        log_close(made);
        return err;
    }
    *log = made;
    return ERR_NONE;
}

void log_close(struct log *log)
{
    if (!log)
        return;
    log_close_writer(log);
    for (size_t i = 0; i < LOG_CACHE_TILES; i++)
        mem_free(log->cached[i]);
    buf_clear(&log->checkpoint);
    buf_clear(&log->bundle);
    buf_clear(&log->edge.bundle);
    buf_clear(&log->record);
    mem_free(log->leaf);
    mem_free(log->dir);
    mem_free(log);
}

/* ---- what is known ---- */

uint64_t log_size(const struct log *log)
{
    return log->size;
}

struct hash log_root(const struct log *log)
{
    return log->root;
}

const struct vkey *log_vkey(const struct log *log)
{
    return &log->vkey;
}

uint64_t log_dropped_bytes(const struct log *log)
{
    return log->dropped;
}

uint64_t log_recovered(const struct log *log)
{
    return log->recovered;
}

struct slice log_checkpoint(const struct log *log)
{
    return (struct slice){buf_text(&log->checkpoint), log->checkpoint.len};
}

void log_know_root(struct log *log, uint64_t size, const struct hash *root)
{
    log->known[size % LOG_CACHE_ROOTS] = (struct log_root_known){size, *root};
}

/* From the tiles, whatever is remembered. */
static enum err compute_root(struct log *log, uint64_t size, struct hash *root,
                             struct why *why)
{
    struct merkle_range range;

    TRY(merkle_read_range(size, log_read_hash, log, &range, why));
    *root = merkle_root(&range);
    return ERR_NONE;
}

enum err log_root_at(struct log *log, uint64_t size, struct hash *root,
                     struct why *why)
{
    const struct log_root_known *known = &log->known[size % LOG_CACHE_ROOTS];

    if (size > log->size)
        return fail(why, ERR_ABSENT, "size %llu is beyond the log's, %llu",
                    (unsigned long long)size, (unsigned long long)log->size);
    if (size == log->size) {
        *root = log->root;
    } else if (size == 0) {
        *root = hash_empty();
    } else if (known->size == size) {
        *root = known->root;
    } else {
        TRY(compute_root(log, size, root, why));
        log_know_root(log, size, root);
    }
    return ERR_NONE;
}

enum err log_knows(struct log *log, uint64_t size, const struct hash *root,
                   bool *known, struct why *why)
{
    struct hash actual;

    *known = false;
    if (size > log->size)
        return ERR_NONE;
    TRY(log_root_at(log, size, &actual, why));
    *known = hash_same(&actual, root);
    return ERR_NONE;
}

/* Does a log of `size` and `root` continue the one we know? Its tiles must
 * lead to both roots. */
static enum err check_growth(struct log *log, const struct checkpoint *next,
                             struct why *why)
{
    struct hash before, after;

    log_forget_tiles(log);
    log->files_size = next->size;
    TRY(compute_root(log, log->size, &before, why));
    TRY(compute_root(log, next->size, &after, why));
    if (hash_same(&before, &log->root) && hash_same(&after, &next->root))
        return ERR_NONE;
    return fail(why, ERR_INPUT,
                "log/checkpoint: size %llu does not continue size %llu; one "
                "of them is of another history",
                (unsigned long long)next->size, (unsigned long long)log->size);
}

static enum err take_growth(struct log *log, const struct checkpoint *next,
                            struct why *why)
{
    if (next->size < log->size ||
        (next->size == log->size && !hash_same(&next->root, &log->root)))
        return fail(why, ERR_INPUT,
                    "log/checkpoint: size %llu after size %llu; the log went "
                    "back or forked",
                    (unsigned long long)next->size,
                    (unsigned long long)log->size);
    if (next->size > log->size)
        TRY(check_growth(log, next, why));
    log->size = next->size;
    log->root = next->root;
    log_know_root(log, log->size, &log->root);
    return ERR_NONE;
}

enum err log_refresh(struct log *log, struct why *why)
{
    struct checkpoint checkpoint;
    struct buf bytes = {0};
    enum err err;

    if (log->signer)
        return ERR_NONE; /* nobody else writes */
    err = log_read_checkpoint(log, &bytes, &checkpoint, why);
    if (!err)
        err = take_growth(log, &checkpoint, why);
    if (!err) {
        buf_reset(&log->checkpoint);
        buf_add(&log->checkpoint, bytes.data, bytes.len);
    }
    buf_clear(&bytes);
    return err;
}

/* ---- a new log ---- */

/* The first line of an act is no origin, nor that of a cosignature: signed
 * notes say nothing else about what they are. */
static bool is_safe_origin(const char *name)
{
    size_t len = strlen(name);

    return len < 3 || strcmp(name + len - 3, "/v1") != 0;
}

static enum err write_first(struct log *log, struct signer *signer,
                            struct why *why)
{
    const struct hash root = hash_empty();
    uint8_t signature[KEY_SIGNATURE_BYTES];
    char path[LOG_PATH_SIZE], vkey[KEY_VKEY_SIZE];
    struct buf text = {0};
    enum err err;

    vkey_format(&log->vkey, vkey);
    buf_addf(&text, "%s\n", vkey);
    log_path(log, "vkey", path);
    err = log_write_file(log, path, text.data, text.len, why);
    if (!err)
        err = signer_sign(signer, 0, &root, signature, why);
    if (!err) {
        buf_reset(&text);
        checkpoint_format(log->vkey.name, 0, &root, &text);
        buf_add_byte(&text, '\n');
        note_add_line(&text, log->vkey.name, log->vkey.id, signature,
                      sizeof signature);
        log_path(log, "log/checkpoint", path);
        err = log_write_file(log, path, text.data, text.len, why);
    }
    buf_clear(&text);
    return err;
}

static enum err create(struct log *log, struct signer *signer, struct why *why)
{
    char path[LOG_PATH_SIZE];
    struct buf bytes = {0};
    enum err err;

    log_path(log, "log/checkpoint", path);
    err = log_read_file(log, path, CHECKPOINT_BYTES_MAX, &bytes, why);
    buf_clear(&bytes);
    if (err != ERR_ABSENT)
        return err ? err
                   : fail(why, ERR_STATE, "%s: a log is here already",
                          log->dir);
    TRY(log_make_folders(log, path, why));
    TRY(log_lock(log, 0, why));
    TRY(log_open_files(log, why));
    TRY(write_first(log, signer, why));
    log_path(log, "", path);
    if (log->disk->sync_all(log->disk->context, log->folder_fd) < 0)
        return log_fail_errno(log, path, why);
    return ERR_NONE;
}

enum err log_create(const char *dir, struct signer *signer,
                    const struct disk_ops *disk, struct why *why)
{
    struct log *log;
    enum err err;

    if (strlen(dir) > LOG_DIR_MAX)
        return fail(why, ERR_LIMIT, "folder name of more than %d bytes",
                    LOG_DIR_MAX);
    if (!is_safe_origin(signer_vkey(signer)->name))
        return fail(why, ERR_INPUT,
                    "a log cannot be named \"%s\": names that end in \"/v1\" "
                    "are first lines of other notes",
                    signer_vkey(signer)->name);
    log = make_log(dir, disk);
    log->vkey = *signer_vkey(signer);
    err = create(log, signer, why);
    log->is_broken = true; /* nothing to bring to rest */
    log_close(log);
    return err;
}
