#include "power/counting.h"

#include "base/mem.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Bounds: memory, and steps of some nanosecond. */
enum { BYTES_MAX = 768 << 20 };
#define STEPS_MAX 40e9

struct entry {
    int64_t weight;
    size_t player;
};

/* The players who weigh something, lightest first. */
struct ordered {
    size_t count;
    size_t idle; /* players of weight 0 */
    struct entry *entry;
    int64_t total;
};

static int lightest_first(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->weight != y->weight)
        return x->weight < y->weight ? -1 : 1;
    return (x->player > y->player) - (x->player < y->player);
}

static void order_players(const struct weighted_game *game,
                          struct ordered *ordered)
{
    *ordered = (struct ordered){
        .entry = mem_new(game->players + 1, sizeof *ordered->entry)};
    for (size_t p = 0; p < game->players; p++)
        if (game->weight[p] > 0) {
            ordered->entry[ordered->count++] =
                (struct entry){game->weight[p], p};
            ordered->total += game->weight[p];
        }
    ordered->idle = game->players - ordered->count;
    qsort(ordered->entry, ordered->count, sizeof *ordered->entry,
          lightest_first);
}

/* --- counting ------------------------------------------------------------- */

/* Numbers of coalitions by weight 0..range-1, each of `limbs` words. */
struct counts {
    int64_t range;
    size_t limbs; /* for now; the array has room for the last */
    mp_limb_t *at;
};

static mp_limb_t *count_at(const struct counts *counts, int64_t weight)
{
    return &counts->at[(size_t)weight * counts->limbs];
}

/* Wider numbers, in place from the top. */
static void widen(struct counts *counts, int64_t used)
{
    const size_t narrow = counts->limbs, wide = narrow + 1;

    for (int64_t x = used; x-- > 0;) {
        memmove(&counts->at[(size_t)x * wide], &counts->at[(size_t)x * narrow],
                narrow * sizeof *counts->at);
        counts->at[(size_t)x * wide + narrow] = 0;
    }
    counts->limbs = wide;
}

/* One more player: count[x] += count[x - weight], from the top. A stretch no
 * longer than the weight does not overlap its source; no sum carries into the
 * next, so it is one long addition. */
static void add_player(const struct counts *counts, int64_t weight, int64_t top)
{
    for (int64_t end = top; end > weight;) {
        int64_t length = end - weight < weight ? end - weight : weight;
        mp_limb_t *to = count_at(counts, end - length);

        mpn_add_n(to, to, count_at(counts, end - length - weight),
                  (mp_size_t)((size_t)length * counts->limbs));
        end -= length;
    }
}

/* count[x] becomes the number of coalitions that weigh at most x. */
static void accumulate(const struct counts *counts)
{
    for (int64_t x = 1; x < counts->range; x++)
        mpn_add_n(count_at(counts, x), count_at(counts, x),
                  count_at(counts, x - 1), (mp_size_t)counts->limbs);
}

static void count_all(const struct ordered *ordered, struct counts *counts)
{
    int64_t used = 1;

    counts->limbs = 1;
    counts->at[0] = 1;
    for (size_t i = 0; i < ordered->count; i++) {
        int64_t weight = ordered->entry[i].weight;

        if (i + 1 == counts->limbs * GMP_NUMB_BITS)
            widen(counts, used);
        used = used < counts->range - weight ? used + weight : counts->range;
        add_player(counts, weight, used);
    }
    accumulate(counts);
}

static void set_limbs(mpz_t number, const mp_limb_t *at, size_t limbs)
{
    mpz_import(number, limbs, -1, sizeof *at, 0, 0, at);
}

/*
 * Coalitions of the others that weigh at most x but more than x - weight.
 *
 * Let P(x) be how many of all coalitions weigh at most x, D(x) how many
 * without the player. P(x) = D(x) + D(x - w), so D(x) = P(x) - P(x - w) +
 * P(x - 2w) - ..., and D(x) - D(x - w) = 2 D(x) - P(x).
 */
