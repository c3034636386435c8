/*
 * The static checks: against every coalition of small random games, and on
 * rules whose faults are known.
 */
#include "rule/check.h"
#include "rule/explain.h"
#include "rule_world.h"
#include "test.h"

#include <string.h>

/* --- every coalition of a small game -------------------------------------- */

struct game {
    const struct world *world;
    enum position against;
    bool wins[1 << MEMBERS_MAX];
    unsigned everyone;
};

static void play(struct game *game, const struct world *world,
                 enum position against)
{
    *game = (struct game){.world = world, .against = against};
    for (int i = 0; i < world->members; i++)
        game->everyone |= (unsigned)rule_world_takes_part(world, i) << i;
    for (unsigned set = 0; set < 1u << world->members; set++) {
        enum position position[MEMBERS_MAX];

        if (set & ~game->everyone)
            continue;
        for (int i = 0; i < world->members; i++)
            position[i] = !(game->everyone >> i & 1) ? POSITION_OUT
                          : set >> i & 1             ? POSITION_YES
                                                     : against;
        game->wins[set] = rule_world_holds(world, world->root, position);
    }
}

static bool is_monotone(const struct game *game)
{
    for (unsigned set = 0; set <= game->everyone; set++)
        for (int i = 0; i < MEMBERS_MAX && !(set & ~game->everyone); i++)
            if (game->everyone >> i & 1 && game->wins[set] &&
                !game->wins[set | 1u << i])
                return false;
    return true;
}

static bool is_proper(const struct game *game)
{
    for (unsigned a = 0; a <= game->everyone; a++)
        for (unsigned b = 0; b <= game->everyone; b++)
            if (!((a | b) & ~game->everyone) && !(a & b) && game->wins[a] &&
                game->wins[b])
                return false;
    return true;
}

static bool is_winnable(const struct game *game)
{
    for (unsigned set = 0; set <= game->everyone; set++)
        if (!(set & ~game->everyone) && game->wins[set])
            return true;
    return false;
}

/* What single members are, by looking at every coalition. */
static void look_at(const struct game *game, int member, bool *vetoer,
                    bool *dictator, bool *dummy)
{
    unsigned bit = 1u << member;

    *vetoer = *dictator = *dummy = true;
    for (unsigned set = 0; set <= game->everyone; set++) {
        if (set & ~game->everyone)
            continue;
        if (game->wins[set] && !(set & bit))
            *vetoer = *dictator = false;
        if (!game->wins[set] && set & bit)
            *dictator = false;
        if (game->wins[set] != game->wins[set ^ bit])
            *dummy = false;
    }
}

static int smallest_block(const struct game *game)
{
    int best = -1;

    for (unsigned set = 0; set <= game->everyone; set++) {
        int size = __builtin_popcount(set);

        if (!(set & ~game->everyone) && !game->wins[game->everyone & ~set] &&
            (best < 0 || size < best))
            best = size;
    }
    return best;
}

static unsigned mask_of(const struct member_set *set)
{
    return (unsigned)set->bits[0];
}

static const char *compare_members(const struct game *game,
                                   const struct rule_check *check)
{
    for (int i = 0; i < game->world->members; i++) {
        bool vetoer, dictator, dummy;

        if (!(game->everyone >> i & 1))
            continue;
        look_at(game, i, &vetoer, &dictator, &dummy);
        if (set_has(&check->vetoers, (size_t)i) != vetoer)
            return "another vetoer";
        if (set_has(&check->dictators, (size_t)i) != dictator)
            return "another dictator";
        if (set_has(&check->dummies, (size_t)i) != dummy)
            return "another dummy";
    }
    return NULL;
}

/* It adopts as in the example, and not when that one member says yes. */
static bool is_harmed(const struct world *world, const struct rule_check *check)
{
    enum position position[MEMBERS_MAX];

    memcpy(position, check->monotone_example,
           (size_t)world->members * sizeof *position);
    if (!rule_world_holds(world, world->root, position))
        return false;
    position[check->monotone_member] = POSITION_YES;
    return !rule_world_holds(world, world->root, position);
}

static const char *compare_examples(const struct game *game,
                                    const struct rule_check *check)
{
    unsigned first = mask_of(&check->proper_example[0]);
    unsigned second = mask_of(&check->proper_example[1]);

    if (check->monotone == CHECK_NO && !is_harmed(game->world, check))
        return "no example against monotone";
    if (check->proper == CHECK_NO &&
        (first & second || !game->wins[first] || !game->wins[second]))
        return "no example against proper";
    if (check->block_possible &&
        game->wins[game->everyone & ~mask_of(&check->block)])
        return "no block";
    return NULL;
}

static const char *compare_check(const struct world *world,
                                 const struct rule_check *check)
{
    static struct game game;
    int block;

    play(&game, world, check->against);
    block = smallest_block(&game);
    if (!is_monotone(&game) && check->monotone != CHECK_NO)
        return "another monotone";
    if (check->proper != (is_proper(&game) ? CHECK_YES : CHECK_NO))
        return "another proper";
    if (check->wins != (is_winnable(&game) ? CHECK_YES : CHECK_NO))
        return "another winnable";
    if (check->nobody_wins != game.wins[0])
        return "another empty coalition";
    if (check->block_possible != (block >= 0) ||
        (block >= 0 && (int)check->block_count != block))
        return "another smallest block";
    const char *wrong = compare_examples(&game, check);
    return wrong ? wrong : compare_members(&game, check);
}

/* --- clauses that do not matter ------------------------------------------- */

