#include "power/converge.h"
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rolls *open_text(const char *text)
{
    struct rolls *rolls = NULL;
    struct why why;

    NEED(CHECK_OK(rolls_parse("v.csv", text, strlen(text), NULL, &rolls, &why),
                  why));
    return rolls;
}

static void check_bad(const char *text, enum err code, const char *part)
{
    struct rolls *rolls = NULL;
    struct why why, plain;

    CHECK_WHY(rolls_parse("v.csv", text, strlen(text), NULL, &rolls, &why),
              code, why, part);
    CHECK(rolls == NULL);
    CHECK_WHY(
        rolls_parse_plainly("v.csv", text, strlen(text), NULL, &rolls, &plain),
        code, plain, part);
    CHECK_TEXT(why.text, plain.text);
}

static void check_share(struct converge_share share, const char *expected)
{
    struct buf text = {0};

    converge_share_format(share, &text);
    CHECK_TEXT(buf_text(&text), expected);
    buf_clear(&text);
}

static void check_pair(const struct agreement *agreement, size_t a, size_t b,
                       const char *expected)
{
    struct agreement_pair pair = agreement_of(agreement, a, b);
    struct buf text = {0};

    buf_addf(&text, "%u %u %u ", pair.same, pair.adjacent, pair.joint);
    converge_share_format(agreement_coincidence(pair), &text);
    CHECK_TEXT(buf_text(&text), expected);
    buf_clear(&text);
}

/*
 * Reading.
 */

TEST(votes_are_read_in_any_order_of_rows_and_columns)
{
    struct rolls *rolls = open_text("\xEF\xBB\xBFposition,note,code,roll\r\n"
                                    "yes,\"a, b\",FR,10\r\n"
                                    "\r\n"
                                    "no,,DE,10\r\n"
                                    "absent,é,DE,\"9\"\r\n"
                                    "abstain,\"x\ny\",FR,9");

    CHECK_INT(rolls_members(rolls), 2);
    CHECK_INT(rolls_count(rolls), 2);
    CHECK_TEXT(rolls_code(rolls, 0), "DE");
    CHECK_TEXT(rolls_code(rolls, 1), "FR");
    CHECK_TEXT(roll_name(rolls, 0), "10");
    CHECK_TEXT(roll_period(rolls, 0), "");
    CHECK_INT(rolls_bits(rolls, 0, 0).took, 1);
    CHECK_INT(rolls_bits(rolls, 0, 0).no, 1);
    CHECK_INT(rolls_bits(rolls, 1, 0).took, 3);
    CHECK_INT(rolls_bits(rolls, 1, 0).yes, 1);
    CHECK_INT(roll_tally(rolls, 1).between, 1);
    CHECK_INT(roll_tally(rolls, 1).yes + roll_tally(rolls, 1).no, 0);
    rolls_close(rolls);
}

TEST(bad_votes_name_file_line_and_field)
{
    check_bad("", ERR_INPUT, "v.csv: empty");
    check_bad("roll,code,position\n", ERR_INPUT, "v.csv:2: no votes");
    check_bad("roll,code,vote\n1,FR,yes\n", ERR_INPUT,
              "v.csv:1: expected a column 'position'");
    check_bad("roll,code,position\n1,FR,yes\n1,DE,Yes\n", ERR_INPUT,
              "v.csv:3: position: 'Yes' is no position; expected yes, no, "
              "abstain");
    check_bad("roll,code,position\n1,FR,yes\n1,DE,1\n", ERR_INPUT,
              "v.csv:3: position: '1' is no position");
    check_bad("roll,code,position,n\n1,FR,yes,\"\n\"\n1,FR,no,\n", ERR_INPUT,
              "v.csv:4: code: a second position of FR in roll 1");
    check_bad("roll,code,position\n1,FR,silent\n1,FR,yes\n", ERR_INPUT,
              "v.csv:3: code: a second position");
    check_bad("roll,code,position\n1,F R,yes\n", ERR_INPUT,
              "v.csv:2: code: 'F R' is no code");
    check_bad("roll,code,position\n,FR,yes\n", ERR_INPUT,
              "v.csv:2: roll: expected the name of a roll");
    check_bad("roll,code,position\n\"a\nb\",FR,yes\n", ERR_INPUT,
              "v.csv:2: roll: expected the name of a roll");
    check_bad("roll,code,position,period\n1,FR,yes,a\n1,DE,yes,b\n", ERR_INPUT,
              "v.csv:3: period: roll 1 is in period 'a' and in another");
    check_bad("roll,code,position\n1,FR,yes\n1,DE\n", ERR_INPUT, "v.csv:3: ");
    check_bad("roll,code,position\n1,FR,\"yes\n", ERR_INPUT, "v.csv:2: ");
    check_bad("roll,code,position\n1,FR,yes\n1,DE,y\xff\n", ERR_INPUT,
              "v.csv:3: bytes that are not UTF-8");
}

