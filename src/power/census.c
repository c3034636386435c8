#include "power/census.h"

#include "power/residue.h"

#include <assert.h>
#include <string.h>

#define INLINE static inline __attribute__((always_inline))

enum { LANES = 7, PRIMES_MAX = 64 };
static const uint64_t PLAIN_PRIME = ((uint64_t)1 << 61) - 1;

/* Several evaluations at once, each with its own point and prime. Most games
 * need but the first prime, 2^61 - 1: the passes are compiled for it alone,
 * too, with `plain` known. */
struct lanes {
    uint64_t p[LANES], c[LANES];
    uint64_t point[2][LANES]; /* what a player of each class multiplies by */
};

struct passing {
    const struct diagram *diagram;
    const bool *second; /* [players], or NULL */
    struct lanes lanes;
    uint64_t **up;     /* by level [nodes * LANES]: completions that win */
    uint64_t *ways[2]; /* [most nodes of a level * LANES] this level, next */
    uint64_t *all;     /* [(players + 1) * LANES]: all completions of a level */
    uint64_t *gained;  /* [players * branches-1 * LANES] by level */
};

static const uint64_t none[LANES];

/* Completions that win from what a node leads to. */
static const uint64_t *above(const struct passing *passing, size_t level,
                             uint32_t node)
{
    if (node == NODE_FALSE)
        return none;
    if (node == NODE_TRUE)
        return &passing->all[level * LANES];
    return &passing->up[level][(size_t)(node - NODE_FIRST) * LANES];
}

static const uint64_t *point_of(const struct passing *passing, size_t level)
{
    size_t player = passing->diagram->order[level];

    return passing->lanes
        .point[passing->second != NULL && passing->second[player]];
}

/* to += from * by */
INLINE void add_product(const struct lanes *lanes, bool plain,
                        const uint64_t *from, const uint64_t *by, uint64_t *to)
{
    for (size_t k = 0; k < LANES; k++)
        to[k] = residue_reduce((unsigned __int128)from[k] * by[k] + to[k],
                               plain ? 1 : lanes->c[k]);
}

INLINE void add(const struct lanes *lanes, bool plain, const uint64_t *from,
                uint64_t *to)
{
    for (size_t k = 0; k < LANES; k++)
        to[k] = residue_add(to[k], from[k], plain ? PLAIN_PRIME : lanes->p[k]);
}

/* What a branch counts for: being for is marked by the point, unless there is
 * abstention; then every choice counts alike. */
INLINE void add_branch(const struct passing *passing, bool plain, size_t level,
                       size_t branch, const uint64_t *from, uint64_t *to)
{
    if (passing->diagram->branches == 2 && branch == 1)
        add_product(&passing->lanes, plain, from, point_of(passing, level), to);
    else
        add(&passing->lanes, plain, from, to);
}

INLINE void pass_up(struct passing *passing, bool plain)
{
    const struct diagram *diagram = passing->diagram;
    const size_t branches = diagram->branches;

    for (size_t k = 0; k < LANES; k++)
        passing->all[diagram->players * LANES + k] = 1;
    for (size_t i = diagram->players; i-- > 0;) {
        const struct diagram_level *level = &diagram->level[i];

        memset(&passing->all[i * LANES], 0, sizeof none);
        for (size_t b = 0; b < branches; b++)
            add_branch(passing, plain, i, b, &passing->all[(i + 1) * LANES],
                       &passing->all[i * LANES]);
        memset(passing->up[i], 0, level->count * sizeof none);
        for (size_t v = 0; v < level->count; v++)
            for (size_t b = 0; b < branches; b++)
                add_branch(passing, plain, i, b,
                           above(passing, i + 1, level->next[v * branches + b]),
                           &passing->up[i][v * LANES]);
    }
}

