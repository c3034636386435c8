/*
 * converge_draw.c - the matrix of agreement and the map of members, drawn.
 */
#include "base/svg.h"
#include "cli/converge.h"

#include <stdio.h>
#include <string.h>

enum {
    MARGIN = 20 * SVG_PX,
    TITLE = 16 * SVG_PX,
    NOTE = 11 * SVG_PX,
    HEAD = 56 * SVG_PX, /* room for title and note */
    SCALE_ROOM = 60 * SVG_PX,
    MAP_SIDE = 640 * SVG_PX,
    MAP_SIDE_CROWDED = 960 * SVG_PX,
};

static const struct svg_face title_face = {
    .size = TITLE, .colour = SVG_INK, .bold = true};
static const struct svg_face note_face = {.size = NOTE, .colour = SVG_INK};

static void draw_head(struct svg *svg, const struct converge_view *view,
                      const char *title, const char *note)
{
    struct buf text = {0};

    buf_addf(&text, "%s%s", view->exercise ? "EXERCISE: " : "", title);
    svg_text(svg, MARGIN, MARGIN + TITLE, title_face, buf_text(&text));
    svg_text(svg, MARGIN, MARGIN + TITLE + 2 * NOTE, note_face, note);
    buf_clear(&text);
}

static enum err finish(struct svg *svg, const char *path, struct why *why)
{
    enum err err = svg_write(svg, path, why);

    svg_close(svg);
    return err;
}

/*
 * The matrix.
 */

struct matrix {
    const struct converge_view *view;
    bool figures; /* cells are large enough for them */
};

static void amount(void *ctx, size_t row, size_t column, int64_t *num,
                   int64_t *den, char text[8])
{
    const struct matrix *matrix = ctx;
    const struct converge_view *view = matrix->view;
    struct converge_share share;

    if (row == column)
        return;
    share = agreement_coincidence(agreement_of(&view->agreement,
                                               view->clusters.order[row],
                                               view->clusters.order[column]));
    *num = (int64_t)share.num;
    *den = (int64_t)share.den;
    if (matrix->figures && share.den > 0)
        snprintf(text, 8, "%u", converge_share_percent(share) % 1000);
}

/* The least coincidence, down to a whole ten below 100. */
static int64_t lowest(const struct converge_view *view)
{
    unsigned least = 90;

    for (size_t i = 0; i < view->members * (view->members - 1) / 2; i++) {
        struct converge_share share =
            agreement_coincidence(view->agreement.pair[i]);

        if (share.den > 0 && converge_share_percent(share) < least)
            least = converge_share_percent(share);
    }
    return least / 10 * 10;
}

/* A frame around each group of two or more. */
static void draw_groups(struct svg *svg, const struct clusters *clusters,
                        const struct svg_heat *heat)
{
    const struct svg_pen pen = {SVG_NONE, SVG_BLACK, 3 * SVG_PX / 2, false,
                                NULL};
    size_t from = 0;

    for (size_t i = 1; i <= clusters->members; i++) {
        if (i < clusters->members && clusters->group[clusters->order[i]] ==
                                         clusters->group[clusters->order[from]])
            continue;
        int64_t at = (int64_t)from * heat->cell;
        int64_t side = (int64_t)(i - from) * heat->cell;
        if (i - from > 1)
            svg_rect(svg, heat->x + at, heat->y + at, side, side, pen);
        from = i;
    }
}

static int64_t cell_side(size_t members)
{
    return members <= 24    ? 28 * SVG_PX
           : members <= 48  ? 18 * SVG_PX
           : members <= 100 ? 11 * SVG_PX
                            : 7 * SVG_PX;
}

enum err converge_draw_matrix(const struct converge_view *view,
                              const char *path, struct why *why)
{
    size_t count = view->members;
    const char **label = mem_new(count + 1, sizeof *label);
    struct matrix matrix = {view, count <= 24};
    struct svg_heat heat = {.cell = cell_side(count),
                            .count = count,
                            .label = label,
                            .amount = amount,
                            .ctx = &matrix,
                            .low = count < 2 ? 0 : lowest(view),
                            .high = 100};
    int64_t widest = 0, least = 400 * SVG_PX;
    int64_t side = heat.cell * (int64_t)count;

    for (size_t i = 0; i < count; i++) {
        label[i] = rolls_code(view->rolls, view->clusters.order[i]);
        int64_t width = svg_text_width(NOTE, label[i]);
        widest = width > widest ? width : widest;
    }
    widest = (widest / SVG_PX + 1) * SVG_PX; /* cells on whole pixels */
    heat.x = MARGIN + widest;
    heat.y = HEAD + MARGIN + widest;
    int64_t width = heat.x + side + MARGIN;
    struct svg *svg = svg_open(width > least ? width : least,
                               heat.y + side + SCALE_ROOM + MARGIN,
                               "Agreement of members, pair by pair");
    draw_head(svg, view, "Agreement of members",
              "Coincidence of each pair; frames: agree more than the whole");
    svg_heat(svg, &heat);
    draw_groups(svg, &view->clusters, &heat);
    svg_scale(svg, heat.x, heat.y + side + MARGIN, 240 * SVG_PX, heat.low,
              heat.high);
    mem_free(label);
    return finish(svg, path, why);
}