/* Truth of the tree with one node held at a value. */
static bool holds_with(const struct world *world, const struct node *node,
                       const enum position *position, const struct node *held,
                       bool value)
{
    int held_items = 0;

    if (node == held)
        return value;
    if (node->kind == LEAF)
        return rule_world_holds(world, node, position);
    for (int i = 0; i < node->items; i++)
        held_items += holds_with(world, node->item[i], position, held, value);
    return node->kind == ALL   ? held_items == node->items
           : node->kind == ANY ? held_items > 0
           : node->kind == NOT ? held_items == 0
                               : held_items >= node->k;
}

struct leaf_seen {
    bool is[2];    /* it is false, true */
    bool turns[2]; /* and the outcome would differ were it not */
};

static void put_defaults(const struct world *world, enum position *position)
{
    for (int i = 0; i < world->members; i++)
        position[i] = !rule_world_takes_part(world, i) ? POSITION_OUT
                      : world->silent >= 0 ? (enum position)world->silent
                      : world->mentions >> POSITION_SILENT & 1
                          ? POSITION_SILENT
                          : POSITION_ABSENT;
}

/* Does a yes instead turn adoption into rejection, in any way of voting? */
static bool may_harm(const struct world *world, enum position *position,
                     int from)
{
    while (from < world->members && !rule_world_takes_part(world, from))
        from++;
    if (from == world->members) {
        bool harms = false;

        for (int i = 0; i < world->members && !harms; i++) {
            enum position before = position[i];

            if (!rule_world_takes_part(world, i) ||
                !rule_world_holds(world, world->root, position))
                continue;
            position[i] = POSITION_YES;
            harms = !rule_world_holds(world, world->root, position);
            position[i] = before;
        }
        return harms;
    }
    enum position before = position[from];
    bool harms = may_harm(world, position, from + 1);
    for (int p = POSITION_YES; p <= POSITION_ABSENT && !harms; p++)
        if (p <= POSITION_ABSTAIN || world->mentions >> p & 1) {
            position[from] = p;
            harms = may_harm(world, position, from + 1);
        }
    position[from] = before;
    return harms;
}

/* Every way of voting. */
static void see_leaf(const struct world *world, enum position *position,
                     int from, const struct node *leaf, struct leaf_seen *seen)
{
    enum position before;

    while (from < world->members && !rule_world_takes_part(world, from))
        from++;
    if (from == world->members) {
        bool is = rule_world_holds(world, leaf, position);

        seen->is[is] = true;
        if (holds_with(world, world->root, position, leaf, true) !=
            holds_with(world, world->root, position, leaf, false))
            seen->turns[is] = true;
        return;
    }
    before = position[from];
    see_leaf(world, position, from + 1, leaf, seen);
    for (int p = POSITION_YES; p <= POSITION_ABSENT; p++) {
        if (p > POSITION_ABSTAIN && !(world->mentions >> p & 1))
            continue;
        position[from] = p;
        see_leaf(world, position, from + 1, leaf, seen);
    }
    position[from] = before;
}

/* Leaves in reading order, as the rule numbers its clauses. */
static const char *compare_leaves(const struct world *world,
                                  const struct node *node,
                                  const struct rule_check *check,
                                  size_t *clause)
{
    size_t index = (*clause)++;

    for (int i = 0; i < node->items; i++) {
        const char *wrong = compare_leaves(world, node->item[i], check, clause);

        if (wrong != NULL)
            return wrong;
    }
    if (node->kind != LEAF || check->dead[index] == DEAD_EMPTY_GROUP)
        return NULL;
    enum position position[MEMBERS_MAX];
    struct leaf_seen seen = {0};
    put_defaults(world, position);
    see_leaf(world, position, 0, node, &seen);
    enum dead_kind expected = !seen.is[0]   ? DEAD_ALWAYS_TRUE
                              : !seen.is[1] ? DEAD_ALWAYS_FALSE
                              : !seen.turns[0] || !seen.turns[1] ? DEAD_IDLE
                                                                 : DEAD_NOT;
    return check->dead[index] == expected ? NULL : "another dead clause";
}

static const char *compare_ways(const struct world *world,
                                const struct rule_check *check)
{
    enum position position[MEMBERS_MAX];
    size_t clause = 0;

    put_defaults(world, position);
    if (check->monotone !=
        (may_harm(world, position, 0) ? CHECK_NO : CHECK_YES))
        return "another monotone";
    return compare_leaves(world, world->root, check, &clause);
}

static int disagree(uint64_t from, int count, int members, bool ways)
{
    int wrong = 0;

    for (uint64_t seed = from; seed < from + (uint64_t)count; seed++) {
        struct world world;
        struct roster *roster = NULL;
        struct rule *rule = NULL;
        struct rule_program *program = NULL;
        struct rule_check check;
        struct why why;

        rule_world_make(&world, seed, members, false);
        if (!rule_world_is_refused(&world) &&
            CHECK_OK(rule_world_set_up(&world, &roster, &rule, &program, &why)
                         ? ERR_NONE
                         : why.code,
                     why)) {
            struct arena *arena = arena_open();
            rule_check(program, arena, &check);
            const char *what = ways ? compare_ways(&world, &check)
                                    : compare_check(&world, &check);
            if (what != NULL && wrong++ < 3)
                rule_world_report(&world, seed, what);
            arena_close(arena);
        }
        program_close(program);
        rule_close(rule);
        roster_close(roster);
        rule_world_clear(&world);
    }
    return wrong;
}

TEST(rule_checks_agree_with_every_coalition)
{
    CHECK_INT(disagree(1, rule_world_effort(6000), 7, false), 0);
}

TEST(rule_monotone_and_dead_clauses_agree_with_every_way_of_voting)
{
    CHECK_INT(disagree(5000000, rule_world_effort(4000), 4, true), 0);
}
