#include "base/svg.h"

#include "base/file.h"
#include "base/ratio.h"
#include "base/text.h"

#include <assert.h>
#include <string.h>

struct svg {
    struct buf body; /* all but the last line */
};

/*
 * Colours.
 */

uint32_t svg_kind(size_t number)
{
    static const uint32_t kind[] = {0x0072b2, 0xd55e00, 0x009e73, 0xcc79a7,
                                    0xe69f00, 0x56b4e9, 0x000000, 0x8a8a8a};

    return kind[number % (sizeof kind / sizeof *kind)];
}

static uint32_t channel(uint32_t colour, int shift)
{
    return colour >> shift & 0xff;
}

uint32_t svg_amount(int64_t num, int64_t den)
{
    /* Viridis at tenths. */
    static const uint32_t viridis[] = {0x440154, 0x482475, 0x414487, 0x355f8d,
                                       0x2a788e, 0x21918c, 0x22a884, 0x44bf70,
                                       0x7ad151, 0xbddf26, 0xfde725};
    uint32_t mixed = 0;

    assert(den >= 1);
    num = num < 0 ? 0 : num > den ? den : num;
    int64_t at = (int64_t)((__int128)num * 1000 / den);
    size_t low = (size_t)(at / 100), high = low < 10 ? low + 1 : low;
    int64_t part = at % 100;
    for (int shift = 0; shift <= 16; shift += 8) {
        int64_t sum = channel(viridis[low], shift) * (100 - part) +
                      channel(viridis[high], shift) * part;
        mixed |= (uint32_t)((sum + 50) / 100) << shift;
    }
    return mixed;
}

uint32_t svg_on(uint32_t ground)
{
    uint32_t light = 299 * channel(ground, 16) + 587 * channel(ground, 8) +
                     114 * channel(ground, 0);

    return light > 140000 ? SVG_BLACK : SVG_WHITE;
}

/*
 * The document.
 */

static void add_length(struct svg *svg, int64_t length)
{
    assert(length >= -SVG_LENGTH_MAX && length <= SVG_LENGTH_MAX);
    if (length < 0)
        buf_add_byte(&svg->body, '-');
    decimal_format(length < 0 ? -length : length, 2, &svg->body);
}

/* ` name="length"` */
static void add_at(struct svg *svg, const char *name, int64_t length)
{
    buf_addf(&svg->body, " %s=\"", name);
    add_length(svg, length);
    buf_add_byte(&svg->body, '"');
}

/* XML has no place for most control characters nor for U+FFFE and U+FFFF. */
static void add_escaped(struct svg *svg, const char *text)
{
    char *tame = mem_copy_text(text, strlen(text));

    text_tame(tame, false);
    for (const char *at = tame; *at; at++) {
        if (*at == '&')
            buf_add_text(&svg->body, "&amp;");
        else if (*at == '<')
            buf_add_text(&svg->body, "&lt;");
        else if (*at == '>')
            buf_add_text(&svg->body, "&gt;");
        else if (strncmp(at, "\xEF\xBF\xBE", 3) == 0 ||
                 strncmp(at, "\xEF\xBF\xBF", 3) == 0)
            buf_add_text(&svg->body, "?"), at += 2;
        else
            buf_add(&svg->body, at, 1);
    }
    mem_free(tame);
}

struct svg *svg_open(int64_t width, int64_t height, const char *title)
{
    struct svg *svg = mem_new(1, sizeof *svg);

    buf_add_text(&svg->body, "<svg xmlns=\"http://www.w3.org/2000/svg\"");
    add_at(svg, "width", width);
    add_at(svg, "height", height);
    buf_add_text(&svg->body, " viewBox=\"0 0 ");
    add_length(svg, width);
    buf_add_text(&svg->body, " ");
    add_length(svg, height);
    buf_add_text(&svg->body, "\" role=\"img\" font-family=\"Helvetica, Arial, "
                             "sans-serif\">\n<title>");
    add_escaped(svg, title);
    buf_add_text(&svg->body, "</title>\n");
    svg_rect(svg, 0, 0, width, height,
             (struct svg_pen){.fill = SVG_WHITE, .stroke = SVG_NONE});
    return svg;
}

void svg_close(struct svg *svg)
{
    if (!svg)
        return;
    buf_clear(&svg->body);
    mem_free(svg);
}

void svg_copy(const struct svg *svg, struct buf *out)
{
    buf_add(out, svg->body.data, svg->body.len);
    buf_add_text(out, "</svg>\n");
}

