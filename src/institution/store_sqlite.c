#include "institution/store_sqlite.h"

#include "base/json.h"
#include "base/mem.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STORE_VERSION = 2 };

struct store {
    sqlite3 *db;
    sqlite3_stmt *load;
    sqlite3_stmt *put;
    sqlite3_stmt *mark;
    struct buf row; /* what a sum is taken of, reused */
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

static enum err damaged(const char *what, struct why *why)
{
    return fail(why, ERR_SYSTEM,
                "state.db: %s is damaged; `entente rebuild` makes it anew from "
                "the log",
                what);
}

/*
 * Sums. SQLite does not notice a flipped bit in a value, and a wrong document
 * would be judged by and end in the log: every row carries the SHA-256 of
 * what it says.
 */

static struct hash sum_of_doc(struct store *store, const char *kind,
                              const char *id, const char *body, size_t len)
{
    buf_reset(&store->row);
    buf_add(&store->row, kind, strlen(kind) + 1);
    buf_add(&store->row, id, strlen(id) + 1);
    buf_add(&store->row, body, len);
    return hash_bytes(store->row.data, store->row.len);
}

static struct hash sum_of_mark(struct store *store, const struct state_at *at)
{
    buf_reset(&store->row);
    buf_addf(&store->row, "%" PRIu64 " %" PRId64 " ", at->size, at->time_s);
    buf_add(&store->row, at->root.b, sizeof at->root.b);
    return hash_bytes(store->row.data, store->row.len);
}

/* Does this column hold that sum? */
static bool has_sum(sqlite3_stmt *statement, int column,
                    const struct hash *wanted)
{
    const void *sum = sqlite3_column_blob(statement, column);

    return sum != NULL &&
           sqlite3_column_bytes(statement, column) == (int)sizeof *wanted &&
           memcmp(sum, wanted->b, sizeof wanted->b) == 0;
}

/* A text that C can take as such, or NULL: bytes of another type are not
 * found where they should be. */
static const char *text_at(sqlite3_stmt *statement, int column)
{
    bool is_text = sqlite3_column_type(statement, column) == SQLITE_TEXT;
    const char *text = (const char *)sqlite3_column_text(statement, column);
    size_t len = (size_t)sqlite3_column_bytes(statement, column);

    return is_text && strlen(text) == len ? text : NULL;
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
    if (version != STORE_VERSION) /* 0: made, without tables yet */
        return fail(why, version == 0 ? ERR_ABSENT : ERR_STATE,
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
            "BEGIN;"
            "CREATE TABLE doc(kind TEXT, id TEXT, body TEXT NOT NULL,"
            " sum BLOB NOT NULL, PRIMARY KEY(kind, id)) WITHOUT ROWID;"
            "CREATE TABLE mark(one INTEGER PRIMARY KEY CHECK(one = 1),"
            " size INTEGER, root BLOB, time INTEGER, sum BLOB)",
            why));
    sqlite3_snprintf(sizeof version, version, "PRAGMA user_version=%d;COMMIT",
                     STORE_VERSION);
    return run(store, version, why);
}

/* No mark and no document: nothing was stored yet. */
static enum err read_no_mark(struct store *store, struct why *why)
{
    sqlite3_stmt *statement = NULL;
    bool is_empty;

    TRY(prepare(store, "SELECT 1 FROM doc LIMIT 1", &statement, why));
    is_empty = sqlite3_step(statement) == SQLITE_DONE;
    sqlite3_finalize(statement);
    return is_empty ? ERR_NONE : damaged("the mark", why);
}

static enum err read_mark(struct store *store, struct state_at *at,
                          struct why *why)
{
    sqlite3_stmt *statement = NULL;
    struct hash sum;
    int step;
    bool same = false;

