/*
 * council.h - a proposal's votes counted by its rule, for those who judge and
 * for those who explain.
 */
#pragma once

#include "base/err.h"
#include "institution/charter.h"
#include "institution/state.h"
#include "rule/evaluate.h"
#include "rule/program.h"

#include <jansson.h>
#include <stdbool.h>

struct tally {
    struct roster *roster;
    struct rule_program *program;
    struct rule_result result;
    enum position *position; /* [members] as cast */
    struct arena *arena;
};

/*
 * Count a proposal's ballots as they stand.
 *
 *   charter  in  borrowed until tally_clear
 *   closed   in  as at the deadline, else three-valued
 *   full     in  with distances
 *
 * Owns     tally_clear.
 * Fails    ERR_STATE when the charter has no rule for its matter.
 */
enum err tally_count(struct state *state, const struct charter *charter,
                     const json_t *proposal, bool closed, bool full,
                     struct tally *tally, struct why *why) MUST_CHECK;

/*
 * Count a closed vote again, with distances, from the positions that the
 * notification of its outcome recorded: member to position.
 *
 *   charter  in  the one in force at the close
 *
 * Fails    also ERR_INPUT for a position that is none.
 */
enum err tally_recount(struct state *state, const struct charter *charter,
                       const json_t *proposal, const json_t *positions,
                       struct tally *tally, struct why *why) MUST_CHECK;
void tally_clear(struct tally *tally);

/*
 * Who would vote under a rule if a matter were opened now: the parties, and
 * who is suspended, with their weights and groups.
 *
 *   roster         out  empty when given
 *   participating  out  the parties
 *
 * Fails    ERR_STATE when no state is a party.
 */
enum err tally_assembly(struct state *state, const struct charter *charter,
                        const struct rule *rule, struct roster *roster,
                        struct member_set *participating,
                        struct why *why) MUST_CHECK;

/* Codes of a set, in roster order (sorted). Owns: caller, json_decref. */
json_t *tally_codes(const struct tally *tally, const struct member_set *set);

/* Ids of the proposals before the council, not yet decided, oldest first.
 * Owns: caller frees the array; the ids are borrowed. */
const char **council_docket(struct state *state, size_t *count);
