#include "institution/store_sqlite.h"

#include "base/json.h"
#include "base/mem.h"

#include <sqlite3.h>
#include <string.h>

enum { STORE_VERSION = 1 };

struct store {
    sqlite3 *db;
    sqlite3_stmt *load;
    sqlite3_stmt *put;
    sqlite3_stmt *mark;
};

static enum err broken(struct store *store, const char *what, struct why *why)
{
    return fail(why, ERR_SYSTEM, "state.db: %s: %s", what,
                sqlite3_errmsg(store->db));
}

static enum err run(struct store *store, const char *sql, struct why *why)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return broken(store, sql, why);
    return ERR_NONE;
}

static enum err prepare(struct store *store, const char *sql,
                        sqlite3_stmt **statement, struct why *why)
{
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           statement, NULL) != SQLITE_OK)
        return broken(store, "prepare", why);
    return ERR_NONE;
}

static enum err check_version(struct store *store, struct why *why)
{
    sqlite3_stmt *statement = NULL;
    int version = -1;

    TRY(prepare(store, "PRAGMA user_version", &statement, why));
    if (sqlite3_step(statement) == SQLITE_ROW)
        version = sqlite3_column_int(statement, 0);
    sqlite3_finalize(statement);
    if (version < 0)
        return fail(why, ERR_SYSTEM,
                    "state.db cannot be read (%s); `entente rebuild` makes it "
                    "anew from the log",
                    sqlite3_errmsg(store->db));
    if (version != STORE_VERSION)
        return fail(why, ERR_STATE,
                    "state.db has version %d, expected %d; `entente rebuild` "
                    "makes it anew from the log",
                    version, STORE_VERSION);
    return ERR_NONE;
}

/* A new file gets its tables; WAL lets readers read while one writes. The
 * file is derived from the log, so a commit need not wait for the disk. */
static enum err make_tables(struct store *store, struct why *why)
{
    char version[64];
    sqlite3_stmt *statement = NULL;
    bool fresh = false;

    TRY(run(store, "PRAGMA journal_mode=WAL", why));
    TRY(run(store, "PRAGMA synchronous=NORMAL", why));
    TRY(prepare(store, "SELECT 1 FROM sqlite_master LIMIT 1", &statement, why));
    fresh = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    if (!fresh)
        return ERR_NONE;
    TRY(run(store,
            "CREATE TABLE doc(kind TEXT, id TEXT, body TEXT NOT NULL,"
            " PRIMARY KEY(kind, id)) WITHOUT ROWID;"
            "CREATE TABLE mark(one INTEGER PRIMARY KEY CHECK(one = 1),"
            " size INTEGER, root BLOB, time INTEGER)",
            why));
    sqlite3_snprintf(sizeof version, version, "PRAGMA user_version=%d",
                     STORE_VERSION);
    return run(store, version, why);
}

static enum err read_mark(struct store *store, struct state_at *at,
                          struct why *why)
{
    sqlite3_stmt *statement = NULL;

    memset(at, 0, sizeof *at);
    TRY(prepare(store, "SELECT size, root, time FROM mark", &statement, why));
    if (sqlite3_step(statement) == SQLITE_ROW &&
        sqlite3_column_bytes(statement, 1) == (int)sizeof at->root.b) {
        at->size = (uint64_t)sqlite3_column_int64(statement, 0);
        memcpy(at->root.b, sqlite3_column_blob(statement, 1),
               sizeof at->root.b);
        at->time_s = sqlite3_column_int64(statement, 2);
    }
    sqlite3_finalize(statement);
    return ERR_NONE;
}

static enum err open_tables(struct store *store, bool write,
                            struct state_at *at, struct why *why)
{
    sqlite3_busy_timeout(store->db, 5000);
    if (write)
        TRY(make_tables(store, why));
    else
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    TRY(check_version(store, why));
    if (!write)
        TRY(run(store, "BEGIN", why)); /* one snapshot for all its reads */
    TRY(prepare(store, "SELECT body FROM doc WHERE kind = ? AND id = ?",
                &store->load, why));
    if (write) {
        TRY(prepare(store, "INSERT OR REPLACE INTO doc VALUES(?, ?, ?)",
                    &store->put, why));
        TRY(prepare(store, "INSERT OR REPLACE INTO mark VALUES(1, ?, ?, ?)",
                    &store->mark, why));
    }
    return read_mark(store, at, why);
}

enum err store_open(const char *path, bool write, struct store **out,
                    struct state_at *at, struct why *why)
{
    struct store *store = mem_new(1, sizeof *store);
    int flags = write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                      : SQLITE_OPEN_READONLY;
    enum err err = ERR_NONE;

