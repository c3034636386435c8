/*
 * power_bench.c - voting power: the EU to the person, larger trees, one huge
 * weighted game. Beside the diagram, plain enumeration of the same game with
 * 20 to 27 members; beside counting, the textbook's way, which takes each
 * player out of the counts again.
 */
#include "bench.h"
#include "power/census.h"
#include "power/counting.h"
#include "power/power.h"

#include <math.h>
#include <string.h>
#include <sys/resource.h>

/* Seconds of this process: all of it is computing, on one core. */
static double spent(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void must(enum err err, const struct why *why)
{
    if (err == ERR_NONE)
        return;
    fprintf(stderr, "power_bench: %s\n", why->text);
    exit(3);
}

static uint64_t state = 1;

static uint64_t roll(uint64_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % below;
}

/* --- trees ---------------------------------------------------------------- */

struct subject {
    struct roster *roster;
    struct rule *rule;
    struct rule_program *program;
};

static void set_up(struct subject *subject, const char *rule, size_t members)
{
    struct document *document;
    const struct value *root;
    struct buf csv = {0};
    struct why why;

    buf_add_text(&csv, "code,a,b,c\n");
    for (size_t i = 0; i < members; i++) /* few are large, as among states */
        buf_addf(&csv, "M%zu,%d,%d,%d\n", i,
                 (int)(90e6 / pow((double)i + 1, 1.1)) + (int)roll(90000),
                 (int)(50e6 / (double)(roll(40) + 1)) + (int)roll(90000),
                 (int)(9e6 / (double)(roll(20) + 1)) + (int)roll(90000));
    must(document_parse("rule", rule, strlen(rule), &document, &root, &why),
         &why);
    must(rule_parse(root, "bench", &subject->rule, &why), &why);
    document_close(document);
    must(roster_parse("members", csv.data, csv.len, &subject->roster, &why),
         &why);
    must(program_compile(subject->rule, subject->roster, NULL,
                         &subject->program, &why),
         &why);
    buf_clear(&csv);
}

static void clear(struct subject *subject)
{
    program_close(subject->program);
    rule_close(subject->rule);
    roster_close(subject->roster);
}

static double time_measure(const struct rule_program *program, bool minimal,
                           struct power **power)
{
    struct power_request request = {.no_minimal = !minimal};
    double best = 1e9;
    struct why why;

    for (int i = 0; i < 3; i++) {
        double started = spent(), took;

        must(power_measure(program, &request, power, &why), &why);
        took = spent() - started;
        best = took < best ? took : best;
        if (i < 2)
            power_close(*power);
    }
    return best;
}

/* Every coalition once, in Gray's order, so that one member moves at a time;
 * then each member's swing. How long, and is it the same? */
static double time_enumeration(const struct rule_program *program,
                               const struct power *power)
{
    struct arena *arena = arena_open();
    size_t *player = arena_new(arena, program->members, sizeof *player);
    size_t n = game_players(program, player);
    uint64_t *swings = arena_new(arena, n, sizeof *swings);
    struct power_game game;
    __int128 sum[16] = {0};
    double started = spent();
    uint64_t set = 0;

    game_make(program, player, n, 2, arena, &game);
    for (uint64_t code = 0; code < (uint64_t)1 << n; code++) {
        uint64_t next = code ^ code >> 1, turned = set ^ next;

        for (size_t f = 0; turned != 0 && f < game.forms; f++) {
            size_t p = (size_t)__builtin_ctzll(turned);
            __int128 gain = game.gain[(f * n + p) * 2 + 1];

            sum[f] += next & turned ? gain : -gain;
        }
        set = next;
        if (!game_holds(&game, sum))
            continue;
        for (size_t p = 0; p < n; p++) {
            if (!(set >> p & 1))
                continue;
            for (size_t f = 0; f < game.forms; f++)
                sum[f] -= game.gain[(f * n + p) * 2 + 1];
            swings[p] += !game_holds(&game, sum);
            for (size_t f = 0; f < game.forms; f++)
                sum[f] += game.gain[(f * n + p) * 2 + 1];
        }
    }
    for (size_t p = 0; p < n; p++)
        if (mpz_cmp_ui(power->index[p].swings, swings[p]) != 0)
            fprintf(stderr, "power_bench: enumeration disagrees\n");
    arena_close(arena);
    return spent() - started;
}

static void bench_eu(void)
{
    struct subject eu;
    struct power *power;
    struct why why;
    double took, all;

    must(rule_read("data/rules/eu_qmv.yaml", NULL, &eu.rule, &why), &why);
    must(roster_read("tests/data/eu27_2018.csv", &eu.roster, &why), &why);
    must(program_compile(eu.rule, eu.roster, NULL, &eu.program, &why), &why);
    took = time_measure(eu.program, false, &power);
    bench_print("power.eu27", took * 1e3, "ms", "enumeration",
                time_enumeration(eu.program, power) / took);
    power_close(power);
    all = time_measure(eu.program, true, &power);
    bench_print("power.eu27.minimal_coalitions_too", all * 1e3, "ms", NULL, 0);
    power_close(power);
    clear(&eu);
}

static void bench_tree(const char *name, const char *rule, size_t members,
                       size_t members_both)
{
    struct subject subject;
    struct power *power;
    double took, ratio;

    state = 1;
    set_up(&subject, rule, members_both);
    took = time_measure(subject.program, false, &power);
    ratio = time_enumeration(subject.program, power) / took;
    power_close(power);
    clear(&subject);
    state = 1;
    set_up(&subject, rule, members);
    took = time_measure(subject.program, false, &power);
    bench_print(name, took * 1e3, "ms", "enumeration with 22 members", ratio);
    power_close(power);
    clear(&subject);
}

/* --- one huge weighted game ----------------------------------------------- */

enum { PLAYERS = 190, QUOTAS = 3 };

static void make_votes(int64_t *weight, size_t players, double scale,
                       int64_t *quota)
{
    static const int64_t percent[QUOTAS] = {50, 70, 85};
    int64_t total = 0;

    for (size_t i = 0; i < players; i++)
        total += weight[i] =
            (int64_t)(scale * (1450 + 900000 / pow((double)i + 1, 1.05)));
    for (size_t k = 0; k < QUOTAS; k++)
        quota[k] = (total * percent[k] + 99) / 100;
}

/* The textbook's way: all counts, then for each player the counts without it,
 * weight by weight. */
static double time_textbook(const struct weighted_game *game,
                            const mpz_t *swings)
{
    int64_t total = 0;
    size_t limbs = game->players / 64 + 1;
    mp_limb_t *all, *without, *sum;
    double started = spent();

    for (size_t i = 0; i < game->players; i++)
        total += game->weight[i];
    all = calloc((size_t)(total + 1) * limbs, sizeof *all);
    without = calloc((size_t)(total + 1) * limbs, sizeof *without);
    sum = calloc(limbs + 1, sizeof *sum);
    all[0] = 1;
    for (size_t i = 0; i < game->players; i++)
        for (int64_t x = total; x >= game->weight[i]; x--)
            mpn_add_n(all + (size_t)x * limbs, all + (size_t)x * limbs,
                      all + (size_t)(x - game->weight[i]) * limbs,
                      (mp_size_t)limbs);
    for (size_t i = 0; i < game->players; i++) {
        int64_t w = game->weight[i];
        mpz_t own;

        memcpy(without, all, (size_t)(total + 1) * limbs * sizeof *all);
        for (int64_t x = w; x <= total; x++)
            mpn_sub_n(without + (size_t)x * limbs, without + (size_t)x * limbs,
                      without + (size_t)(x - w) * limbs, (mp_size_t)limbs);
        for (size_t k = 0; k < game->quotas; k++) {
            int64_t from = game->quota[k] - w;

            memset(sum, 0, limbs * sizeof *sum);
            for (int64_t x = from > 0 ? from : 0; x < game->quota[k]; x++)
                mpn_add_n(sum, sum, without + (size_t)x * limbs,
                          (mp_size_t)limbs);
            mpz_init(own);
            mpz_import(own, limbs, -1, sizeof *sum, 0, 0, sum);
            if (mpz_cmp(own, swings[k * game->players + i]) != 0)
                fprintf(stderr, "power_bench: the textbook disagrees\n");
            mpz_clear(own);
        }
    }
    free(all);
    free(without);
    free(sum);
    return spent() - started;
}

static void bench_votes(void)
{
    static int64_t weight[PLAYERS], quota[QUOTAS];
    static mpz_t winning[QUOTAS], swings[PLAYERS * QUOTAS];
    static double shapley[PLAYERS * QUOTAS];
    struct weighted_game game = {PLAYERS, weight, QUOTAS, quota};
    double started, took, small;
    struct why why;

    for (size_t i = 0; i < PLAYERS * QUOTAS; i++)
        mpz_init(swings[i]);
    for (size_t i = 0; i < QUOTAS; i++)
        mpz_init(winning[i]);
    make_votes(weight, PLAYERS, 0.02, quota); /* which the textbook can, too */
    started = spent();
    must(counting_swings(&game, winning, swings, &why), &why);
    small = spent() - started;
    small = time_textbook(&game, swings) / small;
    make_votes(weight, PLAYERS, 1, quota);
    started = spent();
    must(counting_swings(&game, winning, swings, &why), &why);
    took = spent() - started;
    bench_print("power.190.banzhaf", took, "s",
                "taking each player out, with a 50th of the votes", small);
    started = spent();
    must(counting_shapley(&game, shapley, &why), &why);
    bench_print("power.190.shapley", spent() - started, "s", NULL, 0);
    for (size_t i = 0; i < PLAYERS * QUOTAS; i++)
        mpz_clear(swings[i]);
    for (size_t i = 0; i < QUOTAS; i++)
        mpz_clear(winning[i]);
}

int main(void)
{
    struct rusage usage;

    bench_eu();
    bench_tree("power.34x3",
               "all: [{ge: 2/3}, {sum: a, ge: 65%}, {sum: b, ge: 60%}]", 34,
               22);
    bench_tree("power.34x4",
               "all: [{any: [{all: [{ge: 55%}, {sum: a, ge: 65%}]}, {sum: b, "
               "ge: 80%}]}, {sum: c, ge: 55%}]",
               34, 22);
    bench_tree("power.40x3",
               "all: [{ge: 2/3}, {sum: a, ge: 65%}, {sum: b, ge: 60%}]", 40,
               22);
    bench_votes();
    getrusage(RUSAGE_SELF, &usage);
    bench_print("power.memory", (double)usage.ru_maxrss / 1024, "MiB", NULL, 0);
    return 0;
}
