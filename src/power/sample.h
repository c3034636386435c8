/*
 * sample.h - power estimated from coalitions and orders drawn at random.
 *
 * The same seed draws the same on any machine.
 */
#pragma once

#include "power/game.h"

#include <stdint.h>

/* All out, [players] but for `winning`. */
struct sample {
    uint64_t winning; /* coalitions drawn that win */
    uint64_t *swings; /* coalitions drawn in which a player decides */
    uint64_t *pivots; /* orders drawn in which it is the one who tips them */
};

/* Draw `draws` coalitions, each equally likely, and as many orders. The game
 * must rise and have two branches. Cost: draws * players * forms. */
void sample_take(const struct power_game *game, uint64_t draws, uint64_t seed,
                 struct sample *sample);
