#include "rule/search_terms.h"

struct terms {
    size_t count;
    uint64_t *term;
};

struct writing {
    const struct rule_gate *gate;
    const enum form_state *state;
    struct term_list *list;
    struct arena *arena;
    struct terms *done; /* [gates] */
};

/* Keep the smallest terms only, in their order. */
static void drop_larger(struct terms *terms)
{
    size_t kept = 0;

    for (size_t i = 0; i < terms->count; i++) {
        bool larger = false;

        for (size_t j = 0; j < terms->count && !larger; j++) {
            bool within = (terms->term[j] & ~terms->term[i]) == 0;
            bool same = terms->term[j] == terms->term[i];

            larger = within && (!same || j < i) && j != i;
        }
        if (!larger)
            terms->term[kept++] = terms->term[i];
        else
            terms->term[i] = UINT64_MAX; /* within nothing but itself */
    }
    terms->count = kept;
}

/* a or (b and c) */
static bool add_product(struct arena *arena, struct terms *a,
                        const struct terms *b, const struct terms *c)
{
    size_t count = a->count + b->count * c->count;
    struct terms sum = {0};

    if (count > TERMS_MAX)
        return false;
    sum.term = arena_new(arena, count + 1, sizeof *sum.term);
    for (size_t i = 0; i < a->count; i++)
        sum.term[sum.count++] = a->term[i];
    for (size_t i = 0; i < b->count; i++)
        for (size_t j = 0; j < c->count; j++)
            sum.term[sum.count++] = b->term[i] | c->term[j];
    drop_larger(&sum);
    *a = sum;
    return true;
}

static bool write_form(struct writing *writing, size_t form,
                       struct terms *terms)
{
    struct term_list *list = writing->list;
    size_t bit = 0;

    terms->term = arena_new(writing->arena, 1, sizeof *terms->term);
    terms->count = writing->state[form] != FORM_FAILS;
    if (writing->state[form] != FORM_MOVES)
        return true;
    while (bit < list->forms && list->form[bit] != form)
        bit++;
    if (bit == TERM_FORMS_MAX)
        return false;
    if (bit == list->forms)
        list->form[list->forms++] = form;
    terms->term[0] = (uint64_t)1 << bit;
    return true;
}

/* at[j]: the alternatives by which at least j of the inputs so far hold. */
static bool write_gate(struct writing *writing, const struct rule_gate *gate,
                       struct terms *terms)
{
    struct terms *at =
        arena_new(writing->arena, gate->need + 1, sizeof(struct terms));
    uint64_t nothing = 0;

    at[0] = (struct terms){1, &nothing};
    for (uint32_t i = 0; i < gate->count; i++)
        for (uint32_t j = gate->need < i + 1 ? gate->need : i + 1; j > 0; j--)
            if (!add_product(writing->arena, &at[j], &at[j - 1],
                             &writing->done[gate->input[i]]))
                return false;
    *terms = at[gate->need];
    return true;
}

bool terms_write(const struct rule_gate *gate, size_t gates,
                 const enum form_state *state, struct arena *arena,
                 struct term_list *list)
{
    struct writing writing = {gate, state, list, arena, NULL};

    writing.done = arena_new(arena, gates, sizeof(struct terms));
    for (size_t g = gates; g-- > 0;) {
        struct terms *terms = &writing.done[g];

        if (gate[g].count == 0 ? !write_form(&writing, gate[g].form, terms)
                               : !write_gate(&writing, &gate[g], terms))
            return false;
    }
    list->count = writing.done[0].count;
    list->term = writing.done[0].term;
    return true;
}