TEST(nobody_but_the_members_may_be_in_the_votes)
{
    const char *text = "roll,code,position\n1,FR,yes\n1,XX,yes\n";
    struct roster *roster = roster_open();
    struct rolls *rolls = NULL;
    struct why why;

    CHECK_OK(roster_add(roster, "FR", &why), why);
    CHECK_OK(roster_add(roster, "DE", &why), why);
    CHECK_WHY(rolls_parse("v.csv", text, strlen(text), roster, &rolls, &why),
              ERR_INPUT, why, "v.csv:3: code: XX is not among the members");
    text = "roll,code,position\n1,FR,yes\n";
    CHECK_OK(rolls_parse("v.csv", text, strlen(text), roster, &rolls, &why),
             why);
    CHECK_INT(rolls_members(rolls), 2);
    CHECK_INT(rolls_bits(rolls, 0, 0).took, 0);
    CHECK_TEXT(rolls_code(rolls, 0), "DE");
    rolls_close(rolls);
    roster_close(roster);
}

TEST(more_members_than_can_be_held_are_refused)
{
    struct buf text = {0};
    struct rolls *rolls = NULL;
    struct why why;

    buf_add_text(&text, "code,position,roll\n");
    for (int i = 0; i <= ROSTER_MEMBERS_MAX; i++)
        buf_addf(&text, "M%d,yes,1\n", i);
    CHECK_WHY(rolls_parse("v.csv", text.data, text.len, NULL, &rolls, &why),
              ERR_LIMIT, why, "v.csv:1026: code: more than 1024 members");
    buf_clear(&text);
}

TEST(two_million_votes_are_read)
{
    enum { MEMBERS = 40, ROLLS = 50000 };
    struct buf text = {0};
    struct rolls *rolls = NULL;
    struct why why;

    buf_add_text(&text, "roll,code,position\n");
    for (int roll = 0; roll < ROLLS; roll++)
        for (int i = 0; i < MEMBERS; i++)
            buf_addf(&text, "%d,M%d,%s\n", roll, i,
                     (roll + i) % 7 ? "yes" : "no");
    NEED(CHECK_OK(rolls_parse("v.csv", text.data, text.len, NULL, &rolls, &why),
                  why));
    CHECK_INT(rolls_count(rolls), ROLLS);
    struct roll_set set = roll_set_all(rolls);
    struct agreement agreement = agreement_count(rolls, &set);
    /* M0 and M7 always vote alike; M1 is alone with its no every 7th time. */
    size_t last = 0;
    while (strcmp(rolls_code(rolls, last), "M7") != 0)
        last++;
    check_pair(&agreement, 0, last, "50000 0 50000 1/1");
    check_pair(&agreement, 0, 1, "35715 0 50000 7143/10000");
    agreement_clear(&agreement);
    roll_set_clear(&set);
    rolls_close(rolls);
    buf_clear(&text);
}

TEST(rolls_are_ordered_as_people_count)
{
    CHECK(roll_compare("9", "10") < 0);
    CHECK(roll_compare("2026-9", "2026-10") < 0);
    CHECK(roll_compare("2026-010", "2026-9") > 0);
    CHECK(roll_compare("A/2", "A/2a") < 0);
    CHECK(roll_compare("a", "b") < 0);
    CHECK(roll_compare("01", "1") < 0 && roll_compare("1", "01") > 0);
    CHECK(roll_compare("1", "1") == 0);
    CHECK(roll_compare("99999999999999999999998", "99999999999999999999999") <
          0);
}

/*
 * Agreement, by hand. Rolls 1 to 4:
 *
 *   A  yes  no   abstain  yes
 *   B  yes  yes  no       absent
 *   C  no   abstain  stand-aside  object
 *
 * A, B: same 1, opposed 1, abstain beside no: (1 + 1/2) / 3.
 * A, C: no beside abstain, abstain beside stand-aside, the rest opposed.
 * B, C: yes beside abstain, no beside stand-aside, one opposed.
 */

