/*
 * rule.h - a decision rule as written: tree of clauses, procedure, effects.
 *
 * The language is described in docs/rules.md. A rule is only words until it
 * is compiled against a roster: see rule/program.h.
 */
#pragma once

#include "base/err.h"
#include "base/ratio.h"
#include "base/value.h"
#include "base/when.h"
#include "rule/position.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    RULE_DEPTH_MAX = 24,
    RULE_CLAUSES_MAX = 256,
};

/* Who is meant: `in: eu`, `base: members`, `in: {except: subject}`. */
enum rule_group_kind {
    GROUP_PARTICIPATING, /* all but out and suspended */
    GROUP_MEMBERS,       /* all */
    GROUP_NAMED,         /* a group of the roster, else a member by code */
    GROUP_EXCEPT,        /* participating members outside item[0] */
    GROUP_ANY,           /* in one of the items: a list */
    GROUP_BOTH,          /* in every item */
};
struct rule_group {
    enum rule_group_kind kind;
    const char *name; /* GROUP_NAMED */
    size_t count;
    const struct rule_group *const *item;
};

enum rule_test { TEST_GE, TEST_GT, TEST_LE, TEST_LT };

/* The members of `in` whose position is one of `of` are summed by weight and
 * compared with a share of the base, or with a number. */
struct rule_leaf {
    const char *weight; /* "1" is heads */
    unsigned of;        /* POSITION_BITs */
    const struct rule_group *in;
    const struct rule_group *base;
    unsigned base_of; /* base counts only these positions; 0: any */
    enum rule_test test;
    bool absolute; /* threshold is a number, the base plays no part */
    struct ratio threshold;
    /* Instead of a number: the fewest members of min_in who together hold
     * more than (or, TEST_GE, at least) min_share of its min_weight. */
    bool min_members;
    const char *min_weight;
    const struct rule_group *min_in;
    enum rule_test min_test; /* TEST_GT or TEST_GE */
    struct ratio min_share;
};

enum rule_kind {
    CLAUSE_LEAF,
    CLAUSE_ALL,
    CLAUSE_ANY,
    CLAUSE_NOT,
    CLAUSE_ATLEAST
};

/* A node of the tree. */
struct rule_clause {
    enum rule_kind kind;
    size_t index;      /* in reading order; the root is 0 */
    const char *place; /* "charter.yaml:12: rules.eu_qmv.all[1]" */
    uint32_t k;        /* ATLEAST */
    size_t count;      /* items of ALL, ANY, NOT (1), ATLEAST */
    const struct rule_clause *const *item;
    const struct rule_leaf *leaf;
};

struct rule_procedure {
    bool is_silence; /* decided by silence unless broken within `silence` */
    struct period silence;
    bool break_written;    /* break: written (else any form will do) */
    bool receipt_required; /* silence binds only a member with receipt */
    const char *breaker;   /* "any", or the group whose members may break */
};

/* Who is bound once adopted. */
struct rule_effects {
    unsigned bound;  /* POSITION_BITs */
    unsigned exempt; /* POSITION_BITs; a position in neither is not bound */
    const char *duty[POSITION_COUNT]; /* "refrain", or NULL */
    bool opt_in;                      /* those not bound may join later */
};

struct rule {
    const char *name;   /* "" when it has none */
    const char *title;  /* "" when it has none */
    const char *law;    /* citation, "" when it has none */
    const char *quote;  /* words of the law, "" */
    const char *sha256; /* of the quote, in hex, "" */
    struct rule_procedure procedure;
    enum position silent; /* what a silent member's position is at the close */
    struct rule_effects effects;
    unsigned mentions; /* POSITION_BITs that any clause names */
    const struct rule_clause *root;
    size_t count;                            /* clauses */
    const struct rule_clause *const *clause; /* [count] by index */
};

/*
 * Read a rule.
 *
 *   value  in   a MAP; not kept after the call
 *   name   in   used when the rule itself states none; may be NULL
 *   rule   out
 *
 * Owns     *rule: rule_close.
 * Fails    ERR_INPUT naming file, line, field and what was expected; ERR_LIMIT
 *          beyond RULE_DEPTH_MAX or RULE_CLAUSES_MAX.
 */
enum err rule_parse(const struct value *value, const char *name,
                    struct rule **rule, struct why *why) MUST_CHECK;
void rule_close(struct rule *rule);

/*
 * Find a rule in a document: the document is one rule, or a map of rules by
 * name, or has such a map under `rules`.
 *
 *   name   in   NULL picks the only one there is
 *   found  out  the rule's MAP; its `key` (when not NULL) is its name
 *
 * Fails    ERR_ABSENT listing the names there are.
 */
enum err rule_find(const struct value *root, const char *name,
                   const struct value **found, struct why *why) MUST_CHECK;

/* document_read, rule_find and rule_parse in one. */
enum err rule_read(const char *path, const char *name, struct rule **rule,
                   struct why *why) MUST_CHECK;

/* ">= 65%", "< 1/3", "at least", ...: for texts. */
const char *rule_test_word(enum rule_test test); /* "ge" */