/* gained += ways to come here * (wins of the higher - of the lower branch) */
INLINE void add_swings(const struct lanes *lanes, bool plain,
                       const uint64_t *ways, const uint64_t *high,
                       const uint64_t *low, uint64_t *gained)
{
    uint64_t more[LANES];

    for (size_t k = 0; k < LANES; k++)
        more[k] = residue_subtract(high[k], low[k],
                                   plain ? PLAIN_PRIME : lanes->p[k]);
    add_product(lanes, plain, ways, more, gained);
}

/* From the top: in how many ways a node is reached. */
INLINE void pass_down(struct passing *passing, bool plain)
{
    const struct diagram *diagram = passing->diagram;
    const size_t branches = diagram->branches;

    for (size_t k = 0; k < LANES; k++)
        passing->ways[0][k] = 1;
    for (size_t i = 0; i < diagram->players; i++) {
        const struct diagram_level *level = &diagram->level[i];
        const uint64_t *ways = passing->ways[i % 2];
        uint64_t *next = passing->ways[(i + 1) % 2];
        uint64_t *gained = &passing->gained[i * (branches - 1) * LANES];

        if (i + 1 < diagram->players)
            memset(next, 0, diagram->level[i + 1].count * sizeof none);
        for (size_t v = 0; v < level->count; v++) {
            const uint32_t *to = &level->next[v * branches];
            const uint64_t *high = above(passing, i + 1, to[branches - 1]);

            for (size_t b = 0; b < branches; b++) {
                if (b + 1 < branches)
                    add_swings(&passing->lanes, plain, &ways[v * LANES], high,
                               above(passing, i + 1, to[b]),
                               &gained[b * LANES]);
                if (to[b] >= NODE_FIRST)
                    add_branch(passing, plain, i, b, &ways[v * LANES],
                               &next[(to[b] - NODE_FIRST) * (size_t)LANES]);
            }
        }
    }
}

static void pass_plain(struct passing *passing)
{
    pass_up(passing, true);
    pass_down(passing, true);
}

static void pass_any(struct passing *passing)
{
    pass_up(passing, false);
    pass_down(passing, false);
}

static void start_passes(struct passing *passing, const struct diagram *diagram,
                         const bool *second)
{
    size_t most = 1;

    *passing = (struct passing){
        .diagram = diagram,
        .second = second,
        .up = mem_new(diagram->players + 1, sizeof *passing->up),
        .all = mem_new((diagram->players + 1) * LANES, sizeof(uint64_t)),
        .gained = mem_new(diagram->players * (diagram->branches - 1) * LANES,
                          sizeof(uint64_t)),
    };
    for (size_t i = 0; i < diagram->players; i++) {
        size_t count = diagram->level[i].count;

        passing->up[i] = mem_new(count * LANES, sizeof(uint64_t));
        most = count > most ? count : most;
    }
    for (size_t k = 0; k < 2; k++)
        passing->ways[k] = mem_new(most * LANES, sizeof(uint64_t));
}

static void end_passes(struct passing *passing)
{
    for (size_t i = 0; i < passing->diagram->players; i++)
        mem_free(passing->up[i]);
    mem_free(passing->up);
    mem_free(passing->ways[0]);
    mem_free(passing->ways[1]);
    mem_free(passing->all);
    mem_free(passing->gained);
}

static void pass(struct passing *passing, bool plain)
{
    memset(passing->gained, 0,
           passing->diagram->players * (passing->diagram->branches - 1) *
               sizeof none);
    if (plain)
        pass_plain(passing);
    else
        pass_any(passing);
}

/* --- all evaluations ------------------------------------------------------ */

/* Evaluations are numbered (prime, row point, column point). */
struct evaluation {
    const struct diagram *diagram;
    size_t rows, columns, primes;
    size_t count; /* rows * columns * primes */
    struct prime prime[PRIMES_MAX];
    uint64_t *winning; /* [count] */
    uint64_t *gained;  /* [players * (branches-1) * count], by player */
};

static size_t primes_for(double bits)
{
    return (size_t)(bits / RESIDUE_BITS) + 1;
}