static const char by_hand[] = "roll,code,position,period\n"
                              "1,A,yes,old\n1,B,yes,old\n1,C,no,old\n"
                              "2,A,no,old\n2,B,yes,old\n2,C,abstain,old\n"
                              "3,A,abstain,new\n3,B,no,new\n"
                              "3,C,stand-aside,new\n"
                              "4,A,yes,new\n4,B,absent,new\n4,C,object,new\n";

TEST(pairs_are_counted_as_by_hand)
{
    struct rolls *rolls = open_text(by_hand);
    struct roll_set all = roll_set_all(rolls), old = roll_set_of(rolls, "old");
    struct agreement agreement = agreement_count(rolls, &all);
    struct agreement before = agreement_count(rolls, &old);

    check_pair(&agreement, 0, 1, "1 1 3 1/2");
    check_pair(&agreement, 1, 0, "1 1 3 1/2");
    check_pair(&agreement, 0, 2, "0 2 4 1/4");
    check_pair(&agreement, 1, 2, "0 2 3 1/3");
    check_share(agreement_whole(&agreement), "7/20");
    CHECK_INT(old.count, 2);
    check_pair(&before, 0, 1, "1 0 2 1/2");
    check_pair(&before, 0, 2, "0 1 2 1/4");
    check_pair(&before, 1, 2, "0 1 2 1/4");
    agreement_clear(&agreement);
    agreement_clear(&before);
    roll_set_clear(&all);
    roll_set_clear(&old);
    rolls_close(rolls);
}

/* The medians of by_hand: yes, between, between, and of yes and no the
 * middle; so A is 0, 1, 0 and 1/2 ... of four rolls in halves of the scale. */
TEST(distances_from_the_centre_are_as_by_hand)
{
    struct rolls *rolls = open_text(by_hand);
    struct roll_set all = roll_set_all(rolls);
    struct converge_share distance[3];

    rolls_distances(rolls, &all, distance);
    check_share(distance[0], "1/4"); /* (0 + 1/2 + 0 + 1/2) / 4 */
    check_share(distance[1], "1/3"); /* (0 + 1/2 + 1/2) / 3 */
    check_share(distance[2], "3/8"); /* (1 + 0 + 0 + 1/2) / 4 */
    roll_set_clear(&all);
    rolls_close(rolls);
}

TEST(unity_and_rice_are_as_published)
{
    check_share(roll_unity((struct roll_tally){10, 0, 0}), "1/1");
    check_share(roll_unity((struct roll_tally){5, 5, 5}), "0/1");
    check_share(roll_unity((struct roll_tally){5, 0, 5}), "1/4");
    check_share(roll_unity((struct roll_tally){1, 2, 6}), "1/2");
    check_share(roll_unity((struct roll_tally){0, 0, 0}), "");
    check_share(roll_rice((struct roll_tally){6, 3, 2}), "1/2");
    check_share(roll_rice((struct roll_tally){2, 3, 6}), "1/2");
    check_share(roll_rice((struct roll_tally){0, 3, 0}), "");
}

TEST(rolls_are_listed_by_how_they_divide)
{
    struct rolls *rolls = open_text("roll,code,position\n"
                                    "10,A,yes\n10,B,no\n"
                                    "9,A,yes\n9,B,no\n"
                                    "3,A,yes\n3,B,yes\n"
                                    "2,A,yes\n2,B,yes\n2,C,yes\n"
                                    "1,A,yes\n1,B,absent\n");
    struct roll_set all = roll_set_all(rolls);
    size_t count = 0;
    size_t *divided = rolls_by_unity(rolls, &all, false, &count);
    size_t *united = rolls_by_unity(rolls, &all, true, &count);
    const char *const divided_name[] = {"9", "10", "2", "3"};
    const char *const united_name[] = {"2", "3", "9", "10"};

    CHECK_INT(count, 4);
    for (size_t i = 0; i < count; i++) {
        CHECK_TEXT(roll_name(rolls, divided[i]), divided_name[i]);
        CHECK_TEXT(roll_name(rolls, united[i]), united_name[i]);
    }
    mem_free(divided);
    mem_free(united);
    roll_set_clear(&all);
    rolls_close(rolls);
}

