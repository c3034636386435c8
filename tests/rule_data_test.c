/*
 * The rules of data/rules: all read, fit and cited, and what is known of
 * them comes out. tests/data/eu27_2018.csv: Eurostat, 1 January 2018.
 */
#include "base/file.h"
#include "rule/check.h"
#include "rule/evaluate.h"
#include "test.h"

#include <dirent.h>
#include <string.h>

struct vote {
    struct roster *roster;
    struct rule *rule;
    struct rule_program *program;
    struct arena *arena;
    enum position position[ROSTER_MEMBERS_MAX];
    struct rule_result result;
};

static const char eu[] = "tests/data/eu27_2018.csv";

/* "DE FR" */
static void put(struct vote *vote, const char *codes, enum position position)
{
    struct slice rest = slice_of(codes), code;

    while (rest.len > 0) {
        if (!slice_cut(&rest, ' ', &code)) {
            code = rest;
            rest.len = 0;
        }
        size_t member = roster_find(vote->roster, code);
        if (CHECK(member != SIZE_MAX))
            vote->position[member] = position;
    }
}

/* Everyone at `others`; then "yes: ...", as put() has it. */
static void call_vote(struct vote *vote, const char *rule, const char *members,
                      enum position others)
{
    struct buf path = {0};
    struct why why = {0};

    memset(vote, 0, sizeof *vote);
    buf_addf(&path, "data/rules/%s.yaml", rule);
    CHECK_OK(rule_read(buf_text(&path), rule, &vote->rule, &why), why);
    buf_clear(&path);
    if (strchr(members, '\n') == NULL)
        CHECK_OK(roster_read(members, &vote->roster, &why), why);
    else
        CHECK_OK(roster_parse("members", members, strlen(members),
                              &vote->roster, &why),
                 why);
    for (size_t i = 0; i < roster_count(vote->roster); i++)
        vote->position[i] = others;
    vote->arena = arena_open();
}

static enum rule_outcome judge(struct vote *vote, bool closed)
{
    struct member_set part = {0};
    struct why why = {0};

    for (size_t i = 0; i < roster_count(vote->roster); i++)
        set_put(&part, i,
                vote->position[i] != POSITION_OUT &&
                    vote->position[i] != POSITION_SUSPENDED);
    program_close(vote->program);
    vote->program = NULL;
    CHECK_OK(
        program_compile(vote->rule, vote->roster, &part, &vote->program, &why),
        why);
    CHECK_OK(rule_judge(vote->program, vote->position, closed, vote->arena,
                        &vote->result, &why),
             why);
    return vote->result.outcome;
}

static void end_vote(struct vote *vote)
{
    program_close(vote->program);
    rule_close(vote->rule);
    roster_close(vote->roster);
    arena_close(vote->arena);
}

/* One closed vote: `codes` at `position`, all the others at `others`. */
static enum rule_outcome outcome_of(const char *rule, const char *members,
                                    const char *codes, enum position position,
                                    enum position others)
{
    struct vote vote;
    enum rule_outcome outcome;

    call_vote(&vote, rule, members, others);
    put(&vote, codes, position);
    outcome = judge(&vote, true);
    end_vote(&vote);
    return outcome;
}

