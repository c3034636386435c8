/*
 * svg_plot.c - axes, scatters and heat maps, made of the shapes of svg.c.
 */
#include "base/ratio.h"
#include "base/svg.h"
#include "base/text.h"

#include <assert.h>

enum {
    SMALL = 11 * SVG_PX, /* type of figures and labels */
    PLAIN = 12 * SVG_PX, /* type of what an axis shows */
    TICK = 4 * SVG_PX,
    TICK_ROOM = 45 * SVG_PX, /* between ticks, at least */
    HAIR = SVG_PX / 2,
};

static const struct svg_pen grid = {
    .fill = SVG_NONE, .stroke = SVG_PALE, .width = SVG_PX};
static const struct svg_pen rule = {
    .fill = SVG_NONE, .stroke = SVG_GREY, .width = SVG_PX};

/*
 * Axes.
 */

int64_t svg_ticks(int64_t from, int64_t to, size_t most, int64_t *first)
{
    static const int64_t next[] = {2, 5, 10};
    int64_t ten = 1, step = 1;
    size_t at = 0;

    assert(from < to && most >= 2);
    while ((to - from) / step >= (int64_t)most) {
        step = ten * next[at];
        if (++at == 3) {
            at = 0;
            ten *= 10;
        }
    }
    /* Division rounds toward zero: right for what is negative. */
    *first = from / step * step;
    if (*first < from)
        *first += step;
    return step;
}

static int64_t place(const struct svg_axis *axis, int64_t value, int64_t length)
{
    return (int64_t)((__int128)(value - axis->from) * length /
                     (axis->to - axis->from));
}

int64_t svg_across(const struct svg_plot *plot, int64_t value)
{
    return plot->x + place(&plot->across, value, plot->width);
}

int64_t svg_up(const struct svg_plot *plot, int64_t value)
{
    return plot->y + plot->height - place(&plot->up, value, plot->height);
}

static void add_figure(const struct svg_axis *axis, int64_t value,
                       struct buf *out)
{
    buf_reset(out);
    if (value < 0)
        buf_add_text(out, "\u2212");
    decimal_format(value < 0 ? -value : value, axis->places, out);
    if (axis->unit)
        buf_add_text(out, axis->unit);
}

static size_t most_ticks(int64_t length)
{
    return length < 2 * TICK_ROOM ? 2 : (size_t)(length / TICK_ROOM);
}

static void draw_across(struct svg *svg, const struct svg_plot *plot)
{
    int64_t base = plot->y + plot->height, value;
    int64_t step = svg_ticks(plot->across.from, plot->across.to,
                             most_ticks(plot->width), &value);
    struct svg_face face = {
        .size = SMALL, .colour = SVG_INK, .anchor = SVG_MIDDLE};
    struct buf text = {0};

    for (; value <= plot->across.to; value += step) {
        int64_t x = svg_across(plot, value);
        add_figure(&plot->across, value, &text);
        svg_line(svg, x, plot->y, x, base, grid);
        svg_line(svg, x, base, x, base + TICK, rule);
        svg_text(svg, x, base + TICK + SMALL, face, buf_text(&text));
    }
    face.size = PLAIN;
    if (plot->across.label)
        svg_text(svg, plot->x + plot->width / 2,
                 base + TICK + SMALL + 2 * PLAIN, face, plot->across.label);
    buf_clear(&text);
}

static void draw_up(struct svg *svg, const struct svg_plot *plot)
{
    int64_t value, widest = 0;
    int64_t step =
        svg_ticks(plot->up.from, plot->up.to, most_ticks(plot->height), &value);
    struct svg_face face = {
        .size = SMALL, .colour = SVG_INK, .anchor = SVG_END};
    struct buf text = {0};

    for (; value <= plot->up.to; value += step) {
        int64_t y = svg_up(plot, value);
        add_figure(&plot->up, value, &text);
        int64_t width = svg_text_width(SMALL, buf_text(&text));
        widest = width > widest ? width : widest;
        svg_line(svg, plot->x, y, plot->x + plot->width, y, grid);
        svg_line(svg, plot->x - TICK, y, plot->x, y, rule);
        svg_text(svg, plot->x - 2 * TICK, y + SMALL / 3, face, buf_text(&text));
    }
    face = (struct svg_face){
        .size = PLAIN, .colour = SVG_INK, .anchor = SVG_MIDDLE, .upward = true};
    if (plot->up.label)
        svg_text(svg, plot->x - 2 * TICK - widest - PLAIN,
                 plot->y + plot->height / 2, face, plot->up.label);
    buf_clear(&text);
}

