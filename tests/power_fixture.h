/*
 * power_fixture.h - rules and members from text, measured.
 */
#pragma once

#include "power/power.h"
#include "rule/roster.h"
#include "rule/rule.h"

struct measured {
    struct roster *roster;
    struct rule *rule;
    struct rule_program *program;
    struct power *power; /* NULL when it failed */
    enum err err;
    struct why why;
};

/* A rule as YAML and members as CSV; request may be NULL. */
void measure_text(struct measured *measured, const char *rule,
                  const char *members, const struct power_request *request);
/* A rule of data/rules and a file of members. */
void measure_file(struct measured *measured, const char *rule,
                  const char *members, const struct power_request *request);
/* One weighted game: "16: 9 9 7 3 1 1"; members are A0, A1, ... with w. */
void measure_game(struct measured *measured, const char *game,
                  const struct power_request *request);
void measured_clear(struct measured *measured);

/* "W 14; 10 10 10 6 6 0": winning coalitions, then swings. Freed with the
 * measurement; the next call overwrites it. */
const char *measured_swings(const struct measured *measured);
/* "7/30 7/30 ...": Shapley-Shubik. */
const char *measured_shapley(const struct measured *measured);
/* The index of a member. */
const struct power_index *measured_of(const struct measured *measured,
                                      const char *code);
