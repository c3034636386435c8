/*
 * power_fuzz.c - any text as a rule, for seven fixed members: refused with a
 * reason, or measured as plain enumeration measures it.
 */
#include "power/power.h"

#include <stdlib.h>
#include <string.h>

enum { MEMBERS = 7, SETS = 1 << MEMBERS };

static const char members[] = "code,population,contribution,eu,subject\n"
                              "A,40,1.5,1,0\nB,30,2.25,1,0\nC,20,,0,0\n"
                              "D,9,3,1,1\nE,1,0.000000001,0,0\n"
                              "F,17,2,1,0\nG,0,999999999999999999,0,1\n";

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool held)
{
    if (!held)
        abort();
}

struct game {
    bool wins[SETS];
    bool monotone;
    unsigned long winning, swings[MEMBERS];
};

static void enumerate(const struct rule_program *program, struct game *game)
{
    enum position position[MEMBERS];

    *game = (struct game){.monotone = true};
    for (unsigned set = 0; set < SETS; set++) {
        for (unsigned p = 0; p < MEMBERS; p++)
            position[p] =
                set >> p & 1 ? POSITION_YES : program_against(program);
        game->wins[set] = program_adopts(program, position);
        game->winning += game->wins[set];
        for (unsigned p = 0; p < MEMBERS; p++) {
            bool less = game->wins[set & ~(1u << p)];

            game->monotone = game->monotone && (game->wins[set] || !less);
            game->swings[p] += game->wins[set] && !less;
        }
    }
}

static bool is_minimal(const struct game *game, unsigned set)
{
    for (unsigned p = 0; p < MEMBERS; p++)
        if (set >> p & 1 && game->wins[set & ~(1u << p)])
            return false;
    return game->wins[set];
}

static void compare(const struct game *game, const struct power *power)
{
    unsigned long minimal = 0;
    mpq_t sum;

    demand(game->monotone && game->wins[SETS - 1] && !game->wins[0]);
    demand(mpz_cmp_ui(power->winning, game->winning) == 0);
    mpq_init(sum);
    for (size_t p = 0; p < MEMBERS; p++) {
        demand(mpz_cmp_ui(power->index[p].swings, game->swings[p]) == 0);
        mpq_add(sum, sum, power->index[p].shapley);
    }
    demand(mpq_cmp_ui(sum, 1, 1) == 0);
    mpq_set_ui(sum, 0, 1);
    for (size_t p = 0; p < MEMBERS && power->has_unions; p++)
        mpq_add(sum, sum, power->index[p].owen);
    demand(!power->has_unions || mpq_cmp_ui(sum, 1, 1) == 0);
    mpq_clear(sum);
    for (unsigned set = 0; set < SETS; set++)
        minimal += is_minimal(game, set);
    demand(!power->minimal_winning.counted ||
           mpz_cmp_ui(power->minimal_winning.count, minimal) == 0);
}

static void measure(const struct rule *rule, const uint8_t *data, size_t size)
{
    struct power_union bloc = {.name = "bloc"};
    struct power_request request = {.list = 5, .unions = &bloc};
    struct roster *roster;
    struct rule_program *program = NULL;
    struct power *power = NULL;
    struct game game;
    struct why why = {0};

    demand(roster_parse("m", members, strlen(members), &roster, &why) ==
           ERR_NONE);
    for (size_t p = 0; p < MEMBERS; p++)
        set_put(&bloc.members, p, data[size - 1] >> p & 1);
    request.unions_count = data[size - 1] > 0;
    if (program_compile(rule, roster, NULL, &program, &why) == ERR_NONE) {
        enumerate(program, &game);
        if (power_measure(program, &request, &power, &why) == ERR_NONE)
            compare(&game, power);
        else
            demand(why.text[0] != '\0' && power == NULL);
    }
    power_close(power);
    program_close(program);
    roster_close(roster);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document *document;
    const struct value *root, *found;
    struct rule *rule = NULL;
    struct why why = {0};

    if (size == 0 || document_parse("rule", (const char *)data, size, &document,
                                    &root, &why) != ERR_NONE)
        return 0;
    enum err err = rule_find(root, NULL, &found, &why);
    if (err == ERR_NONE)
        err = rule_parse(found, found->key, &rule, &why);
    document_close(document);
    if (err == ERR_NONE && rule->count < 40)
        measure(rule, data, size);
    rule_close(rule);
    return 0;
}
