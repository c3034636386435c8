#include "rule/check.h"

#include "rule/stage.h"

#include <string.h>

enum {
    QUESTION_STEPS = 8 * 1000 * 1000,
    ALL_STEPS = 24 * 1000 * 1000, /* of one check */
};

struct checking {
    const struct rule_program *program;
    struct arena *arena;
    struct rule_check *check;
    size_t *member; /* participants */
    size_t members;
    uint64_t steps; /* left */
};

/* --- asking ------------------------------------------------------------- */

/* Everyone who takes part at `position`; the others are out. */
static enum position *all_at(const struct checking *checking,
                             enum position position, struct arena *arena)
{
    const struct rule_program *program = checking->program;
    enum position *all = arena_new(arena, program->members, sizeof *all);

    for (size_t i = 0; i < program->members; i++)
        all[i] = set_has(&program->participating, i) ? position : POSITION_OUT;
    return all;
}

/* Numbers to fill in before the search itself begins. */
static uint64_t cells_of(const struct stage *stage)
{
    uint64_t cells = 0;

    for (size_t i = 0; i < stage->copies; i++)
        cells += stage->copy[i].program->forms;
    return cells * (stage->candidates * stage->options + 1);
}

/* Can all copies come true? choice may be NULL. */
static enum search_answer ask(struct checking *checking,
                              const struct stage *stage, size_t *choice)
{
    uint64_t cells = cells_of(stage), allowed;
    struct arena *arena;
    enum search_answer answer;
    struct search search;
    size_t *scratch;

    if (cells >= checking->steps)
        return SEARCH_UNDECIDED;
    checking->steps -= cells;
    allowed =
        checking->steps < QUESTION_STEPS ? checking->steps : QUESTION_STEPS;
    arena = arena_open();
    scratch = arena_new(arena, stage->candidates + 1, sizeof *scratch);
    stage_search(stage, allowed, arena, &search);
    answer = search_any(&search, arena, choice ? choice : scratch);
    checking->steps -= allowed - search.steps;
    arena_close(arena);
    return answer;
}

static enum check_answer found_means(enum search_answer answer,
                                     enum check_answer found)
{
    if (answer == SEARCH_UNDECIDED)
        return CHECK_UNDECIDED;
    return (answer == SEARCH_FOUND) == (found == CHECK_YES) ? CHECK_YES
                                                            : CHECK_NO;
}

static size_t list_others(const struct checking *checking, size_t member,
                          size_t *others)
{
    size_t count = 0;

    for (size_t i = 0; i < checking->members; i++)
        if (checking->member[i] != member)
            others[count++] = checking->member[i];
    return count;
}

/* What a member may say or be: yes, no, abstain, and what else the rule
 * knows. */
static size_t list_positions(const struct rule *rule, enum position *list)
{
    size_t count = 0;

    for (int p = POSITION_YES; p <= POSITION_ABSENT; p++)
        if (p <= POSITION_ABSTAIN || rule->mentions >> p & 1)
            list[count++] = (enum position)p;
    return count;
}

/* --- the game of for and against ----------------------------------------- */

/* Copies of the game that differ in where one member stands. */
static enum search_answer ask_around(struct checking *checking, size_t member,
                                     const bool *rejects,
                                     const enum position *stands, size_t copies)
{
    static const enum position yes[] = {POSITION_YES};
    const enum position against = checking->check->against;
    struct arena *arena = arena_open();
    struct stage_copy copy[2];
    size_t *others = arena_new(arena, checking->members + 1, sizeof *others);
    struct stage stage = {
        .copy = copy, .copies = copies, .member = others, .options = 1};

    stage.candidates = list_others(checking, member, others);
    for (size_t i = 0; i < copies; i++) {
        enum position *base = all_at(checking, against, arena);

        base[member] = stands[i];
        copy[i] = (struct stage_copy){.program = checking->program,
                                      .rejects = rejects[i],
                                      .base = base,
                                      .option = yes,
                                      .forced = STAGE_FREE};
    }
    enum search_answer answer = ask(checking, &stage, NULL);
    arena_close(arena);
    return answer;
}

