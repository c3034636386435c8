/*
 * power.h - what entente power has found, as JSON, CSV, tables and pictures.
 */
#pragma once

#include "cli/cli.h"
#include "power/power.h"

struct power_report {
    const struct rule_program *program;
    const struct power *power;
    const struct power_union *unions;
    size_t unions_count;
    const char *weight; /* for the picture; NULL: the rule's first */
};

/* JSON as docs/power.md has it. Owns: caller. */
json_t *power_json(const struct power_report *report);
/* A line for each member. */
void power_csv(const struct power_report *report, struct buf *out);
/* For people: members by power, then coalitions. */
void power_tell(struct cli *cli, const struct power_report *report);
/* Power against weight. Fails ERR_ABSENT for a weight that is not there. */
enum err power_draw(const struct power_report *report, const char *path,
                    struct why *why) MUST_CHECK;

/* Fractions as text, appended: "421/2145"; "19.627" rounded down. */
void power_put_fraction(const mpq_t fraction, struct buf *out);
void power_put_percent(const mpq_t fraction, unsigned places, struct buf *out);
/* floor(fraction * scale). */
int64_t power_scaled(const mpq_t fraction, unsigned long scale);
