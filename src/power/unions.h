/*
 * unions.h - power when some members have agreed to vote together.
 *
 * First the unions share the power among themselves, each as one player; then
 * each union's share is divided among its members, by what they could bring
 * about with part of their union and all of others (Owen 1977; Banzhaf-Owen
 * 1981).
 */
#pragma once

#include "base/err.h"
#include "rule/program.h"

#include <gmp.h>
#include <stddef.h>
#include <stdint.h>

/*
 *   of            in   [program->members] each participant's union, 0..unions-1
 *                      (of its own, when it is in no bloc); of others nothing
 *   most, work    in   as in diagram.h and census.h
 *   owen          out  [program->members] initialised by the caller
 *   banzhaf_owen  out  [program->members]
 *
 * The rule must be monotone. Fails ERR_LIMIT.
 */
enum err unions_measure(const struct rule_program *program, const size_t *of,
                        size_t unions, size_t most, uint64_t work, mpq_t *owen,
                        mpq_t *banzhaf_owen, struct why *why) MUST_CHECK;