    if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK)
        err = fail(why, ERR_ABSENT, "%s: %s", path, sqlite3_errmsg(store->db));
    else
        err = open_tables(store, write, at, why);
    if (err != ERR_NONE) {
        store_close(store);
        return err;
    }
    *out = store;
    return ERR_NONE;
}

void store_close(struct store *store)
{
    if (store == NULL)
        return;
    sqlite3_finalize(store->load);
    sqlite3_finalize(store->put);
    sqlite3_finalize(store->mark);
    sqlite3_close(store->db);
    mem_free(store);
}

static void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
    sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

static enum err read_doc(sqlite3_stmt *statement, int column, json_t **doc,
                         struct why *why)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t len = (size_t)sqlite3_column_bytes(statement, column);

    *doc = json_loadb(text == NULL ? "" : text, len, 0, NULL);
    if (*doc == NULL)
        return fail(why, ERR_SYSTEM,
                    "state.db: a document is damaged; `entente rebuild` makes "
                    "it anew from the log");
    return ERR_NONE;
}

static enum err load(void *ctx, const char *kind, const char *id, json_t **doc,
                     struct why *why)
{
    struct store *store = ctx;
    enum err err = ERR_NONE;
    int step;

    *doc = NULL;
    bind_text(store->load, 1, kind);
    bind_text(store->load, 2, id);
    step = sqlite3_step(store->load);
    if (step == SQLITE_ROW)
        err = read_doc(store->load, 0, doc, why);
    else if (step != SQLITE_DONE)
        err = broken(store, "load", why);
    sqlite3_reset(store->load);
    return err;
}

static enum err scan(void *ctx, const char *kind, store_found_fn found,
                     void *to, struct why *why)
{
    struct store *store = ctx;
    sqlite3_stmt *statement = NULL;
    enum err err = ERR_NONE;
    int step = SQLITE_DONE;

    TRY(prepare(store, "SELECT id, body FROM doc WHERE kind = ?", &statement,
                why));
    bind_text(statement, 1, kind);
    while (err == ERR_NONE && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        json_t *doc = NULL;

        err = read_doc(statement, 1, &doc, why);
        if (err == ERR_NONE)
            err =
                found(to, (const char *)sqlite3_column_text(statement, 0), doc);
    }
    if (err == ERR_NONE && step != SQLITE_DONE)
        err = broken(store, "scan", why);
    sqlite3_finalize(statement);
    return err;
}

static enum err begin(void *ctx, struct why *why)
{
    return run(ctx, "BEGIN IMMEDIATE", why);
}

static enum err put(void *ctx, const char *kind, const char *id,
                    const json_t *doc, struct why *why)
{
    struct store *store = ctx;
    char *text = json_canonical(doc);
    enum err err = ERR_NONE;

    bind_text(store->put, 1, kind);
    bind_text(store->put, 2, id);
    bind_text(store->put, 3, text);
    if (sqlite3_step(store->put) != SQLITE_DONE)
        err = broken(store, "write", why);
    sqlite3_reset(store->put);
    mem_free(text);
    return err;
}

static enum err commit(void *ctx, const struct state_at *at, struct why *why)
{
    struct store *store = ctx;
    enum err err = ERR_NONE;

    sqlite3_bind_int64(store->mark, 1, (sqlite3_int64)at->size);
    sqlite3_bind_blob(store->mark, 2, at->root.b, sizeof at->root.b,
                      SQLITE_STATIC);
    sqlite3_bind_int64(store->mark, 3, at->time_s);
    if (sqlite3_step(store->mark) != SQLITE_DONE)
        err = broken(store, "write", why);
    sqlite3_reset(store->mark);
    TRY(err);
    return run(store, "COMMIT", why);
}

static void abort_all(void *ctx)
{
    struct store *store = ctx;

    sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

enum err store_digest(struct store *store, struct hash *digest, struct why *why)
{
    sqlite3_stmt *statement = NULL;
    struct buf all = {0};
    int step;

    TRY(prepare(store, "SELECT kind, id, body FROM doc ORDER BY kind, id",
                &statement, why));
    while ((step = sqlite3_step(statement)) == SQLITE_ROW)
        buf_addf(&all, "%s/%s %s\n", sqlite3_column_text(statement, 0),
                 sqlite3_column_text(statement, 1),
                 sqlite3_column_text(statement, 2));
    sqlite3_finalize(statement);
    *digest = hash_bytes(all.data, all.len);
    buf_clear(&all);
    return step == SQLITE_DONE ? ERR_NONE : broken(store, "read", why);
}

const struct store_ops store_sqlite_ops = {
    .load = load,
    .scan = scan,
    .begin = begin,
    .put = put,
    .commit = commit,
    .abort = abort_all,
};
