/*
 * converge_share.c - shares, sets of rolls, and how divided a roll was.
 */
#include "power/converge.h"

#include <stdlib.h>
#include <string.h>

int converge_share_compare(struct converge_share a, struct converge_share b)
{
    if (a.den == 0 || b.den == 0)
        return (a.den != 0) - (b.den != 0);
    unsigned __int128 left = (unsigned __int128)a.num * b.den;
    unsigned __int128 right = (unsigned __int128)b.num * a.den;
    return (left > right) - (left < right);
}

void converge_share_format(struct converge_share share, struct buf *out)
{
    uint64_t a = share.num, b = share.den;

    if (share.den == 0)
        return;
    while (b != 0) {
        uint64_t rest = a % b;
        a = b;
        b = rest;
    }
    buf_addf(out, "%llu/%llu", (unsigned long long)(share.num / a),
             (unsigned long long)(share.den / a));
}

unsigned converge_share_percent(struct converge_share share)
{
    return (unsigned)((unsigned __int128)share.num * 100 / share.den);
}

/*
 * Sets of rolls.
 */

static struct roll_set empty(const struct rolls *rolls)
{
    return (struct roll_set){mem_new(rolls_words(rolls) + 1, sizeof(uint64_t)),
                             0};
}

static void put(struct roll_set *set, size_t roll)
{
    set->word[roll / 64] |= (uint64_t)1 << roll % 64;
    set->count++;
}

static bool has(const struct roll_set *set, size_t roll)
{
    return set->word[roll / 64] >> roll % 64 & 1;
}

struct roll_set roll_set_all(const struct rolls *rolls)
{
    struct roll_set set = empty(rolls);

    for (size_t roll = 0; roll < rolls_count(rolls); roll++)
        put(&set, roll);
    return set;
}

void roll_set_clear(struct roll_set *set)
{
    mem_free(set->word);
    *set = (struct roll_set){0};
}

struct roll_set roll_set_of(const struct rolls *rolls, const char *period)
{
    struct roll_set set = empty(rolls);

    for (size_t roll = 0; roll < rolls_count(rolls); roll++)
        if (strcmp(roll_period(rolls, roll), period) == 0)
            put(&set, roll);
    return set;
}

static bool is_by_period(const struct rolls *rolls, const char *at)
{
    bool any = false;

    for (size_t roll = 0; roll < rolls_count(rolls); roll++) {
        if (strcmp(roll_name(rolls, roll), at) == 0)
            return false;
        any |= roll_period(rolls, roll)[0] != '\0';
    }
    return any;
}

struct roll_set roll_set_side(const struct rolls *rolls, const char *at,
                              bool from)
{
    bool by_period = is_by_period(rolls, at);
    struct roll_set set = empty(rolls);

    for (size_t roll = 0; roll < rolls_count(rolls); roll++) {
        const char *name =
            by_period ? roll_period(rolls, roll) : roll_name(rolls, roll);

        if ((roll_compare(name, at) >= 0) == from)
            put(&set, roll);
    }
    return set;
}

static int by_name(const void *a, const void *b)
{
    return roll_compare(*(const char *const *)a, *(const char *const *)b);
}

const char **roll_periods(const struct rolls *rolls, size_t *count)
{
    size_t rest = rolls_count(rolls), kept = 0;
    const char **name = mem_new(rest + 1, sizeof *name);

    for (size_t roll = 0; roll < rest; roll++)
        name[roll] = roll_period(rolls, roll);
    qsort(name, rest, sizeof *name, by_name);
    for (size_t i = 0; i < rest; i++)
        if (name[i][0] != '\0' &&
            (kept == 0 || strcmp(name[kept - 1], name[i]) != 0))
            name[kept++] = name[i];
    *count = kept;
    return name;
}

/*
 * Divisions.
 */

static uint64_t voices(struct roll_tally tally)
{
    return (uint64_t)tally.yes + tally.between + tally.no;
}

struct converge_share roll_unity(struct roll_tally tally)
{
    uint64_t all = voices(tally), largest = tally.yes;

    if (tally.between > largest)
        largest = tally.between;
    if (tally.no > largest)
        largest = tally.no;
    return (struct converge_share){3 * largest - all, 2 * all};
}

struct converge_share roll_rice(struct roll_tally tally)
{
    uint64_t yes = tally.yes, no = tally.no;

    return (struct converge_share){yes > no ? yes - no : no - yes, yes + no};
}

struct sorting {
    const struct rolls *rolls;
    bool united; /* first */
};

static int by_unity(const void *a, const void *b, void *ctx)
{
    const struct sorting *sorting = ctx;
    const struct rolls *rolls = sorting->rolls;
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    struct roll_tally x = roll_tally(rolls, left);
    struct roll_tally y = roll_tally(rolls, right);
    int order = converge_share_compare(roll_unity(x), roll_unity(y));

    if (order != 0)
        return sorting->united ? -order : order;
    if (voices(x) != voices(y))
        return voices(x) < voices(y) ? 1 : -1;
    return roll_compare(roll_name(rolls, left), roll_name(rolls, right));
}

size_t *rolls_by_unity(const struct rolls *rolls, const struct roll_set *set,
                       bool united, size_t *count)
{
    size_t *list = mem_new(set->count + 1, sizeof *list);
    struct sorting sorting = {rolls, united};

    *count = 0;
    for (size_t roll = 0; roll < rolls_count(rolls); roll++)
        if (has(set, roll) && voices(roll_tally(rolls, roll)) > 1)
            list[(*count)++] = roll;
    qsort_r(list, *count, sizeof *list, by_unity, &sorting);
    return list;
}
