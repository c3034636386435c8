/*
 * What the language accepts, what it refuses and how it says so; members and
 * votes from CSV; what people read.
 */
#include "rule/check.h"
#include "rule/explain.h"
#include "test.h"

#include <string.h>

static enum err parse(const char *text, struct rule **rule, struct why *why)
{
    struct document *document;
    const struct value *root, *found;
    enum err err;

    *rule = NULL;
    TRY(document_parse("r.yaml", text, strlen(text), &document, &root, why));
    err = rule_find(root, NULL, &found, why);
    if (err == ERR_NONE)
        err = rule_parse(found, found->key, rule, why);
    document_close(document);
    return err;
}

/* The rule is refused, naming these words. */
static void refused(const char *text, enum err code, const char *words)
{
    struct rule *rule;
    struct why why = {0};

    CHECK_WHY(parse(text, &rule, &why), code, why, words);
    rule_close(rule);
}

static enum err compile(const char *rule_text, const char *members,
                        struct why *why)
{
    struct rule *rule;
    struct roster *roster = NULL;
    struct rule_program *program = NULL;
    enum err err = parse(rule_text, &rule, why);

    if (err == ERR_NONE)
        err = roster_parse("m.csv", members, strlen(members), &roster, why);
    if (err == ERR_NONE)
        err = program_compile(rule, roster, NULL, &program, why);
    program_close(program);
    roster_close(roster);
    rule_close(rule);
    return err;
}

static void cannot_compile(const char *rule, const char *members, enum err code,
                           const char *words)
{
    struct why why = {0};

    CHECK_WHY(compile(rule, members, &why), code, why, words);
}

static void compiles(const char *rule, const char *members)
{
    struct why why = {0};

    CHECK_OK(compile(rule, members, &why), why);
}

TEST(rule_refusals_name_file_line_and_field)
{
    refused("all:\n- {ge: 2/3}\n- {gee: 1}\n", ERR_INPUT, "r.yaml:3: all[1]");
    refused("{ge: 2/3, weight: x}", ERR_INPUT, "weight");
    refused("{sum: 1}", ERR_INPUT, "exactly one of all, any");
    refused("{ge: 2/3, le: 1/3}", ERR_INPUT, "exactly one of all, any");
    refused("{all: []}", ERR_INPUT, "a list of clauses was expected");
    refused("{all: {ge: 1}}", ERR_INPUT, "a list of clauses was expected");
    refused("{all: [{ge: 1}], of: [yes]}", ERR_INPUT,
            "belongs to a comparison");
    refused("{atleast: {k: 3, of: [{ge: 1}, {ge: 2}]}}", ERR_INPUT,
            "atleast.k");
    refused("{atleast: {k: 0, of: [{ge: 1}]}}", ERR_INPUT, "atleast.k");
    refused("{ge: 66,6%}", ERR_INPUT, "ge");
    refused("{ge: -1}", ERR_INPUT, "ge");
    refused("{ge: 1e9}", ERR_INPUT, "ge");
    refused("{ge: 2/0}", ERR_INPUT, "ge");
    refused("{ge: 9.0}", ERR_INPUT, "ge: '9.0' is more than the whole base");
    refused("{base: members, gt: 650%}", ERR_INPUT, "at most 100%");
    refused("{of: [perhaps], ge: 1}", ERR_INPUT,
            "'perhaps' is no position: one of yes, no, abstain");
    refused("{of: [yes, yes], ge: 1}", ERR_INPUT, "listed twice");
    refused("{of: [], ge: 1}", ERR_INPUT, "at least one position");
    refused("{of: [out], le: 1}", ERR_INPUT, "'in: members' was expected");
    refused("{sum: p, le: {min_members: {sum: p, gt: 35%}}}", ERR_INPUT,
            "min_members is a number of members");
    refused("{le: {min_members: {sum: p, gt: 3}}}", ERR_INPUT,
            "a share such as 35%");
    refused("{ge: 1, default: {silent: out}}", ERR_INPUT, "default.silent");
    refused("{ge: 1, effects: {bound: [yes], exempt: [yes]}}", ERR_INPUT,
            "both bound and exempt");
    refused("{ge: 1, effects: {duty: {maybe: wait}}}", ERR_INPUT,
            "effects.duty.maybe");
    refused("{ge: 1, procedure: {silence: soon}}", ERR_INPUT,
            "procedure.silence");
    refused("{ge: 1, procedure: {break: loudly}}", ERR_INPUT,
            "'written' or 'any'");
    refused("{ge: 1, name: 'a b'}", ERR_INPUT, "name");
    refused("{ge: 1, quote: words, sha256: '00'}", ERR_INPUT,
            "the quote's digest is");
    refused("[]", ERR_INPUT, "a rule or a map of rules");
    refused("a: {ge: 1}\nb: {ge: 2}\n", ERR_ABSENT, "a, b");
}

