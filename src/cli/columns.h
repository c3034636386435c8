/*
 * columns.h - columns of a members' file under the names of a charter.
 */
#pragma once

#include "base/err.h"
#include "rule/roster.h"

/*
 * Call columns as a charter does: when the document at `path` is a charter,
 * what it lists under `weights` and `groups` becomes columns of the roster.
 * Groups are named by each proposal; here nobody is in them. Any other
 * document changes nothing.
 */
enum err columns_as_charter(const char *path, struct roster *roster,
                            struct why *why) MUST_CHECK;
