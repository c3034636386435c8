/*
 * Which sums occur on a level? Downward from the top: those that the players
 * before can bring about, at most branches^i. Upward from the bottom: sums
 * that the players after can bring, at most branches^(players-i); what is
 * still needed may be rounded up to the next of these without changing
 * anything. The two lists grow toward each other, the shorter first, so
 * neither gets longer than the square root of the game. Then, from the bottom,
 * neighbouring sums with the same successors become one state: the rest of the
 * game depends on a sum monotonically, so equal functions are neighbours.
 */
#include "power/ladder.h"

#include <stdbool.h>

struct sums {
    size_t count;
    __int128 *at; /* [count] ascending, distinct */
};

struct building {
    size_t players, branches, most;
    const __int128 **gain; /* [players] by level, [branches] */
    __int128 *rest;        /* [players + 1] most that can still come */
    struct sums *needed;   /* [players + 1] what is needed on a level, > 0 */
    struct sums *after;    /* [players + 1] what may come; {0}: not made */
    size_t made;           /* sums, of both kinds */
    struct why *why;
};

/* The next of a list after `at`, moved; what is too large ends it. */
static __int128 head_of(const struct sums *from, size_t at, __int128 move,
                        __int128 most)
{
    __int128 head = at < from->count ? from->at[at] + move : most + 1;

    return head <= most ? head : most + 1;
}

/* The union of `count` ascending lists, list b moved by move[b]; only what is
 * above `above` and at most `most`. */
static void merge(const struct sums *from, const __int128 *move, size_t count,
                  __int128 above, __int128 most, struct sums *to)
{
    size_t next[GAME_BRANCHES_MAX] = {0};
    __int128 head[GAME_BRANCHES_MAX] = {0}, least;

    to->at = mem_resize(NULL, from->count * count + 1, sizeof *to->at);
    to->count = 0;
    for (size_t b = 0; b < count; b++)
        do
            head[b] = head_of(from, next[b]++, move[b], most);
        while (head[b] <= above);
    for (;;) {
        least = head[0];
        for (size_t b = 1; b < count; b++)
            least = head[b] < least ? head[b] : least;
        if (least > most)
            break;
        for (size_t b = 0; b < count; b++)
            if (head[b] == least)
                head[b] = head_of(from, next[b]++, move[b], most);
        to->at[to->count++] = least;
    }
    to->at = mem_resize(to->at, to->count + 1, sizeof *to->at);
}

/* Round up to what the players after can bring. */
static void round_up(struct sums *sums, const struct sums *after)
{
    size_t kept = 0, next = 0;

    for (size_t i = 0; i < sums->count; i++) {
        while (after->at[next] < sums->at[i])
            next++;
        if (kept == 0 || sums->at[kept - 1] != after->at[next])
            sums->at[kept++] = after->at[next];
    }
    sums->count = kept;
}

static void step_down(struct building *building, size_t level)
{
    __int128 move[GAME_BRANCHES_MAX];
    struct sums *to = &building->needed[level + 1];

    for (size_t b = 0; b < building->branches; b++)
        move[b] = -building->gain[level][b];
    merge(&building->needed[level], move, building->branches, 0,
          building->rest[level + 1], to);
    if (building->after[level + 1].at != NULL)
        round_up(to, &building->after[level + 1]);
    building->made += to->count;
}

static void step_up(struct building *building, size_t level)
{
    merge(&building->after[level + 1], building->gain[level],
          building->branches, -1, building->rest[level],
          &building->after[level]);
    building->made += building->after[level].count;
}

static enum err find_sums(struct building *building)
{
    const size_t players = building->players;
    size_t down = 0, up = players;

    building->after[players].at = mem_new(1, sizeof(__int128));
    building->after[players].count = 1;
    while (down < players) {
        if (up > down + 1 &&
            building->after[up].count <= building->needed[down].count)
            step_up(building, --up);
        else
            step_down(building, down++);
        if (building->made > building->most)
            return fail(building->why, ERR_LIMIT,
                        "more than %zu different sums", building->most);
    }
    return ERR_NONE;
}

