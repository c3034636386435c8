/*
 * power_design_draw.c - the frontier between power to act and what it costs:
 * a dot for each variant.
 *
 * With a minority, up is what it can prevent and the colour is how near power
 * is to its ideal division; without, up is that nearness.
 */
#include "base/svg.h"
#include "cli/power_design.h"
#include "cli/power_parts.h"

#include <stdlib.h>

enum {
    MARGIN = 20 * SVG_PX,
    TITLE = 16 * SVG_PX,
    NOTE = 12 * SVG_PX,
    HEAD = 116 * SVG_PX,
    LEFT = 90 * SVG_PX,
    WIDE = 700 * SVG_PX,
    HIGH = 480 * SVG_PX,
    FOOT = 60 * SVG_PX,
    SCALE_ROOM = 60 * SVG_PX,
    DOT = 6 * SVG_PX,
    SMALL_DOT = 3 * SVG_PX,
    LABELS_MAX = 24,
    LABEL_WIDE = 90 * SVG_PX, /* apart, at least, or ... */
    LABEL_HIGH = 14 * SVG_PX,
    PLACES = 6, /* of a percentage on the axes */
};
static const int64_t WHOLE = 100000000; /* 100 % on the axes */

struct drawing {
    const struct design_view *view;
    struct svg *svg;
    struct svg_plot plot;
    int64_t low, high; /* percent: the ends of the colours */
    size_t *front;     /* [fronts] variants that none surpasses in both
                        * directions of the picture, by power to act */
    size_t fronts;
    size_t efficient; /* variants, of equal ones the first */
};

/* --- where a variant lies ----------------------------------------------------
 */

/* How much of all power lies where the first ideal has it: 1 - distance/2. */
static int64_t nearness(const struct design_point *point)
{
    return WHOLE - power_scaled(point->distance[0], (unsigned long)WHOLE / 2);
}

static int64_t across(const struct design_point *point)
{
    return power_scaled(point->act, (unsigned long)WHOLE);
}

static int64_t up(const struct drawing *drawing,
                  const struct design_point *point)
{
    return drawing->view->design.has_minority
               ? power_scaled(point->prevent, (unsigned long)WHOLE)
               : nearness(point);
}

static uint32_t colour_of(const struct drawing *drawing,
                          const struct design_point *point)
{
    const int64_t percent = WHOLE / 100;

    if (!drawing->view->design.has_minority)
        return svg_kind(0);
    return svg_amount(nearness(point) - drawing->low * percent,
                      (drawing->high - drawing->low) * percent);
}

/* --- the front
 * ---------------------------------------------------------------- */

/* Exactly, by the fractions: does a surpass b in the picture? Equals do when
 * they come first. */
static bool surpasses(const struct drawing *drawing, size_t a, size_t b)
{
    const struct design_point *x = &drawing->view->point[a];
    const struct design_point *y = &drawing->view->point[b];
    int act = mpq_cmp(x->act, y->act);
    int rise = drawing->view->design.has_minority
                   ? mpq_cmp(x->prevent, y->prevent)
                   : mpq_cmp(y->distance[0], x->distance[0]);

    if (act == 0 && rise == 0)
        return a < b;
    return act >= 0 && rise >= 0;
}

static const struct drawing *sorted; /* qsort has no context */

static int by_act(const void *a, const void *b)
{
    const struct design_point *point = sorted->view->point;

    return mpq_cmp(point[*(const size_t *)a].act,
                   point[*(const size_t *)b].act);
}

static void find_front(struct drawing *drawing)
{
    const struct design_view *view = drawing->view;

    drawing->front = mem_new(view->points, sizeof *drawing->front);
    for (size_t i = 0; i < view->points; i++) {
        bool best = view->point[i].outcome == DESIGN_MEASURED;

        drawing->efficient +=
            view->point[i].efficient && view->point[i].same_as == i;
        for (size_t j = 0; j < view->points && best; j++)
            best = j == i || view->point[j].outcome != DESIGN_MEASURED ||
                   !surpasses(drawing, j, i);
        if (best)
            drawing->front[drawing->fronts++] = i;
    }
    sorted = drawing;
    qsort(drawing->front, drawing->fronts, sizeof *drawing->front, by_act);
}