TEST(rule_data_is_all_read_cited_short_and_fit)
{
    static const char members[] =
        "code,population,votes,permanent,subject\n"
        "M1,40,16.5,1,0\nM2,30,6.1,1,0\nM3,20,5.3,1,0\nM4,19,5,1,0\n"
        "M5,15,4,1,0\nM6,11,3,0,1\nM7,9,3,0,0\nM8,8,2.5,0,0\nM9,7,2,0,0\n"
        "M10,6,2,0,0\nM11,5,2,0,0\nM12,4,1.5,0,0\nM13,4,1,0,0\n"
        "M14,3,1,0,0\nM15,2,1,0,0\n";
    DIR *folder = opendir("data/rules");
    const struct dirent *entry;
    int count = 0;

    if (!CHECK(folder != NULL))
        return;
    while ((entry = readdir(folder)) != NULL) {
        struct vote vote;
        struct rule_check check, fit;
        uint64_t steps = 1000 * 1000; /* a quarter of what a charter has */
        struct buf name = {0}, text = {0};
        struct why why = {0};
        size_t lines = 0;

        if (strlen(entry->d_name) < 6 || entry->d_name[0] == '.')
            continue;
        buf_add(&name, entry->d_name, strlen(entry->d_name) - 5);
        call_vote(&vote, buf_text(&name), members, POSITION_YES);
        judge(&vote, true);
        rule_check(vote.program, vote.arena, &check);
        CHECK_TEXT(vote.rule->name, buf_text(&name));
        CHECK(check.has_law && vote.rule->title[0] != '\0');
        CHECK_TEXT(check.unfit[0] == '\0' ? "" : vote.rule->name, "");
        CHECK(check.monotone == CHECK_YES && check.wins == CHECK_YES);
        rule_check_fit(vote.program, vote.arena, &steps, &fit);
        CHECK(steps > 0 && fit.monotone == CHECK_YES && fit.fit);
        steps = 10; /* too few to find anything, and to object to it */
        rule_check_fit(vote.program, vote.arena, &steps, &fit);
        CHECK(steps <= 10 && fit.monotone != CHECK_NO && fit.fit);
        buf_reset(&name);
        buf_addf(&name, "data/rules/%s", entry->d_name);
        CHECK_OK(file_read(buf_text(&name), 4096, &text, &why), why);
        for (size_t i = 0; i < text.len; i++)
            lines += text.data[i] == '\n';
        CHECK(lines <= 12);
        count++;
        buf_clear(&name);
        buf_clear(&text);
        end_vote(&vote);
    }
    closedir(folder);
    CHECK(count >= 28);
}

TEST(rule_eu_qualified_majority_holds_at_its_edges)
{
    /* 24 members with 52.8 % of the population: no blocking minority. */
    CHECK_INT(outcome_of("eu_qmv", eu, "DE FR IT", POSITION_NO, POSITION_YES),
              OUTCOME_ADOPTED);
    CHECK_INT(
        outcome_of("eu_qmv", eu, "DE FR IT", POSITION_ABSTAIN, POSITION_YES),
        OUTCOME_ADOPTED);
    CHECK_INT(
        outcome_of("eu_qmv", eu, "DE FR ES PL", POSITION_NO, POSITION_YES),
        OUTCOME_REJECTED);
    /* Four small ones hold too little. */
    CHECK_INT(
        outcome_of("eu_qmv", eu, "MT LU CY EE", POSITION_NO, POSITION_YES),
        OUTCOME_ADOPTED);
    /* 15 of 27 is 55.6 %, 14 is not enough whatever the population. */
    CHECK_INT(outcome_of("eu_qmv", eu,
                         "DE FR IT ES PL RO NL BE GR CZ PT SE HU AT",
                         POSITION_YES, POSITION_NO),
              OUTCOME_REJECTED);
    CHECK_INT(outcome_of("eu_qmv", eu,
                         "DE FR IT ES PL RO NL BE GR CZ PT SE HU AT MT",
                         POSITION_YES, POSITION_NO),
              OUTCOME_ADOPTED);
}

TEST(rule_eu_block_counts_the_population_of_those_who_take_part)
{
    struct vote vote;

    call_vote(&vote, "eu_qmv_participating", eu, POSITION_YES);
    judge(&vote, true);
    CHECK_INT(vote.program->part[vote.rule->count - 1].min_members, 3);
    CHECK_INT(vote.result.to_block.fewest, 4);
    /* The euro area: two hold more than 35 %, so three block. */
    put(&vote, "BG CZ DK HR HU PL RO SE", POSITION_OUT);
    CHECK_INT(judge(&vote, true), OUTCOME_ADOPTED);
    CHECK_INT(vote.program->part[vote.rule->count - 1].min_members, 2);
    CHECK_INT(vote.result.to_block.fewest, 3);
    CHECK_INT(set_count(&vote.result.exempt), 8);
    put(&vote, "DE FR", POSITION_NO);
    CHECK_INT(judge(&vote, true), OUTCOME_ADOPTED);
    put(&vote, "MT", POSITION_NO);
    CHECK_INT(judge(&vote, true), OUTCOME_REJECTED);
    end_vote(&vote);
}

