/*
 * power_design_test.c - variants of rules, what they trade off, and what
 * changes between two measurements.
 */
#include "power/compare.h"
#include "power/design.h"
#include "test.h"

#include <string.h>

/* A rule and its members, read from text. */
struct scene {
    struct rule *rule;
    struct roster *roster;
    struct design design;
    struct design_point *point;
    size_t points;
};

static void set_up(struct scene *scene, const char *rule, const char *members)
{
    struct document *document = NULL;
    const struct value *root;
    struct why why = {0};

    memset(scene, 0, sizeof *scene);
    NEED(document_parse("rule.yaml", rule, strlen(rule), &document, &root,
                        &why) == ERR_NONE);
    CHECK_OK(rule_parse(root, "r", &scene->rule, &why), why);
    document_close(document);
    CHECK_OK(roster_parse("members.csv", members, strlen(members),
                          &scene->roster, &why),
             why);
    NEED(scene->rule != NULL && scene->roster != NULL);
    design_open(&scene->design, scene->rule, scene->roster);
}

static void measure(struct scene *scene)
{
    struct why why = {0};

    CHECK_OK(design_count(&scene->design, &scene->points, &why), why);
    scene->point = mem_new(scene->points + 1, sizeof *scene->point);
    for (size_t i = 0; i < scene->points; i++)
        CHECK_OK(design_measure(&scene->design, i, &scene->point[i], &why),
                 why);
    design_frontier(&scene->design, scene->point, scene->points);
}

static void tear_down(struct scene *scene)
{
    for (size_t i = 0; i < scene->points && scene->point; i++)
        design_point_clear(&scene->point[i]);
    mem_free(scene->point);
    design_close(&scene->design);
    rule_close(scene->rule);
    roster_close(scene->roster);
}

static bool is_fraction(const mpq_t value, unsigned long num, unsigned long den)
{
    mpq_t wanted;
    bool same;

    mpq_init(wanted);
    mpq_set_ui(wanted, num, den);
    mpq_canonicalize(wanted);
    same = mpq_equal(value, wanted);
    mpq_clear(wanted);
    return same;
}

static void check_choice(const struct design_axis *axis, size_t choice,
                         const char *text)
{
    struct buf buf = {0};

    design_choice_text(axis, choice, &buf);
    CHECK_TEXT(buf_text(&buf), text);
    buf_clear(&buf);
}

static const char two[] = "all: [{ge: 1/2}, {sum: w, ge: 2/3}]";
static const char six[] =
    "code,w,g\nA,4,0\nB,4,0\nC,4,0\nD,2,1\nE,2,1\nF,1,1\n";

static uint64_t next(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return *state >> 33;
}

/* 3..8 members with a weight of 1..9 and a group of one or more. */
static void random_members(uint64_t *state, struct buf *text)
{
    size_t members = 3 + next(state) % 6;

    buf_reset(text);
    buf_add_text(text, "code,w,v,g\n");
    for (size_t i = 0; i < members; i++)
        buf_addf(text, "M%zu,%d,%d,%d\n", i, 1 + (int)(next(state) % 9),
                 1 + (int)(next(state) % 9), i == 0 || next(state) % 2 == 0);
}

TEST(a_sweep_is_read_with_shares_fractions_and_numbers)
{
    struct scene scene;
    struct why why = {0};
    const struct design_axis *axis = scene.design.axis;

    set_up(&scene,
           "any: [{ge: 55%}, {all: [{of: [no], le: 2}, {sum: w, ge: "
           "1/3}]}, {not: {ge: {min_members: {sum: w, gt: 35%}}}}]",
           six);
    CHECK_OK(design_sweep(&scene.design, "any[0]=50%..65%/5%", &why), why);
    CHECK_OK(design_sweep(&scene.design, "3=0..4/2", &why), why);
    CHECK_OK(design_sweep(&scene.design, "any[1].all[1]=1/3..3/4/1/12", &why),
             why);
    CHECK_OK(design_sweep(&scene.design, "any[2].not=0.3..35%/1/20", &why),
             why);
    CHECK_INT(scene.design.axes, 4);
    CHECK_INT(axis[0].count, 4);
    CHECK_INT(axis[0].written, 1);
    check_choice(&axis[0], 3, "65%");
    CHECK_TEXT(axis[1].name, "any[1].all[0]");
    CHECK_INT(axis[1].count, 3);
    check_choice(&axis[1], 1, "2");
    CHECK_INT(axis[2].count, 6);
    check_choice(&axis[2], 1, "5/12");
    check_choice(&axis[2], axis[2].count, "1/3");
    CHECK_INT(axis[3].count, 2);
    CHECK_INT(axis[3].written, 1);
    tear_down(&scene);
}