/* All that is as good as some variant, or less so, lies below this line. */
static void draw_front(const struct drawing *drawing)
{
    const struct svg_plot *plot = &drawing->plot;
    struct svg_point *corner = mem_new(2 * drawing->fronts + 2, sizeof *corner);
    size_t count = 0;

    corner[count].x = plot->x;
    for (size_t i = 0; i < drawing->fronts; i++) {
        const struct design_point *point =
            &drawing->view->point[drawing->front[i]];
        int64_t x = svg_across(plot, across(point));
        int64_t y = svg_up(plot, up(drawing, point));

        corner[count++].y = y;
        corner[count++] = (struct svg_point){x, y};
        corner[count].x = x;
    }
    corner[count++].y = plot->y + plot->height;
    svg_path(drawing->svg, corner, count, false,
             (struct svg_pen){SVG_NONE, SVG_GREY, 3 * SVG_PX / 2, true, NULL});
    mem_free(corner);
}

/* --- dots
 * --------------------------------------------------------------------- */

static void put_tip(const struct drawing *drawing, size_t number,
                    struct buf *out)
{
    const struct design_point *point = &drawing->view->point[number];

    buf_addf(out, "%zu: ", number + 1);
    design_point_text(drawing->view, number, out);
    buf_add_text(out, ": act ");
    power_put_percent(point->act, 4, out);
    if (drawing->view->design.has_minority) {
        buf_add_text(out, " %, prevent ");
        power_put_percent(point->prevent, 4, out);
    }
    buf_addf(out, " %%, off %s ", drawing->view->design.ideal[0].name);
    power_put_percent(point->distance[0], 4, out);
    buf_add_text(out, " %");
}

static void draw_dot(const struct drawing *drawing, size_t number)
{
    const struct design_point *point = &drawing->view->point[number];
    struct svg_pen pen = {SVG_WHITE, SVG_GREY, SVG_PX, false, NULL};
    int64_t radius = SMALL_DOT;
    struct buf tip = {0};

    put_tip(drawing, number, &tip);
    pen.tip = buf_text(&tip);
    if (point->efficient) {
        pen.fill = colour_of(drawing, point);
        pen.stroke = SVG_INK;
        radius = DOT;
    }
    svg_circle(drawing->svg, svg_across(&drawing->plot, across(point)),
               svg_up(&drawing->plot, up(drawing, point)), radius, pen);
    buf_clear(&tip);
}

/* What is surpassed first, so that it hides nothing. */
static void draw_dots(const struct drawing *drawing)
{
    const struct design_view *view = drawing->view;

    for (int efficient = 0; efficient < 2; efficient++)
        for (size_t i = 0; i < view->points; i++)
            if (view->point[i].outcome == DESIGN_MEASURED &&
                view->point[i].efficient == (efficient == 1) &&
                view->point[i].same_as == i)
                draw_dot(drawing, i);
}

static const char *label_of(const struct drawing *drawing, size_t number,
                            struct arena *arena)
{
    struct buf text = {0};
    const char *label;

    design_point_text(drawing->view, number, &text);
    label = arena_text(arena, text.data, text.len);
    buf_clear(&text);
    return label;
}

/* May a variant have a label: is it efficient and, when many are, on the
 * front? */
static bool may_have_label(const struct drawing *drawing, size_t number)
{
    const struct design_point *point = &drawing->view->point[number];

    if (!point->efficient || point->same_as != number)
        return false;
    for (size_t i = 0; i < drawing->fronts; i++)
        if (drawing->front[i] == number)
            return true;
    return drawing->efficient <= LABELS_MAX;
}

static void draw_ring(const struct drawing *drawing,
                      const struct design_point *point)
{
    svg_circle(
        drawing->svg, svg_across(&drawing->plot, across(point)),
        svg_up(&drawing->plot, up(drawing, point)), DOT + 4 * SVG_PX,
        (struct svg_pen){SVG_NONE, svg_kind(1), 2 * SVG_PX, false, NULL});
}

