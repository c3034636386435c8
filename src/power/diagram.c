/*
 * A ladder for each form; a gate is the product of its inputs from the top, in
 * which a node is a tuple of their nodes; then its reduction from the bottom,
 * where nodes that lead to the same become one.
 */
#include "power/diagram.h"

#include "power/ladder.h"
#include "power/rows.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* --- the order of players ------------------------------------------------ */

struct rank {
    uint64_t share; /* of all forms together, for a coarse comparison */
    size_t player;
};

static int heaviest_first(const void *a, const void *b)
{
    const struct rank *x = a, *y = b;

    if (x->share != y->share)
        return x->share < y->share ? 1 : -1;
    return (x->player > y->player) - (x->player < y->player);
}

/* Any order is right; the heaviest first makes small diagrams. */
static void choose_order(const struct power_game *game, size_t *order)
{
    struct rank *rank = mem_new(game->players + 1, sizeof *rank);

    for (size_t p = 0; p < game->players; p++)
        rank[p].player = p;
    for (size_t f = 0; f < game->forms; f++)
        for (size_t p = 0; p < game->players; p++) {
            const __int128 *own =
                &game->gain[(f * game->players + p) * game->branches];
            __int128 most = 0;

            for (size_t b = 0; b < game->branches; b++)
                most = own[b] > most ? own[b] : most;
            rank[p].share += (uint64_t)(most / (game->total[f] >> 40 | 1));
        }
    qsort(rank, game->players, sizeof *rank, heaviest_first);
    for (size_t p = 0; p < game->players; p++)
        order[p] = rank[p].player;
    mem_free(rank);
}

/* --- the product ---------------------------------------------------------- */

enum { INPUTS_MAX = RULE_CLAUSES_MAX };

/* True when at least `need` of the inputs are. */
struct product {
    size_t count;
    size_t need;
    const struct diagram *input; /* [count], of one order */
};

/* What a tuple of nodes is: settled, or a row of `next`. */
static uint32_t settle(const struct product *product, const uint32_t *tuple,
                       struct rows *next)
{
    size_t holds = 0, fails = 0;

    for (size_t i = 0; i < product->count; i++) {
        holds += tuple[i] == NODE_TRUE;
        fails += tuple[i] == NODE_FALSE;
    }
    return holds >= product->need ? NODE_TRUE
           : product->count - fails < product->need
               ? NODE_FALSE
               : rows_put(next, tuple) + NODE_FIRST;
}

/* Nodes of a level and what they lead to; the next level's tuples arise. */
static void step(const struct product *product, size_t at,
                 const struct rows *here, struct rows *next,
                 struct diagram *diagram)
{
    const size_t count = product->count, branches = diagram->branches;
    struct diagram_level *level = &diagram->level[at];
    uint32_t tuple[INPUTS_MAX];

    level->count = (uint32_t)here->count;
    level->next = mem_new(here->count * branches + 1, sizeof *level->next);
    diagram->nodes += here->count;
    for (size_t v = 0; v < here->count; v++)
        for (size_t b = 0; b < branches; b++) {
            for (size_t i = 0; i < count; i++)
                tuple[i] = diagram_next(&product->input[i], at,
                                        here->row[v * count + i], b);
            level->next[v * branches + b] = settle(product, tuple, next);
        }
}

static enum err multiply(const struct product *product, size_t most,
                         struct diagram *diagram, struct why *why)
{
    uint32_t tuple[INPUTS_MAX];
    struct rows here, next;

    assert(product->count <= INPUTS_MAX);
    for (size_t i = 0; i < product->count; i++)
        tuple[i] = product->input[i].root;
    rows_start(&here, product->count);
    diagram->root = settle(product, tuple, &here);
    for (size_t i = 0; i < diagram->players; i++) {
        rows_start(&next, product->count);
        step(product, i, &here, &next, diagram);
        rows_clear(&here);
        here = next;
        if (diagram->nodes + here.count > most) {
            rows_clear(&here);
            return fail(why, ERR_LIMIT, "more than %zu nodes", most);
        }
    }
    rows_clear(&here);
    return ERR_NONE;
}

/* --- the reduction -------------------------------------------------------- */

static bool is_settled(const uint32_t *next, size_t branches)
{
    for (size_t b = 1; b < branches; b++)
        if (next[b] != next[0])
            return false;
    return next[0] < NODE_FIRST;
}

/* Keep each node of a level once.
 *   became  in   [nodes of the next level] what they are now
 *           out  [nodes of this level] */
static uint32_t *reduce_level(struct diagram_level *level, size_t branches,
                              const uint32_t *became_next)
{
    uint32_t *became = mem_new(level->count + 1u, sizeof *became);
    struct rows rows;

    rows_start(&rows, branches);
    for (size_t i = 0; i < level->count; i++) {
        uint32_t *next = &level->next[i * branches];

        for (size_t b = 0; b < branches; b++)
            if (next[b] >= NODE_FIRST && became_next != NULL)
                next[b] = became_next[next[b] - NODE_FIRST];
        became[i] = is_settled(next, branches)
                        ? next[0]
                        : rows_put(&rows, next) + NODE_FIRST;
    }
    mem_free(level->next);
    level->count = (uint32_t)rows.count;
    level->next =
        mem_resize(rows.row, rows.count * branches + 1, sizeof *level->next);
    mem_free(rows.slot);
    return became;
}

static void reduce(struct diagram *diagram)
{
    uint32_t *became = NULL;

    diagram->nodes = 0;
    for (size_t i = diagram->players; i-- > 0;) {
        uint32_t *here =
            reduce_level(&diagram->level[i], diagram->branches, became);

        diagram->nodes += diagram->level[i].count;
        mem_free(became);
        became = here;
    }
    if (diagram->root >= NODE_FIRST && became != NULL)
        diagram->root = became[diagram->root - NODE_FIRST];
    mem_free(became);
}

