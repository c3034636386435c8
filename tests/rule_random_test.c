/*
 * Random rules against an independent evaluation.
 */
#include "rule/evaluate.h"
#include "rule_world.h"
#include "test.h"

#include <string.h>

/* Every way in which the silent may end: which outcomes are there? */
static void naive_open(const struct world *world, enum position *position,
                       int from, bool *adopts, bool *rejects)
{
    enum position close;

    while (from < world->members && world->position[from] != POSITION_SILENT)
        from++;
    if (from == world->members) {
        bool outcome = rule_world_holds(world, world->root, position);

        *adopts |= outcome;
        *rejects |= !outcome;
        return;
    }
    close = position[from];
    naive_open(world, position, from + 1, adopts, rejects);
    for (int p = POSITION_YES; p <= POSITION_OBJECT; p++) {
        if (p > POSITION_ABSTAIN && !(world->mentions >> p & 1))
            continue;
        position[from] = p;
        naive_open(world, position, from + 1, adopts, rejects);
    }
    position[from] = close;
}

/* The fewest of `may` that turn the outcome to `wanted` when each takes one of
 * the two positions; -1 for never. */
static int naive_fewest(const struct world *world, enum position *position,
                        int from, const bool *may, const enum position *to,
                        bool wanted)
{
    int best;

    while (from < world->members && !may[from])
        from++;
    if (from == world->members)
        return rule_world_holds(world, world->root, position) == wanted ? 0
                                                                        : -1;
    best = naive_fewest(world, position, from + 1, may, to, wanted);
    for (int i = 0; i < 2; i++) {
        enum position before = position[from];
        int count;

        position[from] = to[i];
        count = naive_fewest(world, position, from + 1, may, to, wanted);
        position[from] = before;
        if (count >= 0 && (best < 0 || count + 1 < best))
            best = count + 1;
    }
    return best;
}

/* The set named must do what is claimed of it. */
static bool turns(const struct world *world, const enum position *position,
                  const struct rule_distance *distance, bool wanted)
{
    enum position turned[MEMBERS_MAX];

    memcpy(turned, position, sizeof turned);
    for (size_t i = 0; i < distance->fewest; i++)
        turned[distance->member[i]] = distance->position[i];
    return rule_world_holds(world, world->root, turned) == wanted;
}

static bool same_distance(const struct world *world,
                          const struct rule_distance *distance,
                          enum position *position, const bool *may,
                          const enum position *to, bool wanted)
{
    int fewest = naive_fewest(world, position, 0, may, to, wanted);

    if (!distance->exact)
        return false;
    if (fewest < 0)
        return !distance->possible;
    return distance->possible && (int)distance->fewest == fewest &&
           turns(world, position, distance, wanted);
}

static bool same_distances(const struct world *world,
                           const enum position *close, bool closed,
                           const struct rule_result *result)
{
    static const enum position yes[] = {POSITION_YES, POSITION_YES};
    enum position against[] = {POSITION_NO, POSITION_OBJECT};
    enum position position[MEMBERS_MAX];
    bool may[MEMBERS_MAX];

    if (!(world->mentions >> POSITION_OBJECT & 1))
        against[1] = POSITION_NO;
    memcpy(position, close, sizeof position);
    for (int i = 0; i < world->members; i++)
        may[i] =
            closed ? rule_world_takes_part(world, i) && close[i] != POSITION_YES
                   : world->position[i] == POSITION_SILENT;
    if (!same_distance(world, &result->to_adopt, position, may, yes, true))
        return false;
    for (int i = 0; i < world->members; i++) {
        if (!closed && world->position[i] == POSITION_SILENT)
            position[i] = POSITION_YES;
        may[i] = position[i] == POSITION_YES;
    }
    return same_distance(world, &result->to_block, position, may, against,
                         false);
}

static const char *compare_world(struct world *world, bool closed,
                                 const struct rule_program *program)
{
    enum position close[MEMBERS_MAX] = {0}, scratch[MEMBERS_MAX];
    struct rule_result result;
    struct arena *arena = arena_open();
    struct why why;
    bool adopts = false, rejects = false;
    const char *wrong = NULL;

    rule_world_close(world, close);
    memcpy(scratch, close, sizeof scratch);
    if (closed)
        *(rule_world_holds(world, world->root, close) ? &adopts : &rejects) =
            true;
    else
        naive_open(world, scratch, 0, &adopts, &rejects);
    enum rule_outcome expected = adopts && rejects ? OUTCOME_OPEN
                                 : adopts          ? OUTCOME_ADOPTED
                                                   : OUTCOME_REJECTED;
    bool distances = world->members <= 6;
    enum err err = distances ? rule_judge(program, world->position, closed,
                                          arena, &result, &why)
                             : rule_decide(program, world->position, closed,
                                           arena, &result, &why);
    if (err != ERR_NONE)
        wrong = "not judged";
    else if (result.outcome != expected || !result.exact)
        wrong = "another outcome";
    else if (distances && !same_distances(world, close, closed, &result))
        wrong = "another distance";
    arena_close(arena);
    return wrong;
}

/* How many of `count` worlds disagree; the first few are printed. */
static int disagree(uint64_t from, int count, int members_max, bool closed)
{
    int wrong = 0, refused = 0;

    for (uint64_t seed = from; seed < from + (uint64_t)count; seed++) {
        struct world world;
        struct roster *roster = NULL;
        struct rule *rule = NULL;
        struct rule_program *program = NULL;
        struct why why = {0};
        const char *what = NULL;

        rule_world_make(&world, seed, members_max, !closed);
        bool refuse = rule_world_is_refused(&world);
        bool made = rule_world_set_up(&world, &roster, &rule, &program, &why);
        if (made == refuse)
            what = made ? "should be refused" : why.text;
        else if (made)
            what = compare_world(&world, closed, program);
        refused += refuse;
        if (what != NULL && wrong++ < 3)
            rule_world_report(&world, seed, what);
        program_close(program);
        rule_close(rule);
        roster_close(roster);
        rule_world_clear(&world);
    }
    CHECK(refused < count / 2);
    return wrong;
}

TEST(rule_closed_votes_agree_with_brute_force)
{
    CHECK_INT(disagree(1, rule_world_effort(100000), 12, true), 0);
}

TEST(rule_open_votes_and_distances_agree_with_brute_force)
{
    CHECK_INT(disagree(1000000, rule_world_effort(20000), 5, false), 0);
    CHECK_INT(disagree(2000000, rule_world_effort(20000), 6, true), 0);
}