/* Wins with the member on one side and loses with it on the other? */
static enum search_answer ask_swing(struct checking *checking, size_t member,
                                    bool yes_wins)
{
    const enum position against = checking->check->against;
    const bool rejects[] = {false, true};
    const enum position up[] = {POSITION_YES, against};
    const enum position down[] = {against, POSITION_YES};

    return ask_around(checking, member, rejects, yes_wins ? up : down, 2);
}

/* Does a yes count against somewhere, where `stands` does not? */
static bool yes_may_harm(const struct checking *checking, size_t member,
                         enum position stands)
{
    const struct rule_program *program = checking->program;

    for (size_t f = 0; f < program->forms; f++) {
        const __int128 *at = &program->form[f].at[member * POSITION_COUNT];

        if (at[POSITION_YES] < at[stands])
            return true;
    }
    return false;
}

static void check_wins(struct checking *checking)
{
    static const enum position yes[] = {POSITION_YES};
    struct rule_check *check = checking->check;
    const enum position *base =
        all_at(checking, check->against, checking->arena);
    const struct stage_copy copy = {.program = checking->program,
                                    .base = base,
                                    .option = yes,
                                    .forced = STAGE_FREE};
    const struct stage stage = {&copy, 1, checking->member, checking->members,
                                1};

    check->nobody_wins = program_adopts(checking->program, base);
    check->silence_adopts = program_adopts(
        checking->program,
        all_at(checking, checking->program->rule->silent, checking->arena));
    check->wins = found_means(ask(checking, &stage, NULL), CHECK_YES);
}

/* Two disjoint coalitions: each member is in one, in the other, or in none. */
static void check_proper(struct checking *checking)
{
    struct rule_check *check = checking->check;
    const enum position against = check->against;
    const enum position first[] = {POSITION_YES, against};
    const enum position second[] = {against, POSITION_YES};
    const enum position *base = all_at(checking, against, checking->arena);
    struct stage_copy copy[2];
    const struct stage stage = {copy, 2, checking->member, checking->members,
                                2};
    size_t *choice =
        arena_new(checking->arena, checking->members + 1, sizeof *choice);

    for (size_t i = 0; i < 2; i++)
        copy[i] = (struct stage_copy){.program = checking->program,
                                      .base = base,
                                      .option = i == 0 ? first : second,
                                      .forced = STAGE_FREE};
    check->proper = found_means(ask(checking, &stage, choice), CHECK_NO);
    if (check->proper != CHECK_NO)
        return;
    for (size_t i = 0; i < checking->members; i++)
        if (choice[i] > 0)
            set_put(&check->proper_example[choice[i] - 1], checking->member[i],
                    true);
}

/* --- single members ------------------------------------------------------ */

/* A member before `i` whose votes weigh exactly the same everywhere. */
static size_t find_twin(const struct checking *checking, size_t i)
{
    const struct rule_program *program = checking->program;

    for (size_t j = 0; j < i; j++) {
        bool same = true;

        for (size_t f = 0; f < program->forms && same; f++)
            same =
                memcmp(
                    &program->form[f].at[checking->member[i] * POSITION_COUNT],
                    &program->form[f].at[checking->member[j] * POSITION_COUNT],
                    POSITION_COUNT * sizeof(__int128)) == 0;
        if (same)
            return j;
    }
    return SIZE_MAX;
}

static bool counts_nowhere(const struct checking *checking, size_t member)
{
    const struct rule_program *program = checking->program;

    for (size_t f = 0; f < program->forms; f++) {
        const __int128 *at = &program->form[f].at[member * POSITION_COUNT];

        if (at[POSITION_YES] != at[checking->check->against])
            return false;
    }
    return true;
}

static enum check_answer is_dummy(struct checking *checking, size_t member)
{
    enum search_answer up, down = SEARCH_NONE;

