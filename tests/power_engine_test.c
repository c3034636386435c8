/*
 * The engines against each other, and what must hold of any game.
 */
#include "power/counting.h"
#include "power/residue.h"
#include "power_fixture.h"
#include "rule_world.h"
#include "test.h"

#include <math.h>
#include <string.h>

static uint64_t roll(uint64_t *state, uint64_t below)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (*state >> 33) % below;
}

/* --- residues ------------------------------------------------------------- */

TEST(residues_multiply_and_invert)
{
    struct prime prime[8];
    uint64_t state = 7;

    residue_primes(prime, 8);
    CHECK(prime[0].p == ((uint64_t)1 << 61) - 1);
    for (size_t i = 0; i < 8; i++) {
        CHECK(i == 0 || prime[i].p < prime[i - 1].p);
        for (int k = 0; k < 200; k++) {
            uint64_t a =
                (roll(&state, 1u << 30) << 31 | roll(&state, 1u << 30)) %
                    (prime[i].p - 1) +
                1;
            uint64_t b = k == 0
                             ? prime[i].p - 1
                             : roll(&state, 1u << 31) * 1073741827 % prime[i].p;

            CHECK(residue_multiply(a, b, prime[i].c) ==
                  (unsigned __int128)a * b % prime[i].p);
            CHECK(residue_multiply(a, residue_inverse(a, prime[i]),
                                   prime[i].c) == 1);
        }
    }
}

TEST(residues_give_the_number_back)
{
    struct prime prime[6];
    uint64_t rest[6];
    mpz_t number, back;

    residue_primes(prime, 6);
    mpz_inits(number, back, NULL);
    for (unsigned long bits = 0; bits <= 360; bits += 30) {
        mpz_ui_pow_ui(number, 2, bits);
        mpz_sub_ui(number, number, bits % 60 == 0);
        for (size_t i = 0; i < 6; i++)
            rest[i] = mpz_fdiv_ui(number, prime[i].p);
        residue_number(prime, rest, 6, back);
        CHECK(mpz_cmp(number, back) == 0);
    }
    mpz_clears(number, back, NULL);
}

TEST(residues_find_coefficients_from_values)
{
    enum { POINTS = 9 };
    uint64_t matrix[POINTS * POINTS], value[POINTS], state = 3;
    uint64_t coefficient[POINTS];
    struct prime prime;

    residue_primes(&prime, 1);
    residue_interpolation(POINTS, prime, matrix);
    for (size_t k = 0; k < POINTS; k++)
        coefficient[k] = roll(&state, prime.p);
    for (size_t j = 0; j < POINTS; j++) {
        value[j] = 0;
        for (size_t k = POINTS; k-- > 0;)
            value[j] = residue_add(residue_multiply(value[j], j + 1, prime.c),
                                   coefficient[k], prime.p);
    }
    for (size_t k = 0; k < POINTS; k++) {
        uint64_t found = 0;

        for (size_t j = 0; j < POINTS; j++)
            found = residue_add(
                found,
                residue_multiply(matrix[k * POINTS + j], value[j], prime.c),
                prime.p);
        CHECK(found == coefficient[k]);
    }
}

/* --- counting beside the diagram ------------------------------------------ */

enum { QUOTAS = 4 };

static void count_beside(size_t players, uint64_t most, uint64_t seed)
{
    struct measured measured;
    struct buf game = {0};
    int64_t weight[80], quota[QUOTAS], total = 0;
    double shapley[80 * QUOTAS];
    mpz_t winning[QUOTAS], swings[80 * QUOTAS];
    struct weighted_game weighted = {players, weight, QUOTAS, quota};
    struct why why;

    for (size_t i = 0; i < players; i++)
        total += weight[i] = (int64_t)roll(&seed, most);
    for (size_t k = 0; k < QUOTAS; k++) {
        quota[k] = 1 + (int64_t)roll(&seed, (uint64_t)total);
        mpz_init(winning[k]);
    }
    for (size_t i = 0; i < QUOTAS * players; i++)
        mpz_init(swings[i]);
    CHECK_OK(counting_swings(&weighted, winning, swings, &why), why);
    CHECK_OK(counting_shapley(&weighted, shapley, &why), why);
    for (size_t k = 0; k < QUOTAS; k++) {
        buf_reset(&game);
        buf_addf(&game, "%lld:", (long long)quota[k]);
        for (size_t i = 0; i < players; i++)
            buf_addf(&game, " %lld", (long long)weight[i]);
        measure_game(&measured, buf_text(&game), NULL);
        NEED(measured.power != NULL && measured.power->shapley_exact);
        CHECK(mpz_cmp(measured.power->winning, winning[k]) == 0);
        for (size_t i = 0; i < players; i++) {
            const struct power_index *index = &measured.power->index[i];

            CHECK(mpz_cmp(index->swings, swings[k * players + i]) == 0);
            CHECK(fabs(mpq_get_d(index->shapley) - shapley[k * players + i]) <
                  1e-12);
        }
        measured_clear(&measured);
    }
    for (size_t k = 0; k < QUOTAS; k++)
        mpz_clear(winning[k]);
    for (size_t i = 0; i < QUOTAS * players; i++)
        mpz_clear(swings[i]);
    buf_clear(&game);
}