    memset(at, 0, sizeof *at);
    TRY(prepare(store, "SELECT size, root, time, sum FROM mark", &statement,
                why));
    step = sqlite3_step(statement);
    if (step == SQLITE_ROW &&
        sqlite3_column_bytes(statement, 1) == (int)sizeof at->root.b) {
        at->size = (uint64_t)sqlite3_column_int64(statement, 0);
        memcpy(at->root.b, sqlite3_column_blob(statement, 1),
               sizeof at->root.b);
        at->time_s = sqlite3_column_int64(statement, 2);
        sum = sum_of_mark(store, at);
        same = has_sum(statement, 3, &sum);
    }
    sqlite3_finalize(statement);
    if (step == SQLITE_DONE)
        return read_no_mark(store, why);
    return same ? ERR_NONE : damaged("the mark", why);
}

static enum err read_row(struct store *store, sqlite3_stmt *statement,
                         const char **kind, const char **id, const char **body,
                         struct why *why)
{
    struct hash sum;

    *kind = text_at(statement, 0);
    *id = text_at(statement, 1);
    *body = text_at(statement, 2);
    if (*kind == NULL || *id == NULL || *body == NULL)
        return damaged("a document", why);
    sum = sum_of_doc(store, *kind, *id, *body, strlen(*body));
    return has_sum(statement, 3, &sum) ? ERR_NONE : damaged("a document", why);
}

/* Acts are judged and questions answered by these documents: SQLite's own
 * check finds rows that have gone, the sums find rows that have changed. */
static enum err check_all(struct store *store, struct why *why)
{
    sqlite3_stmt *statement = NULL;
    const char *kind, *id, *body;
    enum err err = ERR_NONE;
    int step = SQLITE_DONE;
    bool sound;

    TRY(prepare(store, "PRAGMA quick_check(1)", &statement, why));
    sound = sqlite3_step(statement) == SQLITE_ROW &&
            text_at(statement, 0) != NULL &&
            strcmp(text_at(statement, 0), "ok") == 0;
    sqlite3_finalize(statement);
    if (!sound)
        return damaged("the file", why);
    TRY(prepare(store, "SELECT kind, id, body, sum FROM doc", &statement, why));
    while (err == ERR_NONE && (step = sqlite3_step(statement)) == SQLITE_ROW)
        err = read_row(store, statement, &kind, &id, &body, why);
    sqlite3_finalize(statement);
    if (err == ERR_NONE && step != SQLITE_DONE)
        err = broken(store, "check", why);
    return err;
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
    TRY(prepare(store,
                "SELECT kind, id, body, sum FROM doc WHERE kind = ? AND id = ?",
                &store->load, why));
    if (write) {
        TRY(prepare(store, "INSERT OR REPLACE INTO doc VALUES(?, ?, ?, ?)",
                    &store->put, why));
        TRY(prepare(store, "INSERT OR REPLACE INTO mark VALUES(1, ?, ?, ?, ?)",
                    &store->mark, why));
    }
    TRY(check_all(store, why));
    return read_mark(store, at, why);
}

/* Beside a database in WAL mode SQLite makes files even to read it. Where it
 * may not, and no writer's are there, the file is read as it stands. */
static bool is_still(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct buf name = {0};
    struct stat about;
    bool still;

    buf_add(&name, path, slash == NULL ? 0 : (size_t)(slash - path));
    still = faccessat(AT_FDCWD, slash == NULL ? "." : buf_text(&name), W_OK,
                      AT_EACCESS) != 0;
    buf_reset(&name);
    buf_addf(&name, "%s-wal", path);
    still = still && (stat(name.data, &about) != 0 || about.st_size == 0);
    buf_clear(&name);
    return still;
}

static enum err open_still(struct store *store, const char *path,
                           struct why *why)
{
    struct buf uri = {0};
    int code;

    buf_add_text(&uri, "file:");
    for (const char *at = path; *at != '\0'; at++)
        buf_addf(&uri, strchr("%?#", *at) == NULL ? "%c" : "%%%02X",
                 (unsigned char)*at);
    buf_add_text(&uri, "?immutable=1");
    code = sqlite3_open_v2(uri.data, &store->db,
                           SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);
    buf_clear(&uri);
    return code == SQLITE_OK ? ERR_NONE
                             : fail(why, ERR_ABSENT, "%s: %s", path,
                                    sqlite3_errmsg(store->db));
}

