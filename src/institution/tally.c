/*
 * tally.c - from a proposal's documents to the rule's answer.
 *
 * Follows docs/council.md, procedure 8. Members stand in the order of their
 * codes. A member that ceased to be a party since the opening is out, one that
 * is suspended is suspended; in a silence procedure with receipt, silence
 * counts only of those who acknowledged the text.
 */
#include "institution/scene.h"

#include "base/mem.h"

#include <string.h>

static enum err add_members(struct state *state, const struct charter *charter,
                            const json_t *codes, struct roster *roster,
                            struct why *why)
{
    for (size_t i = 0; i < json_array_size(codes); i++) {
        const char *code = json_string_value(json_array_get(codes, i));
        const json_t *weights = json_map(member_get(state, code), "weights");

        TRY(roster_add(roster, code, why));
        for (size_t w = 0; w < charter->weights; w++) {
            const char *text = json_text(weights, charter->weight[w].column);

            if (text != NULL)
                TRY(roster_set_weight(roster, charter->weight[w].name, i, text,
                                      why));
        }
    }
    return ERR_NONE;
}

/* Add the members named in a list to a group, making it when it is new. */
static enum err add_to_group(struct roster *roster, const char *name,
                             const json_t *codes, struct why *why)
{
    struct member_set set = {{0}};

    if (roster_has_column(roster, name))
        TRY(roster_group(roster, name, &set, why));
    for (size_t i = 0; i < json_array_size(codes); i++) {
        size_t member = roster_find(
            roster, slice_of(json_string_value(json_array_get(codes, i))));

        if (member != SIZE_MAX)
            set_put(&set, member, true);
    }
    return roster_set_group(roster, name, &set, why);
}

/* Groups that members belong to by the founding list. */
static enum err add_standing_groups(struct state *state, struct roster *roster,
                                    struct why *why)
{
    for (size_t i = 0; i < roster_count(roster); i++) {
        const char *code = roster_code(roster, i);
        const json_t *groups = json_list(member_get(state, code), "groups");
        json_t *one = json_pack("[s]", code);
        enum err err = ERR_NONE;

        for (size_t g = 0; g < json_array_size(groups) && err == ERR_NONE; g++)
            err = add_to_group(
                roster, json_string_value(json_array_get(groups, g)), one, why);
        json_decref(one);
        TRY(err);
    }
    return ERR_NONE;
}

/* A group that a rule names and no member is in is an empty group: that it
 * may be named was checked when the charter entered. */
static enum err add_named_group(struct roster *roster,
                                const struct rule_group *group, struct why *why)
{
    struct member_set none = {{0}};

    if (group == NULL)
        return ERR_NONE;
    for (size_t i = 0; i < group->count; i++)
        TRY(add_named_group(roster, group->item[i], why));
    if (group->kind == GROUP_NAMED && !roster_has_column(roster, group->name) &&
        roster_find(roster, slice_of(group->name)) == SIZE_MAX)
        return roster_set_group(roster, group->name, &none, why);
    return ERR_NONE;
}

static enum err add_rule_groups(struct roster *roster, const struct rule *rule,
                                struct why *why)
{
    for (size_t i = 0; i < rule->count; i++) {
        const struct rule_leaf *leaf = rule->clause[i]->leaf;

        if (leaf == NULL)
            continue;
        TRY(add_named_group(roster, leaf->in, why));
        TRY(add_named_group(roster, leaf->base, why));
        TRY(add_named_group(roster, leaf->min_in, why));
    }
    return ERR_NONE;
}

enum err tally_roster(struct state *state, const struct charter *charter,
                      const struct rule *rule, const json_t *codes,
                      const json_t *proposal, struct roster *roster,
                      struct why *why)
{
    const json_t *groups = json_map(proposal, "groups");

    TRY(add_members(state, charter, codes, roster, why));
    TRY(add_standing_groups(state, roster, why));
    TRY(add_to_group(roster, "subject", json_list(proposal, "subject"), why));
    for (size_t i = 0; i < charter->groups; i++)
        TRY(add_to_group(roster, charter->group[i],
                         json_list(groups, charter->group[i]), why));
    return add_rule_groups(roster, rule, why);
}

enum err tally_assembly(struct state *state, const struct charter *charter,
                        const struct rule *rule, struct roster *roster,
                        struct member_set *participating, struct why *why)
{
    json_t *codes = json_array();
    size_t count;
    const char **id = state_ids(state, "member", &count);
    enum err err;

    memset(participating, 0, sizeof *participating);
    for (size_t i = 0; i < count; i++) {
        bool party = member_is(state, id[i], STATUS_PARTY);

        if (!party && !member_is(state, id[i], STATUS_SUSPENDED))
            continue;
        set_put(participating, json_array_size(codes), party);
        json_array_append_new(codes, json_string(id[i]));
    }
    if (set_count(participating) == 0)
        err = fail(why, ERR_STATE, "no state is a party to the charter yet");
    else
        err = tally_roster(state, charter, rule, codes, NULL, roster, why);
    mem_free(id);
    json_decref(codes);
    return err;
}

/* Where a member stands: its standing first, then its ballot, then whether
 * its silence counts. */
