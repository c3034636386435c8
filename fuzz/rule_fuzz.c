/*
 * rule_fuzz.c - any text as a rule, for five fixed members: either refused
 * with a reason, or judged and checked without contradiction.
 */
#include "rule/check.h"
#include "rule/explain.h"

#include <stdlib.h>
#include <string.h>

static const char members[] = "code,population,contribution,eu,subject\n"
                              "A,40,1.5,1,0\nB,30,2.25,1,0\nC,20,,0,0\n"
                              "D,9,3,1,1\nE,1,0.000000001,0,0\n";

static void demand(bool held)
{
    if (!held)
        abort();
}

/* With every position drawn from the input's own bytes. */
static void judge(const struct rule_program *program, const uint8_t *data,
                  size_t size, bool closed)
{
    enum position position[5];
    struct arena *arena = arena_open();
    struct rule_result result;
    struct buf text = {0};
    struct why why;

    for (size_t i = 0; i < 5; i++)
        position[i] = (enum position)(size > i ? data[size - 1 - i] % 7 : 0);
    demand(rule_judge(program, position, closed, arena, &result, &why) ==
           ERR_NONE);
    demand(result.clause[0].holds == program_adopts(program, result.position));
    if (closed)
        demand(result.exact && result.outcome != OUTCOME_OPEN &&
               (result.outcome == OUTCOME_ADOPTED) == result.clause[0].holds);
    if (result.outcome == OUTCOME_REJECTED && result.to_block.exact)
        demand(closed ? result.to_block.fewest == 0 : true);
    explain_clauses(program, &result, &text);
    explain_outcome(program, &result, &text);
    json_decref(explain_json(program, &result));
    demand(text.len > 0 && text_is_utf8(text.data, text.len));
    buf_clear(&text);
    arena_close(arena);
}

static void check(const struct rule_program *program)
{
    struct arena *arena = arena_open();
    struct rule_check found;

    rule_check(program, arena, &found);
    demand(found.fit == (found.unfit[0] == '\0'));
    json_decref(explain_check_json(program, &found));
    arena_close(arena);
}

static void try_rule(const struct rule *rule, const uint8_t *data, size_t size)
{
    struct roster *roster;
    struct rule_program *program = NULL;
    struct why why = {0};

    demand(roster_parse("m", members, strlen(members), &roster, &why) ==
           ERR_NONE);
    if (program_compile(rule, roster, NULL, &program, &why) == ERR_NONE) {
        judge(program, data, size, false);
        judge(program, data, size, true);
        if (rule->count < 24) /* a check asks many questions of each clause */
            check(program);
    } else {
        demand(program == NULL && why.text[0] != '\0');
    }
    program_close(program);
    roster_close(roster);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct document *document;
    const struct value *root, *found;
    struct rule *rule = NULL;
    struct why why = {0};

    if (document_parse("rule", (const char *)data, size, &document, &root,
                       &why) != ERR_NONE)
        return 0;
    enum err err = rule_find(root, NULL, &found, &why);
    if (err == ERR_NONE)
        err = rule_parse(found, found->key, &rule, &why);
    document_close(document);
    if (err == ERR_NONE)
        try_rule(rule, data, size);
    else
        demand(rule == NULL && why.text[0] != '\0');
    rule_close(rule);
    return 0;
}