TEST(a_sweep_that_cannot_be_is_refused_with_what_was_expected)
{
    static const struct {
        const char *text, *part;
        enum err code;
    } wrong[] = {
        {"all[0]", "CLAUSE=FROM..TO/STEP", ERR_INPUT},
        {"all[2]=1%..2%/1%", "it has all[0], all[1]", ERR_ABSENT},
        {"0=1%..2%/1%", "no comparison '0'", ERR_ABSENT},
        {"all[0]=50%..60%", "FROM..TO/STEP", ERR_INPUT},
        {"all[0]=50%/5%", "FROM..TO/STEP", ERR_INPUT},
        {"all[0]=..60%/5%", "FROM..TO/STEP", ERR_INPUT},
        {"all[0]=1/2..3/4", "FROM..TO/STEP", ERR_INPUT},
        {"all[0]=50..60/5", "shares were expected", ERR_INPUT},
        {"all[0]=50%..60%/5", "shares were expected", ERR_INPUT},
        {"all[0]=60%..50%/5%", "FROM at most TO", ERR_INPUT},
        {"all[0]=50%..60%/0%", "step above 0", ERR_INPUT},
        {"all[0]=50%..60%/-5%", "threshold", ERR_INPUT},
        {"all[0]=0%..100%/0.001%", "larger step", ERR_LIMIT},
        {"all[0]=1/9007199254740881..1/2/1/9007199254740847", "larger step",
         ERR_LIMIT},
        {"all[0]=1/9007199254740881..1/2/1/3", "rounder steps", ERR_LIMIT},
    };
    struct scene scene;
    struct why why;

    set_up(&scene, two, six);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_WHY(design_sweep(&scene.design, wrong[i].text, &why),
                  wrong[i].code, why, wrong[i].part);
    CHECK_INT(scene.design.axes, 0);
    CHECK_OK(design_sweep(&scene.design, "all[0]=0%..100%/1%", &why), why);
    CHECK_WHY(design_sweep(&scene.design, "1=0%..100%/1%", &why), ERR_INPUT,
              why, "varies twice");
    CHECK_OK(design_sweep(&scene.design, "all[1]=0%..100%/1%", &why), why);
    CHECK_WHY(design_count(&scene.design, &scene.points, &why), ERR_LIMIT, why,
              "more than 2000 variants");
    scene.points = 0;
    tear_down(&scene);
}

