/*
 * converge_tell.c - what was found, for people.
 */
#include "base/ratio.h"
#include "base/table.h"
#include "cli/converge.h"
#include "cli/tell.h"

#include <string.h>

static const char *code(const struct converge_view *view, size_t member)
{
    return rolls_code(view->rolls, member);
}

/* "61.5%", or "" when there is nothing to tell. */
static const char *percent(struct converge_share share, char text[16])
{
    struct buf out = {0};

    text[0] = '\0';
    if (share.den == 0)
        return text;
    uint64_t tenths =
        (uint64_t)((unsigned __int128)share.num * 1000 / share.den);
    buf_addf(&out, "%u.%u%%", (unsigned)(tenths / 10), (unsigned)(tenths % 10));
    memcpy(text, out.data, out.len + 1);
    buf_clear(&out);
    return text;
}

static void cell_percent(struct table *table, struct converge_share share)
{
    char text[16];

    table_cell(table, percent(share, text));
}

/* "1,234,567" */
static void add_number(uint64_t number, struct buf *out)
{
    if (number >= 1000) {
        add_number(number / 1000, out);
        buf_addf(out, ",%03u", (unsigned)(number % 1000));
    } else {
        buf_addf(out, "%u", (unsigned)number);
    }
}

static void tell_head(const struct converge_view *view, FILE *out)
{
    struct buf text = {0};
    char share[16];

    if (view->exercise)
        term_print(out, INK_YELLOW,
                   "EXERCISE: acts, votes and words are invented\n");
    buf_addf(&text, "Convergence: %s", view->source);
    text_tame(text.data, false);
    term_print(out, INK_BOLD, "%s\n", buf_text(&text));
    buf_reset(&text);
    add_number(view->members, &text);
    buf_add_text(&text, view->members == 1 ? " member, " : " members, ");
    add_number(view->set.count, &text);
    buf_add_text(&text, view->set.count == 1 ? " roll, " : " rolls, ");
    add_number(view->positions, &text);
    buf_add_text(&text, " positions taken");
    fprintf(out, "%s\n", buf_text(&text));
    if (view->whole.den > 0)
        fprintf(out, "Coincidence of all pairs: %s\n",
                percent(view->whole, share));
    buf_clear(&text);
}

/*
 * The matrix, in the order of the clusters. As wide as the terminal allows:
 * percents, tenths with a space between, or tenths.
 */

enum { TENTHS = 1, SPACED = 2, PERCENTS = 4 };

static void print_cell(const struct converge_view *view, size_t a, size_t b,
                       int wide, FILE *out)
{
    struct converge_share share = {0, 0};
    enum ink ink;

    if (a != b)
        share = agreement_coincidence(agreement_of(&view->agreement, a, b));
    ink = converge_share_compare(share, view->whole) < 0 ? INK_DIM : INK_BOLD;
    if (share.den == 0)
        term_print(out, INK_DIM, "%*s", wide, a == b ? "-" : ".");
    else if (wide == PERCENTS)
        term_print(out, ink, "%*u", wide, converge_share_percent(share));
    else if (share.num == share.den)
        term_print(out, ink, "%*s", wide, "#");
    else
        term_print(out, ink, "%*u", wide, converge_share_percent(share) / 10);
}

/* Codes over the columns: along, or letter by letter downward. */
static void print_columns(const struct converge_view *view, int wide,
                          size_t deepest, int indent, FILE *out)
{
    size_t lines = wide == PERCENTS && deepest <= 3 ? 1 : deepest;

    for (size_t line = 0; line < lines; line++) {
        fprintf(out, "%*s", indent, "");
        for (size_t i = 0; i < view->members; i++) {
            const char *name = code(view, view->clusters.order[i]);
            size_t len = strlen(name), skip = deepest - len;

            if (lines == 1)
                fprintf(out, "%*s", wide, name);
            else
                fprintf(out, "%*c", wide,
                        line < skip ? ' ' : name[line - skip]);
        }
        fputc('\n', out);
    }
}

static void tell_matrix(const struct converge_view *view, FILE *out)
{
    const size_t *order = view->clusters.order;
    size_t columns = term_columns(out), deepest = 0, count = view->members;
    int wide = 0;

    for (size_t i = 0; i < count; i++)
        if (strlen(code(view, i)) > deepest)
            deepest = strlen(code(view, i));
    for (int try = PERCENTS; try >= TENTHS && wide == 0; try /= 2)
        if (deepest + 4 + count * (size_t)try <= columns)
            wide = try;
    if (wide == 0) {
        fprintf(out,
                "\nThe matrix of %zu members is wider than the terminal; --svg "
                "FILE draws it.\n",
                count);
        return;
    }
    tell_heading(out, "Agreement, like beside like");
    print_columns(view, wide, deepest, (int)deepest + 2, out);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, "  %-*s", (int)deepest, code(view, order[i]));
        for (size_t j = 0; j < count; j++)
            print_cell(view, order[i], order[j], wide, out);
        fputc('\n', out);
    }
    fputs(wide == PERCENTS
              ? "  in percent; . never voted together\n"
              : "  in tenths: 9 is 90% and more, # is 100%; . never voted "
                "together\n",
          out);
}

/*
 * Lists.
 */

