/*
 * fraction.h - the fractions that indices are made of.
 */
#pragma once

#include <gmp.h>
#include <stddef.h>

/* An integer of ours, 0 or more, as one of GMP's. */
void fraction_integer(mpz_t integer, __int128 value);
/* part / whole in lowest terms; 0 when the whole is 0. */
void fraction_set(mpq_t fraction, const mpz_t part, const mpz_t whole);
/* part / 2^power */
void fraction_halves(mpq_t fraction, const mpz_t part, size_t power);

/* The share of all n! orders in which `k` given others come before a player
 * and the other n-1-k after: k! (n-1-k)! / n!, over the common denominator n!.
 */
void fraction_orders(mpz_t numerator, size_t n, size_t k);