/* Is there a labelled dot so near that two labels would not be read? */
static bool is_crowded(const struct drawing *drawing, const struct svg_dot *dot,
                       size_t count, const struct svg_dot *next)
{
    const struct svg_plot *plot = &drawing->plot;

    for (size_t i = 0; i < count; i++) {
        int64_t wide =
            svg_across(plot, dot[i].across) - svg_across(plot, next->across);
        int64_t high = svg_up(plot, dot[i].up) - svg_up(plot, next->up);

        if (wide > -LABEL_WIDE && wide < LABEL_WIDE && high > -LABEL_HIGH &&
            high < LABEL_HIGH)
            return true;
    }
    return false;
}

static void add_label(const struct drawing *drawing, size_t number,
                      struct svg_dot *dot, size_t *count, struct arena *arena)
{
    const struct design_point *point = &drawing->view->point[number];
    const struct svg_dot next = {
        across(point), up(drawing, point), label_of(drawing, number, arena),
        point->efficient ? colour_of(drawing, point) : SVG_GREY,
        point->efficient ? DOT : SMALL_DOT};

    if (!is_crowded(drawing, dot, *count, &next))
        dot[(*count)++] = next;
}

/* The rule as written first: it always has one. */
static void draw_labels(const struct drawing *drawing)
{
    const struct design_view *view = drawing->view;
    struct arena *arena = arena_open();
    struct svg_dot *dot = mem_new(view->points + 1, sizeof *dot);
    size_t count = 0;

    for (size_t i = 0; i < view->points; i++)
        if (view->point[i].as_written &&
            view->point[i].outcome == DESIGN_MEASURED) {
            draw_ring(drawing, &view->point[i]);
            add_label(drawing, i, dot, &count, arena);
        }
    for (size_t i = 0; i < view->points; i++)
        if (!view->point[i].as_written && may_have_label(drawing, i))
            add_label(drawing, i, dot, &count, arena);
    svg_scatter(drawing->svg, &drawing->plot, dot, count);
    mem_free(dot);
    arena_close(arena);
}

/* --- around them
 * -------------------------------------------------------------- */

static int64_t draw_key(struct svg *svg, int64_t x, int64_t radius,
                        struct svg_pen pen, const char *text)
{
    const int64_t y = HEAD - 30 * SVG_PX;

    svg_circle(svg, x + DOT, y - NOTE / 3, radius, pen);
    svg_text(svg, x + 3 * DOT, y,
             (struct svg_face){.size = NOTE, .colour = SVG_INK}, text);
    return x + 3 * DOT + svg_text_width(NOTE, text) + 24 * SVG_PX;
}

static void draw_head(const struct drawing *drawing)
{
    const struct design *design = &drawing->view->design;
    struct svg *svg = drawing->svg;
    struct svg_face face = {.size = TITLE, .colour = SVG_INK, .bold = true};
    struct buf text = {0};
    const char *comma = "";
    int64_t x = MARGIN;

    buf_addf(&text, "%s%sPower to act, and what it costs", design->rule->name,
             design->rule->name[0] != '\0' ? ": " : "");
    svg_text(svg, MARGIN, MARGIN + TITLE, face, buf_text(&text));
    buf_reset(&text);
    for (size_t i = 0; i < design->axes; i++)
        buf_addf(&text, "%s%s", i > 0 ? ", " : "Variants by ",
                 design_axis_title(&design->axis[i]));
    buf_addf(&text, "; %zu members", roster_count(design->roster));
    for (size_t i = 0; i < roster_count(design->roster); i++)
        if (design->has_minority && set_has(&design->minority, i)) {
            buf_addf(&text, "%s%s", comma[0] == '\0' ? "; minority: " : comma,
                     roster_code(design->roster, i));
            comma = ", ";
        }
    face = (struct svg_face){.size = NOTE, .colour = SVG_INK};
    svg_text(svg, MARGIN, MARGIN + TITLE + 2 * NOTE, face, buf_text(&text));
    x = draw_key(svg, x, DOT,
                 (struct svg_pen){SVG_GREY, SVG_INK, SVG_PX, false, NULL},
                 "efficient");
    x = draw_key(svg, x, SMALL_DOT,
                 (struct svg_pen){SVG_WHITE, SVG_GREY, SVG_PX, false, NULL},
                 "surpassed by another");
    draw_key(svg, x, DOT + 2 * SVG_PX,
             (struct svg_pen){SVG_NONE, svg_kind(1), 2 * SVG_PX, false, NULL},
             "as written");
    buf_clear(&text);
}