TEST(rule_nesting_and_size_are_bounded)
{
    struct buf text = {0};

    for (int i = 0; i < 30; i++)
        buf_add_text(&text, "{not: ");
    buf_add_text(&text, "{ge: 1}");
    for (int i = 0; i < 30; i++)
        buf_add_text(&text, "}");
    refused(buf_text(&text), ERR_LIMIT, "deeper");
    buf_reset(&text);
    buf_add_text(&text, "all:\n");
    for (int i = 0; i < 300; i++)
        buf_add_text(&text, "- {ge: 1}\n");
    refused(buf_text(&text), ERR_LIMIT, "more than 256");
    buf_clear(&text);
}

TEST(rule_finds_its_name_in_a_file_of_many)
{
    static const char *const texts[] = {
        "a: {ge: 1}\nb: {ge: 2}\n",
        "title: Charter\nrules:\n  a: {ge: 1}\n  b: {ge: 2}\n",
        "{\"rules\": {\"a\": {\"ge\": \"1\"}, \"b\": {\"ge\": \"2\"}}}",
    };

    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct document *document;
        const struct value *root, *found;
        struct why why = {0};

        CHECK_OK(document_parse("f", texts[i], strlen(texts[i]), &document,
                                &root, &why),
                 why);
        CHECK_OK(rule_find(root, "b", &found, &why), why);
        CHECK_TEXT(found->key, "b");
        CHECK_WHY(rule_find(root, "c", &found, &why), ERR_ABSENT, why, "a, b");
        document_close(document);
    }
}

TEST(rule_quote_must_have_the_digest_stated)
{
    struct rule *rule;
    struct why why = {0};

    CHECK_OK(parse("{ge: 9, quote: abc, sha256: ba7816bf8f01cfea414140de5dae22"
                   "23b00361a396177a9cb410ff61f20015ad}",
                   &rule, &why),
             why);
    CHECK_TEXT(rule->quote, "abc");
    rule_close(rule);
}

TEST(rule_effects_left_out_follow_from_those_given)
{
    const unsigned all = POSITION_BIT(POSITION_COUNT) - 1;
    const unsigned away =
        POSITION_BIT(POSITION_OUT) | POSITION_BIT(POSITION_SUSPENDED);
    const unsigned yes = POSITION_BIT(POSITION_YES);
    struct rule *rule;
    struct why why = {0};

    CHECK_OK(parse("{ge: 1}", &rule, &why), why);
    CHECK(rule->effects.bound == (all & ~away) && rule->effects.exempt == away);
    CHECK_INT(rule->silent, POSITION_ABSENT);
    rule_close(rule);
    CHECK_OK(parse("{ge: 1, effects: {bound: [yes]}}", &rule, &why), why);
    CHECK(rule->effects.bound == yes && rule->effects.exempt == (all & ~yes));
    rule_close(rule);
    CHECK_OK(parse("{of: [yes, silent], ge: 1, effects: {exempt: [yes]}}",
                   &rule, &why),
             why);
    CHECK(rule->effects.bound == (all & ~away & ~yes));
    CHECK_INT(rule->silent, POSITION_SILENT); /* because the rule counts it */
    rule_close(rule);
}

