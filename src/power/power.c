#include "power/power.h"

#include "power/census.h"
#include "power/counting.h"
#include "power/diagram.h"
#include "power/fraction.h"
#include "power/minimal.h"
#include "power/sample.h"
#include "power/unions.h"

#include <stdio.h>
#include <string.h>

/* A game that takes longer than some ten seconds should be asked for in
 * another way. */
static const uint64_t WORK_MAX = 3000u * 1000 * 1000;
/* Minimal coalitions: without a word a third of a second, when a list is asked
 * for some seconds. */
enum { MINIMAL_QUICK = 1000 * 1000, MINIMAL_MAX = 8 * 1000 * 1000 };
/* One weighted game is counted by weight unless its diagram is small. */
enum { NODES_OF_ONE = 300 * 1000 };

struct measuring {
    const struct rule_program *program;
    const struct power_request *request;
    struct power *power;
    size_t *player;         /* [program->members] */
    struct power_game game; /* of two branches */
    struct diagram diagram;
    struct why *why;
};

static enum err too_large(struct measuring *measuring)
{
    return fail(measuring->why, ERR_LIMIT,
                "%zu members under this rule cannot be held exactly (%s): "
                "--sample N estimates the indices; or ask about fewer members "
                "or fewer different weights",
                measuring->power->members, measuring->why->text);
}

/* --- the result ----------------------------------------------------------- */

static void start_index(struct power_index *index, size_t member)
{
    index->member = member;
    mpz_inits(index->swings, index->yes_no, index->yes_abstain, NULL);
    mpq_inits(index->banzhaf, index->banzhaf_absolute, index->shapley,
              index->prevent, index->initiate, index->owen, index->banzhaf_owen,
              NULL);
}

static void end_index(struct power_index *index)
{
    mpz_clears(index->swings, index->yes_no, index->yes_abstain, NULL);
    mpq_clears(index->banzhaf, index->banzhaf_absolute, index->shapley,
               index->prevent, index->initiate, index->owen,
               index->banzhaf_owen, NULL);
}

static struct power *start_power(const struct rule_program *program)
{
    struct arena *arena = arena_open();
    struct power *power = arena_new(arena, 1, sizeof *power);

    power->arena = arena;
    power->index = arena_new(arena, program->members, sizeof *power->index);
    for (size_t m = 0; m < program->members; m++)
        if (set_has(&program->participating, m))
            start_index(&power->index[power->members++], m);
    mpz_inits(power->winning, power->adopted, power->minimal_winning.count,
              power->minimal_blocking.count, NULL);
    mpq_init(power->act);
    return power;
}

void power_close(struct power *power)
{
    if (power == NULL)
        return;
    for (size_t i = 0; i < power->members; i++)
        end_index(&power->index[i]);
    mpz_clears(power->winning, power->adopted, power->minimal_winning.count,
               power->minimal_blocking.count, NULL);
    mpq_clear(power->act);
    arena_close(power->arena);
}

/* What follows from swings and winning coalitions. */
static void derive(struct power *power)
{
    mpz_t all, losing;

    mpz_inits(all, losing, NULL);
    mpz_setbit(losing, power->members);
    mpz_sub(losing, losing, power->winning);
    fraction_halves(power->act, power->winning, power->members);
    for (size_t i = 0; i < power->members; i++)
        mpz_add(all, all, power->index[i].swings);
    for (size_t i = 0; i < power->members; i++) {
        struct power_index *index = &power->index[i];

        fraction_set(index->banzhaf, index->swings, all);
        fraction_halves(index->banzhaf_absolute, index->swings,
                        power->members - 1);
        fraction_set(index->prevent, index->swings, power->winning);
        fraction_set(index->initiate, index->swings, losing);
        index->dummy = mpz_sgn(index->swings) == 0;
        index->veto = mpz_cmp(index->swings, power->winning) == 0;
        index->dictator = index->veto && mpz_cmp(index->swings, losing) == 0;
    }
    mpz_clears(all, losing, NULL);
}

/* --- exact ---------------------------------------------------------------- */

static enum err need_monotone(const struct measuring *measuring, bool rises)
{
    if (rises)
        return ERR_NONE;
    return fail(measuring->why, ERR_INPUT,
                "this rule is not monotone, one more yes may turn adopted "
                "into rejected: power is defined for monotone rules; `entente "
                "rule check` shows an example");
}

static enum err read_diagram(struct measuring *measuring)
{
    struct power *power = measuring->power;
    struct census census;
    mpz_t sum, order, all;
    bool rises = measuring->game.rises;