static enum err start_evaluation(const struct diagram *diagram, size_t rows,
                                 size_t columns, size_t primes, uint64_t work,
                                 struct evaluation *evaluation, struct why *why)
{
    uint64_t each = diagram->nodes + diagram->players * rows * columns;

    *evaluation = (struct evaluation){.diagram = diagram,
                                      .rows = rows,
                                      .columns = columns,
                                      .primes = primes,
                                      .count = rows * columns * primes};
    if (each * evaluation->count > work)
        return fail(why, ERR_LIMIT, "more than %llu steps",
                    (unsigned long long)work);
    assert(primes <= PRIMES_MAX);
    residue_primes(evaluation->prime, primes);
    evaluation->winning = mem_new(evaluation->count, sizeof(uint64_t));
    evaluation->gained =
        mem_new(diagram->players * (diagram->branches - 1) * evaluation->count,
                sizeof(uint64_t));
    return ERR_NONE;
}

static void end_evaluation(struct evaluation *evaluation)
{
    mem_free(evaluation->winning);
    mem_free(evaluation->gained);
}

/* Lanes beyond the last evaluation repeat it. */
static void set_lanes(const struct evaluation *evaluation, size_t from,
                      struct lanes *lanes)
{
    const size_t grid = evaluation->rows * evaluation->columns;

    for (size_t k = 0; k < LANES; k++) {
        size_t e =
            from + k < evaluation->count ? from + k : evaluation->count - 1;
        struct prime prime = evaluation->prime[e / grid];

        lanes->p[k] = prime.p;
        lanes->c[k] = prime.c;
        lanes->point[0][k] = e % grid / evaluation->columns + 1;
        lanes->point[1][k] = e % evaluation->columns + 1;
    }
}

static void evaluate(struct evaluation *evaluation, const bool *second)
{
    const struct diagram *diagram = evaluation->diagram;
    const size_t kinds = diagram->branches - 1;
    struct passing passing;

    start_passes(&passing, diagram, second);
    for (size_t from = 0; from < evaluation->count; from += LANES) {
        size_t used = evaluation->count - from;

        used = used < LANES ? used : LANES;
        set_lanes(evaluation, from, &passing.lanes);
        pass(&passing, evaluation->primes == 1);
        memcpy(&evaluation->winning[from], above(&passing, 0, diagram->root),
               used * sizeof(uint64_t));
        for (size_t i = 0; i < diagram->players; i++)
            for (size_t b = 0; b < kinds; b++)
                memcpy(&evaluation->gained[(diagram->order[i] * kinds + b) *
                                               evaluation->count +
                                           from],
                       &passing.gained[(i * kinds + b) * LANES],
                       used * sizeof(uint64_t));
    }
    end_passes(&passing);
}

/* One number from its rests, which are `stride` apart. */
static void gather(const struct evaluation *evaluation, const uint64_t *rests,
                   size_t stride, mpz_t number)
{
    uint64_t rest[PRIMES_MAX];

    for (size_t i = 0; i < evaluation->primes; i++)
        rest[i] = rests[i * stride];
    residue_number(evaluation->prime, rest, evaluation->primes, number);
}

/* --- sizes ---------------------------------------------------------------- */

/* value[count] at distance `stride`: from values to coefficients. */
static void interpolate(const uint64_t *matrix, size_t count,
                        struct prime prime, uint64_t *value, size_t stride,
                        uint64_t *scratch)
{
    for (size_t k = 0; k < count; k++) {
        unsigned __int128 sum = 0;

        for (size_t j = 0; j < count; j++) {
            sum += (unsigned __int128)matrix[k * count + j] * value[j * stride];
            if (j % 32 == 31) /* each product is below 2^122 */
                sum = residue_reduce(sum, prime.c);
        }
        scratch[k] = residue_reduce(sum, prime.c);
    }
    for (size_t k = 0; k < count; k++)
        value[k * stride] = scratch[k];
}

