/*
 * power_compare_draw.c - each member's power before and after: two dots on a
 * line.
 */
#include "base/svg.h"
#include "cli/power_compare.h"
#include "cli/power_parts.h"

enum {
    MARGIN = 20 * SVG_PX,
    TITLE = 16 * SVG_PX,
    NOTE = 12 * SVG_PX,
    SMALL = 11 * SVG_PX,
    HEAD = 126 * SVG_PX,
    ROW = 20 * SVG_PX,
    WIDE = 640 * SVG_PX,  /* between the axes */
    CHANGE = 90 * SVG_PX, /* the column of figures at the right */
    DOT = 5 * SVG_PX,
    WHOLE = 10000 /* shares are drawn in hundredths of a percent */
};

struct drawing {
    const struct compare_view *view;
    struct svg *svg;
    struct svg_plot plot;
};

static int64_t most_of(const struct compare_view *view)
{
    int64_t most = 0;

    for (size_t i = 0; i < view->change.rows; i++) {
        const struct power_index *index[] = {view->change.row[i].before,
                                             view->change.row[i].after};

        for (int side = 0; side < 2; side++) {
            int64_t share =
                index[side] ? power_scaled(index[side]->banzhaf, WHOLE) : 0;
            most = share > most ? share : most;
        }
    }
    return most + most / 20 + 1;
}

static uint32_t colour_of(const struct power_change_row *row)
{
    if (row->before == NULL || row->after == NULL)
        return SVG_GREY;
    return mpq_sgn(row->banzhaf) < 0 ? svg_kind(1) : svg_kind(0);
}

/* --- around the rows --------------------------------------------------------
 */

/* A dot as those below, and what it means; returns where the next may stand. */
static int64_t draw_key(struct svg *svg, int64_t x, struct svg_pen pen,
                        const char *text)
{
    const int64_t y = HEAD - 40 * SVG_PX;

    svg_circle(svg, x + DOT, y - NOTE / 3, DOT, pen);
    svg_text(svg, x + 3 * DOT, y,
             (struct svg_face){.size = NOTE, .colour = SVG_INK}, text);
    return x + 3 * DOT + svg_text_width(NOTE, text) + 24 * SVG_PX;
}

static void draw_head(const struct drawing *drawing)
{
    const struct compare_view *view = drawing->view;
    struct svg_face face = {.size = TITLE, .colour = SVG_INK, .bold = true};
    struct buf text = {0};
    int64_t x = MARGIN;

    svg_text(drawing->svg, MARGIN, MARGIN + TITLE, face,
             "Share of power (Banzhaf) of each member, before and after");
    x = draw_key(
        drawing->svg, x,
        (struct svg_pen){SVG_WHITE, SVG_INK, 3 * SVG_PX / 2, false, NULL},
        view->before.name);
    x = draw_key(drawing->svg, x,
                 (struct svg_pen){svg_kind(0), SVG_NONE, 0, false, NULL},
                 view->after.name);
    draw_key(drawing->svg, x,
             (struct svg_pen){svg_kind(1), SVG_NONE, 0, false, NULL},
             "after, less than before");
    buf_add_text(&text, "Power to act ");
    power_put_percent(view->before.power->act, 3, &text);
    buf_add_text(&text, " % before, ");
    power_put_percent(view->after.power->act, 3, &text);
    buf_add_text(&text, " % after");
    face = (struct svg_face){.size = NOTE, .colour = SVG_INK};
    svg_text(drawing->svg, MARGIN, MARGIN + TITLE + 2 * NOTE, face,
             buf_text(&text));
    buf_clear(&text);
}

static void draw_ticks(const struct drawing *drawing)
{
    const struct svg_plot *plot = &drawing->plot;
    const int64_t low = plot->y + plot->height;
    const struct svg_pen grid = {SVG_NONE, SVG_PALE, SVG_PX, false, NULL};
    struct svg_face face = {
        .size = SMALL, .colour = SVG_INK, .anchor = SVG_MIDDLE};
    struct buf text = {0};
    int64_t value,
        step = svg_ticks(plot->across.from, plot->across.to, 10, &value);

    for (; value <= plot->across.to; value += step) {
        int64_t x = svg_across(plot, value);

        buf_reset(&text);
        decimal_format(value, plot->across.places, &text);
        buf_add_text(&text, "%");
        svg_line(drawing->svg, x, plot->y, x, low, grid);
        svg_text(drawing->svg, x, plot->y - 6 * SVG_PX, face, buf_text(&text));
        svg_text(drawing->svg, x, low + SMALL + 4 * SVG_PX, face,
                 buf_text(&text));
    }
    face.anchor = SVG_END;
    svg_text(drawing->svg, plot->x + plot->width + CHANGE, plot->y - 6 * SVG_PX,
             face, "points");
    buf_clear(&text);
}

