#include "institution/session.h"

#include "base/file.h"
#include "base/mem.h"
#include "institution/replay.h"
#include "institution/store_sqlite.h"
#include "record/entry.h"
#include "record/verifier.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { LOCK_WAIT_MS = 10000, PARALLEL_FROM = 8 };

struct session {
    char *dir;
    enum session_mode mode;
    bool rebuild; /* drop the tables once the lock is held */
    struct signer *signer;
    struct log *log;
    struct store *store;
    struct state *state;
    struct history history;
    struct institution *institution;
    struct when time; /* of the last entry */
};

/* <dir>/<name>, to be freed. */
static char *path_in(const char *dir, const char *name)
{
    struct buf path = {0};

    buf_addf(&path, "%s/%s", dir, name);
    return path.data;
}

struct institution *session_institution(struct session *session)
{
    return session->institution;
}

struct log *session_log(struct session *session)
{
    return session->log;
}

struct when session_time(const struct session *session)
{
    return session->time;
}

void session_close(struct session *session)
{
    if (session == NULL)
        return;
    institution_close(session->institution);
    state_close(session->state);
    store_close(session->store);
    log_close(session->log);
    signer_close(session->signer);
    mem_free(session->dir);
    mem_free(session);
}

/*
 * Opening: the tables as far as they go, the log's entries from there.
 */

static void drop_tables(const char *dir)
{
    static const char *const names[] = {"state.db", "state.db-wal",
                                        "state.db-shm"};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *path = path_in(dir, names[i]);

        unlink(path);
        mem_free(path);
    }
}

static struct state_at here(struct session *session)
{
    return (struct state_at){.size = log_size(session->log),
                             .root = log_root(session->log),
                             .time_s = session->time.s};
}

static enum err start_institution(struct session *session, struct why *why)
{
    session->state = session->store == NULL
                         ? state_open(NULL, NULL)
                         : state_open(&store_sqlite_ops, session->store);
    session->history = (struct history){session->log, replay_history};
    return institution_open(session->state, &session->history,
                            &session->institution, why);
}

/* Are the tables of this log, at a point of its history? */
static bool tables_fit(struct session *session, const struct state_at *at)
{
    struct hash root;

    if (at->size == 0)
        return true;
    return at->size <= log_size(session->log) &&
           log_root_at(session->log, at->size, &root, NULL) == ERR_NONE &&
           hash_same(&root, &at->root);
}

static enum err open_tables(struct session *session, struct state_at *at,
                            struct why *why)
{
    bool write = session->mode == SESSION_WRITE;
    char *path = path_in(session->dir, "state.db");
    enum err err = store_open(path, write, &session->store, at, why);

    if (err != ERR_NONE && write) { /* derived: make them anew */
        drop_tables(session->dir);
        err = store_open(path, write, &session->store, at, why);
    }
    mem_free(path);
    if (err != ERR_NONE && !write) {
        memset(at, 0, sizeof *at);
        return ERR_NONE; /* read without them */
    }
    return err;
}

static enum err catch_up(struct session *session, const struct state_at *at,
                         struct why *why)
{
    struct replay replay = {.institution = session->institution,
                            .time = {at->time_s}};
    struct state_at now;
    uint64_t bad;

    session->time = replay.time;
    if (at->size == log_size(session->log))
        return ERR_NONE;
    TRY(replay_log(&replay, session->log, at->size, log_size(session->log),
                   &bad, why));
    session->time = replay.time;
    if (session->mode == SESSION_READ)
        return ERR_NONE;
    now = here(session);
    return state_save(session->state, &now, why);
}

/* Tables of another log, or ahead of this one, are dropped. */
static enum err fit_tables(struct session *session, struct state_at *at,
                           struct why *why)
{
    if (tables_fit(session, at))
        return ERR_NONE;
    store_close(session->store);
    session->store = NULL;
    memset(at, 0, sizeof *at);
    if (session->mode == SESSION_READ)
        return ERR_NONE;
    drop_tables(session->dir);
    return open_tables(session, at, why);
}

