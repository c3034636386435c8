/*
 * ladder.h - the decision diagram of one form.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "power/diagram.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Build it, reduced.
 *
 *   order  in   [game->players] which player chooses on each level
 *   most   in   sums to keep, over all levels
 *
 * Owns     *ladder: diagram_clear, also on failure. Its `order` stays NULL.
 * Fails    ERR_LIMIT beyond `most`.
 * Cost     sums * branches; all passes are sequential.
 */
enum err ladder_build(const struct power_game *game, size_t form,
                      const size_t *order, size_t most, struct diagram *ladder,
                      struct why *why) MUST_CHECK;
