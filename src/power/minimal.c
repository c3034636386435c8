/*
 * A coalition of a node's game is minimal when no one can be left out. Going
 * down the diagram with the coalition, `shadow` is the game of what wins
 * although somebody taken so far is left out; what is left to choose must win,
 * but not in the shadow. Nodes and shadows are functions with numbers, so a
 * pair of them is met again and again, and counted once.
 */
#include "power/minimal.h"

#include "power/rows.h"

#include <string.h>

typedef unsigned __int128 wide;

struct answer {
    wide count; /* C(120, 60) is below 2^117 */
    wide sizes; /* bit s: there are some of s further players */
};

struct level {
    size_t known;       /* nodes of the diagram */
    uint32_t *own;      /* [known * 2] (low, high) of these */
    struct rows node;   /* these too, and those made since; empty until one of
                         * them is looked for */
    __int128 *need;     /* [known * forms] what each form still needs on one of
                         * the ways to the node; NULL: not used */
    struct rows either; /* (a, b), a < b: pairs joined before */
    uint32_t *joined;   /* [either.count] */
    struct rows pair;   /* (node, shadow) */
    struct answer *answer; /* [pair.count] */
};

struct minimal {
    size_t players, forms;
    bool dual;
    struct level *level; /* [players] */
    size_t used, most;
    bool over; /* `most` was reached: numbers mean nothing any more */
};

static uint32_t flip(uint32_t node)
{
    return node == NODE_FALSE  ? NODE_TRUE
           : node == NODE_TRUE ? NODE_FALSE
                               : node;
}

/* The dual: true where the game is false when everyone turns around. */
static void load_level(const struct diagram *diagram, size_t at, bool dual,
                       struct level *level)
{
    const struct diagram_level *from = &diagram->level[at];

    rows_start(&level->node, 2);
    rows_start(&level->either, 2);
    rows_start(&level->pair, 2);
    level->known = from->count;
    level->own = mem_new(from->count * 2u + 1, sizeof *level->own);
    for (size_t k = 0; k < from->count * (size_t)2; k++)
        level->own[k] = dual ? flip(from->next[k ^ 1]) : from->next[k];
}

/* From a node to what it leads to: needs fall by what a member brings. What is
 * reached needs nothing any more, what is out of reach one more than can
 * come. */
static void pass_needs(const struct power_game *game, size_t player,
                       const __int128 *rest, const __int128 *from, bool in,
                       __int128 *to)
{
    for (size_t f = 0; f < game->forms; f++) {
        __int128 need = from[f];

        if (in)
            need -= game->gain[(f * game->players + player) * 2 + 1];
        to[f] = need <= 0 ? 0 : need > rest[f] ? rest[f] + 1 : need;
    }
}

static void find_needs(struct minimal *minimal, const struct power_game *game,
                       const struct diagram *diagram)
{
    const size_t forms = game->forms;
    __int128 *rest = mem_new(forms, sizeof *rest);
    struct level *level = minimal->level;

    for (size_t i = 0; i < diagram->players; i++)
        level[i].need = mem_new(level[i].known * forms + 1, sizeof *rest);
    for (size_t f = 0; f < forms && level[0].known > 0; f++) {
        level[0].need[f] = game->need[f];
        rest[f] = game->total[f];
    }
    for (size_t i = 0; i + 1 < diagram->players; i++) {
        bool *met = mem_new(level[i + 1].known + 1, sizeof *met);

        for (size_t f = 0; f < forms; f++)
            rest[f] -=
                game->gain[(f * game->players + diagram->order[i]) * 2 + 1];
        for (size_t k = 0; k < level[i].known * 2; k++) {
            uint32_t to = diagram->level[i].next[k];

            if (to < NODE_FIRST || met[to - NODE_FIRST])
                continue;
            met[to - NODE_FIRST] = true;
            pass_needs(game, diagram->order[i], rest,
                       &level[i].need[k / 2 * forms], k % 2,
                       &level[i + 1].need[(to - NODE_FIRST) * forms]);
        }
        mem_free(met);
    }
    mem_free(rest);
}

static void clear_levels(struct minimal *minimal)
{
    for (size_t i = 0; i < minimal->players; i++) {
        struct level *level = &minimal->level[i];

        rows_clear(&level->node);
        rows_clear(&level->either);
        rows_clear(&level->pair);
        mem_free(level->own);
        mem_free(level->need);
        mem_free(level->joined);
        mem_free(level->answer);
    }
    mem_free(minimal->level);
}

