/*
 * residue.h - large whole numbers by their rests modulo primes.
 *
 * The primes are 2^61 - c with small c, so a rest fits a machine word and a
 * product is reduced by shifts. Enough of them and the number follows (Chinese
 * remainder theorem); a polynomial follows from its values at enough points.
 */
#pragma once

#include "base/mem.h"

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

enum { RESIDUE_BITS = 60 }; /* of a number that each prime accounts for */

/* A prime 2^61 - c. */
struct prime {
    uint64_t p;
    uint64_t c; /* below 2^12 */
};

/* The largest `count` of them, c ascending; count up to 64. */
void residue_primes(struct prime *prime, size_t count);

/* a, b below p; as are all results. */
static inline uint64_t residue_add(uint64_t a, uint64_t b, uint64_t p)
{
    uint64_t sum = a + b;

    return sum >= p ? sum - p : sum;
}

static inline uint64_t residue_subtract(uint64_t a, uint64_t b, uint64_t p)
{
    return a >= b ? a - b : a + p - b;
}

static inline uint64_t residue_reduce(unsigned __int128 value, uint64_t c)
{
    const uint64_t mask = ((uint64_t)1 << 61) - 1;
    unsigned __int128 once = (value >> 61) * c + ((uint64_t)value & mask);
    uint64_t twice = (uint64_t)(once >> 61) * c + ((uint64_t)once & mask);

    return twice >= mask + 1 - c ? twice - (mask + 1 - c) : twice;
}

static inline uint64_t residue_multiply(uint64_t a, uint64_t b, uint64_t c)
{
    return residue_reduce((unsigned __int128)a * b, c);
}

uint64_t residue_inverse(uint64_t a, struct prime prime); /* a not 0 */

/*
 * The matrix that makes coefficients of a polynomial of degree below `points`
 * from its values at 1, 2, ..., points.
 *
 *   matrix  out  [points * points] coefficient k from value j at
 *                k * points + j
 */
void residue_interpolation(size_t points, struct prime prime, uint64_t *matrix);

/*
 * The number in 0..product of primes - 1 with these rests.
 *
 *   rest  in  [count] by prime
 */
void residue_number(const struct prime *prime, const uint64_t *rest,
                    size_t count, mpz_t number);
