/*
 * What is known of real and textbook games. Sources of the values stand in
 * docs/power.md.
 */
#include "power_fixture.h"
#include "test.h"

#include <math.h>
#include <string.h>

static const char eu[] = "tests/data/eu27_2018.csv";

static void check_game(const char *game, const char *swings,
                       const char *shapley)
{
    struct measured measured;

    measure_game(&measured, game, NULL);
    CHECK_TEXT(measured_swings(&measured), swings);
    if (shapley != NULL)
        CHECK_TEXT(measured_shapley(&measured), shapley);
    measured_clear(&measured);
}

TEST(power_of_textbook_games)
{
    check_game("51: 50 49 1", "W 3; 3 1 1", "2/3 1/6 1/6");
    check_game("6: 4 3 2 1", "W 7; 5 3 3 1", "5/12 1/4 1/4 1/12");
    check_game("4: 3 2 1 1", "W 8; 6 2 2 2", "1/2 1/6 1/6 1/6");
    check_game("50: 10 10 20 30", "W 5; 1 1 3 5", "1/12 1/12 1/4 7/12");
    check_game("176: 137 85 71 32 9 8 5 2 1", "W 255; 181 75 75 53 11 11 5 3 1",
               "223/504 241/1260 241/1260 55/504 31/1260 31/1260 23/2520 "
               "1/180 1/504");
    check_game("39: 7 7 7 7 7 1 1 1 1 1 1 1 1 1 1",
               "W 848; 848 848 848 848 848 84 84 84 84 84 84 84 84 84 84",
               "421/2145 421/2145 421/2145 421/2145 421/2145 4/2145 4/2145 "
               "4/2145 4/2145 4/2145 4/2145 4/2145 4/2145 4/2145 4/2145");
}

/* Banzhaf (1965): three of six districts decide, the others never. */
TEST(power_in_nassau_county)
{
    struct measured measured;

    measure_game(&measured, "16: 9 9 7 3 1 1", NULL);
    CHECK_TEXT(measured_swings(&measured), "W 32; 16 16 16 0 0 0");
    CHECK(measured_of(&measured, "A3")->dummy);
    CHECK(!measured_of(&measured, "A2")->dummy);
    measured_clear(&measured);
}

TEST(power_in_the_communities_from_1958_to_1995)
{
    check_game("12: 4 4 4 2 2 1", "W 14; 10 10 10 6 6 0",
               "7/30 7/30 7/30 3/20 3/20 0");
    /* the dual quota */
    check_game("6: 4 4 4 2 2 1", "W 50; 10 10 10 6 6 0",
               "7/30 7/30 7/30 3/20 3/20 0");
    check_game("41: 10 10 10 10 5 5 3 3 2", "W 75; 53 53 53 53 29 29 21 21 5",
               NULL);
    check_game("45: 10 10 10 10 5 5 5 3 3 2",
               "W 140; 100 100 100 100 52 52 52 26 26 26", NULL);
    check_game("54: 10 10 10 10 8 5 5 5 5 3 3 2",
               "W 402; 286 286 286 286 242 148 148 148 148 102 102 40", NULL);
    check_game("62: 10 10 10 10 8 5 5 5 5 4 4 3 3 3 2",
               "W 2549; 1849 1849 1849 1849 1531 973 973 973 973 793 793 595 "
               "595 595 375",
               NULL);
}

TEST(power_under_the_votes_of_nice)
{
    check_game("255: 29 29 29 29 27 27 14 13 12 12 12 12 12 10 10 10 7 7 7 7 "
               "7 4 4 4 4 4 3",
               "W 2718774; 2193664 2193664 2193664 2193664 2091380 2091380 "
               "1200504 1120138 1038492 1038492 1038492 1038492 1038492 871654 "
               "871654 871654 614702 614702 614702 614702 614702 352374 352374 "
               "352374 352374 352374 265568",
               NULL);
}

