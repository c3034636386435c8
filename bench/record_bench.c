/*
 * record_bench.c - the physical limits of the record on this machine, and the
 * log beside SQLite doing the same: groups of signed acts made durable.
 */
#include "bench.h"
#include "record/act.h"
#include "record/log.h"

#include <ftw.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { ACT_BYTES = 600, GROUP = 1000, GROUPS = 40, SINGLES = 400 };

static void must(enum err err, const struct why *why)
{
    if (err == ERR_NONE)
        return;
    fprintf(stderr, "record_bench: %s\n", why->text);
    exit(3);
}

static void report(const char *name, double value, const char *unit)
{
    bench_print(name, value, unit, NULL, 0);
}

/* ---- one act, signed ---- */

static struct key *key;
static struct buf sample;

static void make_sample(void)
{
    static const uint8_t seed[KEY_SEED_BYTES] = {1};
    json_t *body = json_object();
    struct act_draft draft = {.coalition = "willing.example",
                              .by = "FR/delegate",
                              .kind = "ballot",
                              .nonce = 412,
                              .body = body};
    char filler[ACT_BYTES - 330];
    struct why why;

    memset(filler, 'x', sizeof filler);
    filler[sizeof filler - 1] = '\0';
    json_set_text(body, "text", filler);
    must(key_from_seed(slice_of("willing.example/FR/delegate"), KEY_ED25519,
                       seed, &key, &why),
         &why);
    must(act_format(&draft, &sample, &why), &why);
    must(act_sign(&sample, key, &why), &why);
    json_decref(body);
}

static void *verify_many(void *count)
{
    struct act act;
    struct why why;

    must(act_parse(sample.data, sample.len, &act, &why), &why);
    for (size_t i = 0; i < *(size_t *)count; i++) {
        if (!act_is_signed_by(&act, 0, key_vkey(key)))
            abort();
    }
    return NULL;
}

static void bench_signatures(void)
{
    size_t count = 20000;
    double start = bench_clock(), one, two;
    pthread_t thread;

    verify_many(&count);
    one = (double)count / (bench_clock() - start);
    report("record.signature.one_core", one, "verifications/s");
    start = bench_clock();
    if (pthread_create(&thread, NULL, verify_many, &count) != 0)
        return;
    verify_many(&count);
    pthread_join(thread, NULL);
    two = 2 * (double)count / (bench_clock() - start);
    bench_print("record.signature.two_cores", two, "verifications/s",
                "one core", two / one);
}

static void bench_parse(void)
{
    enum { COUNT = 300000 };
    double start = bench_clock();
    struct act act;
    struct why why;

    for (int i = 0; i < COUNT; i++)
        must(act_parse(sample.data, sample.len, &act, &why), &why);
    report("record.act_parse", (bench_clock() - start) / COUNT * 1e6, "us");
}

static void bench_hash(void)
{
    enum { NODES = 2000000, BLOCK = 1 << 20, BLOCKS = 500 };
    struct hash hash = hash_empty();
    char *block = mem_new(BLOCK, 1);
    double start = bench_clock();

    for (int i = 0; i < NODES; i++)
        hash = hash_node(&hash, &hash);
    report("record.sha256.node", NODES / (bench_clock() - start), "nodes/s");
    start = bench_clock();
    for (int i = 0; i < BLOCKS; i++) {
        hash = hash_bytes(block, BLOCK);
        block[0] = (char)hash.b[0];
    }
    report("record.sha256.bytes", BLOCKS * 1.048576 / (bench_clock() - start),
           "MB/s");
    mem_free(block);
}

/* ---- the log ---- */

static struct signer *make_signer(void)
{
    struct signer *signer;
    struct key *log_key;
    struct why why;

    must(key_generate(slice_of("willing.example/log"), KEY_ED25519, &log_key,
                      &why),
         &why);
    must(signer_open_key(log_key, &signer, &why), &why);
    return signer;
}

static double bench_groups(struct log *log)
{
    struct slice entries[GROUP];
    double start = bench_clock();
    struct why why;

    for (int i = 0; i < GROUP; i++)
        entries[i] = (struct slice){sample.data, sample.len};
    for (int g = 0; g < GROUPS; g++)
        must(log_append(log, entries, GROUP, NULL, &why), &why);
    return GROUPS * (double)GROUP / (bench_clock() - start);
}