/* --- all of it ------------------------------------------------------------ */

struct building {
    const struct power_game *game;
    const size_t *order;
    size_t most;
    struct why *why;
};

static void start_diagram(const struct power_game *game,
                          struct diagram *diagram)
{
    *diagram = (struct diagram){
        .players = game->players,
        .branches = game->branches,
        .level = mem_new(game->players + 1, sizeof *diagram->level),
    };
}

/* Join inputs, and forget them. */
static enum err join(const struct building *building, size_t need,
                     struct diagram *input, size_t count,
                     struct diagram *diagram)
{
    struct product product = {.count = count, .need = need, .input = input};
    enum err err;

    start_diagram(building->game, diagram);
    err = multiply(&product, building->most, diagram, building->why);
    if (err == ERR_NONE)
        reduce(diagram);
    for (size_t i = 0; i < count; i++)
        diagram_clear(&input[i]);
    return err;
}

static enum err build_gate(const struct building *building, uint32_t gate,
                           struct diagram *diagram);

/* All, or any: two by two, so that what two inputs have in common is gone
 * before the third comes. */
static enum err build_chain(const struct building *building,
                            const struct rule_gate *gate,
                            struct diagram *diagram)
{
    struct diagram pair[2] = {{0}};
    enum err err = build_gate(building, gate->input[0], diagram);

    for (uint32_t i = 1; i < gate->count && err == ERR_NONE; i++) {
        pair[0] = *diagram;
        *diagram = (struct diagram){0};
        err = build_gate(building, gate->input[i], &pair[1]);
        if (err == ERR_NONE) {
            err = join(building, gate->need == 1 ? 1 : 2, pair, 2, diagram);
        } else {
            diagram_clear(&pair[0]);
            diagram_clear(&pair[1]);
        }
    }
    return err;
}

static enum err build_choice(const struct building *building,
                             const struct rule_gate *gate,
                             struct diagram *diagram)
{
    struct diagram *input = mem_new(gate->count, sizeof *input);
    enum err err = ERR_NONE;

    for (uint32_t i = 0; i < gate->count && err == ERR_NONE; i++)
        err = build_gate(building, gate->input[i], &input[i]);
    if (err == ERR_NONE)
        err = join(building, gate->need, input, gate->count, diagram);
    for (uint32_t i = 0; i < gate->count; i++)
        diagram_clear(&input[i]);
    mem_free(input);
    return err;
}

/* Gates are nested as deep as clauses, RULE_DEPTH_MAX and one more. */
static enum err build_gate(const struct building *building, uint32_t at,
                           struct diagram *diagram)
{
    const struct rule_gate *gate = &building->game->gate[at];

    if (gate->count == 0)
        return ladder_build(building->game, gate->form, building->order,
                            building->most, diagram, building->why);
    if (gate->need == 1 || gate->need == gate->count)
        return build_chain(building, gate, diagram);
    return build_choice(building, gate, diagram);
}

enum err diagram_build(const struct power_game *game, size_t most,
                       struct diagram *diagram, struct why *why)
{
    size_t *order = mem_new(game->players + 1, sizeof *order);
    struct building building = {
        .game = game, .order = order, .most = most, .why = why};
    enum err err;

    *diagram = (struct diagram){0};
    choose_order(game, order);
    err = build_gate(&building, 0, diagram);
    diagram->order = order;
    return err;
}

void diagram_clear(struct diagram *diagram)
{
    for (size_t i = 0; diagram->level != NULL && i < diagram->players; i++)
        mem_free(diagram->level[i].next);
    mem_free(diagram->level);
    mem_free(diagram->order);
    *diagram = (struct diagram){0};
}

/* --- monotone? ------------------------------------------------------------ */

/* Pairs (a, b) of nodes of a level such that a must not be true where b is
 * false: false as soon as one is found to be. */
static bool put_pair(struct rows *rows, uint32_t a, uint32_t b)
{
    uint32_t pair[2] = {a, b};

    if (a == b || a == NODE_FALSE || b == NODE_TRUE)
        return true;
    if (a == NODE_TRUE && b == NODE_FALSE)
        return false;
    rows_put(rows, pair);
    return true;
}

/* The pairs of the next level: those that follow from pairs of this one, and
 * where a player of this one has a choice. */
static bool step_pairs(const struct diagram *diagram, size_t at,
                       const struct rows *here, struct rows *next)
{
    const size_t branches = diagram->branches;
    const struct diagram_level *level = &diagram->level[at];

    for (size_t k = 0; k < here->count; k++)
        for (size_t b = 0; b < branches; b++)
            if (!put_pair(next, diagram_next(diagram, at, here->row[k * 2], b),
                          diagram_next(diagram, at, here->row[k * 2 + 1], b)))
                return false;
    for (size_t v = 0; v < level->count; v++)
        for (size_t b = 0; b + 1 < branches; b++)
            if (!put_pair(next, level->next[v * branches + b],
                          level->next[v * branches + branches - 1]))
                return false;
    return true;
}

enum err diagram_rises(const struct diagram *diagram, size_t most, bool *rises,
                       struct why *why)
{
    struct rows here, next;
    size_t pairs = 0;

    *rises = true;
    rows_start(&here, 2);
    for (size_t i = 0; i < diagram->players && *rises && pairs <= most; i++) {
        rows_start(&next, 2);
        *rises = step_pairs(diagram, i, &here, &next);
        rows_clear(&here);
        here = next;
        pairs += here.count;
    }
    rows_clear(&here);
    if (pairs > most)
        return fail(why, ERR_LIMIT, "more than %zu pairs of nodes", most);
    return ERR_NONE;
}