static uint32_t go(const struct minimal *minimal, size_t at, uint32_t node,
                   size_t branch)
{
    const struct level *level = &minimal->level[at];
    size_t number = node - NODE_FIRST;

    if (node < NODE_FIRST)
        return node;
    return (number < level->known ? level->own
                                  : level->node.row)[number * 2 + branch];
}

/* The node that leads there, made if there is none. */
static uint32_t node_of(struct level *level, const uint32_t *next)
{
    for (size_t v = level->node.count; v < level->known; v++)
        rows_put(&level->node, &level->own[v * 2]);
    return rows_put(&level->node, next) + NODE_FIRST;
}

/* Space for a value beside each row, which grows when the rows do. */
static void *beside(void *values, const struct rows *rows, size_t size)
{
    if ((rows->count & (rows->count - 1)) == 0) /* 1, 2, 4, ...: is full */
        return mem_resize(values, rows->count * 2, size);
    return values;
}

static bool spend(struct minimal *minimal)
{
    if (minimal->used++ >= minimal->most)
        minimal->over = true;
    return !minimal->over;
}

/* Is a true wherever b is, as far as their needs tell? A game only gains when
 * a form needs less; in the dual one it is the other way round. */
static bool covers(const struct minimal *minimal, const struct level *level,
                   uint32_t a, uint32_t b)
{
    const size_t forms = minimal->forms;
    size_t x = (minimal->dual ? b : a) - NODE_FIRST;
    size_t y = (minimal->dual ? a : b) - NODE_FIRST;

    if (level->need == NULL || x >= level->known || y >= level->known)
        return false;
    for (size_t f = 0; f < forms; f++)
        if (level->need[x * forms + f] > level->need[y * forms + f])
            return false;
    return true;
}

static bool leads_to(const struct minimal *minimal, size_t level, uint32_t node,
                     const uint32_t *next)
{
    return go(minimal, level, node, 0) == next[0] &&
           go(minimal, level, node, 1) == next[1];
}

/* The node that is true where a or b is. Recursion as deep as players. */
static uint32_t either(struct minimal *minimal, size_t at, uint32_t a,
                       uint32_t b)
{
    struct level *level = &minimal->level[at];
    uint32_t pair[2] = {a < b ? a : b, a < b ? b : a}, next[2];
    size_t before = level->either.count;
    uint32_t place;

    if (a == b || pair[0] == NODE_FALSE)
        return pair[1];
    if (pair[0] == NODE_TRUE)
        return NODE_TRUE;
    if (covers(minimal, level, a, b))
        return a;
    if (covers(minimal, level, b, a))
        return b;
    if (minimal->over)
        return NODE_FALSE;
    place = rows_put(&level->either, pair);
    if (place < before)
        return level->joined[place];
    if (!spend(minimal))
        return NODE_FALSE;
    level->joined =
        beside(level->joined, &level->either, sizeof *level->joined);
    for (size_t i = 0; i < 2; i++)
        next[i] = either(minimal, at + 1, go(minimal, at, a, i),
                         go(minimal, at, b, i));
    if (leads_to(minimal, at, a, next))
        level->joined[place] = a;
    else if (leads_to(minimal, at, b, next))
        level->joined[place] = b;
    else if (next[0] == next[1] && next[0] < NODE_FIRST)
        level->joined[place] = next[0];
    else
        level->joined[place] = node_of(level, next);
    return level->joined[place];
}

/* Where a pair leads when the level's player is left out, or taken in. */
static void follow(struct minimal *minimal, size_t at, const uint32_t *pair,
                   size_t branch, uint32_t *next)
{
    next[0] = go(minimal, at, pair[0], branch);
    next[1] = go(minimal, at, pair[1], branch);
    if (branch == 1)
        next[1] = either(minimal, at + 1, next[1], go(minimal, at, pair[0], 0));
}

/* Is it known without looking further? A monotone function that is true of
 * nobody is NODE_TRUE, so another shadow leaves the empty rest alone. */
static bool is_plain(const uint32_t *pair, struct answer *answer)
{
    *answer = (struct answer){0};
    if (pair[0] == NODE_FALSE || pair[1] == NODE_TRUE || pair[0] == pair[1])
        return true;
    if (pair[0] == NODE_TRUE)
        *answer = (struct answer){1, 1};
    return pair[0] == NODE_TRUE;
}