TEST(weights_are_exchanged_where_a_share_is_compared)
{
    struct scene scene;
    struct why why = {0};
    __int128 units[6];
    int places;

    set_up(&scene, two, six);
    CHECK_OK(design_weigh(&scene.design, "w=w,heads|sqrt(w)", &why), why);
    CHECK_INT(scene.design.axis[0].count, 3);
    CHECK_INT(scene.design.axis[0].written, 0);
    check_choice(&scene.design.axis[0], 1, "heads");
    CHECK_OK(roster_weight(scene.roster, "sqrt(w)", units, &places, &why), why);
    CHECK_INT(places, 3);
    CHECK(units[0] == 2000 && units[3] == 1414 && units[5] == 1000);
    measure(&scene);
    CHECK_INT(scene.points, 3);
    /* By heads, 4 of 6: 15 + 6 + 1 coalitions. */
    CHECK(is_fraction(scene.point[1].act, 22, 64));
    tear_down(&scene);

    set_up(&scene, two, six);
    CHECK_WHY(design_weigh(&scene.design, "w", &why), ERR_INPUT, why,
              "WEIGHT=INSTEAD");
    CHECK_WHY(design_weigh(&scene.design, "x=w", &why), ERR_ABSENT, why,
              "heads, w");
    CHECK_WHY(design_weigh(&scene.design, "w=z", &why), ERR_ABSENT, why, "'z'");
    CHECK_WHY(design_weigh(&scene.design, "w=", &why), ERR_ABSENT, why, "''");
    CHECK_WHY(design_weigh(&scene.design, "w=w,w", &why), ERR_INPUT, why,
              "twice");
    CHECK_WHY(design_weigh(&scene.design, "w=sqrt(z)", &why), ERR_ABSENT, why,
              "'z'");
    CHECK_WHY(design_aim(&scene.design, "z", &why), ERR_ABSENT, why, "'z'");
    CHECK_OK(design_aim(&scene.design, "w", &why), why);
    CHECK_WHY(design_aim(&scene.design, "w", &why), ERR_INPUT, why, "twice");
    CHECK_WHY(design_protect(&scene.design, &(struct member_set){{0}}, &why),
              ERR_INPUT, why, "no members");
    tear_down(&scene);
}

/* 1958: 4, 4, 4, 2, 2, 1 with quota 12 of 17; the last is a dummy. */
TEST(the_council_of_1958_gives_the_figures_that_are_known)
{
    struct member_set small = {{0}};
    struct scene scene;
    struct why why = {0};

    set_up(&scene, "{sum: w, ge: 12}", six);
    for (size_t i = 3; i < 6; i++)
        set_put(&small, i, true);
    CHECK_OK(design_sweep(&scene.design, "0=11..18/1", &why), why);
    CHECK_OK(design_protect(&scene.design, &small, &why), why);
    CHECK_OK(design_aim(&scene.design, "equal", &why), why);
    CHECK_OK(design_aim(&scene.design, "w", &why), why);
    measure(&scene);
    CHECK_INT(scene.points, 8);
    CHECK(scene.point[1].as_written && !scene.point[0].as_written);
    CHECK(is_fraction(scene.point[1].act, 14, 64));
    CHECK_INT(scene.point[1].dummies, 1);
    /* 10, 10, 10, 6, 6, 0 of 42 against 7 each: 3 + 3 + 3 + 1 + 1 + 7. */
    CHECK(is_fraction(scene.point[1].distance[0], 18, 42));
    /* Of 17ths: 3 * |170 - 168| + 2 * |102 - 84| + 42 of 714. */
    CHECK(is_fraction(scene.point[1].distance[1], 84, 714));
    /* Three large and the small as one: ABC wins alone, two large win with
     * the small, so that of 5 winning coalitions they can stop 3. */
    CHECK(is_fraction(scene.point[1].prevent, 3, 5));
    CHECK(!scene.point[1].blocks);
    /* 17 is unanimity; 18 is beyond everyone. */
    CHECK(is_fraction(scene.point[6].act, 1, 64));
    CHECK(scene.point[6].blocks && scene.point[6].vetoers == 6);
    CHECK_INT(scene.point[7].outcome, DESIGN_NEVER);
    CHECK(!scene.point[7].efficient && is_fraction(scene.point[7].act, 0, 1));
    tear_down(&scene);
}

TEST(the_rule_as_written_comes_first_when_no_choice_is_it)
{
    struct scene scene;
    struct why why = {0};

    set_up(&scene, two, six);
    CHECK_OK(design_sweep(&scene.design, "all[0]=60%..70%/10%", &why), why);
    CHECK_OK(design_sweep(&scene.design, "all[1]=60%..80%/10%", &why), why);
    CHECK_OK(design_aim(&scene.design, "equal", &why), why);
    measure(&scene);
    CHECK_INT(scene.points, 7);
    for (size_t i = 0; i < 7; i++)
        CHECK(scene.point[i].as_written == (i == 0));
    check_choice(&scene.design.axis[0], scene.point[0].choice[0], "50%");
    check_choice(&scene.design.axis[1], scene.point[0].choice[1], "2/3");
    check_choice(&scene.design.axis[0], scene.point[3].choice[0], "60%");
    check_choice(&scene.design.axis[1], scene.point[3].choice[1], "80%");
    check_choice(&scene.design.axis[0], scene.point[4].choice[0], "70%");
    check_choice(&scene.design.axis[1], scene.point[4].choice[1], "60%");
    tear_down(&scene);
}

