/*
 * Random rules against plain enumeration of coalitions, orders and profiles.
 */
#include "power/power.h"
#include "rule_world.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETS = 1 << MEMBERS_MAX };

/* The game by enumeration. */
struct game {
    const struct world *world;
    int players;
    int member[MEMBERS_MAX];
    enum position against;
    bool wins[SETS]; /* by set of players */
    bool monotone;
    long winning;
    long swings[MEMBERS_MAX][MEMBERS_MAX]; /* by size of the others */
};

static void stand(const struct game *game, int set, enum position *position)
{
    memcpy(position, game->world->position, sizeof game->world->position);
    for (int p = 0; p < game->players; p++)
        position[game->member[p]] = set >> p & 1 ? POSITION_YES : game->against;
}

static void enumerate(const struct world *world, enum position against,
                      struct game *game)
{
    enum position position[MEMBERS_MAX];

    memset(game, 0, sizeof *game);
    game->world = world;
    game->against = against;
    game->monotone = true;
    for (int i = 0; i < world->members; i++)
        if (rule_world_takes_part(world, i))
            game->member[game->players++] = i;
    for (int set = 0; set < 1 << game->players; set++) {
        stand(game, set, position);
        game->wins[set] = rule_world_holds(world, world->root, position);
        game->winning += game->wins[set];
    }
    for (int set = 0; set < 1 << game->players; set++)
        for (int p = 0; p < game->players; p++)
            if (!(set >> p & 1)) {
                bool with = game->wins[set | 1 << p];

                game->monotone &= with || !game->wins[set];
                game->swings[p][__builtin_popcount((unsigned)set)] +=
                    with && !game->wins[set];
            }
}

/* --- indices -------------------------------------------------------------- */

static double factorial(int n)
{
    return n < 2 ? 1 : n * factorial(n - 1);
}

static bool same_index(const struct game *game, int p,
                       const struct power_index *index)
{
    const int n = game->players;
    long all = 0;
    mpq_t sum, term;
    bool same;

    mpq_inits(sum, term, NULL);
    for (int k = 0; k < n; k++) {
        all += game->swings[p][k];
        mpq_set_ui(term,
                   (unsigned long)(factorial(k) * factorial(n - 1 - k)) *
                       (unsigned long)game->swings[p][k],
                   (unsigned long)factorial(n));
        mpq_canonicalize(term);
        mpq_add(sum, sum, term);
    }
    same = index->member == (size_t)game->member[p] &&
           mpz_cmp_si(index->swings, all) == 0 &&
           mpq_equal(sum, index->shapley) && index->dummy == (all == 0) &&
           index->veto == !game->wins[((1 << n) - 1) & ~(1 << p)] &&
           index->dictator == (index->veto && game->wins[1 << p]);
    mpq_clears(sum, term, NULL);
    return same;
}

static bool is_minimal(const struct game *game, int set, bool blocks)
{
    const int everyone = (1 << game->players) - 1;

    for (int p = 0; p < game->players; p++) {
        int less = set & ~(1 << p);

        if (less != set &&
            (blocks ? !game->wins[everyone & ~less] : game->wins[less]))
            return false;
    }
    return blocks ? !game->wins[everyone & ~set] : game->wins[set];
}

static bool same_minimal(const struct game *game, bool blocks,
                         const struct power_coalitions *found)
{
    bool seen[SETS] = {false};
    long count = 0;
    size_t size = 0;

    for (int set = 0; set < 1 << game->players; set++)
        count += is_minimal(game, set, blocks);
    if (!found->counted || mpz_cmp_si(found->count, count) != 0 ||
        found->listed != (size_t)(count < 50 ? count : 50))
        return false;
    for (size_t i = 0; i < found->listed; i++) {
        size_t here = set_count(&found->coalition[i]);
        int set = 0;

        for (int p = 0; p < game->players; p++)
            if (set_has(&found->coalition[i], (size_t)game->member[p]))
                set |= 1 << p;
        if (seen[set] || here < size || !is_minimal(game, set, blocks))
            return false;
        seen[set] = true;
        size = here;
    }
    return true;
}

/* --- abstention ----------------------------------------------------------- */

struct profiles {
    long adopted;
    long yes_no[MEMBERS_MAX], yes_abstain[MEMBERS_MAX];
    bool monotone; /* a yes instead never harms */
};