static void tell_groups(const struct converge_view *view, FILE *out)
{
    const struct clusters *clusters = &view->clusters;
    struct buf text = {0};

    tell_heading(out, "Groups that agree more than the whole");
    for (size_t i = 0; i < clusters->members; i++) {
        size_t member = clusters->order[i];
        bool first = i == 0 || clusters->group[member] !=
                                   clusters->group[clusters->order[i - 1]];

        if (first && text.len > 0) {
            term_wrap(out, 2, buf_text(&text));
            buf_reset(&text);
        }
        buf_addf(&text, "%s%s", first ? "" : ", ", code(view, member));
    }
    if (text.len > 0)
        term_wrap(out, 2, buf_text(&text));
    buf_clear(&text);
}

static void add_pair(const struct converge_view *view,
                     const struct converge_pair *pair, struct table *table)
{
    table_cellf(table, "%s, %s", code(view, pair->a), code(view, pair->b));
    cell_percent(table, agreement_coincidence(pair->count));
    table_cellf(table, "%u", pair->count.same);
    table_cellf(table, "%u", pair->count.adjacent);
    table_cellf(table, "%u", pair->count.joint);
}

static void print_table(struct table *table, FILE *out)
{
    fputc('\n', out);
    table_print(table, out);
    table_close(table);
}

static void tell_pairs(const struct converge_view *view, const char *columns,
                       bool farthest, FILE *out)
{
    size_t count;
    struct converge_pair *list = converge_pairs(view, farthest, &count);
    struct table *table = table_open(columns);

    for (size_t i = 0; i < view->list && i < count; i++)
        add_pair(view, &list[i], table);
    print_table(table, out);
    mem_free(list);
}

static void tell_centre(const struct converge_view *view, FILE *out)
{
    size_t count;
    size_t *list = converge_nearest(view, &count);
    size_t ends = count <= 2 * view->list ? count : view->list;
    struct table *table = table_open("from the centre|>distance|>rolls");

    for (size_t i = 0; i < count; i++) {
        if (i == ends && ends < count) {
            table_cell(table, "...");
            table_cell(table, "");
            table_cell(table, "");
            i = count - ends;
        }
        table_cell(table, code(view, list[i]));
        cell_percent(table, view->distance[list[i]]);
        table_cellf(table, "%llu",
                    (unsigned long long)(view->distance[list[i]].den / 4));
    }
    print_table(table, out);
    mem_free(list);
}

static void tell_rolls(const struct converge_view *view, const char *columns,
                       const size_t *roll, FILE *out)
{
    struct table *table = table_open(columns);

    for (size_t i = 0; i < view->list && i < view->divisible; i++) {
        struct roll_tally tally = roll_tally(view->rolls, roll[i]);

        table_cell(table, roll_name(view->rolls, roll[i]));
        cell_percent(table, roll_unity(tally));
        table_cellf(table, "%u", tally.yes);
        table_cellf(table, "%u", tally.between);
        table_cellf(table, "%u", tally.no);
    }
    print_table(table, out);
}

/*
 * Movement.
 */

static void tell_sides(const struct converge_view *view, struct table *table)
{
    const struct converge_side *side[] = {&view->before, &view->after};

    for (int i = 0; i < 2; i++) {
        table_cell(table, side[i]->name);
        table_cellf(table, "%zu", side[i]->set.count);
        cell_percent(table, agreement_whole(&side[i]->agreement));
    }
}

/* "+3.2" percentage points, or "". */
static void cell_change(struct table *table, struct converge_share a,
                        struct converge_share b)
{
    if (a.den == 0 || b.den == 0) {
        table_cell(table, "");
        return;
    }
    __int128 tenths = ((__int128)b.num * a.den - (__int128)a.num * b.den) *
                      1000 / ((__int128)a.den * b.den);
    int change = (int)tenths;
    table_cellf(table, "%s%d.%d",
                change < 0   ? "-"
                : change > 0 ? "+"
                             : "",
                (change < 0 ? -change : change) / 10,
                (change < 0 ? -change : change) % 10);
}

static void tell_movement(const struct converge_view *view, FILE *out)
{
    const struct converge_side *before = &view->before, *after = &view->after;
    struct table *table = table_open("movement|>rolls|>coincidence");

    tell_sides(view, table);
    print_table(table, out);
    table = table_open("from the centre|>before|>after|>change");
    for (size_t i = 0; i < view->members; i++) {
        size_t member = view->clusters.order[i];
        struct converge_share a = before->distance[member],
                              b = after->distance[member];

        if (a.den == 0 && b.den == 0)
            continue;
        table_cell(table, code(view, member));
        cell_percent(table, a);
        cell_percent(table, b);
        cell_change(table, a, b);
    }
    print_table(table, out);
}

void converge_tell(const struct converge_view *view, FILE *out)
{
    tell_head(view, out);
    if (view->members > 0) {
        tell_matrix(view, out);
        tell_groups(view, out);
        tell_pairs(view, "closest pairs|>coincide|>same|>adjacent|>joint",
                   false, out);
        tell_pairs(view, "farthest pairs|>coincide|>same|>adjacent|>joint",
                   true, out);
        tell_centre(view, out);
    }
    tell_rolls(view, "most divisive|>unity|>yes|>between|>no", view->divided,
               out);
    tell_rolls(view, "least divisive|>unity|>yes|>between|>no", view->united,
               out);
    if (view->moved)
        tell_movement(view, out);
}