/* One threshold of one clause, everything else random. */
TEST(raising_a_threshold_never_raises_the_power_to_act)
{
    uint64_t state = 20;
    struct buf members = {0};

    for (int round = 0; round < 40; round++) {
        struct scene scene;
        struct why why = {0};

        random_members(&state, &members);
        set_up(&scene,
               round % 2 ? "all: [{ge: 40%}, {sum: w, ge: 50%}]"
                         : "any: [{sum: v, gt: 1/2}, {sum: w, ge: 50%}]",
               buf_text(&members));
        CHECK_OK(design_sweep(&scene.design,
                              round % 2 ? "all[1]=0%..100%/4%"
                                        : "any[1]=0%..100%/4%",
                              &why),
                 why);
        CHECK_OK(design_aim(&scene.design, "equal", &why), why);
        measure(&scene);
        for (size_t i = 1; i < scene.points; i++) {
            /* 50 % is no multiple of 4 %: it comes first. */
            size_t before = scene.point[i - 1].as_written ? i : i - 1;

            CHECK(mpq_cmp(scene.point[before].act, scene.point[i].act) >= 0);
        }
        tear_down(&scene);
    }
    buf_clear(&members);
}

/* What the minority can prevent, by trying every coalition. */
static bool prevents_as_enumerated(const struct scene *scene,
                                   const struct design_point *point,
                                   uint32_t minority)
{
    const uint32_t all = (1u << roster_count(scene->roster)) - 1;
    enum position position[ROSTER_MEMBERS_MAX] = {0};
    struct rule_program *program = NULL;
    unsigned long winning = 0, swings = 0;
    struct why why;

    NEED(program_compile(scene->rule, scene->roster, NULL, &program, &why) ==
         ERR_NONE);
    for (uint32_t others = 0; others <= all; others++) {
        bool adopts[2];

        if (others & minority)
            continue;
        for (uint32_t with = 0; with < 2; with++) {
            uint32_t yes = others | (with ? minority : 0);

            for (size_t m = 0; all >> m != 0; m++)
                position[m] = yes >> m & 1 ? POSITION_YES : POSITION_NO;
            adopts[with] = program_adopts(program, position);
            winning += adopts[with];
        }
        swings += adopts[1] && !adopts[0];
    }
    program_close(program);
    return is_fraction(point->prevent, swings, winning) &&
           point->blocks == (swings == winning);
}

TEST(what_a_minority_prevents_agrees_with_enumeration)
{
    uint64_t state = 21;
    struct buf members = {0};

    for (int round = 0; round < 300; round++) {
        struct member_set who = {{0}};
        struct scene scene;
        struct why why = {0};
        uint32_t minority;

        random_members(&state, &members);
        set_up(&scene,
               round % 3 ? "all: [{ge: 1/2}, {any: [{sum: w, ge: 50%}, {of: "
                           "[no], sum: v, lt: 1/4}]}]"
                         : "any: [{in: g, ge: 100%}, {sum: v, gt: 60%}]",
               buf_text(&members));
        minority = 1 + (uint32_t)next(&state) %
                           ((1u << roster_count(scene.roster)) - 1);
        if (round % 10 == 0)
            minority = (1u << roster_count(scene.roster)) - 1;
        for (size_t m = 0; m < roster_count(scene.roster); m++)
            set_put(&who, m, minority >> m & 1);
        CHECK_OK(design_protect(&scene.design, &who, &why), why);
        CHECK_OK(design_aim(&scene.design, "equal", &why), why);
        measure(&scene);
        CHECK_INT(scene.points, 1);
        CHECK(prevents_as_enumerated(&scene, &scene.point[0], minority));
        if (round % 10 == 0) /* everyone together blocks always */
            CHECK(scene.point[0].blocks &&
                  is_fraction(scene.point[0].prevent, 1, 1));
        tear_down(&scene);
    }
    buf_clear(&members);
}