static enum err open_all(struct session *session, struct why *why)
{
    struct log_options options = {.signer = session->signer,
                                  .lock_wait_ms = LOCK_WAIT_MS};
    struct state_at at = {0};

    /* A reader takes its snapshot of the tables first: the log, read after,
     * can only be further. A writer needs the lock before all else. */
    if (session->mode == SESSION_READ) {
        if (!file_exists(session->dir))
            return fail(why, ERR_ABSENT,
                        "%s: no such folder; `entente found` "
                        "makes one",
                        session->dir);
        TRY(open_tables(session, &at, why));
        TRY(log_open(session->dir, &options, &session->log, why));
    } else {
        TRY(log_open(session->dir, &options, &session->log, why));
        if (session->rebuild)
            drop_tables(session->dir);
        TRY(open_tables(session, &at, why));
    }
    TRY(fit_tables(session, &at, why));
    TRY(start_institution(session, why));
    return catch_up(session, &at, why);
}

static struct session *new_session(const char *dir, enum session_mode mode)
{
    struct session *session = mem_new(1, sizeof *session);

    session->dir = mem_copy_text(dir, strlen(dir));
    session->mode = mode;
    return session;
}

static enum err finish_open(struct session *session, enum err err,
                            struct session **out)
{
    if (err != ERR_NONE) {
        session_close(session);
        return err;
    }
    *out = session;
    return ERR_NONE;
}

static enum err start(struct session *session, const char *passphrase,
                      struct why *why)
{
    enum err err = ERR_NONE;

    if (session->mode == SESSION_WRITE) {
        char *path = path_in(session->dir, "keys/log.key");

        err = signer_open(path, passphrase, &session->signer, why);
        mem_free(path);
    }
    return err == ERR_NONE ? open_all(session, why) : err;
}

enum err session_open(const char *dir, enum session_mode mode,
                      const char *passphrase, struct session **out,
                      struct why *why)
{
    struct session *session = new_session(dir, mode);

    return finish_open(session, start(session, passphrase, why), out);
}

enum err session_rebuild(const char *dir, const char *passphrase,
                         uint64_t *entries, struct why *why)
{
    struct session *session = new_session(dir, SESSION_WRITE);

    session->rebuild = true;
    TRY(finish_open(session, start(session, passphrase, why), &session));
    *entries = log_size(session->log);
    session_close(session);
    return ERR_NONE;
}

static enum err create(struct session *session, struct key *key,
                       const char *passphrase, enum key_cost cost,
                       struct why *why)
{
    char *keys = path_in(session->dir, "keys");
    char *path = path_in(session->dir, "keys/log.key");
    enum err err = file_make_folders(keys, why);

    if (err == ERR_NONE)
        err = key_write(key, path, passphrase, cost, why);
    mem_free(keys);
    mem_free(path);
    if (err != ERR_NONE) {
        key_close(key);
        return err;
    }
    TRY(signer_open_key(key, &session->signer, why));
    TRY(log_create(session->dir, session->signer, NULL, why));
    return open_all(session, why);
}

enum err session_create(const char *dir, struct key *key,
                        const char *passphrase, enum key_cost cost,
                        struct session **out, struct why *why)
{
    struct session *session = new_session(dir, SESSION_WRITE);

    return finish_open(session, create(session, key, passphrase, cost, why),
                       out);
}

/*
 * A group of entries being made.
 */

struct group {
    struct session *session;
    struct when now;
    struct buf bytes;
    size_t *end; /* [count] of each entry in bytes */
    size_t count;
    size_t cap;
};

static uint64_t next_index(const struct group *group)
{
    return log_size(group->session->log) + group->count;
}

static enum err add_entry(struct group *group, enum entry_type type,
                          struct slice payload, struct why *why)
{
    const struct charter *charter =
        institution_charter(group->session->institution);
    struct entry entry = {.coalition = slice_of(charter->id),
                          .time = group->now,
                          .type = type,
                          .payload = payload};