/* What is the name of nearness on an axis or a scale? */
static const char *nearness_text(const struct drawing *drawing,
                                 struct buf *text)
{
    buf_reset(text);
    buf_addf(text, "power that lies as in the ideal (%s)",
             drawing->view->design.ideal[0].name);
    return buf_text(text);
}

static void draw_scale(const struct drawing *drawing)
{
    const struct svg_plot *plot = &drawing->plot;
    const int64_t y = plot->y + plot->height + FOOT;
    struct svg_face face = {.size = NOTE, .colour = SVG_INK};
    struct buf text = {0};

    nearness_text(drawing, &text);
    svg_text(drawing->svg, plot->x, y + NOTE, face, buf_text(&text));
    svg_scale(drawing->svg,
              plot->x + svg_text_width(NOTE, buf_text(&text)) + MARGIN, y,
              240 * SVG_PX, drawing->low, drawing->high);
    buf_clear(&text);
}

/* --- the picture
 * -------------------------------------------------------------- */

/* Ends of the axes and of the colours, with some air. */
static void find_ends(struct drawing *drawing)
{
    const struct design_view *view = drawing->view;
    int64_t widest = 0, top = 0, bottom = WHOLE, least = WHOLE, most = 0;

    for (size_t i = 0; i < view->points; i++) {
        const struct design_point *point = &view->point[i];

        if (point->outcome != DESIGN_MEASURED)
            continue;
        int64_t x = across(point), y = up(drawing, point);
        int64_t near = nearness(point);
        widest = x > widest ? x : widest;
        top = y > top ? y : top;
        bottom = y < bottom ? y : bottom;
        least = near < least ? near : least;
        most = near > most ? near : most;
    }
    int64_t air = (top - bottom) / 10 + WHOLE / 1000;
    drawing->plot.across.to = widest + widest / 10 + 10;
    drawing->plot.up.from = bottom > air ? bottom - air : 0;
    drawing->plot.up.to = top + air;
    drawing->low = least / (WHOLE / 100);
    drawing->high = most / (WHOLE / 100) + 1;
}

enum err design_draw(const struct design_view *view, const char *path,
                     struct why *why)
{
    struct drawing drawing = {.view = view};
    struct svg_plot *plot = &drawing.plot;
    struct buf text = {0};
    enum err err;

    *plot = (struct svg_plot){
        .x = LEFT,
        .y = HEAD,
        .width = WIDE,
        .height = HIGH,
        .across = {0, 1, PLACES, "power to act (Coleman)", "%"},
        .up = {0, 1, PLACES, "what the minority can prevent, as one", "%"},
    };
    find_ends(&drawing);
    if (!view->design.has_minority)
        plot->up.label = nearness_text(&drawing, &text);
    find_front(&drawing);
    drawing.svg = svg_open(plot->x + plot->width + MARGIN,
                           plot->y + plot->height + FOOT +
                               (view->design.has_minority ? SCALE_ROOM : 0),
                           "Power to act against its price");
    svg_axes(drawing.svg, plot);
    draw_head(&drawing);
    draw_front(&drawing);
    draw_dots(&drawing);
    draw_labels(&drawing);
    if (view->design.has_minority)
        draw_scale(&drawing);
    err = svg_write(drawing.svg, path, why);
    svg_close(drawing.svg);
    mem_free(drawing.front);
    buf_clear(&text);
    return err;
}