static struct answer solve(struct minimal *minimal, size_t at,
                           const uint32_t *pair)
{
    struct level *level = &minimal->level[at];
    struct answer out, in, answer;
    size_t before;
    uint32_t place, next[2];

    if (is_plain(pair, &answer) || minimal->over)
        return answer;
    before = level->pair.count;
    place = rows_put(&level->pair, pair);
    if (place < before)
        return level->answer[place];
    if (!spend(minimal))
        return answer;
    level->answer = beside(level->answer, &level->pair, sizeof *level->answer);
    follow(minimal, at, pair, 0, next);
    out = solve(minimal, at + 1, next);
    follow(minimal, at, pair, 1, next);
    in = solve(minimal, at + 1, next);
    answer.count = out.count + in.count;
    answer.sizes = out.sizes | in.sizes << 1;
    level->answer[place] = answer;
    return answer;
}

/* --- listing -------------------------------------------------------------- */

struct listing {
    struct minimal *minimal;
    const size_t *order;
    size_t limit;
    size_t listed;
    bool *list;  /* [limit * players] */
    bool *taken; /* [players] */
};

/* All of exactly `size` further players, until the limit. */
static void list_size(struct listing *listing, size_t at, const uint32_t *pair,
                      size_t size)
{
    const size_t players = listing->minimal->players;
    struct answer answer = solve(listing->minimal, at, pair);
    uint32_t next[2];

    if (listing->listed == listing->limit || !(answer.sizes >> size & 1))
        return;
    if (pair[0] == NODE_TRUE) {
        memcpy(&listing->list[listing->listed++ * players], listing->taken,
               players * sizeof *listing->taken);
        return;
    }
    if (size > 0) {
        listing->taken[listing->order[at]] = true;
        follow(listing->minimal, at, pair, 1, next);
        list_size(listing, at + 1, next, size - 1);
        listing->taken[listing->order[at]] = false;
    }
    follow(listing->minimal, at, pair, 0, next);
    list_size(listing, at + 1, next, size);
}

static void list_all(struct minimal *minimal, const struct diagram *diagram,
                     const uint32_t *root, size_t limit, struct arena *arena,
                     size_t *listed, const bool **list)
{
    const size_t players = minimal->players;
    struct listing listing = {
        .minimal = minimal,
        .order = diagram->order,
        .limit = limit,
        .list = arena_new(arena, limit * players + 1, sizeof(bool)),
        .taken = mem_new(players + 1, sizeof(bool)),
    };

    for (size_t size = 0; size <= players; size++)
        list_size(&listing, 0, root, size);
    mem_free(listing.taken);
    *listed = listing.listed;
    *list = listing.list;
}

static void set_wide(mpz_t number, wide value)
{
    mpz_set_ui(number, (unsigned long)(value >> 64));
    mpz_mul_2exp(number, number, 64);
    mpz_add_ui(number, number, (unsigned long)value);
}

enum err minimal_count(const struct power_game *game,
                       const struct diagram *diagram, bool dual, size_t most,
                       size_t limit, struct arena *arena, mpz_t count,
                       size_t *listed, const bool **list, struct why *why)
{
    struct minimal minimal = {.players = diagram->players,
                              .forms = game->forms,
                              .dual = dual,
                              .most = most};
    uint32_t root[2] = {dual ? flip(diagram->root) : diagram->root, NODE_FALSE};
    struct answer answer;

    *listed = 0;
    *list = NULL;
    if (diagram->players > MINIMAL_PLAYERS_MAX)
        return fail(why, ERR_LIMIT, "more than %d members",
                    MINIMAL_PLAYERS_MAX);
    minimal.level = mem_new(diagram->players + 1, sizeof *minimal.level);
    for (size_t i = 0; i < diagram->players; i++)
        load_level(diagram, i, dual, &minimal.level[i]);
    if (game->rises)
        find_needs(&minimal, game, diagram);
    answer = solve(&minimal, 0, root);
    if (!minimal.over && limit > 0) {
        if (answer.count < limit)
            limit = (size_t)answer.count;
        list_all(&minimal, diagram, root, limit, arena, listed, list);
    }
    set_wide(count, answer.count);
    clear_levels(&minimal);
    if (minimal.over)
        return fail(why, ERR_LIMIT, "more than %zu steps", most);
    return ERR_NONE;
}
