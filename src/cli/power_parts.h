/*
 * power_parts.h - `entente power design` and `entente power compare`, and what
 * they share.
 */
#pragma once

#include "cli/power.h"
#include "rule/roster.h"

/* Run the part that argv[1] names; false when it names none. */
bool power_part(struct cli *cli, int argc, char **argv, int *status);

int power_design(struct cli *cli, int argc, char **argv);
int power_compare(struct cli *cli, int argc, char **argv);

/* "DE,FR": members of the roster. Fails ERR_INPUT naming option and code. */
enum err power_read_codes(const char *option, const char *text,
                          const struct roster *roster, struct member_set *set,
                          struct why *why) MUST_CHECK;
/* "p/q" as JSON. Owns: caller. */
json_t *power_fraction_json(const mpq_t fraction);
/* A difference in points of a percent, "+1.2345"; toward 0, which is "0.0000"
 * only when nothing changes. */
void power_put_points(const mpq_t difference, unsigned places, struct buf *out);
