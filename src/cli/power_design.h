/*
 * power_design.h - what `entente power design` found, and its ways to be
 * shown.
 */
#pragma once

#include "cli/cli.h"
#include "power/design.h"

struct design_view {
    struct design design;
    struct design_point *point; /* [points] */
    size_t points;
    bool all; /* people see every variant */
};

/* "all[0]"; "threshold" for that of a rule which is one comparison. */
const char *design_axis_title(const struct design_axis *axis);
/* "55%, heads": what a variant has instead; "as written". */
void design_point_text(const struct design_view *view, size_t point,
                       struct buf *out);

/* One object, as docs/power-design.md has it. Owns: caller. */
json_t *design_json(const struct design_view *view);
/* A row for each variant. */
void design_csv(const struct design_view *view, FILE *out);
void design_tell(const struct design_view *view, FILE *out);
enum err design_draw(const struct design_view *view, const char *path,
                     struct why *why) MUST_CHECK;
