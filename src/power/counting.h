/*
 * counting.h - one weighted game with weights too many and too large for a
 * diagram: coalitions counted by what they weigh.
 */
#pragma once

#include "base/err.h"

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

enum { COUNTING_PLAYERS_MAX = 1024 };

/* A coalition wins when its weights reach the quota. */
struct weighted_game {
    size_t players;
    const int64_t *weight; /* [players] >= 0 */
    size_t quotas;         /* several quotas cost little more than one */
    const int64_t *quota;  /* [quotas] 1..total weight */
};

/*
 * Count, exactly.
 *
 *   winning  out  [quotas] coalitions
 *   swings   out  [quotas * players]; all initialised by the caller
 *
 * Fails    ERR_LIMIT when the counts would take more than 768 MiB, or hours.
 * Cost     sum over the players, lightest first, of the weight so far (at most
 *          half of the total), times 64-bit words of 2^players.
 * Source   Brams and Affuso, Power and Size (1976), for the count; the
 *          alternating sum by which a player is taken out again is worked in
 *          docs/power.md.
 */
enum err counting_swings(const struct weighted_game *game, mpz_t *winning,
                         mpz_t *swings, struct why *why) MUST_CHECK;

/*
 * Shapley-Shubik to 10^-12: the integral over t in 0..1 of the probability
 * that a player swings when each of the others is for with probability t.
 * That is a polynomial of degree players - 1, for which the quadrature of
 * Gauss and Legendre with half as many points is exact; what is lost is
 * rounding, for which docs/power.md has the bound.
 *
 *   shapley  out  [quotas * players]
 *
 * Fails    as counting_swings.
 * Source   Owen, Multilinear extensions of games (1972).
 */
enum err counting_shapley(const struct weighted_game *game, double *shapley,
                          struct why *why) MUST_CHECK;
