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

/* What state.db says, and of which log. */
struct tables {
    bool there;
    bool sound;
    struct state_at at;
    struct hash digest;
};

static struct tables read_tables(const char *dir)
{
    struct tables tables = {0};
    struct buf path = {0};
    struct store *store = NULL;
    enum err err;

    buf_addf(&path, "%s/state.db", dir);
    err = store_open(path.data, false, &store, &tables.at, NULL);
    tables.there = err != ERR_ABSENT;
    tables.sound = err == ERR_NONE &&
                   store_digest(store, &tables.digest, NULL) == ERR_NONE;
    store_close(store);
    buf_clear(&path);
    return tables;
}

static bool tables_fit(const struct tables *tables, struct log *log)
{
    bool known = false;

    if (!tables->sound || tables->at.size == 0) /* nothing was stored yet */
        return tables->sound;
    return log_knows(log, tables->at.size, &tables->at.root, &known, NULL) ==
               ERR_NONE &&
           known;
}

/* Replay the log; where the tables stand, which may be some entries behind it,
 * every document that it gives must be in them, and no other. */
static enum err replay_entries(struct replay *replay, struct log *log,
                               struct state *state, const struct tables *tables,
                               struct verify_report *report, uint64_t *bad,
                               struct why *why)
{
    bool fit = tables_fit(tables, log);
    uint64_t size = log_size(log), mark = fit ? tables->at.size : size;

    TRY(replay_log(replay, log, 0, mark, bad, why));
    state_digest(state, &report->digest);
    report->state_there = tables->there;
    report->state_matches = fit && hash_same(&report->digest, &tables->digest);
    if (mark == size)
        return ERR_NONE;
    TRY(replay_log(replay, log, mark, size, bad, why));
    state_digest(state, &report->digest);
    return ERR_NONE;
}

static enum err replay_all(struct log *log, struct state *state,
                           struct verifier *verifier,
                           const struct tables *tables,
                           struct verify_report *report, struct why *why)
{
    struct history history = {log, replay_history};
    struct replay replay = {.verifier = verifier};
    uint64_t bad;
    const uint64_t *tags;
    enum err err;

    TRY(institution_open(state, &history, &replay.institution, why));
    err = replay_entries(&replay, log, state, tables, report, &bad, why);
    report->acts = replay.acts;
    report->notifications = replay.notifications;
    report->signatures = replay.signatures;
    if (err != ERR_NONE)
        report->bad_entry = (int64_t)bad;
    if (err == ERR_ABSENT) { /* what an entry names; the log is there */
        err = ERR_INPUT;
        if (why != NULL)
            why->code = err;
    }
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
    struct tables tables;
    struct state *state;
    struct log *log;
    enum err err;

    memset(report, 0, sizeof *report);
    report->bad_entry = -1;
    progress_start(&progress, "checking tiles", "entries", 0);
    err = log_check(dir, vkey, &progress, NULL, why);
    progress_end(&progress);
    TRY(err);
    tables = read_tables(dir); /* before the log, which can only be further */
    TRY(log_open(dir, &options, &log, why));
    state = state_open(NULL, NULL);
    verifier = verifier_open(threads);
    err = replay_all(log, state, verifier, &tables, report, why);
    verifier_close(verifier);
    report->entries = log_size(log);
    report->root = log_root(log);
    state_close(state);
    log_close(log);
    return err;
}