/* a is as good as b in everything and better in something. */
static bool dominates(const struct design_point *a,
                      const struct design_point *b)
{
    int act = mpq_cmp(a->act, b->act);
    int prevent = mpq_cmp(a->prevent, b->prevent);
    int near = mpq_cmp(b->distance[0], a->distance[0]);

    return act >= 0 && prevent >= 0 && near >= 0 &&
           (act > 0 || prevent > 0 || near > 0);
}

TEST(efficient_is_what_nothing_dominates)
{
    uint64_t state = 22;
    struct buf members = {0};

    for (int round = 0; round < 20; round++) {
        struct scene scene;
        struct member_set who = {{3}};
        struct why why = {0};
        size_t efficient = 0;

        random_members(&state, &members);
        set_up(&scene, two, buf_text(&members));
        CHECK_OK(design_sweep(&scene.design, "all[0]=0%..100%/20%", &why), why);
        CHECK_OK(design_weigh(&scene.design, "w=w,v,sqrt(v)", &why), why);
        CHECK_OK(design_protect(&scene.design, &who, &why), why);
        CHECK_OK(design_aim(&scene.design, "v", &why), why);
        measure(&scene);
        for (size_t i = 0; i < scene.points; i++) {
            bool dominated = false;

            for (size_t j = 0; j < scene.points; j++)
                dominated |= dominates(&scene.point[j], &scene.point[i]);
            CHECK(scene.point[i].efficient == !dominated);
            CHECK(scene.point[i].same_as <= i);
            efficient += scene.point[i].efficient;
        }
        CHECK(efficient > 0);
        tear_down(&scene);
    }
    buf_clear(&members);
}

TEST(a_variant_that_cannot_be_measured_is_named)
{
    struct scene scene;
    struct why why = {0};
    struct design_point point = {0};

    set_up(&scene, "all: [{ge: 1/2}, {not: {sum: w, ge: 60%}}]", six);
    CHECK_OK(design_sweep(&scene.design, "all[0]=10%..20%/10%", &why), why);
    CHECK_OK(design_sweep(&scene.design, "all[1].not=101%..101%/1%", &why),
             why);
    CHECK_OK(design_measure(&scene.design, 1, &point, &why), why);
    design_point_clear(&point);
    tear_down(&scene);

    set_up(&scene, "any: [{ge: 100%}, {not: {ge: 1/2}}, {ge: 1/6}]", six);
    CHECK_OK(design_sweep(&scene.design, "any[0]=100%..100%/1%", &why), why);
    CHECK_OK(design_measure(&scene.design, 0, &point, &why), why);
    CHECK_INT(point.outcome, DESIGN_ALWAYS);
    design_point_clear(&point);
    tear_down(&scene);

    set_up(&scene, "all: [{any: [{ge: 100%}, {not: {ge: 1/2}}]}, {ge: 1/6}]",
           six);
    CHECK_OK(design_sweep(&scene.design, "all[1]=1/6..1/3/1/6", &why), why);
    CHECK_WHY(design_measure(&scene.design, 1, &point, &why), ERR_INPUT, why,
              "variant 2 (all[1] 1/3): this rule is not monotone");
    design_point_clear(&point);
    tear_down(&scene);
}

/* --- compare -------------------------------------------------------------- */

struct side {
    struct scene scene;
    struct rule_program *program;
    struct power *power;
};

static void take_side(struct side *side, const char *rule, const char *members)
{
    struct why why = {0};

    side->program = NULL;
    side->power = NULL;
    set_up(&side->scene, rule, members);
    CHECK_OK(program_compile(side->scene.rule, side->scene.roster, NULL,
                             &side->program, &why),
             why);
    NEED(side->program != NULL);
    CHECK_OK(power_measure(side->program, NULL, &side->power, &why), why);
    NEED(side->power != NULL);
}