TEST(rule_needs_only_the_columns_it_uses)
{
    static const char members[] = "code,name,gdp,nato\r\n"
                                  "FR,France,3030.9,1\r\n"
                                  "NO,\"Norge, Noreg\",,1\r\n"
                                  "IE,Ireland,-5,0\r\n";

    compiles("{ge: 2/3}", members);
    compiles("{in: nato, base: nato, ge: 2/3}", members);
    compiles("{sum: nato, ge: 2/3}", members); /* 0 and 1 weigh too */
    compiles("{in: [FR, nato], ge: 2}", members);
    cannot_compile("{sum: gdp, ge: 2/3}", members, ERR_INPUT,
                   "m.csv:3: gdp: NO has none");
    cannot_compile("{sum: name, ge: 2/3}", members, ERR_INPUT,
                   "m.csv:2: name: 'France' of FR");
    cannot_compile("{sum: pop, ge: 2/3}", members, ERR_ABSENT,
                   "no weight 'pop' among the members' columns (name, gdp");
    cannot_compile("{in: eu, ge: 2/3}", members, ERR_ABSENT, "no group 'eu'");
    cannot_compile("{in: gdp, ge: 2/3}", members, ERR_INPUT, "0 or 1");
    cannot_compile("all:\n- {ge: 1}\n- {sum: x, ge: 2/3}\n",
                   "code,x\nA,0\nB,0\n", ERR_INPUT, "r.yaml:3: all[1]");
    cannot_compile("{sum: x, ge: 2/3}", "code,x\nA,-1\nB,0\n", ERR_INPUT,
                   "'-1' of A");
}

TEST(rule_members_that_are_wrong_are_refused_with_their_place)
{
    cannot_compile("{ge: 1}", "name\nA\n", ERR_INPUT, "a column 'code'");
    cannot_compile("{ge: 1}", "code\nA\nB\nA\n", ERR_INPUT,
                   "m.csv:4: code: A is there already");
    cannot_compile("{ge: 1}", "code,x\n,1\n", ERR_INPUT, "m.csv:2: code");
    cannot_compile("{ge: 1}", "code,x\nA B,1\n", ERR_INPUT, "m.csv:2: code");
    cannot_compile("{ge: 1}", "code\n", ERR_INPUT, "at least one member");
    cannot_compile("{ge: 1}", "code\nA\xff\n", ERR_INPUT, "m.csv:2");
    cannot_compile("{sum: w, ge: 1/2}", "code,w\nA,99999999999999999999\nB,1\n",
                   ERR_LIMIT,
                   "m.csv:2: w: '99999999999999999999' of A is too large: "
                   "below 10^18 was expected");
    cannot_compile("{sum: w, ge: 4503599627370495/9007199254740991}",
                   "code,w\nA,999999999999999999.999999999\nB,1\n", ERR_LIMIT,
                   "r.yaml:1: the members' total of w has too many digits");
    compiles("{sum: w, ge: 66.6667%}",
             "code,w\nA,999999999999999999.999999999\nB,0.000000001\n");
    compiles("{ge: 2/1, base: {positions: [no]}}", "code\nA\n");
    compiles("{sum: w, ge: 1/2}", "\xef\xbb\xbf"
                                  "code,w\r\nA,0.000000001\r\n");
}

TEST(rule_too_many_members_are_refused)
{
    struct buf members = {0};

    buf_add_text(&members, "code\n");
    for (int i = 0; i < 1024; i++)
        buf_addf(&members, "M%d\n", i);
    compiles("{ge: 2/3}", buf_text(&members));
    buf_add_text(&members, "one-too-many\n");
    cannot_compile("{ge: 2/3}", buf_text(&members), ERR_LIMIT,
                   "m.csv:1026: code: more than 1024 members");
    buf_clear(&members);
}

TEST(rule_votes_that_are_wrong_are_refused_with_their_place)
{
    static const char *const wrong[][2] = {
        {"code,position\nXX,yes\n", "v.csv:2: code: 'XX' is no member"},
        {"code,position\nNO,yes\nNO,no\n", "v.csv:3: code: NO votes a second"},
        {"code,position\nNO,Yes\n", "v.csv:2: position: 'Yes' is no position"},
        {"code,vote\nNO,yes\n", "columns 'code' and 'position'"},
    };
    struct roster *roster;
    enum position position[2];
    struct why why = {0};

    CHECK_OK(roster_parse("m.csv", "code\nNO\nFR\n", 11, &roster, &why), why);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_WHY(votes_parse("v.csv", wrong[i][0], strlen(wrong[i][0]), roster,
                              position, &why),
                  ERR_INPUT, why, wrong[i][1]);
    CHECK_OK(votes_parse("v.csv", "position,code\nno,NO\n", 20, roster,
                         position, &why),
             why);
    CHECK(position[0] == POSITION_NO && position[1] == POSITION_SILENT);
    roster_close(roster);
}

