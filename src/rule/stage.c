#include "rule/stage.h"

#include <assert.h>

/* The part of a program below a gate: gates and forms are numbered in reading
 * order, so both are ranges. */
struct range {
    uint32_t gate, gates;
    uint32_t form, forms;
};

/* Where a copy's gates and forms go. Forms 0 and 1 are the constants. */
enum { FORM_TRUE, FORM_FALSE, FORM_FIRST };

static struct range range_below(const struct rule_program *program,
                                uint32_t root)
{
    struct range range = {.gate = root, .form = UINT32_MAX};
    uint32_t last = root;

    while (program->gate[last].count > 0)
        last = program->gate[last].input[program->gate[last].count - 1];
    range.gates = last + 1 - root;
    for (uint32_t g = root; g <= last; g++)
        if (program->gate[g].count == 0) {
            if (range.form == UINT32_MAX)
                range.form = program->gate[g].form;
            range.forms = program->gate[g].form + 1 - range.form;
        }
    return range;
}

static void copy_gates(const struct stage_copy *copy, struct range range,
                       uint32_t to_gate, uint32_t to_form,
                       struct rule_gate *gate, struct arena *arena)
{
    for (uint32_t g = 0; g < range.gates; g++) {
        const struct rule_gate *from = &copy->program->gate[range.gate + g];
        struct rule_gate *to = &gate[to_gate + g];
        uint32_t *input;

        if (range.gate + g == copy->forced) {
            to->form =
                copy->forced_to != copy->rejects ? FORM_TRUE : FORM_FALSE;
            continue;
        }
        to->form = to_form + from->form - range.form;
        to->count = from->count;
        if (from->count == 0)
            continue;
        /* That at least `need` hold is false when so many others fail. */
        to->need = copy->rejects ? from->count - from->need + 1 : from->need;
        input = arena_new(arena, from->count, sizeof *input);
        for (uint32_t i = 0; i < from->count; i++)
            input[i] = to_gate + from->input[i] - range.gate;
        to->input = input;
    }
}

/* What a member's position adds to a form; turned when it is to fail:
 * v >= 0 fails when -v - 1 >= 0. */
static __int128 cell_of(const struct stage_copy *copy, size_t form,
                        size_t member, enum position position)
{
    __int128 at =
        copy->program->form[form].at[member * POSITION_COUNT + position];

    return copy->rejects ? -at : at;
}

static void copy_forms(const struct stage *stage, const struct stage_copy *copy,
                       struct range range, uint32_t to_form, size_t forms,
                       __int128 *base, __int128 *move)
{
    for (uint32_t f = 0; f < range.forms; f++) {
        size_t form = range.form + f;
        __int128 value = program_form(copy->program, form, copy->base);

        base[to_form + f] = copy->rejects ? -value - 1 : value;
        for (size_t c = 0; c < stage->candidates; c++) {
            size_t member = stage->member[c];
            __int128 from = cell_of(copy, form, member, copy->base[member]);

            for (size_t o = 0; o < stage->options; o++)
                move[(c * stage->options + o) * forms + to_form + f] =
                    cell_of(copy, form, member, copy->option[o]) - from;
        }
    }
}

void stage_search(const struct stage *stage, uint64_t steps,
                  struct arena *arena, struct search *search)
{
    struct range range[STAGE_COPIES_MAX];
    size_t forms = FORM_FIRST, gates = 1;

    assert(stage->copies >= 1 && stage->copies <= STAGE_COPIES_MAX);
    for (size_t i = 0; i < stage->copies; i++) {
        range[i] = range_below(stage->copy[i].program, stage->copy[i].root);
        forms += range[i].forms;
        gates += range[i].gates;
    }
    struct rule_gate *gate = arena_new(arena, gates, sizeof *gate);
    __int128 *base = arena_new(arena, forms, sizeof *base);
    __int128 *move = arena_new(
        arena, stage->candidates * stage->options * forms + 1, sizeof *move);
    struct search_candidate *candidate =
        arena_new(arena, stage->candidates + 1, sizeof *candidate);
    uint32_t *input = arena_new(arena, stage->copies, sizeof *input);
    uint32_t to_gate = 1, to_form = FORM_FIRST;

    base[FORM_FALSE] = -1;
    gate[0] = (struct rule_gate){.need = (uint32_t)stage->copies,
                                 .count = (uint32_t)stage->copies,
                                 .input = input};
    for (size_t i = 0; i < stage->copies; i++) {
        input[i] = to_gate;
        copy_gates(&stage->copy[i], range[i], to_gate, to_form, gate, arena);
        copy_forms(stage, &stage->copy[i], range[i], to_form, forms, base,
                   move);
        to_gate += range[i].gates;
        to_form += range[i].forms;
    }
    for (size_t c = 0; c < stage->candidates; c++)
        candidate[c] = (struct search_candidate){
            stage->options, move + c * stage->options * forms};
    *search = (struct search){.forms = forms,
                              .base = base,
                              .gates = gates,
                              .gate = gate,
                              .candidates = stage->candidates,
                              .candidate = candidate,
                              .steps = steps};
}