static void drop_side(struct side *side)
{
    power_close(side->power);
    program_close(side->program);
    tear_down(&side->scene);
}

static void compare(const struct side *before, const struct side *after,
                    struct power_change *change)
{
    power_change_make(&(struct power_side){before->program, before->power},
                      &(struct power_side){after->program, after->power},
                      change);
}

TEST(comparing_a_rule_with_itself_shows_no_change)
{
    uint64_t state = 23;
    struct buf members = {0};

    for (int round = 0; round < 20; round++) {
        struct power_change change;
        struct side a, b;

        random_members(&state, &members);
        take_side(&a, two, buf_text(&members));
        take_side(&b, two, buf_text(&members));
        compare(&a, &b, &change);
        CHECK_INT(change.rows, roster_count(a.scene.roster));
        CHECK(mpq_sgn(change.act) == 0);
        for (size_t i = 0; i < change.rows; i++) {
            CHECK(mpq_sgn(change.row[i].banzhaf) == 0);
            CHECK(mpq_sgn(change.row[i].shapley) == 0);
            CHECK(change.row[i].veto == TRAIT_KEPT);
            CHECK(change.row[i].dummy == TRAIT_KEPT);
        }
        power_change_clear(&change);
        drop_side(&a);
        drop_side(&b);
    }
    buf_clear(&members);
}

TEST(members_who_leave_and_join_are_told_apart_from_those_who_gain)
{
    struct power_change change;
    struct side a, b;

    /* 1958 with quota 12; then without A, with G of 4 and quota 17: all. */
    take_side(&a, "{sum: w, ge: 12}", six);
    take_side(&b, "{sum: w, ge: 17}", "code,w\nG,4\nF,1\nE,2\nD,2\nC,4\nB,4\n");
    compare(&a, &b, &change);
    CHECK_INT(change.rows, 7);
    CHECK_TEXT(change.row[0].code, "A");
    CHECK(change.row[0].before != NULL && change.row[0].after == NULL);
    CHECK(change.row[0].veto == TRAIT_KEPT);
    CHECK_TEXT(change.row[6].code, "G");
    CHECK(change.row[6].before == NULL && change.row[6].veto == TRAIT_GAINED);
    CHECK_TEXT(change.row[5].code, "F");
    CHECK(change.row[5].dummy == TRAIT_LOST);
    CHECK(change.row[5].veto == TRAIT_GAINED);
    CHECK(is_fraction(change.row[5].banzhaf, 1, 6));
    /* 1/6 - 10/42 = -3/42 */
    mpq_neg(change.row[1].banzhaf, change.row[1].banzhaf);
    CHECK(is_fraction(change.row[1].banzhaf, 3, 42));
    mpq_neg(change.act, change.act);
    CHECK(is_fraction(change.act, 13, 64));
    power_change_clear(&change);
    drop_side(&a);
    drop_side(&b);
}

TEST(a_roster_takes_members_of_another_with_their_cells)
{
    struct roster *from = NULL, *to = roster_open();
    struct member_set which = {{5}}, group;
    struct why why = {0};
    __int128 units[4];
    int places;

    CHECK_OK(roster_parse("six.csv", six, strlen(six), &from, &why), why);
    NEED(from != NULL);
    CHECK_OK(roster_add(to, "Z", &why), why);
    CHECK_OK(roster_set_weight(to, "w", 0, "0.5", &why), why);
    CHECK_OK(roster_add_from(to, from, &which, &why), why);
    CHECK_INT(roster_count(to), 3);
    CHECK_TEXT(roster_code(to, 2), "C");
    CHECK_OK(roster_weight(to, "w", units, &places, &why), why);
    CHECK(units[0] == 5 && units[1] == 40 && units[2] == 40 && places == 1);
    CHECK_WHY(roster_group(to, "g", &group, &why), ERR_INPUT, why,
              "Z has none");
    CHECK_WHY(roster_add_from(to, from, NULL, &why), ERR_INPUT, why,
              "A is there already");
    roster_close(from);
    roster_close(to);
}