static void try_profiles(const struct game *game, struct profiles *profiles)
{
    const enum position choice[] = {game->against, POSITION_ABSTAIN,
                                    POSITION_YES};
    enum position position[MEMBERS_MAX];
    long count = 1;

    memset(profiles, 0, sizeof *profiles);
    profiles->monotone = true;
    for (int p = 0; p < game->players; p++)
        count *= 3;
    memcpy(position, game->world->position, sizeof position);
    for (long code = 0; code < count; code++) {
        const struct world *world = game->world;
        long rest = code;

        for (int p = 0; p < game->players; p++, rest /= 3)
            position[game->member[p]] = choice[rest % 3];
        bool adopts = rule_world_holds(world, world->root, position);
        profiles->adopted += adopts;
        rest = code;
        for (int p = 0; p < game->players; p++, rest /= 3) {
            if (rest % 3 == 2)
                continue;
            position[game->member[p]] = POSITION_YES;
            bool with = rule_world_holds(world, world->root, position);
            position[game->member[p]] = choice[rest % 3];
            profiles->monotone &= with || !adopts;
            *(rest % 3 == 0 ? &profiles->yes_no[p]
                            : &profiles->yes_abstain[p]) += with && !adopts;
        }
    }
}

static bool same_profiles(const struct power *power,
                          const struct profiles *profiles)
{
    if (mpz_cmp_si(power->adopted, profiles->adopted) != 0)
        return false;
    for (size_t p = 0; p < power->members; p++)
        if (mpz_cmp_si(power->index[p].yes_no, profiles->yes_no[p]) != 0 ||
            mpz_cmp_si(power->index[p].yes_abstain, profiles->yes_abstain[p]) !=
                0)
            return false;
    return true;
}

/* --- unions --------------------------------------------------------------- */

struct orders {
    long count;
    long pivots[MEMBERS_MAX];
};

/* Orders in which the members of a union stand together. */
static void try_orders(const struct game *game, const int *of, int *order,
                       int placed, int set, struct orders *orders)
{
    if (placed == game->players) {
        int sum = 0;

        orders->count++;
        for (int k = 0; k < placed; k++) {
            if (!game->wins[sum] && game->wins[sum | 1 << order[k]])
                orders->pivots[order[k]]++;
            sum |= 1 << order[k];
        }
        return;
    }
    bool open = false; /* the last one's union is not complete */
    for (int p = 0; p < game->players && placed > 0; p++)
        open |= !(set >> p & 1) && of[p] == of[order[placed - 1]];
    for (int p = 0; p < game->players; p++) {
        if (set >> p & 1 || (open && of[p] != of[order[placed - 1]]))
            continue;
        order[placed] = p;
        try_orders(game, of, order, placed + 1, set | 1 << p, orders);
    }
}

/* Subsets of the other unions, whole, and of the own. */
static long banzhaf_owen(const struct game *game, const int *of, int p,
                         int *halves)
{
    long swings = 0;
    int unions = 0, own = 0;

    for (int i = 0; i < game->players; i++) {
        unions += of[i] == i; /* the first of each */
        own += of[i] == of[p];
    }
    *halves = unions - 1 + own - 1;
    for (int set = 0; set < 1 << game->players; set++) {
        bool fits = !(set >> p & 1);

        for (int i = 0; i < game->players && fits; i++)
            fits = of[i] == of[p] || (set >> i & 1) == (set >> of[i] & 1);
        swings += fits && !game->wins[set] && game->wins[set | 1 << p];
    }
    return swings;
}

static bool same_unions(const struct game *game, const int *of,
                        const struct power *power)
{
    struct orders orders = {0};
    int order[MEMBERS_MAX], halves;
    mpq_t expected;
    bool same = power->has_unions;

    try_orders(game, of, order, 0, 0, &orders);
    mpq_init(expected);
    for (int p = 0; p < game->players && same; p++) {
        mpq_set_ui(expected, (unsigned long)orders.pivots[p],
                   (unsigned long)orders.count);
        mpq_canonicalize(expected);
        same = mpq_equal(expected, power->index[p].owen);
        mpq_set_ui(expected, (unsigned long)banzhaf_owen(game, of, p, &halves),
                   1);
        mpq_div_2exp(expected, expected, (mp_bitcnt_t)halves);
        same = same && mpq_equal(expected, power->index[p].banzhaf_owen);
    }
    mpq_clear(expected);
    return same;
}

/* Two blocs; of[p] is the first player of p's union. */
static void roll_unions(const struct game *game, uint64_t seed, int *of,
                        struct power_union bloc[2])
{
    int first[2] = {-1, -1};

    memset(bloc, 0, 2 * sizeof *bloc);
    for (int p = 0; p < game->players; p++) {
        unsigned dice = (unsigned)(seed >> (2 * p)) & 3;

        of[p] = p;
        if (dice > 1)
            continue;
        if (first[dice] < 0)
            first[dice] = p;
        of[p] = first[dice];
        set_put(&bloc[dice].members, (size_t)game->member[p], true);
    }
}

/* --- rules ---------------------------------------------------------------- */

/* Turn most of what makes rules fall, so that enough of them can be measured:
 * yes at least, no at most. */