TEST(rule_eu_majorities_differ_where_the_treaty_says_so)
{
    static const char *const fourteen =
        "AT BE BG CZ DK DE EE IE GR ES FR HR IT CY";

    CHECK_INT(outcome_of("eu_simple_majority", eu, fourteen, POSITION_YES,
                         POSITION_ABSTAIN),
              OUTCOME_ADOPTED);
    CHECK_INT(outcome_of("eu_simple_majority", eu, fourteen, POSITION_ABSTAIN,
                         POSITION_YES),
              OUTCOME_REJECTED);
    /* 72 % of 27 is 20 members; no four-member clause here. */
    CHECK_INT(outcome_of("eu_qmv_reinforced", eu, "MT LU CY EE LV SI LT",
                         POSITION_NO, POSITION_YES),
              OUTCOME_ADOPTED);
    CHECK_INT(outcome_of("eu_qmv_reinforced", eu, "MT LU CY EE LV SI LT HR",
                         POSITION_NO, POSITION_YES),
              OUTCOME_REJECTED);
    CHECK_INT(outcome_of("eu_unanimity", eu, "DE FR HU", POSITION_ABSTAIN,
                         POSITION_YES),
              OUTCOME_ADOPTED);
    CHECK_INT(outcome_of("eu_unanimity", eu, "HU", POSITION_NO, POSITION_YES),
              OUTCOME_REJECTED);
}

TEST(rule_cfsp_abstention_stops_at_a_third_comprising_a_third)
{
    struct vote vote;

    call_vote(&vote, "cfsp_constructive", eu, POSITION_YES);
    put(&vote, "AT IE MT CY HU SK BG SI", POSITION_STAND_ASIDE);
    put(&vote, "FI", POSITION_ABSTAIN);
    CHECK_INT(judge(&vote, true), OUTCOME_ADOPTED);
    CHECK_INT(set_count(&vote.result.exempt), 8);
    CHECK_INT(set_count(&vote.result.bound), 19);
    /* A third of the members, but not of the population. */
    put(&vote, "FI", POSITION_STAND_ASIDE);
    CHECK_INT(judge(&vote, true), OUTCOME_ADOPTED);
    put(&vote, "ES", POSITION_STAND_ASIDE);
    CHECK_INT(judge(&vote, true), OUTCOME_ADOPTED);
    put(&vote, "DE", POSITION_STAND_ASIDE);
    CHECK_INT(judge(&vote, true), OUTCOME_REJECTED);
    end_vote(&vote);
}

TEST(rule_eu_article_7_leaves_out_the_state_concerned)
{
    static const char members[] =
        "code,subject\nA,0\nB,0\nC,0\nD,0\nE,0\nHU,1\n";

    CHECK_INT(outcome_of("eu_article_7_risk", members, "A B C D", POSITION_YES,
                         POSITION_NO),
              OUTCOME_ADOPTED);
    CHECK_INT(outcome_of("eu_article_7_risk", members, "A B C HU", POSITION_YES,
                         POSITION_NO),
              OUTCOME_REJECTED);
    CHECK_INT(outcome_of("eu_article_7_breach", members, "HU", POSITION_NO,
                         POSITION_YES),
              OUTCOME_ADOPTED);
    CHECK_INT(outcome_of("eu_article_7_breach", members, "A", POSITION_NO,
                         POSITION_YES),
              OUTCOME_REJECTED);
}

