#include "base/file.h"
#include "base/svg.h"
#include "test.h"

#include <string.h>

static const struct svg_pen plain = {0x0072b2, SVG_NONE, 0, false, NULL};

/* What follows the head and the white ground. */
static const char *body(const struct svg *svg, struct buf *out)
{
    svg_copy(svg, out);
    return strstr(strstr(out->data, "<rect") + 1, "\n") + 1;
}

TEST(a_picture_is_the_same_to_the_byte)
{
    struct svg *svg = svg_open(40 * SVG_PX, 1050, "two & <three>");
    struct svg_pen pen = {SVG_NONE, SVG_BLACK, 150, true, "a \"tip\""};
    const struct svg_point point[] = {{0, 0}, {-150, 25}, {1, 100}};
    struct buf out = {0};

    svg_rect(svg, 100, 205, 1000, 1, plain);
    svg_line(svg, 0, 0, 100, 100, pen);
    svg_circle(svg, 1, 2, 3, plain);
    svg_path(svg, point, 3, true, pen);
    svg_text(svg, 10, 20, (struct svg_face){.size = 1100}, "a<b");
    svg_text(svg, 10, 20,
             (struct svg_face){.size = 1100,
                               .colour = SVG_INK,
                               .anchor = SVG_END,
                               .bold = true,
                               .upward = true},
             "é");
    svg_copy(svg, &out);
    CHECK_TEXT(
        buf_text(&out),
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"40\" "
        "height=\"10.5\" viewBox=\"0 0 40 10.5\" role=\"img\" "
        "font-family=\"Helvetica, Arial, sans-serif\">\n"
        "<title>two &amp; &lt;three&gt;</title>\n"
        "<rect x=\"0\" y=\"0\" width=\"40\" height=\"10.5\" "
        "fill=\"#ffffff\"/>\n"
        "<rect x=\"1\" y=\"2.05\" width=\"10\" height=\"0.01\" "
        "fill=\"#0072b2\"/>\n"
        "<line x1=\"0\" y1=\"0\" x2=\"1\" y2=\"1\" stroke=\"#000000\" "
        "stroke-width=\"1.5\" stroke-dasharray=\"4 3\"><title>a \"tip\""
        "</title></line>\n"
        "<circle cx=\"0.01\" cy=\"0.02\" r=\"0.03\" fill=\"#0072b2\"/>\n"
        "<path d=\"M0 0 L-1.5 0.25 L0.01 1 Z\" fill=\"none\" "
        "stroke=\"#000000\" stroke-width=\"1.5\" stroke-dasharray=\"4 3\">"
        "<title>a \"tip\"</title></path>\n"
        "<text x=\"0.1\" y=\"0.2\" font-size=\"11\">a&lt;b</text>\n"
        "<text transform=\"translate(0.1 0.2) rotate(-90)\" "
        "font-size=\"11\" font-weight=\"bold\" text-anchor=\"end\" "
        "fill=\"#222222\">é</text>\n"
        "</svg>\n");
    buf_clear(&out);
    svg_close(svg);
}

TEST(hostile_text_in_a_picture_is_tamed)
{
    struct svg *svg = svg_open(SVG_PX, SVG_PX, "");
    struct buf out = {0};

    svg_text(svg, 0, 0, (struct svg_face){.size = SVG_PX},
             "</text>\x01\n\xff\xEF\xBF\xBE\xC2\x80]]>");
    CHECK_TEXT(body(svg, &out),
               "<text x=\"0\" y=\"0\" font-size=\"1\">&lt;/text&gt;??????"
               "]]&gt;</text>\n</svg>\n");
    buf_clear(&out);
    svg_close(svg);
}

TEST(amounts_run_from_dark_to_light)
{
    CHECK_INT(svg_amount(0, 1), 0x440154);
    CHECK_INT(svg_amount(-5, 7), 0x440154);
    CHECK_INT(svg_amount(1, 2), 0x21918c);
    CHECK_INT(svg_amount(1, 1), 0xfde725);
    CHECK_INT(svg_amount(INT64_MAX, INT64_MAX), 0xfde725);
    CHECK_INT(svg_on(svg_amount(0, 1)), SVG_WHITE);
    CHECK_INT(svg_on(svg_amount(1, 1)), SVG_BLACK);
    CHECK_INT(svg_kind(8), svg_kind(0));
    CHECK(svg_kind(1) != svg_kind(0));
}

static void check_ticks(int64_t from, int64_t to, size_t most, int64_t step,
                        int64_t first)
{
    int64_t at = INT64_MIN;

    CHECK_INT(svg_ticks(from, to, most, &at), step);
    CHECK_INT(at, first);
}

TEST(ticks_are_round_and_few)
{
    check_ticks(0, 100, 11, 10, 0);
    check_ticks(0, 100, 6, 20, 0);
    check_ticks(0, 100, 5, 50, 0);
    check_ticks(3, 7, 10, 1, 3);
    check_ticks(-100, 100, 5, 50, -100);
    check_ticks(-99, 99, 5, 50, -50);
    check_ticks(17, 23, 3, 5, 20);
    check_ticks(0, 1, 2, 1, 0);
    check_ticks(-((int64_t)1 << 53), (int64_t)1 << 53, 3, 10000000000000000, 0);
}