    TRY(entry_format(&entry, &group->bytes, why));
    if (group->count == group->cap) {
        group->cap = group->cap == 0 ? 64 : 2 * group->cap;
        group->end = mem_resize(group->end, group->cap, sizeof *group->end);
    }
    group->end[group->count++] = group->bytes.len;
    return ERR_NONE;
}

/* Write and fold what is due. */
static enum err add_due(struct group *group, size_t *count, struct why *why)
{
    struct institution *in = group->session->institution;
    json_t *due;

    for (;;) {
        char *line;
        enum err err;
        uint64_t index = next_index(group);

        TRY(institution_due(in, group->now, &due, why));
        if (due == NULL)
            return ERR_NONE;
        line = institution_line(due);
        err = add_entry(group, ENTRY_NOTIFICATION, slice_of(line), why);
        if (err == ERR_NONE)
            institution_notify(in, due, group->now, index);
        json_decref(due);
        mem_free(line);
        TRY(err);
        if (count != NULL)
            ++*count;
    }
}

/* The group did not become durable: back to what the tables say. */
static void undo(struct session *session)
{
    struct why why;

    institution_close(session->institution);
    session->institution = NULL;
    state_forget(session->state);
    if (institution_open(session->state, &session->history,
                         &session->institution, &why) != ERR_NONE) {
        /* Only memory or a damaged table: nothing further can be judged. */
        state_close(session->state);
        session->state = state_open(NULL, NULL);
        if (institution_open(session->state, &session->history,
                             &session->institution, &why) != ERR_NONE)
            session->institution = NULL;
    }
}

static enum err append(struct group *group, struct why *why)
{
    struct session *session = group->session;
    struct slice *entry;
    struct state_at at;
    enum err err;
    size_t start = 0;

    if (group->count == 0)
        return ERR_NONE;
    entry = mem_new(group->count, sizeof *entry);
    for (size_t i = 0; i < group->count; i++) {
        entry[i] =
            (struct slice){group->bytes.data + start, group->end[i] - start};
        start = group->end[i];
    }
    err = log_append(session->log, entry, group->count, NULL, why);
    mem_free(entry);
    TRY(err);
    session->time = group->now;
    at = here(session);
    /* The log has the group; tables that cannot be written now are caught up
     * at the next opening. What is in memory stays right. */
    (void)!state_save(session->state, &at, NULL);
    return ERR_NONE;
}

static void clear_group(struct group *group)
{
    buf_clear(&group->bytes);
    mem_free(group->end);
}

static struct when log_time(const struct session *session, struct when now)
{
    return now.s < session->time.s ? session->time : now;
}

enum err session_advance(struct session *session, struct when now,
                         size_t *count, struct why *why)
{
    struct group group = {.session = session, .now = log_time(session, now)};
    enum err err = ERR_NONE;

    *count = 0;
    if (institution_charter(session->institution) == NULL)
        return ERR_NONE;
    err = add_due(&group, count, why);
    if (err == ERR_NONE && session->mode == SESSION_WRITE)
        err = append(&group, why);
    if (err != ERR_NONE)
        undo(session);
    clear_group(&group);
    return err;
}

/*
 * Submission.
 */

struct candidate {
    struct act act;
    json_t *body; /* NULL: refused at the door */
    struct act_signers signers;
    bool checked; /* its signatures were sent to the verifier */
    bool bad;     /* one of them does not hold */
};

static void read_candidate(struct session *session, struct slice bytes,
                           struct candidate *candidate, struct why *why)
{
    if (act_parse(bytes.at, bytes.len, &candidate->act, why) != ERR_NONE)
        return;
    if (act_body(&candidate->act, &candidate->body, why) != ERR_NONE) {
        candidate->body = NULL;
        return;
    }
    /* Unknown keys may be granted by an earlier act of the group. */
    candidate->checked =
        institution_signers(session->institution, &candidate->act,
                            candidate->body, &candidate->signers,
                            NULL) == ERR_NONE;
}

