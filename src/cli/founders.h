/*
 * founders.h - the members' file as the founding act lists it.
 */
#pragma once

#include "base/err.h"
#include "institution/charter.h"

#include <jansson.h>

/*
 * Read members from CSV: `code`, `name`, optional `english`; a column of 0 and
 * 1 is a group, a column of decimals a weight (also one of 0 and 1 when the
 * charter's weights name it); any other column is left out.
 *
 *   members  out  [{"code","name","english","weights":{column:"1723.8"},
 *                 "groups":["eu"]}] in the order of the file
 *
 * Owns     *members: json_decref.
 * Fails    ERR_INPUT with file, line, field and what was expected: also when
 *          a column that the charter's weights name is missing or has a cell
 *          that is no decimal; ERR_LIMIT, ERR_ABSENT.
 */
enum err founders_read(const char *path, const struct charter *charter,
                       json_t **members, struct why *why) MUST_CHECK;
