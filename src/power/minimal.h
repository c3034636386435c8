/*
 * minimal.h - coalitions that win and could not do without any member.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "power/diagram.h"

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MINIMAL_PLAYERS_MAX = 120 };

/*
 * Count the minimal winning coalitions of a game and list the first.
 *
 *   diagram  in   of two branches, monotone
 *   game     in   whose diagram it is
 *   dual     in   of the dual game instead: minimal blocking coalitions, sets
 *                 whose being against stops all the others
 *   most     in   how much may be remembered: nodes and pairs of nodes
 *   limit    in   how many to list
 *   arena    in   holds the list
 *   count    out  initialised by the caller
 *   listed   out  up to `limit`
 *   list     out  [listed * players] is a player in it? Smallest first; among
 *                 equals, whose first player comes earlier in diagram->order
 *
 * Fails    ERR_LIMIT beyond `most` or MINIMAL_PLAYERS_MAX.
 * Source   Knuth, The Art of Computer Programming 4A, 7.1.4, on minimal
 *          elements of monotone functions.
 */
enum err minimal_count(const struct power_game *game,
                       const struct diagram *diagram, bool dual, size_t most,
                       size_t limit, struct arena *arena, mpz_t count,
                       size_t *listed, const bool **list,
                       struct why *why) MUST_CHECK;