static void interpolate_prime(struct evaluation *evaluation, size_t at)
{
    const size_t rows = evaluation->rows, columns = evaluation->columns;
    const struct prime prime = evaluation->prime[at];
    uint64_t *by_row = mem_new(rows * rows, sizeof *by_row);
    uint64_t *by_column = mem_new(columns * columns, sizeof *by_column);
    uint64_t *scratch = mem_new(rows + columns, sizeof *scratch);

    residue_interpolation(rows, prime, by_row);
    residue_interpolation(columns, prime, by_column);
    for (size_t p = 0; p < evaluation->diagram->players; p++) {
        uint64_t *grid =
            &evaluation->gained[p * evaluation->count + at * rows * columns];

        for (size_t r = 0; columns > 1 && r < rows; r++)
            interpolate(by_column, columns, prime, &grid[r * columns], 1,
                        scratch);
        for (size_t s = 0; rows > 1 && s < columns; s++)
            interpolate(by_row, rows, prime, &grid[s], columns, scratch);
    }
    mem_free(by_row);
    mem_free(by_column);
    mem_free(scratch);
}

enum err census_take(const struct diagram *diagram, const bool *second,
                     uint64_t work, struct census *census, struct why *why)
{
    size_t columns = 0, rows, cells;
    struct evaluation evaluation;

    assert(diagram->branches == 2);
    *census = (struct census){0};
    for (size_t p = 0; second != NULL && p < diagram->players; p++)
        columns += second[p];
    rows = diagram->players - columns;
    rows += columns > 0; /* a player is not among the others */
    columns = columns > 0 ? columns : 1;
    TRY(start_evaluation(diagram, rows, columns,
                         primes_for((double)diagram->players), work,
                         &evaluation, why));
    evaluate(&evaluation, second);
    mpz_init(census->winning);
    gather(&evaluation, evaluation.winning, rows * columns, census->winning);
    for (size_t i = 0; i < evaluation.primes; i++)
        interpolate_prime(&evaluation, i);
    census->players = diagram->players;
    census->rows = rows;
    census->columns = columns;
    cells = rows * columns;
    census->swings = mem_new(diagram->players * cells, sizeof *census->swings);
    for (size_t p = 0; p < diagram->players; p++)
        for (size_t k = 0; k < cells; k++) {
            mpz_init(census->swings[p * cells + k]);
            if (second != NULL && !second[p])
                continue;
            gather(&evaluation, &evaluation.gained[p * evaluation.count + k],
                   cells, census->swings[p * cells + k]);
        }
    end_evaluation(&evaluation);
    return ERR_NONE;
}

void census_clear(struct census *census)
{
    if (census->swings == NULL)
        return;
    for (size_t k = 0; k < census->players * census->rows * census->columns;
         k++)
        mpz_clear(census->swings[k]);
    mem_free(census->swings);
    mpz_clear(census->winning);
    *census = (struct census){0};
}

void census_swings(const struct census *census, size_t player, mpz_t swings)
{
    const size_t cells = census->rows * census->columns;

    mpz_set_ui(swings, 0);
    for (size_t k = 0; k < cells; k++)
        mpz_add(swings, swings, census->swings[player * cells + k]);
}

/* --- three branches ------------------------------------------------------- */

enum err census_ternary(const struct diagram *diagram, uint64_t work,
                        mpz_t adopted, mpz_t *yes_no, mpz_t *yes_abstain,
                        struct why *why)
{
    struct evaluation evaluation;
    const uint64_t *gained;

    assert(diagram->branches == 3);
    /* 3^players is below 2^(1.6 players) */
    TRY(start_evaluation(diagram, 1, 1,
                         primes_for(1.6 * (double)diagram->players), work,
                         &evaluation, why));
    evaluate(&evaluation, NULL);
    gather(&evaluation, evaluation.winning, 1, adopted);
    for (size_t p = 0; p < diagram->players; p++) {
        gained = &evaluation.gained[p * 2 * evaluation.count];
        gather(&evaluation, gained, 1, yes_no[p]);
        gather(&evaluation, gained + evaluation.count, 1, yes_abstain[p]);
    }
    end_evaluation(&evaluation);
    return ERR_NONE;
}