enum err svg_write(const struct svg *svg, const char *path, struct why *why)
{
    struct buf all = {0};
    enum err err;

    svg_copy(svg, &all);
    err = file_write(path, all.data, all.len, 0666, false, why);
    buf_clear(&all);
    return err;
}

/*
 * Shapes.
 */

static void add_colour(struct svg *svg, const char *name, uint32_t colour)
{
    if (colour == SVG_NONE)
        buf_addf(&svg->body, " %s=\"none\"", name);
    else
        buf_addf(&svg->body, " %s=\"#%06x\"", name, (unsigned)colour);
}

/* What a shape looks like, and its end. */
static void end_shape(struct svg *svg, const char *shape, struct svg_pen pen)
{
    if (pen.fill != SVG_BLACK) /* which is the default */
        add_colour(svg, "fill", pen.fill);
    if (pen.stroke != SVG_NONE) {
        add_colour(svg, "stroke", pen.stroke);
        add_at(svg, "stroke-width", pen.width);
        if (pen.dashed)
            buf_add_text(&svg->body, " stroke-dasharray=\"4 3\"");
    }
    if (!pen.tip) {
        buf_add_text(&svg->body, "/>\n");
        return;
    }
    buf_add_text(&svg->body, "><title>");
    add_escaped(svg, pen.tip);
    buf_addf(&svg->body, "</title></%s>\n", shape);
}

void svg_line(struct svg *svg, int64_t x1, int64_t y1, int64_t x2, int64_t y2,
              struct svg_pen pen)
{
    buf_add_text(&svg->body, "<line");
    add_at(svg, "x1", x1);
    add_at(svg, "y1", y1);
    add_at(svg, "x2", x2);
    add_at(svg, "y2", y2);
    pen.fill = SVG_BLACK;
    end_shape(svg, "line", pen);
}

void svg_rect(struct svg *svg, int64_t x, int64_t y, int64_t width,
              int64_t height, struct svg_pen pen)
{
    buf_add_text(&svg->body, "<rect");
    add_at(svg, "x", x);
    add_at(svg, "y", y);
    add_at(svg, "width", width);
    add_at(svg, "height", height);
    end_shape(svg, "rect", pen);
}

void svg_circle(struct svg *svg, int64_t x, int64_t y, int64_t radius,
                struct svg_pen pen)
{
    buf_add_text(&svg->body, "<circle");
    add_at(svg, "cx", x);
    add_at(svg, "cy", y);
    add_at(svg, "r", radius);
    end_shape(svg, "circle", pen);
}

void svg_path(struct svg *svg, const struct svg_point *point, size_t count,
              bool closed, struct svg_pen pen)
{
    buf_add_text(&svg->body, "<path d=\"");
    for (size_t i = 0; i < count; i++) {
        buf_add_text(&svg->body, i == 0 ? "M" : " L");
        add_length(svg, point[i].x);
        buf_add_text(&svg->body, " ");
        add_length(svg, point[i].y);
    }
    buf_add_text(&svg->body, closed ? " Z\"" : "\"");
    end_shape(svg, "path", pen);
}

/*
 * Text.
 */

void svg_text(struct svg *svg, int64_t x, int64_t y, struct svg_face face,
              const char *text)
{
    static const char *const anchor[] = {
        [SVG_START] = "",
        [SVG_MIDDLE] = " text-anchor=\"middle\"",
        [SVG_END] = " text-anchor=\"end\"",
    };

    buf_add_text(&svg->body, "<text");
    if (face.upward) {
        buf_add_text(&svg->body, " transform=\"translate(");
        add_length(svg, x);
        buf_add_text(&svg->body, " ");
        add_length(svg, y);
        buf_add_text(&svg->body, ") rotate(-90)\"");
    } else {
        add_at(svg, "x", x);
        add_at(svg, "y", y);
    }
    add_at(svg, "font-size", face.size);
    if (face.halo)
        buf_add_text(&svg->body, " stroke=\"#ffffff\" stroke-width=\"3\" "
                                 "paint-order=\"stroke\"");
    if (face.bold)
        buf_add_text(&svg->body, " font-weight=\"bold\"");
    buf_add_text(&svg->body, anchor[face.anchor]);
    if (face.colour != SVG_BLACK)
        add_colour(svg, "fill", face.colour);
    buf_add_text(&svg->body, ">");
    add_escaped(svg, text);
    buf_add_text(&svg->body, "</text>\n");
}

int64_t svg_text_width(int64_t size, const char *text)
{
    return (int64_t)text_width(text) * size * 3 / 5;
}
