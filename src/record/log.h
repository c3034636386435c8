/*
 * log.h - the log on disk: append-only, in one order, provable.
 *
 *     <dir>/log/checkpoint          what has been published, signed
 *     <dir>/log/tile/<L>/<N>        hashes      } exactly C2SP tlog-tiles;
 *     <dir>/log/tile/entries/<N>    entries     } these files are the truth
 *     <dir>/journal                 groups that are durable, not yet at rest
 *     <dir>/vkey                    the log's public key
 *     <dir>/lock                    held by the one process that writes
 *
 * A group of entries becomes durable by one fdatasync of the journal. Tiles,
 * bundles and the checkpoint follow without waiting; the journal is emptied
 * after they have been synced. The log never signs what is not yet durable.
 * One process writes; any number may read meanwhile. Not for two threads at
 * once on one `struct log`. docs/formats.md has the bytes.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/progress.h"
#include "base/text.h"
#include "record/checkpoint.h"
#include "record/disk.h"
#include "record/hash.h"
#include "record/key.h"
#include "record/merkle.h"
#include "record/signer.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    LOG_ENTRY_MAX = 65535,     /* bytes */
    LOG_GROUP_MAX = 65536,     /* entries in one append */
    LOG_JOURNAL_MAX = 8 << 20, /* bytes; then tiles are synced */
};

struct log;

/* How to open; start from {0}. */
struct log_options {
    struct signer *signer;       /* write: required, borrowed. NULL: read */
    const struct vkey *vkey;     /* read: the log's key; NULL: <dir>/vkey */
    unsigned lock_wait_ms;       /* write: how long to wait for the lock */
    const struct disk_ops *disk; /* NULL: disk_posix */
    size_t journal_max;          /* 0: LOG_JOURNAL_MAX */
};

/* Make an empty log (folders as needed), its checkpoint of size 0 signed.
 * The origin is the signer's key name. Durable on return. Fails ERR_STATE
 * when there is a log already, ERR_INPUT for an origin that could be taken
 * for the first line of an act. */
enum err log_create(const char *dir, struct signer *signer,
                    const struct disk_ops *disk, struct why *why) MUST_CHECK;

/*
 * Open a log: to write when options->signer is given, else to read.
 *
 * To write: takes the lock, replays the journal, drops a torn tail of it, and
 * checks that the tiles of the right edge hash to the checkpoint.
 *
 * Owns   *log: log_close.
 * Fails  ERR_ABSENT no log here; ERR_STATE another process writes (named);
 *        ERR_AUTHORITY the checkpoint is not signed by the key; ERR_INPUT
 *        the log is damaged (file and place named); ERR_SYSTEM.
 */
enum err log_open(const char *dir, const struct log_options *options,
                  struct log **log, struct why *why) MUST_CHECK;
/* Syncs tiles and empties the journal when writing. NULL does nothing. */
void log_close(struct log *log);

uint64_t log_size(const struct log *log);
struct hash log_root(const struct log *log);
const struct vkey *log_vkey(const struct log *log);
/* Bytes of a torn journal tail that opening dropped (never acknowledged). */
uint64_t log_dropped_bytes(const struct log *log);
/* Entries that opening recovered from the journal into tiles. */
uint64_t log_recovered(const struct log *log);

/*
 * Append a group, all or nothing, durable on return.
 *
 *   entries  in   [count] each 0..LOG_ENTRY_MAX bytes; count 1..LOG_GROUP_MAX
 *   first    out  index of the first; may be NULL
 *
 * Fails  ERR_LIMIT, ERR_SYSTEM (disk full, I/O error): the log is as before;
 *        or, when that could not be ensured, every further append fails
 *        ERR_STATE until the log is opened again (which may then find the
 *        group present).
 */
enum err log_append(struct log *log, const struct slice *entries, size_t count,
                    uint64_t *first, struct why *why) MUST_CHECK;

/* Reading: take note of what has been appended since. Fails ERR_INPUT when the
 * new checkpoint does not continue the old one. */
enum err log_refresh(struct log *log, struct why *why) MUST_CHECK;

/* The root the log had at `size` leaves. Fails ERR_ABSENT beyond log_size. A
 * few microseconds; recent and repeated sizes are remembered. */
enum err log_root_at(struct log *log, uint64_t size, struct hash *root,
                     struct why *why) MUST_CHECK;
/* Is (size, root) in this log's history? */
enum err log_knows(struct log *log, uint64_t size, const struct hash *root,
                   bool *known, struct why *why) MUST_CHECK;

/* One entry, appended to *out, checked against its tile. Fails ERR_ABSENT
 * beyond log_size. */
enum err log_entry(struct log *log, uint64_t index, struct buf *out,
                   struct why *why) MUST_CHECK;

/*
 * Entries in order. Each bundle is checked against its tile of hashes when it
 * is read, and the whole against log_root at the end (if read from 0).
 */
struct log_reader;
struct log_reader *log_reader_open(struct log *log, uint64_t from);
/* *entry is borrowed until the next call; at the end of the log as it was at
 * open, *more is false. Fails ERR_INPUT naming entry and file. */
enum err log_reader_next(struct log_reader *reader, struct slice *entry,
                         uint64_t *index, bool *more,
                         struct why *why) MUST_CHECK;
void log_reader_close(struct log_reader *reader);

/* The published checkpoint with its cosignatures; borrowed until the next
 * append, refresh or cosignature. */
struct slice log_checkpoint(const struct log *log);
/* Add a witness's cosignature of the current checkpoint (its text without
 * signatures is what the witness signed). Replaces an earlier one by the same
 * key. Fails ERR_AUTHORITY when it does not hold. */
enum err log_add_cosignature(
    struct log *log, const struct vkey *witness,
    const uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES],
    struct why *why) MUST_CHECK;

/* Both check what they made against log_root_at(size). */
enum err log_prove_inclusion(struct log *log, uint64_t index, uint64_t size,
                             struct merkle_proof *proof,
                             struct why *why) MUST_CHECK;
enum err log_prove_consistency(struct log *log, uint64_t old, uint64_t size,
                               struct merkle_proof *proof,
                               struct why *why) MUST_CHECK;

struct log_report {
    uint64_t entries;   /* that hold */
    uint64_t files;     /* that were compared byte by byte */
    uint64_t strangers; /* files under log/ that are no part of a log */
    uint64_t ahead;     /* tiles beyond the checkpoint: an append under
                         * way or cut off; replaced by the next one */
    char stranger[256]; /* the first stranger's path, or "" */
};

/*
 * Recompute everything from the entries: every byte of every tile and bundle,
 * superseded ones that are still there included, the root and the signature.
 *
 *   vkey      in   NULL: <dir>/vkey
 *   progress  in   NULL: silent
 *   report    out  how far it came, also on failure; may be NULL
 *
 * Fails  ERR_INPUT or ERR_AUTHORITY naming the first entry or file that does
 *        not hold.
 */
enum err log_check(const char *dir, const struct vkey *vkey,
                   struct progress *progress, struct log_report *report,
                   struct why *why) MUST_CHECK;