    if (counts_nowhere(checking, member))
        return CHECK_YES;
    up = ask_swing(checking, member, true);
    if (up == SEARCH_NONE &&
        yes_may_harm(checking, member, checking->check->against))
        down = ask_swing(checking, member, false);
    if (up == SEARCH_FOUND || down == SEARCH_FOUND)
        return CHECK_NO;
    return up == SEARCH_NONE && down == SEARCH_NONE ? CHECK_YES
                                                    : CHECK_UNDECIDED;
}

/* Nothing is adopted without it. */
static enum check_answer is_vetoer(struct checking *checking, size_t member)
{
    const bool rejects = false;

    return found_means(
        ask_around(checking, member, &rejects, &checking->check->against, 1),
        CHECK_NO);
}

/* Nothing is rejected with it (and, being a vetoer, nothing adopted without).*/
static enum check_answer wins_alone(struct checking *checking, size_t member)
{
    const bool rejects = true;
    const enum position yes = POSITION_YES;

    return found_means(ask_around(checking, member, &rejects, &yes, 1),
                       CHECK_NO);
}

static void note(enum check_answer answer, size_t member,
                 struct member_set *set, enum check_answer *known)
{
    set_put(set, member, answer == CHECK_YES);
    if (answer == CHECK_UNDECIDED)
        *known = CHECK_UNDECIDED;
}

static void check_members(struct checking *checking)
{
    struct rule_check *check = checking->check;

    check->dictators_known = check->vetoers_known = CHECK_YES;
    check->dummies_known = CHECK_YES;
    for (size_t i = 0; i < checking->members; i++) {
        size_t member = checking->member[i], twin = find_twin(checking, i);

        if (twin != SIZE_MAX) {
            size_t same = checking->member[twin];

            set_put(&check->vetoers, member, set_has(&check->vetoers, same));
            set_put(&check->dummies, member, set_has(&check->dummies, same));
            set_put(&check->dictators, member,
                    set_has(&check->dictators, same));
            continue;
        }
        enum check_answer vetoer = is_vetoer(checking, member);
        note(vetoer, member, &check->vetoers, &check->vetoers_known);
        if (vetoer != CHECK_NO)
            note(vetoer == CHECK_YES ? wins_alone(checking, member)
                                     : CHECK_UNDECIDED,
                 member, &check->dictators, &check->dictators_known);
        note(is_dummy(checking, member), member, &check->dummies,
             &check->dummies_known);
    }
}

static void check_block(struct checking *checking)
{
    struct rule_check *check = checking->check;
    const struct stage_copy copy = {
        .program = checking->program,
        .rejects = true,
        .base = all_at(checking, POSITION_YES, checking->arena),
        .option = &check->against,
        .forced = STAGE_FREE};
    const struct stage stage = {&copy, 1, checking->member, checking->members,
                                1};
    size_t *choice =
        arena_new(checking->arena, checking->members + 1, sizeof *choice);
    struct search search;

    if (cells_of(&stage) >= checking->steps)
        return;
    stage_search(&stage, QUESTION_STEPS, checking->arena, &search);
    check->block_possible = search_fewest(&search, checking->arena, choice,
                                          &check->block_exact) == SEARCH_FOUND;
    for (size_t i = 0; check->block_possible && i < checking->members; i++) {
        set_put(&check->block, checking->member[i], choice[i] > 0);
        check->block_count += choice[i] > 0;
    }
}

/* --- monotone ------------------------------------------------------------ */

/* Adopts with the member at `stands`, and not with its yes? The others are at
 * `rest`, or at one of may[options]. */
static enum search_answer ask_harm(struct checking *checking, size_t member,
                                   enum position stands, enum position rest,
                                   const enum position *may, size_t options)
{
    struct rule_check *check = checking->check;
    struct arena *arena = arena_open();
    struct stage_copy copy[2];
    size_t *others = arena_new(arena, checking->members + 1, sizeof *others);
    size_t *choice = arena_new(arena, checking->members + 1, sizeof *choice);
    enum position *example = all_at(checking, rest, checking->arena);
    const struct stage stage = {copy, 2, others,
                                list_others(checking, member, others), options};

    for (size_t i = 0; i < 2; i++) {
        enum position *base = all_at(checking, rest, arena);

        base[member] = i == 0 ? stands : POSITION_YES;
        copy[i] = (struct stage_copy){.program = checking->program,
                                      .rejects = i == 1,
                                      .base = base,
                                      .option = may,
                                      .forced = STAGE_FREE};
    }
    enum search_answer answer = ask(checking, &stage, choice);
    if (answer == SEARCH_FOUND) {
        example[member] = stands;
        for (size_t c = 0; c < stage.candidates; c++)
            if (choice[c] > 0)
                example[others[c]] = may[choice[c] - 1];
        check->monotone_example = example;
        check->monotone_member = member;
    }
    arena_close(arena);
    return answer;
}