TEST(sides_are_of_rolls_or_of_periods)
{
    struct rolls *dated = open_text("roll,code,position,period\n"
                                    "1,A,yes,2026-03-01\n"
                                    "2,A,yes,2026-02-01\n"
                                    "10,A,yes,2026-10-01\n");
    struct rolls *bare = open_text("roll,code,position\n"
                                   "1,A,yes\n2,A,yes\n10,A,yes\n");
    size_t count;
    const char **period = roll_periods(dated, &count);
    struct roll_set set = roll_set_side(dated, "2026-03-01", true);

    CHECK_INT(count, 3);
    CHECK_TEXT(period[0], "2026-02-01");
    CHECK_TEXT(period[2], "2026-10-01");
    CHECK_INT(set.word[0], 5); /* at it and after */
    roll_set_clear(&set);
    set = roll_set_side(dated, "2", false);
    CHECK_INT(set.word[0], 1); /* by roll, as there is such a roll */
    roll_set_clear(&set);
    set = roll_set_side(bare, "9", true);
    CHECK_INT(set.word[0], 4);
    CHECK_INT(set.count, 1);
    roll_set_clear(&set);
    mem_free(period);
    period = roll_periods(bare, &count);
    CHECK_INT(count, 0);
    mem_free(period);
    rolls_close(dated);
    rolls_close(bare);
}

/*
 * Clusters, by hand: A, B agree in 3 of 4, C, D in 3 of 4 (a tie: A, B first);
 * then E, who agrees with A and B in 5 of 8. Between A, B, E and C, D there are
 * 24 comparisons: A with D 1, B with C 1, E with each 1 and a half.
 */

static const char clustered[] =
    "roll,code,position\n"
    "1,A,yes\n1,B,yes\n1,C,no\n1,D,no\n1,E,yes\n"
    "2,A,yes\n2,B,yes\n2,C,no\n2,D,no\n2,E,no\n"
    "3,A,yes\n3,B,yes\n3,C,no\n3,D,no\n3,E,yes\n"
    "4,A,yes\n4,B,no\n4,C,no\n4,D,yes\n4,E,abstain\n";

TEST(clusters_join_the_closest_first_and_ties_by_code)
{
    struct rolls *rolls = open_text(clustered);
    struct roll_set all = roll_set_all(rolls);
    struct agreement agreement = agreement_count(rolls, &all);
    struct clusters clusters = clusters_make(&agreement);
    const size_t a[] = {0, 2, 0, 0}, b[] = {1, 3, 4, 2}, size[] = {2, 2, 3, 5};
    const char *const coincidence[] = {"3/4", "3/4", "5/8", "5/24"};

    for (size_t i = 0; i < 4; i++) {
        CHECK_INT(clusters.merge[i].a, a[i]);
        CHECK_INT(clusters.merge[i].b, b[i]);
        CHECK_INT(clusters.merge[i].size, size[i]);
        check_share(clusters.merge[i].coincidence, coincidence[i]);
    }
    check_share(agreement_whole(&agreement), "2/5");
    CHECK_INT(clusters.groups, 2);
    CHECK(clusters.group[0] == clusters.group[1]);
    CHECK(clusters.group[0] == clusters.group[4]);
    CHECK(clusters.group[2] == clusters.group[3]);
    CHECK(clusters.group[0] != clusters.group[2]);
    CHECK(clusters.order[0] < clusters.order[4]);
    clusters_clear(&clusters);
    agreement_clear(&agreement);
    roll_set_clear(&all);
    rolls_close(rolls);
}

TEST(members_that_never_met_stay_apart)
{
    struct rolls *rolls = open_text("roll,code,position\n"
                                    "1,A,yes\n1,C,yes\n2,B,no\n2,D,absent\n");
    struct roll_set all = roll_set_all(rolls);
    struct agreement agreement = agreement_count(rolls, &all);
    struct clusters clusters = clusters_make(&agreement);
    struct agreement_place place[4];
    struct agreement_stress stress = agreement_map(&agreement, NULL, place);

    check_pair(&agreement, 0, 1, "0 0 0 ");
    CHECK_INT(clusters.groups, 3);
    CHECK_INT(clusters.merge[0].a, 0);
    CHECK_INT(clusters.merge[0].b, 2);
    CHECK_INT(clusters.merge[1].coincidence.den, 0);
    CHECK(place[0].known && !place[1].known && place[2].known);
    CHECK_INT(place[0].x, 0);
    CHECK_INT(stress.end, 0);
    clusters_clear(&clusters);
    agreement_clear(&agreement);
    roll_set_clear(&all);
    rolls_close(rolls);
}