void svg_axes(struct svg *svg, const struct svg_plot *plot)
{
    draw_across(svg, plot);
    draw_up(svg, plot);
    svg_line(svg, plot->x, plot->y + plot->height, plot->x + plot->width,
             plot->y + plot->height, rule);
    svg_line(svg, plot->x, plot->y, plot->x, plot->y + plot->height, rule);
}

/*
 * Scatters.
 */

struct box {
    int64_t x, y, width, height;
};

static int64_t overlap(const struct box *a, const struct box *b)
{
    int64_t left = a->x > b->x ? a->x : b->x;
    int64_t top = a->y > b->y ? a->y : b->y;
    int64_t right = a->x + a->width, low = a->y + a->height;

    right = right < b->x + b->width ? right : b->x + b->width;
    low = low < b->y + b->height ? low : b->y + b->height;
    return right > left && low > top ? (right - left) * (low - top) : 0;
}

enum { SPOTS = 8 };

/* Beside the dot: right, left, above, below, then the corners. */
static struct box spot(const struct box *dot, int number, int64_t width)
{
    static const int across[SPOTS] = {1, -1, 0, 0, 1, 1, -1, -1};
    static const int down[SPOTS] = {0, 0, -1, 1, -1, 1, -1, 1};
    struct box box = {0, 0, width, SMALL};
    int64_t middle_x = dot->x + dot->width / 2;
    int64_t middle_y = dot->y + dot->height / 2;

    box.x = across[number] > 0   ? dot->x + dot->width + SVG_PX
            : across[number] < 0 ? dot->x - width - SVG_PX
                                 : middle_x - width / 2;
    box.y = down[number] == 0  ? middle_y - SMALL / 2
            : down[number] > 0 ? middle_y + dot->height / 2
                               : middle_y - dot->height / 2 - SMALL;
    return box;
}

/* The spot that hides least of dots, labels before it and the frame. */
static struct box best_spot(const struct svg_plot *plot, const struct box *dot,
                            const struct box *label, size_t at, size_t count,
                            int64_t width)
{
    struct box frame = {plot->x, plot->y, plot->width, plot->height};
    struct box best = {0}, box;
    int64_t least = INT64_MAX;

    for (int number = 0; number < SPOTS; number++) {
        box = spot(&dot[at], number, width);
        int64_t hidden = box.width * box.height - overlap(&box, &frame);
        for (size_t i = 0; i < count; i++) {
            hidden += overlap(&box, &dot[i]);
            if (i < at)
                hidden += overlap(&box, &label[i]);
        }
        if (hidden < least) {
            least = hidden;
            best = box;
        }
    }
    return best;
}

void svg_scatter(struct svg *svg, const struct svg_plot *plot,
                 const struct svg_dot *dot, size_t count)
{
    struct box *dots = mem_new(count + 1, sizeof *dots);
    struct box *labels = mem_new(count + 1, sizeof *labels);
    struct svg_face face = {.size = SMALL, .colour = SVG_INK, .halo = true};

    for (size_t i = 0; i < count; i++) {
        int64_t x = svg_across(plot, dot[i].across);
        int64_t y = svg_up(plot, dot[i].up), radius = dot[i].radius;

        dots[i] = (struct box){x - radius, y - radius, 2 * radius, 2 * radius};
        svg_circle(svg, x, y, radius,
                   (struct svg_pen){dot[i].colour, SVG_WHITE, HAIR, false,
                                    dot[i].label});
    }
    for (size_t i = 0; i < count; i++) {
        if (!dot[i].label)
            continue;
        labels[i] = best_spot(plot, dots, labels, i, count,
                              svg_text_width(SMALL, dot[i].label));
        svg_text(svg, labels[i].x, labels[i].y + SMALL * 5 / 6, face,
                 dot[i].label);
    }
    mem_free(dots);
    mem_free(labels);
}