    if (!rises)
        TRY(diagram_rises(&measuring->diagram, POWER_NODES_MAX, &rises,
                          measuring->why));
    TRY(need_monotone(measuring, rises));
    TRY(census_take(&measuring->diagram, NULL, WORK_MAX, &census,
                    measuring->why));
    mpz_inits(sum, order, all, NULL);
    mpz_fac_ui(all, power->members);
    mpz_set(power->winning, census.winning);
    for (size_t i = 0; i < power->members; i++) {
        census_swings(&census, i, power->index[i].swings);
        mpz_set_ui(sum, 0);
        for (size_t k = 0; k < power->members; k++) {
            fraction_orders(order, power->members, k);
            mpz_addmul(sum, order, census.swings[i * power->members + k]);
        }
        fraction_set(power->index[i].shapley, sum, all);
    }
    mpz_clears(sum, order, all, NULL);
    census_clear(&census);
    power->shapley_exact = true;
    power->method = POWER_DIAGRAM;
    snprintf(power->text, sizeof power->text,
             "exact, by a decision diagram of %zu nodes",
             measuring->diagram.nodes);
    return ERR_NONE;
}

/* A rule that is one comparison, in which being for never harms. */
static bool is_one_form(const struct power_game *game, size_t *form)
{
    const struct rule_gate *gate = &game->gate[0];

    while (gate->count == 1)
        gate = &game->gate[gate->input[0]];
    *form = gate->form;
    return gate->count == 0 && game->rises;
}

static enum err read_counts(struct measuring *measuring, size_t form)
{
    const struct power_game *game = &measuring->game;
    struct power *power = measuring->power;
    const size_t players = power->members;
    int64_t *weight = arena_new(power->arena, players, sizeof *weight);
    double *shapley = arena_new(power->arena, players, sizeof *shapley);
    mpz_t *swings = arena_new(power->arena, players, sizeof *swings);
    int64_t quota = (int64_t)game->need[form];
    struct weighted_game weighted = {players, weight, 1, &quota};
    enum err err;

    if (game->total[form] > INT64_MAX / 2)
        return fail(measuring->why, ERR_LIMIT,
                    "the weights are too large to be counted one by one");
    for (size_t i = 0; i < players; i++) {
        mpz_init(swings[i]);
        weight[i] = (int64_t)game->gain[(form * players + i) * 2 + 1];
    }
    err = counting_swings(&weighted, &power->winning, swings, measuring->why);
    if (err == ERR_NONE)
        err = counting_shapley(&weighted, shapley, measuring->why);
    for (size_t i = 0; i < players; i++) {
        mpz_set(power->index[i].swings, swings[i]);
        power->index[i].shapley_near = shapley[i];
        mpz_clear(swings[i]);
    }
    power->method = POWER_COUNTING;
    snprintf(power->text, sizeof power->text,
             "exact, by counting what coalitions weigh; Shapley-Shubik to "
             "10^-12 by Gauss-Legendre quadrature with %zu points",
             (players + 1) / 2);
    return err;
}

/* The engine that can. */
static enum err read_exactly(struct measuring *measuring)
{
    const struct power_game *game = &measuring->game;
    size_t form;
    bool one = is_one_form(game, &form);
    enum err err = diagram_build(game, one ? NODES_OF_ONE : POWER_NODES_MAX,
                                 &measuring->diagram, measuring->why);

    if (err == ERR_NONE)
        err = read_diagram(measuring);
    if (err == ERR_LIMIT && one) {
        diagram_clear(&measuring->diagram);
        err = read_counts(measuring, form);
    }
    return err;
}

/* --- minimal coalitions --------------------------------------------------- */

static void copy_coalitions(const struct measuring *measuring, const bool *list,
                            struct power_coalitions *coalitions)
{
    struct power *power = measuring->power;
    struct member_set *set =
        arena_new(power->arena, coalitions->listed + 1, sizeof *set);

    for (size_t i = 0; i < coalitions->listed; i++)
        for (size_t p = 0; p < power->members; p++)
            if (list[i * power->members + p])
                set_put(&set[i], power->index[p].member, true);
    coalitions->coalition = set;
}

static void find_minimal(const struct measuring *measuring, bool dual,
                         struct power_coalitions *coalitions)
{
    struct arena *arena = arena_open();
    size_t limit = measuring->request->list;
    const bool *list;