static enum position stand(struct state *state, const struct rule *rule,
                           const json_t *proposal, const char *code,
                           bool closed)
{
    const json_t *ballot = json_object_get(json_map(proposal, "ballots"), code);
    const char *word = json_text(ballot, "position");
    enum position position;

    if (member_is(state, code, STATUS_SUSPENDED))
        return POSITION_SUSPENDED;
    if (!member_is(state, code, STATUS_PARTY))
        return POSITION_OUT;
    if (word != NULL && position_parse(slice_of(word), &position))
        return position;
    if (closed && rule->procedure.receipt_required &&
        strcmp(json_text(proposal, "by"), code) != 0 &&
        json_object_get(json_map(proposal, "receipts"), code) == NULL)
        return POSITION_ABSENT;
    return POSITION_SILENT;
}

/* Take positions from the ballots or, when they are given, from a record. */
static enum err take_positions(struct state *state, const struct rule *rule,
                               const json_t *proposal, const json_t *recorded,
                               bool closed, struct tally *tally,
                               struct why *why)
{
    const json_t *codes = json_list(proposal, "roster");

    tally->position = arena_new(tally->arena, json_array_size(codes) + 1,
                                sizeof *tally->position);
    for (size_t i = 0; i < json_array_size(codes); i++) {
        const char *code = json_string_value(json_array_get(codes, i));
        const char *word = json_text(recorded, code);

        if (recorded == NULL)
            tally->position[i] = stand(state, rule, proposal, code, closed);
        else if (word == NULL ||
                 !position_parse(slice_of(word), &tally->position[i]))
            return fail(why, ERR_INPUT, "no position of %s is on record", code);
    }
    return ERR_NONE;
}

static enum err compile(const struct rule *rule, struct tally *tally,
                        struct why *why)
{
    struct member_set participating = {{0}};

    for (size_t i = 0; i < roster_count(tally->roster); i++)
        set_put(&participating, i,
                tally->position[i] != POSITION_OUT &&
                    tally->position[i] != POSITION_SUSPENDED);
    return program_compile(rule, tally->roster, &participating, &tally->program,
                           why);
}

/* Silence binds only a member with proven receipt (design 6). */
static void free_the_unreceipted(const struct rule *rule, struct tally *tally)
{
    if (!rule->procedure.receipt_required ||
        tally->result.outcome != OUTCOME_ADOPTED)
        return;
    for (size_t i = 0; i < roster_count(tally->roster); i++)
        if (tally->position[i] == POSITION_ABSENT) {
            set_put(&tally->result.bound, i, false);
            set_put(&tally->result.exempt, i, true);
        }
}

static enum err count(struct state *state, const struct charter *charter,
                      const json_t *proposal, const json_t *recorded,
                      bool closed, bool full, struct tally *tally,
                      struct why *why)
{
    const struct charter_matter *matter =
        charter_matter(charter, json_text(proposal, "matter"));
    const struct rule *rule = matter->rule->rule;

    TRY(tally_roster(state, charter, rule, json_list(proposal, "roster"),
                     proposal, tally->roster, why));
    TRY(take_positions(state, rule, proposal, recorded, closed, tally, why));
    TRY(compile(rule, tally, why));
    TRY((full ? rule_judge : rule_decide)(tally->program, tally->position,
                                          closed, tally->arena, &tally->result,
                                          why));
    free_the_unreceipted(rule, tally);
    return ERR_NONE;
}

static enum err count_or_clear(struct state *state,
                               const struct charter *charter,
                               const json_t *proposal, const json_t *recorded,
                               bool closed, bool full, struct tally *tally,
                               struct why *why)
{
    const struct charter_matter *matter =
        charter_matter(charter, json_text(proposal, "matter"));
    enum err err;

    memset(tally, 0, sizeof *tally);
    if (matter == NULL || matter->rule == NULL)
        return fail(why, ERR_STATE, "the charter has no rule for matter '%s'",
                    json_text(proposal, "matter"));
    tally->arena = arena_open();
    tally->roster = roster_open();
    err = count(state, charter, proposal, recorded, closed, full, tally, why);
    if (err != ERR_NONE)
        tally_clear(tally);
    return err;
}

enum err tally_count(struct state *state, const struct charter *charter,
                     const json_t *proposal, bool closed, bool full,
                     struct tally *tally, struct why *why)
{
    return count_or_clear(state, charter, proposal, NULL, closed, full, tally,
                          why);
}

enum err tally_recount(struct state *state, const struct charter *charter,
                       const json_t *proposal, const json_t *positions,
                       struct tally *tally, struct why *why)
{
    return count_or_clear(state, charter, proposal, positions, true, true,
                          tally, why);
}

void tally_clear(struct tally *tally)
{
    program_close(tally->program);
    roster_close(tally->roster);
    arena_close(tally->arena);
    memset(tally, 0, sizeof *tally);
}

json_t *tally_codes(const struct tally *tally, const struct member_set *set)
{
    json_t *codes = json_array();

    for (size_t i = 0; i < roster_count(tally->roster); i++)
        if (set_has(set, i))
            json_array_append_new(codes,
                                  json_string(roster_code(tally->roster, i)));
    return codes;
}
