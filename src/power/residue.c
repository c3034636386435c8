#include "power/residue.h"

#include <assert.h>

void residue_primes(struct prime *prime, size_t count)
{
    mpz_t candidate;
    uint64_t c = 1;

    mpz_init(candidate);
    for (size_t i = 0; i < count; c += 2) {
        mpz_ui_pow_ui(candidate, 2, 61);
        mpz_sub_ui(candidate, candidate, c);
        /* Certain below 2^64: GMP's test includes one of Baillie-PSW. */
        if (mpz_probab_prime_p(candidate, 30) > 0)
            prime[i++] = (struct prime){mpz_get_ui(candidate), c};
    }
    assert(c < 1 << 12);
    mpz_clear(candidate);
}

uint64_t residue_inverse(uint64_t a, struct prime prime)
{
    uint64_t result = 1;

    for (uint64_t power = prime.p - 2; power != 0; power >>= 1) { /* Fermat */
        if (power & 1)
            result = residue_multiply(result, a, prime.c);
        a = residue_multiply(a, a, prime.c);
    }
    return result;
}

/* Lagrange: the polynomial that is 1 at one point and 0 at the others is the
 * product of all (x - point) divided by one of them, and by its value. */
void residue_interpolation(size_t points, struct prime prime, uint64_t *matrix)
{
    uint64_t *all = mem_new(points + 1, sizeof *all);

    all[0] = 1;
    for (size_t j = 0; j < points; j++) /* times (x - (j + 1)) */
        for (size_t k = j + 1; k-- > 0;) {
            all[k + 1] = residue_add(all[k + 1], all[k], prime.p);
            all[k] = residue_multiply(all[k], prime.p - (j + 1), prime.c);
        }
    for (size_t j = 0; j < points; j++) {
        const uint64_t at = j + 1;
        uint64_t quotient = 0, value = 0, scale;

        for (size_t k = points; k-- > 0;) { /* by (x - at), from the top */
            quotient = residue_add(residue_multiply(quotient, at, prime.c),
                                   all[k + 1], prime.p);
            matrix[k * points + j] = quotient;
            value = residue_add(residue_multiply(value, at, prime.c), quotient,
                                prime.p);
        }
        scale = residue_inverse(value, prime);
        for (size_t k = 0; k < points; k++)
            matrix[k * points + j] =
                residue_multiply(matrix[k * points + j], scale, prime.c);
    }
    mem_free(all);
}

/* Garner: digit by digit in the mixed base of the primes. */
void residue_number(const struct prime *prime, const uint64_t *rest,
                    size_t count, mpz_t number)
{
    mpz_t base;

    mpz_init_set_ui(base, prime[0].p);
    mpz_set_ui(number, rest[0]);
    for (size_t i = 1; i < count; i++) {
        uint64_t missing = residue_subtract(
            rest[i], mpz_fdiv_ui(number, prime[i].p), prime[i].p);
        uint64_t digit = residue_multiply(
            missing, residue_inverse(mpz_fdiv_ui(base, prime[i].p), prime[i]),
            prime[i].c);

        mpz_addmul_ui(number, base, digit);
        mpz_mul_ui(base, base, prime[i].p);
    }
    mpz_clear(base);
}