/* Three members at 1/2, 1/2 and 1 from each other lie on a line. */
TEST(a_map_of_three_in_a_line_is_exact)
{
    struct rolls *rolls = open_text("roll,code,position\n"
                                    "1,A,yes\n1,B,yes\n1,C,no\n"
                                    "2,A,no\n2,B,yes\n2,C,yes\n");
    struct roll_set all = roll_set_all(rolls);
    struct agreement agreement = agreement_count(rolls, &all);
    struct agreement_place place[3];
    struct agreement_stress stress = agreement_map(&agreement, NULL, place);

    CHECK_INT(stress.end, 0);
    CHECK_INT(place[0].x, MAP_SCALE / 2);
    CHECK_INT(place[1].x, 0);
    CHECK_INT(place[2].x, -MAP_SCALE / 2);
    for (int i = 0; i < 3; i++)
        CHECK_INT(place[i].y, 0);
    agreement_clear(&agreement);
    roll_set_clear(&all);
    rolls_close(rolls);
}

/*
 * Random votes.
 */

enum { SILENT = 5, POSITIONS = 6 };
static const char *const word[POSITIONS] = {"yes",         "no",     "abstain",
                                            "stand-aside", "object", "absent"};

static uint64_t seed;

static unsigned below(unsigned limit)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % limit;
}

struct world {
    unsigned members, rolls;
    unsigned *position; /* [rolls * members]; POSITIONS: no row */
    struct buf text;
};

static void add_row(struct world *world, unsigned roll, unsigned member)
{
    unsigned position = world->position[roll * world->members + member];

    if (position < POSITIONS)
        buf_addf(&world->text, "r%u,M%03u,%s\n", roll, member, word[position]);
}

static void make_world(struct world *world)
{
    memset(world, 0, sizeof *world);
    world->members = 2 + below(20);
    world->rolls = 1 + below(below(4) ? 70 : 1300);
    world->position =
        mem_new(world->members * world->rolls, sizeof *world->position);
    for (unsigned i = 0; i < world->members * world->rolls; i++)
        world->position[i] = below(POSITIONS + 1);
    world->position[0] = 0;
    buf_add_text(&world->text, "roll,code,position\n");
    for (unsigned roll = 0; roll < world->rolls; roll++)
        for (unsigned i = 0; i < world->members; i++)
            add_row(world, roll, i);
}

static void clear_world(struct world *world)
{
    mem_free(world->position);
    buf_clear(&world->text);
}

/* As the definition has it, one roll after the other. */
static struct agreement_pair count_naively(const struct world *world,
                                           unsigned a, unsigned b)
{
    static const int place[POSITIONS] = {2, 0, 1, 1, 0, -1};
    struct agreement_pair pair = {0};

    for (unsigned roll = 0; roll < world->rolls; roll++) {
        unsigned x = world->position[roll * world->members + a];
        unsigned y = world->position[roll * world->members + b];

        if (x >= SILENT || y >= SILENT)
            continue;
        pair.joint++;
        pair.same += x == y;
        pair.adjacent += x != y && abs(place[x] - place[y]) < 2;
    }
    return pair;
}

/* Where a code is in a reading in which some members may be missing. */
static size_t member_of(struct rolls *rolls, unsigned number)
{
    char code[16];

    snprintf(code, sizeof code, "M%03u", number);
    for (size_t i = 0; i < rolls_members(rolls); i++)
        if (strcmp(rolls_code(rolls, i), code) == 0)
            return i;
    return SIZE_MAX;
}