TEST(rule_members_can_be_put_together_without_a_file)
{
    struct roster *roster = roster_open();
    struct member_set pair = {0}, found;
    struct why why = {0};
    __int128 units[40];
    char code[8] = "M00";
    int places;

    for (int i = 0; i < 40; i++) {
        code[1] = (char)('0' + i / 10);
        code[2] = (char)('0' + i % 10);
        CHECK_OK(roster_add(roster, code, &why), why);
        if (i == 20)
            CHECK_OK(roster_set_weight(roster, "w", 3, "1.50", &why), why);
    }
    CHECK_WHY(roster_weight(roster, "w", units, &places, &why), ERR_INPUT, why,
              "w: M00 has none");
    for (size_t i = 0; i < 40; i++)
        CHECK_OK(roster_set_weight(roster, "w", i, i == 3 ? "1.50" : "2", &why),
                 why);
    CHECK_OK(roster_weight(roster, "w", units, &places, &why), why);
    CHECK(places == 1 && units[3] == 15 && units[39] == 20);
    set_put(&pair, 1, true);
    set_put(&pair, 39, true);
    CHECK_OK(roster_set_group(roster, "pair", &pair, &why), why);
    CHECK_OK(roster_group(roster, "pair", &found, &why), why);
    CHECK(memcmp(&found, &pair, sizeof pair) == 0);
    CHECK_WHY(roster_add(roster, "M07", &why), ERR_INPUT, why, "there already");
    roster_close(roster);
}

/* --- what people read ----------------------------------------------------- */

struct told {
    struct roster *roster;
    struct rule *rule;
    struct rule_program *program;
    struct arena *arena;
    struct rule_result result;
    struct buf text;
};

static void tell(struct told *told, const char *rule, const char *members,
                 const char *votes, bool closed)
{
    enum position position[16];
    struct why why = {0};

    memset(told, 0, sizeof *told);
    told->arena = arena_open();
    CHECK_OK(parse(rule, &told->rule, &why), why);
    CHECK_OK(roster_parse("m", members, strlen(members), &told->roster, &why),
             why);
    CHECK_OK(
        votes_parse("v", votes, strlen(votes), told->roster, position, &why),
        why);
    CHECK_OK(
        program_compile(told->rule, told->roster, NULL, &told->program, &why),
        why);
    CHECK_OK(rule_judge(told->program, position, closed, told->arena,
                        &told->result, &why),
             why);
    explain_clauses(told->program, &told->result, &told->text);
    explain_outcome(told->program, &told->result, &told->text);
}

static void end_told(struct told *told)
{
    buf_clear(&told->text);
    program_close(told->program);
    roster_close(told->roster);
    rule_close(told->rule);
    arena_close(told->arena);
}

static const char five[] = "code,share,near\nA,5000.5,1\nB,3000.25,1\n"
                           "C,1000,0\nD,500,0\nE,499.25,0\n";

TEST(rule_explains_the_tally_in_plain_words)
{
    struct told told;

    tell(&told,
         "all: [{ge: 2/3}, {sum: share, ge: 60%}, {of: [no], in: near, le: 0}]"
         "\neffects: {bound: [yes], exempt: [no, abstain]}\n",
         five, "code,position\nA,yes\nB,yes\nC,yes\nD,yes\nE,no\n", true);
    CHECK_TEXT(
        buf_text(&told.text),
        "all of these 3: holds\n"
        "  at least 2/3 of participating members vote yes: 4 of 5 (80.0 %), 4 "
        "needed — holds, 0 to spare\n"
        "  participating members holding at least 60% of share vote yes: "
        "9 500.75 of 10 000 (95.0 %), 6 000 needed — holds, 3 500.75 to "
        "spare\n"
        "  none of members of near vote no: 0 — holds\n"
        "adopted\n"
        "1 voting against would have blocked it, for instance: A\n"
        "bound (4): A B C D\n"
        "exempt (1): E\n");
    end_told(&told);
}

