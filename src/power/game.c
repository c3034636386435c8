#include "power/game.h"

#include <assert.h>
#include <string.h>

/* The position that each branch stands for. */
static void set_positions(const struct rule_program *program, size_t branches,
                          enum position *position)
{
    position[GAME_AGAINST] = program_against(program);
    position[GAME_ABSTAIN] = POSITION_ABSTAIN;
    position[branches - 1] = POSITION_YES;
}

struct filling {
    __int128 *need, *gain, *total;
};

/* What a member that is no player brings is settled. */
static void add_member(const struct rule_form *form, size_t member,
                       size_t player, const enum position *position,
                       size_t branches, __int128 *constant, __int128 *gain)
{
    const __int128 *at = &form->at[member * POSITION_COUNT];

    if (player == GAME_NOBODY)
        *constant += at[POSITION_OUT];
    else
        for (size_t b = 0; b < branches; b++)
            gain[player * branches + b] += at[position[b]];
}

/* The least that a player can bring moves into the constant. */
static void settle_least(struct power_game *game, __int128 *gain,
                         __int128 *constant, __int128 *total)
{
    const size_t branches = game->branches;

    for (size_t p = 0; p < game->players; p++) {
        __int128 *own = &gain[p * branches];
        __int128 least = own[0], most = own[0];

        for (size_t b = 1; b < branches; b++) {
            game->rises = game->rises && own[branches - 1] >= own[b - 1];
            least = own[b] < least ? own[b] : least;
            most = own[b] > most ? own[b] : most;
        }
        for (size_t b = 0; b < branches; b++)
            own[b] -= least;
        *constant += least;
        *total += most - least;
    }
}

void game_make(const struct rule_program *program, const size_t *player,
               size_t players, size_t branches, struct arena *arena,
               struct power_game *game)
{
    size_t cells = players * branches;
    struct filling fill = {
        .need = arena_new(arena, program->forms, sizeof(__int128)),
        .gain = arena_new(arena, program->forms * cells, sizeof(__int128)),
        .total = arena_new(arena, program->forms, sizeof(__int128)),
    };
    enum position position[GAME_BRANCHES_MAX];

    assert(branches == 2 || branches == 3);
    *game = (struct power_game){
        .players = players,
        .branches = branches,
        .forms = program->forms,
        .need = fill.need,
        .gain = fill.gain,
        .total = fill.total,
        .rises = true,
        .gates = program->gates,
        .gate = program->gate,
    };
    set_positions(program, branches, position);
    for (size_t f = 0; f < program->forms; f++) {
        __int128 constant = program->form[f].constant;
        __int128 *gain = &fill.gain[f * cells];

        for (size_t m = 0; m < program->members; m++)
            add_member(&program->form[f], m, player[m], position, branches,
                       &constant, gain);
        settle_least(game, gain, &constant, &fill.total[f]);
        fill.need[f] = -constant;
    }
}

size_t game_players(const struct rule_program *program, size_t *player)
{
    size_t players = 0;

    for (size_t m = 0; m < program->members; m++)
        player[m] =
            set_has(&program->participating, m) ? players++ : GAME_NOBODY;
    return players;
}

bool game_tells_abstention(const struct rule_program *program)
{
    enum position against = program_against(program);

    for (size_t f = 0; f < program->forms; f++)
        for (size_t m = 0; m < program->members; m++) {
            const __int128 *at = &program->form[f].at[m * POSITION_COUNT];

            if (set_has(&program->participating, m) &&
                at[POSITION_ABSTAIN] != at[against])
                return true;
        }
    return false;
}

static void settle_gates(const struct power_game *game, const __int128 *sum,
                         bool *truth)
{
    for (size_t g = game->gates; g-- > 0;) { /* inputs have higher indexes */
        const struct rule_gate *gate = &game->gate[g];
        uint32_t holds = 0;

        for (uint32_t i = 0; i < gate->count; i++)
            holds += truth[gate->input[i]];
        truth[g] = gate->count == 0 ? sum[gate->form] >= game->need[gate->form]
                                    : holds >= gate->need;
    }
}

bool game_holds(const struct power_game *game, const __int128 *sum)
{
    bool truth[RULE_FORMS_MAX];

    assert(game->gates > 0 && game->gates <= RULE_FORMS_MAX);
    settle_gates(game, sum, truth);
    return truth[0];
}

bool game_adopts(const struct power_game *game, const uint8_t *branch)
{
    __int128 sum[RULE_FORMS_MAX] = {0};

    assert(game->forms <= RULE_FORMS_MAX);
    for (size_t f = 0; f < game->forms; f++)
        for (size_t p = 0; p < game->players; p++)
            sum[f] += game->gain[(f * game->players + p) * game->branches +
                                 branch[p]];
    return game_holds(game, sum);
}