TEST(values_lie_where_the_axes_say)
{
    struct svg_plot plot = {100,
                            200,
                            1000,
                            500,
                            {-50, 50, 0, NULL, NULL},
                            {0, 9007199254740991, 2, NULL, NULL}};

    CHECK_INT(svg_across(&plot, -50), 100);
    CHECK_INT(svg_across(&plot, 0), 600);
    CHECK_INT(svg_across(&plot, 50), 1100);
    CHECK_INT(svg_up(&plot, 0), 700);
    CHECK_INT(svg_up(&plot, 9007199254740991), 200);
}

TEST(figures_on_axes_are_decimals_with_a_unit)
{
    struct svg *svg = svg_open(300 * SVG_PX, 300 * SVG_PX, "");
    struct svg_plot plot = {5000,
                            1000,
                            20000,
                            20000,
                            {-50, 50, 2, "left & right", NULL},
                            {0, 1000, 1, NULL, "%"}};
    struct buf out = {0};

    svg_axes(svg, &plot);
    svg_copy(svg, &out);
    CHECK(strstr(out.data, ">\u22120.5<") != NULL);
    CHECK(strstr(out.data, ">0<") != NULL);
    CHECK(strstr(out.data, ">0.5<") != NULL);
    CHECK(strstr(out.data, ">100%<") != NULL);
    CHECK(strstr(out.data, ">left &amp; right<") != NULL);
    buf_clear(&out);
    svg_close(svg);
}

/* Three dots at one place: their labels keep clear of each other. */
TEST(labels_of_dots_avoid_each_other)
{
    struct svg *svg = svg_open(300 * SVG_PX, 300 * SVG_PX, "");
    struct svg_plot plot = {
        0, 0, 30000, 30000, {0, 10, 0, NULL, NULL}, {0, 10, 0, NULL, NULL}};
    const struct svg_dot dot[] = {
        {5, 5, "A", 0, 400}, {5, 5, "B", 0, 400}, {5, 5, "C", 0, 400}};
    struct buf out = {0};

    svg_scatter(svg, &plot, dot, 3);
    svg_copy(svg, &out);
    CHECK(strstr(out.data, "<text x=\"155\" y=\"153.66\"") != NULL);
    CHECK(strstr(out.data, "<text x=\"138.4\" y=\"153.66\"") != NULL);
    CHECK(strstr(out.data, "<text x=\"146.7\" y=\"144.16\"") != NULL);
    buf_clear(&out);
    svg_close(svg);
}

static void amount(void *ctx, size_t row, size_t column, int64_t *num,
                   int64_t *den, char text[8])
{
    (void)ctx;
    *num = row == column ? 0 : 3;
    *den = row == column ? 0 : 4;
    strcpy(text, row == column ? "" : "75");
}

TEST(a_heat_map_says_its_cells_under_the_pointer)
{
    const char *const label[] = {"FR", "DE"};
    struct svg *svg = svg_open(300 * SVG_PX, 300 * SVG_PX, "");
    struct svg_heat heat = {.x = 5000,
                            .y = 5000,
                            .cell = 2000,
                            .count = 2,
                            .label = label,
                            .amount = amount,
                            .low = 50,
                            .high = 100};
    struct buf out = {0};

    svg_heat(svg, &heat);
    svg_scale(svg, 0, 0, 10000, 50, 100);
    svg_copy(svg, &out);
    CHECK(strstr(out.data, "<rect x=\"70\" y=\"50\" width=\"20\" "
                           "height=\"20\" fill=\"#21918c\"><title>FR, DE: "
                           "75%</title></rect>") != NULL);
    CHECK(strstr(out.data, "<rect x=\"50\" y=\"50\" width=\"20\" "
                           "height=\"20\" fill=\"#e4e4e4\"/>") != NULL);
    CHECK(strstr(out.data, ">75</text>") != NULL);
    CHECK(strstr(out.data, ">100%</text>") != NULL);
    buf_clear(&out);
    svg_close(svg);
}

TEST(a_picture_is_written_to_a_file)
{
    struct svg *svg = svg_open(SVG_PX, SVG_PX, "x");
    struct buf path = {0}, in = {0}, out = {0};
    struct why why;

    buf_addf(&path, "%s/x.svg", test_folder());
    CHECK_OK(svg_write(svg, buf_text(&path), &why), why);
    CHECK_OK(file_read(buf_text(&path), 10000, &in, &why), why);
    svg_copy(svg, &out);
    CHECK_TEXT(buf_text(&in), buf_text(&out));
    buf_addf(&path, "/there/is/none.svg");
    CHECK(svg_write(svg, buf_text(&path), &why) != ERR_NONE);
    buf_clear(&path);
    buf_clear(&in);
    buf_clear(&out);
    svg_close(svg);
    svg_close(NULL);
}