TEST(counting_agrees_with_the_diagram)
{
    for (uint64_t seed = 1; seed <= 40; seed++)
        count_beside(1 + seed % 12, 2 + 3 * seed, seed);
    count_beside(20, 1000, 100);
    /* counts of one word, of two */
    count_beside(63, 30, 101);
    count_beside(64, 30, 102);
    count_beside(79, 12, 103);
}

TEST(counting_refuses_what_takes_too_long)
{
    int64_t weight[] = {(int64_t)1 << 60, ((int64_t)1 << 60) + 1, 3};
    int64_t quota = (int64_t)1 << 60;
    struct weighted_game game = {3, weight, 1, &quota};
    mpz_t number[4];
    double shapley[3];
    struct why why;

    for (size_t i = 0; i < 4; i++)
        mpz_init(number[i]);
    CHECK_WHY(counting_swings(&game, number, number + 1, &why), ERR_LIMIT, why,
              "too large");
    CHECK_WHY(counting_shapley(&game, shapley, &why), ERR_LIMIT, why,
              "too large");
    for (size_t i = 0; i < 4; i++)
        mpz_clear(number[i]);
}

/* 190 members, votes to the million: the engine is chosen and says so. */
TEST(power_counts_one_huge_weighted_game)
{
    struct buf game = {0};
    struct measured measured;
    double sum = 0;

    buf_add_text(&game, "850000:");
    for (int i = 0; i < 190; i++)
        buf_addf(&game, " %d", 200 + 190000 / (i + 1));
    measure_game(&measured, buf_text(&game), NULL);
    NEED(measured.power != NULL);
    CHECK_INT(measured.power->method, POWER_COUNTING);
    CHECK(strstr(measured.power->text, "counting") != NULL);
    CHECK(!measured.power->shapley_exact);
    CHECK(!measured.power->minimal_winning.counted);
    for (size_t i = 0; i < 190; i++) {
        sum += measured.power->index[i].shapley_near;
        CHECK(i == 0 || mpz_cmp(measured.power->index[i].swings,
                                measured.power->index[i - 1].swings) <= 0);
    }
    CHECK(fabs(sum - 1) < 1e-12);
    measured_clear(&measured);
    buf_clear(&game);
}

/* --- what must hold of any game ------------------------------------------- */

enum { MOST = 12 };

struct random_game {
    size_t members;
    int w[MOST], v[MOST];
    int quota_w, quota_v, heads;
};

static void roll_game(uint64_t seed, struct random_game *game)
{
    int total_w = 0, total_v = 0;

    game->members = 2 + roll(&seed, MOST - 2);
    for (size_t i = 0; i < game->members; i++) {
        total_w += game->w[i] = 1 + (int)roll(&seed, 30);
        total_v += game->v[i] = 1 + (int)roll(&seed, 9);
    }
    game->quota_w = 1 + (int)roll(&seed, (uint64_t)total_w);
    game->quota_v = 1 + (int)roll(&seed, (uint64_t)total_v);
    game->heads = 1 + (int)roll(&seed, game->members);
}

static void measure_random(const struct random_game *game, const size_t *order,
                           bool dual, struct measured *measured)
{
    struct buf rule = {0}, members = {0};
    int w = game->quota_w, v = game->quota_v, heads = game->heads;

    if (dual) { /* what is left when the others fall just short */
        w = 1 - w;
        v = 1 - v;
        heads = (int)game->members + 1 - heads;
        for (size_t i = 0; i < game->members; i++) {
            w += game->w[i];
            v += game->v[i];
        }
    }
    buf_addf(&rule,
             dual ? "all: [{any: [{sum: w, ge: %d}, {sum: v, ge: %d}]}, {ge: "
                    "%d}]"
                  : "any: [{all: [{sum: w, ge: %d}, {sum: v, ge: %d}]}, {ge: "
                    "%d}]",
             w, v, heads);
    buf_add_text(&members, "code,w,v\n");
    for (size_t i = 0; i < game->members; i++)
        buf_addf(&members, "M%zu,%d,%d\n", order[i], game->w[order[i]],
                 game->v[order[i]]);
    measure_text(measured, buf_text(&rule), buf_text(&members), NULL);
    buf_clear(&rule);
    buf_clear(&members);
}

static void check_same_powers(const struct measured *a,
                              const struct measured *b)
{
    for (size_t i = 0; i < a->power->members; i++) {
        const char *code = roster_code(a->roster, a->power->index[i].member);
        const struct power_index *other = measured_of(b, code);

        CHECK(mpq_equal(a->power->index[i].shapley, other->shapley));
        CHECK(mpq_equal(a->power->index[i].banzhaf, other->banzhaf));
        CHECK(mpq_equal(a->power->index[i].banzhaf_absolute,
                        other->banzhaf_absolute));
    }
}

