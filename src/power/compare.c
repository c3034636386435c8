#include "power/compare.h"

static const char *code_of(const struct power_side *side, size_t index)
{
    return roster_code(side->program->roster, side->power->index[index].member);
}

/* A member's index by its code, or NULL. */
static const struct power_index *find(const struct power_side *side,
                                      const char *code)
{
    size_t member = roster_find(side->program->roster, slice_of(code));

    for (size_t i = 0; i < side->power->members; i++)
        if (side->power->index[i].member == member)
            return &side->power->index[i];
    return NULL;
}

static enum power_trait trait(bool before, bool after)
{
    return before == after ? TRAIT_KEPT : after ? TRAIT_GAINED : TRAIT_LOST;
}

static void add_row(struct power_change *change, const char *code,
                    const struct power_index *before,
                    const struct power_index *after)
{
    struct power_change_row *row = &change->row[change->rows++];

    row->code = code;
    row->before = before;
    row->after = after;
    mpq_inits(row->banzhaf, row->shapley, NULL);
    if (after == NULL)
        return;
    row->veto = trait(before && before->veto, after->veto);
    row->dummy = trait(before && before->dummy, after->dummy);
    if (before == NULL)
        return;
    mpq_sub(row->banzhaf, after->banzhaf, before->banzhaf);
    if (change->shapley_exact)
        mpq_sub(row->shapley, after->shapley, before->shapley);
}

void power_change_make(const struct power_side *before,
                       const struct power_side *after,
                       struct power_change *change)
{
    *change = (struct power_change){
        .shapley_exact =
            before->power->shapley_exact && after->power->shapley_exact,
        .arena = arena_open(),
    };
    change->row =
        arena_new(change->arena, before->power->members + after->power->members,
                  sizeof *change->row);
    mpq_init(change->act);
    mpq_sub(change->act, after->power->act, before->power->act);
    for (size_t i = 0; i < before->power->members; i++) {
        const char *code = code_of(before, i);

        add_row(change, code, &before->power->index[i], find(after, code));
    }
    for (size_t i = 0; i < after->power->members; i++) {
        const char *code = code_of(after, i);

        if (find(before, code) == NULL)
            add_row(change, code, NULL, &after->power->index[i]);
    }
}

void power_change_clear(struct power_change *change)
{
    if (change->arena == NULL)
        return;
    for (size_t i = 0; i < change->rows; i++)
        mpq_clears(change->row[i].banzhaf, change->row[i].shapley, NULL);
    mpq_clear(change->act);
    arena_close(change->arena);
    change->arena = NULL;
}
