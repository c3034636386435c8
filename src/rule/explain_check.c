/*
 * explain_check.c - the report of static checks, for people and machines.
 */
#include "rule/explain.h"

static const char undecided[] = "not every case could be tried";

static const char *dead_word(enum dead_kind kind)
{
    switch (kind) {
    case DEAD_ALWAYS_TRUE:
        return "holds whatever the votes";
    case DEAD_ALWAYS_FALSE:
        return "never holds";
    case DEAD_IDLE:
        return "never changes the outcome";
    case DEAD_EMPTY_GROUP:
        return "counts nobody of these members";
    case DEAD_UNDECIDED:
        return "could not be shown to matter";
    default:
        return "matters";
    }
}

static json_t *json_set(const struct rule_program *program,
                        const struct member_set *set)
{
    json_t *list = json_array();

    for (size_t i = 0; i < program->members; i++)
        if (set_has(set, i))
            json_array_append_new(list,
                                  json_string(roster_code(program->roster, i)));
    return list;
}

static json_t *answer_json(enum check_answer answer)
{
    return answer == CHECK_UNDECIDED ? json_null()
                                     : json_boolean(answer == CHECK_YES);
}

static json_t *known_json(const struct rule_program *program,
                          const struct member_set *set, enum check_answer known)
{
    return known == CHECK_YES ? json_set(program, set) : json_null();
}

static json_t *block_json(const struct rule_program *program,
                          const struct rule_check *check)
{
    json_t *json = json_object();

    json_set_new(json, "fewest",
                 check->block_possible
                     ? json_integer((json_int_t)check->block_count)
                     : json_null());
    json_set_new(json, "members", json_set(program, &check->block));
    json_set_flag(json, "exact", check->block_exact);
    return json;
}

static json_t *dead_json(const struct rule_program *program,
                         const struct rule_check *check)
{
    json_t *list = json_array();

    for (size_t i = 0; i < program->rule->count; i++) {
        struct buf text = {0};
        json_t *json;

        if (check->dead[i] == DEAD_NOT)
            continue;
        json = json_object();
        explain_clause(program, i, &text);
        json_set_text(json, "clause", buf_text(&text));
        json_set_text(json, "place", program->rule->clause[i]->place);
        json_set_text(json, "finding", dead_word(check->dead[i]));
        json_array_append_new(list, json);
        buf_clear(&text);
    }
    return list;
}

/* Examples that show a "no". */
static void set_examples(json_t *json, const struct rule_program *program,
                         const struct rule_check *check)
{
    if (check->monotone == CHECK_NO) {
        json_t *example = json_object(), *stands = json_object();

        for (size_t i = 0; i < program->members; i++)
            json_set_text(stands, roster_code(program->roster, i),
                          position_word(check->monotone_example[i]));
        json_set_new(example, "adopts", stands);
        json_set_text(example, "not_if_yes",
                      roster_code(program->roster, check->monotone_member));
        json_set_new(json, "monotone_example", example);
    }
    if (check->proper == CHECK_NO) {
        json_t *example = json_array();

        for (int i = 0; i < 2; i++)
            json_array_append_new(example,
                                  json_set(program, &check->proper_example[i]));
        json_set_new(json, "proper_example", example);
    }
}

static bool is_undecided(const struct rule_check *check)
{
    return check->monotone == CHECK_UNDECIDED ||
           check->proper == CHECK_UNDECIDED || check->wins == CHECK_UNDECIDED ||
           check->dictators_known == CHECK_UNDECIDED ||
           check->vetoers_known == CHECK_UNDECIDED ||
           check->dummies_known == CHECK_UNDECIDED || !check->block_exact;
}

json_t *explain_check_json(const struct rule_program *program,
                           const struct rule_check *check)
{
    json_t *json = json_object();

    json_set_text(json, "rule", program->rule->name);
    json_set_text(json, "law", program->rule->law);
    json_set_flag(json, "fit", check->fit);
    json_set_text(json, "reason", check->unfit);
    json_set_new(json, "monotone", answer_json(check->monotone));
    json_set_new(json, "proper", answer_json(check->proper));
    set_examples(json, program, check);
    json_set_new(json, "empty",
                 check->wins == CHECK_UNDECIDED
                     ? json_null()
                     : json_boolean(check->wins == CHECK_NO));
    json_set_flag(json, "nobody_wins", check->nobody_wins);
    json_set_flag(json, "silence_adopts", check->silence_adopts);
    json_set_new(
        json, "dictators",
        known_json(program, &check->dictators, check->dictators_known));
    json_set_new(json, "vetoers",
                 known_json(program, &check->vetoers, check->vetoers_known));
    json_set_new(json, "dummies",
                 known_json(program, &check->dummies, check->dummies_known));
    json_set_new(json, "smallest_block", block_json(program, check));
    json_set_new(json, "dead", dead_json(program, check));
    json_set_text(json, "against", position_word(check->against));
    if (is_undecided(check))
        json_set_text(json, "undecided", undecided);
    return json;
}

