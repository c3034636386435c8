/*
 * session_bench.c - acts a second from signed bytes to durable state, and back
 * from the log to the same state.
 *
 * Forty states vote on one proposal after another: 41 acts and two
 * notifications each. The limit beside every figure is the verification of the
 * same signatures on the same cores, in the same run.
 */
#include "bench.h"

#include "base/json.h"
#include "base/mem.h"
#include "institution/session.h"
#include "record/verifier.h"

#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

enum {
    STATES = 40,
    ACTS_DEFAULT = 100000,
    GROUP = 1000,
    ALONE = 300,
    CORES = 2,
};

static const char charter[] =
    "id: bench.example\n"
    "name: Bench\n"
    "version: 1\n"
    "articles:\n"
    "- {number: '1', title: Aims, text: To be measured.}\n"
    "treaty: {deposits: 40, delay: 1h}\n"
    "weights: {population: population, money: money}\n"
    "rules:\n"
    "  act: {all: [{ge: 2/3}, {sum: population, ge: 65%},"
    " {sum: money, ge: 70%}]}\n"
    "matters:\n"
    "  action: {title: Action, rule: act, period: 10s}\n";

static struct key *officer[STATES];
static uint64_t nonce[STATES];
static struct hash empty;

static void need(enum err err, const struct why *why)
{
    if (err == ERR_NONE)
        return;
    fprintf(stderr, "session_bench: %s\n", why->text);
    exit(3);
}

static void code_of(int state, char code[8])
{
    snprintf(code, 8, "S%02d", state);
}

static struct key *make_key(const char *name)
{
    struct hash seed = hash_bytes(name, strlen(name));
    struct key *key;
    struct why why;

    need(key_from_seed(slice_of(name), KEY_ED25519, seed.b, &key, &why), &why);
    return key;
}

/* A signed act; drafted against the empty log, which every log has been. */
static struct slice make_act(const char *by, const struct key *key,
                             uint64_t number, const char *kind, json_t *body)
{
    struct act_draft draft = {.coalition = "bench.example",
                              .by = by,
                              .kind = kind,
                              .nonce = number,
                              .seen_root = empty,
                              .body = body};
    struct buf out = {0};
    struct why why;

    need(act_format(&draft, &out, &why), &why);
    need(act_sign(&out, key, &why), &why);
    json_decref(body);
    return (struct slice){out.data, out.len};
}

static struct slice state_act(int state, const char *kind, json_t *body)
{
    char by[32];

    snprintf(by, sizeof by, "S%02d/delegate", state);
    return make_act(by, officer[state], ++nonce[state], kind, body);
}

static json_t *founding_body(const struct key *registrar)
{
    json_t *members = json_array();
    json_t *keys = json_array();
    char vkey[KEY_VKEY_SIZE];

    for (int i = 0; i < STATES; i++) {
        char code[8];
        char population[32];
        char money[32];

        code_of(i, code);
        snprintf(population, sizeof population, "%d", 400000 + i * i * 50021);
        snprintf(money, sizeof money, "%d.%d",
                 7 + (i * 17 % 40) * (i * 17 % 40) * 3, i % 10);
        json_array_append_new(members,
                              json_pack("{s:s,s:s,s:{s:s,s:s}}", "code", code,
                                        "name", code, "weights", "population",
                                        population, "money", money));
        vkey_format(key_vkey(officer[i]), vkey);
        json_array_append_new(keys, json_string(vkey));
    }
    vkey_format(key_vkey(registrar), vkey);
    return json_pack("{s:s,s:b,s:o,s:o,s:s}", "charter", charter, "exercise", 1,
                     "members", members, "keys", keys, "secretariat", vkey);
}

static void submit(struct session *session, const struct slice *acts,
                   size_t count, struct when now)
{
    static struct receipt results[SESSION_GROUP_MAX];
    struct why why;

    need(session_submit(session, acts, count, now, results, &why), &why);
    for (size_t i = 0; i < count; i++)
        if (!results[i].accepted)
            need(ERR_STATE, &results[i].why);
}

static void found(struct session *session, struct when now)
{
    struct key *registrar = make_key("bench.example/secretariat/registrar");
    struct slice act = make_act("secretariat/registrar", registrar, 1,
                                "founding", founding_body(registrar));

    submit(session, &act, 1, now);
    key_close(registrar);
    for (int i = 0; i < STATES; i++) {
        act = state_act(i, "signature", json_pack("{s:b}", "definitive", 1));
        submit(session, &act, 1, now);
    }
}

/* The acts of the n-th proposal (from 1): itself and forty ballots. */
static size_t proposal_acts(size_t n, struct slice *acts)
{
    char id[32];
    int by = (int)(n % STATES);

    snprintf(id, sizeof id, "2026-%03zu", n);
    acts[0] = state_act(
        by, "proposal",
        json_pack("{s:s,s:s,s:s,s:s}", "title", "A measure among others",
                  "text", "The council decides that it be so.", "matter",
                  "action", "opens", "2026-01-01T00:00:00Z"));
    for (int i = 0; i < STATES; i++)
        acts[1 + i] =
            state_act(i, "ballot",
                      json_pack("{s:s,s:s}", "proposal", id, "position",
                                (n + (size_t)i * 7) % 5 == 0 ? "no" : "yes"));
    return 1 + STATES;
}

static int remove_one(const char *path, const struct stat *status, int type,
                      struct FTW *place)
{
    (void)status;
    (void)type;
    (void)place;
    return remove(path);
}

