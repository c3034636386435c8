/*
 * position.h - what a member's act in a vote is.
 */
#pragma once

#include "base/text.h"

#include <stdbool.h>

/* POSITION(name, word, may a member cast it?, in plain words) */
#define POSITIONS(POSITION)                                                    \
    POSITION(YES, "yes", true, "vote yes")                                     \
    POSITION(NO, "no", true, "vote no")                                        \
    POSITION(ABSTAIN, "abstain", true, "abstain")                              \
    POSITION(STAND_ASIDE, "stand-aside", true, "stand aside")                  \
    POSITION(OBJECT, "object", true, "object")                                 \
    POSITION(SILENT, "silent", false, "are silent")                            \
    POSITION(ABSENT, "absent", false, "take no part in the vote")              \
    POSITION(OUT, "out", false, "are outside this matter")                     \
    POSITION(SUSPENDED, "suspended", false, "are suspended")

enum position {
#define POSITION_ENUM(name, word, cast, plain) POSITION_##name,
    POSITIONS(POSITION_ENUM)
#undef POSITION_ENUM
};

enum { POSITION_COUNT = POSITION_SUSPENDED + 1 };

/* Sets of positions: bit 1 << position. */
#define POSITION_BIT(position) (1u << (position))

const char *position_word(enum position position);
/* "vote yes", "stand aside": after "members who ...". */
const char *position_plain(enum position position);
/* May a member take it by a ballot? (yes, no, abstain, stand-aside, object) */
bool position_is_cast(enum position position);
/* False when `word` names no position. */
bool position_parse(struct slice word, enum position *position);
/* "yes, no, abstain, ...": for errors. */
const char *position_words(void);