/* --- for people ---------------------------------------------------------- */

static void add_answer(struct buf *out, const char *what,
                       enum check_answer answer)
{
    buf_addf(out, "%-15s %s\n", what,
             answer == CHECK_YES  ? "yes"
             : answer == CHECK_NO ? "no"
                                  : undecided);
}

static void add_codes(const struct rule_program *program,
                      const struct member_set *set, struct buf *out)
{
    const char *space = "";

    for (size_t i = 0; i < program->members; i++)
        if (set_has(set, i)) {
            buf_addf(out, "%s%s", space, roster_code(program->roster, i));
            space = " ";
        }
    buf_add_text(out, space[0] == '\0' ? "none\n" : "\n");
}

/* "3 yes: A B D, 1 abstain: C" */
static void add_positions(const struct rule_program *program,
                          const enum position *position, struct buf *out)
{
    const char *comma = "";

    for (int p = 0; p < POSITION_OUT; p++) {
        size_t count = 0;

        for (size_t i = 0; i < program->members; i++)
            count += (int)position[i] == p;
        if (count == 0)
            continue;
        buf_addf(out, "%s%zu %s:", comma, count,
                 position_word((enum position)p));
        for (size_t i = 0; i < program->members; i++)
            if ((int)position[i] == p)
                buf_addf(out, " %s", roster_code(program->roster, i));
        comma = ", ";
    }
    buf_add_text(out, "\n");
}

static void add_known(const struct rule_program *program, const char *what,
                      const struct member_set *set, enum check_answer known,
                      struct buf *out)
{
    buf_addf(out, "%-15s ", what);
    if (known == CHECK_YES)
        add_codes(program, set, out);
    else
        buf_addf(out, "%s\n", undecided);
}

static void add_monotone(const struct rule_program *program,
                         const struct rule_check *check, struct buf *out)
{
    add_answer(out, "monotone", check->monotone);
    if (check->monotone != CHECK_NO)
        return;
    buf_addf(out, "  adopts, but not if %s said yes: ",
             roster_code(program->roster, check->monotone_member));
    add_positions(program, check->monotone_example, out);
}

static void add_proper(const struct rule_program *program,
                       const struct rule_check *check, struct buf *out)
{
    add_answer(out, "proper", check->proper);
    for (int i = 0; i < 2 && check->proper == CHECK_NO; i++) {
        buf_add_text(out, i == 0 ? "  wins: " : "  and so does: ");
        add_codes(program, &check->proper_example[i], out);
    }
}

void explain_check(const struct rule_program *program,
                   const struct rule_check *check, struct buf *out)
{
    buf_addf(out, "%-15s %s\n", "fit", check->fit ? "yes" : check->unfit);
    buf_addf(out, "%-15s %s\n", "law",
             check->has_law ? program->rule->law : "none is cited");
    add_answer(out, "can adopt", check->wins);
    add_answer(out, "silence adopts",
               check->silence_adopts ? CHECK_YES : CHECK_NO);
    add_monotone(program, check, out);
    add_proper(program, check, out);
    add_known(program, "dictators", &check->dictators, check->dictators_known,
              out);
    add_known(program, "vetoers", &check->vetoers, check->vetoers_known, out);
    add_known(program, "dummies", &check->dummies, check->dummies_known, out);
    buf_addf(out, "%-15s ", "smallest block");
    if (check->block_possible) {
        buf_addf(out, "%zu%s: ", check->block_count,
                 check->block_exact ? "" : " or fewer");
        add_codes(program, &check->block, out);
    } else {
        buf_addf(out, "%s\n",
                 check->block_exact ? "nobody can block" : undecided);
    }
    for (size_t i = 0; i < program->rule->count; i++)
        if (check->dead[i] != DEAD_NOT) {
            buf_addf(out, "%-15s ", "clause");
            explain_clause(program, i, out);
            buf_addf(out, ": %s\n", dead_word(check->dead[i]));
        }
}
