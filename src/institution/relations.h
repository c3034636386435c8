/*
 * relations.h - who is bound toward whom, under which text and article.
 *
 * A charter with reservations and amendments is a bundle of two-sided
 * relations. Source: VCLT articles 20 to 22, 25, 40(4) and (5); procedure 14
 * of docs/treaty.md.
 */
#pragma once

#include "base/err.h"
#include "base/when.h"
#include "institution/charter.h"
#include "institution/state.h"

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

enum relation_kind {
    RELATION_NONE,        /* the charter does not bind the two */
    RELATION_PROVISIONAL, /* both apply it, at least one provisionally */
    RELATION_IN_FORCE,
};
const char *relation_word(enum relation_kind kind); /* "in force" */

/* What a reservation does to its article between the two. */
enum relation_effect {
    EFFECT_AS_RESERVED, /* accepted: the article applies as modified */
    EFFECT_EXCLUDED,    /* objected to: it does not apply, to the extent of
                         * the reservation (VCLT 21(3)) */
    EFFECT_NO_RELATION, /* objected to with the declaration that there shall
                         * be no relation at all (VCLT 20(4)(b)) */
    EFFECT_PENDING,     /* neither, and the time to object still runs */
};
const char *relation_effect_word(
    enum relation_effect effect); /* "as reserved" */

struct relation_item {
    const char *reservation; /* "R-1"; borrowed from the state */
    const char *article;
    const char *by;
    enum relation_effect effect;
    const char *how;   /* "express", "tacit", ...: of an acceptance, else "" */
    const char *until; /* PENDING: the end of the time, RFC 3339; else NULL */
};

struct relation {
    enum relation_kind kind;
    const char *because; /* why it is none or provisional, in words */
    int64_t version;     /* of the charter between the two; 0 when none */
    size_t count;
    const struct relation_item *item; /* [count] by reservation */
};

/*
 * The relation between two states on record.
 *
 *   now    in  when
 *   arena  in  holds the result
 */
void relation_between(struct state *state, const char *a, const char *b,
                      struct when now, struct arena *arena,
                      struct relation *relation);