    coalitions->counted =
        minimal_count(&measuring->game, &measuring->diagram, dual,
                      limit > 0 ? MINIMAL_MAX : MINIMAL_QUICK, limit, arena,
                      coalitions->count, &coalitions->listed, &list,
                      NULL) == ERR_NONE;
    if (coalitions->counted)
        copy_coalitions(measuring, list, coalitions);
    else
        coalitions->why_not =
            limit > 0 ? "there are too many to tell them apart in memory"
                      : "that would take long; --list N takes the time";
    arena_close(arena);
}

static void find_all_minimal(const struct measuring *measuring)
{
    struct power *power = measuring->power;

    if (power->method != POWER_DIAGRAM || measuring->request->no_minimal) {
        power->minimal_winning.why_not = power->minimal_blocking.why_not =
            measuring->request->no_minimal ? "not asked for"
                                           : "a decision diagram is needed";
        return;
    }
    find_minimal(measuring, false, &power->minimal_winning);
    find_minimal(measuring, true, &power->minimal_blocking);
}

/* --- unions --------------------------------------------------------------- */

/* Blocs first, then everyone who is in none.
 *   of  out  [members]
 * Fails when one member is in two. */
static enum err number_unions(const struct measuring *measuring, size_t *of,
                              size_t *unions)
{
    const struct rule_program *program = measuring->program;
    const struct power_request *request = measuring->request;

    for (size_t m = 0; m < program->members; m++)
        of[m] = SIZE_MAX;
    *unions = 0;
    for (size_t u = 0; u < request->unions_count; u++) {
        bool used = false;

        for (size_t m = 0; m < program->members; m++) {
            if (!set_has(&request->unions[u].members, m) ||
                !set_has(&program->participating, m))
                continue;
            if (of[m] != SIZE_MAX)
                return fail(measuring->why, ERR_INPUT,
                            "%s is in two unions: each member may be in one",
                            roster_code(program->roster, m));
            of[m] = *unions;
            used = true;
        }
        *unions += used;
    }
    for (size_t m = 0; m < program->members; m++)
        if (of[m] == SIZE_MAX && set_has(&program->participating, m))
            of[m] = (*unions)++;
    return ERR_NONE;
}

static enum err find_unions(struct measuring *measuring)
{
    const size_t members = measuring->program->members;
    struct power *power = measuring->power;
    size_t *of = arena_new(power->arena, members, sizeof *of);
    mpq_t *value = arena_new(power->arena, 2 * members, sizeof *value);
    size_t unions;
    enum err err;

    TRY(number_unions(measuring, of, &unions));
    for (size_t i = 0; i < 2 * members; i++)
        mpq_init(value[i]);
    err = unions_measure(measuring->program, of, unions, POWER_NODES_MAX,
                         WORK_MAX, value, value + members, measuring->why);
    for (size_t i = 0; i < power->members; i++) {
        mpq_set(power->index[i].owen, value[power->index[i].member]);
        mpq_set(power->index[i].banzhaf_owen,
                value[members + power->index[i].member]);
    }
    for (size_t i = 0; i < 2 * members; i++)
        mpq_clear(value[i]);
    power->has_unions = err == ERR_NONE;
    return err;
}

/* --- abstention ----------------------------------------------------------- */

static enum err read_ternary(const struct measuring *measuring,
                             const struct power_game *game,
                             const struct diagram *diagram, mpz_t *number)
{
    struct power *power = measuring->power;
    bool rises = game->rises;

    if (!rises)
        TRY(diagram_rises(diagram, POWER_NODES_MAX, &rises, measuring->why));
    TRY(need_monotone(measuring, rises));
    return census_ternary(diagram, WORK_MAX, power->adopted, number,
                          number + power->members, measuring->why);
}

static enum err find_ternary(struct measuring *measuring)
{
    struct power *power = measuring->power;
    struct arena *arena = arena_open();
    mpz_t *number = arena_new(arena, 2 * power->members, sizeof *number);
    struct power_game game;
    struct diagram diagram;
    enum err err;

    for (size_t i = 0; i < 2 * power->members; i++)
        mpz_init(number[i]);
    game_make(measuring->program, measuring->player, power->members, 3, arena,
              &game);
    err = diagram_build(&game, POWER_NODES_MAX, &diagram, measuring->why);
    if (err == ERR_NONE)
        err = read_ternary(measuring, &game, &diagram, number);
    for (size_t i = 0; i < power->members; i++) {
        mpz_set(power->index[i].yes_no, number[i]);
        mpz_set(power->index[i].yes_abstain, number[power->members + i]);
    }
    for (size_t i = 0; i < 2 * power->members; i++)
        mpz_clear(number[i]);
    diagram_clear(&diagram);
    arena_close(arena);
    power->has_ternary = err == ERR_NONE;
    return err;
}

