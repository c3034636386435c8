/*
 * verify.c - replaying a whole log: what anyone can do who has its files.
 */
#include "institution/session.h"

#include "base/mem.h"
#include "base/progress.h"
#include "institution/replay.h"
#include "institution/store_sqlite.h"
#include "record/verifier.h"

#include <string.h>

/* Every document the log gives stands in state.db, and no other. */
static bool tables_agree(const char *dir, const struct verify_report *report)
{
    struct buf path = {0};
    struct store *store = NULL;
    struct state_at at;
    struct hash digest;
    bool same;

    buf_addf(&path, "%s/state.db", dir);
    same = store_open(path.data, false, &store, &at, NULL) == ERR_NONE &&
           at.size == report->entries &&
           store_digest(store, &digest, NULL) == ERR_NONE &&
           hash_same(&digest, &report->digest);
    store_close(store);
    buf_clear(&path);
    return same;
}

static enum err replay_all(struct log *log, struct state *state,
                           struct verifier *verifier,
                           struct verify_report *report, struct why *why)
{
    struct history history = {log, replay_history};
    struct replay replay = {.verifier = verifier};
    uint64_t bad;
    const uint64_t *tags;
    enum err err;

    TRY(institution_open(state, &history, &replay.institution, why));
    err = replay_log(&replay, log, 0, &bad, why);
    report->acts = replay.acts;
    report->notifications = replay.notifications;
    report->signatures = replay.signatures;
    if (err != ERR_NONE)
        report->bad_entry = (int64_t)bad;
    if (verifier_finish(verifier, &tags) > 0 &&
        (err == ERR_NONE || tags[0] <= bad)) {
        report->bad_entry = (int64_t)tags[0];
        err = fail(why, ERR_AUTHORITY,
                   "entry %llu: a signature of the act "
                   "does not hold",
                   (unsigned long long)tags[0]);
    }
    institution_close(replay.institution);
    return err;
}

enum err session_verify(const char *dir, const struct vkey *vkey,
                        size_t threads, struct verify_report *report,
                        struct why *why)
{
    struct log_options options = {.vkey = vkey};
    struct progress progress;
    struct verifier *verifier;
    struct state *state;
    struct log *log;
    enum err err;

    memset(report, 0, sizeof *report);
    report->bad_entry = -1;
    progress_start(&progress, "checking tiles", "entries", 0);
    err = log_check(dir, vkey, &progress, NULL, why);
    progress_end(&progress);
    TRY(err);
    TRY(log_open(dir, &options, &log, why));
    state = state_open(NULL, NULL);
    verifier = verifier_open(threads);
    err = replay_all(log, state, verifier, report, why);
    verifier_close(verifier);
    report->entries = log_size(log);
    report->root = log_root(log);
    if (err == ERR_NONE) {
        state_digest(state, &report->digest);
        report->state_matches = tables_agree(dir, report);
    }
    state_close(state);
    log_close(log);
    return err;
}
