/*
 * power_compare.h - what `entente power compare` found, and its ways to be
 * shown.
 */
#pragma once

#include "cli/cli.h"
#include "power/compare.h"

struct compare_side {
    const char *name; /* "eu_qmv, 27 members" */
    struct rule *rule;
    struct roster *roster;
    struct rule_program *program;
    struct power *power;
};

struct compare_view {
    struct compare_side before, after;
    struct power_change change;
    size_t *order; /* [change.rows] strongest before first, then newcomers by
                    * what they have after */
};

/* One object, as docs/power-design.md has it. Owns: caller. */
json_t *compare_json(const struct compare_view *view);
/* code,banzhaf_before,banzhaf_after,...: a row for each member. */
void compare_csv(const struct compare_view *view, FILE *out);
void compare_tell(const struct compare_view *view, FILE *out);
enum err compare_draw(const struct compare_view *view, const char *path,
                      struct why *why) MUST_CHECK;