static void check_sum(const struct measured *measured)
{
    mpq_t shapley, banzhaf;

    mpq_inits(shapley, banzhaf, NULL);
    for (size_t i = 0; i < measured->power->members; i++) {
        mpq_add(shapley, shapley, measured->power->index[i].shapley);
        mpq_add(banzhaf, banzhaf, measured->power->index[i].banzhaf);
    }
    CHECK(mpq_cmp_ui(shapley, 1, 1) == 0);
    CHECK(mpq_cmp_ui(banzhaf, 1, 1) == 0);
    mpq_clears(shapley, banzhaf, NULL);
}

TEST(power_keeps_sums_and_symmetries)
{
    int count = rule_world_effort(400);

    for (uint64_t seed = 1; seed <= (uint64_t)count; seed++) {
        size_t order[MOST], turned[MOST];
        struct random_game game;
        struct measured plain, other;

        roll_game(seed, &game);
        for (size_t i = 0; i < game.members; i++) {
            order[i] = i;
            turned[i] = (i + seed) % game.members;
        }
        measure_random(&game, order, false, &plain);
        NEED(plain.power != NULL);
        check_sum(&plain);

        /* permuting members permutes power */
        measure_random(&game, turned, false, &other);
        check_same_powers(&plain, &other);
        CHECK(mpz_cmp(plain.power->winning, other.power->winning) == 0);
        measured_clear(&other);

        /* the dual rule: what one could block, the other adopts */
        measure_random(&game, order, true, &other);
        check_same_powers(&plain, &other);
        CHECK(mpz_cmp(plain.power->minimal_winning.count,
                      other.power->minimal_blocking.count) == 0);
        CHECK(mpz_cmp(plain.power->minimal_blocking.count,
                      other.power->minimal_winning.count) == 0);
        measured_clear(&other);
        measured_clear(&plain);
    }
}

/* The same weights, and one more member who counts for nothing. Heads are
 * counted only among the others. */
TEST(power_is_not_changed_by_a_dummy)
{
    struct measured plain, more;

    measure_text(&plain,
                 "all: [{sum: w, ge: 60%}, {in: eu, base: eu, ge: 1/2}]",
                 "code,w,eu\nA,5,1\nB,3,1\nC,2,1\nD,2,1\n", NULL);
    measure_text(&more, "all: [{sum: w, ge: 60%}, {in: eu, base: eu, ge: 1/2}]",
                 "code,w,eu\nX,0,0\nA,5,1\nB,3,1\nY,0,0\nC,2,1\nD,2,1\n", NULL);
    NEED(plain.power != NULL && more.power != NULL);
    check_same_powers(&plain, &more);
    CHECK(measured_of(&more, "X")->dummy && measured_of(&more, "Y")->dummy);
    CHECK(mpq_equal(plain.power->act, more.power->act));
    CHECK(mpz_cmp(plain.power->minimal_winning.count,
                  more.power->minimal_winning.count) == 0);
    measured_clear(&plain);
    measured_clear(&more);
}

TEST(power_a_veto_is_a_veto)
{
    struct measured measured;

    measure_text(&measured, "all: [{ge: 2}, {of: [no], in: B, le: 0}]",
                 "code\nA\nB\nC\n", NULL);
    CHECK(measured_of(&measured, "B")->veto);
    CHECK(!measured_of(&measured, "A")->veto);
    CHECK(mpz_cmp(measured_of(&measured, "B")->swings,
                  measured.power->winning) == 0);
    CHECK(mpq_cmp_ui(measured_of(&measured, "B")->prevent, 1, 1) == 0);
    measured_clear(&measured);
}

/* --- samples -------------------------------------------------------------- */

TEST(power_sampled_is_near_and_the_same_again)
{
    struct power_request request = {.sample = 20000, .seed = 42};
    struct measured exact, sampled, again;
    size_t outside = 0;

    measure_file(&exact, "eu_qmv", "tests/data/eu27_2018.csv", NULL);
    measure_file(&sampled, "eu_qmv", "tests/data/eu27_2018.csv", &request);
    measure_file(&again, "eu_qmv", "tests/data/eu27_2018.csv", &request);
    NEED(exact.power && sampled.power && again.power);
    CHECK_INT(sampled.power->method, POWER_SAMPLE);
    CHECK(strstr(sampled.power->text, "estimated") != NULL);
    for (size_t i = 0; i < exact.power->members; i++) {
        const struct power_index *index = &sampled.power->index[i];
        double banzhaf = mpq_get_d(exact.power->index[i].banzhaf_absolute);
        double shapley = mpq_get_d(exact.power->index[i].shapley);

        outside += banzhaf < index->sampled_banzhaf.low ||
                   banzhaf > index->sampled_banzhaf.high;
        outside += shapley < index->sampled_shapley.low ||
                   shapley > index->sampled_shapley.high;
        CHECK(index->sampled_shapley.hits ==
              again.power->index[i].sampled_shapley.hits);
        CHECK(index->sampled_banzhaf.hits ==
              again.power->index[i].sampled_banzhaf.hits);
    }
    CHECK(outside <= 8); /* of 54 intervals of 95 % */
    measured_clear(&exact);
    measured_clear(&sampled);
    measured_clear(&again);
}
