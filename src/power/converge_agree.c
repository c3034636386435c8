/*
 * converge_agree.c - pairs and the centre, counted 64 rolls at a time.
 */
#include "power/converge.h"

#include <stdlib.h>

struct converge_share agreement_coincidence(struct agreement_pair pair)
{
    return (struct converge_share){2 * (uint64_t)pair.same + pair.adjacent,
                                   2 * (uint64_t)pair.joint};
}

size_t agreement_index(size_t members, size_t a, size_t b)
{
    size_t low = a < b ? a : b, high = a < b ? b : a;

    return low * members - low * (low + 1) / 2 + high - low - 1;
}

struct agreement_pair agreement_of(const struct agreement *agreement, size_t a,
                                   size_t b)
{
    return agreement->pair[agreement_index(agreement->members, a, b)];
}

void agreement_clear(struct agreement *agreement)
{
    mem_free(agreement->pair);
    *agreement = (struct agreement){0};
}

struct converge_share agreement_whole(const struct agreement *agreement)
{
    struct converge_share whole = {0, 0}, share;

    for (size_t a = 0; a < agreement->members; a++)
        for (size_t b = a + 1; b < agreement->members; b++) {
            share = agreement_coincidence(agreement_of(agreement, a, b));
            whole.num += share.num;
            whole.den += share.den;
        }
    return whole;
}

/*
 * Pairs. Rolls are taken in blocks of 512, so that the bits of all members in
 * a block stay in the cache while each meets each.
 */

enum { LANES = 8 };

struct lanes {
    uint64_t took[LANES], yes[LANES], no[LANES], apart[LANES];
};

/* always_inline: to be compiled once for each set of instructions. */
static inline __attribute__((always_inline)) void add_pair(
    struct agreement_pair *pair, const struct lanes *a, const struct lanes *b)
{
    uint64_t joint = 0, same = 0, opposed = 0;

    for (size_t i = 0; i < LANES; i++) {
        uint64_t both = a->took[i] & b->took[i];
        uint64_t yes = a->yes[i] ^ b->yes[i], no = a->no[i] ^ b->no[i];

        joint += (uint64_t)__builtin_popcountll(both);
        same += (uint64_t)__builtin_popcountll(
            both & ~(yes | no | (a->apart[i] ^ b->apart[i])));
        opposed += (uint64_t)__builtin_popcountll(both & yes & no);
    }
    pair->joint += (uint32_t)joint;
    pair->same += (uint32_t)same;
    pair->adjacent += (uint32_t)(joint - same - opposed);
}

static inline __attribute__((always_inline)) void add_pairs(
    const struct lanes *lanes, size_t members, struct agreement_pair *pair)
{
    for (size_t a = 0; a < members; a++)
        for (size_t b = a + 1; b < members; b++)
            add_pair(pair++, &lanes[a], &lanes[b]);
}

typedef void (*add_pairs_fn)(const struct lanes *lanes, size_t members,
                             struct agreement_pair *pair);

static void add_portably(const struct lanes *lanes, size_t members,
                         struct agreement_pair *pair)
{
    add_pairs(lanes, members, pair);
}

#if defined __x86_64__
__attribute__((target("popcnt"))) static void add_by_popcnt(
    const struct lanes *lanes, size_t members, struct agreement_pair *pair)
{
    add_pairs(lanes, members, pair);
}

__attribute__((target("avx512f,avx512vpopcntdq"))) static void add_by_avx512(
    const struct lanes *lanes, size_t members, struct agreement_pair *pair)
{
    add_pairs(lanes, members, pair);
}

static add_pairs_fn fastest(void)
{
    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512vpopcntdq"))
        return add_by_avx512;
    return __builtin_cpu_supports("popcnt") ? add_by_popcnt : add_portably;
}
#else
static add_pairs_fn fastest(void)
{
    return add_portably;
}
#endif

static void take_block(struct rolls *rolls, const struct roll_set *set,
                       size_t first, struct lanes *lanes)
{
    size_t words = rolls_words(rolls);

    for (size_t member = 0; member < rolls_members(rolls); member++)
        for (size_t i = 0; i < LANES; i++) {
            struct roll_bits bits = {0};

            if (first + i < words) {
                bits = rolls_bits(rolls, member, first + i);
                bits.took &= set->word[first + i];
            }
            lanes[member].took[i] = bits.took;
            lanes[member].yes[i] = bits.yes;
            lanes[member].no[i] = bits.no;
            lanes[member].apart[i] = bits.apart;
        }
}

static struct agreement count(struct rolls *rolls, const struct roll_set *set,
                              add_pairs_fn add)
{
    size_t members = rolls_members(rolls);
    struct agreement made = {
        members,
        mem_new(members * (members + 1) / 2 + 1, sizeof *made.pair),
    };
    struct lanes *lanes = mem_new(members + 1, sizeof *lanes);

    for (size_t word = 0; word < rolls_words(rolls); word += LANES) {
        take_block(rolls, set, word, lanes);
        add(lanes, members, made.pair);
    }
    mem_free(lanes);
    return made;
}

struct agreement agreement_count(struct rolls *rolls,
                                 const struct roll_set *set)
{
    return count(rolls, set, fastest());
}

struct agreement agreement_count_portably(struct rolls *rolls,
                                          const struct roll_set *set)
{
    return count(rolls, set, add_portably);
}

/*
 * The centre. Twice the median is 0..4: no, between, yes at 0, 1, 2, the lower
 * median plus the upper one.
 */

enum { CENTRES = 5 };

static unsigned twice_median(struct roll_tally tally)
{
    uint64_t all = (uint64_t)tally.yes + tally.between + tally.no;
    uint64_t between = (uint64_t)tally.no + tally.between;
    uint64_t lower = (all - 1) / 2, upper = all / 2; /* counted from 0 */

    return (unsigned)((lower >= tally.no) + (lower >= between) +
                      (upper >= tally.no) + (upper >= between));
}

/* A member's distance in one word of rolls, in quarters. */
static void add_distance(struct roll_bits bits, const uint64_t *centre,
                         struct converge_share *distance)
{
    const uint64_t level[] = {bits.no & bits.took,
                              bits.took & ~bits.yes & ~bits.no,
                              bits.yes & bits.took};

    for (int at = 0; at < CENTRES; at++)
        for (int own = 0; own < 3; own++)
            distance->num +=
                (uint64_t)__builtin_popcountll(level[own] & centre[at]) *
                (uint64_t)abs(2 * own - at);
    distance->den += 4 * (uint64_t)__builtin_popcountll(bits.took);
}

void rolls_distances(struct rolls *rolls, const struct roll_set *set,
                     struct converge_share *distance)
{
    size_t members = rolls_members(rolls), count = rolls_count(rolls);

    for (size_t i = 0; i < members; i++)
        distance[i] = (struct converge_share){0, 0};
    for (size_t word = 0; word < rolls_words(rolls); word++) {
        uint64_t centre[CENTRES] = {0};

        for (size_t roll = word * 64; roll < word * 64 + 64 && roll < count;
             roll++)
            centre[twice_median(roll_tally(rolls, roll))] |= (uint64_t)1
                                                             << roll % 64;
        for (size_t i = 0; i < members; i++) {
            struct roll_bits bits = rolls_bits(rolls, i, word);

            bits.took &= set->word[word];
            add_distance(bits, centre, &distance[i]);
        }
    }
}
