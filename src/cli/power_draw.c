/*
 * power_draw.c - the picture of entente power: power against weight.
 */
#include "cli/power.h"

#include "base/svg.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 860 * SVG_PX, HEIGHT = 640 * SVG_PX, PLACES = 2 };
/* Shares are drawn in hundredths of a percent. */
enum { WHOLE = 10000 };

struct drawing {
    const struct power_report *report;
    const char *weight;
    __int128 *units; /* [program->members] */
    struct svg_dot *dot;
    int64_t most; /* of both axes */
};

/* As named, else the first of the rule that is not heads, else heads. */
static const char *choose_weight(const struct power_report *report)
{
    const struct rule *rule = report->program->rule;

    if (report->weight != NULL)
        return report->weight;
    for (size_t i = 0; i < rule->count; i++)
        if (rule->clause[i]->leaf != NULL &&
            strcmp(rule->clause[i]->leaf->weight, "1") != 0)
            return rule->clause[i]->leaf->weight;
    return "1";
}

static int64_t shapley_share(const struct power *power,
                             const struct power_index *index)
{
    return power->shapley_exact ? power_scaled(index->shapley, WHOLE)
                                : (int64_t)(index->shapley_near * WHOLE);
}

static void place_dots(struct drawing *drawing)
{
    const struct power *power = drawing->report->power;
    const struct roster *roster = drawing->report->program->roster;
    __int128 total = 0;

    for (size_t i = 0; i < power->members; i++)
        total += drawing->units[power->index[i].member];
    for (size_t i = 0; i < power->members; i++) {
        const struct power_index *index = &power->index[i];
        __int128 own = drawing->units[index->member] * WHOLE;
        struct svg_dot *dot = &drawing->dot[i];

        *dot = (struct svg_dot){
            .across = total > 0 ? (int64_t)(own / total) : 0,
            .up = shapley_share(power, index),
            .label = roster_code(roster, index->member),
            .colour = svg_kind(0),
            .radius = 4 * SVG_PX,
        };
        drawing->most =
            dot->across > drawing->most ? dot->across : drawing->most;
        drawing->most = dot->up > drawing->most ? dot->up : drawing->most;
    }
}

static enum err draw(const struct drawing *drawing, const char *path,
                     struct why *why)
{
    const int64_t to = drawing->most + drawing->most / 20 + 1;
    struct buf label = {0};
    struct svg *svg = svg_open(WIDTH, HEIGHT, "Voting power against weight");
    struct svg_plot plot = {.x = 80 * SVG_PX,
                            .y = 40 * SVG_PX,
                            .width = WIDTH - 120 * SVG_PX,
                            .height = HEIGHT - 110 * SVG_PX};
    enum err err;

    buf_addf(&label, "share of %s",
             strcmp(drawing->weight, "1") == 0 ? "members" : drawing->weight);
    plot.across = (struct svg_axis){0, to, PLACES, buf_text(&label), "%"};
    plot.up = (struct svg_axis){0, to, PLACES,
                                "share of power (Shapley-Shubik)", "%"};
    svg_axes(svg, &plot);
    svg_line(svg, svg_across(&plot, 0), svg_up(&plot, 0), svg_across(&plot, to),
             svg_up(&plot, to),
             (struct svg_pen){.fill = SVG_NONE,
                              .stroke = SVG_GREY,
                              .width = SVG_PX,
                              .dashed = true,
                              .tip = "power in proportion to weight"});
    svg_scatter(svg, &plot, drawing->dot, drawing->report->power->members);
    err = svg_write(svg, path, why);
    svg_close(svg);
    buf_clear(&label);
    return err;
}

enum err power_draw(const struct power_report *report, const char *path,
                    struct why *why)
{
    struct drawing drawing = {
        .report = report,
        .weight = choose_weight(report),
        .units = mem_new(report->program->members, sizeof(__int128)),
        .dot = mem_new(report->power->members, sizeof(struct svg_dot)),
    };
    int places;
    enum err err = roster_weight(report->program->roster, drawing.weight,
                                 drawing.units, &places, why);

    if (err == ERR_NONE) {
        place_dots(&drawing);
        err = draw(&drawing, path, why);
    }
    mem_free(drawing.units);
    mem_free(drawing.dot);
    return err;
}