TEST(power_under_the_treaty_of_lisbon)
{
    struct measured measured;
    struct power_request request = {.list = 3};
    size_t member;

    measure_file(&measured, "eu_qmv", eu, &request);
    NEED(measured.power != NULL);
    CHECK(mpz_cmp_ui(measured.power->winning, 17715329) == 0);
    static const struct {
        const char *code;
        unsigned long swings;
    } known[] = {{"DE", 14070363}, {"FR", 11689191}, {"IT", 10560493},
                 {"PL", 7538001},  {"LU", 2033041},  {"MT", 2015101}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        CHECK(mpz_cmp_ui(measured_of(&measured, known[i].code)->swings,
                         known[i].swings) == 0);
    CHECK(fabs(mpq_get_d(measured_of(&measured, "DE")->shapley) - 0.17610311) <
          5e-9);
    /* Germany, France and two more of the largest, or Italy: four block. */
    CHECK_INT(measured.power->minimal_blocking.listed, 3);
    for (size_t i = 0; i < 3; i++)
        CHECK_INT(set_count(&measured.power->minimal_blocking.coalition[i]), 4);
    member = roster_find(measured.roster, slice_of("DE"));
    CHECK(set_has(&measured.power->minimal_blocking.coalition[0], member));
    CHECK(!measured.power->has_ternary); /* an abstention is a no */
    measured_clear(&measured);
}

/* The clause on four members who block adds twenty coalitions. */
TEST(power_the_blocking_minority_adds_twenty_coalitions)
{
    struct buf members = {0};
    struct measured with, without;
    struct why why;

    measure_file(&with, "eu_qmv", eu, NULL);
    buf_add_text(&members, "code,population\n");
    for (size_t i = 0; i < roster_count(with.roster); i++) {
        __int128 units[ROSTER_MEMBERS_MAX];
        int places;

        NEED(roster_weight(with.roster, "population", units, &places, &why) ==
             ERR_NONE);
        buf_addf(&members, "%s,%lld\n", roster_code(with.roster, i),
                 (long long)units[i]);
    }
    measure_text(&without, "all: [{ge: 55%}, {sum: population, ge: 65%}]",
                 buf_text(&members), NULL);
    NEED(without.power != NULL);
    CHECK(mpz_cmp_ui(without.power->winning, 17715309) == 0);
    buf_clear(&members);
    measured_clear(&with);
    measured_clear(&without);
}

static const char council[] =
    "code,permanent\nCN,1\nFR,1\nRU,1\nUK,1\nUS,1\n"
    "N0,0\nN1,0\nN2,0\nN3,0\nN4,0\nN5,0\nN6,0\nN7,0\nN8,0\nN9,0\n";
static const char substantive[] =
    "all: [{ge: 9}, {of: [no], in: permanent, le: 0}]";

/* Adoptions: for k of the five and m of the ten in favour, k + m >= 9, the
 * rest of the five abstain, those of the ten abstain or say no. */
TEST(power_in_the_security_council_with_abstention)
{
    struct measured measured;
    unsigned long adopted = 0;

    for (unsigned long k = 0; k <= 5; k++)
        for (unsigned long m = 0; m <= 10; m++) {
            mpz_t ways, of_ten;

            if (k + m < 9)
                continue;
            mpz_inits(ways, of_ten, NULL);
            mpz_bin_uiui(ways, 5, k);
            mpz_bin_uiui(of_ten, 10, m);
            mpz_mul(ways, ways, of_ten);
            adopted += mpz_get_ui(ways) << (10 - m);
            mpz_clears(ways, of_ten, NULL);
        }
    measure_text(&measured, substantive, council, NULL);
    NEED(measured.power != NULL);
    CHECK(mpz_cmp_ui(measured.power->winning, 848) == 0);
    CHECK(measured.power->has_ternary);
    CHECK(mpz_cmp_ui(measured.power->adopted, adopted) == 0);
    CHECK(measured_of(&measured, "FR")->veto);
    CHECK(!measured_of(&measured, "N0")->veto);
    /* Five vetoers; or seven of ten, so that nine cannot be reached. */
    CHECK(mpz_cmp_ui(measured.power->minimal_blocking.count, 5 + 120) == 0);
    CHECK(mpz_cmp_ui(measured.power->minimal_winning.count, 210) == 0);
    measured_clear(&measured);
}

TEST(power_coleman_by_hand)
{
    struct measured measured;

    measure_game(&measured, "3: 2 1 1", NULL); /* AB, AC, ABC win */
    NEED(measured.power != NULL);
    CHECK(mpq_cmp_ui(measured.power->act, 3, 8) == 0);
    CHECK(mpq_cmp_ui(measured_of(&measured, "A0")->prevent, 1, 1) == 0);
    CHECK(mpq_cmp_ui(measured_of(&measured, "A0")->initiate, 3, 5) == 0);
    CHECK(mpq_cmp_ui(measured_of(&measured, "A1")->prevent, 1, 3) == 0);
    CHECK(mpq_cmp_ui(measured_of(&measured, "A1")->banzhaf, 1, 5) == 0);
    CHECK(mpq_cmp_ui(measured_of(&measured, "A1")->banzhaf_absolute, 1, 4) ==
          0);
    CHECK(measured_of(&measured, "A0")->veto);
    CHECK(!measured_of(&measured, "A0")->dictator);
    measured_clear(&measured);
    measure_game(&measured, "2: 2 1", NULL);
    CHECK(measured_of(&measured, "A0")->dictator);
    CHECK(measured_of(&measured, "A1")->dummy);
    measured_clear(&measured);
}

/* Owen (1977): of four with quota 3 of weights 2, 1, 1, 1 the three small ones
 * agree to vote together; then they decide alone, and share alike. */
TEST(power_of_a_union_that_decides_alone)
{
    struct power_union bloc = {.name = "small"};
    struct power_request request = {.unions = &bloc, .unions_count = 1};
    struct measured measured;

    for (size_t i = 1; i < 4; i++)
        set_put(&bloc.members, i, true);
    measure_game(&measured, "3: 2 1 1 1", &request);
    NEED(measured.power != NULL);
    CHECK(mpq_cmp_ui(measured.power->index[0].owen, 0, 1) == 0);
    CHECK(mpq_cmp_ui(measured.power->index[1].owen, 1, 3) == 0);
    CHECK(mpq_cmp_ui(measured.power->index[3].owen, 1, 3) == 0);
    measured_clear(&measured);
}

/* --- bad input ------------------------------------------------------------ */

static void check_refused(const char *rule, const char *members,
                          const struct power_request *request, enum err code,
                          const char *part)
{
    struct measured measured;

    measure_text(&measured, rule, members, request);
    CHECK_WHY(measured.err, code, measured.why, part);
    CHECK(measured.power == NULL);
    measured_clear(&measured);
}

TEST(power_refuses_what_it_cannot_measure)
{
    static const char three[] = "code,w\nA,1\nB,1\nC,1\n";
    struct power_union bloc[2] = {{.name = "x"}, {.name = "y"}};
    struct power_request unions = {.unions = bloc, .unions_count = 2};
    struct power_request many = {.sample = (uint64_t)POWER_SAMPLE_MAX + 1};

    check_refused("{ge: 4}", three, NULL, ERR_INPUT, "the rule is empty");
    check_refused("{ge: 0}", three, NULL, ERR_INPUT, "nobody is for it");
    check_refused("{le: 1}", three, NULL, ERR_INPUT, "not monotone");
    check_refused("any: [{lt: 1}, {ge: 3}]", three, NULL, ERR_INPUT,
                  "nobody is for it");
    check_refused("all: [{ge: 1}, {not: {all: [{ge: 1, in: A}, {lt: 3}]}}]",
                  three, NULL, ERR_INPUT, "not monotone");
    set_put(&bloc[0].members, 1, true);
    set_put(&bloc[1].members, 1, true);
    check_refused("{ge: 2}", three, &unions, ERR_INPUT, "B is in two unions");
    check_refused("{ge: 2}", three, &many, ERR_LIMIT, "at most");
}

/* An unusual form need not make a rule that falls. */
TEST(power_takes_a_rule_that_is_monotone_as_a_whole)
{
    struct measured measured;

    measure_text(&measured, "any: [{ge: 2}, {all: [{ge: 1}, {lt: 3}]}]",
                 "code\nA\nB\nC\n", NULL);
    CHECK_TEXT(measured_swings(&measured), "W 7; 1 1 1");
    measured_clear(&measured);
}

/* Two large weights of sixty members: no engine holds that. */
TEST(power_says_what_to_do_when_a_game_is_too_large)
{
    struct buf members = {0};
    struct measured measured;
    struct power_request sample = {.sample = 1000, .seed = 1};
    uint64_t state = 1;

    buf_add_text(&members, "code,a,b\n");
    for (int i = 0; i < 60; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        buf_addf(&members, "M%d,%d,%d\n", i, (int)(state >> 40),
                 (int)(state >> 20 & 0xffffff));
    }
    check_refused("all: [{sum: a, ge: 60%}, {sum: b, ge: 60%}]",
                  buf_text(&members), NULL, ERR_LIMIT, "--sample N");
    measure_text(&measured, "all: [{sum: a, ge: 60%}, {sum: b, ge: 60%}]",
                 buf_text(&members), &sample);
    CHECK_INT(measured.err, ERR_NONE);
    measured_clear(&measured);
    buf_clear(&members);
}