static void count_between(const struct counts *counts, int64_t x,
                          int64_t weight, mp_limb_t *plus, mp_limb_t *minus,
                          mpz_t number, mpz_t scratch)
{
    const mp_size_t limbs = (mp_size_t)counts->limbs;
    bool even = true;

    /* one more word is enough for so many of them */
    memset(plus, 0, ((size_t)limbs + 1) * sizeof *plus);
    memset(minus, 0, ((size_t)limbs + 1) * sizeof *minus);
    for (int64_t at = x; at >= 0; at -= weight, even = !even) {
        mp_limb_t *to = even ? plus : minus;

        to[limbs] += mpn_add_n(to, to, count_at(counts, at), limbs);
    }
    set_limbs(number, plus, (size_t)limbs + 1);
    set_limbs(scratch, minus, (size_t)limbs + 1);
    mpz_sub(number, number, scratch);
    mpz_mul_2exp(number, number, 1);
    set_limbs(scratch, count_at(counts, x), (size_t)limbs);
    mpz_sub(number, number, scratch);
}

/* The quota below which the dual game loses: a player swings as often in it,
 * and its coalitions are those that do not block. */
static int64_t lower_quota(const struct ordered *ordered, int64_t quota)
{
    int64_t dual = ordered->total - quota + 1;

    return quota < dual ? quota : dual;
}

static void read_quota(const struct ordered *ordered,
                       const struct counts *counts, int64_t quota,
                       mpz_t winning, mpz_t *swings)
{
    const size_t limbs = counts->limbs;
    int64_t lower = lower_quota(ordered, quota);
    mp_limb_t *sum = mem_new(2 * (limbs + 1), sizeof *sum);
    mpz_t scratch;

    mpz_init(scratch);
    /* lighter than the lower quota: lose; in the dual game their complements
     * win */
    set_limbs(winning, count_at(counts, lower - 1), limbs);
    if (lower == quota) {
        mpz_set_ui(scratch, 1);
        mpz_mul_2exp(scratch, scratch, ordered->count);
        mpz_sub(winning, scratch, winning);
    }
    mpz_mul_2exp(winning, winning, ordered->idle);
    for (size_t i = 0; i < ordered->count; i++) {
        const struct entry *entry = &ordered->entry[i];
        mpz_t *own = &swings[entry->player];

        if (i > 0 && entry->weight == entry[-1].weight) {
            mpz_set(*own, swings[entry[-1].player]);
            continue;
        }
        count_between(counts, lower - 1, entry->weight, sum, sum + limbs + 1,
                      *own, scratch);
        mpz_mul_2exp(*own, *own, ordered->idle);
    }
    mpz_clear(scratch);
    mem_free(sum);
}

/* Additions, if sums from 0 to range - 1 are kept. */
static double steps_of(const struct ordered *ordered, int64_t range)
{
    double steps = 0, used = 1;

    for (size_t i = 0; i < ordered->count; i++) {
        const size_t limbs = i / GMP_NUMB_BITS + 1;

        used += (double)ordered->entry[i].weight;
        if (used > (double)range)
            used = (double)range;
        steps += used * (double)limbs;
    }
    return steps;
}

static enum err refuse(struct why *why)
{
    return fail(why, ERR_LIMIT,
                "the weights are too large to be counted one by one");
}