static const char council[] =
    "code,permanent\nCN,1\nFR,1\nGB,1\nRU,1\nUS,1\nA,0\nB,0\nC,0\nD,0\nE,0\n"
    "F,0\nG,0\nH,0\nI,0\nJ,0\n";

TEST(rule_security_council_abstention_is_no_veto)
{
    struct vote vote;
    struct rule_check check;

    call_vote(&vote, "un_sc_substantive", council, POSITION_YES);
    put(&vote, "CN RU", POSITION_ABSTAIN);
    CHECK_INT(judge(&vote, true), OUTCOME_ADOPTED);
    put(&vote, "RU", POSITION_NO);
    CHECK_INT(judge(&vote, true), OUTCOME_REJECTED);
    CHECK(vote.result.clause[2].decides && set_has(&vote.result.witness, 3) &&
          set_count(&vote.result.witness) == 1);
    CHECK_INT(vote.result.to_adopt.fewest, 1);
    rule_check(vote.program, vote.arena, &check);
    CHECK_INT(check.vetoers.bits[0], 31);
    CHECK_INT(check.block_count, 1);
    end_vote(&vote);
    CHECK_INT(outcome_of("un_sc_procedural", council, "RU CN US FR GB A",
                         POSITION_NO, POSITION_YES),
              OUTCOME_ADOPTED);
    CHECK_INT(outcome_of("un_sc_procedural", council, "RU CN US FR GB A B",
                         POSITION_NO, POSITION_YES),
              OUTCOME_REJECTED);
}

TEST(rule_present_and_voting_forgets_abstentions)
{
    struct vote vote;

    call_vote(&vote, "un_ga_important", council, POSITION_ABSTAIN);
    CHECK_INT(judge(&vote, true), OUTCOME_REJECTED); /* nobody voted */
    put(&vote, "A B", POSITION_YES);
    put(&vote, "C", POSITION_NO);
    CHECK_INT(judge(&vote, true), OUTCOME_ADOPTED);
    put(&vote, "D", POSITION_NO);
    CHECK_INT(judge(&vote, true), OUTCOME_REJECTED);
    CHECK_INT(vote.result.to_adopt.fewest, 1); /* C turned, or D */
    end_vote(&vote);
    /* Two thirds of nine is six, not seven. */
    CHECK_INT(outcome_of("un_ga_important", council, "CN FR GB RU US A",
                         POSITION_YES, POSITION_ABSTAIN),
              OUTCOME_ADOPTED);
    /* Half is no majority. */
    call_vote(&vote, "un_ga_majority", council, POSITION_ABSENT);
    put(&vote, "A B", POSITION_YES);
    put(&vote, "C D", POSITION_NO);
    CHECK_INT(judge(&vote, true), OUTCOME_REJECTED);
    end_vote(&vote);
}

TEST(rule_quorum_is_not_threshold)
{
    struct vote vote;

    call_vote(&vote, "icc_substance", council, POSITION_ABSENT);
    put(&vote, "A B C D E F G", POSITION_YES);
    CHECK_INT(judge(&vote, true), OUTCOME_REJECTED); /* 7 of 15 voted */
    put(&vote, "H", POSITION_ABSTAIN);
    CHECK_INT(judge(&vote, true), OUTCOME_ADOPTED);
    end_vote(&vote);
    call_vote(&vote, "coe_resolution", council, POSITION_ABSTAIN);
    put(&vote, "A B C D E F G", POSITION_YES);
    CHECK_INT(judge(&vote, true), OUTCOME_REJECTED); /* 7 of 15 entitled */
    put(&vote, "H", POSITION_YES);
    put(&vote, "I J CN FR", POSITION_NO);
    CHECK_INT(judge(&vote, true), OUTCOME_ADOPTED); /* 8 of 12, 8 of 15 */
    put(&vote, "GB", POSITION_NO);
    CHECK_INT(judge(&vote, true), OUTCOME_REJECTED); /* 8 of 13 */
    end_vote(&vote);
}