TEST(rule_says_of_an_open_vote_what_may_still_come)
{
    struct told told;

    tell(&told, "{base: {positions: [yes, no]}, gt: 1/2}", five,
         "code,position\nA,yes\nB,no\nC,abstain\n", false);
    CHECK_TEXT(buf_text(&told.text),
               "of participating members who vote yes or vote no, more than "
               "50% vote yes: 1 of 2 (50.0 %), 2 needed — not yet, 1 short\n"
               "open\n"
               "1 more yes adopt it, for instance: D\n"
               "1 against block it, for instance: A\n");
    end_told(&told);
}

/* Thirteen alternatives of two are 8,192 ways to adopt: too many to compare,
 * so a set is named but not called smallest. The outcome stays exact. */
TEST(rule_never_calls_smallest_what_it_did_not_prove)
{
    struct buf rule = {0};
    struct told told;

    buf_add_text(&rule, "all:\n");
    for (int i = 0; i < 13; i++)
        buf_addf(&rule, "- any: [{sum: share, ge: %d%%}, {ge: %d%%}]\n", 50 + i,
                 75 - i);
    tell(&told, buf_text(&rule), five, "code,position\nE,no\n", false);
    CHECK_INT(told.result.outcome, OUTCOME_OPEN);
    CHECK(told.result.exact);
    CHECK(told.result.to_adopt.possible && !told.result.to_adopt.exact);
    CHECK(told.result.to_adopt.fewest >= 2);
    CHECK(strstr(buf_text(&told.text), "fewer may do") != NULL);
    CHECK(told.result.to_block.possible);
    buf_clear(&rule);
    end_told(&told);
}

TEST(rule_result_as_json_has_the_promised_fields)
{
    struct told told;
    json_t *json;

    tell(&told, "{sum: share, ge: 60%}", five, "code,position\nA,yes\n", false);
    json = explain_json(told.program, &told.result);
    CHECK_TEXT(json_text(json, "outcome"), "open");
    const json_t *clause = json_array_get(json_list(json, "clauses"), 0);
    CHECK_TEXT(json_text(clause, "sum"), "5000.5");
    CHECK_TEXT(json_text(clause, "base"), "10000");
    CHECK_TEXT(json_text(clause, "needed"), "6000");
    CHECK_TEXT(json_text(clause, "margin"), "-999.5");
    CHECK_TEXT(json_text(clause, "threshold"), "60%");
    CHECK_INT(json_int(json_map(json, "to_adopt"), "fewest", -1), 1);
    CHECK_INT(json_array_size(json_list(json_map(json, "to_adopt"), "members")),
              1);
    /* B, C, D and E hold 49.995 %: not even all but one can be spared. */
    CHECK_INT(json_int(json_map(json, "to_block"), "fewest", -1), 1);
    CHECK(json_list(json, "bound") && json_list(json, "exempt"));
    json_decref(json);
    end_told(&told);
}

/* Half of it all, missed and reached by the last of eighteen and nine digits:
 * more than 64 bits hold, let alone a double. */
TEST(rule_says_whose_words_it_does_not_count)
{
    struct told told;

    tell(&told, "{of: [object], le: 0}", five,
         "code,position\nA,no\nB,yes\nC,abstain\nD,yes\nE,yes\n", false);
    CHECK_TEXT(buf_text(&told.text),
               "none of participating members object: 0 — holds\n"
               "adopted, nobody being silent\n"
               "1 changing to a vote against would block it, for instance: B\n"
               "said what this rule does not count (1): A\n"
               "bound (5): A B C D E\n");
    end_told(&told);
    tell(&told, "{ge: 2/3}", five,
         "code,position\nA,no\nB,object\nC,stand-aside\n", true);
    CHECK(strstr(buf_text(&told.text), "does not count (2): B C\n") != NULL);
    end_told(&told);
}

