/*
 * game.h - a compiled rule as a voting game: what each player's choice adds.
 *
 * A form holds when the gains of all players reach its need. A player is one
 * member, or several that vote together. With two branches everyone is for or
 * against; with three one may also abstain.
 */
#pragma once

#include "base/mem.h"
#include "rule/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Branches, in this order. With two there is no GAME_ABSTAIN. */
enum { GAME_AGAINST = 0, GAME_ABSTAIN = 1, GAME_BRANCHES_MAX = 3 };

struct power_game {
    size_t players;
    size_t branches;       /* 2 or 3; the last one is "for" */
    size_t forms;          /* at most RULE_FORMS_MAX */
    const __int128 *need;  /* [forms] */
    const __int128 *gain;  /* [forms * players * branches] >= 0; the least of
                            * each player in each form is 0 */
    const __int128 *total; /* [forms] most that all players can bring */
    bool rises; /* being for is the best that anybody can do for any form */
    size_t gates;
    const struct rule_gate *gate; /* gate[0] is the outcome */
};

/* What a member is that plays no part: one who does not participate. */
#define GAME_NOBODY SIZE_MAX

/*
 * The game of a rule.
 *
 *   player    in  [program->members] each member's player, or GAME_NOBODY
 *   players   in  how many there are
 *   branches  in  2 or 3
 *   arena     in  holds the game; the program is borrowed as long
 */
void game_make(const struct rule_program *program, const size_t *player,
               size_t players, size_t branches, struct arena *arena,
               struct power_game *game);

/* One player for each participant, in roster order.
 *   player  out  [program->members]
 * Returns how many. */
size_t game_players(const struct rule_program *program, size_t *player);

/* Does the rule treat an abstention otherwise than being against? */
bool game_tells_abstention(const struct rule_program *program);

/* Is it adopted when the gains of each form are so?
 *   sum  in  [forms] */
bool game_holds(const struct power_game *game, const __int128 *sum);
/* Is it adopted when players choose so?
 *   branch  in  [players] */
bool game_adopts(const struct power_game *game, const uint8_t *branch);