static void bench_singles(struct log *log)
{
    struct slice entry = {sample.data, sample.len};
    double took_ms[SINGLES];
    struct why why;

    for (int i = 0; i < SINGLES; i++) {
        double start = bench_clock();
        must(log_append(log, &entry, 1, NULL, &why), &why);
        took_ms[i] = (bench_clock() - start) * 1e3;
    }
    report("record.log.single_p50", bench_quantile(took_ms, SINGLES, 0.5),
           "ms");
    report("record.log.single_p99", bench_quantile(took_ms, SINGLES, 0.99),
           "ms");
}

static void bench_roots(struct log *log)
{
    enum { COUNT = 100000 };
    uint64_t size = log_size(log);
    double start = bench_clock();
    struct hash root;
    struct why why;

    for (uint64_t i = 0; i < COUNT; i++)
        must(log_root_at(log, i * 2654435761u % size, &root, &why), &why);
    report("record.log.root_at", (bench_clock() - start) / COUNT * 1e6, "us");
}

/* ---- SQLite, doing as little as it can ---- */

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return;
    fprintf(stderr, "record_bench: %s\n", sqlite3_errmsg(db));
    exit(3);
}

static void insert(sqlite3_stmt *add, const struct hash *leaf)
{
    sqlite3_bind_blob(add, 1, sample.data, (int)sample.len, SQLITE_STATIC);
    sqlite3_bind_blob(add, 2, leaf->b, HASH_BYTES, SQLITE_STATIC);
    if (sqlite3_step(add) != SQLITE_DONE)
        exit(3);
    sqlite3_reset(add);
}

/* Act and leaf hash a row, a transaction a group, WAL and FULL; no tree. */
static double bench_sqlite(const char *path)
{
    struct merkle_range range = {0};
    sqlite3_stmt *add;
    sqlite3 *db;
    double start;

    if (sqlite3_open(path, &db) != SQLITE_OK)
        exit(3);
    run(db, "pragma journal_mode=wal");
    run(db, "pragma synchronous=full");
    run(db, "create table entry (id integer primary key, act blob, leaf blob)");
    if (sqlite3_prepare_v2(db, "insert into entry (act, leaf) values (?, ?)",
                           -1, &add, NULL) != SQLITE_OK)
        exit(3);
    start = bench_clock();
    for (int g = 0; g < GROUPS; g++) {
        run(db, "begin");
        for (int i = 0; i < GROUP; i++) {
            struct hash leaf = hash_leaf(sample.data, sample.len);
            merkle_add(&range, &leaf);
            insert(add, &leaf);
        }
        run(db, "commit");
    }
    start = bench_clock() - start;
    sqlite3_finalize(add);
    sqlite3_close(db);
    return GROUPS * (double)GROUP / start;
}

static int remove_one(const char *path, const struct stat *about, int type,
                      struct FTW *where)
{
    (void)about;
    (void)type;
    (void)where;
    return remove(path);
}

int main(void)
{
    char dir[] = "record-bench-XXXXXX"; /* here: /tmp may be memory */
    struct log_options options = {0};
    char path[64];
    struct signer *signer = make_signer();
    struct log_report found;
    struct log *log;
    struct why why;
    double start, log_rate, sqlite_rate;

    if (!mkdtemp(dir))
        return 3;
    make_sample();
    bench_signatures();
    bench_parse();
    bench_hash();
    options.signer = signer;
    must(log_create(dir, signer, NULL, &why), &why);
    must(log_open(dir, &options, &log, &why), &why);
    bench_singles(log);
    log_rate = bench_groups(log);
    bench_roots(log);
    log_close(log);
    snprintf(path, sizeof path, "%s/bench.db", dir);
    sqlite_rate = bench_sqlite(path);
    bench_print("record.log.group", log_rate, "entries/s",
                "sqlite group commit without a tree", log_rate / sqlite_rate);
    start = bench_clock();
    must(log_check(dir, NULL, NULL, &found, &why), &why);
    report("record.log.check", (double)found.entries / (bench_clock() - start),
           "entries/s");
    signer_close(signer);
    key_close(key);
    buf_clear(&sample);
    nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
