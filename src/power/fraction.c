#include "power/fraction.h"

void fraction_integer(mpz_t integer, __int128 value)
{
    mpz_set_ui(integer, (unsigned long)(value >> 64));
    mpz_mul_2exp(integer, integer, 64);
    mpz_add_ui(integer, integer, (unsigned long)value);
}

void fraction_set(mpq_t fraction, const mpz_t part, const mpz_t whole)
{
    if (mpz_sgn(whole) == 0) {
        mpq_set_ui(fraction, 0, 1);
        return;
    }
    mpz_set(mpq_numref(fraction), part);
    mpz_set(mpq_denref(fraction), whole);
    mpq_canonicalize(fraction);
}

void fraction_halves(mpq_t fraction, const mpz_t part, size_t power)
{
    mpq_set_z(fraction, part);
    mpq_div_2exp(fraction, fraction, power);
}

void fraction_orders(mpz_t numerator, size_t n, size_t k)
{
    mpz_t after;

    mpz_init(after);
    mpz_fac_ui(numerator, k);
    mpz_fac_ui(after, n - 1 - k);
    mpz_mul(numerator, numerator, after);
    mpz_clear(after);
}