static void straighten(struct world *world, struct node *node)
{
    for (int i = 0; i < node->items; i++)
        straighten(world, node->item[i]);
    if (node->kind == NOT)
        node->kind = ALL;
    if (node->kind != LEAF)
        return;
    if (node->test == TEST_GE || node->test == TEST_GT) {
        node->of = POSITION_BIT(POSITION_YES);
        if (node->base_of != 0)
            node->base_of |=
                POSITION_BIT(POSITION_YES) | POSITION_BIT(POSITION_NO);
    } else {
        node->of = POSITION_BIT(POSITION_NO);
        node->base_of = 0;
    }
    world->mentions |= node->of | node->base_of;
}

struct tally {
    int measured, refused, ternary, unions, wrong;
};

static const char *compare(const struct game *game, const int *of, bool unions,
                           enum err err, const struct power *power,
                           const struct why *why, struct tally *tally)
{
    struct profiles profiles;
    bool contest = game->monotone && game->wins[(1 << game->players) - 1] &&
                   !game->wins[0];

    if (err != ERR_NONE) {
        tally->refused++;
        if (err != ERR_INPUT)
            return why->text;
        if (!contest)
            return NULL;
        try_profiles(game, &profiles); /* then a yes instead of an abstention */
        return profiles.monotone ? why->text : NULL;
    }
    tally->measured++;
    if (!contest)
        return "should be refused";
    if (mpz_cmp_si(power->winning, game->winning) != 0)
        return "other winning coalitions";
    for (int p = 0; p < game->players; p++)
        if (!same_index(game, p, &power->index[p]))
            return "another index";
    if (!same_minimal(game, false, &power->minimal_winning) ||
        !same_minimal(game, true, &power->minimal_blocking))
        return "other minimal coalitions";
    if (power->has_ternary && game->players <= 7) {
        try_profiles(game, &profiles);
        tally->ternary++;
        if (!same_profiles(power, &profiles))
            return "other profiles";
    }
    if (unions) {
        tally->unions++;
        if (!same_unions(game, of, power))
            return "other unions";
    }
    return NULL;
}

static void try_world(struct world *world, uint64_t seed,
                      const struct rule_program *program, struct tally *tally)
{
    static struct game game;
    struct power_union bloc[2];
    struct power_request request = {.list = 50};
    struct power *power = NULL;
    struct why why = {0};
    int of[MEMBERS_MAX];
    const char *wrong;
    bool unions;
    enum err err;

    enumerate(world, program_against(program), &game);
    unions = game.players <= 7;
    roll_unions(&game, seed * 0x9e3779b97f4a7c15u, of, bloc);
    request.unions = bloc;
    request.unions_count = unions ? 2 : 0;
    request.abstain = game.players <= 7;
    err = power_measure(program, &request, &power, &why);
    wrong = compare(&game, of, unions, err, power, &why, tally);
    if (wrong != NULL && tally->wrong++ < 3)
        rule_world_report(world, seed, wrong);
    if (err == ERR_NONE)
        power_close(power);
}

static void try_worlds(uint64_t from, int count, int members_max, bool straight,
                       struct tally *tally)
{
    for (uint64_t seed = from; seed < from + (uint64_t)count; seed++) {
        struct world world;
        struct roster *roster = NULL;
        struct rule *rule = NULL;
        struct rule_program *program = NULL;
        struct why why = {0};

        rule_world_make(&world, seed, members_max, false);
        for (int i = 0; i < world.members; i++)
            if (!rule_world_takes_part(&world, i))
                world.position[i] = POSITION_OUT;
        if (straight)
            straighten(&world, world.root);
        if (!rule_world_is_refused(&world) &&
            rule_world_set_up(&world, &roster, &rule, &program, &why))
            try_world(&world, seed, program, tally);
        program_close(program);
        rule_close(rule);
        roster_close(roster);
        rule_world_clear(&world);
    }
}

TEST(power_of_random_rules_agrees_with_enumeration)
{
    struct tally tally = {0};

    try_worlds(1, rule_world_effort(34000), 9, true, &tally);
    try_worlds(1000000, rule_world_effort(1500), MEMBERS_MAX, true, &tally);
    CHECK_INT(tally.wrong, 0);
    CHECK(tally.measured >= rule_world_effort(20000));
    CHECK(tally.ternary >= rule_world_effort(10000));
    CHECK(tally.unions >= rule_world_effort(10000));
}

TEST(power_of_any_random_rule_agrees_with_enumeration)
{
    struct tally tally = {0};
    int count = rule_world_effort(20000);

    try_worlds(5000000, count, 8, false, &tally);
    CHECK_INT(tally.wrong, 0);
    CHECK(tally.measured >= count / 100);
    CHECK(tally.refused >= count / 10);
}