enum err counting_swings(const struct weighted_game *game, mpz_t *winning,
                         mpz_t *swings, struct why *why)
{
    struct ordered ordered;
    struct counts counts = {.range = 1};
    size_t limbs;
    enum err err = ERR_NONE;

    order_players(game, &ordered);
    for (size_t i = 0; i < game->quotas; i++) {
        int64_t lower = lower_quota(&ordered, game->quota[i]);

        counts.range = lower > counts.range ? lower : counts.range;
    }
    limbs = ordered.count / GMP_NUMB_BITS + 1;
    if (counts.range > BYTES_MAX / (int64_t)(limbs * sizeof(mp_limb_t)) ||
        steps_of(&ordered, counts.range) > STEPS_MAX) {
        err = refuse(why);
    } else {
        counts.at = mem_new((size_t)counts.range * limbs, sizeof *counts.at);
        count_all(&ordered, &counts);
        for (size_t p = 0; p < game->quotas * game->players; p++)
            mpz_set_ui(swings[p], 0);
        for (size_t i = 0; i < game->quotas; i++)
            read_quota(&ordered, &counts, game->quota[i], winning[i],
                       &swings[i * game->players]);
        mem_free(counts.at);
    }
    mem_free(ordered.entry);
    return err;
}

/* --- Shapley-Shubik ------------------------------------------------------- */

/* A point of the quadrature over 0..1. */
struct point {
    double t;
    double weight;
};

/* The upper half of the zeros of the Legendre polynomial of degree `count`, by
 * Newton's method, moved to 0..1/2; the other half lies mirrored. */
static void find_points(size_t count, struct point *point)
{
    const long double pi = 3.14159265358979323846264338327950288L;

    for (size_t i = 0; i < (count + 1) / 2; i++) {
        long double z =
            cosl(pi * ((long double)i + 0.75L) / ((long double)count + 0.5L));
        long double slope = 1;

        if (2 * i + 1 == count)
            z = 0;
        for (int round = 0; round < 20; round++) {
            long double here = 1, before = 0;

            for (size_t k = 0; k < count; k++) {
                long double next = ((2 * (long double)k + 1) * z * here -
                                    (long double)k * before) /
                                   (long double)(k + 1);

                before = here;
                here = next;
            }
            slope = (long double)count * (z * here - before) / (z * z - 1);
            z -= here / slope;
        }
        point[i].t = (double)((1 - z) / 2);
        point[i].weight = (double)(1 / ((1 - z * z) * slope * slope));
    }
}

/* to[k] += ratio * from[k]; the two do not overlap. */
static void add_scaled(double *restrict to, const double *restrict from,
                       size_t count, double ratio)
{
    typedef double two __attribute__((vector_size(16), aligned(8), may_alias));
    size_t k = 0;

    for (; k + 8 <= count; k += 8)
        for (size_t i = k; i < k + 8; i += 2)
            *(two *)(to + i) += ratio * *(const two *)(from + i);
    for (; k < count; k++)
        to[k] += ratio * from[k];
}

/* chance[x] that those who are for weigh x, each being for with chance t. */
static void spread(const struct ordered *ordered, double t, double *chance,
                   int64_t range)
{
    int64_t used = 1;

    memset(chance, 0, (size_t)range * sizeof *chance);
    chance[0] = (double)powl(1 - (long double)t, (long double)ordered->count);
    for (size_t i = 0; i < ordered->count; i++) {
        int64_t weight = ordered->entry[i].weight;

        used = used < range - weight ? used + weight : range;
        for (int64_t end = used; end > weight;) {
            int64_t length = end - weight < weight ? end - weight : weight;

            add_scaled(chance + (end - length),
                       chance + (end - length - weight), (size_t)length,
                       t / (1 - t));
            end -= length;
        }
    }
}

/* Fixed point, so that sums are exact and so are differences of sums. */
static const double ONE = 9223372036854775808.0; /* 2^63 */

static void accumulate_chances(const double *chance, uint64_t *sum,
                               int64_t range)
{
    uint64_t total = 0;

    for (int64_t x = 0; x < range; x++) {
        total += (uint64_t)(int64_t)(chance[x] * ONE + 0.5);
        sum[x] = total;
    }
}

/* The chance that the others weigh quota - weight .. quota - 1: the sum over j
 * of (-ratio)^j of the chances in the j-th stretch of `weight` below the
 * quota, over 1 - t. */
