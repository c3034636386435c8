#include "power/sample.h"

#include "base/mem.h"

/* splitmix64 (Steele, Lea, Flood 2014). */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* 0..below-1, each equally likely: what would tip the scales is drawn anew. */
static uint64_t draw_below(uint64_t *state, uint64_t below)
{
    uint64_t most = UINT64_MAX - UINT64_MAX % below, drawn;

    do
        drawn = draw(state);
    while (drawn >= most);
    return drawn % below;
}

struct drawing {
    const struct power_game *game;
    uint64_t state;
    __int128 *sum;   /* [forms] of those who are for */
    size_t *order;   /* [players] */
    uint8_t *branch; /* [players] */
};

static void move(struct drawing *drawing, size_t player, bool in)
{
    const struct power_game *game = drawing->game;

    for (size_t f = 0; f < game->forms; f++) {
        /* the game rises, so being against brings 0 */
        __int128 gain = game->gain[(f * game->players + player) * 2 + 1];

        drawing->sum[f] += in ? gain : -gain;
    }
    drawing->branch[player] = in;
}

static void empty(struct drawing *drawing)
{
    for (size_t f = 0; f < drawing->game->forms; f++)
        drawing->sum[f] = 0;
    for (size_t p = 0; p < drawing->game->players; p++)
        drawing->branch[p] = 0;
}

static bool wins(const struct drawing *drawing)
{
    return game_holds(drawing->game, drawing->sum);
}

/* One coalition: who decides in it? Who leaves a winning one or joins a losing
 * one can; the others cannot, since the game rises. */
static void draw_coalition(struct drawing *drawing, struct sample *sample)
{
    const size_t players = drawing->game->players;
    uint64_t bits = 0;
    bool won;

    empty(drawing);
    for (size_t p = 0; p < players; p++) {
        if (p % 64 == 0)
            bits = draw(&drawing->state);
        if (bits >> p % 64 & 1)
            move(drawing, p, true);
    }
    won = wins(drawing);
    sample->winning += won;
    for (size_t p = 0; p < players; p++) {
        if (drawing->branch[p] != won)
            continue;
        move(drawing, p, !won);
        sample->swings[p] += wins(drawing) != won;
        move(drawing, p, won);
    }
}

/* One order: who joining it makes it win? */
static void draw_order(struct drawing *drawing, struct sample *sample)
{
    const size_t players = drawing->game->players;

    empty(drawing);
    for (size_t p = 0; p < players; p++) { /* Fisher-Yates as we go */
        size_t other = p + draw_below(&drawing->state, players - p);
        size_t next = drawing->order[other];

        drawing->order[other] = drawing->order[p];
        drawing->order[p] = next;
        move(drawing, next, true);
        if (wins(drawing)) {
            sample->pivots[next]++;
            return;
        }
    }
}

void sample_take(const struct power_game *game, uint64_t draws, uint64_t seed,
                 struct sample *sample)
{
    struct drawing drawing = {
        .game = game,
        .state = seed,
        .sum = mem_new(game->forms, sizeof *drawing.sum),
        .order = mem_new(game->players + 1, sizeof *drawing.order),
        .branch = mem_new(game->players + 1, sizeof *drawing.branch),
    };

    sample->winning = 0;
    for (size_t p = 0; p < game->players; p++) {
        drawing.order[p] = p;
        sample->swings[p] = sample->pivots[p] = 0;
    }
    for (uint64_t i = 0; i < draws; i++) {
        draw_coalition(&drawing, sample);
        draw_order(&drawing, sample);
    }
    mem_free(drawing.sum);
    mem_free(drawing.order);
    mem_free(drawing.branch);
}
