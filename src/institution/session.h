/*
 * session.h - one coalition's folder, opened: its log, its state, its keys.
 *
 *   <dir>/log/        the truth: C2SP tile log (record/log.h)
 *   <dir>/journal     what was promised and not yet in tiles
 *   <dir>/state.db    derived tables; `entente rebuild` recreates them
 *   <dir>/keys/       key files of this machine; log.key signs checkpoints
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "base/when.h"
#include "institution/institution.h"
#include "record/log.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum session_mode { SESSION_READ, SESSION_WRITE };

struct session;

/*
 * Open a folder made by session_create.
 *
 * SESSION_WRITE starts the key process with <dir>/keys/log.key before anything
 * else is read, takes the lock, and catches the tables up with the log.
 * SESSION_READ needs no key and no lock; it catches up in memory.
 *
 *   passphrase  in  of log.key; NULL when it is not encrypted
 *
 * Owns   *session: session_close.
 * Fails  as log_open and key_read; ERR_INPUT when the log does not replay.
 */
enum err session_open(const char *dir, enum session_mode mode,
                      const char *passphrase, struct session **session,
                      struct why *why) MUST_CHECK;
/* A new, empty log. Its key, named <coalition>/log, is written to
 * <dir>/keys/log.key and closed, also on failure. */
enum err session_create(const char *dir, struct key *key,
                        const char *passphrase, enum key_cost cost,
                        struct session **session, struct why *why) MUST_CHECK;
void session_close(struct session *session);

enum { SESSION_GROUP_MAX = 4096 };

struct institution *session_institution(struct session *session);
struct log *session_log(struct session *session);

/* What became of one submitted act. */
struct receipt {
    bool accepted;
    uint64_t index; /* of its entry, when accepted */
    struct why why; /* when refused */
};

/*
 * Submit acts in order as one group: verify signatures (on two cores when
 * there are many), judge, append with one sync, fold, save. Acts of a group
 * are independent: a refused one does not stop the next. Nobody is told yes
 * before the group is durable.
 *
 *   acts     in   [count] signed acts, the exact bytes; at most
 *                 SESSION_GROUP_MAX
 *   now      in   the log's time; moved up to the last entry's if earlier
 *   results  out  [count]
 *
 * Fails    ERR_SYSTEM when the group could not be made durable: no act of it
 *          was accepted and the state is unchanged.
 */
enum err session_submit(struct session *session, const struct slice *acts,
                        size_t count, struct when now, struct receipt *results,
                        struct why *why) MUST_CHECK;

/* Write the notifications due by `now` to the log (SESSION_WRITE), or fold
 * them in memory to show what is already due (SESSION_READ). */
enum err session_advance(struct session *session, struct when now,
                         size_t *count, struct why *why) MUST_CHECK;

/* The log's time: that of the last entry (0 for an empty log). */
struct when session_time(const struct session *session);

/* Recreate <dir>/state.db from the log, whatever state it is in. */
enum err session_rebuild(const char *dir, const char *passphrase,
                         uint64_t *entries, struct why *why) MUST_CHECK;

struct verify_report {
    uint64_t entries;
    uint64_t acts;
    uint64_t notifications;
    uint64_t signatures;
    struct hash root;
    struct hash digest; /* of the state that the log gives */
    bool state_there;   /* there is a state.db that may be read */
    bool state_matches; /* state.db says the same, as far as it goes: it may
                         * be behind the log, and is caught up when opened */
    int64_t bad_entry;  /* the first that does not hold, or -1 */
};

/*
 * Replay everything: every tile, signature, judgement and notification.
 *
 *   vkey     in  of the log; NULL: <dir>/vkey
 *   threads  in  for signatures, 1..VERIFIER_THREADS_MAX
 *   report   out  how far it came, also on failure
 *
 * Fails    naming the first tile or entry that does not hold.
 * Cost     bound by Ed25519 verification.
 */
enum err session_verify(const char *dir, const struct vkey *vkey,
                        size_t threads, struct verify_report *report,
                        struct why *why) MUST_CHECK;