/* --- sampled -------------------------------------------------------------- */

/* The root of x by Newton's method; not left to the machine's library. */
static double root(double x)
{
    double guess = x > 1 ? x : 1;

    for (int i = 0; i < 60; i++)
        guess = (guess + x / guess) / 2;
    return guess;
}

/* Wilson's interval; it holds also when there are few hits, or none. */
static void estimate(uint64_t hits, uint64_t draws,
                     struct power_estimate *result)
{
    const double z = 1.959963984540054; /* 95 % */
    double n = (double)draws, share = (double)hits / n;
    double middle = share + z * z / (2 * n), scale = 1 + z * z / n;
    double reach = z * root(share * (1 - share) / n + z * z / (4 * n * n));

    *result = (struct power_estimate){
        .hits = hits,
        .share = share,
        .low = hits == 0 ? 0 : (middle - reach) / scale,
        .high = hits == draws ? 1 : (middle + reach) / scale,
    };
}

static enum err read_sample(struct measuring *measuring)
{
    const struct power_request *request = measuring->request;
    struct power *power = measuring->power;
    struct sample sample = {
        .swings = arena_new(power->arena, power->members, sizeof(uint64_t)),
        .pivots = arena_new(power->arena, power->members, sizeof(uint64_t)),
    };

    if (request->sample > POWER_SAMPLE_MAX)
        return fail(measuring->why, ERR_LIMIT, "at most %d draws",
                    POWER_SAMPLE_MAX);
    TRY(need_monotone(measuring, measuring->game.rises));
    sample_take(&measuring->game, request->sample, request->seed, &sample);
    estimate(sample.winning, request->sample, &power->sampled_act);
    for (size_t i = 0; i < power->members; i++) {
        estimate(sample.swings[i], request->sample,
                 &power->index[i].sampled_banzhaf);
        estimate(sample.pivots[i], request->sample,
                 &power->index[i].sampled_shapley);
    }
    power->method = POWER_SAMPLE;
    snprintf(power->text, sizeof power->text,
             "estimated from %llu coalitions and as many orders drawn with "
             "seed %llu; 95 %% intervals",
             (unsigned long long)request->sample,
             (unsigned long long)request->seed);
    return ERR_NONE;
}

/* --- all of it ------------------------------------------------------------ */

static enum err need_contest(struct measuring *measuring)
{
    const struct power_game *game = &measuring->game;
    uint8_t *branch = mem_new(game->players, sizeof *branch);
    bool nobody = game_adopts(game, branch), all;

    for (size_t p = 0; p < game->players; p++)
        branch[p] = 1;
    all = game_adopts(game, branch);
    mem_free(branch);
    if (!all && !nobody)
        return fail(measuring->why, ERR_INPUT,
                    "the rule is empty: not even all %zu members together "
                    "adopt anything; a lower threshold was expected",
                    game->players);
    if (all && nobody)
        return fail(measuring->why, ERR_INPUT,
                    "the rule adopts although nobody is for it, so nobody has "
                    "power; a higher threshold was expected");
    return need_monotone(measuring, all);
}

static enum err measure(struct measuring *measuring)
{
    const struct power_request *request = measuring->request;
    enum err err;

    TRY(need_contest(measuring));
    if (request->sample > 0)
        return read_sample(measuring);
    err = read_exactly(measuring);
    if (err == ERR_LIMIT)
        return too_large(measuring);
    TRY(err);
    derive(measuring->power);
    find_all_minimal(measuring);
    diagram_clear(&measuring->diagram);
    if (request->abstain || game_tells_abstention(measuring->program))
        err = find_ternary(measuring);
    if (err == ERR_NONE && request->unions_count > 0)
        err = find_unions(measuring);
    return err == ERR_LIMIT ? too_large(measuring) : err;
}

enum err power_measure(const struct rule_program *program,
                       const struct power_request *request,
                       struct power **power, struct why *why)
{
    static const struct power_request nothing_more;
    struct why unread = {0};
    struct measuring measuring = {
        .program = program,
        .request = request != NULL ? request : &nothing_more,
        .power = start_power(program),
        .player = mem_new(program->members, sizeof *measuring.player),
        .why = why != NULL ? why : &unread,
    };
    size_t players = game_players(program, measuring.player);
    enum err err;

    game_make(program, measuring.player, players, 2, measuring.power->arena,
              &measuring.game);
    err = measure(&measuring);
    diagram_clear(&measuring.diagram);
    mem_free(measuring.player);
    if (err == ERR_NONE)
        *power = measuring.power;
    else
        power_close(measuring.power);
    return err;
}