static void check_counts(const struct world *world, struct rolls *rolls)
{
    struct roll_set all = roll_set_all(rolls);
    struct agreement fast = agreement_count(rolls, &all);
    struct agreement slow = agreement_count_portably(rolls, &all);

    for (unsigned a = 0; a < world->members; a++)
        for (unsigned b = 0; b < world->members; b++) {
            size_t i = member_of(rolls, a), j = member_of(rolls, b);
            struct agreement_pair expected = count_naively(world, a, b), found;

            if (a == b || i == SIZE_MAX || j == SIZE_MAX)
                continue;
            found = agreement_of(&fast, i, j);
            CHECK(memcmp(&found, &expected, sizeof found) == 0);
            found = agreement_of(&slow, i, j);
            CHECK(memcmp(&found, &expected, sizeof found) == 0);
        }
    agreement_clear(&fast);
    agreement_clear(&slow);
    roll_set_clear(&all);
}

TEST(counting_by_bits_is_counting_one_by_one)
{
    seed = 1;
    for (int i = 0; i < 60; i++) {
        struct world world;
        struct rolls *rolls = NULL;
        struct why why;

        make_world(&world);
        NEED(CHECK_OK(rolls_parse("v", world.text.data, world.text.len, NULL,
                                  &rolls, &why),
                      why));
        check_counts(&world, rolls);
        rolls_close(rolls);
        clear_world(&world);
    }
}

/* Lines of a text in another order, the header first. */
static void shuffle(struct buf *text)
{
    struct slice rest = {text->data, text->len}, line[20000];
    struct buf mixed = {0};
    size_t lines = 0;

    while (lines < 20000 && slice_line(&rest, &line[lines]))
        lines++;
    for (size_t i = lines - 1; i > 1; i--) {
        size_t other = 1 + below((unsigned)i);
        struct slice kept = line[i];
        line[i] = line[other];
        line[other] = kept;
    }
    for (size_t i = 0; i < lines; i++) {
        buf_add(&mixed, line[i].at, line[i].len);
        buf_add_byte(&mixed, '\n');
    }
    buf_clear(text);
    *text = mixed;
}

/* Everything there is to say of votes, as text. */
static void describe(struct rolls *rolls, struct buf *out)
{
    size_t members = rolls_members(rolls), count;
    struct roll_set all = roll_set_all(rolls);
    struct agreement agreement = agreement_count(rolls, &all);
    struct clusters clusters = clusters_make(&agreement);
    struct converge_share *distance = mem_new(members, sizeof *distance);
    struct agreement_place *place = mem_new(members, sizeof *place);
    size_t *divided = rolls_by_unity(rolls, &all, false, &count);

    rolls_distances(rolls, &all, distance);
    agreement_map(&agreement, NULL, place);
    for (size_t i = 0; i < members; i++) {
        buf_addf(out, "%s %zu %zu %d %d ", rolls_code(rolls, i),
                 clusters.order[i], clusters.group[i], (int)place[i].x,
                 (int)place[i].y);
        converge_share_format(distance[i], out);
        for (size_t j = 0; j < members; j++)
            if (i != j)
                converge_share_format(
                    agreement_coincidence(agreement_of(&agreement, i, j)), out);
    }
    for (size_t i = 0; i + 1 < members; i++) {
        buf_addf(out, " %zu+%zu ", clusters.merge[i].a, clusters.merge[i].b);
        converge_share_format(clusters.merge[i].coincidence, out);
    }
    for (size_t i = 0; i < count; i++)
        buf_addf(out, " %s", roll_name(rolls, divided[i]));
    mem_free(divided);
    mem_free(distance);
    mem_free(place);
    clusters_clear(&clusters);
    agreement_clear(&agreement);
    roll_set_clear(&all);
}

TEST(the_order_of_rows_changes_nothing)
{
    seed = 2;
    for (int i = 0; i < 20; i++) {
        struct world world;
        struct buf once = {0}, again = {0};
        struct rolls *rolls;

        make_world(&world);
        rolls = open_text(buf_text(&world.text));
        describe(rolls, &once);
        rolls_close(rolls);
        shuffle(&world.text);
        rolls = open_text(buf_text(&world.text));
        describe(rolls, &again);
        rolls_close(rolls);
        CHECK(once.len > 20);
        CHECK_TEXT(buf_text(&again), buf_text(&once));
        buf_clear(&once);
        buf_clear(&again);
        clear_world(&world);
    }
}