/* --- the rows ---------------------------------------------------------------
 */

static void put_tip(const struct power_change_row *row, struct buf *out)
{
    buf_addf(out, "%s: ", row->code);
    if (row->before)
        power_put_percent(row->before->banzhaf, 4, out);
    buf_add_text(out, row->before ? " %" : "not there");
    buf_add_text(out, ", after ");
    if (row->after)
        power_put_percent(row->after->banzhaf, 4, out);
    buf_add_text(out, row->after ? " %" : "not there");
}

static void draw_row(const struct drawing *drawing, size_t at)
{
    const struct power_change_row *row =
        &drawing->view->change.row[drawing->view->order[at]];
    const struct svg_plot *plot = &drawing->plot;
    const int64_t y = plot->y + (int64_t)at * ROW + ROW / 2;
    const uint32_t colour = colour_of(row);
    struct svg_face face = {
        .size = SMALL, .colour = SVG_INK, .anchor = SVG_END};
    int64_t before = 0, after = 0;
    struct buf text = {0};

    put_tip(row, &text);
    if (row->before)
        before = svg_across(plot, power_scaled(row->before->banzhaf, WHOLE));
    if (row->after)
        after = svg_across(plot, power_scaled(row->after->banzhaf, WHOLE));
    if (row->before && row->after)
        svg_line(drawing->svg, before, y, after, y,
                 (struct svg_pen){SVG_NONE, colour, 3 * SVG_PX, false, NULL});
    if (row->after)
        svg_circle(drawing->svg, after, y, DOT,
                   (struct svg_pen){row->before ? colour : svg_kind(0),
                                    SVG_NONE, 0, false, buf_text(&text)});
    if (row->before)
        svg_circle(drawing->svg, before, y, DOT - SVG_PX,
                   (struct svg_pen){SVG_WHITE, row->after ? SVG_INK : SVG_GREY,
                                    3 * SVG_PX / 2, false, buf_text(&text)});
    svg_text(drawing->svg, plot->x - 8 * SVG_PX, y + SMALL / 3, face,
             row->code);
    buf_reset(&text);
    if (row->before && row->after)
        power_put_points(row->banzhaf, 2, &text);
    else
        buf_add_text(&text, row->after ? "joins" : "leaves");
    face.colour = row->before && row->after && mpq_sgn(row->banzhaf) != 0
                      ? colour
                      : SVG_INK;
    svg_text(drawing->svg, plot->x + plot->width + CHANGE, y + SMALL / 3, face,
             buf_text(&text));
    buf_clear(&text);
}

enum err compare_draw(const struct compare_view *view, const char *path,
                      struct why *why)
{
    const size_t rows = view->change.rows;
    struct drawing drawing = {.view = view};
    struct svg_plot *plot = &drawing.plot;
    int64_t widest = 0;
    enum err err;

    for (size_t i = 0; i < rows; i++) {
        int64_t width = svg_text_width(SMALL, view->change.row[i].code);
        widest = width > widest ? width : widest;
    }
    *plot = (struct svg_plot){
        .x = MARGIN + widest + 8 * SVG_PX,
        .y = HEAD,
        .width = WIDE,
        .height = (int64_t)rows * ROW,
        .across = {0, most_of(view), 2, NULL, "%"},
    };
    drawing.svg = svg_open(plot->x + plot->width + CHANGE + MARGIN,
                           plot->y + plot->height + 2 * MARGIN,
                           "Power of each member before and after");
    draw_head(&drawing);
    draw_ticks(&drawing);
    for (size_t i = 0; i < rows; i++)
        draw_row(&drawing, i);
    err = svg_write(drawing.svg, path, why);
    svg_close(drawing.svg);
    return err;
}