TEST(rule_silence_adopts_unless_someone_objects)
{
    struct vote vote;

    call_vote(&vote, "nato_silence", council, POSITION_SILENT);
    CHECK(vote.rule->procedure.is_silence &&
          vote.rule->procedure.silence.seconds == 72 * 3600 &&
          vote.rule->procedure.break_written &&
          vote.rule->procedure.receipt_required);
    CHECK_INT(judge(&vote, false), OUTCOME_OPEN);
    CHECK_INT(vote.result.to_adopt.fewest, 0);
    CHECK_INT(vote.result.to_block.fewest, 1);
    CHECK_INT(vote.result.to_block.position[0], POSITION_OBJECT);
    CHECK_INT(judge(&vote, true), OUTCOME_ADOPTED);
    CHECK_INT(set_count(&vote.result.bound), 15);
    put(&vote, "A", POSITION_OBJECT);
    CHECK_INT(judge(&vote, false), OUTCOME_REJECTED);
    CHECK(!vote.result.to_adopt.possible);
    end_vote(&vote);
}

TEST(rule_consensus_minus_one_leaves_out_the_subject)
{
    static const char members[] = "code,subject\nA,0\nB,0\nYU,1\n";

    CHECK_INT(outcome_of("osce_minus_one", members, "YU", POSITION_OBJECT,
                         POSITION_ABSENT),
              OUTCOME_ADOPTED);
    CHECK_INT(outcome_of("osce_minus_one", members, "A", POSITION_OBJECT,
                         POSITION_ABSENT),
              OUTCOME_REJECTED);
    CHECK_INT(outcome_of("osce_consensus", members, "YU", POSITION_OBJECT,
                         POSITION_ABSENT),
              OUTCOME_REJECTED);
}

TEST(rule_imf_counts_heads_and_votes)
{
    static const char members[] = "code,votes\nUS,16.5\nA,13.5\nB,20\nC,20\n"
                                  "D,15\nE,15\n";

    CHECK_INT(outcome_of("imf_85", members, "US", POSITION_NO, POSITION_YES),
              OUTCOME_REJECTED);
    CHECK_INT(outcome_of("imf_85", members, "D", POSITION_NO, POSITION_YES),
              OUTCOME_ADOPTED); /* exactly 85 */
    CHECK_INT(outcome_of("imf_70", members, "D E", POSITION_NO, POSITION_YES),
              OUTCOME_ADOPTED); /* exactly 70 */
    CHECK_INT(outcome_of("imf_70", members, "US A", POSITION_NO, POSITION_YES),
              OUTCOME_ADOPTED);
    CHECK_INT(outcome_of("imf_70", members, "US D", POSITION_NO, POSITION_YES),
              OUTCOME_REJECTED);
    CHECK_INT(
        outcome_of("imf_amendment", members, "D", POSITION_NO, POSITION_YES),
        OUTCOME_ADOPTED);
}

TEST(rule_charter_amendment_needs_every_permanent_member)
{
    CHECK_INT(outcome_of("un_charter_amendment", council, "A B C D E",
                         POSITION_ABSENT, POSITION_YES),
              OUTCOME_ADOPTED);
    CHECK_INT(outcome_of("un_charter_amendment", council, "US", POSITION_ABSENT,
                         POSITION_YES),
              OUTCOME_REJECTED);
}

TEST(rule_open_eu_vote_is_settled_by_the_fourth_no)
{
    struct vote vote;

    call_vote(&vote, "eu_qmv", eu, POSITION_SILENT);
    put(&vote, "DE FR ES", POSITION_NO);
    CHECK_INT(judge(&vote, false), OUTCOME_OPEN);
    CHECK_INT(vote.result.to_adopt.fewest, 24);
    CHECK_INT(vote.result.to_block.fewest, 1);
    put(&vote, "PL", POSITION_NO);
    CHECK_INT(judge(&vote, false), OUTCOME_REJECTED);
    CHECK_INT(vote.result.to_block.fewest, 0);
    end_vote(&vote);
}