/* Whose yes, instead of `stands`, can do harm? */
static void find_harm(struct checking *checking, enum position stands,
                      enum position rest, const enum position *may,
                      size_t options)
{
    struct rule_check *check = checking->check;

    for (size_t i = 0; i < checking->members; i++) {
        enum search_answer answer = SEARCH_NONE;

        if (yes_may_harm(checking, checking->member[i], stands) &&
            find_twin(checking, i) == SIZE_MAX)
            answer = ask_harm(checking, checking->member[i], stands, rest, may,
                              options);
        if (answer == SEARCH_UNDECIDED)
            check->monotone = CHECK_UNDECIDED;
        if (answer == SEARCH_FOUND) {
            check->monotone = CHECK_NO;
            return;
        }
    }
}

/* For and against come first: their examples are the plainest. */
static void check_monotone(struct checking *checking)
{
    static const enum position yes[] = {POSITION_YES};
    const struct rule *rule = checking->program->rule;
    struct rule_check *check = checking->check;
    enum position may[POSITION_COUNT + 1];
    size_t options = list_positions(rule, may);

    check->monotone = CHECK_YES;
    find_harm(checking, check->against, check->against, yes, 1);
    may[options] = rule->silent;
    for (size_t i = 0; i <= options && check->monotone != CHECK_NO; i++)
        find_harm(checking, may[i], rule->silent, may, options);
}

/* --- leaves -------------------------------------------------------------- */

/* Everyone may take any position that the rule knows. */
static enum search_answer ask_leaf(struct checking *checking,
                                   struct stage_copy *copy, size_t copies)
{
    const struct rule *rule = checking->program->rule;
    enum position may[POSITION_COUNT];
    const enum position *base = all_at(checking, rule->silent, checking->arena);
    const struct stage stage = {copy, copies, checking->member,
                                checking->members, list_positions(rule, may)};

    for (size_t i = 0; i < copies; i++) {
        copy[i].program = checking->program;
        copy[i].base = base;
        copy[i].option = may;
    }
    return ask(checking, &stage, NULL);
}

/* Can the gate be true (or false), where the outcome hangs on it or not? */
static enum search_answer ask_gate(struct checking *checking, uint32_t gate,
                                   bool holds, bool pivotal)
{
    struct stage_copy copy[3] = {
        {.root = gate, .rejects = !holds, .forced = STAGE_FREE},
        {.rejects = false, .forced = gate, .forced_to = true},
        {.rejects = true, .forced = gate, .forced_to = false},
    };

    return ask_leaf(checking, copy, pivotal ? 3 : 1);
}

static bool counts_nobody(const struct rule_program *program,
                          const struct rule_part *part)
{
    for (size_t i = 0; i < program->members; i++)
        if (set_has(&part->in, i) && part->units[i] > 0)
            return false;
    return true;
}

static enum dead_kind find_dead(struct checking *checking, size_t clause)
{
    const struct rule_part *part = &checking->program->part[clause];
    enum search_answer can[2], turns[2];