static enum err open_file(struct store *store, const char *path, bool write,
                          struct why *why)
{
    int flags = write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
                      : SQLITE_OPEN_READONLY;
    struct stat about;

    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode))
        return fail(why, ERR_STATE, "%s: not a file", path);
    if (!write && is_still(path))
        return open_still(store, path, why);
    if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK)
        return fail(why, ERR_ABSENT, "%s: %s", path, sqlite3_errmsg(store->db));
    return ERR_NONE;
}

enum err store_open(const char *path, bool write, struct store **out,
                    struct state_at *at, struct why *why)
{
    struct store *store = mem_new(1, sizeof *store);
    enum err err = open_file(store, path, write, why);

    if (err == ERR_NONE)
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
    buf_clear(&store->row);
    mem_free(store);
}

static void bind_text(sqlite3_stmt *statement, int place, const char *text)
{
    sqlite3_bind_text(statement, place, text, -1, SQLITE_STATIC);
}

static enum err read_doc(struct store *store, sqlite3_stmt *statement,
                         const char **id, json_t **doc, struct why *why)
{
    const char *kind, *body;

    TRY(read_row(store, statement, &kind, id, &body, why));
    *doc = json_loads(body, 0, NULL);
    return *doc == NULL ? damaged("a document", why) : ERR_NONE;
}

static enum err load(void *ctx, const char *kind, const char *id, json_t **doc,
                     struct why *why)
{
    struct store *store = ctx;
    const char *found;
    enum err err = ERR_NONE;
    int step;

    *doc = NULL;
    bind_text(store->load, 1, kind);
    bind_text(store->load, 2, id);
    step = sqlite3_step(store->load);
    if (step == SQLITE_ROW)
        err = read_doc(store, store->load, &found, doc, why);
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

    TRY(prepare(store, "SELECT kind, id, body, sum FROM doc WHERE kind = ?",
                &statement, why));
    bind_text(statement, 1, kind);
    while (err == ERR_NONE && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        json_t *doc = NULL;
        const char *id;

        err = read_doc(store, statement, &id, &doc, why);
        if (err == ERR_NONE)
            err = found(to, id, doc);
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
    struct hash sum = sum_of_doc(store, kind, id, text, strlen(text));
    enum err err = ERR_NONE;

    bind_text(store->put, 1, kind);
    bind_text(store->put, 2, id);
    bind_text(store->put, 3, text);
    sqlite3_bind_blob(store->put, 4, sum.b, sizeof sum.b, SQLITE_STATIC);
    if (sqlite3_step(store->put) != SQLITE_DONE)
        err = broken(store, "write", why);
    sqlite3_reset(store->put);
    mem_free(text);
    return err;
}

static enum err commit(void *ctx, const struct state_at *at, struct why *why)
{
    struct store *store = ctx;
    struct hash sum = sum_of_mark(store, at);
    enum err err = ERR_NONE;

    sqlite3_bind_int64(store->mark, 1, (sqlite3_int64)at->size);
    sqlite3_bind_blob(store->mark, 2, at->root.b, sizeof at->root.b,
                      SQLITE_STATIC);
    sqlite3_bind_int64(store->mark, 3, at->time_s);
    sqlite3_bind_blob(store->mark, 4, sum.b, sizeof sum.b, SQLITE_STATIC);
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
    const char *kind, *id, *body;
    struct buf all = {0};
    enum err err = ERR_NONE;
    int step = SQLITE_DONE;

    TRY(prepare(store, "SELECT kind, id, body, sum FROM doc ORDER BY kind, id",
                &statement, why));
    while (err == ERR_NONE && (step = sqlite3_step(statement)) == SQLITE_ROW) {
        err = read_row(store, statement, &kind, &id, &body, why);
        if (err == ERR_NONE)
            buf_addf(&all, "%s/%s %s\n", kind, id, body);
    }
    if (err == ERR_NONE && step != SQLITE_DONE)
        err = broken(store, "read", why);
    sqlite3_finalize(statement);
    if (err == ERR_NONE)
        *digest = hash_bytes(all.data, all.len);
    buf_clear(&all);
    return err;
}

const struct store_ops store_sqlite_ops = {
    .load = load,
    .scan = scan,
    .begin = begin,
    .put = put,
    .commit = commit,
    .abort = abort_all,
};