static double swing_chance(const uint64_t *sum, int64_t quota, int64_t weight,
                           double t)
{
    const double ratio = t / (1 - t);
    double scale = 1 / ((1 - t) * ONE), chance = 0;

    for (int64_t x = quota - 1; x >= 0; x -= weight) {
        uint64_t stretch = sum[x] - (x >= weight ? sum[x - weight] : 0);

        chance += scale * (double)stretch;
        scale *= -ratio;
        if (scale * ONE < 1e-18 && scale * ONE > -1e-18)
            break;
    }
    return chance;
}

/* What rounding can do to a result at most. Each chance is a sum of positive
 * terms, each rounded twice for each player; each stretch is off by at most
 * 2^-64 for each of its sums. */
static double rounding_of(const struct ordered *ordered,
                          const struct point *point, size_t points,
                          int64_t range)
{
    double heaviest = (double)ordered->entry[ordered->count - 1].weight;
    double rounding = 4 * (double)ordered->count * ldexp(1, -53);

    for (size_t i = 0; i < (points + 1) / 2; i++) {
        double t = point[i].t, sums = (double)range;

        if (t < 0.5 && heaviest * (1 - t) / (1 - 2 * t) < sums)
            sums = heaviest * (1 - t) / (1 - 2 * t);
        rounding += 2 * point[i].weight * sums * ldexp(1, -64) / (1 - t);
    }
    return rounding;
}

static void add_point(const struct weighted_game *game,
                      const struct ordered *ordered, struct point point,
                      const uint64_t *sum, double *shapley)
{
    for (size_t i = 0; i < game->quotas; i++) {
        /* At 1 - t the game is the dual one at t. */
        int64_t quota = game->quota[i], dual = ordered->total - quota + 1;
        double *own = &shapley[i * game->players], swing = 0;
        bool mirrored = point.t < 0.5;

        for (size_t k = 0; k < ordered->count; k++) {
            int64_t weight = ordered->entry[k].weight;

            if (k == 0 || weight != ordered->entry[k - 1].weight)
                swing =
                    swing_chance(sum, quota, weight, point.t) +
                    (mirrored ? swing_chance(sum, dual, weight, point.t) : 0);
            own[ordered->entry[k].player] += point.weight * swing;
        }
    }
}

static enum err integrate(const struct weighted_game *game,
                          const struct ordered *ordered, int64_t range,
                          double *shapley, struct why *why)
{
    size_t points = (ordered->count + 1) / 2;
    struct point *point = mem_new(points + 1, sizeof *point);
    double *chance;
    uint64_t *sum;

    find_points(points, point);
    if (rounding_of(ordered, point, points, range) > 1e-12) {
        mem_free(point);
        return refuse(why);
    }
    chance = mem_new((size_t)range, sizeof *chance);
    sum = mem_new((size_t)range, sizeof *sum);
    for (size_t i = 0; i < (points + 1) / 2; i++) {
        spread(ordered, point[i].t, chance, range);
        accumulate_chances(chance, sum, range);
        add_point(game, ordered, point[i], sum, shapley);
    }
    mem_free(chance);
    mem_free(sum);
    mem_free(point);
    return ERR_NONE;
}

enum err counting_shapley(const struct weighted_game *game, double *shapley,
                          struct why *why)
{
    struct ordered ordered;
    int64_t range = 1;
    enum err err;

    order_players(game, &ordered);
    for (size_t i = 0; i < game->quotas; i++) {
        int64_t lower = lower_quota(&ordered, game->quota[i]);

        if (ordered.total - lower + 1 > range)
            range = ordered.total - lower + 1;
    }
    for (size_t p = 0; p < game->quotas * game->players; p++)
        shapley[p] = 0;
    if (range > BYTES_MAX / (int64_t)(2 * sizeof *shapley) ||
        steps_of(&ordered, range) * (double)ordered.count / 4 > STEPS_MAX)
        err = refuse(why);
    else
        err = integrate(game, &ordered, range, shapley, why);
    mem_free(ordered.entry);
    return err;
}