    if (counts_nobody(checking->program, part))
        return DEAD_EMPTY_GROUP;
    for (int holds = 0; holds < 2; holds++)
        can[holds] = ask_gate(checking, part->gate, holds, false);
    if (can[0] == SEARCH_NONE)
        return part->negated ? DEAD_ALWAYS_FALSE : DEAD_ALWAYS_TRUE;
    if (can[1] == SEARCH_NONE)
        return part->negated ? DEAD_ALWAYS_TRUE : DEAD_ALWAYS_FALSE;
    for (int holds = 0; holds < 2; holds++)
        turns[holds] = ask_gate(checking, part->gate, holds, true);
    if (turns[0] == SEARCH_NONE || turns[1] == SEARCH_NONE)
        return DEAD_IDLE;
    return turns[0] == SEARCH_FOUND && turns[1] == SEARCH_FOUND
               ? DEAD_NOT
               : DEAD_UNDECIDED;
}

static void check_leaves(struct checking *checking)
{
    const struct rule *rule = checking->program->rule;
    enum dead_kind *dead =
        arena_new(checking->arena, rule->count, sizeof *dead);

    for (size_t i = 0; i < rule->count; i++)
        if (rule->clause[i]->kind == CLAUSE_LEAF)
            dead[i] = find_dead(checking, i);
    checking->check->dead = dead;
}

static bool names_a_group(const struct rule_group *group)
{
    if (group->kind == GROUP_NAMED)
        return true;
    for (size_t i = 0; i < group->count; i++)
        if (names_a_group(group->item[i]))
            return true;
    return false;
}

/* Would the finding be another if other members, weights or groups came? */
static bool hangs_on_data(const struct rule_leaf *leaf)
{
    return strcmp(leaf->weight, "1") != 0 || leaf->min_members ||
           names_a_group(leaf->in) || names_a_group(leaf->base);
}

/* A clause that is dead by its words spoils the rule; one that merely has no
 * occasion among these members is only reported. */
static bool is_spoilt(const struct rule *rule, const struct rule_check *check,
                      size_t clause)
{
    switch (check->dead[clause]) {
    case DEAD_ALWAYS_TRUE:
    case DEAD_ALWAYS_FALSE:
        return !names_a_group(rule->clause[clause]->leaf->in);
    case DEAD_IDLE:
        for (size_t i = 0; i < rule->count; i++)
            if (rule->clause[i]->leaf != NULL &&
                hangs_on_data(rule->clause[i]->leaf))
                return false;
        return true;
    default:
        return false;
    }
}

static const char *find_unfit(const struct rule *rule,
                              const struct rule_check *check)
{
    if (check->wins == CHECK_NO)
        return "nothing can ever be adopted";
    if (check->nobody_wins)
        return "it adopts though nobody is for it";
    if (check->monotone == CHECK_NO)
        return "one more yes can turn adoption into rejection";
    for (size_t i = 0; i < rule->count; i++)
        if (is_spoilt(rule, check, i))
            return "a clause never makes a difference";
    return "";
}

static struct checking start(const struct rule_program *program,
                             struct arena *arena, uint64_t steps,
                             struct rule_check *check)
{
    struct checking checking = {
        .program = program, .arena = arena, .check = check, .steps = steps};

    memset(check, 0, sizeof *check);
    checking.member = arena_new(arena, program->members, sizeof(size_t));
    for (size_t i = 0; i < program->members; i++)
        if (set_has(&program->participating, i))
            checking.member[checking.members++] = i;
    check->against = program_against(program);
    check->has_law = program->rule->law[0] != '\0';
    return checking;
}

static void conclude(const struct rule_program *program,
                     struct rule_check *check)
{
    check->unfit = find_unfit(program->rule, check);
    check->fit = check->unfit[0] == '\0';
}

void rule_check(const struct rule_program *program, struct arena *arena,
                struct rule_check *check)
{
    struct checking checking = start(program, arena, ALL_STEPS, check);

    check_wins(&checking);
    check_monotone(&checking);
    check_proper(&checking);
    check_block(&checking);
    check_members(&checking);
    check_leaves(&checking);
    conclude(program, check);
}

void rule_check_fit(const struct rule_program *program, struct arena *arena,
                    uint64_t *steps, struct rule_check *check)
{
    struct checking checking = start(program, arena, *steps, check);

    check_wins(&checking);
    check_monotone(&checking);
    check_leaves(&checking);
    conclude(program, check);
    *steps = checking.steps;
}
