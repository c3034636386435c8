/*
 * census.h - how many coalitions of each size win, and where each player
 * swings: one pass up the diagram and one down, for all players at once.
 *
 * Sizes are kept apart as coefficients of a polynomial, and that as its values
 * at enough points: then a node costs one multiplication for each point, not
 * one for each pair of sizes.
 */
#pragma once

#include "base/err.h"
#include "power/diagram.h"

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Players fall into two classes, which are counted apart: the swings of player
 * p in coalitions of the others that have r of class 0 and s of class 1 are at
 * [p * rows * columns + r * columns + s]. When there is a second class, only
 * the swings of its players are kept; the rest of the array is 0.
 */
struct census {
    size_t players;
    size_t rows;    /* values that r can have */
    size_t columns; /* values that s can have */
    mpz_t winning;  /* coalitions, of any size */
    mpz_t *swings;
};

/*
 * Count.
 *
 *   diagram  in  of two branches, and monotone
 *   second   in  [players] is it of class 1; NULL: none is
 *   work     in  nodes * points * primes that may be spent
 *
 * Owns     *census: census_clear, also on failure.
 * Fails    ERR_LIMIT beyond `work`.
 * Cost     the work, at some 4 ns; 64 bytes for each node.
 */
enum err census_take(const struct diagram *diagram, const bool *second,
                     uint64_t work, struct census *census,
                     struct why *why) MUST_CHECK;
void census_clear(struct census *census);

/* Swings of a player, of all sizes together. */
void census_swings(const struct census *census, size_t player, mpz_t swings);

/*
 * A game with abstention: three branches.
 *
 *   adopted      out  of the 3^players profiles
 *   yes_no       out  [players] profiles of the others in which its yes adopts
 *                     and its no does not
 *   yes_abstain  out  [players] its yes adopts and its abstention does not
 *
 * All initialised by the caller. Fails ERR_LIMIT beyond `work`.
 */
enum err census_ternary(const struct diagram *diagram, uint64_t work,
                        mpz_t adopted, mpz_t *yes_no, mpz_t *yes_abstain,
                        struct why *why) MUST_CHECK;
