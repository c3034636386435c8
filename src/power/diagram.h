/*
 * diagram.h - a game as a quasi-reduced ordered decision diagram.
 *
 * On level i the players order[0..i-1] have chosen; a node stands for all
 * choices after which the rest of the game is the same function, and there are
 * no two nodes of a level with the same function. So equality of functions is
 * equality of numbers.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "power/game.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Node n of the next level is its number plus NODE_FIRST. */
enum { NODE_FALSE = 0, NODE_TRUE = 1, NODE_FIRST = 2 };

struct diagram_level {
    uint32_t count;
    uint32_t *next; /* [count * branches] by branch: what it leads to */
};

struct diagram {
    size_t players;
    size_t branches;
    size_t *order; /* [players] which player chooses on each level */
    uint32_t root; /* NODE_FALSE, NODE_TRUE, or NODE_FIRST on level 0 */
    size_t nodes;
    struct diagram_level *level; /* [players]; leads from the last level are
                                  * NODE_FALSE or NODE_TRUE */
};

/*
 * Build the diagram of a game.
 *
 *   most  in  nodes, before they are reduced
 *
 * Owns     *diagram: diagram_clear, also on failure.
 * Fails    ERR_LIMIT beyond `most`.
 * Cost     nodes * forms, some 100 bytes a node while it is built.
 * Source   Bolus, A QOBDD-based approach to simple games (2012): a diagram
 *          for each weighted game by intervals, their product for the tree.
 */
enum err diagram_build(const struct power_game *game, size_t most,
                       struct diagram *diagram, struct why *why) MUST_CHECK;
void diagram_clear(struct diagram *diagram);

/* Where a choice leads from a node of a level; terminals stay. */
static inline uint32_t diagram_next(const struct diagram *diagram, size_t level,
                                    uint32_t node, size_t branch)
{
    if (node < NODE_FIRST)
        return node;
    return diagram->level[level]
        .next[(size_t)(node - NODE_FIRST) * diagram->branches + branch];
}

/*
 * Is being for never worse than another branch, for any player?
 *
 *   most  in  pairs of nodes to compare
 *
 * Fails     ERR_LIMIT.
 */
enum err diagram_rises(const struct diagram *diagram, size_t most, bool *rises,
                       struct why *why) MUST_CHECK;