/*
 * The map.
 */

static int64_t farther(int64_t than, int64_t value)
{
    value = value < 0 ? -value : value;
    return value > than ? value : than;
}

static int64_t reach(const struct converge_view *view)
{
    int64_t most = MAP_SCALE / 20;

    for (size_t i = 0; i < view->members; i++) {
        const struct agreement_place *place[] = {
            view->moved ? &view->before.place[i] : &view->place[i],
            view->moved ? &view->after.place[i] : &view->place[i],
        };

        for (int side = 0; side < 2; side++)
            most = farther(farther(most, place[side]->x), place[side]->y);
    }
    return most + most / 8;
}

/* Groups of one are grey, so that eight colours go farther. */
static uint32_t colour_of(const struct clusters *clusters, size_t member)
{
    size_t kind = 0, size = 0, own = clusters->group[member];

    for (size_t i = 0; i < clusters->members; i++)
        size += clusters->group[i] == own;
    if (size < 2)
        return SVG_GREY;
    for (size_t group = 0; group < own; group++) {
        size = 0;
        for (size_t i = 0; i < clusters->members; i++)
            size += clusters->group[i] == group;
        kind += size > 1;
    }
    return svg_kind(kind % 7);
}

static void draw_moves(struct svg *svg, const struct converge_view *view,
                       const struct svg_plot *plot)
{
    for (size_t i = 0; i < view->members; i++) {
        const struct agreement_place *from = &view->before.place[i];
        const struct agreement_place *to = &view->after.place[i];
        struct svg_pen pen = {SVG_WHITE, colour_of(&view->clusters, i), SVG_PX,
                              false, NULL};

        if (!from->known || !to->known)
            continue;
        svg_line(svg, svg_across(plot, from->x), svg_up(plot, from->y),
                 svg_across(plot, to->x), svg_up(plot, to->y), pen);
        svg_circle(svg, svg_across(plot, from->x), svg_up(plot, from->y),
                   5 * SVG_PX / 2, pen);
    }
}

enum err converge_draw_map(const struct converge_view *view, const char *path,
                           struct why *why)
{
    const struct agreement_place *place =
        view->moved ? view->after.place : view->place;
    struct svg_dot *dot = mem_new(view->members + 1, sizeof *dot);
    struct buf note = {0};
    int64_t most = reach(view);
    int64_t stress = view->moved ? view->after.stress.end : view->stress.end;
    int64_t side = view->members > 80 ? MAP_SIDE_CROWDED : MAP_SIDE;
    struct svg_plot plot = {60 * SVG_PX,
                            HEAD + MARGIN,
                            side,
                            side,
                            {-most, most, 4, NULL, NULL},
                            {-most, most, 4, NULL, NULL}};
    struct svg *svg = svg_open(plot.x + side + MARGIN,
                               plot.y + side + 2 * MARGIN, "Map of members");
    size_t count = 0;

    if (view->moved)
        buf_addf(&note, "From the hollow dot (%s) to the full one (%s); ",
                 view->before.name, view->after.name);
    buf_addf(&note, "distance 0: agree always, 1: never; stress %u.%02u",
             (unsigned)(stress / MAP_SCALE),
             (unsigned)(stress % MAP_SCALE / 100));
    draw_head(svg, view, "Map of members", buf_text(&note));
    svg_axes(svg, &plot);
    if (view->moved)
        draw_moves(svg, view, &plot);
    for (size_t i = 0; i < view->members; i++)
        if (place[i].known)
            dot[count++] = (struct svg_dot){
                place[i].x, place[i].y, rolls_code(view->rolls, i),
                colour_of(&view->clusters, i), 4 * SVG_PX};
    svg_scatter(svg, &plot, dot, count);
    buf_clear(&note);
    mem_free(dot);
    return finish(svg, path, why);
}
