/*
 * Three steps: a ladder for each form; their product from the top, in which a
 * node is a tuple of states; its reduction from the bottom, where nodes that
 * lead to the same become one.
 */
#include "power/diagram.h"

#include "power/ladder.h"

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

/* --- sets of short rows of numbers ---------------------------------------- */

/* Rows of `width` numbers, each kept once. */
struct rows {
    size_t width;
    size_t count, cap;
    uint32_t *row;  /* [cap * width] */
    size_t slots;   /* a power of two */
    uint32_t *slot; /* row + 1; 0 is free */
};

static void rows_start(struct rows *rows, size_t width)
{
    *rows = (struct rows){.width = width, .cap = 16, .slots = 64};
    rows->row = mem_new(rows->cap * width, sizeof *rows->row);
    rows->slot = mem_new(rows->slots, sizeof *rows->slot);
}

static void rows_clear(struct rows *rows)
{
    mem_free(rows->row);
    mem_free(rows->slot);
    *rows = (struct rows){0};
}

static size_t rows_hash(const struct rows *rows, const uint32_t *row)
{
    uint64_t hash = 0;

    for (size_t i = 0; i < rows->width; i++) {
        hash = (hash ^ row[i]) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return (size_t)hash & (rows->slots - 1);
}

static void rows_grow(struct rows *rows)
{
    if (rows->count == rows->cap) {
        rows->cap *= 2;
        rows->row =
            mem_resize(rows->row, rows->cap * rows->width, sizeof *rows->row);
    }
    if (rows->count * 2 < rows->slots)
        return;
    rows->slots *= 4;
    mem_free(rows->slot);
    rows->slot = mem_new(rows->slots, sizeof *rows->slot);
    for (size_t i = 0; i < rows->count; i++) {
        size_t at = rows_hash(rows, &rows->row[i * rows->width]);

        while (rows->slot[at] != 0)
            at = (at + 1) & (rows->slots - 1);
        rows->slot[at] = (uint32_t)i + 1;
    }
}

/* The row's number, added if it is new. */
static uint32_t rows_put(struct rows *rows, const uint32_t *row)
{
    const size_t size = rows->width * sizeof *row;
    size_t at = rows_hash(rows, row);

    for (; rows->slot[at] != 0; at = (at + 1) & (rows->slots - 1))
        if (memcmp(&rows->row[(rows->slot[at] - 1) * rows->width], row, size) ==
            0)
            return rows->slot[at] - 1;
    rows_grow(rows);
    for (at = rows_hash(rows, row); rows->slot[at] != 0;)
        at = (at + 1) & (rows->slots - 1);
    memcpy(&rows->row[rows->count * rows->width], row, size);
    rows->slot[at] = (uint32_t)++rows->count;
    return rows->slot[at] - 1;
}

/* --- the product ---------------------------------------------------------- */

enum { FOLD_FORMS_MAX = 10, FOLD_UNKNOWN = 0xff };

struct fold {
    uint8_t outcome; /* enum game_state, or FOLD_UNKNOWN */
    uint16_t moot;   /* forms that can no longer matter */
};

struct product {
    const struct power_game *game;
    const struct diagram *ladder; /* [forms] */
    struct fold *fold;            /* [3^forms] when forms are few, or NULL */
};

static enum game_state fold_direct(const struct power_game *game,
                                   uint32_t *state)
{
    enum game_state form[RULE_FORMS_MAX], outcome;
    bool relevant[RULE_FORMS_MAX];

    for (size_t f = 0; f < game->forms; f++)
        form[f] = state[f] < NODE_FIRST ? (enum game_state)state[f] : GAME_OPEN;
    outcome = game_fold(game, form, relevant);
    for (size_t f = 0; f < game->forms; f++)
        if (state[f] >= NODE_FIRST && !relevant[f])
            state[f] = NODE_FALSE;
    return outcome;
}

/* The outcome; forms that can no longer matter are settled at will. */
static enum game_state fold(const struct product *product, uint32_t *state)
{
    const size_t forms = product->game->forms;
    uint32_t scratch[FOLD_FORMS_MAX];
    size_t code = 0;
    struct fold *known;

    if (product->fold == NULL)
        return fold_direct(product->game, state);
    for (size_t f = forms; f-- > 0;)
        code = code * 3 + (state[f] < NODE_FIRST ? state[f] : NODE_FIRST);
    known = &product->fold[code];
    if (known->outcome == FOLD_UNKNOWN) {
        memcpy(scratch, state, forms * sizeof *state);
        known->outcome = (uint8_t)fold_direct(product->game, scratch);
        known->moot = 0;
        for (size_t f = 0; f < forms; f++)
            if (scratch[f] != state[f])
                known->moot |= (uint16_t)(1u << f);
    }
    for (unsigned moot = known->moot; moot != 0; moot &= moot - 1)
        state[__builtin_ctz(moot)] = NODE_FALSE;
    return (enum game_state)known->outcome;
}

static void start_folds(struct product *product)
{
    size_t codes = 1;

    if (product->game->forms > FOLD_FORMS_MAX)
        return;
    for (size_t f = 0; f < product->game->forms; f++)
        codes *= 3;
    product->fold = mem_new(codes, sizeof *product->fold);
    for (size_t i = 0; i < codes; i++)
        product->fold[i].outcome = FOLD_UNKNOWN;
}

/* Nodes of a level and what they lead to; the next level's tuples arise. */
static void step(const struct product *product, size_t at,
                 const struct rows *here, struct rows *next,
                 struct diagram_level *level)
{
    const size_t forms = product->game->forms;
    const size_t branches = product->game->branches;
    uint32_t state[RULE_FORMS_MAX];

    level->count = (uint32_t)here->count;
    level->next = mem_new(here->count * branches + 1, sizeof *level->next);
    for (size_t i = 0; i < here->count; i++)
        for (size_t b = 0; b < branches; b++) {
            const uint32_t *from = &here->row[i * forms];
            enum game_state outcome;

            for (size_t f = 0; f < forms; f++)
                state[f] = diagram_next(&product->ladder[f], at, from[f], b);
            outcome = fold(product, state);
            level->next[i * branches + b] =
                outcome == GAME_OPEN    ? rows_put(next, state) + NODE_FIRST
                : outcome == GAME_HOLDS ? NODE_TRUE
                                        : NODE_FALSE;
        }
}

static enum err multiply(const struct product *product, size_t most,
                         struct diagram *diagram, struct why *why)
{
    const struct power_game *game = product->game;
    uint32_t state[RULE_FORMS_MAX];
    struct rows here, next;
    enum game_state outcome;
    enum err err = ERR_NONE;

    for (size_t f = 0; f < game->forms; f++)
        state[f] = product->ladder[f].root;
    outcome = fold(product, state);
    diagram->root = outcome == GAME_OPEN    ? NODE_FIRST
                    : outcome == GAME_HOLDS ? NODE_TRUE
                                            : NODE_FALSE;
    rows_start(&here, game->forms);
    if (outcome == GAME_OPEN)
        rows_put(&here, state);
    for (size_t i = 0; i < game->players && err == ERR_NONE; i++) {
        rows_start(&next, game->forms);
        step(product, i, &here, &next, &diagram->level[i]);
        diagram->nodes += here.count;
        rows_clear(&here);
        here = next;
        if (diagram->nodes + here.count > most)
            err = fail(why, ERR_LIMIT, "more than %zu nodes", most);
    }
    assert(err != ERR_NONE || here.count == 0);
    rows_clear(&here);
    return err;
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
            if (next[b] >= NODE_FIRST)
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
    if (diagram->root >= NODE_FIRST)
        diagram->root = became[diagram->root - NODE_FIRST];
    mem_free(became);
}

/* --- all of it ------------------------------------------------------------ */

enum err diagram_build(const struct power_game *game, size_t most,
                       struct diagram *diagram, struct why *why)
{
    struct diagram *ladder = mem_new(game->forms + 1, sizeof *ladder);
    struct product product = {.game = game, .ladder = ladder};
    enum err err = ERR_NONE;

    *diagram = (struct diagram){
        .players = game->players,
        .branches = game->branches,
        .order = mem_new(game->players + 1, sizeof *diagram->order),
        .level = mem_new(game->players + 1, sizeof *diagram->level),
    };
    choose_order(game, diagram->order);
    for (size_t f = 0; f < game->forms && err == ERR_NONE; f++)
        err = ladder_build(game, f, diagram->order, most, &ladder[f], why);
    start_folds(&product);
    if (err == ERR_NONE)
        err = multiply(&product, most, diagram, why);
    mem_free(product.fold);
    for (size_t f = 0; f < game->forms; f++)
        diagram_clear(&ladder[f]);
    mem_free(ladder);
    if (err == ERR_NONE)
        reduce(diagram);
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

/* Pairs (a, b) of nodes of a level for which a must not be true where b is
 * false; level by level from the top, each pair once. */
enum err diagram_rises(const struct diagram *diagram, size_t most, bool *rises,
                       struct why *why)
{
    struct rows here, next;
    size_t pairs = 0;

    *rises = true;
    rows_start(&here, 2);
    for (size_t i = 0; i < diagram->players && *rises; i++) {
        const size_t branches = diagram->branches;
        const struct diagram_level *level = &diagram->level[i];

        rows_start(&next, 2);
        for (size_t k = 0; k < here.count + level->count && *rises; k++)
            for (size_t b = 0; b < branches; b++) {
                uint32_t pair[2];

                if (k < here.count) {
                    const uint32_t *from = &here.row[k * 2];

                    pair[0] = diagram_next(diagram, i, from[0], b);
                    pair[1] = diagram_next(diagram, i, from[1], b);
                } else {
                    const uint32_t *to =
                        &level->next[(k - here.count) * branches];

                    if (b + 1 == branches)
                        break;
                    pair[0] = to[b];
                    pair[1] = to[b + 1];
                }
                if (pair[0] == pair[1] || pair[0] == NODE_FALSE ||
                    pair[1] == NODE_TRUE)
                    continue;
                if (pair[0] == NODE_TRUE && pair[1] == NODE_FALSE)
                    *rises = false;
                else
                    rows_put(&next, pair);
            }
        rows_clear(&here);
        here = next;
        pairs += here.count;
        if (pairs > most) {
            rows_clear(&here);
            return fail(why, ERR_LIMIT, "more than %zu pairs of nodes", most);
        }
    }
    rows_clear(&here);
    return ERR_NONE;
}
