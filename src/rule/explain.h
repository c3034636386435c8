/*
 * explain.h - a result in plain words with numbers, and as JSON.
 */
#pragma once

#include "base/json.h"
#include "base/mem.h"
#include "rule/check.h"
#include "rule/evaluate.h"
#include "rule/program.h"

/*
 * The tally clause by clause, one line each, indented by depth (two spaces):
 * "2/3 of participating members vote yes: 29 of 34 (85.2 %), 23 needed -
 * holds, 6 to spare".
 */
void explain_clauses(const struct rule_program *program,
                     const struct rule_result *result, struct buf *out);
/* The sentences around it: outcome, what would adopt or block it, who is
 * bound; one a line. */
void explain_outcome(const struct rule_program *program,
                     const struct rule_result *result, struct buf *out);
/* A clause as written, without numbers: "at least 2/3 of participating members
 * vote yes". */
void explain_clause(const struct rule_program *program, size_t clause,
                    struct buf *out);

/* {"outcome","exact","clauses","bound","exempt","to_adopt","to_block",...} as
 * in docs/rules.md. Owns: caller, json_decref. */
json_t *explain_json(const struct rule_program *program,
                     const struct rule_result *result);
/* The report of static checks; Owns: caller. */
json_t *explain_check_json(const struct rule_program *program,
                           const struct rule_check *check);
void explain_check(const struct rule_program *program,
                   const struct rule_check *check, struct buf *out);
