/*
 * log_parts.h - what the files of the log share; for log*.c alone.
 */
#pragma once

#include "record/log.h"
#include "record/tile.h"

#include <stdio.h>

enum {
    LOG_CACHE_TILES = 256,
    LOG_CACHE_ROOTS = 4096,
    LOG_NODES = 2 * TILE_WIDTH - 1, /* of the tree over one tile */
    LOG_GROUP_BYTES_MAX = 64 << 20, /* of the entries of one append */
};

/* A tile with the nodes above its hashes. Valid for ever as far as `width`:
 * the log only grows. */
struct log_cached {
    int level;
    uint64_t index;
    unsigned width; /* 0: nothing here */
    struct hash node[LOG_NODES];
};

/* The right edge of the tree: what the next leaf needs. */
struct log_edge {
    struct merkle_range range;
    struct hash hash[TILE_LEVELS][TILE_WIDTH]; /* of the partial tiles */
    struct buf bundle;                         /* the partial bundle */
};

struct log_root_known {
    uint64_t size; /* 0: nothing here */
    struct hash root;
};

struct log {
    const struct disk_ops *disk;
    char *dir;
    struct vkey vkey;
    uint64_t size; /* what the checkpoint states */
    struct hash root;
    struct buf checkpoint;
    uint64_t files_size; /* the size by which files are looked for */
    struct log_cached *cached[LOG_CACHE_TILES];
    struct log_root_known known[LOG_CACHE_ROOTS];
    struct buf bundle; /* the one read last, for log_entry */
    uint64_t bundle_index;
    unsigned bundle_width; /* 0: nothing there */

    /* of the one that writes */
    struct signer *signer; /* NULL: reading */
    bool is_broken;        /* must be opened again */
    int lock_fd, journal_fd, folder_fd;
    uint64_t journal_len; /* bytes */
    size_t journal_max;
    uint64_t rested;    /* size whose files are synced, journal excluded */
    uint64_t dropped;   /* bytes of a torn journal tail */
    uint64_t recovered; /* entries */
    struct log_edge edge;
    struct buf record; /* of the journal, reused */
    struct hash *leaf; /* of the group being appended, reused */
};

/* ---- log_file.c: files by name ---- */

/* "<dir>/<name>" in a buffer of LOG_PATH_SIZE. Bounds of dir are checked when
 * the log is opened. */
enum { LOG_DIR_MAX = 3500, LOG_PATH_SIZE = 4096 };
void log_path(const struct log *log, const char *name,
              char path[LOG_PATH_SIZE]);
void log_tile_path(const struct log *log, struct tile tile,
                   char path[LOG_PATH_SIZE]);
enum err log_fail_errno(const struct log *log, const char *path,
                        struct why *why);
/* Replace *out by the file's bytes. ERR_ABSENT when there is none. */
enum err log_read_file(const struct log *log, const char *path, size_t max,
                       struct buf *out, struct why *why) MUST_CHECK;
/* Write all of it at an offset. */
enum err log_write_at(const struct log *log, int fd, const char *path,
                      const void *data, size_t len, uint64_t at,
                      struct why *why) MUST_CHECK;
/* The new file or the old one, never a part; folders as needed; not synced. */
enum err log_write_file(const struct log *log, const char *path,
                        const void *data, size_t len,
                        struct why *why) MUST_CHECK;
/* The same, and durable on return; of the one that writes. */
enum err log_write_durably(const struct log *log, const char *path,
                           const void *data, size_t len,
                           struct why *why) MUST_CHECK;
enum err log_make_folders(const struct log *log, const char *path,
                          struct why *why) MUST_CHECK;

/* ---- log_tile.c: tiles as hashes ---- */

/* The bytes of a tile or bundle of at least `need` hashes or entries, however
 * wide it has become since. */
enum err log_read_tile(struct log *log, int level, uint64_t index,
                       unsigned need, struct buf *out, unsigned *width,
                       struct why *why) MUST_CHECK;
/* A merkle_read_fn; context is the log. */
enum err log_read_hash(void *context, unsigned level, uint64_t index,
                       struct hash *hash, struct why *why) MUST_CHECK;
struct hash log_tile_root(const struct hash hash[TILE_WIDTH]);
/* Leaf hashes of the entries of a bundle; fails unless there are exactly
 * `width` of them. */
enum err log_hash_bundle(const struct buf *bundle, uint64_t index,
                         unsigned width, struct hash *leaf,
                         struct why *why) MUST_CHECK;
void log_forget_tiles(struct log *log);

/* What the edge does with a tile: write it, or compare it. `bundle` is NULL
 * but for level 0. */
typedef enum err (*log_emit_fn)(void *context, struct tile tile,
                                const struct hash *hash,
                                const struct buf *bundle, struct why *why);
/* Add a leaf (entry may be empty when bundles are of no interest); emits the
 * tiles that become full. */
enum err log_edge_add(struct log_edge *edge, const struct hash *leaf,
                      struct slice entry, log_emit_fn emit, void *context,
                      struct why *why) MUST_CHECK;
/* Emit the partial tiles that differ from those of a tree of `size`. */
enum err log_edge_end(const struct log_edge *edge, uint64_t size,
                      log_emit_fn emit, void *context,
                      struct why *why) MUST_CHECK;
/* Read the edge of the tree of `size` from its files and check that they
 * agree with each other and with `root`. */
enum err log_edge_load(struct log *log, uint64_t size, const struct hash *root,
                       struct log_edge *edge, struct why *why) MUST_CHECK;

/* ---- log_journal.c: groups that are durable ---- */

struct log_record {
    uint64_t before; /* size */
    uint32_t count;
    struct hash root_before, root_after;
    struct slice entries; /* as in a bundle */
    size_t bytes;         /* of the record */
};

void log_record_write(struct buf *out, uint64_t before,
                      const struct hash *root_before,
                      const struct hash *root_after,
                      const struct slice *entries, size_t count);
/* The record at the beginning of `bytes`, if a whole one is there. */
bool log_record_read(struct slice bytes, struct log_record *record);
/*
 * Split the bytes of a journal into records that continue each other.
 *
 *   records  out  [*count], borrowing from bytes. Owns: caller, mem_free.
 *   torn     out  bytes after the last whole record
 *
 * Fails ERR_INPUT when a damaged record is followed by a whole one.
 */
enum err log_journal_split(struct slice bytes, struct log_record **records,
                           size_t *count, size_t *torn,
                           struct why *why) MUST_CHECK;

/* ---- log.c ---- */

/* Read and verify the checkpoint file. */
enum err log_read_checkpoint(const struct log *log, struct buf *bytes,
                             struct checkpoint *checkpoint,
                             struct why *why) MUST_CHECK;
void log_know_root(struct log *log, uint64_t size, const struct hash *root);

/* ---- log_write.c ---- */

enum err log_lock(struct log *log, unsigned wait_ms,
                  struct why *why) MUST_CHECK;
/* The journal, and the folder for syncing. */
enum err log_open_files(struct log *log, struct why *why) MUST_CHECK;
/* Lock, recover, check. */
enum err log_open_writer(struct log *log, unsigned lock_wait_ms,
                         struct why *why) MUST_CHECK;
void log_close_writer(struct log *log);