static double verify_alone(const struct slice *acts, size_t count,
                           size_t threads)
{
    struct verifier *verifier = verifier_open(threads);
    struct act *act = mem_new(1, sizeof *act);
    const uint64_t *bad;
    double start = bench_clock();
    double taken;

    for (size_t i = 0; i < count; i++) {
        struct why why;
        struct vkey key;

        need(act_parse(acts[i].at, acts[i].len, act, &why), &why);
        key = *key_vkey(
            officer[(act->by.at[1] - '0') * 10 + (act->by.at[2] - '0')]);
        verifier_add(verifier, &key, act->text.at, act->text.len,
                     act->signature[0].signature, i);
    }
    if (verifier_finish(verifier, &bad) != 0)
        exit(3);
    taken = bench_clock() - start;
    verifier_close(verifier);
    mem_free(act);
    return (double)count / taken;
}

static void bench_verify(const char *dir, double alone_1, double alone_2)
{
    struct verify_report report;
    struct why why;
    double start = bench_clock();

    need(session_verify(dir, NULL, 1, &report, &why), &why);
    start = bench_clock() - start;
    bench_print("record.verify", (double)report.acts / start,
                "acts/s on one core", "signatures alone on one core",
                (double)report.acts / start / alone_1);
    start = bench_clock();
    need(session_verify(dir, NULL, CORES, &report, &why), &why);
    start = bench_clock() - start;
    bench_print("record.verify.parallel", (double)report.acts / start,
                "acts/s on two cores", "signatures alone on two cores",
                (double)report.acts / start / alone_2);
    if (!report.state_matches)
        exit(3);
}

static void bench_status(const char *dir)
{
    double taken[21];

    for (size_t i = 0; i < 21; i++) {
        struct session *session;
        struct why why;

        taken[i] = bench_clock();
        need(session_open(dir, SESSION_READ, NULL, &session, &why), &why);
        session_close(session);
        taken[i] = (bench_clock() - taken[i]) * 1000;
    }
    bench_print("record.open", bench_quantile(taken, 21, 0.5),
                "ms to open a log to read, median", "bar of 50 ms",
                bench_quantile(taken, 21, 0.5) / 50);
}

static void bench_alone(struct session *session, struct when now)
{
    static double taken[ALONE];
    struct slice act;

    for (size_t i = 0; i < ALONE; i++) {
        act = state_act((int)(i % STATES), "statement",
                        json_pack("{s:s}", "text", "A word."));
        taken[i] = bench_clock();
        submit(session, &act, 1, now);
        taken[i] = (bench_clock() - taken[i]) * 1000;
    }
    bench_print("record.append.one.p50", bench_quantile(taken, ALONE, 0.5),
                "ms from submission to durable", "bar of 15 ms",
                bench_quantile(taken, ALONE, 0.5) / 15);
    bench_print("record.append.one.p99", bench_quantile(taken, ALONE, 0.99),
                "ms from submission to durable", "bar of 15 ms",
                bench_quantile(taken, ALONE, 0.99) / 15);
}

/* All acts, group by group; the clock passes a proposal's ten seconds with
 * each group, so that votes close as they would. */
static double append_all(struct session *session, const struct slice *acts,
                         size_t count, struct when *now)
{
    double start = bench_clock();

    for (size_t at = 0; at < count; at += GROUP) {
        size_t some = count - at < GROUP ? count - at : GROUP;

        submit(session, acts + at, some, *now);
        now->s += some < GROUP ? 20 : 0;
        /* Only a group that ends with a whole proposal lets votes close. */
        if ((at + some) % (1 + STATES) == 0)
            now->s += 20;
    }
    return (double)count / (bench_clock() - start);
}

int main(int argc, char **argv)
{
    size_t wanted = argc > 1 ? strtoul(argv[1], NULL, 10) : ACTS_DEFAULT;
    size_t proposals = wanted / (1 + STATES) + 1;
    struct slice *acts = mem_new(proposals * (1 + STATES), sizeof *acts);
    const char *keep = getenv("BENCH_DIR"); /* else made and removed */
    char dir[] = "/tmp/entente-bench-XXXXXX";
    const char *folder = keep == NULL ? mkdtemp(dir) : keep;
    struct when now = {0};
    struct session *session;
    struct why why;
    size_t count = 0;
    double alone_1;
    double alone_2;
    double rate;

    if (folder == NULL)
        return 3;
    empty = hash_empty();
    for (int i = 0; i < STATES; i++) {
        char name[64];

        snprintf(name, sizeof name, "bench.example/S%02d/delegate", i);
        officer[i] = make_key(name);
    }
    need(when_parse(slice_of("2026-01-01T00:00:00Z"), &now, &why), &why);
    need(session_create(folder, make_key("bench.example/log"), NULL,
                        KEY_COST_INTERACTIVE, &session, &why),
         &why);
    found(session, now);
    now.s += 2 * 3600;
    for (size_t n = 1; n <= proposals; n++)
        count += proposal_acts(n, acts + count);
    alone_1 = verify_alone(acts, count < 20000 ? count : 20000, 1);
    alone_2 = verify_alone(acts, count < 40000 ? count : 40000, CORES);
    bench_print("record.signatures", alone_1, "signatures/s on one core", NULL,
                0);
    bench_print("record.signatures.parallel", alone_2,
                "signatures/s on two cores", NULL, 0);
    rate = append_all(session, acts, count, &now);
    bench_print("record.append", rate, "acts/s, verified, durable, folded",
                "signatures alone on two cores", rate / alone_2);
    bench_alone(session, now);
    session_close(session);
    bench_status(folder);
    bench_verify(folder, alone_1, alone_2);
    for (size_t i = 0; i < count; i++)
        mem_free((void *)acts[i].at);
    mem_free(acts);
    for (int i = 0; i < STATES; i++)
        key_close(officer[i]);
    if (keep == NULL)
        nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