/*
 * Heat maps.
 */

enum { TIPS_MAX = 64 }; /* rows; a larger picture has no tips */

static uint32_t colour_of(int64_t low, int64_t high, int64_t num, int64_t den)
{
    __int128 part = (__int128)num * 100 - (__int128)low * den;
    __int128 whole = (__int128)(high - low) * den;

    while (whole > INT64_MAX) {
        whole >>= 1;
        part >>= 1;
    }
    return svg_amount((int64_t)part, (int64_t)whole);
}

static void draw_cell(struct svg *svg, const struct svg_heat *heat, size_t row,
                      size_t column)
{
    int64_t num = 0, den = 0;
    int64_t x = heat->x + (int64_t)column * heat->cell;
    int64_t y = heat->y + (int64_t)row * heat->cell;
    char text[8] = "";
    struct buf tip = {0};
    struct svg_pen pen = {SVG_PALE, SVG_NONE, 0, false, NULL};

    heat->amount(heat->ctx, row, column, &num, &den, text);
    if (den > 0)
        pen.fill = colour_of(heat->low, heat->high, num, den);
    if (den > 0 && heat->count <= TIPS_MAX) {
        buf_addf(&tip, "%s, %s: ", heat->label[row], heat->label[column]);
        decimal_format((int64_t)((__int128)num * 1000 / den), 1, &tip);
        buf_add_text(&tip, "%");
        pen.tip = buf_text(&tip);
    }
    svg_rect(svg, x, y, heat->cell, heat->cell, pen);
    if (text[0])
        svg_text(svg, x + heat->cell / 2,
                 y + heat->cell / 2 + heat->cell * 2 / 15,
                 (struct svg_face){.size = heat->cell * 2 / 5,
                                   .colour = svg_on(pen.fill),
                                   .anchor = SVG_MIDDLE},
                 text);
    buf_clear(&tip);
}

void svg_heat(struct svg *svg, const struct svg_heat *heat)
{
    int64_t size = heat->cell < SMALL ? heat->cell : SMALL;
    int64_t gap = 3 * SVG_PX;

    for (size_t row = 0; row < heat->count; row++)
        for (size_t column = 0; column < heat->count; column++)
            draw_cell(svg, heat, row, column);
    for (size_t i = 0; i < heat->count; i++) {
        int64_t at = (int64_t)i * heat->cell + heat->cell / 2 + size / 3;
        struct svg_face face = {
            .size = size, .colour = SVG_INK, .anchor = SVG_END};

        svg_text(svg, heat->x - gap, heat->y + at, face, heat->label[i]);
        face.anchor = SVG_START;
        face.upward = true;
        svg_text(svg, heat->x + at, heat->y - gap, face, heat->label[i]);
    }
}

void svg_scale(struct svg *svg, int64_t x, int64_t y, int64_t width,
               int64_t low, int64_t high)
{
    enum { STEPS = 50, HIGH = 10 * SVG_PX };
    struct svg_face face = {
        .size = SMALL, .colour = SVG_INK, .anchor = SVG_MIDDLE};
    struct svg_axis axis = {low, high, 0, NULL, "%"};
    struct buf text = {0};
    int64_t value, step = svg_ticks(low, high, most_ticks(width), &value);

    for (int64_t i = 0; i < STEPS; i++) {
        int64_t from = width * i / STEPS;

        /* Up to the end, so that no gap shows between steps. */
        svg_rect(svg, x + from, y, width - from, HIGH,
                 (struct svg_pen){svg_amount(2 * i + 1, 2 * STEPS), SVG_NONE, 0,
                                  false, NULL});
    }
    for (; value <= high; value += step) {
        int64_t at = x + place(&axis, value, width);

        add_figure(&axis, value, &text);
        svg_line(svg, at, y + HIGH, at, y + HIGH + TICK, rule);
        svg_text(svg, at, y + HIGH + TICK + SMALL, face, buf_text(&text));
    }
    buf_clear(&text);
}