static void verify_candidates(struct candidate *candidate, size_t count)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t threads = count < PARALLEL_FROM || cores < 2 ? 1 : 2;
    struct verifier *verifier = verifier_open(threads);
    const uint64_t *bad;
    size_t bads;

    for (size_t i = 0; i < count; i++) {
        const struct act *act = &candidate[i].act;

        if (candidate[i].body == NULL || !candidate[i].checked)
            continue;
        for (size_t j = 0; j < candidate[i].signers.count; j++)
            verifier_add(verifier, &candidate[i].signers.key[j], act->text.at,
                         act->text.len, act->signature[j].signature, i);
    }
    bads = verifier_finish(verifier, &bad);
    for (size_t i = 0; i < bads; i++)
        candidate[bad[i]].bad = true;
    verifier_close(verifier);
}

static enum err check_signatures(struct session *session,
                                 struct candidate *candidate, struct why *why)
{
    const struct act *act = &candidate->act;

    if (!candidate->checked) {
        TRY(institution_signers(session->institution, act, candidate->body,
                                &candidate->signers, why));
        for (size_t i = 0; i < candidate->signers.count; i++)
            candidate->bad |=
                !act_is_signed_by(act, i, &candidate->signers.key[i]);
    }
    if (candidate->bad)
        return fail(why, ERR_AUTHORITY, "a signature of the act does not hold");
    return ERR_NONE;
}

/* Judge one act and, if lawful, make it part of the group. */
static enum err admit(struct group *group, struct candidate *candidate,
                      struct why *why)
{
    struct session *session = group->session;
    const struct act *act = &candidate->act;
    uint64_t index = next_index(group);

    TRY(check_signatures(session, candidate, why));
    TRY(institution_judge(session->institution, act, candidate->body,
                          &candidate->signers, group->now, index, why));
    institution_fold(session->institution, act, candidate->body, group->now,
                     index);
    return ERR_NONE;
}

static enum err submit_one(struct group *group, struct candidate *candidate,
                           struct receipt *result, struct why *why)
{
    uint64_t index;

    if (institution_charter(group->session->institution) != NULL)
        TRY(add_due(group, NULL, why));
    if (candidate->body == NULL)
        return ERR_NONE; /* result->why says why */
    index = next_index(group);
    if (admit(group, candidate, &result->why) != ERR_NONE)
        return result->why.code == ERR_SYSTEM ? (*why = result->why, ERR_SYSTEM)
                                              : ERR_NONE;
    TRY(add_entry(group, ENTRY_ACT, candidate->act.bytes, why));
    result->accepted = true;
    result->index = index;
    return add_due(group, NULL, why);
}

static enum err submit_all(struct group *group, struct candidate *candidate,
                           size_t count, struct receipt *results,
                           struct why *why)
{
    for (size_t i = 0; i < count; i++)
        TRY(submit_one(group, &candidate[i], &results[i], why));
    return append(group, why);
}

enum err session_submit(struct session *session, const struct slice *acts,
                        size_t count, struct when now, struct receipt *results,
                        struct why *why)
{
    struct group group = {.session = session, .now = log_time(session, now)};
    struct candidate *candidate;
    enum err err;

    if (session->mode != SESSION_WRITE)
        return fail(why, ERR_STATE, "the log was opened to read");
    if (session->institution == NULL)
        return fail(why, ERR_SYSTEM, "an earlier failure; open the log again");
    if (count > SESSION_GROUP_MAX)
        return fail(why, ERR_LIMIT, "%zu acts in one group; at most %d", count,
                    SESSION_GROUP_MAX);
    candidate = mem_new(count + 1, sizeof *candidate);
    memset(results, 0, count * sizeof *results);
    for (size_t i = 0; i < count; i++)
        read_candidate(session, acts[i], &candidate[i], &results[i].why);
    verify_candidates(candidate, count);
    err = submit_all(&group, candidate, count, results, why);
    if (err != ERR_NONE) {
        memset(results, 0, count * sizeof *results);
        undo(session);
    }
    for (size_t i = 0; i < count; i++)
        json_decref(candidate[i].body);
    mem_free(candidate);
    clear_group(&group);
    return err;
}