TEST(rule_weighs_eighteen_digits_and_nine_places_exactly)
{
    static const char members[] =
        "code,w\nA,400000000000000000.000000001\n"
        "B,400000000000000000.000000002\nC,0.000000001\n";
    struct told told;

    tell(&told, "{sum: w, ge: 1/2}", members, "code,position\nA,yes\n", true);
    CHECK_INT(told.result.outcome, OUTCOME_REJECTED);
    CHECK_INT(told.result.to_adopt.fewest, 1);
    end_told(&told);
    tell(&told, "{sum: w, ge: 1/2}", members, "code,position\nA,yes\nC,yes\n",
         true);
    CHECK_TEXT(buf_text(&told.text),
               "participating members holding at least 50% of w vote yes: "
               "400 000 000 000 000 000.000000002 of "
               "800 000 000 000 000 000.000000004 (50.0 %), "
               "400 000 000 000 000 000.000000002 needed — holds, 0 to spare\n"
               "adopted\n"
               "1 voting against would have blocked it, for instance: A\n"
               "bound (3): A B C\n");
    end_told(&told);
}

TEST(rule_check_reports_what_is_wrong_with_a_rule)
{
    static const struct {
        const char *rule, *unfit;
        bool silence_adopts;
    } cases[] = {
        {"{ge: 2/3}", "", false},
        {"{ge: 0}", "it adopts though nobody is for it", true},
        {"{ge: 6}", "nothing can ever be adopted", false},
        {"all: [{ge: 1}, {le: 4}]",
         "one more yes can turn adoption into rejection", false},
        {"all: [{ge: 2/3}, {ge: 1/2}]", "a clause never makes a difference",
         false},
        {"any: [{ge: 2/3}, {all: [{of: [abstain], ge: 2}, {ge: 1}]}]",
         "one more yes can turn adoption into rejection", false},
        {"{of: [no], ge: 2}", "it adopts though nobody is for it", false},
        {"any: [{ge: 2/3}, {ge: 6}]", "a clause never makes a difference",
         false},
        {"{of: [object], le: 0, default: {silent: yes}}", "", true},
        {"{of: [no], le: 0}", "", true},
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct told told;
        struct rule_check check;

        tell(&told, cases[i].rule, five, "code,position\n", true);
        rule_check(told.program, told.arena, &check);
        CHECK_TEXT(check.unfit, cases[i].unfit);
        CHECK(check.silence_adopts == cases[i].silence_adopts);
        end_told(&told);
    }
}

TEST(rule_check_finds_dictator_vetoers_dummies_and_two_winners)
{
    struct told told;
    struct rule_check check;

    tell(&told, "{sum: share, gt: 50%}", five, "code,position\n", true);
    rule_check(told.program, told.arena, &check);
    CHECK_INT(check.dictators.bits[0], 1);
    CHECK_INT(check.vetoers.bits[0], 1);
    CHECK_INT(check.dummies.bits[0], 30);
    CHECK_INT(check.block_count, 1);
    CHECK_INT(check.proper, CHECK_YES);
    end_told(&told);
    tell(&told, "{ge: 2}", five, "code,position\n", true);
    rule_check(told.program, told.arena, &check);
    CHECK_INT(check.proper, CHECK_NO);
    CHECK(set_count(&check.proper_example[0]) >= 2 &&
          set_count(&check.proper_example[1]) >= 2);
    CHECK(check.fit); /* flagged, not refused */
    CHECK_INT(check.block_count, 4);
    end_told(&told);
}

TEST(rule_check_shows_how_a_yes_does_harm)
{
    struct told told;
    struct rule_check check;
    struct buf text = {0};

    tell(&told, "any: [{ge: 2/3}, {of: [abstain], in: near, ge: 2}]\n", five,
         "code,position\n", true);
    rule_check(told.program, told.arena, &check);
    explain_check(told.program, &check, &text);
    CHECK(strstr(buf_text(&text),
                 "monotone        no\n"
                 "  adopts, but not if A said yes: 5 abstain: A B C D E\n"
                 "proper ") != NULL);
    buf_clear(&text);
    end_told(&told);
}

/* 1958: Luxembourg's one vote of 17 could never matter at quota 12. */
TEST(rule_check_finds_luxembourg_a_dummy)
{
    struct told told;
    struct rule_check check;

    tell(&told, "{sum: votes, ge: 12}",
         "code,votes\nDE,4\nFR,4\nIT,4\nNL,2\nBE,2\nLU,1\n", "code,position\n",
         true);
    rule_check(told.program, told.arena, &check);
    CHECK_INT(check.dummies.bits[0], 32);
    end_told(&told);
}
