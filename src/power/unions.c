#include "power/unions.h"

#include "power/census.h"
#include "power/fraction.h"

struct sharing {
    const struct rule_program *program;
    const size_t *of;
    size_t unions, most;
    uint64_t work;
    struct why *why;
    mpq_t *owen, *banzhaf_owen; /* [members] */
};

static size_t size_of(const struct sharing *sharing, size_t which)
{
    size_t size = 0;

    for (size_t m = 0; m < sharing->program->members; m++)
        size += set_has(&sharing->program->participating, m) &&
                sharing->of[m] == which;
    return size;
}

/* Players: the unions; but of one, if any, each member.
 *   player  out  [members]
 *   second  out  [returned] is it one of these members? */
static size_t choose_players(const struct sharing *sharing, size_t opened,
                             size_t *player, bool *second)
{
    const struct rule_program *program = sharing->program;
    size_t players = sharing->unions - (opened < sharing->unions);

    for (size_t p = 0; p < players; p++)
        second[p] = false;
    for (size_t m = 0; m < program->members; m++) {
        size_t which = sharing->of[m];

        if (!set_has(&program->participating, m)) {
            player[m] = GAME_NOBODY;
        } else if (which == opened) {
            second[players] = true;
            player[m] = players++;
        } else {
            player[m] = which - (which > opened);
        }
    }
    return players;
}

/* Owen: among `rows` unions (its own included) r come before its own; among
 * `columns` members of it s come before this one; all orders alike. Banzhaf-
 * Owen: all subsets alike. */
static void share_out(const struct census *census, size_t player, mpq_t owen,
                      mpq_t banzhaf_owen)
{
    const size_t rows = census->rows, columns = census->columns;
    const mpz_t *swings = &census->swings[player * rows * columns];
    mpz_t sum, all, term, row;

    mpz_inits(sum, all, term, row, NULL);
    for (size_t r = 0; r < rows; r++) {
        fraction_orders(row, rows, r);
        for (size_t s = 0; s < columns; s++) {
            fraction_orders(term, columns, s);
            mpz_mul(term, term, row);
            mpz_addmul(sum, term, swings[r * columns + s]);
        }
    }
    mpz_fac_ui(all, rows);
    mpz_fac_ui(term, columns);
    mpz_mul(all, all, term);
    fraction_set(owen, sum, all);
    census_swings(census, player, sum);
    fraction_halves(banzhaf_owen, sum, rows - 1 + columns - 1);
    mpz_clears(sum, all, term, row, NULL);
}

/* Share out within one union, or, when none is opened, among those of one. */
static enum err open_union(const struct sharing *sharing, size_t opened)
{
    const struct rule_program *program = sharing->program;
    const bool alone = opened == sharing->unions;
    struct arena *arena = arena_open();
    size_t *player = arena_new(arena, program->members, sizeof *player);
    bool *second =
        arena_new(arena, sharing->unions + program->members, sizeof *second);
    size_t players = choose_players(sharing, opened, player, second);
    struct diagram diagram;
    struct power_game game;
    struct census census = {0};
    enum err err;

    game_make(program, player, players, 2, arena, &game);
    err = diagram_build(&game, sharing->most, &diagram, sharing->why);
    if (err == ERR_NONE)
        err = census_take(&diagram, alone ? NULL : second, sharing->work,
                          &census, sharing->why);
    for (size_t m = 0; err == ERR_NONE && m < program->members; m++)
        if (player[m] != GAME_NOBODY &&
            (alone ? size_of(sharing, sharing->of[m]) == 1 : second[player[m]]))
            share_out(&census, player[m], sharing->owen[m],
                      sharing->banzhaf_owen[m]);
    census_clear(&census);
    diagram_clear(&diagram);
    arena_close(arena);
    return err;
}

enum err unions_measure(const struct rule_program *program, const size_t *of,
                        size_t unions, size_t most, uint64_t work, mpq_t *owen,
                        mpq_t *banzhaf_owen, struct why *why)
{
    struct sharing sharing = {program, of,  unions, most,
                              work,    why, owen,   banzhaf_owen};

    TRY(open_union(&sharing, unions));
    for (size_t u = 0; u < unions; u++)
        if (size_of(&sharing, u) > 1)
            TRY(open_union(&sharing, u));
    return ERR_NONE;
}
