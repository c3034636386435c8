/*
 * converge.h - what `entente converge` found, and the ways to show it.
 */
#pragma once

#include "cli/cli.h"
#include "power/converge.h"

/* One stretch of rolls, as far as movement between two is asked for. */
struct converge_side {
    char *name; /* "before 2026-03-01", in the command's arena */
    struct roll_set set;
    struct agreement agreement;
    struct converge_share *distance; /* [members] */
    struct agreement_place *place;   /* [members] */
    struct agreement_stress stress;
};

struct converge_view {
    bool exercise;
    const char *source; /* file, or the coalition's name */
    size_t list;        /* entries of each list */
    struct rolls *rolls;
    size_t members;
    uint64_t positions; /* taken, in all */
    struct roll_set set;
    struct agreement agreement;
    struct converge_share whole; /* all pairs pooled */
    struct clusters clusters;
    struct converge_share *distance; /* [members] */
    struct agreement_place *place;   /* [members] */
    struct agreement_stress stress;
    size_t *divided, *united; /* [divisible] rolls, the most so first */
    size_t divisible;
    bool moved; /* there are two sides */
    struct converge_side before, after;
};

/* Pairs that voted together, closest or (`farthest`) farthest first; of equals
 * those with more rolls, then by code. Owns: caller, mem_free. */
struct converge_pair {
    size_t a, b;
    struct agreement_pair count;
};
struct converge_pair *converge_pairs(const struct converge_view *view,
                                     bool farthest, size_t *count);
/* Members that took a position, nearest the centre first, then by code. */
size_t *converge_nearest(const struct converge_view *view, size_t *count);

/* One object, as docs/convergence.md has it. */
json_t *converge_json(const struct converge_view *view);
/* a,b,same,adjacent,joint,coincidence: a row for each pair. */
void converge_csv(const struct converge_view *view, FILE *out);
void converge_tell(const struct converge_view *view, FILE *out);

enum err converge_draw_matrix(const struct converge_view *view,
                              const char *path, struct why *why) MUST_CHECK;
/* With an arrow for each member's movement, if there is any. */
enum err converge_draw_map(const struct converge_view *view, const char *path,
                           struct why *why) MUST_CHECK;
