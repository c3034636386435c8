/*
 * rule_world.h - random rules over few members, and what they mean by an
 * evaluation written independently of src/rule: plain loops over subsets and
 * positions, small numbers, no linear forms.
 */
#pragma once

#include "rule/program.h"

enum { MEMBERS_MAX = 14, ITEMS_MAX = 4 };

enum group {
    IN_PARTICIPATING,
    IN_MEMBERS,
    IN_CLUB,
    IN_EXCEPT_CLUB,
    IN_LIST,
    IN_BOTH,
    GROUPS
};
enum kind { LEAF, ALL, ANY, NOT, ATLEAST };
enum threshold { SHARE, ABSOLUTE, MIN_MEMBERS };

struct node {
    enum kind kind;
    int k;
    int items;
    struct node *item[ITEMS_MAX];
    int weight; /* 0 heads, 1 whole, 2 tenths */
    unsigned of;
    enum group in, base;
    unsigned base_of;
    enum rule_test test;
    enum threshold threshold;
    int num, den;
};

struct world {
    uint64_t seed;
    int members;
    int whole[MEMBERS_MAX];
    int tenths[MEMBERS_MAX];
    bool club[MEMBERS_MAX];
    enum position position[MEMBERS_MAX];
    int silent; /* position at the close, or -1: not stated */
    struct node *root;
    unsigned mentions;
};

/* The same seed makes the same world. `open`: half of the members silent. */
void rule_world_make(struct world *world, uint64_t seed, int members_max,
                     bool open);
void rule_world_clear(struct world *world);
bool rule_world_takes_part(const struct world *world, int member);
/* Would the rule be refused for these members? Call before world_holds: it
 * also counts what min_members stands for. */
bool rule_world_is_refused(const struct world *world);
/* Is a clause (the root for the rule) true at these positions? */
bool rule_world_holds(const struct world *world, const struct node *node,
                      const enum position *position);
/* Positions as at the close. */
void rule_world_close(const struct world *world, enum position *position);
/* Write members and rule out, and read them with src/rule. */
bool rule_world_set_up(const struct world *world, struct roster **roster,
                       struct rule **rule, struct rule_program **program,
                       struct why *why);
void rule_world_report(const struct world *world, uint64_t seed,
                       const char *what);
/* TEST_EFFORT=10 does a tenth of `count` (for sanitizers). */
int rule_world_effort(int count);