static bool is_same(const uint32_t *a, const uint32_t *b, size_t branches)
{
    for (size_t i = 0; i < branches; i++)
        if (a[i] != b[i])
            return false;
    return true;
}

/* The states of a level from the sums needed on it.
 *   state  in   [needed of the next level] what became of those sums
 *          out  [needed of this level] */
static void number_states(const struct building *building, size_t level,
                          const uint32_t *state_next, uint32_t *state,
                          struct diagram_level *made)
{
    const size_t branches = building->branches;
    const struct sums *here = &building->needed[level];
    const struct sums *next = &building->needed[level + 1];
    size_t at[GAME_BRANCHES_MAX] = {0};

    made->next = mem_new(here->count * branches + 1, sizeof *made->next);
    made->count = 0;
    for (size_t i = 0; i < here->count; i++) {
        uint32_t *to = &made->next[made->count * branches];

        for (size_t b = 0; b < branches; b++) {
            __int128 left = here->at[i] - building->gain[level][b];

            while (at[b] < next->count && next->at[at[b]] < left)
                at[b]++;
            to[b] = left <= 0                          ? NODE_TRUE
                    : left > building->rest[level + 1] ? NODE_FALSE
                                                       : state_next[at[b]];
        }
        if (made->count == 0 || !is_same(to, to - branches, branches))
            made->count++;
        state[i] = made->count - 1 + NODE_FIRST;
    }
    made->next =
        mem_resize(made->next, made->count * branches + 1, sizeof *made->next);
}

static void number_all(const struct building *building, struct diagram *ladder)
{
    uint32_t *state_next = NULL;

    for (size_t level = building->players; level-- > 0;) {
        uint32_t *state =
            mem_new(building->needed[level].count + 1, sizeof *state);

        number_states(building, level, state_next, state,
                      &ladder->level[level]);
        ladder->nodes += ladder->level[level].count;
        mem_free(state_next);
        mem_free(building->needed[level + 1].at);
        building->needed[level + 1].at = NULL;
        state_next = state;
    }
    mem_free(state_next);
}

static void start(const struct power_game *game, size_t form,
                  const size_t *order, struct building *building)
{
    const size_t players = game->players, branches = game->branches;
    const __int128 *gain = &game->gain[form * players * branches];

    building->players = players;
    building->branches = branches;
    building->gain = mem_new(players + 1, sizeof *building->gain);
    building->rest = mem_new(players + 1, sizeof *building->rest);
    building->needed = mem_new(players + 1, sizeof *building->needed);
    building->after = mem_new(players + 1, sizeof *building->after);
    for (size_t i = players; i-- > 0;) {
        const __int128 *own = &gain[order[i] * branches];
        __int128 most = 0;

        for (size_t b = 0; b < branches; b++)
            most = own[b] > most ? own[b] : most;
        building->gain[i] = own;
        building->rest[i] = building->rest[i + 1] + most;
    }
}

static void clear(struct building *building)
{
    for (size_t i = 0; i <= building->players; i++) {
        mem_free(building->needed[i].at);
        mem_free(building->after[i].at);
    }
    mem_free(building->gain);
    mem_free(building->rest);
    mem_free(building->needed);
    mem_free(building->after);
}

enum err ladder_build(const struct power_game *game, size_t form,
                      const size_t *order, size_t most, struct diagram *ladder,
                      struct why *why)
{
    struct building building = {.most = most, .why = why};
    __int128 need = game->need[form];
    enum err err;

    *ladder = (struct diagram){
        .players = game->players,
        .branches = game->branches,
        .root = need <= 0                  ? NODE_TRUE
                : need > game->total[form] ? NODE_FALSE
                                           : NODE_FIRST,
        .level = mem_new(game->players + 1, sizeof *ladder->level),
    };
    if (ladder->root != NODE_FIRST)
        return ERR_NONE;
    start(game, form, order, &building);
    building.needed[0].at = mem_new(1, sizeof need);
    building.needed[0].at[0] = need;
    building.needed[0].count = 1;
    err = find_sums(&building);
    if (err == ERR_NONE)
        number_all(&building, ladder);
    clear(&building);
    return err;
}
