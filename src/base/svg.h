/*
 * svg.h - pictures: shapes, axes, heat maps and scatters as SVG 1.1.
 *
 * The only writer of SVG here. The same calls give the same bytes on every
 * machine: lengths are whole hundredths of a pixel, figures on axes are whole
 * numbers of a decimal unit, no floating point and no locale. Text is escaped,
 * fonts are generic, the ground is white. Colours stay apart in grey print and
 * for the colour-blind.
 *
 * Lengths and places are int64_t in hundredths of a pixel (12 * SVG_PX is
 * twelve pixels), x to the right, y downward, |v| <= SVG_LENGTH_MAX.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SVG_PX = 100, SVG_LENGTH_MAX = 1 << 30 };

/* 0xRRGGBB, or none. */
#define SVG_NONE UINT32_MAX
enum {
    SVG_BLACK = 0x000000,
    SVG_INK = 0x222222,  /* text */
    SVG_GREY = 0x8a8a8a, /* axes */
    SVG_PALE = 0xe4e4e4, /* grid, cells without a value */
    SVG_WHITE = 0xffffff,
};

/* Eight colours for kinds of things, in the order to use them (Okabe and Ito,
 * without yellow and with grey); any number, modulo eight. */
uint32_t svg_kind(size_t number);
/* A colour for an amount, num/den in 0..1: dark blue, green, yellow (viridis;
 * lighter is more). den >= 1; out of range is clamped. */
uint32_t svg_amount(int64_t num, int64_t den);
/* Black or white, whichever is easier to read on it. */
uint32_t svg_on(uint32_t ground);

struct svg;

/* title: what the picture shows, for those who cannot see it. Owns: svg_close.
 */
struct svg *svg_open(int64_t width, int64_t height, const char *title);
void svg_close(struct svg *svg); /* NULL does nothing */
/* The whole document so far, appended to *out. */
void svg_copy(const struct svg *svg, struct buf *out);
/* To a file, in place of an old one. Fails as file_write. */
enum err svg_write(const struct svg *svg, const char *path,
                   struct why *why) MUST_CHECK;

struct svg_pen {
    uint32_t fill;   /* or SVG_NONE */
    uint32_t stroke; /* or SVG_NONE */
    int64_t width;   /* of the stroke */
    bool dashed;
    const char *tip; /* shown under the pointer; NULL: nothing */
};

void svg_line(struct svg *svg, int64_t x1, int64_t y1, int64_t x2, int64_t y2,
              struct svg_pen pen);
void svg_rect(struct svg *svg, int64_t x, int64_t y, int64_t width,
              int64_t height, struct svg_pen pen);
void svg_circle(struct svg *svg, int64_t x, int64_t y, int64_t radius,
                struct svg_pen pen);
/* Straight pieces through [count] points; closed: back to the first. */
struct svg_point {
    int64_t x, y;
};
void svg_path(struct svg *svg, const struct svg_point *point, size_t count,
              bool closed, struct svg_pen pen);

enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };
struct svg_face {
    int64_t size; /* height of the type */
    uint32_t colour;
    enum svg_anchor anchor;
    bool bold;
    bool upward; /* turned to be read from below */
    bool halo;   /* white around it, over lines */
};
/* The baseline is at y (at x when upward). UTF-8; hostile text is tamed. */
void svg_text(struct svg *svg, int64_t x, int64_t y, struct svg_face face,
              const char *text);
/* About how wide it will be; fonts differ. */
int64_t svg_text_width(int64_t size, const char *text);

/*
 * Plots. A value on an axis is a whole number of units of 10^-places:
 * 25 with places 2 is written "0.25".
 */

struct svg_axis {
    int64_t from, to;  /* from < to, |v| < 2^53 */
    int places;        /* 0..9 */
    const char *label; /* NULL: none */
    const char *unit;  /* after each figure ("%"); NULL: none */
};
struct svg_plot {
    int64_t x, y, width, height; /* the area inside the axes */
    struct svg_axis across, up;
};

/*
 * A step of 1, 2 or 5 times a power of ten.
 *
 *   most   in  ticks wanted at most, >= 2
 *
 * Returns the step (>= 1); the first tick is *first >= from, a multiple of it.
 */
int64_t svg_ticks(int64_t from, int64_t to, size_t most, int64_t *first);
/* Grid, ticks with figures, labels. */
void svg_axes(struct svg *svg, const struct svg_plot *plot);
/* Where a value lies. */
int64_t svg_across(const struct svg_plot *plot, int64_t value);
int64_t svg_up(const struct svg_plot *plot, int64_t value);

struct svg_dot {
    int64_t across, up; /* values */
    const char *label;  /* NULL: none */
    uint32_t colour;
    int64_t radius;
};
/* Dots, then their labels where they hide each other least. */
void svg_scatter(struct svg *svg, const struct svg_plot *plot,
                 const struct svg_dot *dot, size_t count);

/* A square matrix of amounts with labels on two sides. */
struct svg_heat {
    int64_t x, y; /* of the first cell's corner */
    int64_t cell; /* side of a cell */
    size_t count; /* rows and columns */
    const char *const *label;
    /* num/den of row and column; den 0: no value. Nonzero text[0]: to be
     * written in the cell. */
    void (*amount)(void *ctx, size_t row, size_t column, int64_t *num,
                   int64_t *den, char text[8]);
    void *ctx;
    /* Colours run over low..high hundredths: 0..100 is everything. */
    int64_t low, high;
};
/* The labels stand left of x and above y. */
void svg_heat(struct svg *svg, const struct svg_heat *heat);
/* The bar that says which colour is how much, in percent, from low to high. */
void svg_scale(struct svg *svg, int64_t x, int64_t y, int64_t width,
               int64_t low, int64_t high);