TEST(stress_falls_and_merges_grow_looser)
{
    seed = 3;
    for (int i = 0; i < 40; i++) {
        struct world world;
        struct agreement_place place[32];

        make_world(&world);
        struct rolls *rolls = open_text(buf_text(&world.text));
        struct roll_set all = roll_set_all(rolls);
        struct agreement agreement = agreement_count(rolls, &all);
        struct clusters clusters = clusters_make(&agreement);
        struct agreement_stress stress = agreement_map(&agreement, NULL, place);
        struct agreement_stress near = agreement_map(&agreement, place, place);

        CHECK(stress.end <= stress.start);
        CHECK(near.start <= stress.end + 5); /* places are rounded */
        CHECK(near.end <= near.start);
        for (size_t m = 1; m + 1 < agreement.members; m++)
            CHECK(converge_share_compare(clusters.merge[m - 1].coincidence,
                                         clusters.merge[m].coincidence) >= 0);
        clusters_clear(&clusters);
        agreement_clear(&agreement);
        roll_set_clear(&all);
        rolls_close(rolls);
        clear_world(&world);
    }
}

/* Linkage by the definition: every pair of clusters looked at each time. */
static void check_linkage(const struct agreement *agreement,
                          const struct clusters *clusters)
{
    size_t members = agreement->members, of[32];

    for (size_t i = 0; i < members; i++)
        of[i] = i;
    for (size_t m = 0; m + 1 < members; m++) {
        struct converge_share best = {0, 0};
        size_t a = SIZE_MAX, b = SIZE_MAX;

        for (size_t x = 0; x < members; x++)
            for (size_t y = x + 1; y < members; y++) {
                struct converge_share between = {0, 0};
                if (of[x] != x || of[y] != y)
                    continue;
                for (size_t i = 0; i < members; i++)
                    for (size_t j = 0; j < members; j++)
                        if (of[i] == x && of[j] == y) {
                            struct converge_share share = agreement_coincidence(
                                agreement_of(agreement, i, j));
                            between.num += share.num;
                            between.den += share.den;
                        }
                if (a == SIZE_MAX ||
                    converge_share_compare(between, best) > 0) {
                    a = x;
                    b = y;
                    best = between;
                }
            }
        CHECK_INT(clusters->merge[m].a, a);
        CHECK_INT(clusters->merge[m].b, b);
        CHECK(converge_share_compare(clusters->merge[m].coincidence, best) ==
              0);
        for (size_t i = 0; i < members; i++)
            if (of[i] == b)
                of[i] = a;
    }
}

TEST(linkage_is_what_the_definition_says)
{
    seed = 4;
    for (int i = 0; i < 40; i++) {
        struct world world;

        make_world(&world);
        /* Few rolls make many ties. */
        world.rolls = world.rolls > 6 ? 6 : world.rolls;
        buf_reset(&world.text);
        buf_add_text(&world.text, "roll,code,position\n");
        for (unsigned roll = 0; roll < world.rolls; roll++)
            for (unsigned member = 0; member < world.members; member++)
                add_row(&world, roll, member);
        struct rolls *rolls = open_text(buf_text(&world.text));
        struct roll_set all = roll_set_all(rolls);
        struct agreement agreement = agreement_count(rolls, &all);
        struct clusters clusters = clusters_make(&agreement);

        check_linkage(&agreement, &clusters);
        clusters_clear(&clusters);
        agreement_clear(&agreement);
        roll_set_clear(&all);
        rolls_close(rolls);
        clear_world(&world);
    }
}

/* Rows that only base/csv.h reads, rows that the scanner reads: the same. */
TEST(the_scanner_reads_what_csv_reads)
{
    static const char *const text[] = {
        "roll,code,position\n\"1\"\"\",A,yes\n\"1\"\"\",B,no\n",
        "\n\r\n\"roll\",\"code\",\"position\"\n\"1\",\"A\",\"yes\"\r\n\n",
        "code,extra,roll,position\nA,é€😀,1,yes\nB,\"a,\nb\",1,no\n",
        "roll,code,position\n12345678901234567890,LONGCODE-0123456789,abstain",
    };

    for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
        struct rolls *plain = NULL, *fast = open_text(text[i]);
        struct buf once = {0}, again = {0};
        struct why why;

        CHECK_OK(rolls_parse_plainly("v.csv", text[i], strlen(text[i]), NULL,
                                     &plain, &why),
                 why);
        describe(fast, &once);
        describe(plain, &again);
        CHECK_TEXT(buf_text(&once), buf_text(&again));
        buf_clear(&once);
        buf_clear(&again);
        rolls_close(fast);
        rolls_close(plain);
    }
}
