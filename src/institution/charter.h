/*
 * charter.h - the charter: text and rules in one file.
 *
 * Read from YAML (docs/charter.md has every key). The institution knows no
 * rule, threshold or delay of its own: all come from here.
 */
#pragma once

#include "base/err.h"
#include "base/ratio.h"
#include "base/value.h"
#include "base/when.h"
#include "rule/rule.h"

#include <stdbool.h>
#include <stddef.h>

struct charter_article {
    const char *number; /* "7" */
    const char *title;
    const char *text;
};

struct charter_rule {
    const char *name;
    struct rule *rule;
};

/* A class of matters and how it is decided. */
struct charter_matter {
    const char *name;
    const char *title;
    const char *article;             /* may be NULL */
    const struct charter_rule *rule; /* NULL when reserved */
    bool reserved;                   /* stays with each state: no proposal */
    bool opt_out;                    /* a member may vote `out` */
    struct period period;            /* how long a vote stays open by default */
    bool has_duration;
    struct period duration; /* how long a decision stands by default */
};

struct charter_weight {
    const char *name;   /* as rules say it */
    const char *column; /* as members.csv says it */
};

/* States that speak for all. */
struct charter_representation {
    const char *name;         /* "trio" */
    const char *const *state; /* [states]; none: whoever holds the presidency */
    size_t states;
    size_t needs; /* endorsements, the first statement included */
};

struct charter {
    const char *id; /* the coalition's name in acts and keys */
    const char *name;
    int64_t version;      /* from 1 */
    const char *preamble; /* may be NULL */
    const struct charter_article *article;
    size_t articles;

    size_t officers_ordinary; /* signatures an act needs, by default */
    size_t officers_solemn;

    bool has_signature_until;
    struct when signature_until;
    size_t deposits;      /* k-th deposit brings it into force */
    struct period delay;  /* after the k-th, and after each later one */
    bool provisional;     /* provisional application allowed */
    bool accession_open;  /* without invitation */
    struct period notice; /* of withdrawal */
    const char *const *reservable; /* [reservables] articles */
    size_t reservables;
    bool reservable_all;
    struct period tacit;      /* silence accepts a reservation */
    struct ratio amend_share; /* of parties that must accept an amendment */
    struct period amend_delay;

    /* Matters under which a decision may do this; NULL: never. */
    const char *matter_admission;
    const char *matter_suspension;
    const char *matter_amendment;
    const char *matter_rekeying;

    bool ballots_change; /* a ballot may be changed until closing */
    size_t proxies_held; /* most a state may hold; 0: no proxies */

    const char *const *presidency; /* [presidents] codes in turn */
    size_t presidents;
    struct period presidency_term;
    bool has_presidency_from;
    struct when presidency_from; /* else from entry into force */

    const struct charter_weight *weight;
    size_t weights;
    const char *const *group; /* [groups] that a proposal may fill */
    size_t groups;
    const struct charter_rule *rule;
    size_t rules;
    const struct charter_matter *matter;
    size_t matters;
    const struct charter_representation *representation;
    size_t representations;

    struct document *document; /* owns every text above */
    struct arena *arena;
};

/*
 * Read a charter.
 *
 *   name  in  what to call it in errors
 *
 * Owns     *charter: charter_close.
 * Fails    ERR_INPUT with name:line: field and what was expected; ERR_LIMIT.
 */
enum err charter_parse(const char *name, const char *text, size_t len,
                       struct charter **charter, struct why *why) MUST_CHECK;
void charter_close(struct charter *charter);

/* By name, or NULL. */
const struct charter_matter *charter_matter(const struct charter *charter,
                                            const char *name);
const struct charter_article *charter_article(const struct charter *charter,
                                              const char *number);
const struct charter_representation *charter_representation(
    const struct charter *charter, const char *name);
/* May a proposal say who belongs to this group? */
bool charter_has_group(const struct charter *charter, const char *name);
